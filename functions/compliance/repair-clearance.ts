import type { Assessment } from './assessment.ts';
import type { RepairSchedule } from './planning.ts';
import type { Repair, RepairOutcome } from './repair-records.ts';
import { type ComplianceSettings, modeOf } from './settings.ts';

/** Whether a repair may be carried out now. */
export type Clearance =
  | { readonly verdict: 'go' }
  /** A person is to be asked first. */
  | { readonly verdict: 'ask' }
  /** The stack that owns the resource is being changed: the change may be its own, and a write would strand it. */
  | { readonly verdict: 'wait'; readonly reason: string }
  | { readonly verdict: 'stop'; readonly outcome: RepairOutcome; readonly reason: string };

export interface ClearanceSubject {
  readonly repair: Repair;
  /** Of the resource as it is now. */
  readonly assessment: Assessment;
  readonly schedule: RepairSchedule;
  readonly settings: ComplianceSettings;
  /** Name and status of the owning stack, while it is in progress. */
  readonly busyStack: { readonly name: string; readonly status: string } | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The last look before a write. Whatever is in doubt stops it. */
export function clear({ repair, assessment, schedule, settings, busyStack, now }: ClearanceSubject): Clearance {
  if (now >= Date.parse(repair.expiresAt)) return stop('superseded', `It was opened at ${repair.openedAt} and is no longer valid.`);
  if (busyStack !== undefined) return { verdict: 'wait', reason: `The stack ${busyStack.name} is ${busyStack.status}.` };
  const checkIds = new Set(repair.findings.map(({ checkId }) => checkId));
  const relaxed = [...checkIds].filter((id) => modeOf(id, settings) !== 'enforce');
  if (relaxed.length > 0) return stop('mode-changed', `${relaxed.join(', ')}: the mode is ${modeOf(relaxed[0] ?? '', settings)}.`);
  const silent = assessment.results.find((result) => result.status === 'not-evaluated' && checkIds.has(result.id));
  if (silent?.status === 'not-evaluated') return stop('check-failed', `${silent.id}: ${silent.reason}`);
  const standing = schedule.repairs.find(({ target }) => target === repair.target);
  if (standing === undefined) {
    const keys = new Set(repair.findings.map(({ key }) => key));
    const excepted = schedule.findings.find(({ finding, disposition }) => disposition === 'excepted' && keys.has(finding.key));
    return excepted === undefined ? stop('gone', '') : stop('excepted', excepted.reason);
  }
  if (standing.planHash !== repair.planHash) return stop('altered', `The plan is ${standing.planHash.slice(0, 12)} now, and was ${repair.planHash.slice(0, 12)}.`);
  return repair.remediation === 'automatic' ? { verdict: 'go' } : clearApproval(repair, now);
}

function clearApproval({ approval, planHash }: Repair, now: number): Clearance {
  if (approval?.decision === undefined) return { verdict: 'ask' };
  if (approval.decision === 'rejected') return stop('rejected', `By ${approval.approver ?? 'nobody named'}. ${approval.comment ?? ''}`.trim());
  if (approval.planHash !== planHash) return stop('altered', 'The approval is of another plan.');
  if (now >= Date.parse(approval.expiresAt)) return stop('approval-expired', `It was valid until ${approval.expiresAt}.`);
  return { verdict: 'go' };
}

function stop(outcome: RepairOutcome, reason: string): Clearance {
  return { verdict: 'stop', outcome, reason };
}
