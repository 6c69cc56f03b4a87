import * as fc from 'fast-check';
import type { Lease, WantedCapacity } from '../../../functions/capacity/lease.ts';
import { decideReconciliation, dueSales, type GroupSize, type ReconciliationDecision, type ReconciliationFacts } from '../../../functions/capacity/reconciliation.ts';
import { DAY, ENDS, iso, MINUTE, model, OPENS, rehearsalLease, saleLease } from './fixtures.ts';

function wanted(floor: number, ceiling: number, activeLeaseIds: readonly string[] = []): WantedCapacity {
  return { floor, ceiling, activeLeaseIds, descendingLeaseIds: [], descending: false, reason: 'as the test says' };
}

function group(change: Partial<GroupSize> = {}): GroupSize {
  return { minSize: 2, maxSize: 6, desired: 2, inService: 2, ...change };
}

function decide(facts: ReconciliationFacts): ReconciliationDecision {
  return decideReconciliation(facts);
}

/** Names of the executions to start. */
function due(leases: readonly Lease[], now: number, started: readonly string[] = []): string[] {
  return dueSales(model(), leases, now, new Set(started)).map(({ executionName }) => executionName);
}

describe('decideReconciliation', () => {
  it('holds when the bounds stand', () => {
    expect(decide({ group: group(), wanted: wanted(2, 6), lastApplied: { minSize: 2, maxSize: 6 } })).toMatchObject({ kind: 'hold', handMadeChanges: [] });
  });

  it('raises both bounds for a lease', () => {
    expect(decide({ group: group(), wanted: wanted(20, 30, ['hiver']), lastApplied: { minSize: 2, maxSize: 6 } })).toMatchObject({
      kind: 'adjust',
      direction: 'raise',
      minSize: 20,
      maxSize: 30,
      changed: ['minSize', 'maxSize'],
    });
  });

  it('lowers MinSize alone while desired does not fit under the old ceiling', () => {
    const decision = decide({ group: group({ minSize: 20, maxSize: 30, desired: 20 }), wanted: wanted(2, 6), lastApplied: { minSize: 20, maxSize: 30 } });
    expect(decision).toMatchObject({ kind: 'adjust', direction: 'lower', minSize: 2, maxSize: 30, changed: ['minSize'], handMadeChanges: [] });
    expect(decision.reason).toContain('MaxSize stays at 30 until desired (20) fits under 6');
  });

  it('restores MaxSize once desired fits under it', () => {
    const decision = decide({ group: group({ minSize: 2, maxSize: 30, desired: 6 }), wanted: wanted(2, 6), lastApplied: { minSize: 2, maxSize: 30 } });
    expect(decision).toMatchObject({ kind: 'adjust', direction: 'lower', maxSize: 6, changed: ['maxSize'] });
  });

  it('lowers its own floor when a larger lease ended and a smaller one goes on', () => {
    const decision = decide({
      group: group({ minSize: 20, maxSize: 30, desired: 20 }),
      wanted: wanted(10, 30, ['outlet']),
      lastApplied: { minSize: 20, maxSize: 30 },
    });
    expect(decision).toMatchObject({ kind: 'adjust', direction: 'lower', minSize: 10, changed: ['minSize'] });
  });

});

describe('changes made by hand', () => {
  it('keeps what somebody raised during a sale, and reports it', () => {
    const decision = decide({
      group: group({ minSize: 25, maxSize: 35, desired: 25 }),
      wanted: wanted(20, 30, ['hiver']),
      lastApplied: { minSize: 20, maxSize: 30 },
    });
    expect(decision).toMatchObject({
      kind: 'hold',
      handMadeChanges: [
        { bound: 'minSize', applied: 20, found: 25, outcome: 'kept' },
        { bound: 'maxSize', applied: 30, found: 35, outcome: 'kept' },
      ],
    });
    expect(decision.reason).toContain('minSize was changed by hand from 20 to 25, kept');
  });

  it('goes on keeping it: what is kept is not recorded as its own', () => {
    const byHand = group({ minSize: 25, maxSize: 30, desired: 25 });
    const first = decide({ group: byHand, wanted: wanted(20, 30, ['hiver']), lastApplied: { minSize: 20, maxSize: 30 } });
    expect(first.record).toEqual({ minSize: 20, maxSize: 30, previous: { minSize: 20, maxSize: 30 } });
    const second = decide({ group: byHand, wanted: wanted(20, 30, ['hiver']), lastApplied: first.record });
    expect(second).toMatchObject({ kind: 'hold', handMadeChanges: [{ outcome: 'kept' }] });
  });

  it('takes that back when the lease has ended', () => {
    const decision = decide({ group: group({ minSize: 25, maxSize: 30, desired: 25 }), wanted: wanted(17, 30), lastApplied: { minSize: 20, maxSize: 30 } });
    expect(decision).toMatchObject({ kind: 'adjust', direction: 'lower', minSize: 17, handMadeChanges: [{ bound: 'minSize', outcome: 'reverted' }] });
  });

  it('undoes what somebody lowered by hand, during a sale or not', () => {
    for (const active of [['hiver'], []]) {
      const decision = decide({
        group: group({ minSize: 4, maxSize: 12, desired: 12 }),
        wanted: wanted(20, 30, active),
        lastApplied: { minSize: 20, maxSize: 30 },
      });
      expect(decision).toMatchObject({ kind: 'adjust', direction: 'raise', minSize: 20, maxSize: 30 });
      expect(decision.handMadeChanges.map(({ outcome }) => outcome)).toEqual(['reverted', 'reverted']);
    }
  });

  it('does not lower during a sale what it cannot prove to be its own', () => {
    expect(decide({ group: group({ minSize: 25, maxSize: 30 }), wanted: wanted(20, 30, ['hiver']) })).toMatchObject({ kind: 'hold' });
  });

});

