import { HOUR_MILLISECONDS, MINUTE_MILLISECONDS, SECOND_MILLISECONDS, toEpoch, toInstant } from './instant.ts';
import { RECONCILIATION_MINUTES, type SurgeLease } from './lease.ts';
import type { CapacityModel } from './model.ts';

/**
 * The answer to a peak that nobody announced: one lease, `surge`, granted when the CPU alarm goes
 * off, prolonged while the load lasts, released when it has been gone for a while. Decided on the
 * alarm's event and at every reconciliation, so a lost event costs minutes.
 */

export const SURGE_LEASE_ID = 'surge';

/** Minutes between CPU samples that still count as an unbroken series; EC2's basic monitoring gives one in five. */
const SAMPLE_GAP_MINUTES = 6;

/** Minutes after boot before the CPU is believed to show what the last growth brought. */
const SETTLING_MINUTES = 3;

/** Hours a surge is prolonged without any CPU figure. Longer than that, missing metrics are the problem. */
export const BLIND_SURGE_HOURS = 24;

/** Average CPU of the group. `at` in epoch milliseconds. */
export interface CpuSample {
  readonly at: number;
  readonly percent: number;
}

export interface SurgeFacts {
  readonly alarmState: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Of the last `holdMinutes` at least, in any order; empty when the metric is missing. */
  readonly cpu: readonly CpuSample[];
  /** The lease `surge` in the ledger, over or not, if there ever was one. */
  readonly lease?: SurgeLease | undefined;
  readonly desired: number;
  readonly inService: number;
  /** Name of the execution that asks: it holds what it is granted. Whoever else asks meanwhile is for the caller to turn away. */
  readonly execution: string;
  readonly model: CapacityModel;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface SurgeWrite {
  readonly lease: SurgeLease;
  /** Condition of the write. */
  readonly expectedRevision: number | 'absent';
  readonly reason: string;
}

export type SurgeDecision =
  | ({ readonly kind: 'grant' } & SurgeWrite)
  | ({ readonly kind: 'prolong'; readonly until: string } & SurgeWrite)
  | ({ readonly kind: 'release' } & SurgeWrite)
  | { readonly kind: 'hold'; readonly reason: string };

/**
 * Hysteresis: granted above `cpuHighPercent`, released only after `holdMinutes` below
 * `cpuLowPercent` with no gap in the figures. In between, and when there are no figures, the
 * capacity stays up.
 */
export function decideSurge(facts: SurgeFacts): SurgeDecision {
  const { lease, now } = facts;
  const active = lease !== undefined && now < toEpoch(lease.until) ? lease : undefined;
  if (active === undefined) {
    return isHigh(facts) ? grant(facts) : { kind: 'hold', reason: 'no surge, and the CPU is not high' };
  }
  if (isHigh(facts)) return canGrow(facts, active) ? grant(facts) : prolong(facts, active, 'the CPU is high');
  if (isLowThroughout(facts)) {
    const { holdMinutes, cpuLowPercent } = facts.model.surge;
    const released = { ...active, until: toInstant(now), revision: active.revision + 1 };
    const reason = `CPU below ${cpuLowPercent} % for ${holdMinutes} minutes`;
    return { kind: 'release', lease: released, expectedRevision: active.revision, reason };
  }
  const newest = newestSample(facts);
  if (newest !== undefined) return prolong(facts, active, `the CPU has not been low for ${facts.model.surge.holdMinutes} minutes`);
  if (now - toEpoch(active.from) < BLIND_SURGE_HOURS * HOUR_MILLISECONDS) return prolong(facts, active, 'no CPU figures');
  return { kind: 'hold', reason: `no CPU figures and a surge of over ${BLIND_SURGE_HOURS} hours: it ends at ${active.until}` };
}

/**
 * A new lease, or a larger one in place of one that was not enough: `factorPercent` of the
 * instances desired now, at least one more, at most `maxCeiling`.
 */
function grant(facts: SurgeFacts): SurgeDecision {
  const { lease, desired, execution, model, now } = facts;
  const grown = Math.max(desired + 1, Math.ceil((desired * model.surge.factorPercent) / 100));
  const floor = Math.min(model.maxCeiling, grown);
  const running = lease !== undefined && now < toEpoch(lease.until) ? lease : undefined;
  if (floor <= desired) {
    const reason = `the CPU is high, but ${desired} instances are desired and maxCeiling is ${model.maxCeiling}`;
    return running === undefined ? { kind: 'hold', reason } : prolong(facts, running, reason);
  }
  const granted: SurgeLease = {
    id: SURGE_LEASE_ID,
    kind: 'surge',
    floor,
    ceiling: model.maxCeiling,
    from: running?.from ?? toInstant(now),
    until: toInstant(now + reachMilliseconds(model)),
    revision: (lease?.revision ?? 0) + 1,
    status: 'active',
    surge: { grantedAt: toInstant(now), desiredAtGrant: desired, heldBy: execution },
  };
  return {
    kind: 'grant',
    lease: granted,
    expectedRevision: lease?.revision ?? 'absent',
    reason: `the CPU is high with ${desired} instances desired: floor ${floor}`,
  };
}

/** Prolongs once a reconciliation, not at every sample, so that the ledger is not rewritten for nothing. */
function prolong({ model, now }: SurgeFacts, active: SurgeLease, because: string): SurgeDecision {
  const until = now + reachMilliseconds(model);
  if (until - toEpoch(active.until) < (RECONCILIATION_MINUTES - 1) * MINUTE_MILLISECONDS) {
    return { kind: 'hold', reason: `${because}; the surge reaches until ${active.until}` };
  }
  const lease = { ...active, until: toInstant(until), revision: active.revision + 1 };
  return { kind: 'prolong', until: lease.until, lease, expectedRevision: active.revision, reason: because };
}

/** At least three reconciliations, so that one that is lost or late does not end a surge. */
function reachMilliseconds(model: CapacityModel): number {
  return Math.max(model.surge.holdMinutes, 3 * RECONCILIATION_MINUTES) * MINUTE_MILLISECONDS;
}

/** Growing again needs the last growth to be in service and to have had time to show in the CPU. */
function canGrow({ model, inService, now }: SurgeFacts, active: SurgeLease): boolean {
  const settledAt =
    toEpoch(active.surge.grantedAt) + model.bootSeconds * SECOND_MILLISECONDS + SETTLING_MINUTES * MINUTE_MILLISECONDS;
  return now >= settledAt && inService >= active.floor;
}

/** The newest sample that is recent enough to speak of now. */
function newestSample({ cpu, now }: SurgeFacts): CpuSample | undefined {
  const newest = cpu.reduce<CpuSample | undefined>((best, sample) => (best === undefined || sample.at > best.at ? sample : best), undefined);
  return newest !== undefined && now - newest.at <= SAMPLE_GAP_MINUTES * MINUTE_MILLISECONDS ? newest : undefined;
}

function isHigh(facts: SurgeFacts): boolean {
  return facts.alarmState === 'ALARM' || (newestSample(facts)?.percent ?? 0) > facts.model.surge.cpuHighPercent;
}

/** Whether the samples cover the whole of the last `holdMinutes` without a gap, all of them low. */
function isLowThroughout({ cpu, model, now }: SurgeFacts): boolean {
  const start = now - model.surge.holdMinutes * MINUTE_MILLISECONDS;
  const gap = SAMPLE_GAP_MINUTES * MINUTE_MILLISECONDS;
  const samples = cpu.filter(({ at }) => at >= start && at <= now).toSorted((a, b) => a.at - b.at);
  let covered = start;
  for (const { at, percent } of samples) {
    if (at - covered > gap || percent >= model.surge.cpuLowPercent) return false;
    covered = at;
  }
  return samples.length > 0 && now - covered <= gap;
}
