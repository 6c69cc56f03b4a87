import type { CallRequest } from './calls.ts';

/** What can go wrong with one call of a handler, or with the Lambda that makes it. */
export const faultKinds = [
  /** Throttled again and again, until the SDK's own retries are used up. */
  'throttled',
  /** The service answers 503 until the SDK's own retries are used up. */
  'unavailable',
  /** The role may not: a policy changed by hand, a service control policy, an expired session. */
  'denied',
  /** Refused before anything happened, by an error that is not retried. */
  'refused',
  /** The effect happened, the connection broke before the reply came: the SDK retries. */
  'reply-lost',
  /** The effect happened, and no reply to it or to any retry ever comes. */
  'reply-lost-for-good',
  /** The execution environment dies before the call leaves it. */
  'killed-before',
  /** The execution environment dies once the call has taken effect. */
  'killed-after',
  /** The call takes so long that the function reaches its time-out. */
  'timed-out',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Decides, for every attempt of every call of a handler, whether it is to go wrong. */
export interface FaultPlan {
  faultFor(request: CallRequest, phase: string): FaultKind | undefined;
}

export const noFaults: FaultPlan = { faultFor: () => undefined };
