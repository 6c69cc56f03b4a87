/**
 * How a task fails: the error name that Retry and Catch match on, and its cause. Null stands for what the
 * reporter left out: `SendTaskFailure` without error and cause gives null for both.
 */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly error: string | null;
  readonly taskCause: string | null;

  constructor(error: string | null = null, cause: string | null = null) {
    super(`${error ?? 'A task failed'}${cause === null ? '' : `: ${cause}`}`);
    this.error = error;
    this.taskCause = cause;
  }
}

/** The message of whatever was thrown; JSONata throws objects that are no errors. */
export function messageOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown);
}

/** One thing that is wrong with a definition. */
export interface DefinitionProblem {
  /** A path into the definition, for example `/States/Warm/Output/size`. */
  readonly location: string;
  readonly message: string;
}

/** The definition would be refused by CreateStateMachine. Every problem is listed, not only the first. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: readonly DefinitionProblem[];

  constructor(problems: readonly DefinitionProblem[]) {
    const list = problems.map(({ location, message }) => `${message} at ${location === '' ? '/' : location}`);
    super(`Invalid State Machine Definition: ${list.join('; ')}`);
    this.problems = problems;
  }
}

/** Error names that the interpreter raises itself, as the guide and the States Language specification list them. */
export const statesErrors = {
  all: 'States.ALL',
  dataLimitExceeded: 'States.DataLimitExceeded',
  exceedToleratedFailureThreshold: 'States.ExceedToleratedFailureThreshold',
  heartbeatTimeout: 'States.HeartbeatTimeout',
  noChoiceMatched: 'States.NoChoiceMatched',
  queryEvaluationError: 'States.QueryEvaluationError',
  runtime: 'States.Runtime',
  taskFailed: 'States.TaskFailed',
  timeout: 'States.Timeout',
} as const;

/** A state failed: what Retry and Catch look at, inside the interpreter. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string | null | undefined;
  readonly stateCause: string | null | undefined;

  constructor(error: string | null | undefined, cause: string | null | undefined) {
    super(`${error ?? 'A state failed'}${cause == null ? '' : `: ${cause}`}`);
    this.error = error;
    this.stateCause = cause;
  }

  get isTimeout(): boolean {
    return this.error === statesErrors.timeout || this.error === statesErrors.heartbeatTimeout;
  }

  /** `$states.errorOutput`: a time-out has an empty cause there (recorded on AWS), what is absent is null. */
  get output(): { readonly Error: string | null; readonly Cause: string | null } {
    return { Error: this.error ?? null, Cause: this.stateCause ?? (this.isTimeout ? '' : null) };
  }
}

/** Something was stopped from outside: a sibling branch failed, the execution was stopped or timed out. */
export class Halted extends Error {
  override readonly name = 'Halted';
  readonly reason: 'sibling-failed' | 'stopped' | 'timed-out';

  constructor(reason: Halted['reason']) {
    super(`Halted: ${reason}`);
    this.reason = reason;
  }
}

/** Why an execution is stopped: the reason of the signal that stops it. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest';
  readonly error: string | undefined;
  readonly stopCause: string | undefined;

  constructor(error?: string, cause?: string) {
    super('The execution is stopped');
    this.error = error;
    this.stopCause = cause;
  }
}
