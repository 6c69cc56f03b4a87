import { toEpoch } from './instant.ts';
import { type Lease, leasePhaseAt, type WantedCapacity } from './lease.ts';
import type { CapacityModel } from './model.ts';

/** Bounds of an Auto Scaling group, in instances. */
export interface GroupBounds {
  readonly minSize: number;
  readonly maxSize: number;
}

/** What `DescribeAutoScalingGroups` says of the size. `desired` and `inService` in instances. */
export interface GroupSize extends GroupBounds {
  readonly desired: number;
  readonly inService: number;
}

/**
 * The bounds that this capability stands for, and what the group showed before they were written. A
 * decision says what to record, before the call: if its reply is lost, or it never happened, the
 * group shows one of the two, and neither is taken for somebody's change.
 */
export interface AppliedBounds extends GroupBounds {
  readonly previous?: GroupBounds | undefined;
}

/** A bound that is neither what was written last nor what is wanted: somebody else wrote it. */
export interface HandMadeChange {
  readonly bound: 'minSize' | 'maxSize';
  readonly applied: number;
  readonly found: number;
  /** `kept`: left standing while a lease is active. `reverted`: this decision undoes it. */
  readonly outcome: 'kept' | 'reverted';
}

export type ReconciliationDecision =
  | {
      readonly kind: 'hold';
      /** What to have in the ledger; write it only if it differs. */
      readonly record: AppliedBounds;
      readonly reason: string;
      readonly handMadeChanges: readonly HandMadeChange[];
    }
  | {
      readonly kind: 'adjust';
      readonly direction: 'raise' | 'lower';
      readonly minSize: number;
      readonly maxSize: number;
      /**
       * The bounds that differ from the group's. Send only these: the writer's policy refuses a
       * MaxSize above `maxCeiling` even when it is not a change.
       */
      readonly changed: readonly ('minSize' | 'maxSize')[];
      /** What to write to the ledger before the call. */
      readonly record: AppliedBounds;
      readonly reason: string;
      readonly handMadeChanges: readonly HandMadeChange[];
    };

export interface ReconciliationFacts {
  readonly group: GroupSize;
  readonly wanted: WantedCapacity;
  /** `record` of the last decision; leave out when there was none. */
  readonly lastApplied?: AppliedBounds | undefined;
}

/**
 * Makes the group match what is wanted.
 *
 * - A bound too low is raised, always. Raising MinSize above the size raises desired.
 * - A bound too high is lowered, except one that is not ours while a lease is active: whoever raised
 *   it during a sale had a reason. With no record of ours it counts as not ours. It goes when the
 *   lease ends.
 * - MaxSize is never put below desired: lowering it below the size cuts desired at once
 *   (`UpdateAutoScalingGroup`). So after a sale MinSize goes first, and MaxSize follows when target
 *   tracking has brought desired under it.
 */
export function decideReconciliation({ group, wanted, lastApplied }: ReconciliationFacts): ReconciliationDecision {
  const leased = wanted.activeLeaseIds.length > 0;
  const minSize = targetBound('minSize', wanted.floor, group, leased, lastApplied);
  const fits = group.desired <= wanted.ceiling;
  const maxSize = Math.max(minSize, fits ? targetBound('maxSize', wanted.ceiling, group, leased, lastApplied) : group.maxSize);
  const handMadeChanges = [
    ...findHandMadeChange('minSize', wanted.floor, minSize, group, lastApplied),
    ...findHandMadeChange('maxSize', wanted.ceiling, maxSize, group, lastApplied),
  ];
  const changed = (['minSize', 'maxSize'] as const).filter((bound) => group[bound] !== { minSize, maxSize }[bound]);
  const remarks = handMadeChanges.map(
    ({ bound, applied, found, outcome }) => `; ${bound} was changed by hand from ${applied} to ${found}, ${outcome}`,
  );
  const waiting = fits ? '' : `; MaxSize stays at ${maxSize} until desired (${group.desired}) fits under ${wanted.ceiling}`;
  const because = `${wanted.reason}${waiting}${remarks.join('')}`;
  const min = recordBound('minSize', wanted.floor, minSize, group, lastApplied);
  const max = recordBound('maxSize', wanted.ceiling, maxSize, group, lastApplied);
  const previous = { minSize: min.previous, maxSize: max.previous };
  const record = { minSize: min.applied, maxSize: max.applied, previous };
  if (changed.length === 0) return { kind: 'hold', record, reason: `the bounds stand: ${because}`, handMadeChanges };

  const direction = minSize > group.minSize || maxSize > group.maxSize ? 'raise' : 'lower';
  const reason = `from ${group.minSize}–${group.maxSize} to ${minSize}–${maxSize}: ${because}`;
  return { kind: 'adjust', direction, minSize, maxSize, changed, record, reason, handMadeChanges };
}

