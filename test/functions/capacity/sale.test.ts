import { leaseSchema, type SaleLease } from '../../../functions/capacity/lease.ts';
import { decideRegistration, type RegistrationDecision } from '../../../functions/capacity/sale.ts';
import type { AddRequest, Registration } from '../../../functions/capacity/sale-request.ts';
import { DAY, ENDS, HOUR, iso, MINUTE, model, OPENS, saleLease } from './fixtures.ts';

const NOW = OPENS - 10 * DAY;

function add(change: Partial<AddRequest['sale']> = {}): AddRequest {
  const peak = 'floor' in change ? {} : { expectedPeakRequestsPerSecond: 800 };
  return { action: 'add', sale: { id: 'hiver-2027', name: 'Soldes d’hiver 2027', startsAt: iso(OPENS), endsAt: iso(ENDS), ...peak, ...change } };
}

function extend(endsAt: number): Registration {
  return { action: 'extend', saleId: 'hiver-2027', endsAt: iso(endsAt) };
}

function forward(startsAt: number): Registration {
  return { action: 'bring-forward', saleId: 'hiver-2027', startsAt: iso(startsAt) };
}

function decide(request: Registration, existing?: SaleLease, now = NOW): RegistrationDecision {
  return decideRegistration(request, existing, model(), now);
}

/** The lease that a decision writes; fails the test when it writes none. */
function written(decision: RegistrationDecision): SaleLease {
  if (decision.kind !== 'write') throw new Error(`not written: ${JSON.stringify(decision)}`);
  expect(leaseSchema.parse(decision.lease)).toEqual(decision.lease);
  return decision.lease;
}

function codes(decision: RegistrationDecision): string[] {
  return decision.kind === 'refused' ? decision.issues.map(({ code }) => code) : [];
}

describe('adding a sale', () => {
  it('leases what the peak needs, from the lead time and one reconciliation before the opening', () => {
    const decision = decide(add());
    expect(decision).toMatchObject({ kind: 'write', expectedRevision: 'absent', warnings: [] });
    expect(written(decision)).toEqual(saleLease());
  });

  it('leases a floor as given', () => {
    const lease = written(decide(add({ floor: 12 })));
    expect(lease).toMatchObject({ floor: 12, ceiling: 18 });
    expect(lease.sale).not.toHaveProperty('expectedPeakRequestsPerSecond');
  });

  it('leases at least the baseline for a small peak', () => {
    expect(written(decide(add({ expectedPeakRequestsPerSecond: 10 })))).toMatchObject({ floor: 2, ceiling: 6 });
  });

  it('takes the sale’s own lead time', () => {
    expect(written(decide(add({ leadMinutes: 240 }))).from).toBe(iso(OPENS - 245 * MINUTE));
  });

  it('keeps the ceiling at maxCeiling at most', () => {
    expect(written(decide(add({ floor: 38 })))).toMatchObject({ floor: 38, ceiling: 40 });
  });

  it('accepts a sale that opens sooner than its lead time, and warns', () => {
    const decision = decide(add(), undefined, OPENS - 20 * MINUTE);
    expect(decision).toMatchObject({ kind: 'write', warnings: [{ code: 'lead-cut-short', evidence: { remainingMinutes: 20, leadMinutes: 90 } }] });
  });

  it('says the same twice without harm, even after the opening', () => {
    expect(decide(add(), saleLease())).toMatchObject({ kind: 'unchanged' });
    expect(decide(add(), saleLease(), OPENS + DAY)).toMatchObject({ kind: 'unchanged' });
    expect(decide(add({ floor: 12 }), written(decide(add({ floor: 12 }))))).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['an id that is taken', add({ name: 'Other' }), ['id-taken']],
    ['a floor where a peak was given', add({ floor: 20 }), ['id-taken']],
  ])('refuses %s', (_what, request, expected) => {
    expect(codes(decide(request, saleLease()))).toEqual(expected);
  });

  it('refuses the id of a cancelled sale: its evidence has that name', () => {
    expect(codes(decide(add(), saleLease({ status: 'cancelled' })))).toEqual(['id-taken']);
  });

  it.each([
    ['a start in the past', add({ startsAt: iso(NOW - 1) }), ['start-in-past']],
    ['a start now', add({ startsAt: iso(NOW) }), ['start-in-past']],
    ['a year mistyped', add({ startsAt: '2029-01-13T07:00:00.000Z', endsAt: '2029-02-10T07:00:00.000Z' }), ['start-too-far']],
    ['an end at the start', add({ endsAt: iso(OPENS) }), ['end-before-start']],
    ['61 days', add({ endsAt: iso(OPENS + 61 * DAY) }), ['sale-too-long']],
    ['a floor above maxCeiling', add({ floor: 41 }), ['floor-above-maximum']],
    ['a floor below the baseline', add({ floor: 1 }), ['floor-below-baseline']],
    ['a peak that maxCeiling does not carry', add({ expectedPeakRequestsPerSecond: 1667 }), ['peak-above-maximum']],
    ['a lead time without room for the boot', add({ leadMinutes: 32 }), ['lead-too-short']],
  ])('refuses %s', (_what, request, expected) => {
    expect(codes(decide(request))).toEqual(expected);
  });

  it('accepts the limits themselves', () => {
    for (const change of [{ endsAt: iso(OPENS + 60 * DAY) }, { floor: 40 }, { floor: 2 }, { expectedPeakRequestsPerSecond: 1666 }, { leadMinutes: 33 }]) {
      expect(codes(decide(add(change)))).toEqual([]);
    }
  });

  it('reports every problem at once', () => {
    const request = add({ startsAt: iso(NOW - DAY), endsAt: iso(NOW - 2 * DAY), floor: 99, leadMinutes: 1 });
    expect(codes(decide(request, saleLease()))).toEqual(['id-taken', 'start-in-past', 'end-before-start', 'floor-above-maximum', 'lead-too-short']);
  });
});

