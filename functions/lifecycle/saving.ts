import type { StorageClass, StoragePrices } from '../platform/prices.ts';
import type { Saving } from './bucket-plan.ts';
import { isStorageClass } from './class-moves.ts';
import { dayMilliseconds } from './due.ts';
import type { VersionFate } from './version-fate.ts';

const gib = 2 ** 30;
/** Prices are a month's; a minimum duration is in days. */
const daysPerMonth = 30;

/** USD: what a version costs every month after its fate, and what the fate itself costs once. */
export interface FateCost {
  readonly perMonthUsd: number;
  readonly onceUsd: number;
}

export interface CostSubject {
  readonly size: number;
  readonly storageClass: string;
  /** Epoch milliseconds: since when it has been in that class. */
  readonly inClassSince: number;
}

/**
 * Undefined where its class has no price. A version that is hidden is paid for as before. One that leaves a class before the
 * class's minimum duration is paid for until then: that counts as a cost of the leaving.
 */
export function costOf(version: CostSubject, fate: VersionFate, prices: StoragePrices, now: number): FateCost | undefined {
  const { storageClass, size } = version;
  if (!isStorageClass(storageClass)) return undefined;
  if (!fate.isDeleted && fate.movesTo === undefined) return { perMonthUsd: monthlyUsd(size, storageClass, prices), onceUsd: 0 };
  const remainder = remainderUsd(version, storageClass, prices, now);
  if (fate.isDeleted || fate.movesTo === undefined) return { perMonthUsd: 0, onceUsd: remainder };
  return { perMonthUsd: monthlyUsd(size, fate.movesTo, prices), onceUsd: remainder + prices.classes[fate.movesTo].transitionsPerThousand / 1000 };
}

/** Storage of one version: at least the class's smallest size, with the index that archives keep of it. */
function monthlyUsd(size: number, storageClass: StorageClass, { classes }: StoragePrices): number {
  const { perGibMonth, minimumBytes, overheadBytes, standardOverheadBytes } = classes[storageClass];
  return (perGibMonth * (Math.max(size, minimumBytes) + overheadBytes) + classes.STANDARD.perGibMonth * standardOverheadBytes) / gib;
}

function remainderUsd({ size, inClassSince }: CostSubject, storageClass: StorageClass, prices: StoragePrices, now: number): number {
  const stayedDays = Math.max(0, now - inClassSince) / dayMilliseconds;
  const leftDays = Math.max(0, prices.classes[storageClass].minimumDays - stayedDays);
  return leftDays === 0 ? 0 : (monthlyUsd(size, storageClass, prices) * leftDays) / daysPerMonth;
}

/** Differences between the rules as they stand and as they are to be, summed over all versions; `unknown` where they cannot be told. */
export function savingOf(total: FateCost | 'unknown', { asOf }: Pick<StoragePrices, 'asOf'>): Saving {
  if (total === 'unknown') return { perMonthUsd: 'unknown', onceUsd: 'unknown', pricesAsOf: asOf };
  const [perMonthUsd, onceUsd] = [rounded(total.perMonthUsd), rounded(total.onceUsd)];
  return { perMonthUsd, onceUsd, ...(perMonthUsd > 0 ? { monthsToPayBack: Math.round((Math.max(0, onceUsd) / perMonthUsd) * 100) / 100 } : {}), pricesAsOf: asOf };
}

/** Millionths of a dollar: sums of floats end in noise. */
function rounded(usd: number): number {
  const millionths = Math.round(usd * 1e6);
  return millionths === 0 ? 0 : millionths / 1e6;
}
