import type { LifecycleRule, Tag } from '@aws-sdk/client-s3';

/** Which objects a rule is about, however it is spelled. */
export interface RuleFilter {
  /** Empty: every key. */
  readonly prefix: string;
  /** All of them must be on an object. Sorted. */
  readonly tags: readonly RuleTag[];
  /** Bytes: only objects larger than this. */
  readonly largerThan?: number;
  /** Bytes: only objects smaller than this. */
  readonly smallerThan?: number;
}

export interface RuleTag {
  readonly key: string;
  readonly value: string;
}

/** A rule with neither filter nor the older prefix beside it, and one with an empty filter, are about all there is. */
export function filterOf({ Filter, Prefix }: LifecycleRule): RuleFilter {
  const all = Filter?.And;
  const largerThan = all?.ObjectSizeGreaterThan ?? Filter?.ObjectSizeGreaterThan;
  const smallerThan = all?.ObjectSizeLessThan ?? Filter?.ObjectSizeLessThan;
  return {
    prefix: all?.Prefix ?? Filter?.Prefix ?? Prefix ?? '',
    tags: tagsOf([...(all?.Tags ?? []), ...(Filter?.Tag === undefined ? [] : [Filter.Tag])]),
    ...(largerThan === undefined ? {} : { largerThan }),
    ...(smallerThan === undefined ? {} : { smallerThan }),
  };
}

function tagsOf(tags: readonly Tag[]): RuleTag[] {
  return tags
    .map(({ Key, Value }) => ({ key: Key ?? '', value: Value ?? '' }))
    .toSorted((left, right) => compare(left.key, right.key) || compare(left.value, right.value));
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A filter that names a size takes the place of S3's own least size for transitions. */
export function namesSize({ largerThan, smallerThan }: RuleFilter): boolean {
  return largerThan !== undefined || smallerThan !== undefined;
}

/** Whether an object is matched, its tags aside: a listing does not tell them. */
export function matchesBesidesTags({ prefix, largerThan, smallerThan }: RuleFilter, key: string, size: number): boolean {
  return key.startsWith(prefix) && (largerThan === undefined || size > largerThan) && (smallerThan === undefined || size < smallerThan);
}

/** Whether every object that the inner filter matches is matched by the outer one too. */
export function covers(outer: RuleFilter, inner: RuleFilter): boolean {
  return (
    inner.prefix.startsWith(outer.prefix) &&
    outer.tags.every(({ key, value }) => inner.tags.some((tag) => tag.key === key && tag.value === value)) &&
    (outer.largerThan === undefined || outer.largerThan <= (inner.largerThan ?? -1)) &&
    (outer.smallerThan === undefined || outer.smallerThan >= (inner.smallerThan ?? Infinity))
  );
}

/** Whether there can be an object that both match. Tags only stand against each other where they give one key two values. */
export function overlaps(left: RuleFilter, right: RuleFilter): boolean {
  return (
    (left.prefix.startsWith(right.prefix) || right.prefix.startsWith(left.prefix)) && canMatch({
      prefix: '',
      tags: [...left.tags, ...right.tags],
      largerThan: Math.max(left.largerThan ?? -1, right.largerThan ?? -1),
      smallerThan: Math.min(left.smallerThan ?? Infinity, right.smallerThan ?? Infinity),
    })
  );
}

/** Whether there can be an object that it matches: none is larger than 10 bytes and smaller than 11. */
export function canMatch({ tags, largerThan = -1, smallerThan = Infinity }: RuleFilter): boolean {
  return smallerThan - largerThan > 1 && tags.every(({ key, value }) => tags.every((tag) => tag.key !== key || tag.value === value));
}
