import type { Finding } from './finding.ts';
import type { ClosedRepair, TargetRecord } from './repair-records.ts';
import type { ComplianceSettings } from './settings.ts';

/** After a repair that had to be undone, nobody but a person repairs the same drift for these days. */
const undoneDays = 7;

/** Repairs of one target within the window, whatever of, are this many times what one drift is allowed. */
const targetAllowance = 3;

/** Says why a drift is a person's now, and no writer's: it comes back however often it is repaired, or its repair did harm. */
export interface Handovers {
  /** `target` is the one whose repair would be opened. Undefined: the machine may repair it. */
  readonly reasonFor: (finding: Pick<Finding, 'key'>, target: string) => string | undefined;
}

/**
 * Counts drift by drift, so that a rule that flaps does not leave the other rules of its group to whoever opens them; a
 * script that varies what it opens meets the allowance of the target. What is being repaired right now is carried through.
 * `now` in epoch milliseconds.
 */
export function judgeHandovers(records: readonly TargetRecord[], settings: ComplianceSettings, now: number): Handovers {
  const byDrift = new Map<string, string>();
  const byTarget = new Map<string, string>();
  const underWay = new Set<string>();
  for (const { target, current, history } of records) {
    const isUnderWay = current !== undefined && Date.parse(current.expiresAt) > now;
    if (isUnderWay) for (const { key } of current.findings) underWay.add(key);
    for (const [key, reason] of judgeDrifts(history, settings, now)) byDrift.set(key, reason);
    const repaired = repairedWithin(history, settings, now).length;
    if (!isUnderWay && repaired >= targetAllowance * settings.repairsBeforeHandover) {
      byTarget.set(target, `Its target was repaired ${repaired} times within ${settings.flapWindowMinutes} minutes, of one drift or another.`);
    }
  }
  return { reasonFor: ({ key }, target) => (underWay.has(key) ? undefined : byDrift.get(key) ?? byTarget.get(target)) };
}

function judgeDrifts(history: readonly ClosedRepair[], settings: ComplianceSettings, now: number): Map<string, string> {
  const { repairsBeforeHandover, flapWindowMinutes } = settings;
  const times = new Map<string, number>();
  for (const key of repairedWithin(history, settings, now).flatMap(({ drifts }) => drifts)) times.set(key, (times.get(key) ?? 0) + 1);
  const flapping = [...times].filter(([, count]) => count >= repairsBeforeHandover);
  const undone = history.filter(({ outcome, closedAt }) => outcome.startsWith('undone') && now - Date.parse(closedAt) < undoneDays * 86_400_000);
  return new Map([
    ...flapping.map(([key, count]) => [key, `It was repaired ${count} times within ${flapWindowMinutes} minutes and came back each time.`] as const),
    ...undone.flatMap(({ drifts, repairId, closedAt }) =>
      drifts.map((key) => [key, `The repair ${repairId} was undone at ${closedAt}: it is not tried again.`] as const),
    ),
  ]);
}

function repairedWithin(history: readonly ClosedRepair[], { flapWindowMinutes }: ComplianceSettings, now: number): ClosedRepair[] {
  return history.filter(({ outcome, closedAt }) => outcome === 'repaired' && now - Date.parse(closedAt) < flapWindowMinutes * 60_000);
}
