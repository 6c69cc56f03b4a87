import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { cloudWatch } from '../platform/clients.ts';
import { Defect } from '../platform/errors.ts';
import { getEvidence, putEvidence, putEvidenceBody } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { describeRun } from './announcements.ts';
import { lifecycleVariables } from './environment.ts';
import { lifecyclePage } from './formats/page.ts';
import { findBucketRun, type LifecycleQuestion, readQuestion, readTold, type Told, writeTold } from './lifecycle-records.ts';
import { type BucketResult, type LifecycleReport, lifecycleReportSchema, lifecycleRunSchema, reportKey } from './lifecycle-run.ts';
import { metricNamespace, metricsOf } from './metrics.ts';
import { resultOf } from './results.ts';
import { type BucketRole, bucketRoles } from './settings.ts';

const { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN, BUCKETS, LIFECYCLE_SETTINGS } = lifecycleVariables;

type Questions = Partial<Record<BucketRole, LifecycleQuestion>>;

/**
 * Ends a run: what became of each bucket is filed, told where there is news, and measured. The report that was filed first is
 * the run's: page, message and metrics follow it, also where a repetition would find something else.
 */
export const handler = createHandler({
  input: lifecycleRunSchema,
  environment: { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN, BUCKETS, LIFECYCLE_SETTINGS },
  handle: async (run, { environment, now }) => {
    const { EVIDENCE_BUCKET: evidence, TOPIC_ARN: topicArn, LIFECYCLE_SETTINGS: settings } = environment;
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const questions = await readQuestions(ledger);
    const buckets = await Promise.all(
      bucketRoles.map(async (role) => resultOf(role, environment.BUCKETS[role], { run: await findBucketRun(ledger, run.runId, role), question: questions[role] })),
    );
    const report = await fileReport({ ...run, schemaVersion: 1, mode: settings.mode, endedAt: new Date(now).toISOString(), buckets }, evidence);
    const before = await readTold(ledger);
    if (report.buckets.some((result) => isNews(result, before.value ?? {}, questions))) {
      await notify(describeRun(report, `s3://${evidence}/${reportKey(report, 'report.html')}`), { ledger, topicArn, now });
    }
    await cloudWatch().send(new PutMetricDataCommand({ Namespace: metricNamespace, MetricData: metricsOf(report) }));
    // Last: a repetition that finds it knows that this run has been told.
    await writeTold(ledger, nowTold(report.buckets, before.value ?? {}, questions), before, now);
    return { outcomes: Object.fromEntries(report.buckets.map(({ role, outcome }) => [role, outcome])) };
  },
});

async function readQuestions(ledger: Ledger): Promise<Questions> {
  const read = await Promise.all(bucketRoles.map(async (role) => [role, (await readQuestion(ledger, role)).value] as const));
  return Object.fromEntries(read.filter(([, question]) => question !== undefined));
}

async function fileReport(report: LifecycleReport, bucket: string): Promise<LifecycleReport> {
  const key = reportKey(report, 'report.json');
  const isWritten = await putEvidence(bucket, key, report);
  const standing = isWritten ? report : parseReport(key, await getEvidence(bucket, key));
  await putEvidenceBody(bucket, reportKey(report, 'report.html'), { body: lifecyclePage(standing), contentType: 'text/html; charset=utf-8' });
  return standing;
}

function parseReport(key: string, document: unknown): LifecycleReport {
  const result = lifecycleReportSchema.safeParse(document);
  if (!result.success) throw new Defect(`The evidence ${key} is malformed: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** What waits, for an answer or for another mode, is told once: not every week anew, and not at every look. */
function isNews(result: BucketResult, before: Told, questions: Questions): boolean {
  switch (result.outcome) {
    case 'unchanged':
      return false;
    case 'dry-run':
    case 'asked': {
      const last = before[result.role];
      const { outcome, planHash, expiresAt } = briefOf(result, questions) ?? {};
      return last?.outcome !== outcome || last?.planHash !== planHash || last?.expiresAt !== expiresAt;
    }
    case 'refused':
    case 'written':
    case 'altered':
    case 'failed':
      return true;
  }
}

function nowTold(buckets: readonly BucketResult[], before: Told, questions: Questions): Told {
  const told = { ...before };
  for (const result of buckets) {
    const brief = briefOf(result, questions);
    // Of a bucket that nobody could plan for, what was last told of it still holds.
    if (brief !== undefined) told[result.role] = brief;
  }
  return told;
}

function briefOf({ role, outcome, plan }: BucketResult, questions: Questions): Told[BucketRole] {
  if (plan === undefined) return undefined;
  const { expiresAt } = questions[role]?.approval ?? {};
  return { outcome, planHash: plan.planHash, ...(outcome !== 'asked' || expiresAt === undefined ? {} : { expiresAt }) };
}
