import { formatParisTime, resolveParisTime } from '../functions/capacity/paris-time.ts';

/** Epoch milliseconds of a Paris time such as `2027-01-13T08:00`. Throws on one that is not exactly one instant. */
export function paris(text: string): number {
  const resolved = resolveParisTime(text, 'time');
  if (resolved.kind !== 'resolved') throw new RangeError(`${text}: expected ${resolved.expected}`);
  return Date.parse(resolved.instant);
}

/** `2027-01-13T06:30:00+01:00` of an instant in epoch milliseconds. */
export { formatParisTime };