function targetBound(
  bound: 'minSize' | 'maxSize',
  wanted: number,
  group: GroupSize,
  leased: boolean,
  lastApplied: AppliedBounds | undefined,
): number {
  const found = group[bound];
  if (found <= wanted) return wanted;
  return leased && !isOurs(bound, found, lastApplied) ? found : wanted;
}

function isOurs(bound: 'minSize' | 'maxSize', found: number, lastApplied: AppliedBounds | undefined): boolean {
  return lastApplied !== undefined && (found === lastApplied[bound] || found === lastApplied.previous?.[bound]);
}

/**
 * What to remember of a bound. One that somebody raised and that is kept is not remembered as ours:
 * the next reconciliation would take it back in the middle of the sale.
 */
function recordBound(
  bound: 'minSize' | 'maxSize',
  wanted: number,
  target: number,
  group: GroupSize,
  lastApplied: AppliedBounds | undefined,
): { applied: number; previous: number } {
  const found = group[bound];
  const ours = found === wanted || isOurs(bound, found, lastApplied);
  // What somebody else wrote is not remembered as found: should the call fail, it is still theirs, and still told.
  if (target !== found) return { applied: target, previous: ours || lastApplied === undefined ? found : lastApplied[bound] };
  const applied = ours ? found : (lastApplied?.[bound] ?? wanted);
  return { applied, previous: applied };
}

function findHandMadeChange(
  bound: 'minSize' | 'maxSize',
  wanted: number,
  target: number,
  group: GroupSize,
  lastApplied: AppliedBounds | undefined,
): HandMadeChange[] {
  const found = group[bound];
  if (lastApplied === undefined || found === wanted || isOurs(bound, found, lastApplied)) return [];
  return [{ bound, applied: lastApplied[bound], found, outcome: target === found ? 'kept' : 'reverted' }];
}

/** A sale's workflow that should be running. */
export interface DueSale {
  readonly saleId: string;
  readonly revision: number;
  readonly executionName: string;
}

/**
 * Name of the execution that accompanies one revision of a sale. Starting it twice with the same
 * input is harmless while it runs, and refused by Step Functions once it has closed.
 */
export function saleExecutionName(saleId: string, revision: number): string {
  return `sale-${saleId}-r${revision}`;
}

/**
 * Sales whose lease has begun and is not yet brought down, and whose present revision has no
 * execution in `startedExecutionNames` (running or closed). A cancelled sale that had begun is
 * among them: its last revision conducts the descent and the report.
 */
export function dueSales(
  model: CapacityModel,
  leases: readonly Lease[],
  now: number,
  startedExecutionNames: ReadonlySet<string>,
): DueSale[] {
  return leases
    .filter((lease) => lease.kind === 'sale')
    .filter((lease) => ['active', 'descending'].includes(leasePhaseAt(lease, model, now)))
    .toSorted((a, b) => toEpoch(a.from) - toEpoch(b.from))
    .map(({ id, revision }) => ({ saleId: id, revision, executionName: saleExecutionName(id, revision) }))
    .filter(({ executionName }) => !startedExecutionNames.has(executionName));
}
