import type { LifecycleRule } from '@aws-sdk/client-s3';
import { canMatch, overlaps, type RuleFilter } from './rule-filter.ts';
import { enabledMeanings, type RuleMeaning } from './rule-meaning.ts';

/** How a rule takes objects away. */
export interface Taking {
  readonly ruleId: string;
  readonly isOurs: boolean;
  /** `hidden`: behind a delete marker, in a bucket with versions. `gone`: for good. */
  readonly kind: 'hidden' | 'gone';
  /** Whether it is about what a key shows, or about versions that were replaced or deleted. */
  readonly subject: 'current' | 'noncurrent';
  /**
   * The least age in days at which it takes one. A version can be replaced the moment after it was written, so the days of
   * versions that were replaced are counted from age 0; and a date takes what was written the day before.
   */
  readonly leastDays: number;
  /** ISO 8601, of a rule that acts from a day on. */
  readonly date?: string;
  /** Newest replaced versions of each key that it leaves alone. They protect no key that has more. */
  readonly kept: number;
  readonly filter: RuleFilter;
}

/**
 * All takings of the rules that are switched on. Where versioning is not enabled an expiry is for good; the expiry of replaced
 * versions is counted there too, since versions stay in a bucket whose versioning was suspended.
 */
export function takingsOf(rules: readonly LifecycleRule[], isVersioned: boolean): Taking[] {
  return enabledMeanings(rules)
    .filter(({ filter }) => canMatch(filter))
    .flatMap((rule) => takingsOfOne(rule, isVersioned));
}

function takingsOfOne({ id, isOurs, filter, expiration, noncurrentExpiration }: RuleMeaning, isVersioned: boolean): Taking[] {
  const rule = { ruleId: id, isOurs, filter };
  return [
    ...(expiration === undefined
      ? []
      : [{ ...rule, kind: isVersioned ? 'hidden' : 'gone', subject: 'current', kept: 0, ...('days' in expiration ? { leastDays: expiration.days } : { leastDays: 0, date: expiration.date }) } as const]),
    ...(noncurrentExpiration === undefined
      ? []
      : [{ ...rule, kind: 'gone', subject: 'noncurrent', leastDays: noncurrentExpiration.days, kept: noncurrentExpiration.kept } as const]),
  ];
}

/** The least age in days at which the rules together let an object that the filter matches go, or hide it; undefined: never. */
export function leastAgeDays(takings: readonly Taking[], kind: Taking['kind'], filter: RuleFilter): number | undefined {
  const ages = takings.filter((taking) => taking.kind === kind && overlaps(taking.filter, filter)).map(({ leastDays }) => leastDays);
  return ages.length === 0 ? undefined : Math.min(...ages);
}

export interface RetentionViolation {
  readonly taking: Taking;
  /** Rules of ours about objects that this one takes. */
  readonly ours: readonly string[];
}

/** The rules, ours and those of others, that let an object go, or hide it, before its time. */
export function retentionViolations(rules: readonly LifecycleRule[], retentionDays: number, isVersioned: boolean): RetentionViolation[] {
  const ours = enabledMeanings(rules).filter(({ isOurs }) => isOurs);
  return takingsOf(rules, isVersioned)
    .filter(({ leastDays }) => leastDays < retentionDays)
    .map((taking) => ({ taking, ours: ours.filter(({ id, filter }) => id !== taking.ruleId && overlaps(filter, taking.filter)).map(({ id }) => id) }));
}
