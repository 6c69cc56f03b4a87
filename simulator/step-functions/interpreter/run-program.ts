import type { ErrorHandling, Program, State } from '../definition/program.ts';
import { Halted, StateFailure, statesErrors } from '../errors.ts';
import type { Json } from '../json.ts';
import { QueryEvaluationFailure } from '../language/template.ts';
import { attemptMap, attemptParallel } from './branches.ts';
import { applyEffects, type Departure } from './effects.ts';
import { findCatcher, RetryCounter } from './retry.ts';
import { addEvent, eventText, HistoryFull, type Run, scopeOf, type Thread, type Visit } from './run.ts';
import { DeclaredFailure, failExecution, leaveChoice, leavePass, leaveWait } from './simple-states.ts';
import { attemptTask, ReportedFailure } from './task-state.ts';

/** Runs the states of a machine, a branch or an iteration to their end, and gives the output of the last. */
export async function runProgram(run: Run, thread: Thread, program: Program, input: Json): Promise<Json> {
  let name = program.startAt;
  let payload = input;
  for (;;) {
    thread.signal.throwIfAborted();
    const state = program.states.get(name);
    if (state === undefined) throw new Error(`The compiled definition has no state '${name}'.`);
    const { next, output, assigned } = await runState(run, thread, state, payload);
    if (assigned !== undefined) thread.variables = { ...thread.variables, ...assigned };
    if (next === undefined) return output;
    name = next;
    payload = output;
  }
}

async function runState(run: Run, thread: Thread, state: State, input: Json): Promise<Departure> {
  run.onTransition?.();
  const enteredEventId = addEvent(run, thread, `${state.type}StateEntered`, () => ({
    stateEnteredEventDetails: { name: state.name, ...eventText('input', input) },
  }));
  const visit: Visit = {
    run, thread, state, input, enteredEventId,
    enteredTime: new Date(run.clock.now()).toISOString(),
    variables: thread.variables,
  };
  try {
    const departure = await leaveState(visit, state);
    addEvent(run, thread, `${state.type}StateExited`, () => ({
      stateExitedEventDetails: { name: state.name, ...eventText('output', departure.output), ...assignedDetails(departure) },
    }));
    return departure;
  } catch (error) {
    if (error instanceof Halted && error.reason === 'sibling-failed' && abortableTypes.has(state.type)) {
      addEvent(run, thread, `${state.type}StateAborted`);
    }
    throw withPrefix(visit, error);
  }
}

/** State types for which the service's API has a `…StateAborted` event. */
const abortableTypes: ReadonlySet<string> = new Set(['Task', 'Wait', 'Parallel', 'Map']);

function assignedDetails({ assigned }: Departure): Readonly<Record<string, unknown>> {
  if (assigned === undefined) return {};
  return {
    assignedVariables: Object.fromEntries(Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)])),
    assignedVariablesDetails: { truncated: false },
  };
}

/** Failures whose cause the interpreter worded itself and that carry the state's name already, or never do. */
const prefixed = new WeakSet<StateFailure>();

/** AWS opens the cause of a failure that it raises itself with the state, once, at the innermost state. */
function withPrefix(visit: Visit, error: unknown): unknown {
  if (!(error instanceof StateFailure) || prefixed.has(error)) return error;
  if (error instanceof DeclaredFailure || error instanceof ReportedFailure || error instanceof HistoryFull) return error;
  // Recorded: what is too large is said without the state.
  if (error.stateCause == null || error.error === statesErrors.dataLimitExceeded) return error;
  const cause = `An error occurred while executing the state '${visit.state.name}' ` +
    `(entered at the event id #${visit.enteredEventId}). ${error.stateCause}`;
  const failure = error instanceof QueryEvaluationFailure
    ? new QueryEvaluationFailure(error.field, cause)
    : new StateFailure(error.error, cause);
  prefixed.add(failure);
  if (failure instanceof QueryEvaluationFailure) {
    addEvent(visit.run, visit.thread, 'EvaluationFailed', () => ({
      evaluationFailedEventDetails: { error: failure.error, cause, location: failure.field, state: visit.state.name },
    }));
  }
  return failure;
}

function leaveState(visit: Visit, state: State): Promise<Departure> {
  switch (state.type) {
    case 'Pass':
    case 'Succeed':
      return leavePass(visit, state);
    case 'Choice':
      return leaveChoice(visit, state);
    case 'Wait':
      return leaveWait(visit, state);
    case 'Fail':
      return failExecution(visit, state);
    case 'Task':
      return withErrorHandling(visit, state, (retryCount) => attemptTask(visit, state, retryCount));
    case 'Parallel':
      return withErrorHandling(visit, state, (retryCount) => attemptParallel(visit, state, retryCount));
    case 'Map':
      return withErrorHandling(visit, state, (retryCount) => attemptMap(visit, state, retryCount));
  }
}

type HandledState = Extract<State, ErrorHandling>;

/** Retries, then catches. What is not a failure of a state (a defect, a halt) passes through. */
async function withErrorHandling(
  visit: Visit,
  state: HandledState,
  attempt: (retryCount: number) => Promise<Json>,
): Promise<Departure> {
  const retries = new RetryCounter(state.retriers, visit.run.random);
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      const result = await attempt(retryCount);
      if (state.assign === undefined && state.output === undefined) return { next: state.next, output: result, assigned: undefined };
      return { next: state.next, ...(await applyEffects(visit, state, scopeOf(visit, { retryCount, result }), result)) };
    } catch (error) {
      const failure = withPrefix(visit, error);
      if (!(failure instanceof StateFailure)) throw failure;
      const delay = retries.delayAfter(failure);
      if (delay === undefined) return catchFailure(visit, state, failure, retryCount);
      await visit.run.clock.sleep(delay, visit.thread.signal);
      // A retry is billed as a state transition (Step Functions pricing).
      visit.run.onTransition?.();
    }
  }
}

async function catchFailure(
  visit: Visit,
  state: HandledState,
  failure: StateFailure,
  retryCount: number,
): Promise<Departure> {
  const found = findCatcher(state.catchers, failure);
  if (found === undefined) throw failure;
  const { catcher, index } = found;
  const errorOutput = failure.output;
  const scope = scopeOf(visit, { retryCount, errorOutput });
  return { next: catcher.next, ...(await applyEffects(visit, catcher, scope, errorOutput, `Catch[${index}]/`)) };
}
