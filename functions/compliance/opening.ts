import type { Ledger } from '../platform/ledger.ts';
import { judgeHandover } from './handover.ts';
import type { RepairRequest } from './planning.ts';
import { getTarget, openRepair } from './repair-records.ts';
import type { OpeningNote } from './run.ts';
import type { ComplianceSettings } from './settings.ts';

/** Opens a repair unless its target is a person's now, or is being repaired by another plan. */
export async function openUnlessHandedOver(
  ledger: Ledger,
  request: RepairRequest,
  { settings, now, driftedAt }: { settings: ComplianceSettings; now: number; driftedAt: number },
): Promise<OpeningNote> {
  const { history, current } = await getTarget(ledger, request.target);
  const isUnderWay = current !== undefined && Date.parse(current.expiresAt) > now;
  const handover = judgeHandover(history, settings, now);
  if (handover.isHandedOver && !isUnderWay) return { kind: 'handed-over', reason: handover.reason };
  const opening = await openRepair(ledger, request, { now, driftedAt, approvalHours: settings.approvalHours });
  return opening.kind === 'open'
    ? { kind: 'opened', repairId: opening.repair.repairId, planHash: opening.repair.planHash }
    : { kind: 'busy', repairId: opening.repairId };
}
