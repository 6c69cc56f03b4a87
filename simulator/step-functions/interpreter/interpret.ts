import type { Clock } from '../../kernel/clock.ts';
import { createRandom, type Random } from '../../kernel/random.ts';
import { compileDefinition } from '../definition/compile-definition.ts';
import type { StateMachineProgram } from '../definition/program.ts';
import { Halted, StateFailure, statesErrors, StopRequest } from '../errors.ts';
import { EventLog, type HistoryRecorder } from '../history.ts';
import type { Json } from '../json.ts';
import { addEvent, type ExecutionContext, eventText, failureDetails, limitedCopy, type Run, type Thread } from './run.ts';
import { runProgram } from './run-program.ts';
import type { TaskRunner } from './task-call.ts';

/** How an execution ended. What AWS leaves out is absent. */
export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error?: string; readonly cause?: string }
  | { readonly status: 'TIMED_OUT' }
  | { readonly status: 'ABORTED'; readonly error?: string; readonly cause?: string };

export interface InterpretOptions {
  readonly task: TaskRunner;
  readonly clock: Clock;
  /** @default a stream of its own, always the same */
  readonly random?: Random;
  /** What `$states.context` says of the execution and its machine. @default made-up ARNs */
  readonly context?: {
    readonly Execution?: Partial<Omit<ExecutionContext['Execution'], 'Input'>>;
    readonly StateMachine?: Partial<ExecutionContext['StateMachine']>;
  };
  /** @default events are counted and not kept */
  readonly history?: HistoryRecorder;
  /** Stops the execution, as StopExecution does. */
  readonly signal?: AbortSignal;
  /** Called for every state that is entered: what a Standard workflow is billed by. */
  readonly onTransition?: () => void;
}

/** Programs of definitions that were given as they are, so that running one again does not compile it again. */
const programs = new WeakMap<object, StateMachineProgram>();

function programOf(definition: unknown): StateMachineProgram {
  if (typeof definition !== 'object' || definition === null) return compileDefinition(definition);
  if ('states' in definition && definition.states instanceof Map) return definition as StateMachineProgram;
  let program = programs.get(definition);
  if (program === undefined) {
    program = compileDefinition(definition);
    programs.set(definition, program);
  }
  return program;
}

/** Why the execution's own timer is given up; made once, as every abort without a reason makes a DOMException. */
const over = new Error('The execution has ended.');

/**
 * Runs one execution of a state machine.
 *
 * @param definition a parsed definition, or what `compileDefinition` made of it; a definition must not be
 *   changed once it was given
 * @throws InvalidDefinition where AWS would refuse the definition; whatever `task` rejects with that is not a
 *   `TaskError`
 */
export async function interpret(definition: unknown, input: unknown, options: InterpretOptions): Promise<Outcome> {
  const program = programOf(definition);
  const { clock } = options;
  const payload = limitedCopy(input, 'input');
  const context = createContext(options, payload);
  const halt = new AbortController();
  const run: Run = {
    task: options.task,
    clock,
    random: options.random ?? createRandom('step-functions'),
    context,
    events: new EventLog(options.history, () => clock.now()),
    onTransition: options.onTransition,
  };
  const thread: Thread = { variables: {}, lastEventId: 0, signal: halt.signal, map: undefined };
  addEvent(run, thread, 'ExecutionStarted', () => ({
    executionStartedEventDetails: { ...eventText('input', payload), roleArn: context.Execution.RoleArn },
  }));
  // AWS: the first state's event points at no event, as ExecutionStarted itself does.
  thread.lastEventId = 0;

  const onStop = (): void => halt.abort(new Halted('stopped'));
  if (options.signal?.aborted === true) onStop();
  options.signal?.addEventListener('abort', onStop, { once: true });
  const ended = new AbortController();
  if (program.timeoutSeconds !== undefined) {
    // Rejects only when the execution has ended before.
    clock.sleep(program.timeoutSeconds * 1000, ended.signal).then(
      () => {
        halt.abort(new Halted('timed-out'));
        return undefined;
      },
      () => {},
    );
  }
  try {
    return await runToOutcome(run, thread, program, payload, options.signal);
  } finally {
    ended.abort(over);
    options.signal?.removeEventListener('abort', onStop);
  }
}

function createContext({ clock, context }: InterpretOptions, input: Json): ExecutionContext {
  const machine = 'arn:aws:states:eu-west-3:123456789012';
  return {
    Execution: {
      Id: `${machine}:execution:StateMachine:execution`,
      Name: 'execution',
      RoleArn: 'arn:aws:iam::123456789012:role/StateMachineRole',
      StartTime: new Date(clock.now()).toISOString(),
      ...context?.Execution,
      Input: input,
    },
    StateMachine: { Id: `${machine}:stateMachine:StateMachine`, Name: 'StateMachine', ...context?.StateMachine },
  };
}

async function runToOutcome(
  run: Run,
  thread: Thread,
  program: StateMachineProgram,
  input: Json,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { events } = run;
  try {
    const output = await runProgram(run, thread, program, input);
    events.add(thread.lastEventId, 'ExecutionSucceeded', () => ({ executionSucceededEventDetails: eventText('output', output) }));
    return { status: 'SUCCEEDED', output };
  } catch (error) {
    if (error instanceof StateFailure) {
      const details = failureDetails(error);
      events.add(thread.lastEventId, 'ExecutionFailed', () => ({ executionFailedEventDetails: details }));
      return { status: 'FAILED', ...details };
    }
    if (!(error instanceof Halted)) throw error;
    if (error.reason === 'stopped') {
      const reason: unknown = signal?.reason;
      const { error: name, stopCause } = reason instanceof StopRequest ? reason : new StopRequest();
      const details = { ...(name === undefined ? {} : { error: name }), ...(stopCause === undefined ? {} : { cause: stopCause }) };
      events.add(0, 'ExecutionAborted', () => ({ executionAbortedEventDetails: details }));
      return { status: 'ABORTED', ...details };
    }
    // Recorded on AWS: the event points at no event and is the only place that names the error.
    events.add(0, 'ExecutionTimedOut', () => ({ executionTimedOutEventDetails: { error: statesErrors.timeout } }));
    return { status: 'TIMED_OUT' };
  }
}
