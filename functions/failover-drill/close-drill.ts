import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { cloudWatch } from '../platform/clients.ts';
import { Defect } from '../platform/errors.ts';
import { getEvidence, putEvidence, putEvidenceBody } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { describeEnd, describeUnknown } from './announcements.ts';
import { concludeDrill, type Ending, hasHappened } from './conclusion.ts';
import { type Drill, drillLock, type DrillOutcome, drillOutcomes, drillReferenceSchema, findDrill, updateDrill } from './drill-records.ts';
import { compileReport, type DrillReport, drillReportSchema, reportKey } from './drill-report.ts';
import { drillVariables } from './environment.ts';
import { drillPage } from './formats/page.ts';
import { type Measurement, probeReportOf, unmeasured } from './measurement.ts';
import { metricNamespace, metricsOf } from './metrics.ts';
import { getProgress } from './probe/probe-records.ts';
import type { ProbeReport } from './probe/probe-report.ts';
import type { DrillSettings } from './settings.ts';
import { judgeDrill, judgeNothing } from './verdict.ts';

const { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN, DATABASE_ID, DRILL_SETTINGS } = drillVariables;

interface Desk {
  readonly ledger: Ledger;
  readonly bucket: string;
  readonly topicArn: string;
  readonly databaseId: string;
  readonly settings: DrillSettings;
  readonly now: number;
}

/**
 * Ends a drill: judges it, files its evidence, tells of it, measures, and last closes its record, so that a repetition finds
 * it. The lock is given back in any case: a report that cannot be written must not keep the next drill waiting.
 */
export const handler = createHandler({
  input: drillReferenceSchema.extend({ outcome: z.enum(drillOutcomes).optional(), reason: z.string().optional() }),
  environment: { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN, DATABASE_ID, DRILL_SETTINGS },
  handle: async ({ drillId, outcome, reason }, { environment, logger, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const desk = { ledger, bucket: environment.EVIDENCE_BUCKET, topicArn: environment.TOPIC_ARN, databaseId: environment.DATABASE_ID, settings: environment.DRILL_SETTINGS, now };
    const release = (): Promise<boolean> => ledger.unlock(drillLock(environment.DATABASE_ID), drillId);
    let ended: DrillOutcome;
    try {
      ended = await close(drillId, { outcome, reason }, desk);
    } catch (error) {
      await release().catch((second: unknown) => logger.error('The lock could not be given back; it expires.', second as Error));
      throw error;
    }
    await release();
    return { outcome: ended };
  },
});

async function close(drillId: string, ending: Ending, desk: Desk): Promise<DrillOutcome> {
  const { ledger, topicArn, now } = desk;
  const drill = await findDrill(ledger, drillId);
  if (drill === undefined) {
    await notify(describeUnknown(drillId, desk.databaseId, ending.reason ?? ''), { ledger, topicArn, now });
    return 'error';
  }
  if (drill.state === 'closed') {
    if (drill.outcome === undefined) throw new Defect(`The drill ${drillId} is closed without an outcome.`);
    return drill.outcome;
  }
  const report = await fileReport(await judge(drill, ending, desk), desk.bucket);
  const databaseId = drill.plan?.databaseId ?? desk.databaseId;
  await notify(describeEnd(report, databaseId, `s3://${desk.bucket}/${reportKey(drillId, 'report.html')}`), { ledger, topicArn, now });
  // Values that are put twice stand twice: as little as can be goes wrong between this and the record's end.
  await measure(report, databaseId);
  await updateDrill(ledger, drill, { outcome: report.outcome, closedAt: report.closedAt, state: 'closed' }, now);
  return report.outcome;
}

async function judge(drill: Drill, ending: Ending, { ledger, settings, now }: Desk): Promise<DrillReport> {
  const probe = await readProbe(ledger, drill.drillId);
  const verdict = hasHappened(drill) ? judgeDrill(drill, probe, settings) : judgeNothing(drill, settings);
  const conclusion = { ...concludeDrill(drill, verdict, ending), closedAt: new Date(now).toISOString() };
  return compileReport(drill, probe, verdict, conclusion);
}

/** What the probe noted that nobody can read leaves the drill unmeasured, and not without a report. */
async function readProbe(ledger: Ledger, drillId: string): Promise<Measurement<ProbeReport>> {
  try {
    return probeReportOf(await getProgress(ledger, drillId));
  } catch (error) {
    if (error instanceof Defect) return unmeasured(`what the probe noted is malformed (${error.message})`);
    throw error;
  }
}

/**
 * Files the report, and gives the one that stands: the first that was written is the drill's, also where a repetition would
 * judge otherwise. The page, the message, the metrics and the record all follow it.
 */
async function fileReport(report: DrillReport, bucket: string): Promise<DrillReport> {
  const key = reportKey(report.drillId, 'report.json');
  const isWritten = await putEvidence(bucket, key, report);
  const standing = isWritten ? report : parseReport(key, await getEvidence(bucket, key));
  await putEvidenceBody(bucket, reportKey(report.drillId, 'report.html'), { body: drillPage(standing), contentType: 'text/html; charset=utf-8' });
  return standing;
}

function parseReport(key: string, document: unknown): DrillReport {
  const result = drillReportSchema.safeParse(document);
  if (!result.success) throw new Defect(`The evidence ${key} is malformed: ${z.prettifyError(result.error)}`);
  return result.data;
}

async function measure(report: DrillReport, databaseId: string): Promise<void> {
  const metrics = metricsOf(report, databaseId);
  if (metrics.length > 0) await cloudWatch().send(new PutMetricDataCommand({ Namespace: metricNamespace, MetricData: metrics }));
}
