import type { StoragePrices } from '../platform/prices.ts';
import type { LifecycleBlocker } from './blocker.ts';
import { canMove, infrequentClasses, isStorageClass } from './class-moves.ts';
import { leastAgeDays, type Taking } from './retention.ts';
import { daysInWords, type RuleMeaning } from './rule-meaning.ts';

const infrequentDays = 30;

interface Step {
  readonly days: number;
  readonly storageClass: string;
}

/** Transitions and expiries of one rule of ours: what S3 refuses, and what is paid for a class without being used. */
export function guardClasses(rule: RuleMeaning, takings: readonly Taking[], prices: StoragePrices, isVersioned: boolean): LifecycleBlocker[] {
  const moves = rule.transitions.flatMap(({ at, storageClass }) => ('days' in at ? [{ days: at.days, storageClass }] : []));
  const expiryDays = rule.expiration !== undefined && 'days' in rule.expiration ? rule.expiration.days : undefined;
  // In a bucket with versions what expires is paid for until its version is gone.
  const afterwards = isVersioned ? leastAgeDays(takings.filter(({ subject }) => subject === 'noncurrent'), 'gone', rule.filter) : 0;
  const goneDays = expiryDays === undefined || afterwards === undefined ? undefined : expiryDays + afterwards;
  const { noncurrentTransitions, noncurrentExpiration } = rule;
  const messages = [
    ...stepMessages(moves, prices),
    ...endMessages(moves, expiryDays, goneDays, prices),
    ...stepMessages(noncurrentTransitions, prices),
    ...endMessages(noncurrentTransitions, noncurrentExpiration?.days, noncurrentExpiration?.days, prices),
  ];
  return messages.map((message) => ({ code: 'class-minimum', message: `Rule ${rule.id}: ${message}` }));
}

function stepMessages(steps: readonly Step[], prices: StoragePrices): string[] {
  return [
    ...steps
      .filter(({ days, storageClass }) => infrequentClasses.includes(storageClass) && days < infrequentDays)
      .map(({ days, storageClass }) => `to ${storageClass} after ${daysInWords(days)}, and S3 takes no less than ${infrequentDays}.`),
    ...steps.flatMap((step, index) => {
      const next = steps[index + 1];
      return next === undefined ? [] : nextMessages(step, next, prices);
    }),
  ];
}

function nextMessages(step: Step, next: Step, prices: StoragePrices): string[] {
  const way = `from ${step.storageClass} after ${daysInWords(step.days)} to ${next.storageClass} after ${daysInWords(next.days)}`;
  const stay = next.days - step.days;
  if (!canMove(step.storageClass, next.storageClass)) return [`${way}, and S3 moves nothing that way.`];
  if (stay === 0) return [`${way}, and S3 wants the second later than the first.`];
  if (infrequentClasses.includes(step.storageClass) && stay < infrequentDays) {
    return [`${way}, and S3 takes no less than ${infrequentDays} days between them.`];
  }
  return paidMessages(step, stay, `moved on to ${next.storageClass}`, prices);
}

function endMessages(steps: readonly Step[], expiryDays: number | undefined, goneDays: number | undefined, prices: StoragePrices): string[] {
  const last = steps.at(-1);
  if (last === undefined || expiryDays === undefined) return [];
  if (expiryDays <= last.days) {
    return [`to ${last.storageClass} after ${daysInWords(last.days)} and expiry after ${daysInWords(expiryDays)}, and S3 wants the expiry later.`];
  }
  return goneDays === undefined ? [] : paidMessages(last, goneDays - last.days, 'gone', prices);
}

function paidMessages({ storageClass }: Step, stayDays: number, end: string, prices: StoragePrices): string[] {
  const { minimumDays } = isStorageClass(storageClass) ? prices.classes[storageClass] : { minimumDays: 0 };
  return stayDays >= minimumDays ? [] : [`${end} ${daysInWords(stayDays)} after it went to ${storageClass}, which is paid for ${minimumDays} days at least.`];
}
