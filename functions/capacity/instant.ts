import * as z from 'zod';

/**
 * Instants. What is stored, or crosses between states, is an ISO-8601 UTC string with milliseconds
 * (`2027-01-13T06:30:00.000Z`), which is what Step Functions takes for a Wait and what sorts as
 * text. Arithmetic, and every `now` argument, is in epoch milliseconds.
 */

export const SECOND_MILLISECONDS = 1_000;
export const MINUTE_MILLISECONDS = 60_000;
export const HOUR_MILLISECONDS = 3_600_000;
export const DAY_MILLISECONDS = 86_400_000;

/** An ISO-8601 instant in UTC. */
export const instantSchema = z.iso.datetime().describe('Instant in UTC, ISO-8601, ending in Z.');

/** Epoch milliseconds of a stored instant. Throws a RangeError on anything that is not one. */
export function toEpoch(instant: string): number {
  const milliseconds = Date.parse(instant);
  if (Number.isNaN(milliseconds)) throw new RangeError(`not an instant: ${instant}`);
  return milliseconds;
}

/** The stored form of an instant given in epoch milliseconds. */
export function toInstant(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
