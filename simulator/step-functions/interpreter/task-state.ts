import type { TaskState } from '../definition/program.ts';
import { StateFailure, TaskError } from '../errors.ts';
import type { Json } from '../json.ts';
import { evaluateAs, evaluateTemplate, expected } from '../language/template.ts';
import { addEvent, eventText, failureDetails, limitedCopy, scopeOf, type Visit } from './run.ts';
import type { TaskCall } from './task-call.ts';
import { awaitTask, type TaskLimits } from './task-timing.ts';

/** What a resource is called in the events of an execution. */
interface TaskEvents {
  readonly family: 'Task' | 'LambdaFunction';
  /** In details of the Task family: `aws-sdk:rds` and `failoverDBCluster`. */
  readonly resourceType: string;
  readonly resource: string;
}

export function describeResource(resource: string): TaskEvents {
  const integration = /^arn:[^:]+:states:[^:]*:[^:]*:(.+):([^:]+)$/.exec(resource);
  if (integration !== null) {
    return { family: 'Task', resourceType: integration[1] ?? '', resource: integration[2] ?? '' };
  }
  return { family: 'LambdaFunction', resourceType: resource, resource };
}

/** A task failed by the answer of what it called: the cause passes on as it came. */
export class ReportedFailure extends StateFailure {}

/** One attempt: evaluates the arguments anew, makes the call, and gives its result. */
export async function attemptTask(visit: Visit, state: TaskState, retryCount: number): Promise<Json> {
  const { run } = visit;
  const taskToken = state.resource.endsWith('.waitForTaskToken') ? run.random.hex(64) : undefined;
  const scope = scopeOf(visit, { retryCount, ...(taskToken === undefined ? {} : { taskToken }) });
  const events = describeResource(state.resource);
  const args = state.arguments === undefined
    ? visit.input
    : limitedCopy(await evaluateTemplate(state.arguments, 'Arguments', scope), state.name);
  const limits: TaskLimits = {
    timeoutSeconds: state.timeoutSeconds && (await evaluateAs(state.timeoutSeconds, 'TimeoutSeconds', expected.positiveInteger, scope)),
    heartbeatSeconds: state.heartbeatSeconds && (await evaluateAs(state.heartbeatSeconds, 'HeartbeatSeconds', expected.positiveInteger, scope)),
  };
  const credentials = state.credentials && (await evaluateTemplate(state.credentials, 'Credentials', scope));
  addScheduled(visit, events, args, limits);
  let output: Json;
  try {
    const result = await awaitTask(run, visit.thread.signal, limits, (signal, heartbeat): TaskCall => ({
      stateName: state.name,
      resource: state.resource,
      arguments: args,
      retryCount,
      signal,
      taskToken,
      credentials,
      heartbeat,
      submitted: (output) => {
        if (!signal.aborted) addTaskEvent(visit, events, 'Submitted', () => eventText('output', output));
      },
    }));
    output = limitedCopy(result ?? null, events.family === 'Task' ? events.resourceType : state.resource);
  } catch (error) {
    const failure = error instanceof TaskError ? new ReportedFailure(error.error, error.taskCause) : error;
    if (!(failure instanceof StateFailure)) throw error;
    addTaskEvent(visit, events, failure.isTimeout ? 'TimedOut' : 'Failed', () => failureDetails(failure));
    throw failure;
  }
  addTaskEvent(visit, events, 'Succeeded', () => eventText('output', output));
  return output;
}

function addScheduled(visit: Visit, events: TaskEvents, args: Json, limits: TaskLimits): void {
  const { run, thread } = visit;
  const bounds = {
    ...(limits.timeoutSeconds === undefined ? {} : { timeoutInSeconds: limits.timeoutSeconds }),
    ...(limits.heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: limits.heartbeatSeconds }),
  };
  if (events.family === 'LambdaFunction') {
    addEvent(run, thread, 'LambdaFunctionScheduled', () => ({
      lambdaFunctionScheduledEventDetails: { resource: events.resource, ...eventText('input', args), ...bounds },
    }));
    addEvent(run, thread, 'LambdaFunctionStarted');
    return;
  }
  const { resourceType, resource } = events;
  addEvent(run, thread, 'TaskScheduled', () => ({
    taskScheduledEventDetails: { resourceType, resource, parameters: JSON.stringify(args), ...bounds },
  }));
  addEvent(run, thread, 'TaskStarted', () => ({ taskStartedEventDetails: { resourceType, resource } }));
}

function addTaskEvent(
  visit: Visit,
  events: TaskEvents,
  what: 'Submitted' | 'Succeeded' | 'Failed' | 'TimedOut',
  details: () => Readonly<Record<string, unknown>>,
): void {
  const type = `${events.family}${what}`;
  const { resourceType, resource } = events;
  addEvent(visit.run, visit.thread, type, () => ({
    [`${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`]:
      events.family === 'Task' ? { resourceType, resource, ...details() } : details(),
  }));
}