describe('the record of what was written', () => {
  it('takes a write whose reply was lost, or that never happened, for its own', () => {
    const lastApplied = { minSize: 14, maxSize: 30, previous: { minSize: 17, maxSize: 30 } };
    for (const minSize of [14, 17]) {
      const decision = decide({ group: group({ minSize, maxSize: 30, desired: 17 }), wanted: wanted(11, 30, ['outlet']), lastApplied });
      expect(decision).toMatchObject({ kind: 'adjust', minSize: 11, handMadeChanges: [] });
    }
  });

  it('records what it is about to write and what it found', () => {
    const decision = decide({ group: group(), wanted: wanted(20, 30, ['hiver']), lastApplied: { minSize: 2, maxSize: 6 } });
    expect(decision.record).toEqual({ minSize: 20, maxSize: 30, previous: { minSize: 2, maxSize: 6 } });
  });

  it('says nothing of a hand-made change to just what is wanted', () => {
    const decision = decide({ group: group({ minSize: 20, maxSize: 30 }), wanted: wanted(20, 30, ['hiver']), lastApplied: { minSize: 2, maxSize: 6 } });
    expect(decision).toMatchObject({ kind: 'hold', handMadeChanges: [] });
  });

});

describe('laws of reconciliation', () => {
  it('never below the floor, never cuts desired, and once carried out it holds', () => {
    const size = fc.integer({ min: 0, max: 40 });
    const groups = fc
      .tuple(size, size, size)
      .map((sizes) => sizes.toSorted((a, b) => a - b))
      .map(([minSize = 0, desired = 0, maxSize = 0]) => ({ minSize, desired, maxSize, inService: desired }));
    const wants = fc.tuple(size, size, fc.boolean()).map(([a, b, leased]) => wanted(Math.min(a, b), Math.max(a, b), leased ? ['sale'] : []));
    const applied = fc.option(fc.record({ minSize: size, maxSize: size }), { nil: undefined });
    fc.assert(
      fc.property(groups, wants, applied, (before, want, lastApplied) => {
        const decision = decide({ group: before, wanted: want, lastApplied });
        const bounds = decision.kind === 'adjust' ? decision : before;
        expect(bounds.minSize).toBeGreaterThanOrEqual(want.floor);
        expect(bounds.maxSize).toBeGreaterThanOrEqual(bounds.minSize);
        expect(bounds.maxSize).toBeGreaterThanOrEqual(Math.min(before.desired, before.maxSize));

        const desired = Math.max(before.desired, bounds.minSize);
        const after = { minSize: bounds.minSize, maxSize: bounds.maxSize, desired, inService: desired };
        expect(decide({ group: after, wanted: want, lastApplied: decision.record }).kind).toBe('hold');
      }),
    );
  });
});

describe('dueSales', () => {
  it('starts a sale’s workflow when its lease begins, and not before', () => {
    expect(due([saleLease()], OPENS - 96 * MINUTE)).toEqual([]);
    expect(due([saleLease()], OPENS - 95 * MINUTE)).toEqual(['sale-hiver-2027-r1']);
  });

  it('does not start what was started', () => {
    expect(due([saleLease()], OPENS, ['sale-hiver-2027-r1'])).toEqual([]);
  });

  it('starts the new revision of a sale that changed while it ran', () => {
    expect(due([saleLease({ revision: 2 })], OPENS, ['sale-hiver-2027-r1'])).toEqual(['sale-hiver-2027-r2']);
  });

  it('makes up for a trigger that was lost until the descent is over', () => {
    expect(due([saleLease()], ENDS + 59 * MINUTE)).toEqual(['sale-hiver-2027-r1']);
    expect(due([saleLease()], ENDS + 60 * MINUTE)).toEqual([]);
  });

  it('lets the last revision of a cancelled sale conduct the descent', () => {
    const lease = saleLease({ status: 'cancelled', revision: 2, until: iso(OPENS + DAY) });
    expect(due([lease], OPENS + DAY + MINUTE)).toEqual(['sale-hiver-2027-r2']);
  });

  it('ignores a sale that never began and leases of other kinds', () => {
    const lease = saleLease({ status: 'cancelled', until: saleLease().from });
    expect(due([lease, rehearsalLease()], OPENS)).toEqual([]);
  });

  it('takes the earliest first', () => {
    const early = saleLease({ id: 'b', startsAt: OPENS - DAY });
    expect(due([saleLease({ id: 'a' }), early], OPENS)).toEqual(['sale-b-r1', 'sale-a-r1']);
  });
});
