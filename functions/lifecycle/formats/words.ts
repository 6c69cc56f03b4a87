import type { FirstDayEffect, RuleChange, Saving } from '../bucket-plan.ts';
import type { BucketResult } from '../lifecycle-run.ts';
import type { BucketRole } from '../settings.ts';

/** Words that messages and the page share. */
export const outcomeWords: Readonly<Record<BucketResult['outcome'], string>> = {
  unchanged: 'as declared',
  refused: 'refused',
  'dry-run': 'would be written',
  asked: 'waiting for an answer',
  written: 'written',
  altered: 'overtaken by a change',
  failed: 'failed',
};

export const roleWords: Readonly<Record<BucketRole, string>> = {
  productImages: 'Product images',
  documents: 'Documents',
  logs: 'Logs',
  evidence: 'Evidence',
};

/** What wants a person most comes first. */
export const outcomesByWeight: readonly BucketResult['outcome'][] = ['failed', 'refused', 'altered', 'asked', 'written', 'dry-run', 'unchanged'];

/** `1 refused, 3 as declared`, in that order. */
export function countsInWords(buckets: readonly BucketResult[]): string {
  return outcomesByWeight
    .map((outcome) => ({ outcome, count: buckets.filter((bucket) => bucket.outcome === outcome).length }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${count} ${outcomeWords[outcome]}`)
    .join(', ');
}

type Count = Exclude<FirstDayEffect['deleted'], 'unknown'>;

/** An effect of one kind: `at least 1,200 versions, 3.4 GiB`. */
export function countInWords(count: Count | 'unknown'): string {
  if (count === 'unknown') return 'unknown: a listing cannot tell';
  const { objects, bytes, isComplete } = count;
  if (objects === 0) return isComplete ? 'nothing' : 'nothing among what was counted';
  return `${isComplete ? '' : 'at least '}${objects.toLocaleString('en-GB')} ${objects === 1 ? 'version' : 'versions'}, ${bytesInWords(bytes)}`;
}

/** Every kind of effect, by name: the page makes rows of them, a message one sentence. */
export function effectsOf({ deleted, hidden, moved }: FirstDayEffect): { readonly name: string; readonly value: string }[] {
  const classes = moved === 'unknown' ? [] : Object.entries(moved);
  const moves = moved === 'unknown' || classes.length === 0 ? [{ name: 'moved', value: moved === 'unknown' ? countInWords(moved) : 'nothing' }] : classes.map(([name, count]) => ({ name: `moved to ${name}`, value: countInWords(count) }));
  return [{ name: 'gone for good', value: countInWords(deleted) }, { name: 'hidden', value: countInWords(hidden) }, ...moves];
}

export function effectInWords(effect: FirstDayEffect): string {
  return effectsOf(effect)
    .map(({ name, value }) => `${name}: ${value}`)
    .join('; ');
}

export function savingInWords({ perMonthUsd, onceUsd, monthsToPayBack, pricesAsOf }: Saving): string {
  const back = monthsToPayBack === undefined ? '' : `, paid back ${monthsInWords(monthsToPayBack)}`;
  return `Of what is in the bucket now, it saves ${perMonthUsd === 'unknown' ? 'nobody knows how much' : usd(perMonthUsd)} a month, and costs ${onceUsd === 'unknown' ? 'nobody knows how much' : usd(onceUsd)} once${back} (prices of ${pricesAsOf}).`;
}

export function monthsInWords(months: number): string {
  const rounded = Math.ceil(months * 10) / 10;
  if (rounded <= 0) return 'at once';
  return `after ${rounded} ${rounded === 1 ? 'month' : 'months'}`;
}

/** Amounts under a cent are said to be that, and not to be nothing. */
export function usd(amount: number): string {
  if (amount !== 0 && Math.abs(amount) < 0.01) return amount < 0 ? 'minus less than $0.01' : 'less than $0.01';
  return `${amount < 0 ? '−' : ''}$${Math.abs(amount).toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

export function changeInWords({ kind, ruleId, before, after }: RuleChange): string {
  const lines = { add: after, remove: before, replace: `${before ?? ''} → ${after ?? ''}` } as const;
  return `${kind} ${ruleId}: ${lines[kind] ?? ''}`;
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function bytesInWords(bytes: number): string {
  let value = bytes;
  let index = 0;
  while (value >= 1024 && index < units.length - 1) {
    value /= 1024;
    index += 1;
  }
  return `${index === 0 ? value : value.toFixed(1)} ${units[index] ?? ''}`;
}
