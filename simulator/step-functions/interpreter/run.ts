import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { StateFailure, statesErrors } from '../errors.ts';
import type { EventDetails, EventLog } from '../history.ts';
import { copyJson, type Json, type JsonObject, type JsonCopy } from '../json.ts';
import type { EvaluationScope } from '../language/expression.ts';
import type { State } from '../definition/program.ts';
import type { TaskRunner } from './task-call.ts';

/** The context object's constant part, `$states.context.Execution` and `.StateMachine`. */
export interface ExecutionContext {
  readonly Execution: {
    readonly Id: string;
    readonly Name: string;
    readonly RoleArn: string;
    readonly StartTime: string;
    readonly Input: Json;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
}

/** What all states of one execution share. */
export interface Run {
  readonly task: TaskRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly context: ExecutionContext;
  readonly events: EventLog;
  readonly onTransition: (() => void) | undefined;
}

export type Variables = Readonly<Record<string, Json>>;

/** One line of control: the execution itself, a branch or an iteration. */
export interface Thread {
  variables: Variables;
  /** Newest event of this line; the next one points back at it. */
  lastEventId: number;
  readonly signal: AbortSignal;
  /** `$states.context.Map`, inside an iteration. */
  readonly map: JsonObject | undefined;
}

/** One stay in a state. */
export interface Visit {
  readonly run: Run;
  readonly thread: Thread;
  readonly state: State;
  readonly input: Json;
  readonly enteredTime: string;
  /** Id of the `…StateEntered` event; AWS names it in causes. */
  readonly enteredEventId: number;
  /** Variables on entry: both `Output` and `Assign` see these. */
  readonly variables: Variables;
}

/** What an expression can see beside input and context. */
export interface Visible {
  readonly retryCount?: number;
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly taskToken?: string;
  /** `Map` of the context object, for `ItemSelector`. */
  readonly map?: JsonObject;
}

/** States whose context object has a `RetryCount`. */
const retryingTypes: ReadonlySet<string> = new Set(['Task', 'Map', 'Parallel']);

export function scopeOf(visit: Visit, visible: Visible = {}): EvaluationScope {
  const { run, thread, state, input, variables } = visit;
  const stateContext: Record<string, Json> = { EnteredTime: visit.enteredTime, Name: state.name };
  if (retryingTypes.has(state.type)) stateContext['RetryCount'] = visible.retryCount ?? 0;
  const context: Record<string, unknown> = { ...run.context, State: stateContext };
  if (visible.taskToken !== undefined) context['Task'] = { Token: visible.taskToken };
  const map = visible.map ?? thread.map;
  if (map !== undefined) context['Map'] = map;
  const states: Record<string, unknown> = { input, context };
  if ('result' in visible) states['result'] = visible.result;
  if ('errorOutput' in visible) states['errorOutput'] = visible.errorOutput;
  return { variables: { ...variables, states }, now: run.clock.now(), random: run.random };
}

/** Adds an event to this line of control. Fails the execution where its history is full. */
export function addEvent(run: Run, thread: Thread, type: string, details?: EventDetails): number {
  if (run.events.isFull) throw new HistoryFull();
  thread.lastEventId = run.events.add(thread.lastEventId, type, details);
  return thread.lastEventId;
}

/** The execution has as many events as a Standard execution may have. No Retry and no Catch applies. */
export class HistoryFull extends StateFailure {
  constructor() {
    super(statesErrors.runtime, 'The execution reached the maximum number of history events (25000).');
  }
}

/** A copy that fits into a payload; otherwise the state fails with `States.DataLimitExceeded`. */
export function limitedCopy(value: unknown, subject: string): Json {
  const copy: JsonCopy = copyJson(value);
  if (copy.isTooLarge) {
    throw new StateFailure(
      statesErrors.dataLimitExceeded,
      `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return copy.value;
}

/** JSON text as the history carries payloads. */
export function eventText(member: 'input' | 'output', value: Json): Readonly<Record<string, unknown>> {
  return { [member]: JSON.stringify(value), [`${member}Details`]: { truncated: false } };
}

/** Error and cause as events carry them: what is absent stays absent. */
export function failureDetails(failure: StateFailure): Readonly<Record<string, unknown>> {
  return {
    ...(failure.error == null ? {} : { error: failure.error }),
    ...(failure.stateCause == null ? {} : { cause: failure.stateCause }),
  };
}
