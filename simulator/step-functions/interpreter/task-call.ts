import type { Json } from '../json.ts';

/** One attempt of a Task state, as the interpreter hands it to whoever carries it out. */
export interface TaskCall {
  readonly stateName: string;
  readonly resource: string;
  /** The evaluated `Arguments`, or the state's input where the state has none. */
  readonly arguments: Json;
  /** `State.RetryCount`: 0 on the first attempt. */
  readonly retryCount: number;
  /** Aborted when nobody waits for the answer any more: time-out, sibling failed, execution stopped. */
  readonly signal: AbortSignal;
  /** Present for `….waitForTaskToken`: the call must not resolve before this token is reported on. */
  readonly taskToken: string | undefined;
  /** Evaluated `Credentials` of the state. */
  readonly credentials: Json | undefined;
  /** Starts the heartbeat interval anew. */
  heartbeat(): void;
  /** Tells that a service has accepted the work and the answer is still to come (`TaskSubmitted`). */
  submitted(output: Json): void;
}

/**
 * Carries out a task. Rejects with `TaskError` for a failure that Retry and Catch may handle; every other
 * rejection is a defect, passes through all of them and rejects the whole run.
 */
export type TaskRunner = (call: TaskCall) => Promise<unknown>;
