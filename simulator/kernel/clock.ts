import * as FakeTimers from '@sinonjs/fake-timers';

/** What code inside the simulator needs of time. All times are epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Resolves after `milliseconds` of this clock's time; rejects with `signal.reason` when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Undoes a scheduled callback. Calling it twice, or after the callback ran, does nothing. */
export type Cancel = () => void;

/** A timer's longest delay; a longer one overflows and fires at once, here as in Node.js. */
const longestTimerMilliseconds = 2_147_483_647;

type Callback = () => void | Promise<void>;

// Captured before any clock is installed: settling must use the real event loop.
const realSetImmediate = globalThis.setImmediate;

/**
 * Resources that mean real work is still on its way (a file being read, a module being loaded).
 * While one is alive, time must not move: a handler's first dynamic import would otherwise lose
 * a race against its own time-out.
 */
const realWork = new Set(['FSReqPromise', 'FSReqCallback', 'FileHandle', 'FileHandleCloseReq', 'Immediate']);

function isRealWorkPending(): boolean {
  for (const resource of process.getActiveResourcesInfo()) {
    if (realWork.has(resource)) return true;
  }
  return false;
}

/**
 * Virtual time over `@sinonjs/fake-timers`.
 *
 * Time moves only in `runUntil` and `runWhilePending`, from one timer to the next, and only when no real
 * work is pending. Callbacks at the same instant run in the order in which they were scheduled.
 */
export class VirtualClock implements Clock {
  readonly #timers: FakeTimers.Clock;
  readonly #uninstall: (() => void) | undefined;
  #defect: { readonly error: unknown } | undefined;
  #isRunning = false;
  #holds = 0;

  private constructor(timers: FakeTimers.Clock, uninstall?: () => void) {
    this.#timers = timers;
    this.#uninstall = uninstall;
  }

  /** A clock of its own: globals keep real time. */
  static detached(startsAt: number): VirtualClock {
    return new VirtualClock(FakeTimers.withGlobal(globalThis).createClock(startsAt));
  }

  /** Replaces `Date` and the timers of this process until `uninstall`. Microtasks and `setImmediate` stay real. */
  static install(startsAt: number): VirtualClock {
    const timers = FakeTimers.withGlobal(globalThis).install({
      now: startsAt,
      toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
    return new VirtualClock(timers, () => timers.uninstall());
  }

  uninstall(): void {
    this.#uninstall?.();
  }

  now(): number {
    return this.#timers.now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const cancel = this.at(this.now() + milliseconds, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Runs `callback` at `time` (now, if that is past). An error in it stops the run that reached it. */
  at(time: number, callback: Callback): Cancel {
    const restingPoint = this.now() + longestTimerMilliseconds;
    if (time > restingPoint) {
      let cancel = this.at(restingPoint, () => {
        cancel = this.at(time, callback);
      });
      return () => cancel();
    }
    const timer = this.#timers.setTimeout(() => this.#guard(callback), Math.max(0, time - this.now()));
    return () => this.#timers.clearTimeout(timer);
  }

  /** Runs `callback` every `milliseconds`, first at the next whole multiple of it since the epoch. */
  every(milliseconds: number, callback: Callback): Cancel {
    const next = (): number => (Math.floor(this.now() / milliseconds) + 1) * milliseconds;
    const step = (): void | Promise<void> => {
      cancel = this.at(next(), step);
      return callback();
    };
    let cancel = this.at(next(), step);
    return () => cancel();
  }

  /** Keeps time still until `work`, which happens in real time (a module being loaded), is done. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work;
    } finally {
      this.#holds -= 1;
    }
  }

  /** Stops the run with an error that nothing inside it may handle. */
  fail(error: unknown): void {
    this.#defect ??= { error };
  }

  /** Moves time to `time`, running everything due on the way. */
  async runUntil(time: number): Promise<void> {
    let due = false;
    const cancel = this.at(time, () => {
      due = true;
    });
    try {
      await this.#run(() => due);
    } finally {
      cancel();
    }
  }

  /** Moves time until `promise` settles, and gives its outcome. Throws when nothing is left that could settle it. */
  async runWhilePending<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const watch = (): void => {
      settled = true;
    };
    promise.then(watch, watch);
    await this.#run(() => settled);
    return promise;
  }

  /** Two runs at once would wait for each other's settling, for ever. */
  async #run(isDone: () => boolean): Promise<void> {
    if (this.#isRunning) throw new Error('Virtual time is moved already: runs come one after the other.');
    this.#isRunning = true;
    try {
      await this.#settle();
      while (!isDone()) {
        if (this.#timers.countTimers() === 0) {
          throw new Error('Virtual time cannot move: nothing is scheduled, and what is awaited has not happened.');
        }
        this.#timers.next();
        await this.#settle();
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Lets every microtask, and all real work that is pending, run to its end. */
  async #settle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => {
        realSetImmediate(resolve);
      });
    } while (this.#holds > 0 || isRealWorkPending());
    if (this.#defect !== undefined) {
      const { error } = this.#defect;
      this.#defect = undefined;
      throw error;
    }
  }

  #guard(callback: Callback): void {
    try {
      callback()?.catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }
}
