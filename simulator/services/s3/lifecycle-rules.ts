import type { LifecycleRule } from '@aws-sdk/client-s3';
import { invalidArgument, invalidRequest, malformed, refuseUnlessMidnight, refuseUnlessPositive } from './lifecycle-errors.ts';
import { hasSize, predicatesOf, refuseInvalidFilter } from './lifecycle-filter.ts';
import { refuseInvalidTransitions } from './lifecycle-transitions.ts';

const maxRules = 1000;
const maxIdLength = 255;

/**
 * Throws what S3 answers to rules that it does not take: codes and messages are those that S3 was seen to give, see
 * docs/fidelity/s3.md. The first fault found is the answer, as there.
 */
export function refuseInvalidRules(rules: readonly LifecycleRule[]): void {
  if (rules.length === 0) throw invalidRequest('At least one lifecycle rule must be specified.');
  if (rules.length > maxRules) throw invalidRequest(`The number of lifecycle rules must not exceed the allowed limit of ${maxRules} rules.`);
  refuseInvalidIds(rules);
  const isV2 = rules[0]?.Filter !== undefined;
  for (const rule of rules) refuseInvalidRule(rule, isV2);
  if (!isV2) refuseOverlaps(rules);
}

function refuseInvalidIds(rules: readonly LifecycleRule[]): void {
  const ids = new Set<string>();
  for (const { ID: id = '' } of rules) {
    if (id === '') continue;
    if (id.length > maxIdLength) throw invalidArgument('ID', id, `ID length should not exceed allowed limit of ${maxIdLength}`);
    if (ids.has(id)) throw invalidArgument('ID', id, 'Rule ID must be unique. Found same ID for more than one rule');
    ids.add(id);
  }
}

function refuseInvalidRule(rule: LifecycleRule, isV2: boolean): void {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformed();
  refuseInvalidFilter(rule, isV2);
  if (Object.values(actionsOf(rule)).every((action) => action === undefined)) {
    throw invalidRequest('At least one action needs to be specified in a rule');
  }
  refuseInvalidExpiration(rule);
  refuseInvalidNoncurrentExpiration(rule);
  refuseInvalidAbort(rule);
  refuseInvalidTransitions(rule);
  const keepsNewer = [rule.NoncurrentVersionExpiration, ...(rule.NoncurrentVersionTransitions ?? [])];
  if (!isV2 && keepsNewer.some((action) => action?.NewerNoncurrentVersions !== undefined)) {
    throw invalidRequest('NewerNoncurrentVersions element can only be used in Lifecycle V2.');
  }
}

/** What a rule does, by the names that S3's messages have for it. */
function actionsOf(rule: LifecycleRule): Readonly<Record<string, unknown>> {
  return {
    Expiration: rule.Expiration,
    Transition: rule.Transitions,
    NoncurrentVersionTransition: rule.NoncurrentVersionTransitions,
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}

function refuseInvalidExpiration(rule: LifecycleRule): void {
  const { Expiration: expiration } = rule;
  if (expiration === undefined) return;
  if (Object.keys(expiration).length !== 1) throw malformed();
  const { Date: date, Days: days } = expiration;
  if (date !== undefined) refuseUnlessMidnight(date);
  if (days !== undefined) refuseUnlessPositive('Days', 'Expiration', days);
  if (expiration.ExpiredObjectDeleteMarker !== undefined) refuseTagsAndSizes(rule, 'ExpiredObjectDeleteMarker');
}

function refuseInvalidNoncurrentExpiration({ NoncurrentVersionExpiration: expiration }: LifecycleRule): void {
  if (expiration === undefined) return;
  const { NoncurrentDays: days, NewerNoncurrentVersions: newer } = expiration;
  if (days === undefined) throw malformed();
  refuseUnlessPositive('NoncurrentDays', 'NoncurrentVersionExpiration', days);
  // The API reference says that 100 is the most; S3 was seen to take 500.
  if (newer !== undefined) refuseUnlessPositive('NewerNoncurrentVersions', 'NoncurrentVersionExpiration', newer);
}

function refuseInvalidAbort(rule: LifecycleRule): void {
  const { AbortIncompleteMultipartUpload: abort } = rule;
  if (abort === undefined) return;
  if (abort.DaysAfterInitiation === undefined) throw malformed();
  refuseUnlessPositive('DaysAfterInitiation', 'AbortIncompleteMultipartUpload', abort.DaysAfterInitiation);
  refuseTagsAndSizes(rule, 'AbortIncompleteMultipartUpload');
}

function refuseTagsAndSizes(rule: LifecycleRule, action: string): void {
  const predicates = predicatesOf(rule);
  if (predicates.tags.length > 0) throw invalidRequest(`${action} cannot be specified with Tags.`);
  if (hasSize(predicates)) throw invalidRequest(`${action} cannot be specified with Object Size.`);
}

/** Rules of the old form, with a prefix of their own, may not do the same to the same objects. Sorted, such prefixes are neighbours. */
function refuseOverlaps(rules: readonly LifecycleRule[]): void {
  for (const action of Object.keys(actionsOf({ Status: 'Enabled' }))) {
    const prefixes = rules.filter((rule) => actionsOf(rule)[action] !== undefined).map(({ Prefix: prefix = '' }) => prefix).toSorted();
    for (const [index, prefix] of prefixes.entries()) {
      const next = prefixes[index + 1];
      if (next?.startsWith(prefix) !== true) continue;
      throw invalidRequest(`Found overlapping prefixes '${prefix}' and '${next}' for same action type '${action}'`);
    }
  }
}
