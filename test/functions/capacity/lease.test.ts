import * as fc from 'fast-check';
import { type Lease, leasePhaseAt, leaseSchema, wantedCapacity } from '../../../functions/capacity/lease.ts';
import { DAY, ENDS, HOUR, iso, MINUTE, model, OPENS, rehearsalLease, saleLease, surgeLease } from './fixtures.ts';

/** Floor wanted each `minutes` after a lease of floor 20 ended; baseline 2, a step each 10 minutes, window 60. */
function descent(minutes: readonly number[], loadRequestsPerSecond?: number): number[] {
  return minutes.map((minute) => wantedCapacity(model(), [saleLease()], ENDS + minute * MINUTE, loadRequestsPerSecond).floor);
}

describe('leaseSchema', () => {
  it('reads back each kind of lease, dropping the ledger’s own attributes', () => {
    for (const lease of [saleLease(), surgeLease(), rehearsalLease()]) {
      expect(leaseSchema.parse({ ...lease, pk: 'LEASE', expiresAt: 1 })).toEqual(lease);
    }
  });

  it.each([
    ['a floor above the ceiling', { floor: 31 }],
    ['an end before the beginning', { until: '2026-01-01T00:00:00.000Z' }],
    ['a local time', { from: '2027-01-13T08:00' }],
    ['a sale without its facts', { sale: undefined }],
    ['an unknown kind', { kind: 'party' }],
  ])('refuses %s', (_what, change) => {
    expect(leaseSchema.safeParse({ ...saleLease(), ...change }).success).toBe(false);
  });
});

describe('leasePhaseAt', () => {
  const from = OPENS - 95 * MINUTE;
  it.each([
    ['pending', from - 1],
    ['active', from],
    ['active', ENDS - 1],
    ['descending', ENDS],
    ['descending', ENDS + 60 * MINUTE - 1],
    ['over', ENDS + 60 * MINUTE],
  ])('is %s at %d', (phase, now) => {
    expect(leasePhaseAt(saleLease(), model(), now)).toBe(phase);
  });

  it('is void at all times when cancelled before it began', () => {
    const lease = saleLease({ status: 'cancelled', until: iso(from) });
    for (const now of [from - DAY, from, from + MINUTE, ENDS]) expect(leasePhaseAt(lease, model(), now)).toBe('void');
  });
});

describe('wantedCapacity', () => {
  it('is the baseline without leases', () => {
    expect(wantedCapacity(model(), [], OPENS)).toEqual({
      floor: 2,
      ceiling: 6,
      activeLeaseIds: [],
      descendingLeaseIds: [],
      descending: false,
      reason: 'floor 2 for the baseline; ceiling 6',
    });
  });

  it('is the highest floor and the highest ceiling of overlapping leases', () => {
    const leases = [saleLease({ floor: 10, ceiling: 30 }), rehearsalLease({ floor: 12, ceiling: 15 })];
    expect(wantedCapacity(model(), leases, OPENS)).toMatchObject({ floor: 12, ceiling: 30, activeLeaseIds: ['hiver-2027', 'trial'] });
  });

  it('falls from a sale that ended onto one still active, step by step', () => {
    const other = saleLease({ id: 'outlet', floor: 10, endsAt: ENDS + 5 * DAY });
    const floors = [0, 10, 30, 59, 60].map((minute) => wantedCapacity(model(), [saleLease(), other], ENDS + minute * MINUTE, 0).floor);
    expect(floors).toEqual([20, 17, 11, 10, 10]);
  });

  it('never exceeds maxCeiling, and says so', () => {
    const wanted = wantedCapacity(model({ maxCeiling: 15 }), [saleLease()], OPENS);
    expect(wanted).toMatchObject({ floor: 15, ceiling: 15 });
    expect(wanted.reason).toContain('held at maxCeiling (20 asked)');
  });

  it('comes down in equal steps and is at the baseline with the last one', () => {
    expect(descent([0, 9, 10, 20, 30, 40, 50, 59, 60], 0)).toEqual([20, 20, 17, 14, 11, 8, 5, 5, 2]);
  });

  it('reaches the baseline before the window ends when steps do not fill it', () => {
    const uneven = model({ descent: { stepMinutes: 25, windowMinutes: 60 } });
    const floors = [0, 25, 49, 50, 59].map((minute) => wantedCapacity(uneven, [saleLease()], ENDS + minute * MINUTE, 0).floor);
    expect(floors).toEqual([20, 11, 11, 2, 2]);
  });

  it('stays at what the load needs, but never above the floor that ended', () => {
    expect(descent([10, 40, 59, 60], 500)).toEqual([17, 12, 12, 2]);
    expect(descent([10, 40, 59, 60], 100_000)).toEqual([20, 20, 20, 2]);
  });

  it('stays one step behind when the load is unknown, and still ends with the window', () => {
    expect(descent([0, 10, 20, 50, 59, 60])).toEqual([20, 20, 17, 8, 8, 2]);
  });

  it('keeps the ceiling up until the window ends', () => {
    const ceilings = [0, 59, 60].map((minute) => wantedCapacity(model(), [saleLease()], ENDS + minute * MINUTE, 0).ceiling);
    expect(ceilings).toEqual([30, 30, 6]);
  });

  it('has nothing to bring down after a lease that never began', () => {
    const lease = saleLease({ status: 'cancelled', until: saleLease().from });
    expect(wantedCapacity(model(), [lease], OPENS, 0)).toMatchObject({ floor: 2, ceiling: 6, descending: false });
  });

  it('holds through both nights when clocks change', () => {
    for (const night of ['2027-03-28T00:00:00Z', '2027-10-31T00:00:00Z']) {
      const start = Date.parse(night);
      const lease = saleLease({ startsAt: start - DAY, endsAt: start + DAY });
      for (let now = start; now < start + 4 * HOUR; now += 5 * MINUTE) {
        expect(wantedCapacity(model(), [lease], now).floor).toBe(20);
      }
    }
  });
});

