import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { cloudWatch } from '../platform/clients.ts';
import { putEvidence } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { describeOutcome } from './announcements.ts';
import { complianceVariables } from './environment.ts';
import { type JournalEntry, readJournal } from './journal.ts';
import { metricNamespace } from './metrics.ts';
import { endRepair, getRepair, noteUndone, type Repair, type RepairOutcome, repairOutcomes, repairReferenceSchema } from './repair-records.ts';

const { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN } = complianceVariables;

/** Ends a repair: its evidence, what is told of it, the time it took, and last its record, so that a repetition finds it. */
export const handler = createHandler({
  input: repairReferenceSchema.extend({ outcome: z.enum(repairOutcomes), reason: z.string() }),
  environment: { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN },
  handle: async ({ outcome: ended, reason, ...reference }, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    if (ended === 'undone-by-hand') {
      await noteUndone(ledger, reference, now);
      return { outcome: ended };
    }
    const repair = await getRepair(ledger, reference);
    if (repair === undefined) return { outcome: 'superseded' as const };
    const { entries } = await readJournal(ledger, repair.repairId);
    const outcome = outcomeBy(entries, ended);
    const { approval, ...kept } = repair;
    const answer = approval === undefined ? {} : { approval: { ...approval, token: undefined } };
    const seconds = secondsToRepair(repair, entries);
    const closedAt = new Date(now).toISOString();
    const document = { ...kept, ...answer, outcome, reason, closedAt, secondsToRepair: seconds, journal: entries };
    await putEvidence(environment.EVIDENCE_BUCKET, `compliance/repairs/${repair.repairId}.json`, document);
    const message = describeOutcome(repair, outcome, reason, seconds);
    if (message !== undefined) await notify(message, { ledger, topicArn: environment.TOPIC_ARN, now });
    if (outcome === 'repaired' && seconds !== undefined) await measure(repair, seconds);
    await endRepair(ledger, reference, outcome, now);
    return { outcome };
  },
});

/** What a person undid while the repair was still watched is neither repaired nor simply still there. */
function outcomeBy(entries: readonly JournalEntry[], ended: RepairOutcome): RepairOutcome {
  const isUndone = entries.length > 0 && entries.every(({ state }) => state === 'undone');
  return isUndone && ended !== 'undone' ? 'undone-by-hand' : ended;
}

/** From the change to the last write that took it back; watching the shop and looking again come after that. */
function secondsToRepair({ driftedAt }: Repair, entries: readonly JournalEntry[]): number | undefined {
  const last = entries.at(-1);
  return last === undefined ? undefined : Math.max(0, Math.round((Date.parse(last.at) - Date.parse(driftedAt)) / 1000));
}

async function measure({ resource }: Repair, seconds: number): Promise<void> {
  await cloudWatch().send(
    new PutMetricDataCommand({
      Namespace: metricNamespace,
      MetricData: [
        {
          MetricName: 'DriftToRepairSeconds',
          Dimensions: [{ Name: 'ResourceType', Value: resource.type }],
          Unit: 'Seconds',
          Value: seconds,
        },
      ],
    }),
  );
}
