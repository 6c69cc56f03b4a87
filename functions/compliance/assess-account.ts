import { Defect } from '../platform/errors.ts';
import { getEvidence, putLargeEvidence } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { assess } from './assessment.ts';
import { checks } from './checks/registry.ts';
import { readBaseline } from './collect-account.ts';
import { complianceVariables } from './environment.ts';
import { listExceptions } from './exception-records.ts';
import { judgeHandovers } from './handover.ts';
import { reachOf } from './inspection.ts';
import { planRepairs } from './planning.ts';
import { listTargets, type Opening, openRepair } from './repair-records.ts';
import { type JudgedLook, judgedKey, lookSchema, snapshotKey } from './run.ts';
import type { Snapshot } from './snapshot.ts';

const { LEDGER_TABLE, EVIDENCE_BUCKET, ENVIRONMENT, COMPLIANCE_SETTINGS } = complianceVariables;

/** Approvals that one run asks for at most: each is a message to a person. The others are in the report. */
const approvalsPerRun = 20;

/** Judges a snapshot. The first look of a run opens the repairs; the second only says what is left. */
export const handler = createHandler({
  input: lookSchema,
  environment: { LEDGER_TABLE, EVIDENCE_BUCKET, ENVIRONMENT, COMPLIANCE_SETTINGS },
  handle: async (look, { environment, now }) => {
    const { COMPLIANCE_SETTINGS: settings, EVIDENCE_BUCKET: bucket } = environment;
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const snapshot = (await getEvidence(bucket, snapshotKey(look))) as Snapshot | undefined;
    if (snapshot === undefined) throw new Defect(`There is no snapshot ${snapshotKey(look)}.`);
    const [baseline, exceptions, targets] = await Promise.all([readBaseline(environment.ENVIRONMENT), listExceptions(ledger), listTargets(ledger)]);
    const { results, findings } = assess({ checks, snapshot, baseline, settings });
    const handovers = judgeHandovers(targets, settings, now);
    const schedule = planRepairs({ findings, checks, exceptions, settings, handovers, isInReach: reachOf(snapshot, baseline), now });
    const asked = schedule.repairs.filter(({ remediation }) => remediation === 'approval').slice(0, approvalsPerRun);
    const requests = [...schedule.repairs.filter(({ remediation }) => remediation === 'automatic'), ...asked];
    const openings: Record<string, Opening> = {};
    if (look.look === 'before') {
      for (const request of requests) {
        openings[request.target] = await openRepair(ledger, request, { now, driftedAt: now, approvalHours: settings.approvalHours });
      }
    }
    const judged: JudgedLook = { takenAt: snapshot.takenAt, results, findings: schedule.findings, openings };
    await putLargeEvidence(bucket, judgedKey(look), judged);
    return {
      findings: findings.length,
      repairs: requests.flatMap(({ target, remediation }) => {
        const opening = openings[target];
        return opening?.kind === 'opened' ? [{ target, repairId: opening.repairId, remediation }] : [];
      }),
    };
  },
});
