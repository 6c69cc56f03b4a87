import * as z from 'zod';
import { lifecycleBlockerSchema } from './blocker.ts';
import { bucketRoles } from './settings.ts';

/** Objects and bytes; `isComplete` is false where not everything was counted: then it is at least so much. */
const countSchema = z.object({ objects: z.int(), bytes: z.number(), isComplete: z.boolean() });

/**
 * What the change does within a day of being written, over and above what the rules that stand do: S3 applies a rule to what is
 * old enough already. `unknown` where a listing cannot tell, as with filters by tag.
 */
export const firstDayEffectSchema = z.object({
  /** Gone for good. */
  deleted: z.union([countSchema, z.literal('unknown')]),
  /** Hidden behind a delete marker. */
  hidden: z.union([countSchema, z.literal('unknown')]),
  moved: z.union([z.record(z.string(), countSchema), z.literal('unknown')]),
});
export type FirstDayEffect = z.infer<typeof firstDayEffectSchema>;

/** USD, at the dated prices; of what is in the bucket now. `unknown` where it cannot be told. */
export const savingSchema = z.object({
  perMonthUsd: z.union([z.number(), z.literal('unknown')]),
  /** Fees of the transitions, and what minimum durations cost of what is moved on or deleted early. */
  onceUsd: z.union([z.number(), z.literal('unknown')]),
  /** Months after which it has paid; absent where it never does, or nobody knows. */
  monthsToPayBack: z.number().optional(),
  pricesAsOf: z.string(),
});
export type Saving = z.infer<typeof savingSchema>;

export const ruleChangeSchema = z.object({
  kind: z.enum(['add', 'replace', 'remove']),
  ruleId: z.string(),
  /** The rule in one line, for people, before and after. */
  before: z.string().optional(),
  after: z.string().optional(),
});
export type RuleChange = z.infer<typeof ruleChangeSchema>;

/**
 * `unchanged`: nothing to do. `refused`: with blockers. `dry-run`: it would be written. `ask`: it deletes for good, and waits for
 * a person. `write`: it may be written.
 */
export const planVerdicts = ['unchanged', 'refused', 'dry-run', 'ask', 'write'] as const;

/** What was found of one bucket, and what is to be done. It is what a person approves, by its hash. */
export const bucketPlanSchema = z.object({
  role: z.enum(bucketRoles),
  bucket: z.string(),
  verdict: z.enum(planVerdicts),
  blockers: z.array(lifecycleBlockerSchema),
  /** What is worth knowing and stops nothing: rules of others that are switched off, that move what ours move. */
  remarks: z.array(z.string()),
  changes: z.array(ruleChangeSchema),
  foreignRules: z.int(),
  /** Whether it lets something go for good that the rules as they stand do not, or not so soon. */
  isDestructive: z.boolean(),
  /** SHA-256 of the configuration as it was read, foreign rules and minimum size mode with it. */
  beforeHash: z.string(),
  /** SHA-256 of bucket, configuration as read, and configuration as it is to be: what an approval is bound to. */
  planHash: z.string(),
  effect: firstDayEffectSchema.optional(),
  saving: savingSchema.optional(),
});
export type BucketPlan = z.infer<typeof bucketPlanSchema>;
