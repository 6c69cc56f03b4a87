import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { BucketRole } from '../functions/lifecycle/settings.ts';
import { ledgerItems, readDocuments } from './promises/evidence.ts';
import type { Stage } from './stage.ts';

/** Who has rules of their own in the buckets, who changes ours by hand, and who answers what is asked. */
export const dataTeam = 'the-data-team';
export const developer = 'a-developer';
export const approver = 'the-lead-engineer';

const minute = 60_000;

/** What the construct of each bucket is called, in its stack. */
const constructs: Readonly<Record<BucketRole, string>> = {
  productImages: 'productimages', documents: 'documents', logs: 'accesslogs', evidence: 'evidence',
};

/** What is read of a run's report. */
export interface LifecycleEvidence {
  readonly runId: string;
  readonly startedAt: string;
  readonly cause: string;
  readonly mode: string;
  readonly buckets: readonly {
    readonly role: BucketRole;
    readonly outcome: string;
    readonly approver?: string;
    readonly plan?: {
      readonly planHash: string;
      readonly isDestructive: boolean;
      readonly blockers: readonly { readonly code: string; readonly message: string }[];
      readonly effect?: { readonly deleted: { readonly objects: number } | 'unknown'; readonly moved: Readonly<Record<string, { readonly objects: number }>> | 'unknown' };
    };
  }[];
}

/** What is read of a question in the ledger. */
interface LifecycleQuestion {
  readonly plan: { readonly role: BucketRole; readonly planHash: string };
  readonly approval: { readonly planHash: string; readonly decision?: string; readonly approver?: string; readonly answeredAt?: string; readonly expiresAt: string };
}

/** Name of the bucket that holds this; CloudFormation gives it. */
export function bucketOf(stage: Stage, role: BucketRole): string {
  const part = constructs[role];
  const found = stage.account.s3.buckets.find(({ name }) => name.includes(`-${part}bucket`) || name.includes(`-${part}`));
  if (found === undefined) throw new Error(`There is no bucket of the ${role}.`);
  return found.name;
}

/** The rules of a bucket as they stand, for nobody's permission. */
export function rulesOf(stage: Stage, role: BucketRole): readonly LifecycleRule[] {
  return stage.account.s3.lifecycle(bucketOf(stage, role))?.Rules ?? [];
}

/** Somebody changes the rules of a bucket: reads all of them, and writes all of them. */
export async function changeRules(stage: Stage, by: string, role: BucketRole, change: (rules: readonly LifecycleRule[]) => readonly LifecycleRule[]): Promise<void> {
  const Bucket = bucketOf(stage, role);
  const rules = change(rulesOf(stage, role));
  if (rules.length === 0) await stage.as(by, 'S3', 'DeleteBucketLifecycle', { Bucket });
  else await stage.as(by, 'S3', 'PutBucketLifecycleConfiguration', { Bucket, LifecycleConfiguration: { Rules: [...rules] } });
}

/** Every report of a run, the oldest first. */
export async function lifecycleReports(stage: Stage): Promise<LifecycleEvidence[]> {
  const reports = await readDocuments<LifecycleEvidence>(stage, 'lifecycle/', '/report.json');
  return reports.toSorted((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt));
}

/** The questions that the ledger holds, answered or not. */
export function lifecycleQuestions(stage: Stage): LifecycleQuestion[] {
  return ledgerItems(stage)
    .filter(({ type }) => type === 'lifecycle-question')
    .map(({ value }) => value as LifecycleQuestion);
}

/** Somebody answers what is asked of one bucket; what the answer function says. */
export async function answerLifecycle(
  stage: Stage,
  role: BucketRole,
  decision: 'approved' | 'rejected' = 'approved',
  planHash = lifecycleQuestions(stage).find(({ plan }) => plan.role === role)?.plan.planHash,
): Promise<Readonly<Record<string, unknown>>> {
  stage.step(`${approver} answers ${decision} for ${role}`);
  const answer = await stage.invoke(stage.output('AnswerLifecycleFunction'), { role, planHash, decision, approver });
  const { status, code } = answer as { readonly status: string; readonly code?: string };
  stage.step(`The answer for ${role} was ${status}${code === undefined ? '' : ` (${code})`}`);
  return answer;
}

/** A person who looks every few minutes, and approves whatever is asked. */
export async function approveLifecycle(stage: Stage, until: number, phase: string): Promise<void> {
  while (stage.now < until) {
    await stage.until(Math.min(until, stage.now + 5 * minute), phase);
    for (const { plan, approval } of lifecycleQuestions(stage)) {
      const isOpen = approval.decision === undefined && stage.now < Date.parse(approval.expiresAt);
      if (isOpen) await answerLifecycle(stage, plan.role, 'approved', plan.planHash);
    }
  }
}
