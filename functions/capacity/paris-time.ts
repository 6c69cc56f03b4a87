import { Temporal } from 'temporal-polyfill';
import { toInstant } from './instant.ts';

/**
 * Sales are announced in Paris time; everything is stored in UTC. Twice a year a local time is not
 * one instant: in spring an hour does not exist (EventBridge Scheduler silently skips it), in
 * autumn an hour happens twice. Guessing there moves a sale by an hour, so neither is accepted.
 */

export const PARIS = 'Europe/Paris';

const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:[0-5]\d(\.\d{1,3})?)?$/;

export const PARIS_TIME_FORMAT =
  'a Paris time such as 2027-01-13T08:00, or an instant with its offset such as 2027-01-13T08:00:00+01:00 or 2027-01-13T07:00:00Z';

export const unresolvedTimeReasons = ['malformed', 'nonexistent', 'ambiguous'] as const;

/** Outcome of `resolveParisTime`. `instant` is UTC, ISO-8601; `candidates` are Paris times with offset. */
export type ResolvedTime =
  | { readonly kind: 'resolved'; readonly instant: string }
  | {
      readonly kind: 'unresolved';
      readonly reason: (typeof unresolvedTimeReasons)[number];
      readonly field: string;
      readonly value: string;
      readonly expected: string;
      readonly candidates: readonly string[];
    };

/**
 * The instant meant by `text`: an ISO-8601 instant with offset or `Z`, or a local Paris time
 * (seconds optional). `field` is where the text stands, for the error: `sale.startsAt`.
 */
export function resolveParisTime(text: string, field: string): ResolvedTime {
  const malformed: ResolvedTime = {
    kind: 'unresolved',
    reason: 'malformed',
    field,
    value: text,
    expected: PARIS_TIME_FORMAT,
    candidates: [],
  };
  try {
    if (WITH_OFFSET.test(text)) {
      return { kind: 'resolved', instant: toInstant(Temporal.Instant.from(text).epochMilliseconds) };
    }
    if (LOCAL.test(text)) return resolveLocal(text, field);
  } catch (error) {
    // Temporal reports a date that no calendar has (February 30th, hour 25) with a RangeError.
    if (error instanceof RangeError) return malformed;
    throw error;
  }
  return malformed;
}

function resolveLocal(text: string, field: string): ResolvedTime {
  const local = Temporal.PlainDateTime.from(text, { overflow: 'reject' });
  const earlier = local.toZonedDateTime(PARIS, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(PARIS, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) {
    return { kind: 'resolved', instant: toInstant(earlier.epochMilliseconds) };
  }
  // In the spring gap neither reading keeps the wall clock that was written; in autumn both do.
  const reason = earlier.toPlainDateTime().equals(local) ? 'ambiguous' : 'nonexistent';
  const candidates = [formatParisTime(earlier.epochMilliseconds), formatParisTime(later.epochMilliseconds)];
  const why =
    reason === 'ambiguous'
      ? 'happens twice in Paris that night, when clocks go back'
      : 'does not exist in Paris that night, when clocks go forward';
  return {
    kind: 'unresolved',
    reason,
    field,
    value: text,
    expected: `a time that is one instant: ${text} ${why}; write ${candidates.join(' or ')}`,
    candidates,
  };
}

/** Paris time with its offset, `2027-01-13T06:30:00+01:00`, of an instant in epoch milliseconds. Whole seconds. */
export function formatParisTime(epochMilliseconds: number): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMilliseconds)
    .toZonedDateTimeISO(PARIS)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
}
