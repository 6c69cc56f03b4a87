import * as z from 'zod';
import { bucketPlanSchema } from './bucket-plan.ts';
import { bucketRoles } from './settings.ts';

/** Why a run was started. What it does is the same: it looks at the whole of every bucket's configuration. */
export const runCauses = ['schedule', 'deployment', 'change', 'approval', 'operator'] as const;

export const lifecycleRunSchema = z.object({
  /** Name of the execution: unique to the run, the same for every retry. */
  runId: z.string().regex(/^[\w-]{1,80}$/u),
  /** ISO 8601, the start of the run. */
  startedAt: z.string(),
  cause: z.enum(runCauses),
});

export const bucketOfRunSchema = lifecycleRunSchema.pick({ runId: true }).extend({ role: z.enum(bucketRoles) });

/** What became of a bucket in a run. `altered`: it was changed between the look and the write, and was left alone. */
export const bucketOutcomes = ['unchanged', 'refused', 'dry-run', 'asked', 'written', 'altered', 'failed'] as const;

export const bucketResultSchema = z.object({
  role: z.enum(bucketRoles),
  bucket: z.string(),
  outcome: z.enum(bucketOutcomes),
  /** Absent where the plan itself failed. */
  plan: bucketPlanSchema.optional(),
  /** Who allowed a plan that deletes. */
  approver: z.string().optional(),
  /** Why it failed, or what was found in place of what was expected. */
  reason: z.string().optional(),
});
export type BucketResult = z.infer<typeof bucketResultSchema>;

/** The evidence of one run, `lifecycle/<day>/<runId>/report.json`. */
export const lifecycleReportSchema = lifecycleRunSchema.extend({
  schemaVersion: z.literal(1),
  mode: z.enum(['dry-run', 'enforce']),
  endedAt: z.string(),
  /** One a bucket, in the order of the roles: a bucket without a result has failed, and says so. */
  buckets: z.array(bucketResultSchema),
});
export type LifecycleReport = z.infer<typeof lifecycleReportSchema>;

export function reportKey({ runId, startedAt }: Pick<LifecycleReport, 'runId' | 'startedAt'>, file: 'report.json' | 'report.html'): string {
  return `lifecycle/${startedAt.slice(0, 10)}/${runId}/${file}`;
}
