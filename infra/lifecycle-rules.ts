import { type BucketLifecycle, bucketLifecycleSchema, bucketRoles, type DeclaredRule } from '../functions/lifecycle/settings.ts';
import { type ConfigProblem, show, valueAt } from './config-error.ts';

/** What is wrong with one field of a rule, by its path within the rule. */
interface Finding {
  readonly field: readonly (string | number)[];
  readonly expected: string;
}

/** S3 moves nothing to them sooner, and nothing on from them: API reference, PutBucketLifecycleConfiguration, and its user guide on transitions. */
const infrequentClasses: readonly string[] = ['STANDARD_IA', 'ONEZONE_IA'];
const infrequentDays = 30;

/**
 * What is plainly wrong with declared lifecycle rules, whatever stands in the buckets: what a run would refuse every week, or S3
 * would refuse whole. Rules of others, prices and minimum durations are looked at where they are known, when a run plans. What one
 * rule shows by itself is in its schema, and has to be right first.
 */
export function findLifecycleProblems(config: unknown): ConfigProblem[] {
  return bucketRoles.flatMap((role) => {
    const path = ['lifecycle', 'buckets', role];
    const bucket = bucketLifecycleSchema.safeParse(valueAt(config, path));
    if (!bucket.success) return [];
    return bucket.data.rules.flatMap((rule, index) =>
      findingsOf(rule, bucket.data).map(({ field, expected }) => {
        const place = [...path, 'rules', index, ...field];
        return { path: place.join('.'), found: show(valueAt(config, place)), expected };
      }),
    );
  });
}

function findingsOf(rule: DeclaredRule, bucket: BucketLifecycle): Finding[] {
  return [
    ...repeatedId(rule, bucket),
    ...beforeRetention(rule, bucket),
    ...steps(rule, 'transitions', 'expireAfterDays'),
    ...steps(rule, 'noncurrentTransitions', 'noncurrentExpireAfterDays'),
    ...endlessVersions(rule, bucket),
  ];
}

function repeatedId(rule: DeclaredRule, { rules }: BucketLifecycle): Finding[] {
  const isFirst = rules.find(({ id }) => id === rule.id) === rule;
  return isFirst ? [] : [{ field: ['id'], expected: 'each id once in a bucket' }];
}

/** A version may be replaced the moment after it was written: the days of replaced versions are counted from there. */
function beforeRetention(rule: DeclaredRule, { retentionDays }: BucketLifecycle): Finding[] {
  return (['expireAfterDays', 'noncurrentExpireAfterDays'] as const)
    .filter((field) => (rule[field] ?? Infinity) < retentionDays)
    .map((field) => ({ field: [field], expected: `at least ${retentionDays}, the retentionDays of the bucket` }));
}

/** Transitions in the order in which they are written, and after the last one the expiry. */
function steps(rule: DeclaredRule, moves: 'transitions' | 'noncurrentTransitions', end: 'expireAfterDays' | 'noncurrentExpireAfterDays'): Finding[] {
  const list = rule[moves] ?? [];
  const found = list.flatMap(({ afterDays, storageClass }, index): Finding[] => {
    const before = list[index - 1];
    const field = [moves, index, 'afterDays'];
    if (infrequentClasses.includes(storageClass) && afterDays < infrequentDays) return [{ field, expected: `at least ${infrequentDays}, for ${storageClass}` }];
    if (before === undefined) return [];
    const stay = infrequentClasses.includes(before.storageClass) ? infrequentDays : 1;
    const least = before.afterDays + stay;
    return afterDays >= least ? [] : [{ field, expected: `at least ${least}, ${stay === 1 ? 'after' : `${stay} days after`} the transition to ${before.storageClass}` }];
  });
  const [last, endsAt] = [list.at(-1), rule[end]];
  if (last === undefined || endsAt === undefined || endsAt > last.afterDays) return found;
  return [...found, { field: [end], expected: `more than ${last.afterDays}, the days of the last of its ${moves}` }];
}

/** Our buckets keep versions: an expiry alone hides what is paid for ever after. */
function endlessVersions(rule: DeclaredRule, { rules }: BucketLifecycle): Finding[] {
  if (rule.expireAfterDays === undefined) return [];
  const around = rules.filter((other) => covers(other, rule));
  const isLetGo = around.some(({ noncurrentExpireAfterDays, noncurrentVersionsKept }) => noncurrentExpireAfterDays !== undefined && noncurrentVersionsKept === undefined);
  const isCleanedUp = around.some(({ removeExpiredDeleteMarkers }) => removeExpiredDeleteMarkers === true);
  const missing = [
    ...(isLetGo ? [] : ['noncurrentExpireAfterDays without noncurrentVersionsKept']),
    ...(isCleanedUp ? [] : ['removeExpiredDeleteMarkers']),
  ];
  return missing.length === 0 ? [] : [{ field: ['expireAfterDays'], expected: `${missing.join(' and ')} for the same objects: the bucket keeps versions` }];
}

/** Whether a rule is about every object that another one is about. */
function covers(outer: DeclaredRule, inner: DeclaredRule): boolean {
  return (
    (inner.prefix ?? '').startsWith(outer.prefix ?? '') &&
    Object.entries(outer.tags ?? {}).every(([key, value]) => inner.tags?.[key] === value) &&
    (outer.largerThanBytes ?? 0) <= (inner.largerThanBytes ?? 0)
  );
}
