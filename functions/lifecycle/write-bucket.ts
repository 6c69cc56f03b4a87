import { DeleteBucketLifecycleCommand, PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { isApproved } from '../platform/approval.ts';
import { s3 } from '../platform/clients.ts';
import { classify, Defect, Refused, Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import type { BucketPlan } from './bucket-plan.ts';
import { changesOf, isSameByMeaning } from './comparison.ts';
import { hashConfiguration, type LifecycleConfiguration } from './configuration.ts';
import { type BucketFacts, decidePlan } from './decide-plan.ts';
import { lifecycleVariables } from './environment.ts';
import { changeInWords } from './formats/words.ts';
import { bucketLock, type BucketRun, findBucketRun, type LifecycleQuestion, readQuestion, updateBucketRun, type WriteOutcome, writeQuestion } from './lifecycle-records.ts';
import { bucketOfRunSchema } from './lifecycle-run.ts';
import { type BucketLook, factVariables, isRead, lookAtBucket, type OwnBucket, pause, readConfiguration } from './read-bucket.ts';
import { wantedConfiguration } from './wanted.ts';

const { LEDGER_TABLE } = lifecycleVariables;

/** Longer than this function may run: whoever holds the lock is alive, or the lock has expired. */
const lockSeconds = 120;

/** What was written may be seen late: so often, and after such pauses, it is looked for. Together well under the time-out. */
const readBackPauses = [0, 1000, 2000, 4000, 8000] as const;
/** What is left of the invocation when the looking ends: the outcome has to be written down. */
const reserveMilliseconds = 15_000;

/**
 * Writes the rules that this run planned, if what stands is still what was planned upon, and it is still allowed. The write is
 * recorded before it is made: repeated after a reply that was lost, it finds its own work, and says so.
 */
export const handler = createHandler({
  input: bucketOfRunSchema,
  environment: { LEDGER_TABLE, ...factVariables },
  handle: async ({ runId, role }, { environment, logger, now, deadline }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    // The run is the owner: its second try may take over the lock of its first, which would write the same.
    return ledger.withLock(bucketLock(environment.BUCKETS[role]), runId, lockSeconds, async () => {
      const run = await findBucketRun(ledger, runId, role);
      if (run === undefined || run.plan.verdict !== 'write') throw new Defect(`The run ${runId} has no plan for ${role} that is to be written.`);
      if (run.ending !== undefined) return { outcome: run.ending.outcome };
      const seen = await lookAtBucket({ runId, role }, environment, { ledger, now });
      const finding = judge(run, seen, now);
      if (finding.kind === 'end') return end(ledger, run, finding, now);
      const acting = run.act === undefined ? await updateBucketRun(ledger, run, { act: { begunAt: new Date(now).toISOString(), ...finding.approved } }, now) : run;
      await write(seen.own, finding.wanted).catch(async (error: unknown) => {
        await noteRefusal(ledger, acting, error).catch((second: unknown) => logger.warn('That S3 refused the write could not be written down.', second as Error));
        throw error;
      });
      const reason = await readBack(seen, finding.wanted, { plan: run.plan, until: deadline - reserveMilliseconds });
      return end(ledger, acting, { outcome: 'written', ...(reason === undefined ? {} : { reason }) }, Date.now());
    });
  },
});

type Finding =
  /** What is to be written, and by whose leave. */
  | { readonly kind: 'write'; readonly wanted: LifecycleConfiguration; readonly approved: { readonly approver?: string } }
  | ({ readonly kind: 'end' } & Ending);

interface Ending {
  readonly outcome: WriteOutcome;
  readonly reason?: string;
}

/** The last look before the write: what was planned must still be what stands, still be wanted, and still be allowed. */
function judge({ plan, act }: BucketRun, { facts, question: { value: question } }: BucketLook, now: number): Finding {
  const { current, declared } = facts;
  if (!isRead(current)) return alter(`The rules could not be read again: ${current.unread}`);
  if (changesOf(current, declared).length === 0) return { kind: 'end', outcome: act === undefined ? 'unchanged' : 'written' };
  if (hashConfiguration(current) !== plan.beforeHash) {
    return alter(act === undefined ? 'The rules were changed since they were looked at.' : `The rules were changed since they were looked at, or since the write that was begun at ${act.begunAt}.`);
  }
  const again = decidePlan(facts);
  const doubt = doubtOf(plan, again, facts);
  if (doubt !== undefined) return alter(doubt);
  if (!again.isDestructive) return { kind: 'write', wanted: wantedConfiguration(current, declared), approved: {} };
  if (question === undefined || !isApproved(question.approval, again.planHash, now)) return alter(noApproval);
  const { approver } = question.approval;
  return { kind: 'write', wanted: wantedConfiguration(current, declared), approved: approver === undefined ? {} : { approver } };
}

function alter(reason: string): Finding {
  return { kind: 'end', outcome: 'altered', reason };
}

const noApproval = 'Nobody has approved this plan, or the approval is no longer valid.';

function doubtOf(plan: BucketPlan, again: BucketPlan, { mode }: BucketFacts): string | undefined {
  if (again.planHash !== plan.planHash) return 'What is declared, or the versioning of the bucket, was changed since it was planned.';
  switch (again.verdict) {
    case 'write':
      return undefined;
    case 'ask':
      return noApproval;
    case 'refused':
      return again.blockers.map(({ code, message }) => `${code}: ${message}`).join(' ');
    case 'dry-run':
    case 'unchanged':
      return `It is not to be written any more: ${again.verdict}, in the mode ${mode}.`;
  }
}

/** Everything at once, as S3 takes it: a configuration replaces the one before it, and the last rule goes by itself. */
async function write({ bucket, accountId }: OwnBucket, { rules, minimumSize }: LifecycleConfiguration): Promise<void> {
  const own = { Bucket: bucket, ExpectedBucketOwner: accountId };
  if (rules.length === 0) await s3().send(new DeleteBucketLifecycleCommand(own));
  else {
    await s3().send(
      new PutBucketLifecycleConfigurationCommand({
        ...own,
        LifecycleConfiguration: { Rules: [...rules] },
        ...(minimumSize === undefined ? {} : { TransitionDefaultMinimumObjectSize: minimumSize }),
      }),
    );
  }
}

/** For the report: why there is no outcome. A repetition tries again all the same. */
async function noteRefusal(ledger: Ledger, run: BucketRun, error: unknown): Promise<void> {
  const told = classify(error);
  if (run.act === undefined || !(told instanceof Refused)) return;
  await updateBucketRun(ledger, run, { act: { ...run.act, refusal: told.message } }, Date.now());
}

/** Looks until S3 shows what was written. Gives what it shows in the end in place of it, as a sentence. */
async function readBack({ own, facts }: BucketLook, wanted: LifecycleConfiguration, { plan, until }: { readonly plan: BucketPlan; readonly until: number }): Promise<string | undefined> {
  let shown: string | undefined;
  for (const milliseconds of readBackPauses) {
    if (shown !== undefined && Date.now() + milliseconds > until) break;
    await pause(milliseconds);
    shown = await lookBack(own, wanted, { plan, declared: facts.declared });
    if (shown === undefined) return undefined;
  }
  return shown;
}

async function lookBack(own: OwnBucket, wanted: LifecycleConfiguration, { plan, declared }: { readonly plan: BucketPlan; readonly declared: BucketFacts['declared'] }): Promise<string | undefined> {
  try {
    const found = await readConfiguration(own);
    if (!isRead(found)) return `S3 took the rules, and they could not be read back: ${found.unread}`;
    if (isAsWritten(found, wanted)) return undefined;
    if (hashConfiguration(found) === plan.beforeHash) return 'S3 took the rules, and still shows those from before.';
    const differences = changesOf(found, declared).map(changeInWords);
    return `S3 took the rules, and shows others: ${differences.length === 0 ? 'those of others, or the minimum size, are not as they were' : differences.join('; ')}.`;
  } catch (error) {
    // What was written stands, whoever cannot see it just now.
    if (error instanceof Transient) return `S3 took the rules, and they could not be read back: ${error.message}.`;
    throw error;
  }
}

/** S3 tells a minimum size mode also where none was sent, and none where there are no rules. */
function isAsWritten(found: LifecycleConfiguration, wanted: LifecycleConfiguration): boolean {
  const isModeMeant = wanted.minimumSize !== undefined && wanted.rules.length > 0;
  return isModeMeant ? isSameByMeaning(found, wanted) : isSameByMeaning({ rules: found.rules }, { rules: wanted.rules });
}

/** Writes down how it ended. Last of all: what is not written down is looked at again by the repetition. */
async function end(ledger: Ledger, run: BucketRun, { outcome, reason }: Ending, now: number): Promise<{ outcome: WriteOutcome }> {
  if (outcome === 'written' && run.plan.isDestructive) await useUp(ledger, run, now);
  await updateBucketRun(ledger, run, { ending: { outcome, endedAt: new Date(now).toISOString(), ...(reason === undefined ? {} : { reason }) } }, now);
  return { outcome };
}

/** The approval was for this write: whoever takes it back by hand is not overruled by it. */
async function useUp(ledger: Ledger, { runId, role, plan }: BucketRun, now: number): Promise<void> {
  const standing = await readQuestion(ledger, role);
  const question: LifecycleQuestion | undefined = standing.value;
  if (question === undefined || question.plan.planHash !== plan.planHash || question.carriedOut !== undefined) return;
  await writeQuestion(ledger, { ...question, carriedOut: { runId, at: new Date(now).toISOString() } }, standing, now);
}
