import * as z from 'zod';
import type { CheckResult } from './assessment.ts';
import type { PlannedFinding } from './planning.ts';
import type { Opening } from './repair-records.ts';

/** A nightly run looks at the account before its repairs and, if there were any, after them. */
export const lookSchema = z.object({
  /** Name of the execution: unique to the run, the same for every retry. */
  runId: z.string().regex(/^[\w-]{1,80}$/u),
  /** ISO 8601, the start of the run. */
  startedAt: z.string(),
  look: z.enum(['before', 'after']),
});

export type Look = z.infer<typeof lookSchema>;

/** A look, judged: what stands in the evidence bucket between the steps of a run. */
export interface JudgedLook {
  readonly takenAt: string;
  readonly results: readonly CheckResult[];
  readonly findings: readonly PlannedFinding[];
  /** By target. */
  readonly openings: Readonly<Record<string, Opening>>;
}

/** Everything of a run stands under its day and its name. */
export function runFolder({ runId, startedAt }: Pick<Look, 'runId' | 'startedAt'>): string {
  return `compliance/${startedAt.slice(0, 10)}/${runId}`;
}

export function snapshotKey(look: Look): string {
  return `${runFolder(look)}/snapshot-${look.look}.json.gz`;
}

export function judgedKey(look: Look): string {
  return `${runFolder(look)}/findings-${look.look}.json.gz`;
}
