import { NotModelledError } from '../../kernel/aws-error.ts';

/**
 * What CloudTrail makes of an operation: a management event that reads or writes, or a data event, which no trail here
 * records.
 */
export type EventKind = 'read' | 'write' | 'data';

interface ServiceEvents {
  /** The first part of `eventSource`: the endpoint's name, which is not always the prefix of IAM actions. */
  readonly source: string;
  /** Operations whose events are data events (CloudTrail user guide, "Logging data events"). */
  readonly data?: readonly string[];
  /** Names of events that differ from the operation's, by operation. */
  readonly names?: Readonly<Record<string, string>>;
}

/** By `serviceId` of the SDK. */
const services: Readonly<Record<string, ServiceEvents>> = {
  AccessAnalyzer: { source: 'access-analyzer' },
  'Auto Scaling': { source: 'autoscaling' },
  CloudFormation: { source: 'cloudformation' },
  CloudTrail: { source: 'cloudtrail' },
  CloudWatch: { source: 'monitoring', data: ['GetMetricData', 'GetMetricStatistics', 'GetMetricWidgetImage', 'ListMetrics', 'PutMetricData'] },
  'CloudWatch Logs': { source: 'logs', data: ['GetLogEvents', 'PutLogEvents', 'StartLiveTail'] },
  'Cost Explorer': { source: 'ce' },
  DynamoDB: {
    source: 'dynamodb',
    data: [
      'BatchExecuteStatement', 'BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'ExecuteStatement', 'ExecuteTransaction', 'GetItem', 'PutItem',
      'Query', 'Scan', 'TransactGetItems', 'TransactWriteItems', 'UpdateItem',
    ],
  },
  EC2: { source: 'ec2' },
  'Elastic Load Balancing v2': { source: 'elasticloadbalancing' },
  EventBridge: { source: 'events', data: ['PutEvents'] },
  IAM: { source: 'iam' },
  KMS: { source: 'kms' },
  Lambda: { source: 'lambda', data: ['Invoke', 'InvokeWithResponseStream'] },
  RDS: { source: 'rds' },
  S3: {
    source: 's3',
    data: [
      'CopyObject', 'DeleteObject', 'DeleteObjects', 'GetObject', 'HeadBucket', 'HeadObject', 'ListObjectVersions', 'ListObjects', 'ListObjectsV2',
      'PutObject',
    ],
    names: { GetBucketLifecycleConfiguration: 'GetBucketLifecycle', PutBucketLifecycleConfiguration: 'PutBucketLifecycle' },
  },
  SFN: { source: 'states' },
  Scheduler: { source: 'scheduler' },
  'Secrets Manager': { source: 'secretsmanager' },
  SecurityHub: { source: 'securityhub' },
  'Service Quotas': { source: 'servicequotas' },
  SNS: { source: 'sns', data: ['Publish', 'PublishBatch'] },
  SQS: { source: 'sqs', data: ['DeleteMessage', 'ReceiveMessage', 'SendMessage', 'SendMessageBatch'] },
  SSM: { source: 'ssm' },
  savingsplans: { source: 'savingsplans' },
};

/** Global services record their calls there, wherever the caller is (CloudTrail user guide, "Global service events"). */
export const globalServiceRegion = 'us-east-1';
const globalServices: ReadonlySet<string> = new Set(['Cost Explorer', 'IAM', 'savingsplans']);

const readVerbs = /^(?:BatchGet|Check|Describe|Get|Head|List|Lookup|Query|Scan|Search|Simulate|Test|Validate)(?=[A-Z]|$)/u;
/** Operations of access level Read whose names do not say so (Service Authorization Reference). */
const otherReads: ReadonlySet<string> = new Set(['GenerateCredentialReport', 'GenerateServiceLastAccessedDetails']);

const kinds = new Map<string, Map<string, EventKind>>();

/** Looked up once for every call of the account: the answer is remembered. */
export function eventKind(sdkId: string, operation: string): EventKind {
  let ofService = kinds.get(sdkId);
  if (ofService === undefined) kinds.set(sdkId, (ofService = new Map()));
  let kind = ofService.get(operation);
  if (kind === undefined) ofService.set(operation, (kind = classify(sdkId, operation)));
  return kind;
}

/** `eventName`: S3 kept the names that its operations had before they were renamed. */
export function eventName(sdkId: string, operation: string): string {
  const { names = {} } = eventsOf(sdkId);
  return Object.hasOwn(names, operation) ? (names[operation] ?? operation) : operation;
}

/** The first part of `eventSource`, before `.amazonaws.com`. */
export function eventSourceName(sdkId: string): string {
  return eventsOf(sdkId).source;
}

export function eventRegion(sdkId: string, homeRegion: string): string {
  return globalServices.has(sdkId) ? globalServiceRegion : homeRegion;
}

function classify(sdkId: string, operation: string): EventKind {
  if (eventsOf(sdkId).data?.includes(operation) === true) return 'data';
  return readVerbs.test(operation) || otherReads.has(operation) ? 'read' : 'write';
}

function eventsOf(sdkId: string): ServiceEvents {
  const events = Object.hasOwn(services, sdkId) ? services[sdkId] : undefined;
  if (events === undefined) throw new NotModelledError(`CloudTrail's records of calls of ${sdkId} are not modelled.`);
  return events;
}