const anyLease: fc.Arbitrary<Lease> = fc
  .record({
    id: fc.stringMatching(/^[a-z]{1,6}$/),
    floor: fc.integer({ min: 1, max: 40 }),
    room: fc.integer({ min: 0, max: 10 }),
    from: fc.integer({ min: -600, max: 600 }),
    minutes: fc.integer({ min: 0, max: 600 }),
  })
  .map(({ id, floor, room, from, minutes }) =>
    rehearsalLease({ id, floor, ceiling: floor + room, from: iso(OPENS + from * MINUTE), until: iso(OPENS + (from + minutes) * MINUTE) }),
  );
const leases = fc.array(anyLease, { maxLength: 6 });
const now = fc.integer({ min: -700, max: 1400 }).map((minute) => OPENS + minute * MINUTE);
const load = fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined });
const anyModel = fc
  .record({ stepMinutes: fc.integer({ min: 1, max: 20 }), windowMinutes: fc.integer({ min: 20, max: 60 }) })
  .map((descentShape) => model({ descent: descentShape, maxCeiling: 50 }));

describe('laws of wantedCapacity', () => {
  it('the floor is never below an active lease, and the ceiling never below the floor', () => {
    fc.assert(
      fc.property(anyModel, leases, now, load, (capacity, all, instant, observed) => {
        const wanted = wantedCapacity(capacity, all, instant, observed);
        const active = all.filter((lease) => leasePhaseAt(lease, capacity, instant) === 'active');
        expect(wanted.floor).toBeGreaterThanOrEqual(Math.max(capacity.baseline.floor, ...active.map(({ floor }) => floor)));
        expect(wanted.ceiling).toBeGreaterThanOrEqual(wanted.floor);
        expect(wanted.ceiling).toBeLessThanOrEqual(capacity.maxCeiling);
      }),
    );
  });

  it('equal arguments give equal results, in any order of leases', () => {
    fc.assert(
      fc.property(anyModel, leases, now, load, (capacity, all, instant, observed) => {
        const { reason: _, ...wanted } = wantedCapacity(capacity, all, instant, observed);
        expect(wantedCapacity(capacity, all.toReversed(), instant, observed)).toMatchObject(wanted);
      }),
    );
  });

  it('one more lease never lowers anything', () => {
    fc.assert(
      fc.property(anyModel, leases, anyLease, now, load, (capacity, all, another, instant, observed) => {
        const before = wantedCapacity(capacity, all, instant, observed);
        const after = wantedCapacity(capacity, [...all, another], instant, observed);
        expect(after.floor).toBeGreaterThanOrEqual(before.floor);
        expect(after.ceiling).toBeGreaterThanOrEqual(before.ceiling);
      }),
    );
  });

});

describe('laws of the descent', () => {
  it('with a steady load nothing rises again once every lease has ended', () => {
    fc.assert(
      fc.property(anyModel, leases, load, (capacity, all, observed) => {
        let previous = Infinity;
        for (let minute = 1200; minute <= 1270; minute += 1) {
          const { floor } = wantedCapacity(capacity, all, OPENS + minute * MINUTE, observed);
          expect(floor).toBeLessThanOrEqual(previous);
          previous = floor;
        }
      }),
    );
  });

  it('after the window nothing is left raised', () => {
    fc.assert(
      fc.property(anyModel, leases, load, (capacity, all, observed) => {
        const last = Math.max(OPENS, ...all.map((lease) => Date.parse(lease.until)));
        const wanted = wantedCapacity(capacity, all, last + capacity.descent.windowMinutes * MINUTE, observed);
        expect(wanted).toMatchObject({ ...capacity.baseline, descending: false });
      }),
    );
  });

  it('a higher load, or an unknown one at each step, never means less than the schedule', () => {
    fc.assert(
      fc.property(anyModel, leases, now, fc.integer({ min: 0, max: 3000 }), (capacity, all, instant, observed) => {
        const schedule = wantedCapacity(capacity, all, instant, 0).floor;
        expect(wantedCapacity(capacity, all, instant, observed).floor).toBeGreaterThanOrEqual(schedule);
        expect(wantedCapacity(capacity, all, instant).floor).toBeGreaterThanOrEqual(schedule);
      }),
    );
  });
});
