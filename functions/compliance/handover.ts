import type { ClosedRepair } from './repair-records.ts';
import type { ComplianceSettings } from './settings.ts';

/** After a repair that had to be undone, nobody but a person repairs the same target for these days. */
const undoneDays = 7;

/** Whether a target is a person's now: it comes back as often as it is repaired, or its repair broke the shop. */
export type Handover = { readonly isHandedOver: false } | { readonly isHandedOver: true; readonly reason: string };

/** `history` is of one target, in any order; `now` in epoch milliseconds. */
export function judgeHandover(history: readonly ClosedRepair[], settings: ComplianceSettings, now: number): Handover {
  const age = ({ closedAt }: ClosedRepair): number => now - Date.parse(closedAt);
  const undone = history.find((repair) => repair.outcome.startsWith('undone') && age(repair) < undoneDays * 86_400_000);
  if (undone !== undefined) {
    return { isHandedOver: true, reason: `The repair ${undone.repairId} was undone at ${undone.closedAt}: it is not tried again.` };
  }
  const { repairsBeforeHandover, flapWindowMinutes } = settings;
  const repaired = history.filter((repair) => repair.outcome === 'repaired' && age(repair) < flapWindowMinutes * 60_000);
  if (repaired.length < repairsBeforeHandover) return { isHandedOver: false };
  return {
    isHandedOver: true,
    reason: `It was repaired ${repaired.length} times within ${flapWindowMinutes} minutes and came back each time.`,
  };
}
