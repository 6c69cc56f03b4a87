import type { SeenLease } from '../platform/seen-leases.ts';

const minuteMilliseconds = 60_000;

/** `[from, until)` in epoch milliseconds. */
export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

/**
 * When sales, surges and rehearsals held capacity, and the descents after them, in order and without overlaps. A lease that
 * was cancelled held capacity until its `until`, which cancelling moves; one that never began held none.
 */
export function eventWindows(leases: readonly SeenLease[], descentMinutes: number): TimeWindow[] {
  const windows = leases
    .map(({ from, until }) => ({ from: Date.parse(from), until: Date.parse(until) }))
    .filter(({ from, until }) => from < until)
    .map(({ from, until }) => ({ from, until: until + descentMinutes * minuteMilliseconds }))
    .toSorted((left, right) => left.from - right.from);
  const merged: TimeWindow[] = [];
  for (const window of windows) {
    const last = merged.at(-1);
    if (last === undefined || window.from > last.until) merged.push(window);
    else merged[merged.length - 1] = { from: last.from, until: Math.max(last.until, window.until) };
  }
  return merged;
}

/** Whether an event held capacity at any instant of `within`. */
export function isDuringEvent(windows: readonly TimeWindow[], within: TimeWindow): boolean {
  return windows.some(({ from, until }) => from < within.until && within.from < until);
}
