import { type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { cloudWatch } from '../platform/clients.ts';
import { Defect } from '../platform/errors.ts';
import { getEvidence, putEvidenceBody } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { checks } from './checks/registry.ts';
import { compareReports, describeDigest } from './digest.ts';
import { complianceVariables, placeVariables } from './environment.ts';
import { listExceptions } from './exception-records.ts';
import { expired } from './exceptions.ts';
import { severities } from './finding.ts';
import { compress } from './formats/compress.ts';
import { formats } from './formats/formats.ts';
import { contextOf } from './inspection.ts';
import { metricNamespace } from './metrics.ts';
import { listTargets } from './repair-records.ts';
import { type ComplianceReport, complianceReportSchema, compileReport } from './report.ts';
import { findingsOfRun } from './run-findings.ts';
import { type JudgedLook, judgedKey, lookSchema, runFolder } from './run.ts';

const { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN } = complianceVariables;

/** Writes the report of a run in every format, counts what stands, and tells what changed since the run before. */
export const handler = createHandler({
  input: lookSchema.omit({ look: true }).extend({ isLookedAtAgain: z.boolean() }),
  environment: { ...placeVariables, LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN },
  handle: async ({ isLookedAtAgain, ...run }, { environment, now }) => {
    const bucket = environment.EVIDENCE_BUCKET;
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const before = await readLook(bucket, judgedKey({ ...run, look: 'before' }));
    const after = isLookedAtAgain ? await readLook(bucket, judgedKey({ ...run, look: 'after' })) : undefined;
    const latest = await ledger.get(latestRun.type, latestRun.id);
    const previous = await readReport(bucket, previousFolder(latest?.value, runFolder(run)));
    const report = compileReport(
      {
        ...run,
        ...contextOf(environment),
        environment: environment.ENVIRONMENT,
        finishedAt: new Date(now).toISOString(),
        checks,
        results: (after ?? before).results,
        findings: findingsOfRun({ before, after, targets: await listTargets(ledger) }),
        expiredExceptions: expired(await listExceptions(ledger), now),
      },
      previous,
    );
    const digest = compareReports(previous, report);
    for (const { fileName, contentType, pieces } of Object.values(formats)) {
      const body = compress(pieces({ report, digest, checks }));
      await putEvidenceBody(bucket, `${runFolder(run)}/${fileName}`, { body, contentType, contentEncoding: 'gzip' });
    }
    const message = describeDigest(digest, report, `s3://${bucket}/${runFolder(run)}/${formats.page.fileName}`);
    if (message !== undefined) await notify(message, { ledger, topicArn: environment.TOPIC_ARN, now });
    await measure(report);
    await rememberRun(ledger, latest, runFolder(run));
    return { folder: runFolder(run), standing: report.counts.bySeverity, notEvaluated: report.checks.filter(({ status }) => status === 'not-evaluated').length };
  },
});

/** The run that the next one is compared with. */
const latestRun = { type: 'compliance', id: 'latest-run' } as const;

const latestSchema = z.object({ folder: z.string(), before: z.string().optional() });

/** A repetition of this run finds itself as the latest: what it is compared with is then the one before. */
function previousFolder(value: unknown, folder: string): string | undefined {
  if (value === undefined) return undefined;
  const latest = latestSchema.parse(value);
  return latest.folder === folder ? latest.before : latest.folder;
}

async function rememberRun(ledger: Ledger, latest: Awaited<ReturnType<Ledger['get']>>, folder: string): Promise<void> {
  const before = previousFolder(latest?.value, folder);
  const value = { folder, ...(before === undefined ? {} : { before }) };
  if (latest !== undefined && latestSchema.parse(latest.value).folder === folder) return;
  // Somebody else's run came in between: it is as good to be compared with.
  await ledger.write({ ...latestRun, revision: (latest?.revision ?? 0) + 1, value });
}

async function readLook(bucket: string, key: string): Promise<JudgedLook> {
  const look = await getEvidence(bucket, key);
  if (look === undefined) throw new Defect(`There is no look ${key}.`);
  return look as JudgedLook;
}

async function readReport(bucket: string, folder: string | undefined): Promise<ComplianceReport | undefined> {
  if (folder === undefined) return undefined;
  const report = await getEvidence(bucket, `${folder}/${formats.json.fileName}`);
  return report === undefined ? undefined : complianceReportSchema.parse(report);
}

function datum(MetricName: string, Value: number, Dimensions: { Name: string; Value: string }[] = []): MetricDatum {
  return { MetricName, Value, Dimensions, Unit: 'Count' };
}

async function measure(report: ComplianceReport): Promise<void> {
  await cloudWatch().send(
    new PutMetricDataCommand({
      Namespace: metricNamespace,
      MetricData: [
        ...severities.map((severity) => datum('StandingFindings', report.counts.bySeverity[severity], [{ Name: 'Severity', Value: severity }])),
        datum('ChecksNotEvaluated', report.checks.filter(({ status }) => status === 'not-evaluated').length),
      ],
    }),
  );
}
