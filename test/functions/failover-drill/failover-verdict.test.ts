import { type FailoverLook, type FailoverSubject, lookAtFailover, unknownZone } from '../../../functions/failover-drill/failover-verdict.ts';
import type { Failover } from '../../../functions/failover-drill/failover.ts';

const begunAt = Date.parse('2027-01-13T10:00:00Z');
const second = (seconds: number): string => new Date(begunAt + seconds * 1000).toISOString();
const subjectOf = (changes: Partial<FailoverSubject> = {}): FailoverSubject => ({
  isRequested: true, standbyZone: 'b', zoneAtOpening: 'a', begunAt, limitMinutes: 8, ...changes,
});
const observed = subjectOf({ isRequested: false, standbyZone: undefined });
const pending = (changes: Partial<Failover> = {}): Failover => ({ outcome: 'pending', zoneBefore: 'a', statuses: [], events: [], ...changes });
const lookAt = (seconds: number, changes: Partial<FailoverLook> = {}): FailoverLook => ({ now: begunAt + seconds * 1000, status: 'available', zone: 'a', events: [], ...changes });

const started = { at: second(15), message: 'Multi-AZ instance failover started.' };
const completed = { at: second(67), message: 'Multi-AZ instance failover completed' };
const abandoned = { at: second(5), message: 'Abandoning user requested failover since a failover recently occurred on the database instance.' };

describe('a failover', () => {
  test.each<{ rule: string; failover?: Failover; look: FailoverLook; subject?: FailoverSubject; expected: Failover['outcome'] }>([
    { rule: 'has not begun to show', look: lookAt(2), expected: 'pending' },
    { rule: 'restarts the database', look: lookAt(20, { status: 'rebooting' }), expected: 'pending' },
    { rule: 'shows the other zone and is available', look: lookAt(80, { zone: 'b' }), expected: 'swapped' },
    { rule: 'shows the other zone before it is available', look: lookAt(60, { zone: 'b', status: 'rebooting' }), expected: 'pending' },
    { rule: 'shows a zone where no standby was', look: lookAt(80, { zone: 'c' }), expected: 'pending' },
    { rule: 'is available and completed, and the zone does not show it yet', look: lookAt(80, { events: [started, completed] }), expected: 'pending' },
    { rule: 'never shows the other zone', look: lookAt(480, { events: [started, completed] }), expected: 'timed-out' },
    { rule: 'is a millisecond short of its time', look: lookAt(479.999), expected: 'pending' },
    { rule: 'is not available in time', look: lookAt(480, { zone: 'b', status: 'rebooting' }), expected: 'timed-out' },
    { rule: 'shows the other zone at the last moment', look: lookAt(480, { zone: 'b' }), expected: 'swapped' },
    { rule: 'shows nothing at all', look: lookAt(20, { zone: undefined, status: undefined }), expected: 'pending' },
    { rule: 'was accepted and abandoned', look: lookAt(10, { events: [abandoned] }), expected: 'abandoned' },
    { rule: 'was abandoned, and the event came later', failover: pending({ events: [abandoned] }), look: lookAt(30), expected: 'abandoned' },
    { rule: 'was abandoned, as another one moved the database', look: lookAt(10, { zone: 'b', events: [abandoned] }), expected: 'swapped' },
    { rule: 'was abandoned while another one goes on', look: lookAt(10, { events: [abandoned, started] }), expected: 'pending' },
    { rule: 'was abandoned, and the database is restarting', look: lookAt(10, { status: 'rebooting', events: [abandoned] }), expected: 'pending' },
    { rule: 'was abandoned, and the database is in a third zone', look: lookAt(10, { zone: 'c', events: [abandoned] }), expected: 'pending' },
    { rule: 'that nobody asked for moved it anywhere else', look: lookAt(80, { zone: 'c' }), subject: observed, expected: 'swapped' },
    { rule: 'that nobody asked for, beside a request that was abandoned', look: lookAt(80, { events: [abandoned] }), subject: observed, expected: 'pending' },
    { rule: 'from an unknown zone leaves the one of its opening', failover: pending({ zoneBefore: unknownZone }), look: lookAt(80, { zone: 'b' }), subject: observed, expected: 'swapped' },
    { rule: 'from an unknown zone completed, and may still leave', failover: pending({ zoneBefore: unknownZone }), look: lookAt(80, { events: [completed] }), subject: observed, expected: 'pending' },
    { rule: 'from an unknown zone completed, and no zone was left', failover: pending({ zoneBefore: unknownZone }), look: lookAt(480, { events: [completed] }), subject: observed, expected: 'swapped' },
    { rule: 'from an unknown zone of which nothing was heard again', failover: pending({ zoneBefore: unknownZone }), look: lookAt(480, { events: [started] }), subject: observed, expected: 'timed-out' },
  ])('that $rule: $expected', ({ failover = pending(), look, subject = subjectOf(), expected }) => {
    const seen = lookAtFailover(failover, look, subject);
    expect(seen.outcome).toBe(expected);
    expect(seen.settledAt).toBe(expected === 'pending' ? undefined : new Date(look.now).toISOString());
  });

  test('keeps the zones, and names the one before as soon as it is known', () => {
    expect(lookAtFailover(pending(), lookAt(80, { zone: 'b' }), subjectOf())).toMatchObject({ zoneBefore: 'a', zoneAfter: 'b' });
    expect(lookAtFailover(pending(), lookAt(20), subjectOf()).zoneAfter).toBeUndefined();
    expect(lookAtFailover(pending(), lookAt(480), subjectOf())).toMatchObject({ zoneBefore: 'a', zoneAfter: 'a' });
    const unknown = pending({ zoneBefore: unknownZone });
    expect(lookAtFailover(unknown, lookAt(80, { zone: 'b' }), observed)).toMatchObject({ zoneBefore: 'a', zoneAfter: 'b' });
    expect(lookAtFailover(unknown, lookAt(480, { events: [completed] }), observed)).toMatchObject({ zoneBefore: unknownZone, zoneAfter: 'a' });
  });

  test('that has settled stays as it is', () => {
    const settled = pending({ outcome: 'swapped', settledAt: second(80), zoneAfter: 'b' });
    expect(lookAtFailover(settled, lookAt(500, { events: [started] }), subjectOf())).toBe(settled);
  });
});

