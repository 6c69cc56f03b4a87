import { TaskError } from './errors.ts';
import { isRecord } from './json.ts';
import type { Clock } from '../kernel/clock.ts';
import type { TaskCall, TaskRunner } from './interpreter/task-call.ts';

/** A stand-in was asked for that nobody gave, or one that cannot be understood. */
export class StandInError extends Error {
  override readonly name = 'StandInError';
}

/** What a stand-in does on one call. */
export interface StandInAnswer {
  readonly delaySeconds: number;
  readonly outcome: { readonly result: unknown } | { readonly failure: TaskError };
}

/** What stands in for a task: the first answers whose range holds the number of the call, else the last. */
export type StandIn = readonly { readonly lastCall: number; readonly answer: StandInAnswer }[];

const answerMembers = new Set(['Return', 'Throw', 'DelaySeconds']);
const callRange = /^(\d+)(?:-(\d+))?$/;

function isAnswer(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value)
    && ('Return' in value || 'Throw' in value)
    && Object.keys(value).every((member) => answerMembers.has(member));
}

function isText(part: unknown): part is string | undefined {
  return part === undefined || typeof part === 'string';
}

function readAnswer(value: Readonly<Record<string, unknown>>, where: string): StandInAnswer {
  const delaySeconds = value['DelaySeconds'] ?? 0;
  if (typeof delaySeconds !== 'number' || delaySeconds < 0) throw new StandInError(`${where}: DelaySeconds must be a number of seconds.`);
  if ('Return' in value && 'Throw' in value) throw new StandInError(`${where}: Return and Throw exclude each other.`);
  if (!('Throw' in value)) return { delaySeconds, outcome: { result: value['Return'] } };
  const thrown = value['Throw'];
  const { Error: error, Cause: cause } = isRecord(thrown) ? thrown : {};
  if (!isRecord(thrown) || !isText(error) || !isText(cause)) {
    throw new StandInError(`${where}: Throw must be an object with the strings Error and Cause.`);
  }
  return { delaySeconds, outcome: { failure: new TaskError(error ?? null, cause ?? null) } };
}

/**
 * Reads a stand-in. A plain JSON value is the result of every call, as it is. An object of Step Functions Local's
 * mock format (`{"0": {"Throw": …}, "1-2": {"Return": …}}`, or one such answer alone) scripts the calls.
 */
export function readStandIn(value: unknown, where: string): StandIn {
  if (isAnswer(value)) return [{ lastCall: Number.POSITIVE_INFINITY, answer: readAnswer(value, where) }];
  const members = isRecord(value) ? Object.entries(value) : [];
  if (members.length === 0 || !members.every(([key, answer]) => callRange.test(key) && isAnswer(answer))) {
    return [{ lastCall: Number.POSITIVE_INFINITY, answer: { delaySeconds: 0, outcome: { result: value } } }];
  }
  return members
    .map(([key, answer]) => {
      const [, first = '0', last = first] = callRange.exec(key) ?? [];
      return { lastCall: Number(last), answer: readAnswer(isRecord(answer) ? answer : {}, `${where}, call ${key}`) };
    })
    .toSorted((one, other) => one.lastCall - other.lastCall);
}

/** Names by which a stand-in may be given for a call, the first being the strongest. */
function namesOf(call: TaskCall): readonly string[] {
  const args = isRecord(call.arguments) ? call.arguments : {};
  const functionName = typeof args['FunctionName'] === 'string' ? args['FunctionName'] : undefined;
  const functions = [functionName, functionName && /:function:([^:]+)/.exec(functionName)?.[1], /:function:([^:]+)/.exec(call.resource)?.[1]];
  return [call.stateName, call.resource, ...functions.filter((name) => name !== undefined)];
}

/** Carries out tasks with stand-ins. A task without one is a {@link StandInError}, which no Catch sees. */
export function createStandInRunner(standIns: ReadonlyMap<string, StandIn>, clock: Clock): TaskRunner {
  const calls = new Map<string, number>();
  return async (call) => {
    const name = namesOf(call).find((candidate) => standIns.has(candidate));
    const standIn = name === undefined ? undefined : standIns.get(name);
    if (standIn === undefined) {
      throw new StandInError(
        `Nothing stands in for the state '${call.stateName}' (${call.resource}): give --task '${call.stateName}=<file.json>'.`,
      );
    }
    const number = calls.get(call.stateName) ?? 0;
    calls.set(call.stateName, number + 1);
    const { answer } = standIn.find(({ lastCall }) => number <= lastCall) ?? standIn[standIn.length - 1] ?? {};
    if (answer === undefined) throw new StandInError(`The stand-in '${name}' has no answer.`);
    if (answer.delaySeconds > 0) await clock.sleep(answer.delaySeconds * 1000, call.signal);
    if ('failure' in answer.outcome) throw answer.outcome.failure;
    return answer.outcome.result;
  };
}
