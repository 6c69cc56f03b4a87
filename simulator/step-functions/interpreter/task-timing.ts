import { StateFailure, statesErrors } from '../errors.ts';
import type { Run } from './run.ts';
import type { TaskCall } from './task-call.ts';

export interface TaskLimits {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** Why a timer is given up. Made once: without a reason, every abort makes a DOMException with a stack. */
const over = new Error('The timer is not needed any more.');

/**
 * Waits for one attempt of a task, for its time-outs, and for whatever ends the line of control. A late answer
 * to an attempt that nobody waits for any more is dropped, as AWS drops it.
 */
export function awaitTask(
  run: Run,
  signal: AbortSignal,
  limits: TaskLimits,
  describe: (signal: AbortSignal, heartbeat: () => void) => TaskCall,
): Promise<unknown> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const attempt = new AbortController();
  const timers = new AbortController();
  let beat = new AbortController();
  return new Promise((resolve, reject) => {
    const abandon = (reason: Error): void => {
      finish();
      reject(reason);
      attempt.abort(reason);
    };
    const onHalt = (): void => abandon(signal.reason as Error);
    const finish = (): void => {
      signal.removeEventListener('abort', onHalt);
      timers.abort(over);
      beat.abort(over);
    };
    const expire = (seconds: number, error: string, until: AbortSignal): void => {
      // Rejects only when aborted, and then there is nothing left to do.
      run.clock.sleep(seconds * 1000, until).then(
        () => {
          abandon(new StateFailure(error, undefined));
          return undefined;
        },
        () => {},
      );
    };
    const heartbeat = (): void => {
      if (limits.heartbeatSeconds === undefined || timers.signal.aborted) return;
      beat.abort(over);
      beat = new AbortController();
      expire(limits.heartbeatSeconds, statesErrors.heartbeatTimeout, beat.signal);
    };
    signal.addEventListener('abort', onHalt, { once: true });
    if (limits.timeoutSeconds !== undefined) expire(limits.timeoutSeconds, statesErrors.timeout, timers.signal);
    heartbeat();
    run.task(describe(attempt.signal, heartbeat)).finally(finish).then(resolve, reject);
  });
}
