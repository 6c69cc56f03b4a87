import type { Rate, Rates } from './price-table.ts';
import { merge, type Certainty, type Quantity } from './quantity.ts';

/** Services in the order in which a bill lists them, and the rates that each charges by. */
const services = {
  'Step Functions': { 'state-transitions': 'State transitions' },
  Lambda: { 'lambda-requests': 'Requests', 'lambda-compute': 'Compute, ARM' },
  DynamoDB: {
    'dynamodb-reads': 'Read units', 'dynamodb-writes': 'Write units', 'dynamodb-storage': 'Storage', 'dynamodb-backup': 'Point-in-time recovery',
  },
  S3: { 's3-writes': 'PUT and LIST requests', 's3-reads': 'GET requests', 's3-storage': 'Evidence kept' },
  SNS: { 'sns-requests': 'Requests', 'sns-emails': 'Emails' },
  EventBridge: { 'scheduler-invocations': 'Scheduler invocations', 'custom-events': 'Custom events' },
  CloudWatch: {
    metrics: 'Custom metrics', 'metric-requests': 'Requests', 'metrics-read': 'Metrics read (GetMetricData)', alarms: 'Alarms',
    dashboards: 'Dashboards',
  },
  'CloudWatch Logs': { 'logs-taken-in': 'Taken in', 'logs-kept': 'Kept' },
  'X-Ray': { traces: 'Traces' },
  KMS: { keys: 'Keys', 'key-requests': 'Requests' },
  'Secrets Manager': { secrets: 'Secrets', 'secret-requests': 'Requests' },
  'Cost Explorer': { 'cost-explorer-requests': 'Requests' },
  'Systems Manager': { 'standard-parameters': 'Standard parameters', 'advanced-parameters': 'Advanced parameters' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Amounts {
  readonly listUsd: number;
  /** With what every account has for nothing each month, without end. */
  readonly afterFreeUsd: number;
}

export interface BillPart extends Amounts {
  readonly what: string;
  readonly amount: number;
}

export interface BillLine extends Amounts {
  readonly service: string;
  readonly rate: string;
  readonly title: string;
  readonly unit: string;
  readonly amount: number;
  readonly certainties: readonly Certainty[];
  /** Largest first. */
  readonly parts: readonly BillPart[];
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly total: Amounts;
}

/**
 * What the quantities cost. `months` is the part of a month in which they were used: so much of the free tier is theirs.
 *
 * @throws Error if the price table has no rate of that name, or no service here charges by it: nothing is left out in silence.
 */
export function reckonBill(quantities: readonly Quantity[], rates: Rates, months = 1): Bill {
  const byRate = Map.groupBy(merge(quantities), ({ rate }) => rate);
  const known = new Set(Object.values(services).flatMap((titles) => Object.keys(titles)));
  for (const name of byRate.keys()) if (!known.has(name)) throw new Error(`No service of the bill charges by the rate "${name}".`);
  const lines = Object.entries(services).flatMap(([service, titles]) =>
    Object.entries(titles).flatMap(([name, title]) => {
      const used = byRate.get(name);
      return used === undefined ? [] : [reckonLine({ service, name, title }, used, rateOf(rates, name), months)];
    }),
  );
  return { lines, total: sum(lines) };
}

function rateOf(rates: Rates, name: string): Rate {
  const rate = Object.hasOwn(rates, name) ? rates[name] : undefined;
  if (rate === undefined) throw new Error(`The price table has no rate "${name}".`);
  return rate;
}

function reckonLine(
  { service, name, title }: { readonly service: string; readonly name: string; readonly title: string },
  used: readonly Quantity[],
  { usd, per, unit, freePerMonth = 0 }: Rate,
  months: number,
): BillLine {
  const freeable = used.filter(({ isNeverFree }) => isNeverFree !== true).reduce((amount, each) => amount + each.amount, 0);
  // Which of the parts the free tier goes to is nowhere said: each has its share.
  const paidShare = freeable === 0 ? 1 : Math.max(0, freeable - freePerMonth * months) / freeable;
  const parts = used
    .map(({ what, amount, isNeverFree }) => {
      const listUsd = (amount / per) * usd;
      return { what, amount, listUsd, afterFreeUsd: isNeverFree === true ? listUsd : listUsd * paidShare };
    })
    .toSorted((left, right) => right.amount - left.amount);
  const amount = parts.reduce((total, part) => total + part.amount, 0);
  const certainties = [...new Set(used.map(({ certainty }) => certainty))];
  return { service, rate: name, title, unit, amount, certainties, parts, ...sum(parts) };
}

function sum(amounts: readonly Amounts[]): Amounts {
  return {
    listUsd: amounts.reduce((total, { listUsd }) => total + listUsd, 0),
    afterFreeUsd: amounts.reduce((total, { afterFreeUsd }) => total + afterFreeUsd, 0),
  };
}

/** What the second adds to the bill of the first, with the free tier as far as the first leaves any of it. */
export function reckonAddition(month: readonly Quantity[], added: readonly Quantity[], rates: Rates): Amounts {
  const [before, after] = [reckonBill(month, rates).total, reckonBill([...month, ...added], rates).total];
  return { listUsd: after.listUsd - before.listUsd, afterFreeUsd: after.afterFreeUsd - before.afterFreeUsd };
}

/** What one story used more than the same time without it. What it used less of counts too: a sale reconciles as ever. */
export function difference(story: readonly Quantity[], control: readonly Quantity[]): Quantity[] {
  return merge([...story, ...control.map((quantity) => ({ ...quantity, amount: -quantity.amount }))]);
}
