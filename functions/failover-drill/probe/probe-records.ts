import * as z from 'zod';
import { Defect } from '../../platform/errors.ts';
import type { Ledger } from '../../platform/ledger.ts';
import { probeReportSchema } from './probe-report.ts';

/** What the probe notes outside of the database it writes to, every few seconds and at its end. */
const progressSchema = z.object({
  /** The invocation that writes. */
  runId: z.string(),
  startedAt: z.string(),
  /** When this was noted. */
  at: z.string(),
  state: z.enum(['starting', 'writing', 'outage', 'recovering', 'ended']),
  /** Writes acknowledged until then, of both clients. */
  acknowledged: z.int(),
  report: probeReportSchema.optional(),
});
export type ProbeProgress = z.infer<typeof progressSchema>;

const recordType = 'probe';
const keptDays = 400;

export async function getProgress(ledger: Ledger, drillId: string): Promise<ProbeProgress | undefined> {
  return (await read(ledger, drillId)).progress;
}

/**
 * Notes the progress of a probe. The probe is the only one that writes it; of two invocations the later one goes on, and the
 * earlier one is told to stop by false. So is who comes too late: a report that was filed is never written over, be it by a
 * note of its own run that was held up.
 */
export async function noteProgress(ledger: Ledger, drillId: string, progress: ProbeProgress, isFirst: boolean): Promise<boolean> {
  const { revision, progress: before } = await read(ledger, drillId);
  if (before?.report !== undefined) return before.runId === progress.runId && progress.report !== undefined;
  if (!isFirst && before !== undefined && before.runId !== progress.runId) return false;
  const expiresAt = Math.floor(Date.parse(progress.at) / 1000) + keptDays * 86_400;
  return ledger.write({ type: recordType, id: drillId, revision: revision + 1, value: progress, expiresAt });
}

async function read(ledger: Ledger, drillId: string): Promise<{ revision: number; progress: ProbeProgress | undefined }> {
  const record = await ledger.get(recordType, drillId);
  if (record === undefined) return { revision: 0, progress: undefined };
  const result = progressSchema.safeParse(record.value);
  if (!result.success) throw new Defect(`The progress of the probe ${drillId} in the ledger is malformed: ${z.prettifyError(result.error)}`);
  return { revision: record.revision, progress: result.data };
}
