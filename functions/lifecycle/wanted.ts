import type { LifecycleRule, LifecycleRuleFilter, Transition } from '@aws-sdk/client-s3';
import { foreignRules, type LifecycleConfiguration } from './configuration.ts';
import { type BucketLifecycle, type DeclaredRule, ownRulePrefix } from './settings.ts';

/** Ends the name of a second rule, which removes delete markers: S3 takes that and an expiry by age in one rule not together. */
export const markerRuleSuffix = '-markers';

/**
 * What the bucket should have: the rules of others as they were read and in their order, then ours as declared. The minimum size
 * mode is sent back as it was read, since a write without it sets S3's default.
 */
export function wantedConfiguration(current: LifecycleConfiguration, declared: BucketLifecycle): LifecycleConfiguration {
  return {
    rules: [...foreignRules(current), ...declaredConfiguration(declared, isSpelledOfOld(current))],
    ...(current.minimumSize === undefined ? {} : { minimumSize: current.minimumSize }),
  };
}

/**
 * Whether rules of others have the prefix outside of a filter, as all rules had before there were filters. S3 takes either the one
 * spelling or the other in a bucket: "Filter element can only be used in Lifecycle V2".
 */
export function isSpelledOfOld(current: LifecycleConfiguration): boolean {
  return foreignRules(current).some(({ Prefix, Filter }) => Prefix !== undefined && Filter === undefined);
}

/** Our rules, as S3 takes them; `isOld`: beside rules of the old spelling, where that can say as much. */
export function declaredConfiguration(declared: BucketLifecycle, isOld = false): LifecycleRule[] {
  const rules = rulesOfToday(declared);
  return isOld ? rules.map(spelledOfOld) : rules;
}

/** One that filters by more than a prefix stays as it is: a guard says that it does not go together. */
function spelledOfOld({ Filter, ...rule }: LifecycleRule): LifecycleRule {
  return Filter?.Prefix === undefined ? { ...rule, ...(Filter === undefined ? {} : { Filter }) } : { ...rule, Prefix: Filter.Prefix };
}

function rulesOfToday({ rules }: BucketLifecycle): LifecycleRule[] {
  return rules.flatMap((rule) => {
    const main = mainRule(rule);
    if (rule.expireAfterDays === undefined || rule.removeExpiredDeleteMarkers === undefined) return [main];
    return [main, { ID: `${main.ID}${markerRuleSuffix}`, Status: 'Enabled', Filter: filterOf(rule), Expiration: { ExpiredObjectDeleteMarker: true } }];
  });
}

function mainRule(rule: DeclaredRule): LifecycleRule & { ID: string } {
  const { expireAfterDays, noncurrentExpireAfterDays, noncurrentVersionsKept, abortUploadsAfterDays } = rule;
  const isRemovingMarkers = expireAfterDays === undefined && rule.removeExpiredDeleteMarkers === true;
  return {
    ID: `${ownRulePrefix}${rule.id}`,
    Status: 'Enabled',
    Filter: filterOf(rule),
    ...(rule.transitions === undefined ? {} : { Transitions: rule.transitions.map(transitionOf) }),
    ...(expireAfterDays === undefined ? {} : { Expiration: { Days: expireAfterDays } }),
    ...(isRemovingMarkers ? { Expiration: { ExpiredObjectDeleteMarker: true } } : {}),
    ...(rule.noncurrentTransitions === undefined
      ? {}
      : { NoncurrentVersionTransitions: rule.noncurrentTransitions.map(({ afterDays, storageClass }) => ({ NoncurrentDays: afterDays, StorageClass: storageClass })) }),
    ...(noncurrentExpireAfterDays === undefined
      ? {}
      : {
          NoncurrentVersionExpiration: {
            NoncurrentDays: noncurrentExpireAfterDays,
            ...(noncurrentVersionsKept === undefined ? {} : { NewerNoncurrentVersions: noncurrentVersionsKept }),
          },
        }),
    ...(abortUploadsAfterDays === undefined ? {} : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays } }),
  };
}

function transitionOf({ afterDays, storageClass }: NonNullable<DeclaredRule['transitions']>[number]): Transition {
  return { Days: afterDays, StorageClass: storageClass };
}

/** S3 takes a filter with exactly one member; several conditions go into its And. */
function filterOf({ prefix = '', tags = {}, largerThanBytes }: DeclaredRule): LifecycleRuleFilter {
  const wantedTags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const [firstTag] = wantedTags;
  const conditions = (prefix === '' ? 0 : 1) + wantedTags.length + (largerThanBytes === undefined ? 0 : 1);
  if (conditions > 1) {
    return {
      And: {
        ...(prefix === '' ? {} : { Prefix: prefix }),
        ...(firstTag === undefined ? {} : { Tags: wantedTags }),
        ...(largerThanBytes === undefined ? {} : { ObjectSizeGreaterThan: largerThanBytes }),
      },
    };
  }
  if (firstTag !== undefined) return { Tag: firstTag };
  return largerThanBytes === undefined ? { Prefix: prefix } : { ObjectSizeGreaterThan: largerThanBytes };
}
