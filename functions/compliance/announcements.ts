import { createHash } from 'node:crypto';
import type { Notification } from '../platform/notifications.ts';
import type { CheckResult } from './assessment.ts';
import type { Resource, Severity } from './finding.ts';
import type { PlannedFinding, RepairSchedule } from './planning.ts';
import type { Repair, RepairOutcome } from './repair-records.ts';

/** What is said of drift and of its repair. Keys name the event, so that each is told once. */

interface Drift {
  readonly schedule: RepairSchedule;
  readonly actor: string;
  readonly now: number;
}

/**
 * Drift that nothing is done about right now: a dry run, a finding for a person, a target that was handed over. What is
 * repaired is told when it is. The same drift is told once a day.
 */
export function describeDrift({ schedule, actor, now }: Drift): Notification | undefined {
  const told = schedule.findings.flatMap((planned) => {
    const line = describeDisposition(planned);
    return line === undefined ? [] : [{ planned, line }];
  });
  const [first] = told;
  if (first === undefined) return undefined;
  const { id } = first.planned.finding.resource;
  const day = new Date(now).toISOString().slice(0, 10);
  const what = told.map(({ planned }) => `${planned.finding.key} ${planned.disposition}`).toSorted().join('\n');
  return {
    key: `compliance/drift/${id}/${digest(what)}/${day}`,
    kind: 'compliance.drift',
    severity: told.some(({ planned }) => isGrave(planned.finding.severity)) ? 'critical' : 'warning',
    subject: `Drift on ${id}: ${told.length === 1 ? first.planned.finding.checkId : `${told.length} findings`}`,
    text: [`Changed by ${actor}.`, ...told.map(({ line }) => line)].join('\n'),
    detail: { resource: first.planned.finding.resource, findings: told.map(({ planned }) => ({ key: planned.finding.key, disposition: planned.disposition })) },
  };
}

function describeDisposition({ finding, disposition, reason }: PlannedFinding): string | undefined {
  const text = `${finding.checkId} (${finding.severity}): ${finding.message}`;
  switch (disposition) {
    case 'excepted':
    case 'repair':
      return undefined;
    case 'handed-over':
      return `${text} Handed over to a person: ${reason}`;
    case 'would-repair':
      return `${text} It would be repaired${finding.remediation === 'approval' ? ' after approval' : ''}: ${reason}`;
    case 'report':
    case 'held-back':
      return `${text} ${reason}`;
  }
}

/**
 * Checks of what changed that could say nothing about it. Nothing is repaired by them, and silence is not "all is well": it is
 * told, once a day.
 */
export function describeSilence(results: readonly CheckResult[], resources: readonly Resource[], now: number): Notification | undefined {
  const silent = results.flatMap((result) => (result.status === 'not-evaluated' && result.isOutOfSight !== true ? [result] : []));
  if (silent.length === 0) return undefined;
  const checkIds = silent.map(({ id }) => id);
  const ids = resources.map(({ id }) => id).join(', ');
  return {
    key: `compliance/not-evaluated/${digest(`${ids} ${checkIds.join()}`)}/${new Date(now).toISOString().slice(0, 10)}`,
    kind: 'compliance.not-evaluated',
    severity: 'critical',
    subject: silent.length === 1 ? 'A check could not look at a change' : `${silent.length} checks could not look at a change`,
    text: [`${ids} changed, and these checks could say nothing about it. Nothing is repaired by them.`, ...silent.map(({ id, reason }) => `${id}: ${reason}`)].join('\n'),
    detail: { resources, checkIds },
  };
}

/** What the person is asked, and how to answer. */
export function describeApproval(repair: Repair, expiresAt: string): Notification {
  return {
    key: `compliance/approval/${repair.repairId}`,
    kind: 'compliance.approval-asked',
    severity: 'warning',
    subject: `Approval wanted: repair of ${repair.resource.id}`,
    text: [
      ...repair.findings.map(({ checkId, severity, message }) => `${checkId} (${severity}): ${message}`),
      `Planned: ${repair.plan.actions.map(({ kind }) => kind).join(', ')}.`,
      `Answer before ${expiresAt}, with the repair id ${repair.repairId} and the hash ${repair.planHash}.`,
      'No answer means no.',
    ].join('\n'),
    detail: { repairId: repair.repairId, planHash: repair.planHash, expiresAt, resource: repair.resource, plan: repair.plan },
  };
}

const outcomeTexts: Readonly<Record<RepairOutcome, string>> = {
  repaired: 'It is repaired: looked at again, the finding is gone.',
  gone: 'Nothing was written: the drift was gone when it was looked at again.',
  excepted: 'Nothing was written: an exception covers it now.',
  altered: 'Nothing was written: what stands now is not what the plan was made for. The next look plans anew, the coming night at the latest.',
  superseded: 'Nothing was written: another repair took its place.',
  'mode-changed': 'Nothing was written: the mode of the check is no longer enforce.',
  'check-failed': 'Nothing was written: a check that it rests on could not be evaluated.',
  'stack-busy': 'Nothing was written: the stack that owns it was being changed all the time.',
  'approval-expired': 'Nothing was written: nobody approved it in time.',
  rejected: 'Nothing was written: it was rejected.',
  failed: 'It failed. What was written stands in its journal.',
  'still-there': 'The writes were made, and the finding is still there.',
  undone: 'The shop lost targets after the write: it was undone, and is a person\'s now.',
  'undone-by-hand': 'It was undone by hand.',
};

const quiet: ReadonlySet<RepairOutcome> = new Set(['gone', 'excepted', 'superseded']);
const alarming: ReadonlySet<RepairOutcome> = new Set(['failed', 'still-there', 'undone', 'check-failed']);

/** How a repair ended; undefined where nobody need know. */
export function describeOutcome(repair: Repair, outcome: RepairOutcome, reason: string, seconds: number | undefined): Notification | undefined {
  if (quiet.has(outcome)) return undefined;
  return {
    key: `compliance/repair/${repair.repairId}/${outcome}`,
    kind: `compliance.${outcome}`,
    severity: alarming.has(outcome) ? 'critical' : 'warning',
    subject: `${outcome}: ${repair.resource.id} (${[...new Set(repair.findings.map(({ checkId }) => checkId))].join(', ')})`,
    text: [
      ...repair.findings.map(({ checkId, message }) => `${checkId}: ${message}`),
      `${outcomeTexts[outcome]} ${reason}`.trim(),
      ...(outcome === 'repaired' && seconds !== undefined ? [`Written ${seconds} seconds after the change.`] : []),
    ].join('\n'),
    detail: { target: repair.target, repairId: repair.repairId, outcome, resource: repair.resource, seconds, plan: repair.plan },
  };
}

function isGrave(severity: Severity): boolean {
  return severity === 'critical' || severity === 'high';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