describe('extending a sale', () => {
  it('moves the end, on the revision that was read', () => {
    const decision = decide(extend(ENDS + DAY), saleLease({ revision: 3 }), OPENS + DAY);
    expect(decision).toMatchObject({ kind: 'write', expectedRevision: 3 });
    const standing = saleLease({ revision: 4, endsAt: ENDS + DAY });
    expect(written(decision)).toEqual(standing);
  });

  it('is done already when the end stands', () => {
    expect(decide(extend(ENDS), saleLease())).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['an earlier end', extend(ENDS - DAY), saleLease(), NOW, ['end-not-later']],
    ['an end before the start', extend(OPENS - DAY), saleLease(), NOW, ['end-not-later', 'end-before-start']],
    ['a sale that would be too long', extend(OPENS + 61 * DAY), saleLease(), NOW, ['sale-too-long']],
    ['an unknown sale', extend(ENDS + DAY), undefined, NOW, ['sale-unknown']],
    ['a cancelled sale', extend(ENDS + DAY), saleLease({ status: 'cancelled' }), NOW, ['sale-cancelled']],
    ['a sale that is over', extend(ENDS + DAY), saleLease(), ENDS, ['sale-ended']],
  ])('refuses %s', (_what, request, existing, now, expected) => {
    expect(codes(decide(request, existing, now))).toEqual(expected);
  });
});

describe('bringing a sale forward', () => {
  it('moves the start and the lease with it', () => {
    const lease = written(decide(forward(OPENS - DAY), saleLease()));
    expect(lease).toEqual(saleLease({ revision: 2, startsAt: OPENS - DAY }));
  });

  it('warns when the lead time is cut short', () => {
    const decision = decide(forward(OPENS - 60 * MINUTE), saleLease(), OPENS - 100 * MINUTE);
    expect(decision).toMatchObject({ kind: 'write', warnings: [{ code: 'lead-cut-short', evidence: { remainingMinutes: 40 } }] });
  });

  it('is done already when the start stands', () => {
    expect(decide(forward(OPENS), saleLease())).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['a later start', forward(OPENS + DAY), saleLease(), NOW, ['start-not-earlier']],
    ['a start in the past', forward(NOW - DAY), saleLease(), NOW, ['start-in-past']],
    ['a sale that is open', forward(OPENS - HOUR), saleLease(), OPENS + HOUR, ['sale-open', 'start-in-past']],
    ['a sale that would be too long', forward(OPENS - 33 * DAY), saleLease(), OPENS - 40 * DAY, ['sale-too-long']],
    ['an unknown sale', forward(OPENS - DAY), undefined, NOW, ['sale-unknown']],
    ['a cancelled sale', forward(OPENS - DAY), saleLease({ status: 'cancelled' }), NOW, ['sale-cancelled']],
    ['a sale that is over', forward(OPENS - DAY), saleLease(), ENDS + DAY, ['sale-ended']],
  ])('refuses %s', (_what, request, existing, now, expected) => {
    expect(codes(decide(request, existing, now))).toEqual(expected);
  });
});

describe('cancelling a sale', () => {
  const cancel: Registration = { action: 'cancel', saleId: 'hiver-2027' };

  it('ends a running lease now, so that it is brought down like any other', () => {
    const lease = written(decide(cancel, saleLease(), OPENS + DAY));
    expect(lease).toEqual(saleLease({ status: 'cancelled', revision: 2, until: iso(OPENS + DAY) }));
  });

  it('leaves a lease that had not begun as if it had never been', () => {
    const lease = written(decide(cancel, saleLease()));
    expect(lease).toMatchObject({ status: 'cancelled', until: lease.from });
  });

  it('is done already when the sale is cancelled', () => {
    expect(decide(cancel, saleLease({ status: 'cancelled' }))).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['an unknown sale', undefined, NOW, ['sale-unknown']],
    ['a sale that is over', saleLease(), ENDS + DAY, ['sale-ended']],
  ])('refuses %s', (_what, existing, now, expected) => {
    expect(codes(decide(cancel, existing, now))).toEqual(expected);
  });
});
