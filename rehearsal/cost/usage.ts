import { itemSize } from '../../simulator/services/dynamodb/attribute-value.ts';
import type { AssemblyStack } from '../../simulator/deploy/assembly.ts';
import type { Stack } from '../../simulator/services/cloudformation.ts';
import type { Stage } from '../stage.ts';
import { platformBytesPerInvocation } from './log-bytes.ts';
import type { Meter, Metered } from './meter.ts';
import { merge, type Quantity } from './quantity.ts';

const monthHours = 30 * 24;
const gibibyte = 1024 ** 3;
/** Of an item, beside what is written in it (DynamoDB developer guide, "Table storage"). */
const itemOverheadBytes = 100;
/** A value that is larger makes a parameter an advanced one (Systems Manager user guide, "Managing parameter tiers"). */
const standardParameterBytes = 4096;

/** What some stacks used in a rehearsal, and how it is distributed. */
export interface Usage {
  readonly quantities: readonly Quantity[];
  readonly lambda: { readonly invocations: number; readonly memoryGigabytes: number };
}

/** What belongs to some stacks, by the ids that it is metered under. */
interface Holdings {
  readonly parameters: readonly string[];
  readonly names: ReadonlySet<string>;
  /** Physical id → what people call it. */
  readonly titles: ReadonlyMap<string, string>;
}

export interface Metering {
  readonly stage: Stage;
  readonly meter: Meter;
  /** Whose usage it is. */
  readonly stacks: readonly AssemblyStack[];
  /** Days that logs are kept. */
  readonly logRetentionDays: number;
}

/** What the stacks used, once the story is over. Months are those of 30 days. */
export function usageOf({ stage, meter, stacks, logRetentionDays }: Metering): Usage {
  const { account } = stage;
  const holdings = holdingsOf(stacks.map(({ name, region }) => account.cloudFormation.stack(name, region ?? account.region)));
  const metered = meter.read().filter(({ owner }) => holdings.names.has(owner));
  const functions = functionsOf(stage, holdings);
  const logs = logQuantities(metered, functions.invocations, logRetentionDays);
  const quantities = [
    ...metered.filter(({ rate }) => rate !== 'log-bytes').map((each) => quantityOf(each, holdings)),
    ...functions.quantities,
    ...emailsOf(stage, holdings),
    ...logs,
    ...storageOf(stage, holdings),
    ...parametersOf(stage, holdings),
  ];
  return { quantities: merge(quantities), lambda: functions };
}

function holdingsOf(stacks: readonly Stack[]): Holdings {
  const resources = stacks.flatMap((stack) => [...stack.resources.values()]);
  return {
    parameters: resources.filter(({ type }) => type === 'AWS::SSM::Parameter').map(({ physicalId }) => physicalId),
    names: new Set(resources.map(({ physicalId }) => physicalId)),
    titles: new Map(resources.map(({ physicalId, logicalId }) => [physicalId, titleOf(logicalId)])),
  };
}

/** CDK's logical ids begin with the capability and end in the kind of construct and a hash; people know what is between them. */
export function titleOf(logicalId: string): string {
  return logicalId.replace(/(StateMachine|Function|Resource|Topic|Table|Bucket)*[0-9A-F]{8}$/u, '').replace(/^[A-Z][a-z]+(?=[A-Z])/u, '');
}

function quantityOf({ rate, owner, what, amount, isEstimated }: Metered, { titles }: Holdings): Quantity {
  const certainty = isEstimated ? 'estimated' : 'counted';
  if (rate === 'metric-hours') return { rate: 'metrics', what, amount: amount / monthHours, certainty };
  return { rate, what: rate === 'state-transitions' ? (titles.get(owner) ?? owner) : what, amount, certainty };
}

