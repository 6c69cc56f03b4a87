import * as autoScaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elasticLoadBalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as rds from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

/**
 * Replies as services send them, of the two protocols that answer in XML: what is read most of, and what takes the SDK
 * longest to understand. By the same schemas as the SDK reads them with (Smithy, "AWS query protocol", "AWS EC2 query
 * protocol").
 */

type Schema = Parameters<typeof NormalizedSchema.of>[0];

/** By the `serviceId` of the client. */
const xmlServices: Readonly<Record<string, object>> = {
  'Auto Scaling': autoScaling,
  EC2: ec2,
  'Elastic Load Balancing v2': elasticLoadBalancing,
  IAM: iam,
  RDS: rds,
};

/** The body of a reply. Undefined where the service answers in something else than XML. */
export function toXml(sdkId: string, operation: string, output: unknown): string | undefined {
  const service = xmlServices[sdkId];
  if (service === undefined) return undefined;
  const Command = (service as Readonly<Record<string, new (input: object) => { readonly schema: readonly unknown[] }>>)[`${operation}Command`];
  if (Command === undefined) throw new Error(`The client of ${sdkId} has no ${operation}Command.`);
  const result = members(NormalizedSchema.of(new Command({}).schema[5] as Schema), output);
  return sdkId === 'EC2'
    ? `<${operation}Response><requestId>bench</requestId>${result}</${operation}Response>`
    : `<${operation}Response><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></${operation}Response>`;
}

function members(schema: NormalizedSchema, value: unknown): string {
  const record = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const [name, member] of schema.structIterator()) {
    const one = record[name];
    if (one === undefined || one === null) continue;
    text += element(member.getMergedTraits().xmlName ?? name, member, one);
  }
  return text;
}

function element(name: string, schema: NormalizedSchema, value: unknown): string {
  if (schema.isListSchema()) {
    const { xmlFlattened } = schema.getMergedTraits();
    const item = schema.getValueSchema();
    const itemName = xmlFlattened === undefined ? (item.getMergedTraits().xmlName ?? 'member') : name;
    const items = (value as readonly unknown[]).map((one) => element(itemName, item, one)).join('');
    return xmlFlattened === undefined ? `<${name}>${items}</${name}>` : items;
  }
  if (schema.isStructSchema()) return `<${name}>${members(schema, value)}</${name}>`;
  if (schema.isMapSchema()) return `<${name}>${entries(schema, value as Readonly<Record<string, unknown>>)}</${name}>`;
  return `<${name}>${scalar(schema, value)}</${name}>`;
}

function entries(schema: NormalizedSchema, value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([key, one]) => `<entry><key>${escape(key)}</key>${element('value', schema.getValueSchema(), one)}</entry>`)
    .join('');
}

function scalar(schema: NormalizedSchema, value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  return escape(String(value));
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
