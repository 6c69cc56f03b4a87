/** What the probe needs of time: a test has one of its own. */
export interface ProbeClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `act` later, unless what is given back is called before. */
  after(milliseconds: number, act: () => void): () => void;
}

export const systemClock: ProbeClock = {
  now: () => Date.now(),
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  },
};

export function pause(clock: ProbeClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void clock.after(milliseconds, resolve));
}

/** What `work` comes to, or an error after so long. The work itself is not stopped by that. */
export function within<Value>(clock: ProbeClock, milliseconds: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => reject(new Error(`No answer within ${milliseconds} ms.`)));
    work.finally(cancel).then(resolve, reject);
  });
}
