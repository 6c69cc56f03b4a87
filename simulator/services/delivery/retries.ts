import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';

export interface RetryPolicy {
  readonly maximumAgeSeconds: number;
  readonly maximumRetryAttempts: number;
}

/** What EventBridge and Scheduler do when nothing else is said (their user guides, "Retry policy"). */
export const defaultRetryPolicy: RetryPolicy = { maximumAgeSeconds: 86_400, maximumRetryAttempts: 185 };

/** What was given up, as a dead-letter queue gets it. */
export interface DeadLetter {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Name of the schedule or rule. */
  readonly source: string;
  readonly queueArn: string | undefined;
  readonly payload: string;
  readonly attempts: number;
  readonly error: string;
  readonly message: string;
}

export interface Delivery {
  readonly policy: RetryPolicy;
  /** Names the random stream of the waits. */
  readonly stream: string;
  /** `number` counts from 1. */
  readonly attempt: (number: number) => Promise<void>;
  readonly giveUp: (error: AwsError, attempts: number) => void;
}

/** Neither guide gives the waits, only "exponential backoff and jitter": from one second up to ten minutes. */
const backoffSeconds = { first: 1, most: 600, jitter: 0.25 };

/**
 * Tries until the target takes it, an error is not worth a retry, or the policy ends. Missing permissions and targets
 * that are gone are not retried (EventBridge user guide, "Using dead-letter queues").
 */
export async function deliver(account: Account, delivery: Delivery): Promise<void> {
  const startedAt = account.clock.now();
  const attempt = async (number: number): Promise<void> => {
    try {
      await delivery.attempt(number);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const waitMilliseconds = waitBefore(number, account.random.stream(delivery.stream).next());
      const age = account.clock.now() + waitMilliseconds - startedAt;
      const isOver = number > delivery.policy.maximumRetryAttempts || age > delivery.policy.maximumAgeSeconds * 1000;
      if (isOver || !isRetriable(error)) {
        delivery.giveUp(error, number);
        return;
      }
      account.clock.at(account.clock.now() + waitMilliseconds, () => attempt(number + 1));
    }
  };
  await attempt(1);
}

function waitBefore(retry: number, draw: number): number {
  const seconds = Math.min(backoffSeconds.most, backoffSeconds.first * 2 ** (retry - 1));
  return Math.round(seconds * 1000 * (1 + backoffSeconds.jitter * draw));
}

function isRetriable(error: AwsError): boolean {
  return error.statusCode >= 500 || error.statusCode === 429 || /throttl|toomanyrequests|requestlimit/iu.test(error.name);
}
