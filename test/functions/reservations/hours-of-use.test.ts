import { eventWindows } from '../../../functions/reservations/event-windows.ts';
import { countHours, dayOf, lookBack, type SeenHour } from '../../../functions/reservations/hours-of-use.ts';
import type { SeenLease } from '../../../functions/platform/seen-leases.ts';
import { day, hour, settingsOf } from './fixtures.ts';

const now = Date.parse('2027-01-13T07:00:00Z');
const window = { from: now - 96 * day, until: now };

function leaseOf(from: string, until: string, changes: Partial<SeenLease> = {}): SeenLease {
  return { id: 'lease', kind: 'sale', status: 'active', from: `2027-01-${from}:00.000Z`, until: `2027-01-${until}:00.000Z`, ...changes };
}

/** Every hour before now, the last one first, with as many instances. */
function hoursBack(count: number, instances = 3): SeenHour[] {
  return Array.from({ length: count }, (_, index) => ({ at: now - (index + 1) * hour, instances }));
}

function count(hours: readonly SeenHour[], leases: readonly SeenLease[] = [], descentMinutes = 50) {
  return countHours({ hours, window, events: eventWindows(leases, descentMinutes), wantedDays: 90 });
}

describe('hours of sales', () => {
  it('what a sale, a surge or a rehearsal held is left out, hour by hour that it touches, with the descent', () => {
    for (const kind of ['sale', 'surge', 'rehearsal'] as const) {
      // 08:30 to 10:20 and fifty minutes more, 11:10: 08, 09, 10 and 11 o'clock.
      expect(count(hoursBack(48), [leaseOf('12T08:30', '12T10:20', { kind })])).toMatchObject({ hours: { seen: 48, inEvents: 4 }, hoursByInstances: [[3, 44]] });
    }
  });

  it('an end on the hour does not take the next one with it, unless the descent does', () => {
    expect(count(hoursBack(48), [leaseOf('12T08:00', '12T10:00')], 0).hours.inEvents).toBe(2);
    expect(count(hoursBack(48), [leaseOf('12T08:00', '12T10:00')], 60).hours.inEvents).toBe(3);
    expect(count(hoursBack(48), [leaseOf('12T08:00', '12T10:00')], 61).hours.inEvents).toBe(4);
  });

  it('one that was cancelled held capacity until it was; one that never began held none', () => {
    expect(count(hoursBack(48), [leaseOf('12T08:00', '12T09:00', { status: 'cancelled' })], 0).hours.inEvents).toBe(1);
    expect(count(hoursBack(48), [leaseOf('12T08:00', '12T08:00', { status: 'cancelled' })]).hours.inEvents).toBe(0);
  });

  it('two at once are not counted twice, and a short one within a long one does not end it', () => {
    const leases = [leaseOf('12T08:00', '12T16:00'), leaseOf('12T09:00', '12T10:00', { kind: 'surge' }), leaseOf('12T15:30', '12T18:00')];
    expect(count(hoursBack(48), leases, 0).hours.inEvents).toBe(10);
    expect(eventWindows(leases, 0)).toHaveLength(1);
  });

  it('what is still held, or planned, has no part in hours that are over', () => {
    expect(count(hoursBack(48), [leaseOf('13T05:00', '20T00:00'), leaseOf('25T00:00', '26T00:00')]).hours.inEvents).toBe(2);
  });
});

describe('hours that are known', () => {
  it('an hour without data is unknown, and never one with no instances', () => {
    const hours = hoursBack(48).filter((_, index) => index % 4 !== 0);
    expect(count(hours)).toMatchObject({ hours: { all: 48, seen: 36 }, hoursByInstances: [[3, 36]] });
    expect(count([...hours, { at: now - hour, instances: 0 }]).hoursByInstances).toEqual([[0, 1], [3, 36]]);
  });

  it('days begin with the first hour that anything is known of, and count to now', () => {
    expect(count([{ at: now - 47.5 * day, instances: 3 }])).toMatchObject({ days: { observed: 47.5, wanted: 90 }, hours: { all: 1140, seen: 1 }, from: '2026-11-26T19:00:00.000Z' });
    expect(dayOf(46.3, 90)).toBe('Day 47 of 90.');
    expect(dayOf(0, 90)).toBe('Day 1 of 90.');
  });

  it('nothing is known: no days, no hours', () => {
    expect(count([])).toMatchObject({ days: { observed: 0 }, hours: { all: 0, seen: 0, inEvents: 0 }, hoursByInstances: [] });
  });

  it('an hour that comes on two pages counts once, and one outside of the window not at all', () => {
    expect(count([...hoursBack(3), ...hoursBack(3), { at: now, instances: 9 }, { at: window.from - hour, instances: 9 }])).toMatchObject({ hours: { all: 3, seen: 3 } });
  });

  it('days that are not over do not count as days', () => {
    const from = now - 90 * day + 60_000;
    expect(countHours({ hours: [{ at: from, instances: 1 }], window, events: [], wantedDays: 90 }).days.observed).toBeLessThan(90);
  });
});

describe('looking back', () => {
  it('reaches past the days wanted by the gap that is put up with, so that such a gap does not begin the days anew', () => {
    const settings = settingsOf();
    const { from, until } = lookBack(now, settings);
    const days = (until - from) / day;
    // The longest gap at the very beginning that leaves enough hours known.
    const gap = Math.floor(days * (1 - settings.seenHoursPercent / 100));
    expect(days - gap).toBeGreaterThanOrEqual(settings.observationDays);
    expect((lookBack(now, settingsOf({ seenHoursPercent: 50 })).until - lookBack(now, settingsOf({ seenHoursPercent: 50 })).from) / day).toBe(181);
  });

  it('ends with the last hour that is surely whole, and never reaches past what leases and metrics are kept for', () => {
    expect(lookBack(now + 4 * 60_000, settingsOf()).until).toBe(now - hour);
    expect(lookBack(now + 5 * 60_000, settingsOf()).until).toBe(now);
    const { from, until } = lookBack(now, settingsOf({ observationDays: 400, seenHoursPercent: 50 }));
    expect((until - from) / day).toBe(401);
  });

  it('clocks that change make no day of 23 or 25 hours: hours are those of UTC', () => {
    for (const night of ['2027-03-28', '2026-10-25']) {
      const until = Date.parse(`${night}T12:00:00Z`);
      const hours = Array.from({ length: 48 }, (_, index) => ({ at: until - (index + 1) * hour, instances: 2 }));
      const sale: SeenLease = { id: 'night', kind: 'sale', status: 'active', from: `${night}T00:00:00.000Z`, until: `${night}T04:00:00.000Z` };
      const counted = countHours({ hours, window: { from: until - 10 * day, until }, events: eventWindows([sale], 0), wantedDays: 2 });
      expect(counted).toMatchObject({ days: { observed: 2 }, hours: { all: 48, seen: 48, inEvents: 4 } });
    }
  });
});
