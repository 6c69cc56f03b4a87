import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { LifecycleBlocker } from './blocker.ts';
import { isOwnRule, type LifecycleConfiguration, ownRules } from './configuration.ts';
import { isSpelledOfOld } from './wanted.ts';

const actions = [
  'Transitions', 'Expiration', 'NoncurrentVersionTransitions', 'NoncurrentVersionExpiration', 'AbortIncompleteMultipartUpload',
] as const satisfies readonly (keyof LifecycleRule)[];

/**
 * What S3 refuses beside rules of others that have a prefix and no filter: a filter, and two rules that do the same to overlapping
 * prefixes. Sources: its answers "Filter element can only be used in Lifecycle V2" and "Found overlapping prefixes".
 */
export function guardSpelling(current: LifecycleConfiguration, wanted: LifecycleConfiguration): LifecycleBlocker[] {
  if (!isSpelledOfOld(current)) return [];
  return ownRules(wanted).flatMap((rule) => {
    const { ID = '', Filter } = rule;
    const why = Filter === undefined ? overlapOf(rule, wanted.rules) : 'filters by tags or size';
    if (why === undefined) return [];
    return [{ code: 'old-spelling', message: `Rule ${ID} ${why}; beside rules of others that have a prefix and no filter S3 takes none such: expected is a filter in theirs.` }];
  });
}

function overlapOf(rule: LifecycleRule, rules: readonly LifecycleRule[]): string | undefined {
  for (const action of actions.filter((each) => rule[each] !== undefined)) {
    const other = rules.find((each) => each.ID !== rule.ID && each[action] !== undefined && isOverlapping(rule, each));
    if (other !== undefined) return `has ${action} as ${isOwnRule(other) ? 'our' : 'their'} rule ${other.ID ?? 'without a name'} has, on prefixes that overlap`;
  }
  return undefined;
}

function isOverlapping({ Prefix: one = '' }: LifecycleRule, { Prefix: other = '' }: LifecycleRule): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