function functionsOf({ account, startedAt, now }: Stage, { names }: Holdings) {
  const own = account.lambda.functions.filter(({ name }) => names.has(name));
  const total = (metricName: string, FunctionName: string): number =>
    account.cloudWatch.series({ namespace: 'AWS/Lambda', metricName, dimensions: { FunctionName } }).total(startedAt, now + 60_000);
  const used = own.map(({ name, memoryMegabytes }) => ({
    invocations: total('Invocations', name),
    gigabytes: memoryMegabytes / 1024,
    seconds: total('Duration', name) / 1000,
  }));
  const invocations = used.reduce((sum, each) => sum + each.invocations, 0);
  const quantities: Quantity[] = [
    { rate: 'lambda-requests', what: '', amount: invocations, certainty: 'counted' },
    { rate: 'lambda-compute', what: '', amount: used.reduce((sum, each) => sum + each.gigabytes * each.seconds, 0), certainty: 'estimated' },
  ];
  const invoked = used.reduce((sum, each) => sum + each.invocations * each.gigabytes, 0);
  return { quantities, invocations, memoryGigabytes: invocations === 0 ? 0 : invoked / invocations };
}

function emailsOf({ account: { sns } }: Stage, { names }: Holdings): Quantity[] {
  const readers = (topicArn: string): number =>
    sns.subscriptions.filter((each) => each.topicArn === topicArn && each.protocol.startsWith('email')).length;
  const amount = sns.messages.filter(({ topicArn }) => names.has(topicArn)).reduce((sum, { topicArn }) => sum + readers(topicArn), 0);
  return [{ rate: 'sns-emails', what: '', amount, certainty: 'counted' }];
}

function logQuantities(metered: readonly Metered[], invocations: number, retentionDays: number): Quantity[] {
  const bytes = (what: string): number => metered.filter((each) => each.rate === 'log-bytes' && each.what === what).reduce((sum, { amount }) => sum + amount, 0);
  const kinds = [
    takenIn('Functions', bytes('Functions'), 'counted'),
    takenIn("Lambda's own lines", invocations * platformBytesPerInvocation, 'estimated'),
    takenIn('Workflows', bytes('Workflows'), 'estimated'),
  ];
  const amount = kinds.reduce((sum, each) => sum + each.amount, 0) * (retentionDays / 30);
  return [...kinds, { rate: 'logs-kept', what: '', amount, certainty: 'estimated' }];
}

function takenIn(what: string, bytes: number, certainty: Quantity['certainty']): Quantity {
  return { rate: 'logs-taken-in', what, amount: bytes / gibibyte, certainty };
}

/** What lies in tables and buckets at the end, as if it had lain there for a month. */
function storageOf({ account: { dynamoDb, s3 } }: Stage, { names }: Holdings): Quantity[] {
  const items = dynamoDb.tables.filter(({ name }) => names.has(name)).flatMap(({ name }) => dynamoDb.items(name));
  const tableBytes = items.reduce((sum, item) => sum + itemSize(item) + itemOverheadBytes, 0);
  const buckets = s3.buckets.filter(({ name }) => names.has(name));
  const objectBytes = buckets.flatMap(({ name }) => s3.objects(name)).reduce((sum, { body }) => sum + body.length, 0);
  return [
    { rate: 'dynamodb-storage', what: '', amount: tableBytes / gibibyte, certainty: 'counted' },
    { rate: 'dynamodb-backup', what: '', amount: tableBytes / gibibyte, certainty: 'counted' },
    { rate: 's3-storage', what: '', amount: objectBytes / gibibyte, certainty: 'counted' },
  ];
}

function parametersOf({ account: { ssm }, startedAt, now }: Stage, { parameters }: Holdings): Quantity[] {
  const isAdvanced = (name: string): boolean => Buffer.byteLength(ssm.value(name) ?? '') > standardParameterBytes;
  const advanced = parameters.filter(isAdvanced).length;
  const months = (now - startedAt) / (monthHours * 3_600_000);
  return [
    { rate: 'standard-parameters', what: '', amount: (parameters.length - advanced) * months, certainty: 'declared' },
    { rate: 'advanced-parameters', what: '', amount: advanced * months, certainty: 'declared' },
  ];
}
