import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { ObjectVersion } from './bucket.ts';
import type { LifecycleConfiguration } from './lifecycle-configuration.ts';
import { hasSize, isAbout, type Predicates, predicatesOf } from './lifecycle-filter.ts';
import { canMove } from './lifecycle-transitions.ts';

const dayMilliseconds = 86_400_000;
/** Smaller objects are not moved, unless the rule's filter speaks of sizes. */
const smallestMovedBytes = 131_072;
/** Where `varies_by_storage_class` has no such limit. */
const takesSmallObjects: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);
/**
 * Which of several classes an object goes to on one day: the cheapest, but for Intelligent-Tiering, which comes before all
 * but the two last archives (user guide, "How Amazon S3 handles conflicts in lifecycle configurations").
 */
const preference: readonly string[] = ['DEEP_ARCHIVE', 'GLACIER', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'ONEZONE_IA', 'STANDARD_IA'];

/**
 * `deleted`: gone for good. `hidden`: behind a new delete marker. `moved`: to another class. `marker-removed`: a delete marker
 * went, with which no data goes.
 */
export type LifecycleActionKind = 'deleted' | 'hidden' | 'moved' | 'marker-removed';

export type LifecycleDecision =
  | { readonly kind: Exclude<LifecycleActionKind, 'moved'>; readonly version: ObjectVersion }
  | { readonly kind: 'moved'; readonly version: ObjectVersion; readonly storageClass: string };

interface ActiveRule {
  readonly rule: LifecycleRule;
  readonly predicates: Predicates;
}

/** The rules of a configuration that are switched on, ready to be asked about many objects. */
export interface ActiveRules {
  readonly rules: readonly ActiveRule[];
  readonly minimumSize: LifecycleConfiguration['TransitionDefaultMinimumObjectSize'];
}

export function activeRules(configuration: LifecycleConfiguration | undefined): ActiveRules {
  const rules = configuration?.Rules ?? [];
  return {
    rules: rules.filter(({ Status: status }) => status === 'Enabled').map((rule) => ({ rule, predicates: predicatesOf(rule) })),
    minimumSize: configuration?.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K',
  };
}

/** What is done on one day with the versions of one key, oldest first: at most one thing with each of them. */
export function decide(active: ActiveRules, versions: readonly ObjectVersion[], isVersioned: boolean, now: number): LifecycleDecision[] {
  const decisions = versions.map((version, index) => {
    const rules = active.rules.filter(({ predicates }) => isAbout(predicates, version));
    if (rules.length === 0) return undefined;
    const matching = { rules, minimumSize: active.minimumSize };
    const newerNoncurrent = versions.length - index - 2;
    if (newerNoncurrent >= 0) return decideNoncurrent(matching, version, newerNoncurrent, now);
    if (version.isDeleteMarker) return decideMarker(matching, version, versions.length, now);
    return decideCurrent(matching, version, isVersioned, now);
  });
  return decisions.filter((decision) => decision !== undefined);
}

/** Permanent deletion comes before a transition, a transition before a delete marker. */
function decideCurrent(active: ActiveRules, version: ObjectVersion, isVersioned: boolean, now: number): LifecycleDecision | undefined {
  const isExpired = active.rules.some(({ rule }) => isDue(rule.Expiration, version, now));
  if (isExpired && !isVersioned && !isLocked(version, now)) return { kind: 'deleted', version };
  const dueClasses = active.rules.flatMap(({ rule, predicates }) =>
    (rule.Transitions ?? [])
      .filter((transition) => isDue(transition, version, now))
      .filter(({ StorageClass: to }) => isLargeEnough(version, to, predicates, active.minimumSize))
      .map(({ StorageClass: to }) => to),
  );
  const move = moveTo(version, dueClasses);
  if (move !== undefined) return move;
  return isExpired && isVersioned ? { kind: 'hidden', version } : undefined;
}

/** A marker with nothing behind it goes, on the word of its own or with the age of an expiration. */
function decideMarker(active: ActiveRules, version: ObjectVersion, versions: number, now: number): LifecycleDecision | undefined {
  if (versions > 1) return undefined;
  const isExpired = active.rules.some(
    ({ rule }) => rule.Expiration?.ExpiredObjectDeleteMarker === true || isDue(rule.Expiration, version, now),
  );
  return isExpired ? { kind: 'marker-removed', version } : undefined;
}

function decideNoncurrent(active: ActiveRules, version: ObjectVersion, newerNoncurrent: number, now: number): LifecycleDecision | undefined {
  const since = version.noncurrentSince ?? now;
  const isReached = (days: number | undefined, kept: number | undefined): boolean =>
    days !== undefined && now >= dueAt(since, days) && newerNoncurrent >= (kept ?? 0);
  const isExpired = active.rules.some(({ rule: { NoncurrentVersionExpiration: expiration } }) =>
    isReached(expiration?.NoncurrentDays, expiration?.NewerNoncurrentVersions),
  );
  if (isExpired && version.isDeleteMarker) return { kind: 'marker-removed', version };
  if (isExpired && !isLocked(version, now)) return { kind: 'deleted', version };
  if (version.isDeleteMarker) return undefined;
  const dueClasses = active.rules.flatMap(({ rule, predicates }) =>
    (rule.NoncurrentVersionTransitions ?? [])
      .filter(({ NoncurrentDays: days, NewerNoncurrentVersions: kept }) => isReached(days, kept))
      .filter(({ StorageClass: to }) => isLargeEnough(version, to, predicates, active.minimumSize))
      .map(({ StorageClass: to }) => to),
  );
  return moveTo(version, dueClasses);
}

function moveTo(version: ObjectVersion, dueClasses: readonly (string | undefined)[]): LifecycleDecision | undefined {
  const storageClass = preference.find((candidate) => dueClasses.includes(candidate) && canMove(version.storageClass, candidate));
  return storageClass === undefined ? undefined : { kind: 'moved', version, storageClass };
}

function isDue(when: { readonly Date?: Date | undefined; readonly Days?: number | undefined } | undefined, version: ObjectVersion, now: number): boolean {
  if (when?.Date !== undefined) return now >= when.Date.getTime();
  return when?.Days !== undefined && now >= dueAt(version.modifiedAt, when.Days);
}

/** Days are added, and the sum is rounded up to the next midnight UTC (user guide, "Lifecycle rules: Based on an object's age"). */
function dueAt(since: number, days: number): number {
  return Math.ceil((since + days * dayMilliseconds) / dayMilliseconds) * dayMilliseconds;
}

function isLargeEnough(version: ObjectVersion, to: string | undefined, predicates: Predicates, minimumSize: ActiveRules['minimumSize']): boolean {
  if (version.size >= smallestMovedBytes || hasSize(predicates)) return true;
  return minimumSize === 'varies_by_storage_class' && takesSmallObjects.has(to ?? '');
}

function isLocked({ retention }: ObjectVersion, now: number): boolean {
  return retention !== undefined && retention.until > now;
}
