import type { RuleTime } from './rule-meaning.ts';

export const dayMilliseconds = 86_400_000;

/**
 * When a rule acts on what is so old: its age in days after the start, then on to the next midnight UTC. Epoch milliseconds.
 * Source: "Lifecycle rules: based on an object's age". What started at midnight is due at midnight: never later than in S3.
 */
export function dueAt(startedAt: number, days: number): number {
  return Math.ceil(startedAt / dayMilliseconds) * dayMilliseconds + days * dayMilliseconds;
}

/** A day is due for everything from then on, however young. */
export function timeDueAt(time: RuleTime, startedAt: number): number {
  return 'days' in time ? dueAt(startedAt, time.days) : Date.parse(time.date);
}
