import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from '../definition/program.ts';
import { StateFailure, statesErrors } from '../errors.ts';
import { evaluateAs, expected, QueryEvaluationFailure } from '../language/template.ts';
import { applyEffects, type Departure } from './effects.ts';
import { scopeOf, type Visit } from './run.ts';

export async function leavePass(visit: Visit, state: PassState | SucceedState): Promise<Departure> {
  const effects = state.type === 'Succeed' ? { assign: undefined, output: state.output } : state;
  const next = state.type === 'Succeed' ? undefined : state.next;
  if (effects.assign === undefined && effects.output === undefined) return { next, output: visit.input, assigned: undefined };
  return { next, ...(await applyEffects(visit, effects, scopeOf(visit), visit.input)) };
}

/** A matched rule uses its own `Assign` and `Output`; the state's apply to `Default` only. */
export async function leaveChoice(visit: Visit, state: ChoiceState): Promise<Departure> {
  const scope = scopeOf(visit);
  for (const [index, rule] of state.rules.entries()) {
    const field = `Choices[${index}]/`;
    if (await evaluateAs(rule.condition, `${field}Condition`, expected.boolean, scope)) {
      return { next: rule.next, ...(await applyEffects(visit, rule, scope, visit.input, field)) };
    }
  }
  if (state.default === undefined) {
    throw new StateFailure(statesErrors.noChoiceMatched, `Failed to transition out of the state '${state.name}': no Choice rule matched and there is no Default.`);
  }
  return { next: state.default, ...(await applyEffects(visit, state, scope, visit.input)) };
}

/** The profile of RFC 3339 that the States Language specification names: a capital `T`, and `Z` or an offset. */
const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const longestWaitSeconds = 99_999_999;

export async function leaveWait(visit: Visit, state: WaitState): Promise<Departure> {
  const { clock } = visit.run;
  const milliseconds = await readWaitMilliseconds(visit, state);
  if (milliseconds > 0) await clock.sleep(milliseconds, visit.thread.signal);
  if (state.assign === undefined && state.output === undefined) {
    return { next: state.next, output: visit.input, assigned: undefined };
  }
  return { next: state.next, ...(await applyEffects(visit, state, scopeOf(visit), visit.input)) };
}

async function readWaitMilliseconds(visit: Visit, state: WaitState): Promise<number> {
  const { field, template } = state.until;
  const scope = scopeOf(visit);
  if (field === 'Seconds') {
    const seconds = await evaluateAs(template, field, expected.nonNegativeInteger, scope);
    if (seconds > longestWaitSeconds) {
      throw new QueryEvaluationFailure(field, `The field 'Seconds' must be at most ${longestWaitSeconds}, but was ${seconds}.`);
    }
    return seconds * 1000;
  }
  const timestamp = await evaluateAs(template, field, expected.string, scope);
  const time = timestampPattern.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new QueryEvaluationFailure(field, `The value '${timestamp}' of the field 'Timestamp' is not a valid timestamp.`);
  }
  return time - visit.run.clock.now();
}

/** Always throws; an absent `Error` or `Cause` stays absent. */
export async function failExecution(visit: Visit, state: FailState): Promise<never> {
  const scope = scopeOf(visit);
  const error = state.error && (await evaluateAs(state.error, 'Error', expected.string, scope));
  const cause = state.cause && (await evaluateAs(state.cause, 'Cause', expected.string, scope));
  throw new DeclaredFailure(error, cause);
}

/** A Fail state was reached: its cause passes on as it was written. */
export class DeclaredFailure extends StateFailure {}
