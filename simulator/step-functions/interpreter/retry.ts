import type { Random } from '../../kernel/random.ts';
import type { Catcher, Retrier } from '../definition/program.ts';
import { type StateFailure, statesErrors } from '../errors.ts';

/**
 * Whether a list of error names matches a failure.
 *
 * `States.Runtime` always fails the execution (Step Functions guide, error handling). The guide says the same
 * of `States.ALL` and `States.DataLimitExceeded`, yet recorded executions catch it: the recordings are followed.
 */
export function matchesError(errorEquals: readonly string[], failure: StateFailure): boolean {
  if (failure.error === statesErrors.runtime) return false;
  return errorEquals.some((name) => {
    switch (name) {
      case statesErrors.all:
        return true;
      case statesErrors.taskFailed:
        return !failure.isTimeout;
      case statesErrors.timeout:
        return failure.isTimeout;
      default:
        return name === failure.error;
    }
  });
}

/** Counts the attempts of one visit; each retrier has its own count. */
export class RetryCounter {
  readonly #retriers: readonly Retrier[];
  readonly #random: Random;
  readonly #used: number[];

  constructor(retriers: readonly Retrier[], random: Random) {
    this.#retriers = retriers;
    this.#random = random;
    this.#used = retriers.map(() => 0);
  }

  /** Milliseconds until the next attempt; undefined where there is none. The first retrier that matches decides. */
  delayAfter(failure: StateFailure): number | undefined {
    const index = this.#retriers.findIndex(({ errorEquals }) => matchesError(errorEquals, failure));
    const retrier = this.#retriers[index];
    const used = this.#used[index] ?? 0;
    if (retrier === undefined || used >= retrier.maxAttempts) return undefined;
    this.#used[index] = used + 1;
    const seconds = Math.min(
      retrier.intervalSeconds * retrier.backoffRate ** used,
      retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY,
    );
    return Math.round(seconds * 1000 * (retrier.jitterStrategy === 'FULL' ? this.#random.next() : 1));
  }
}

export function findCatcher(
  catchers: readonly Catcher[],
  failure: StateFailure,
): { readonly catcher: Catcher; readonly index: number } | undefined {
  const index = catchers.findIndex(({ errorEquals }) => matchesError(errorEquals, failure));
  const catcher = catchers[index];
  return catcher === undefined ? undefined : { catcher, index };
}
