import type { LifecycleRule, Tag } from '@aws-sdk/client-s3';
import type { ObjectVersion } from './bucket.ts';
import { invalidRequest, malformed } from './lifecycle-errors.ts';

/** 50 TB in S3's counting: the largest size that a filter names. */
const maxSizeBytes = 1_099_511_627_776_000;
const maxPrefixLength = 1024;
const maxTagKeyLength = 128;
const maxTagValueLength = 256;

/** What a rule is about, however it is written: all that is given must be so. */
export interface Predicates {
  readonly prefix: string | undefined;
  readonly tags: readonly Tag[];
  readonly largerThan: number | undefined;
  readonly smallerThan: number | undefined;
}

export function predicatesOf({ Prefix: basePrefix, Filter: filter }: LifecycleRule): Predicates {
  const from = filter?.And ?? filter;
  return {
    prefix: from?.Prefix ?? basePrefix,
    tags: filter?.And?.Tags ?? (filter?.Tag === undefined ? [] : [filter.Tag]),
    largerThan: from?.ObjectSizeGreaterThan,
    smallerThan: from?.ObjectSizeLessThan,
  };
}

export function hasSize({ largerThan, smallerThan }: Predicates): boolean {
  return largerThan !== undefined || smallerThan !== undefined;
}

/** Sizes are excluded themselves; a tag must have the very value, none being the empty one. */
export function isAbout({ prefix, tags, largerThan, smallerThan }: Predicates, version: ObjectVersion): boolean {
  if (prefix !== undefined && !version.key.startsWith(prefix)) return false;
  if (largerThan !== undefined && version.size <= largerThan) return false;
  if (smallerThan !== undefined && version.size >= smallerThan) return false;
  return tags.every(({ Key: key, Value: value }) => version.tags[key ?? ''] === (value ?? ''));
}

/** The filter as S3's messages show it, for example `(prefix=logs/ and objectsizelessthan=1000)`. */
export function describePredicates({ prefix, tags, largerThan, smallerThan }: Predicates): string {
  const parts = [
    ...(prefix === undefined ? [] : [`prefix=${prefix}`]),
    ...tags.map(({ Key: key, Value: value }) => `tag={key=${key ?? ''}, value=${value ?? ''}}`),
    ...(largerThan === undefined ? [] : [`objectsizegreaterthan=${largerThan}`]),
    ...(smallerThan === undefined ? [] : [`objectsizelessthan=${smallerThan}`]),
  ];
  return parts.length === 0 ? '(prefix=)' : `(${parts.join(' and ')})`;
}

/** A filter has none or one predicate, an And two or more. The first rule says which version of the API all are in. */
export function refuseInvalidFilter(rule: LifecycleRule, isV2: boolean): void {
  const { Prefix: basePrefix, Filter: filter } = rule;
  if (basePrefix === undefined && filter === undefined) throw malformed();
  if (basePrefix !== undefined && filter !== undefined) throw malformed();
  if (isV2 && basePrefix !== undefined) {
    throw invalidRequest('Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.');
  }
  if (!isV2 && filter !== undefined) throw invalidRequest('Filter element can only be used in Lifecycle V2.');
  if (Object.keys(filter ?? {}).length > 1) throw malformed();
  if (filter?.And !== undefined && countOf(filter.And) < 2) throw malformed();
  refuseInvalidPredicates(predicatesOf(rule));
}

function countOf({ Tags: tags = [], ...others }: NonNullable<NonNullable<LifecycleRule['Filter']>['And']>): number {
  return tags.length + Object.keys(others).length;
}

function refuseInvalidPredicates({ prefix = '', tags, largerThan, smallerThan }: Predicates): void {
  if (Buffer.byteLength(prefix) > maxPrefixLength) throw invalidRequest(`The maximum size of a prefix is ${maxPrefixLength}.`);
  if (largerThan !== undefined && !isWithin(largerThan, 0)) {
    throw invalidRequest(`'ObjectSizeGreaterThan' should be between 0 and ${maxSizeBytes}.`);
  }
  if (smallerThan !== undefined && !isWithin(smallerThan, 1)) {
    throw invalidRequest(`'ObjectSizeLessThan' should be between 1 and ${maxSizeBytes}.`);
  }
  if (largerThan !== undefined && smallerThan !== undefined && smallerThan <= largerThan) {
    throw invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  }
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key.length < 1 || key.length > maxTagKeyLength) {
      throw invalidRequest(`A Tag's Key must be a length between 1 and ${maxTagKeyLength}.`);
    }
    if (value.length > maxTagValueLength) throw invalidRequest(`A Tag's Value must be a length between 0 and ${maxTagValueLength}.`);
  }
  if (new Set(tags.map(({ Key: key }) => key)).size < tags.length) throw invalidRequest('Duplicate Tag Keys are not allowed.');
}

function isWithin(size: number, least: number): boolean {
  return Number.isInteger(size) && size >= least && size <= maxSizeBytes;
}
