import { AwsError } from '../../kernel/aws-error.ts';
import type { Account } from '../../kernel/account.ts';
import type { TaskCall } from '../interpreter/task-call.ts';
import { type ErrorNaming, taskErrorOf } from './error-names.ts';

/** What the tasks of one execution need of their account. */
export interface IntegrationContext {
  readonly account: Account;
  /** The state machine's role: every call is made as it. */
  readonly roleArn: string;
  readonly executionName: string;
  /** Logical id of the state machine, for records. */
  readonly machine: string;
  /** Which call of this state this is, within the execution, from 0. */
  nextCallIndex(stateName: string): number;
  /** Opens a task token; resolves when success is reported on it, rejects with `TaskError` on failure. */
  openToken(token: string, call: TaskCall): { readonly answer: Promise<unknown>; readonly close: () => void };
  /** Resolves once an execution has ended. */
  whenEnded(executionArn: string): Promise<void>;
}

/** One call of an API by a Task state. Rejects with `TaskError` for what the service answers. */
export async function callService(
  context: IntegrationContext,
  call: TaskCall,
  request: { readonly sdkId: string; readonly operation: string; readonly input: unknown; readonly naming: ErrorNaming },
): Promise<{ readonly output: unknown; readonly requestId: string }> {
  const { account } = context;
  const requestId = account.random.stream('step-functions.request-id').uuid();
  try {
    const output = await account.call({
      principal: { kind: 'role', roleArn: context.roleArn, session: context.executionName },
      sdkId: request.sdkId,
      operation: request.operation,
      input: request.input,
      origin: { caller: `${context.machine}.${call.stateName}`, index: context.nextCallIndex(call.stateName) },
    });
    return { output, requestId };
  } catch (error) {
    if (error instanceof AwsError) throw taskErrorOf(error, request.sdkId, request.naming, requestId);
    throw error;
  }
}

/** What optimised integrations add to a service's answer (recorded executions). */
export function withMetadata(
  context: IntegrationContext,
  output: Readonly<Record<string, unknown>>,
  requestId: string,
): Readonly<Record<string, unknown>> {
  const headers = {
    'Content-Type': 'application/json',
    Date: new Date(context.account.clock.now()).toUTCString(),
    'x-amzn-RequestId': requestId,
  };
  return {
    ...output,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
