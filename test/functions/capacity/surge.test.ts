import { leaseSchema } from '../../../functions/capacity/lease.ts';
import { BLIND_SURGE_HOURS, type CpuSample, decideSurge, type SurgeFacts } from '../../../functions/capacity/surge.ts';
import { DAY, HOUR, iso, MINUTE, model, OPENS, surgeLease } from './fixtures.ts';

/** One sample a minute for the last `minutes` before now, all of one figure. */
function steady(percent: number, minutes = 20, now = OPENS): CpuSample[] {
  return Array.from({ length: minutes }, (_, index) => ({ at: now - index * MINUTE, percent }));
}

function facts(change: Partial<SurgeFacts> = {}): SurgeFacts {
  return { alarmState: 'OK', cpu: steady(50), desired: 4, inService: 4, execution: 'surge-1', model: model(), now: OPENS, ...change };
}

/** A surge granted an hour ago that reaches five minutes from now. */
const running = surgeLease({
  from: iso(OPENS - HOUR),
  until: iso(OPENS + 5 * MINUTE),
  revision: 3,
  surge: { grantedAt: iso(OPENS - HOUR), desiredAtGrant: 4, heldBy: 'surge-1' },
});

describe('without a surge', () => {
  it('grants one when the alarm is on: the desired size grown by the factor, until the hold time', () => {
    const decision = decideSurge(facts({ alarmState: 'ALARM', cpu: [] }));
    expect(decision).toMatchObject({ kind: 'grant', expectedRevision: 'absent' });
    const lease = 'lease' in decision ? decision.lease : undefined;
    expect(lease).toEqual(surgeLease());
    expect(leaseSchema.parse(lease)).toEqual(lease);
  });

  it('grants one when the CPU is high though the alarm’s event was lost', () => {
    expect(decideSurge(facts({ cpu: steady(71) })).kind).toBe('grant');
  });

  it.each([
    ['the CPU is at the limit', { cpu: steady(70) }],
    ['the CPU was high too long ago to tell', { cpu: steady(90, 3, OPENS - 10 * MINUTE) }],
    ['nothing is known', { alarmState: 'INSUFFICIENT_DATA', cpu: [] }],
  ] as const)('holds when %s', (_why, change) => {
    expect(decideSurge(facts(change)).kind).toBe('hold');
  });

  it('follows up a surge that is over, on its revision', () => {
    const over = surgeLease({ until: iso(OPENS), from: iso(OPENS - HOUR), revision: 7 });
    expect(decideSurge(facts({ alarmState: 'ALARM', lease: over, execution: 'surge-2' }))).toMatchObject({
      kind: 'grant',
      expectedRevision: 7,
      lease: { revision: 8, from: iso(OPENS), surge: { heldBy: 'surge-2' } },
    });
  });

  it.each([
    [1, 2],
    [3, 5],
    [10, 15],
    [30, 40],
    [39, 40],
  ])('from %d desired grows to %d, maxCeiling at most', (desired, floor) => {
    expect(decideSurge(facts({ alarmState: 'ALARM', desired }))).toMatchObject({ kind: 'grant', lease: { floor } });
  });

  it('holds at maxCeiling, and says why', () => {
    expect(decideSurge(facts({ alarmState: 'ALARM', desired: 40 }))).toEqual({
      kind: 'hold',
      reason: 'the CPU is high, but 40 instances are desired and maxCeiling is 40',
    });
  });
});

describe('during a surge', () => {
  it('grows once more when the last growth is in service, has settled, and the CPU is still high', () => {
    const decision = decideSurge(facts({ alarmState: 'ALARM', lease: running, desired: 6, inService: 6 }));
    expect(decision).toMatchObject({ kind: 'grant', expectedRevision: 3, lease: { floor: 9, from: running.from, revision: 4 } });
  });

  it('does not grow again while the last growth is booting or settling', () => {
    const fresh = { ...running, surge: { grantedAt: iso(OPENS - 5 * MINUTE), desiredAtGrant: 4, heldBy: 'surge-1' } };
    expect(decideSurge(facts({ alarmState: 'ALARM', lease: fresh, desired: 6, inService: 6 })).kind).toBe('prolong');
    expect(decideSurge(facts({ alarmState: 'ALARM', lease: running, desired: 6, inService: 5 })).kind).toBe('prolong');
  });

  it('is prolonged at maxCeiling, not dropped', () => {
    expect(decideSurge(facts({ alarmState: 'ALARM', lease: running, desired: 40, inService: 40 })).kind).toBe('prolong');
  });

  it('is prolonged between the two limits', () => {
    expect(decideSurge(facts({ lease: running }))).toMatchObject({
      kind: 'prolong',
      until: iso(OPENS + 15 * MINUTE),
      expectedRevision: 3,
      lease: { floor: 6, revision: 4 },
    });
  });

  it('is not rewritten at every sample', () => {
    const reaching = { ...running, until: iso(OPENS + 12 * MINUTE) };
    expect(decideSurge(facts({ lease: reaching })).kind).toBe('hold');
  });

  it('is released after the whole hold time of low CPU: it ends now', () => {
    expect(decideSurge(facts({ cpu: steady(39), lease: running }))).toMatchObject({
      kind: 'release',
      expectedRevision: 3,
      lease: { until: iso(OPENS), revision: 4, status: 'active' },
    });
  });

  it.each([
    ['one sample was not low', steady(39).map((sample, index) => (index === 10 ? { ...sample, percent: 40 } : sample))],
    ['the CPU has been low for less', steady(39, 5)],
    ['figures are missing in between', steady(39).filter((_, index) => index < 3 || index > 11)],
    ['the newest figure is old', steady(39, 20, OPENS - 7 * MINUTE)],
  ])('is not released when %s', (_why, cpu) => {
    expect(decideSurge(facts({ cpu, lease: running })).kind).toBe('prolong');
  });

  it('is released on figures every five minutes too', () => {
    const cpu = [0, 5, 10, 15].map((minutes) => ({ at: OPENS - minutes * MINUTE, percent: 20 }));
    expect(decideSurge(facts({ cpu, lease: running })).kind).toBe('release');
  });

  it('is prolonged without figures, for a day at most', () => {
    const old = { ...running, from: iso(OPENS - BLIND_SURGE_HOURS * HOUR) };
    expect(decideSurge(facts({ cpu: [], lease: running })).kind).toBe('prolong');
    expect(decideSurge(facts({ cpu: [], lease: old })).kind).toBe('hold');
  });

  it('outlasts a day while the CPU is high', () => {
    const old = { ...running, from: iso(OPENS - 2 * DAY) };
    expect(decideSurge(facts({ alarmState: 'ALARM', lease: old, desired: 6, inService: 5 })).kind).toBe('prolong');
  });

  it('does not lapse between reconciliations while the CPU stays in between', () => {
    let lease = surgeLease();
    for (let now = OPENS; now <= OPENS + 5 * HOUR; now += 5 * MINUTE) {
      expect(now).toBeLessThan(Date.parse(lease.until));
      const decision = decideSurge(facts({ cpu: steady(55, 20, now), lease, now }));
      if (decision.kind === 'prolong') lease = decision.lease;
    }
  });
});
