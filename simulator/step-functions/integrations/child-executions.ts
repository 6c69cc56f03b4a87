import { TaskError } from '../errors.ts';
import { copyJson, isRecord } from '../json.ts';
import type { TaskCall } from '../interpreter/task-call.ts';
import { callService, type IntegrationContext, withMetadata } from './context.ts';
import type { ErrorNaming } from './error-names.ts';

const naming: ErrorNaming = {
  prefix: 'StepFunctions',
  base: 'AWSStepFunctionsException',
  wording: { version: 1, service: 'AWSStepFunctions' },
};

/** How long the caller waits for the execution that it starts, and what it gets of it. */
export type ChildMode = 'start' | 'sync' | 'sync:2';

/** Optimised integrations carry times as epoch milliseconds, as version 1 of the Java SDK writes them. */
function milliseconds(date: unknown): unknown {
  return date instanceof Date ? date.getTime() : date;
}

async function call(
  context: IntegrationContext,
  task: TaskCall,
  operation: string,
  input: unknown,
): Promise<{ readonly answer: Readonly<Record<string, unknown>>; readonly requestId: string }> {
  const { output, requestId } = await callService(context, task, { sdkId: 'SFN', operation, input, naming });
  return { answer: isRecord(output) ? output : {}, requestId };
}

/** `arn:aws:states:::states:startExecution`, `.sync` and `.sync:2`. */
export async function startChildExecution(context: IntegrationContext, task: TaskCall, mode: ChildMode): Promise<unknown> {
  const args = isRecord(task.arguments) ? task.arguments : {};
  const { Input: input, Name: name, StateMachineArn: stateMachineArn } = args;
  const { answer, requestId } = await call(context, task, 'StartExecution', {
    stateMachineArn,
    ...(name === undefined ? {} : { name }),
    ...(input === undefined ? {} : { input: typeof input === 'string' ? input : JSON.stringify(input) }),
  });
  const executionArn = String(answer['executionArn']);
  const started = withMetadata(context, { ExecutionArn: executionArn, StartDate: milliseconds(answer['startDate']) }, requestId);
  if (mode === 'start') return started;
  task.submitted(copyJson(started).value);
  stopWithCaller(context, task, executionArn);
  await context.whenEnded(executionArn);
  const { answer: child } = await call(context, task, 'DescribeExecution', { executionArn });
  const description = describeChild(child, mode);
  // The guide: a child that does not succeed fails the task with its description as the cause.
  if (child['status'] !== 'SUCCEEDED') throw new TaskError('States.TaskFailed', JSON.stringify(description));
  return description;
}

/** An execution that is waited for is stopped together with the state that waits (guide, run a job). */
function stopWithCaller(context: IntegrationContext, task: TaskCall, executionArn: string): void {
  task.signal.addEventListener('abort', () => {
    // What the service answers is no concern of a state that is gone; a defect reaches the clock in dispatch.
    call(context, task, 'StopExecution', { executionArn }).catch(() => undefined);
  }, { once: true });
}

function describeChild(child: Readonly<Record<string, unknown>>, mode: ChildMode): Readonly<Record<string, unknown>> {
  const payload = (text: unknown): unknown => (mode === 'sync:2' && typeof text === 'string' ? JSON.parse(text) : text);
  const members = {
    Cause: child['cause'],
    Error: child['error'],
    ExecutionArn: child['executionArn'],
    Input: payload(child['input']),
    InputDetails: { Included: true },
    Name: child['name'],
    Output: payload(child['output']),
    OutputDetails: child['output'] === undefined ? undefined : { Included: true },
    StartDate: milliseconds(child['startDate']),
    StateMachineArn: child['stateMachineArn'],
    Status: child['status'],
    StopDate: milliseconds(child['stopDate']),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
