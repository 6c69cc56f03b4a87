import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import {
  ExecutionHistory, interpret, type InterpretOptions, type Outcome, type TaskCall,
} from '../../../simulator/step-functions/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Virtual time starts here in every test. */
export const start = Date.parse('2026-11-27T06:00:00.000Z');

/** A JSONata machine that starts at the first of its states. */
export function machine(states: Fields, top: Fields = {}): Fields {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...top };
}

/** A machine of one Pass state that gives `output`. */
export function passing(output: unknown): Fields {
  return machine({ Pass: { Type: 'Pass', Output: output, End: true } });
}

/** A Task state that ends its machine. */
export function task(fields: Fields = {}): Fields {
  const transition = 'Next' in fields ? {} : { End: true };
  return { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', ...transition, ...fields };
}

export interface Run {
  readonly outcome: Outcome;
  readonly calls: readonly TaskCall[];
  /** Seconds of virtual time from the start to each call. */
  readonly callTimesSeconds: readonly number[];
  readonly elapsedSeconds: number;
  readonly history: ExecutionHistory;
}

type Answer = (call: TaskCall, clock: VirtualClock) => unknown;

/** Runs a machine in virtual time. `answer` throws for a task that fails. */
export async function run(
  definition: unknown,
  input: unknown = {},
  answer: Answer = (call) => call.arguments,
  options: Partial<InterpretOptions> = {},
): Promise<Run> {
  const clock = VirtualClock.detached(start);
  const calls: TaskCall[] = [];
  const callTimesSeconds: number[] = [];
  const history = new ExecutionHistory();
  const outcome = await clock.runWhilePending(interpret(definition, input, {
    clock,
    history,
    task: async (call) => {
      calls.push(call);
      callTimesSeconds.push((clock.now() - start) / 1000);
      return answer(call, clock);
    },
    ...options,
  }));
  return { outcome, calls, callTimesSeconds, elapsedSeconds: (clock.now() - start) / 1000, history };
}

/** The output of a machine that must succeed. */
export async function output(definition: unknown, input: unknown = {}, answer?: Answer): Promise<unknown> {
  const { outcome } = await run(definition, input, answer);
  if (outcome.status !== 'SUCCEEDED') throw new Error(`Expected success, got ${JSON.stringify(outcome)}`);
  return outcome.output;
}

/** The value of one expression. */
export function evaluate(expression: string, input: unknown = {}): Promise<unknown> {
  return output(passing(`{% ${expression} %}`), input);
}

/** Error and cause of a machine that must fail. */
export async function failure(definition: unknown, input: unknown = {}, answer?: Answer): Promise<{ error?: string; cause?: string }> {
  const { outcome } = await run(definition, input, answer);
  if (outcome.status !== 'FAILED') throw new Error(`Expected a failure, got ${JSON.stringify(outcome)}`);
  const { status: _status, ...rest } = outcome;
  return rest;
}
