import type { Drill } from '../../../functions/failover-drill/drill-records.ts';
import { compileReport, type DrillReport } from '../../../functions/failover-drill/drill-report.ts';
import { concludeDrill, type Ending, hasHappened } from '../../../functions/failover-drill/conclusion.ts';
import type { Measurement } from '../../../functions/failover-drill/measurement.ts';
import { type DrillPlan, hashDrillPlan } from '../../../functions/failover-drill/plan.ts';
import type { ProbeReport, Verification, WriterReport } from '../../../functions/failover-drill/probe/probe-report.ts';
import type { DrillSettings } from '../../../functions/failover-drill/settings.ts';
import { judgeDrill, judgeNothing, type Verdict } from '../../../functions/failover-drill/verdict.ts';

export const databaseId = 'webmarket-production';
export const token = 'the-token-of-the-workflow';

/** When the failover of these drills is asked for. */
export const actAt = Date.parse('2027-01-18T14:15:10.200Z');

export function at(seconds: number): string {
  return new Date(actAt + Math.round(seconds * 1000)).toISOString();
}

export const settings: DrillSettings = {
  rtoSeconds: 120, maxLostCommits: 0, approvalMinutes: 60, saleLeadHours: 24, coolDownHours: 24, windowMarginMinutes: 60, failoverMinutes: 6, healthMinutes: 5,
};

export function planOf(changes: Partial<DrillPlan> = {}): DrillPlan {
  return {
    databaseId, resourceId: 'db-ABCDEFGHIJKL', engine: 'postgres', engineVersion: '17.4', instanceClass: 'db.m6g.large', primaryZone: 'eu-west-3a',
    standbyZone: 'eu-west-3b', endpoint: { address: 'webmarket.c1.eu-west-3.rds.amazonaws.com', port: 5432 }, parameterGroups: ['webmarket-postgres17'],
    objectives: { rtoSeconds: 120, maxLostCommits: 0 }, ...changes,
  };
}

/** A drill that was approved and carried out, and whose shop is well. */
export function drillOf(changes: Partial<Drill> = {}): Drill {
  const plan = planOf();
  return {
    drillId: 'quarterly-2027-1', kind: 'drill', requester: 'the-engineer-on-duty', reason: 'The quarterly proof that the database can fail over.', isDryRun: false,
    openedAt: at(-400), state: 'acting', blockers: [], remarks: [], plan, planHash: hashDrillPlan(plan),
    approval: {
      token, planHash: hashDrillPlan(plan), askedAt: at(-395), expiresAt: at(3205), decision: 'approved', approver: 'the-lead-engineer', comment: 'Quiet afternoon.', answeredAt: at(-40),
    },
    clearedAt: at(-30), healthBefore: { healthy: 3, unhealthy: 0, errorPercent: 0.1 }, healthyFloor: 3,
    act: { begunAt: at(0), acceptedAt: at(0.4) },
    failover: {
      outcome: 'swapped', zoneBefore: 'eu-west-3a', zoneAfter: 'eu-west-3b',
      statuses: [{ at: at(5), status: 'available' }, { at: at(10), status: 'rebooting' }, { at: at(96), status: 'available' }],
      events: [
        { at: at(4), message: 'Multi-AZ instance failover started.' },
        { at: at(33), message: 'DB instance restarted' },
        { at: at(78), message: 'Multi-AZ instance failover completed' },
      ],
      eventSeconds: 74, settledAt: at(121),
    },
    healthAfter: [1, 2, 3, 4, 5].map((minute) => ({ at: at(121 + minute * 60), healthy: 3, unhealthy: 0, errorPercent: minute < 3 ? 9.5 : 0 })),
    ...changes,
  };
}

