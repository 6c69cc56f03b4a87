import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { priceTableSchema } from '../../../functions/platform/prices.ts';
import { type SaleReportFacts, type SaleSample, summariseSale } from '../../../functions/capacity/sale-report.ts';
import { DAY, HOUR, iso, MINUTE, model, OPENS, rehearsalLease, saleLease, surgeLease } from './fixtures.ts';

const { instances: prices } = priceTableSchema.parse(parse(readFileSync(new URL('../../../config/prices.yaml', import.meta.url), 'utf8')));

/** A sale of two hours: floor 20, descent of one hour. */
const CLOSES = OPENS + 2 * HOUR;
const lease = saleLease({ endsAt: CLOSES });
const FROM = OPENS - 95 * MINUTE;
const OVER = CLOSES + HOUR;

/** Minute by minute from the lease's beginning to the end of the descent. */
function minutes(change: (at: number) => Partial<SaleSample> = () => ({})): SaleSample[] {
  return Array.from({ length: (OVER - FROM) / MINUTE }, (_, index) => {
    const at = FROM + index * MINUTE;
    return { at, requestsPerSecond: 40, inService: 20, healthy: 20, refusedRequests: 0, ...change(at) };
  });
}

function summarise(change: Partial<SaleReportFacts> = {}): ReturnType<typeof summariseSale> {
  return summariseSale({
    lease,
    otherLeases: [],
    model: model(),
    samples: minutes(),
    verdicts: [],
    prices,
    instanceType: 't3.medium',
    now: OVER,
    ...change,
  });
}

describe('summariseSale', () => {
  it('says how long before the opening the floor was healthy', () => {
    const samples = minutes((at) => (at < OPENS - 80 * MINUTE ? { healthy: 19 } : {}));
    expect(summarise({ samples })).toMatchObject({ readyAt: iso(OPENS - 80 * MINUTE), readyMinutesBeforeOpening: 80 });
  });

  it('says so when it was ready late, or never', () => {
    expect(summarise({ samples: minutes((at) => (at < OPENS + 10 * MINUTE ? { healthy: 3 } : {})) }).readyMinutesBeforeOpening).toBe(-10);
    expect(summarise({ samples: minutes(() => ({ healthy: 3 })) })).toMatchObject({ readyAt: null, readyMinutesBeforeOpening: null });
  });

  it('compares the peak of the sale with what was expected, and leaves the lead time out', () => {
    const samples = minutes((at) => ({ requestsPerSecond: at === OPENS + HOUR ? 600 : at < OPENS ? 5000 : 40 }));
    expect(summarise({ samples })).toMatchObject({
      expectedPeakRequestsPerSecond: 800,
      peakRequestsPerSecond: 600,
      peakAt: iso(OPENS + HOUR),
      peakPercentOfExpected: 75,
    });
  });

  it('counts minutes below the floor and refused requests during the sale only', () => {
    const samples = minutes((at) => (at < OPENS + 7 * MINUTE || at >= CLOSES ? { healthy: 19, refusedRequests: 3 } : {}));
    expect(summarise({ samples })).toMatchObject({ minutesBelowFloor: 7, refusedRequests: 21 });
  });

});

describe('cost of a sale', () => {
  it('reckons instance hours above the baseline, and the idle ones, at the dated price', () => {
    // 275 minutes at 20 instances, baseline 2; 40 requests a second need one instance.
    const hours = (275 * 18) / 60;
    expect(summarise()).toMatchObject({
      instanceHoursAboveBaseline: hours,
      idleInstanceHours: hours,
      cost: {
        aboveBaselineUsd: 3.89,
        idleFloorUsd: 3.89,
        instanceType: 't3.medium',
        pricePerHourUsd: 0.0472,
        pricesAsOf: prices.asOf,
        source: prices.source,
      },
    });
  });

  it('does not call idle what the load needed, nor what nobody measured', () => {
    const needed = summarise({ samples: minutes(() => ({ requestsPerSecond: 800 })) });
    const unmeasured = summarise({ samples: minutes(() => ({ requestsPerSecond: null })) });
    for (const { idleInstanceHours, instanceHoursAboveBaseline } of [needed, unmeasured]) {
      expect(idleInstanceHours).toBe(0);
      expect(instanceHoursAboveBaseline).toBe((275 * 18) / 60);
    }
  });

  it('gives no amount for a type without a price', () => {
    expect(summarise({ instanceType: 'c9.huge' }).cost).toMatchObject({ aboveBaselineUsd: null, idleFloorUsd: null, pricePerHourUsd: null });
  });

});

describe('course of a sale', () => {
  it('finds the end of the descent, where load still carried counts as down', () => {
    const samples = minutes((at) => (at >= CLOSES + 40 * MINUTE ? { inService: 4, requestsPerSecond: 150 } : {}));
    expect(summarise({ samples })).toMatchObject({ descentFinishedAt: iso(CLOSES + 40 * MINUTE), descentMinutes: 40 });
    expect(summarise()).toMatchObject({ descentFinishedAt: null, descentMinutes: null });
  });

  it('reports the verdict that stood at the opening', () => {
    const verdicts = [
      { at: OPENS - 5 * MINUTE, kind: 'ready', reason: 'late but there' },
      { at: OPENS - 30 * MINUTE, kind: 'no-go', reason: 'short' },
      { at: OPENS - 60 * MINUTE, kind: 'not-yet', reason: 'booting' },
      { at: OPENS + 5 * MINUTE, kind: 'no-go', reason: 'after the fact' },
    ] as const;
    expect(summarise({ verdicts }).verdict).toEqual({ kind: 'go', at: iso(OPENS - 5 * MINUTE), reason: 'late but there' });
    expect(summarise({ verdicts: verdicts.slice(1) }).verdict?.kind).toBe('no-go');
    expect(summarise().verdict).toBeNull();
  });

  it('counts the minutes that nobody observed, and takes none of them for zero', () => {
    const samples = minutes((at) => (at < OPENS + 5 * MINUTE ? { healthy: null } : {})).slice(0, -10);
    expect(summarise({ samples })).toMatchObject({ unobservedMinutes: 95 + 5 + 10, minutesBelowFloor: 0 });
  });

  it('covers the time until now when the descent is not over', () => {
    expect(summarise({ now: CLOSES }).instanceHoursAboveBaseline).toBe((215 * 18) / 60);
  });

  it('names the leases that overlapped', () => {
    const otherLeases = [
      lease,
      surgeLease(),
      rehearsalLease({ from: iso(OPENS - DAY), until: iso(OPENS - DAY + HOUR) }),
      saleLease({ id: 'void', status: 'cancelled', from: iso(OPENS), until: iso(OPENS) }),
    ];
    expect(summarise({ otherLeases }).overlappingLeaseIds).toEqual(['surge']);
  });

  it.each([
    ['held', lease],
    ['cut-short', { ...lease, status: 'cancelled', until: iso(OPENS + HOUR) } as const],
    ['never-opened', { ...lease, status: 'cancelled', until: iso(OPENS - MINUTE) } as const],
    ['never-opened', { ...lease, status: 'cancelled', until: lease.from } as const],
  ])('says that a sale was %s', (outcome, ended) => {
    expect(summarise({ lease: ended }).outcome).toBe(outcome);
  });

  it('counts nothing for a lease that never began', () => {
    expect(summarise({ lease: { ...lease, status: 'cancelled', until: lease.from } })).toMatchObject({ instanceHoursAboveBaseline: 0, unobservedMinutes: 0 });
  });
});
