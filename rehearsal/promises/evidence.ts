import { gunzipSync } from 'node:zlib';
import type { ShopSample } from '../../simulator/physics/shop.ts';
import type { Stage } from '../stage.ts';

/** What is read of a lease in the ledger. */
export interface LeaseRecord {
  readonly floor: number;
  readonly ceiling: number;
  readonly from: string;
  readonly until: string;
  readonly revision: number;
}

/** What is read of a sale's report. */
export interface SaleReport {
  readonly summary: {
    readonly outcome: string;
    readonly cost: { readonly idleFloorUsd: number | null; readonly pricesAsOf: string };
  };
}

/** The shop's minutes in a span of time, the end not included. */
export function samplesBetween(stage: Stage, from: number, until: number): readonly ShopSample[] {
  return stage.account.shop.samples.filter(({ at }) => at >= from && at < until);
}

/** The latest whole minute of the shop. */
export function lastSample(stage: Stage): ShopSample | undefined {
  return stage.account.shop.samples.at(-1);
}

/** The lease of a sale, read from the table itself. */
export function leaseOf(stage: Stage, saleId: string): LeaseRecord {
  const record = ledgerItems(stage).find((item) => item['id'] === `lease/${saleId}`);
  if (record === undefined) throw new Error(`The ledger has no lease "${saleId}".`);
  return record['value'] as LeaseRecord;
}

/** Every item of the ledger as plain data. */
export function ledgerItems(stage: Stage): Record<string, unknown>[] {
  return stage.account.dynamoDb.items(stage.output('LedgerTableName')).map((item) => plainItem(item));
}

/** The evidence of a sale, or undefined where there is none. */
export async function reportOf(stage: Stage, saleId: string): Promise<SaleReport | undefined> {
  const key = `sales/${saleId}/report.json`;
  const [report] = await readDocuments<SaleReport>(stage, key);
  return report;
}

/** The JSON documents of the evidence bucket under a prefix, the compressed ones too, in the order of their keys. */
export async function readDocuments<T>(stage: Stage, prefix: string, ending = '.json'): Promise<T[]> {
  const bucket = stage.output('EvidenceBucketName');
  const documents: T[] = [];
  // One after the other: a call by hand moves time, and only one thing can.
  for (const { key } of stage.account.s3.objects(bucket, prefix)) {
    if (!key.endsWith(ending)) continue;
    const answer = (await stage.asOperator('S3', 'GetObject', { Bucket: bucket, Key: key })) as {
      readonly Body: { transformToByteArray(): Promise<Uint8Array> };
      readonly ContentEncoding?: string;
    };
    const bytes = await answer.Body.transformToByteArray();
    documents.push(JSON.parse(new TextDecoder().decode(answer.ContentEncoding === 'gzip' ? gunzipSync(bytes) : bytes)) as T);
  }
  return documents;
}

type AttributeValue = Readonly<Record<string, unknown>>;

function plainItem(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value as AttributeValue)]));
}

function plainValue(value: AttributeValue): unknown {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'N':
      return Number(content);
    case 'M':
      return plainItem(content as Record<string, unknown>);
    case 'L':
      return (content as AttributeValue[]).map(plainValue);
    case 'NULL':
      return null;
    default:
      return content;
  }
}