/** A failover that nobody asked for, and that was well when it was looked at. */
export function observationOf(changes: Partial<Drill> = {}): Drill {
  const { act: _, approval: _approval, clearedAt: _clearedAt, healthBefore: _before, healthyFloor: _floor, ...rest } = drillOf();
  return { ...rest, drillId: 'observed-2027-01-18', kind: 'observation', requester: 'RDS', reason: 'RDS-EVENT-0049: Multi-AZ instance failover completed', state: 'opened', ...changes };
}

export function writerOf(writer: WriterReport['writer'], changes: Partial<WriterReport> = {}): WriterReport {
  const isPooled = writer === 'pooled';
  return {
    writer, attempts: isPooled ? 240 : 236, acknowledged: isPooled ? 212 : 209, refused: isPooled ? 25 : 24, unanswered: isPooled ? 3 : 3,
    lastCommitBefore: at(isPooled ? 5.1 : 5.3), firstCommitAfter: at(isPooled ? 79.6 : 72.1), outageSeconds: isPooled ? 74.5 : 66.8, slowestAttemptMilliseconds: isPooled ? 3004 : 2511.4,
    errors: [{ message: 'connect ETIMEDOUT', count: 18 }, { message: 'terminating connection due to administrator command', count: 1 }], ...changes,
  };
}

const writes = (count: number, from = 1) => ({ count, examples: Array.from({ length: Math.min(count, 100) }, (_, index) => ({ writer: 'pooled' as const, id: from + index })) });

export function verificationOf(counts: { lost?: number; present?: number; absent?: number; phantom?: number } = {}): Verification {
  const { lost = 0, present = 2, absent = 4, phantom = 0 } = counts;
  return { status: 'read', lost: writes(lost, 61), ambiguousPresent: writes(present, 70), ambiguousAbsent: writes(absent, 72), phantom: writes(phantom, 900) };
}

export function probeOf(changes: Partial<ProbeReport> = {}): ProbeReport {
  return {
    startedAt: at(-25), endedAt: at(104), ended: 'recovered', intervalMilliseconds: 500, writers: [writerOf('pooled'), writerOf('fresh')],
    verification: verificationOf(), addresses: { before: ['10.20.64.17'], after: ['10.20.80.201'] },
    durability: [{ name: 'synchronous_commit', value: 'on', isSafe: true }, { name: 'fsync', value: 'on', isSafe: true }], ...changes,
  };
}

/** The probe of an observation: it begins after the failover, and sees nothing of it. */
export function calmProbeOf(changes: Partial<ProbeReport> = {}): ProbeReport {
  const calm = (writer: WriterReport['writer']): WriterReport => ({ writer, attempts: 60, acknowledged: 60, refused: 0, unanswered: 0, slowestAttemptMilliseconds: 40, errors: [] });
  return probeOf({ ended: 'no-outage', writers: [calm('pooled'), calm('fresh')], verification: verificationOf({ present: 0, absent: 0 }), startedAt: at(125), endedAt: at(155), ...changes });
}

export function readingOf(probe: ProbeReport | 'none'): Measurement<ProbeReport> {
  return probe === 'none' ? { kind: 'unmeasured', reason: 'the probe never began' } : { kind: 'measured', value: probe };
}

export function verdictOf(drill: Drill, probe: ProbeReport | 'none'): Verdict {
  return hasHappened(drill) ? judgeDrill(drill, readingOf(probe), settings) : judgeNothing(drill, settings);
}

export function reportOf(drill: Drill = drillOf(), probe: ProbeReport | 'none' = probeOf(), ending: Ending = {}): DrillReport {
  const verdict = verdictOf(drill, probe);
  return compileReport(drill, readingOf(probe), verdict, { ...concludeDrill(drill, verdict, ending), closedAt: at(430) });
}

/** A drill that never touched the database. */
export function untouchedOf(changes: Partial<Drill> = {}): Drill {
  const { act: _, failover: _failover, healthAfter: _after, healthBefore: _before, healthyFloor: _floor, clearedAt: _clearedAt, approval: _approval, ...rest } = drillOf();
  return { ...rest, state: 'opened', ...changes };
}
