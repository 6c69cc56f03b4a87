import * as fc from 'fast-check';
import { assessReadiness, type ReadinessFacts, type ReadinessVerdict, type TargetFact } from '../../../functions/capacity/readiness.ts';
import { MINUTE, OPENS } from './fixtures.ts';

const GATE = OPENS - 30 * MINUTE;

function targets(counts: Readonly<Record<string, number>>, state: TargetFact['state'] = 'healthy'): TargetFact[] {
  return Object.entries(counts).flatMap(([zone, count]) => Array.from({ length: count }, () => ({ zone, state })));
}

function facts(change: Partial<ReadinessFacts> = {}): ReadinessFacts {
  return {
    wantedFloor: 10,
    zones: ['a', 'b'],
    targets: targets({ a: 5, b: 5 }),
    group: { minSize: 10, desired: 10, inService: 10, suspendedProcesses: [] },
    activities: [],
    now: GATE,
    gateAt: GATE,
    opensAt: OPENS,
    ...change,
  };
}

/** Verdict on one zone for each figure of healthy targets. */
function assess(wantedFloor: number, healthy: readonly number[]): ReadinessVerdict {
  const byZone = Object.fromEntries(healthy.map((count, index) => [`zone-${index}`, count]));
  return assessReadiness(facts({ wantedFloor, zones: Object.keys(byZone), targets: targets(byZone) }));
}

const codes = (change: Partial<ReadinessFacts>): string[] => assessReadiness(facts(change)).blockers.map(({ code }) => code);

describe('assessReadiness', () => {
  it('is ready with the floor healthy and even over zones', () => {
    expect(assessReadiness(facts())).toMatchObject({ kind: 'ready', healthy: 10, healthyByZone: { a: 5, b: 5 }, missing: 0, remainingAfterZoneLoss: 5, blockers: [] });
  });

  it('waits before the gate and says NO-GO from the gate on', () => {
    const short = { targets: targets({ a: 5, b: 4 }) };
    expect(assessReadiness(facts({ ...short, now: GATE - 1 })).kind).toBe('not-yet');
    expect(assessReadiness(facts({ ...short, now: GATE })).kind).toBe('no-go');
    expect(assessReadiness(facts({ ...short, now: OPENS + MINUTE })).kind).toBe('no-go');
  });

  it('may be ready late', () => {
    expect(assessReadiness(facts({ now: OPENS + MINUTE })).kind).toBe('ready');
  });

  it.each([
    ['two zones, even', 10, { a: 5, b: 5 }, 'ready'],
    ['two zones, odd floor', 11, { a: 6, b: 5 }, 'ready'],
    ['two zones, one short though the total is there', 10, { a: 7, b: 4 }, 'no-go'],
    ['three zones, uneven by one', 10, { a: 4, b: 3, c: 3 }, 'ready'],
    ['three zones, one empty', 10, { a: 5, b: 5, c: 0 }, 'no-go'],
    ['a floor smaller than the zones, spread', 2, { a: 1, b: 1, c: 0 }, 'ready'],
    ['a floor smaller than the zones, all in one', 2, { a: 2, b: 0, c: 0 }, 'no-go'],
    ['a floor of one', 1, { a: 1, b: 0 }, 'ready'],
  ] as const)('%s', (_rule, wantedFloor, counts, kind) => {
    const group = { minSize: wantedFloor, desired: wantedFloor, inService: wantedFloor, suspendedProcesses: [] };
    const verdict = assessReadiness(facts({ wantedFloor, zones: Object.keys(counts), targets: targets(counts), group }));
    expect(verdict.kind).toBe(kind);
    expect(verdict.blockers.length > 0).toBe(kind === 'no-go');
  });

  it.each(['unhealthy', 'initial', 'draining', 'unused', 'unavailable', 'unhealthy.draining'] as const)('does not count a target that is %s', (state) => {
    const verdict = assessReadiness(facts({ targets: [...targets({ a: 5, b: 4 }), ...targets({ b: 1 }, state)] }));
    expect(verdict).toMatchObject({ kind: 'no-go', healthy: 9, missing: 1, missingByZone: { b: 1 } });
  });

  it('is not fooled by instances in service: with every target unhealthy the load balancer fails open', () => {
    expect(codes({ targets: targets({ a: 5, b: 5 }, 'unhealthy') })).toEqual(['all-targets-unhealthy', 'targets-missing', 'zone-short', 'zone-short']);
  });

});

describe('blockers of a NO-GO', () => {
  it('takes the causes from failed activities, each once, and from suspended processes', () => {
    const failed = { status: 'Failed', description: 'Launching', statusMessage: 'We currently do not have sufficient t3.medium capacity' };
    const verdict = assessReadiness(
      facts({
        targets: targets({ a: 5 }),
        group: { minSize: 10, desired: 10, inService: 5, suspendedProcesses: ['AddToLoadBalancer', 'AZRebalance'] },
        activities: [
          { activityId: '1', ...failed },
          { activityId: '2', ...failed },
          { activityId: '3', status: 'Successful', description: 'Launching' },
        ],
      }),
    );
    expect(verdict.blockers.map(({ code }) => code)).toEqual(['process-suspended', 'launch-failed', 'instances-not-in-service', 'targets-missing', 'zone-short']);
    expect(verdict.blockers[1]).toMatchObject({ message: failed.statusMessage, evidence: { count: 2, activityIds: ['1', '2'] } });
  });

  it('says when the floor was never applied', () => {
    expect(codes({ targets: targets({ a: 1, b: 1 }), group: { minSize: 2, desired: 2, inService: 2, suspendedProcesses: [] } })).toEqual([
      'floor-not-applied',
      'instances-not-in-service',
      'targets-missing',
      'zone-short',
      'zone-short',
    ]);
  });

});

describe('laws of readiness', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 3 });
  const floors = fc.integer({ min: 1, max: 24 });

  it('ready means the floor is healthy and the loss of a zone leaves the other zones’ shares', () => {
    fc.assert(
      fc.property(floors, counts, (wantedFloor, healthy) => {
        const verdict = assess(wantedFloor, healthy);
        fc.pre(verdict.kind === 'ready');
        expect(verdict.healthy).toBeGreaterThanOrEqual(wantedFloor);
        const shares = (healthy.length - 1) * Math.floor(wantedFloor / healthy.length);
        const least = healthy.length > 1 && wantedFloor > 1 ? Math.max(1, shares) : shares;
        expect(verdict.remainingAfterZoneLoss).toBeGreaterThanOrEqual(least);
      }),
    );
  });

  it('a verdict has blockers exactly when it is not ready', () => {
    fc.assert(
      fc.property(floors, counts, (wantedFloor, healthy) => {
        const verdict = assess(wantedFloor, healthy);
        expect(verdict.blockers.length === 0).toBe(verdict.kind === 'ready');
      }),
    );
  });
});
