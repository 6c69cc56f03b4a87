import { TaskError } from '../errors.ts';
import { isRecord } from '../json.ts';
import type { TaskCall } from '../interpreter/task-call.ts';
import { callService, type IntegrationContext, withMetadata } from './context.ts';
import type { ErrorNaming } from './error-names.ts';

type Fields = Readonly<Record<string, unknown>>;

interface OptimisedIntegration {
  readonly sdkId: string;
  readonly operation: string;
  readonly naming: ErrorNaming;
  /** Members that may be given as an object and are sent as JSON text. */
  prepare?(args: Fields): Fields;
}

function asText(value: unknown): unknown {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

const dynamoDb: ErrorNaming = {
  prefix: 'DynamoDB', base: 'AmazonDynamoDBException', wording: { version: 1, service: 'AmazonDynamoDBv2' },
};

const events: ErrorNaming = {
  prefix: 'EventBridge', base: 'AmazonEventBridgeException', wording: { version: 1, service: 'AmazonEventBridge' },
};

/** By `<service>:<action>` of the resource. */
export const optimisedIntegrations: Readonly<Record<string, OptimisedIntegration>> = {
  'sns:publish': {
    sdkId: 'SNS',
    operation: 'Publish',
    naming: { prefix: 'SNS', base: 'AmazonSNSException', wording: { version: 1, service: 'AmazonSNS' } },
    prepare: (args) => ({ ...args, Message: asText(args['Message']) }),
  },
  'dynamodb:getItem': { sdkId: 'DynamoDB', operation: 'GetItem', naming: dynamoDb },
  'dynamodb:putItem': { sdkId: 'DynamoDB', operation: 'PutItem', naming: dynamoDb },
  'dynamodb:updateItem': { sdkId: 'DynamoDB', operation: 'UpdateItem', naming: dynamoDb },
  'dynamodb:deleteItem': { sdkId: 'DynamoDB', operation: 'DeleteItem', naming: dynamoDb },
  'events:putEvents': {
    sdkId: 'EventBridge',
    operation: 'PutEvents',
    naming: events,
    prepare: (args) => {
      const entries = Array.isArray(args['Entries']) ? (args['Entries'] as readonly unknown[]) : [];
      return { ...args, Entries: entries.map((entry) => (isRecord(entry) ? { ...entry, Detail: asText(entry['Detail']) } : entry)) };
    },
  },
};

export async function callOptimised(
  context: IntegrationContext,
  call: TaskCall,
  integration: OptimisedIntegration,
): Promise<unknown> {
  const args = isRecord(call.arguments) ? call.arguments : {};
  const { output, requestId } = await callService(context, call, {
    sdkId: integration.sdkId,
    operation: integration.operation,
    input: integration.prepare?.(args) ?? args,
    naming: integration.naming,
  });
  const answer: Fields = isRecord(output) ? output : {};
  const failedEntries = answer['FailedEntryCount'];
  // One rejected entry fails the task; the cause is the whole answer as text (guide, EventBridge integration).
  if (typeof failedEntries === 'number' && failedEntries > 0) {
    throw new TaskError('EventBridge.FailedEntry', JSON.stringify(answer));
  }
  return withMetadata(context, answer, requestId);
}
