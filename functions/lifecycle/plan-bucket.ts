import type { Logger } from '@aws-lambda-powertools/logger';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { describeQuestion } from './announcements.ts';
import type { BucketPlan } from './bucket-plan.ts';
import { decidePlan } from './decide-plan.ts';
import { lifecycleVariables } from './environment.ts';
import { createVersionCounter } from './first-day.ts';
import { type BucketRun, findBucketRun, type LifecycleQuestion, openBucketRun, readQuestion, writeQuestion } from './lifecycle-records.ts';
import { bucketOfRunSchema } from './lifecycle-run.ts';
import { type BucketLook, factVariables, isRead, listVersions, lookAtBucket, pause } from './read-bucket.ts';
import { wantedConfiguration } from './wanted.ts';

const { LEDGER_TABLE, TOPIC_ARN } = lifecycleVariables;

/** What is left of the invocation when the listing stops: the plan has to be written down and told. */
const reserveMilliseconds = 30_000;

/** For so long after a write S3 may show what stood before it; so often, and after such pauses, it is looked at again. */
const settlingMilliseconds = 900_000;
const settlingPauses = [5000, 10_000, 20_000] as const;

/**
 * Plans what is to be done with one bucket, and writes nothing to it. The first plan of a run stands, whatever is repeated;
 * just before the write everything is looked at once more. Where it would let something go for good, a person is asked.
 */
export const handler = createHandler({
  input: bucketOfRunSchema,
  environment: { LEDGER_TABLE, TOPIC_ARN, ...factVariables },
  handle: async ({ runId, role }, { environment, logger, now, deadline }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const look = (): Promise<BucketLook> => lookAtBucket({ runId, role }, environment, { ledger, now: Date.now() });
    const most = environment.LIFECYCLE_SETTINGS.maxVersionsCounted;
    const planned = async (): Promise<BucketRun> => {
      const plan = await countFor(await settledLook(look), { most, deadline: deadline - reserveMilliseconds, logger });
      return openBucketRun(ledger, { runId, role, plannedAt: new Date(now).toISOString(), plan }, now);
    };
    const run = (await findBucketRun(ledger, runId, role)) ?? (await planned());
    if (run.plan.verdict === 'ask') {
      const question = await ask(ledger, run, environment.LIFECYCLE_SETTINGS.approvalHours);
      // Answered, it has been told; and what was rejected is not put again before it expires.
      if (question.approval.decision === undefined) await notify(describeQuestion(question), { ledger, topicArn: environment.TOPIC_ARN, now: Date.now() });
    }
    return { verdict: run.plan.verdict };
  },
});

/** Nobody is asked for what was approved and written a moment ago, only because S3 does not show it yet. */
async function settledLook(look: () => Promise<BucketLook>): Promise<BucketLook> {
  let seen = await look();
  for (const milliseconds of settlingPauses) {
    if (!isMaybeStale(seen, Date.now())) return seen;
    await pause(milliseconds);
    seen = await look();
  }
  return seen;
}

function isMaybeStale({ facts, question: { value: question } }: BucketLook, now: number): boolean {
  if (question?.carriedOut === undefined || now - Date.parse(question.carriedOut.at) > settlingMilliseconds) return false;
  const { verdict, planHash } = decidePlan(facts);
  return verdict === 'ask' && planHash === question.plan.planHash;
}

/** The plan, and where it may come to a write what that does on its first day. */
async function countFor({ own, facts }: BucketLook, { most, deadline, logger }: { readonly most: number; readonly deadline: number; readonly logger: Logger }): Promise<BucketPlan> {
  const { current, isVersioned, declared, prices } = facts;
  const plan = decidePlan(facts);
  const isToBeCounted = plan.verdict === 'dry-run' || plan.verdict === 'ask' || plan.verdict === 'write';
  if (!isToBeCounted || !isRead(current) || isVersioned === 'unread') return plan;
  const counter = createVersionCounter({ current, wanted: wantedConfiguration(current, declared), isVersioned, prices, now: Date.now() });
  const shortfall = await listVersions(own, counter.add, { most, deadline });
  const counted = decidePlan({ ...facts, counted: counter.result(shortfall === undefined) });
  if (shortfall === undefined) return counted;
  logger.warn('Not all versions were counted.', { bucket: own.bucket, shortfall });
  return { ...counted, remarks: [...counted.remarks, shortfall] };
}

/** Puts the question, unless it stands already: one a bucket, bound to the plan, until it expires or was carried out. */
async function ask(ledger: Ledger, { role, plan, plannedAt }: BucketRun, approvalHours: number): Promise<LifecycleQuestion> {
  const now = Date.now();
  const standing = await readQuestion(ledger, role);
  if (standing.value !== undefined && isStanding(standing.value, plan, { plannedAt, now })) return standing.value;
  const { planHash } = plan;
  const approval = { planHash, askedAt: new Date(now).toISOString(), expiresAt: new Date(now + approvalHours * 3_600_000).toISOString() };
  return writeQuestion(ledger, { role, plan, approval }, standing, now);
}

function isStanding({ plan: asked, approval, carriedOut }: LifecycleQuestion, plan: BucketPlan, { plannedAt, now }: { readonly plannedAt: string; readonly now: number }): boolean {
  // A run that planned later has asked of what it found: this plan is a late repetition.
  if (asked.planHash !== plan.planHash) return Date.parse(approval.askedAt) > Date.parse(plannedAt);
  return carriedOut === undefined && now < Date.parse(approval.expiresAt);
}
