import * as z from 'zod';
import { type Severity, severities } from '../functions/compliance/finding.ts';
import { complianceReportSchema } from '../functions/compliance/report.ts';
import { getEvidence } from '../functions/platform/evidence.ts';
import type { Ledger } from '../functions/platform/ledger.ts';

/** The result of the last nightly run that has ended. */
export interface Night {
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Findings that stand, by severity, the worst first. */
  readonly standing: Readonly<Partial<Record<Severity, number>>>;
  /** Checks of which nobody knows anything. */
  readonly notEvaluated: readonly string[];
  /** Where the whole report lies. */
  readonly page: string;
}

/** What the last run wrote down of itself, as the run after it reads it. */
const latestSchema = z.object({ folder: z.string() });

/** The last night; undefined before the first one has ended. */
export async function readLastNight(ledger: Ledger, bucket: string): Promise<Night | undefined> {
  const latest = await ledger.get('compliance', 'latest-run');
  if (latest === undefined) return undefined;
  const { folder } = latestSchema.parse(latest.value);
  const document = await getEvidence(bucket, `${folder}/report.json`);
  if (document === undefined) return undefined;
  const { runId, startedAt, finishedAt, counts, checks } = complianceReportSchema.parse(document);
  return {
    runId,
    startedAt,
    finishedAt,
    standing: Object.fromEntries(severities.toReversed().map((severity) => [severity, counts.bySeverity[severity]])),
    notEvaluated: checks.flatMap(({ id, status }) => (status === 'not-evaluated' ? [id] : [])),
    page: `s3://${bucket}/${folder}/report.html`,
  };
}
