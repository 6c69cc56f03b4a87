import { createHash } from 'node:crypto';
import type { LifecycleRule, TransitionDefaultMinimumObjectSize } from '@aws-sdk/client-s3';
import { canonical } from '../platform/canonical.ts';
import { ownRulePrefix } from './settings.ts';

/** The rules of a bucket, as S3 gives and takes them. A bucket that has none has an empty list. */
export interface LifecycleConfiguration {
  readonly rules: readonly LifecycleRule[];
  /** From which size on objects are moved where no filter says it; absent where S3 did not say: then it is written without. */
  readonly minimumSize?: TransitionDefaultMinimumObjectSize;
}

/**
 * SHA-256 of the configuration, spelling and all: two that mean the same and are written differently are different, since what
 * stands between a look and a write must be what was looked at. The order of the rules does not count: S3 applies all of them
 * and gives none precedence, so that one which comes back in another order has not been changed.
 */
export function hashConfiguration({ rules, minimumSize }: LifecycleConfiguration): string {
  // Dates become ISO 8601 by their own toJSON, before the members are sorted.
  return hashOf({ minimumSize, rules: rules.map((rule) => canonical(rule)).toSorted() });
}

/** SHA-256 of canonical JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

export function isOwnRule(rule: LifecycleRule): boolean {
  return rule.ID?.startsWith(ownRulePrefix) ?? false;
}

/** The rules that this program writes. */
export function ownRules({ rules }: LifecycleConfiguration): LifecycleRule[] {
  return rules.filter(isOwnRule);
}

/** The rules of everybody else, as they are and in their order. */
export function foreignRules({ rules }: LifecycleConfiguration): LifecycleRule[] {
  return rules.filter((rule) => !isOwnRule(rule));
}
