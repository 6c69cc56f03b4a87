import { isApproved } from '../platform/approval.ts';
import { canonical } from '../platform/canonical.ts';
import type { Blocker } from './blocker.ts';
import type { Drill } from './drill-records.ts';
import { type DrillPlan, hashDrillPlan } from './plan.ts';

/** Why a drill is not carried out. */
export interface Stop {
  readonly outcome: 'rejected' | 'expired' | 'altered' | 'refused';
  readonly reason: string;
}

/** What the second person said, or did not say in time. Undefined: it is approved, and still valid. */
export function judgeApproval({ approval, planHash }: Drill, now: number): Stop | undefined {
  if (approval === undefined) return { outcome: 'expired', reason: 'Nobody was asked in time.' };
  const { decision, approver = 'nobody named', comment, expiresAt } = approval;
  if (decision === 'rejected') return { outcome: 'rejected', reason: `By ${approver}.${comment === undefined ? '' : ` ${comment}`}` };
  if (decision === undefined) return { outcome: 'expired', reason: `Nobody answered before ${expiresAt}.` };
  if (planHash === undefined || approval.planHash !== planHash) return { outcome: 'altered', reason: 'The approval is of another plan.' };
  if (isApproved(approval, planHash, now)) return undefined;
  return { outcome: 'expired', reason: `The approval by ${approver} was valid until ${expiresAt}.` };
}

/** The last look: the plan that was approved must still be the one that stands, and nothing may speak against it. */
export function judgeLastLook(approved: DrillPlan | undefined, standing: DrillPlan | undefined, blockers: readonly Blocker[]): Stop | undefined {
  if (approved !== undefined && standing !== undefined && hashDrillPlan(approved) !== hashDrillPlan(standing)) {
    return { outcome: 'altered', reason: `Since it was approved, this changed: ${describeDifferences(approved, standing)}.` };
  }
  if (blockers.length > 0) return { outcome: 'refused', reason: blockers.map(({ code, message }) => `${code}: ${message}`).join(' ') };
  if (approved !== undefined && standing !== undefined) return undefined;
  return { outcome: 'refused', reason: 'There is no plan of the database as it stands.' };
}

function describeDifferences(before: DrillPlan, after: DrillPlan): string {
  return (Object.keys(after) as (keyof DrillPlan)[])
    .filter((member) => canonical(before[member]) !== canonical(after[member]))
    .map((member) => `${member} from ${canonical(before[member])} to ${canonical(after[member])}`)
    .join(', ');
}
