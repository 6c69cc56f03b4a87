import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { callOfArn, type TargetCall } from '../delivery/target-call.ts';

const universalPrefix = 'arn:aws:scheduler:::aws-sdk:';

/** Read-only actions that a universal target refuses (user guide, "Using universal targets: Unsupported actions"). */
const readOnly =
  /^(?:get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|testConnection|translateDocument|isAuthorized|invokeModel)/u;

/** Services whose API has members in lower camel case, where `Input` has them in Pascal case. */
const lowerCamelCase = new Set(['SFN']);

/** What Scheduler sends for a schedule without an `Input`. */
export function defaultInput(account: Account, scheduleArn: string): string {
  return JSON.stringify({
    version: '0',
    id: account.random.stream('scheduler').uuid(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: account.id,
    time: '<aws.scheduler.scheduled-time>',
    region: account.region,
    resources: [scheduleArn],
    detail: '{}',
  });
}

/** Refuses, at deployment, a target that could never be called. */
export function refuseUnknownTarget(account: Account, arn: string): void {
  if (!arn.startsWith(universalPrefix)) callOfArn(arn, '{}');
  else universalTarget(account, arn);
}

/** The call of one invocation, for a templated or a universal target. */
export function targetCall(account: Account, arn: string, input: string): TargetCall {
  if (!arn.startsWith(universalPrefix)) return callOfArn(arn, input);
  const { sdkId, operation } = universalTarget(account, arn);
  const parameters = JSON.parse(input) as Readonly<Record<string, unknown>>;
  return { sdkId, operation, input: lowerCamelCase.has(sdkId) ? decapitalise(parameters) : parameters };
}

function universalTarget(account: Account, arn: string): { readonly sdkId: string; readonly operation: string } {
  const [service = '', action = ''] = arn.slice(universalPrefix.length).split(':');
  if (readOnly.test(action)) {
    throw new AwsError('ValidationException', `Provided Arn ${arn} is not supported: the action only reads.`);
  }
  const sdkId = account.serviceByStatesName(service)?.sdkId;
  if (sdkId === undefined) throw new NotModelledError(`The universal target ${arn} is not modelled.`);
  return { sdkId, operation: action.charAt(0).toUpperCase() + action.slice(1) };
}

function decapitalise(parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]));
}
