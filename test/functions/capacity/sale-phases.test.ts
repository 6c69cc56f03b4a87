import * as fc from 'fast-check';
import type { SaleLease } from '../../../functions/capacity/lease.ts';
import { MAXIMUM_WAKES, nextWake, type SaleWake, SETTLING_MINUTES } from '../../../functions/capacity/sale-phases.ts';
import { saleLeaseStart } from '../../../functions/capacity/lease.ts';
import { DAY, ENDS, HOUR, iso, MINUTE, model, OPENS, saleLease } from './fixtures.ts';

function wakeAfter(now: number, lease: SaleLease = saleLease()): SaleWake {
  return nextWake({ lease, currentRevision: lease.revision, model: model(), now });
}

/** Minutes from `now` to the next wake. */
function pause(now: number, lease?: SaleLease): number {
  return (Date.parse(wakeAfter(now, lease).wakeAt) - now) / MINUTE;
}

/** Every wake of one execution, from `start` until it is finished. */
function run(lease: SaleLease, start: number, capacity = model()): SaleWake[] {
  const wakes: SaleWake[] = [];
  let now = start;
  for (let bound = 0; bound < 2 * MAXIMUM_WAKES; bound += 1) {
    const wake = nextWake({ lease, currentRevision: lease.revision, model: capacity, now });
    wakes.push(wake);
    if (wake.phase === 'finished') return wakes;
    expect(Date.parse(wake.wakeAt)).toBeGreaterThan(now);
    now = Date.parse(wake.wakeAt);
  }
  throw new Error('the execution never finishes');
}

describe('nextWake', () => {
  it.each([
    ['preparing', OPENS - 95 * MINUTE],
    ['preparing', OPENS - 30 * MINUTE - 1],
    ['gate', OPENS - 30 * MINUTE],
    ['gate', OPENS - 1],
    ['holding', OPENS],
    ['holding', ENDS - 1],
    ['descending', ENDS],
    ['descending', ENDS + (60 + SETTLING_MINUTES) * MINUTE - 1],
    ['finished', ENDS + (60 + SETTLING_MINUTES) * MINUTE],
  ])('is %s at %d', (phase, now) => {
    expect(wakeAfter(now).phase).toBe(phase);
  });

  it('waits for the beginning of a lease that has not begun', () => {
    expect(wakeAfter(OPENS - DAY)).toMatchObject({ phase: 'preparing', wakeAt: saleLease().from });
  });

  it('looks about every minute before the opening, and just at the gate and at the opening', () => {
    expect(pause(OPENS - 90 * MINUTE)).toBe(1);
    expect(wakeAfter(OPENS - 30.5 * MINUTE).wakeAt).toBe(iso(OPENS - 30 * MINUTE));
    expect(wakeAfter(OPENS - 0.5 * MINUTE).wakeAt).toBe(iso(OPENS));
  });

  it('holds a short sale with a look every five minutes, a long one less often, and wakes at the end', () => {
    expect(pause(OPENS, saleLease({ endsAt: OPENS + DAY }))).toBe(5);
    expect(pause(OPENS)).toBeGreaterThan(100);
    expect(wakeAfter(ENDS - MINUTE).wakeAt).toBe(iso(ENDS));
  });

  it('wakes at each step down', () => {
    expect(wakeAfter(ENDS).wakeAt).toBe(iso(ENDS + 10 * MINUTE));
    expect(wakeAfter(ENDS + 25 * MINUTE).wakeAt).toBe(iso(ENDS + 30 * MINUTE));
  });

  it.each([2, 5, undefined])('is superseded when the ledger has revision %s', (currentRevision) => {
    expect(nextWake({ lease: saleLease(), currentRevision, model: model(), now: OPENS })).toMatchObject({ phase: 'superseded', wakeAt: iso(OPENS) });
  });

  it('goes straight to the descent of a sale cancelled while it ran, even before the opening', () => {
    const lease = saleLease({ status: 'cancelled', revision: 2, until: iso(OPENS - HOUR) });
    expect(wakeAfter(OPENS - HOUR, lease).phase).toBe('descending');
    expect(wakeAfter(OPENS + SETTLING_MINUTES * MINUTE, lease).phase).toBe('finished');
  });

  it('is finished at once for a sale cancelled before it began', () => {
    const lease = saleLease({ status: 'cancelled', until: saleLease().from });
    expect(wakeAfter(OPENS - DAY, lease).phase).toBe('finished');
  });

  it('passes through every phase in order, 28 days, with few enough wakes for one execution', () => {
    const wakes = run(saleLease(), OPENS - 95 * MINUTE);
    expect([...new Set(wakes.map(({ phase }) => phase))]).toEqual(['preparing', 'gate', 'holding', 'descending', 'finished']);
    expect(wakes.length).toBeLessThanOrEqual(MAXIMUM_WAKES);
  });

  it('law: no sale, however long, and no model needs more wakes than the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 * 24 * 60 }),
        fc.integer({ min: 10, max: 1440 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 999 }),
        (saleMinutes, leadMinutes, stepMinutes, oddMilliseconds) => {
          const capacity = model({ leadMinutes, gateMinutes: Math.ceil(leadMinutes / 2), descent: { stepMinutes, windowMinutes: 60 } });
          const from = saleLeaseStart(OPENS, leadMinutes);
          const lease = saleLease({ endsAt: OPENS + saleMinutes * MINUTE, from: iso(from) });
          expect(run(lease, from + oddMilliseconds, capacity).length).toBeLessThanOrEqual(MAXIMUM_WAKES);
        },
      ),
    );
  });

  it('leaves each wake 35 events of the 25,000 of an execution', () => {
    expect(MAXIMUM_WAKES * 35).toBeLessThan(25_000);
  });
});
