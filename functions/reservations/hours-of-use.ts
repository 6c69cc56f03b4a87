import type { Observation } from './observation.ts';
import { isDuringEvent, type TimeWindow } from './event-windows.ts';
import type { ReservationSettings } from './settings.ts';

export const hourMilliseconds = 3_600_000;
export const dayMilliseconds = 24 * hourMilliseconds;

/** Groups send their metrics every minute, on a best-effort basis (Auto Scaling user guide): an hour just over may not be whole. */
const lateMilliseconds = 5 * 60_000;

/** Leases are remembered so long after their end: of what is older, nobody knows any more what a sale was. */
const rememberedLeaseDays = 400;

/** An hour of which CloudWatch knows something. */
export interface SeenHour {
  /** Epoch milliseconds of its beginning. */
  readonly at: number;
  /** The fewest instances in service in it. */
  readonly instances: number;
}

/**
 * The time looked back at, in whole hours of UTC: an hour of UTC is an hour, also in the nights in which clocks change.
 * Longer than wanted by as much as may be missing: a gap that is no reason not to advise must not, at the very beginning, make
 * the days begin anew either.
 */
export function lookBack(now: number, { observationDays, seenHoursPercent }: ReservationSettings): TimeWindow {
  const until = Math.floor((now - lateMilliseconds) / hourMilliseconds) * hourMilliseconds;
  const days = Math.max(observationDays + 1, Math.min(rememberedLeaseDays, Math.ceil((observationDays * 100) / seenHoursPercent) + 1));
  return { from: until - days * dayMilliseconds, until };
}

interface Sight {
  readonly hours: readonly SeenHour[];
  readonly window: TimeWindow;
  readonly events: readonly TimeWindow[];
  readonly wantedDays: number;
}

/** What the hours that were seen say of ordinary ones. The days begin with the first hour that anything is known of. */
export function countHours({ hours, window, events, wantedDays }: Sight): Pick<Observation, 'from' | 'until' | 'days' | 'hours' | 'hoursByInstances'> {
  // An hour counts once, whatever page it came on.
  const seen = new Map(hours.filter(({ at }) => at >= window.from && at < window.until).map(({ at, instances }) => [at, instances]));
  const from = seen.size === 0 ? window.until : Math.min(...seen.keys());
  const ordinary = [...seen].filter(([at]) => !isDuringEvent(events, { from: at, until: at + hourMilliseconds }));
  const byInstances = new Map<number, number>();
  for (const [, instances] of ordinary) byInstances.set(instances, (byInstances.get(instances) ?? 0) + 1);
  return {
    from: new Date(from).toISOString(),
    until: new Date(window.until).toISOString(),
    // Rounded down: a day is over when it is over.
    days: { observed: daysBetween(from, window.until), wanted: wantedDays },
    hours: { all: (window.until - from) / hourMilliseconds, seen: seen.size, inEvents: seen.size - ordinary.length },
    hoursByInstances: [...byInstances].toSorted(([left], [right]) => left - right),
  };
}

/** Days from one instant to another, in hundredths, rounded down. */
export function daysBetween(from: number, until: number): number {
  return Math.floor(((until - from) / dayMilliseconds) * 100) / 100;
}

/** `Day 47 of 90.`: the first day is day 1, and the last one has to be over. */
export function dayOf(observed: number, wanted: number): string {
  return `Day ${Math.floor(observed) + 1} of ${wanted}.`;
}
