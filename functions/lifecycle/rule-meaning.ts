import type { LifecycleRule } from '@aws-sdk/client-s3';
import { canonical } from '../platform/canonical.ts';
import { isOwnRule } from './configuration.ts';
import { filterOf, type RuleFilter } from './rule-filter.ts';

/** When a rule acts: at an age in whole days, or, whatever the age, from a day on (ISO 8601). */
export type RuleTime = { readonly days: number } | { readonly date: string };

export interface RuleTransition {
  readonly at: RuleTime;
  readonly storageClass: string;
}

export interface NoncurrentTransition {
  /** Days since the version was replaced or deleted. */
  readonly days: number;
  /** Newest of these versions that are left where they are. */
  readonly kept: number;
  readonly storageClass: string;
}

/** What a rule does, without the many ways to write it. */
export interface RuleMeaning {
  readonly id: string;
  readonly isOurs: boolean;
  readonly isEnabled: boolean;
  readonly filter: RuleFilter;
  /** The earliest first. */
  readonly transitions: readonly RuleTransition[];
  readonly expiration?: RuleTime;
  readonly isRemovingMarkers: boolean;
  readonly noncurrentTransitions: readonly NoncurrentTransition[];
  readonly noncurrentExpiration?: { readonly days: number; readonly kept: number };
  readonly abortUploadsAfterDays?: number;
}

/** A time that S3 left out counts as 0 days, the soonest there is. */
export function meaningOf(rule: LifecycleRule): RuleMeaning {
  const { Expiration: expiration, NoncurrentVersionExpiration: gone, AbortIncompleteMultipartUpload: uploads } = rule;
  const isExpiring = expiration?.Days !== undefined || expiration?.Date !== undefined;
  return {
    id: rule.ID ?? '',
    isOurs: isOwnRule(rule),
    isEnabled: rule.Status !== 'Disabled',
    filter: filterOf(rule),
    transitions: (rule.Transitions ?? [])
      .map((transition) => ({ at: timeOf(transition), storageClass: transition.StorageClass ?? '' }))
      .toSorted((left, right) => rank(left.at) - rank(right.at) || (left.storageClass < right.storageClass ? -1 : 1)),
    ...(isExpiring ? { expiration: timeOf(expiration) } : {}),
    isRemovingMarkers: expiration?.ExpiredObjectDeleteMarker === true,
    noncurrentTransitions: (rule.NoncurrentVersionTransitions ?? [])
      .map(({ NoncurrentDays, NewerNoncurrentVersions, StorageClass }) => ({
        days: NoncurrentDays ?? 0, kept: NewerNoncurrentVersions ?? 0, storageClass: StorageClass ?? '',
      }))
      .toSorted((left, right) => left.days - right.days || (left.storageClass < right.storageClass ? -1 : 1)),
    ...(gone === undefined ? {} : { noncurrentExpiration: { days: gone.NoncurrentDays ?? 0, kept: gone.NewerNoncurrentVersions ?? 0 } }),
    ...(uploads === undefined ? {} : { abortUploadsAfterDays: uploads.DaysAfterInitiation ?? 0 }),
  };
}

function timeOf({ Days, Date: date }: { Days?: number | undefined; Date?: Date | undefined }): RuleTime {
  return date === undefined ? { days: Days ?? 0 } : { date: isoOf(date) };
}

/** A date that is none is blocked by a guard; it must not keep the other guards from being told. */
function isoOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an invalid date' : date.toISOString();
}

function rank(time: RuleTime): number {
  return 'days' in time ? time.days : Date.parse(time.date);
}

/** Rules that do something, by meaning. */
export function enabledMeanings(rules: readonly LifecycleRule[]): RuleMeaning[] {
  return rules.map(meaningOf).filter(({ isEnabled }) => isEnabled);
}

/** The same text for rules that do the same to the same objects, whatever their names. */
export function deedOf({ id: _id, isOurs: _isOurs, ...deed }: RuleMeaning): string {
  return canonical(deed);
}

/** In words: `after 30 days`, `from 2027-01-01 on`. */
export function timeInWords(time: RuleTime): string {
  return 'days' in time ? `after ${daysInWords(time.days)}` : `from ${time.date.slice(0, 10)} on, whatever their age`;
}

export function daysInWords(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