describe('what is seen of a failover', () => {
  const looks = (...all: FailoverLook[]): Failover => all.reduce((seen, look) => lookAtFailover(seen, look, subjectOf()), pending());

  test('is each status from when it was first seen', () => {
    const seen = looks(lookAt(2), lookAt(7), lookAt(12, { status: 'rebooting' }), lookAt(17, { status: undefined }), lookAt(22, { status: 'rebooting' }), lookAt(80, { zone: 'b' }));
    expect(seen.statuses).toEqual([{ at: second(2), status: 'available' }, { at: second(12), status: 'rebooting' }, { at: second(80), status: 'available' }]);
  });

  test('are the events in order, each once, whatever order they come in', () => {
    const restarted = { at: second(33), message: 'DB instance restarted' };
    const seen = looks(lookAt(40, { events: [completed, restarted] }), lookAt(45, { events: [restarted, { ...started, message: 'Multi-AZ instance failover started' }, started] }));
    expect(seen.events.map(({ at }) => at)).toEqual([started.at, restarted.at, completed.at]);
  });

  test('are the seconds between started and completed, where both came', () => {
    expect(looks(lookAt(40, { events: [started] })).eventSeconds).toBeUndefined();
    expect(looks(lookAt(40, { events: [completed] })).eventSeconds).toBeUndefined();
    expect(looks(lookAt(40, { events: [completed] }), lookAt(45, { events: [started] })).eventSeconds).toBe(52);
    const standby = { at: second(70), message: 'Multi-AZ failover to standby complete - DNS propagation may take a few minutes.' };
    expect(looks(lookAt(40, { events: [started, standby] })).eventSeconds).toBe(55);
    const earlier = { ...completed, at: second(-30) };
    expect(looks(lookAt(40, { events: [earlier, started] })).eventSeconds).toBeUndefined();
  });
});
