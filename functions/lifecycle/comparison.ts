import type { LifecycleRule } from '@aws-sdk/client-s3';
import { canonical } from '../platform/canonical.ts';
import type { RuleChange } from './bucket-plan.ts';
import { type LifecycleConfiguration, ownRules } from './configuration.ts';
import { meaningOf } from './rule-meaning.ts';
import { ruleInWords } from './rule-words.ts';
import type { BucketLifecycle } from './settings.ts';
import { declaredConfiguration, isSpelledOfOld } from './wanted.ts';

/**
 * What has to be done to our rules: those that are missing, those that mean something else, and those that nobody declares any
 * more. Empty: they stand as declared. Compared is what they mean, since S3 and people write the same rule in several ways, and
 * a difference of spelling would be repaired for ever. Only whether the prefix stands in a filter counts: it keeps rules of the
 * other spelling out of the bucket.
 */
export function changesOf(current: LifecycleConfiguration, declared: BucketLifecycle): RuleChange[] {
  const wanted = declaredConfiguration(declared, isSpelledOfOld(current));
  const standing = ownRules(current);
  const changes = wanted.flatMap((rule): RuleChange[] => {
    const before = standing.filter(({ ID }) => ID === rule.ID);
    const [ruleId, after] = [rule.ID ?? '', ruleInWords(rule)];
    if (before.length === 0) return [{ kind: 'add', ruleId, after }];
    if (before.every((one) => isSameRule(one, rule) && (one.Prefix === undefined) === (rule.Prefix === undefined))) return [];
    return [{ kind: 'replace', ruleId, before: before.map(ruleInWords).join(' / '), after }];
  });
  const removals = standing
    .filter(({ ID }) => !wanted.some((rule) => rule.ID === ID))
    .map((rule): RuleChange => ({ kind: 'remove', ruleId: rule.ID ?? '', before: ruleInWords(rule) }));
  return [...changes, ...removals];
}

/** Whether two configurations have the same rules by meaning, and the same minimum size mode: for reading back what was written. */
export function isSameByMeaning(left: LifecycleConfiguration, right: LifecycleConfiguration): boolean {
  return left.minimumSize === right.minimumSize && canonical(meaningsOf(left)) === canonical(meaningsOf(right));
}

function meaningsOf({ rules }: LifecycleConfiguration): string[] {
  return rules.map((rule) => canonical(meaningOf(rule))).toSorted();
}

function isSameRule(left: LifecycleRule, right: LifecycleRule): boolean {
  return canonical(meaningOf(left)) === canonical(meaningOf(right));
}
