import type { BucketPlan } from '../../../functions/lifecycle/bucket-plan.ts';
import type { BucketResult, LifecycleReport } from '../../../functions/lifecycle/lifecycle-run.ts';
import { type BucketRole, bucketRoles } from '../../../functions/lifecycle/settings.ts';

/** A plan that adds one rule to a bucket with versions old enough for it. */
export function planOf(role: BucketRole, changes: Partial<BucketPlan> = {}): BucketPlan {
  return {
    role,
    bucket: `webmarket-${role.toLowerCase()}`,
    verdict: 'ask',
    blockers: [],
    remarks: [],
    changes: [{ kind: 'add', ruleId: `webmarket-${role.toLowerCase()}`, after: 'all objects: replaced versions gone after 30 days' }],
    foreignRules: 2,
    isDestructive: true,
    beforeHash: 'b'.repeat(64),
    planHash: 'a'.repeat(64),
    effect: {
      deleted: { objects: 1200, bytes: 5 * 2 ** 30, isComplete: true },
      hidden: { objects: 0, bytes: 0, isComplete: true },
      moved: { GLACIER_IR: { objects: 1, bytes: 2048, isComplete: false } },
    },
    saving: { perMonthUsd: 12.5, onceUsd: 2, monthsToPayBack: 0.16, pricesAsOf: '2027-03-01' },
    ...changes,
  };
}

/** A bucket in which everything stands as declared. */
export function resultOf(role: BucketRole, changes: Partial<BucketResult> = {}): BucketResult {
  const plan = planOf(role, { verdict: 'unchanged', changes: [], isDestructive: false });
  delete plan.effect;
  delete plan.saving;
  return { role, bucket: plan.bucket, outcome: 'unchanged', plan, ...changes };
}

/** A report in which everything stands as declared, but for the buckets that are given. */
export function reportOf(...results: readonly BucketResult[]): LifecycleReport {
  return {
    schemaVersion: 1,
    runId: 'weekly-1',
    cause: 'schedule',
    mode: 'enforce',
    startedAt: '2027-01-13T07:00:00.000Z',
    endedAt: '2027-01-13T07:01:00.000Z',
    buckets: bucketRoles.map((role) => results.find((result) => result.role === role) ?? resultOf(role)),
  };
}
