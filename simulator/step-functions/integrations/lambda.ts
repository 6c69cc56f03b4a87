import { TaskError } from '../errors.ts';
import { isRecord } from '../json.ts';
import type { TaskCall } from '../interpreter/task-call.ts';
import { callService, type IntegrationContext, withMetadata } from './context.ts';
import type { ErrorNaming } from './error-names.ts';

const naming: ErrorNaming = {
  prefix: 'Lambda',
  base: 'AWSLambdaException',
  wording: { version: 1, service: 'AWSLambda' },
};

interface Invocation {
  readonly statusCode: number;
  readonly executedVersion: string | undefined;
  readonly payload: unknown;
  readonly requestId: string;
}

function textOf(payload: unknown): string {
  if (payload instanceof Uint8Array) return new TextDecoder().decode(payload);
  return typeof payload === 'string' ? payload : '';
}

/**
 * The function itself failed: the error is the type that it reported, the cause the whole report as JSON text.
 * Without a type Step Functions says `Lambda.Unknown` (guide, "Handling Lambda service exceptions").
 */
function functionFailure(text: string): TaskError {
  const report: unknown = text === '' ? undefined : JSON.parse(text);
  const type = isRecord(report) ? report['errorType'] : undefined;
  if (typeof type === 'string' && type !== '') return new TaskError(type, text);
  return new TaskError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  );
}

async function invoke(
  context: IntegrationContext,
  call: TaskCall,
  input: Readonly<Record<string, unknown>>,
): Promise<Invocation> {
  const { output, requestId } = await callService(context, call, { sdkId: 'Lambda', operation: 'Invoke', input, naming });
  const answer = isRecord(output) ? output : {};
  const text = textOf(answer['Payload']);
  if (answer['FunctionError'] !== undefined) throw functionFailure(text);
  const { StatusCode: statusCode, ExecutedVersion: executedVersion } = answer;
  return {
    statusCode: typeof statusCode === 'number' ? statusCode : 200,
    executedVersion: typeof executedVersion === 'string' ? executedVersion : undefined,
    payload: text === '' ? undefined : JSON.parse(text),
    requestId,
  };
}

/** A function's own ARN as the resource: the input is the event, the result is what the function returned. */
export async function invokeFunctionArn(context: IntegrationContext, call: TaskCall): Promise<unknown> {
  const { payload } = await invoke(context, call, { FunctionName: call.resource, Payload: JSON.stringify(call.arguments) });
  return payload ?? null;
}

/** `arn:aws:states:::lambda:invoke`. */
export async function invokeFunction(context: IntegrationContext, call: TaskCall): Promise<unknown> {
  const args = isRecord(call.arguments) ? call.arguments : {};
  const { Payload: payload, ...others } = args;
  const input = payload === undefined ? others : { ...others, Payload: JSON.stringify(payload) };
  const invocation = await invoke(context, call, input);
  return withMetadata(context, {
    ...(invocation.executedVersion === undefined ? {} : { ExecutedVersion: invocation.executedVersion }),
    ...(invocation.payload === undefined ? {} : { Payload: invocation.payload }),
    StatusCode: invocation.statusCode,
  }, invocation.requestId);
}
