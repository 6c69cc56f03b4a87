import type { DeleteMarkerEntry, ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput, ObjectVersion as ListedVersion } from '@aws-sdk/client-s3';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';
import { invalidArgument } from './lifecycle-errors.ts';

const pageSize = 1000;

interface Entry {
  readonly version: ObjectVersion;
  readonly isLatest: boolean;
}

/** One page of a listing of versions: keys in the order of their bytes, the newest version of each first. */
export function listVersions(bucket: Bucket, input: ListObjectVersionsCommandInput): Omit<ListObjectVersionsCommandOutput, '$metadata'> {
  const unknown = (['Delimiter', 'EncodingType', 'OptionalObjectAttributes'] as const).find((member) => input[member] !== undefined);
  if (unknown !== undefined) throw new NotModelledError(`S3 ListObjectVersions with ${unknown} is not modelled.`);
  if (input.VersionIdMarker !== undefined && input.KeyMarker === undefined) {
    throw invalidArgument('version-id-marker', input.VersionIdMarker, 'A version-id marker cannot be specified without a key marker.');
  }
  const size = Math.min(input.MaxKeys ?? pageSize, pageSize);
  const entries = entriesAfter(bucket, input, size + 1);
  const page = entries.slice(0, size);
  const last = page.at(-1)?.version;
  const isTruncated = entries.length > page.length;
  const versions = page.filter(({ version }) => !version.isDeleteMarker).map(describeVersion);
  const markers = page.filter(({ version }) => version.isDeleteMarker).map(describeMarker);
  return {
    Name: bucket.definition.name,
    Prefix: input.Prefix ?? '',
    KeyMarker: input.KeyMarker ?? '',
    VersionIdMarker: input.VersionIdMarker ?? '',
    MaxKeys: input.MaxKeys ?? pageSize,
    IsTruncated: isTruncated,
    ...(versions.length === 0 ? {} : { Versions: versions }),
    ...(markers.length === 0 ? {} : { DeleteMarkers: markers }),
    ...(isTruncated && last !== undefined ? { NextKeyMarker: last.key, NextVersionIdMarker: last.versionId } : {}),
  };
}

function entriesAfter(bucket: Bucket, { Prefix: prefix = '', KeyMarker: keyMarker = '', VersionIdMarker: versionIdMarker }: ListObjectVersionsCommandInput, atMost: number): Entry[] {
  const keys = bucket.sortedKeys;
  const entries: Entry[] = [];
  for (let index = positionOf(keys, isBefore(prefix, keyMarker) ? keyMarker : prefix); index < keys.length && entries.length < atMost; index += 1) {
    const key = keys[index] ?? '';
    if (!key.startsWith(prefix)) break;
    const newestFirst = bucket.versions(key).toReversed().map((version, position): Entry => ({ version, isLatest: position === 0 }));
    // A version that went between two pages leaves no trace: its key is listed anew, rather than that something is left out.
    if (key !== keyMarker) entries.push(...newestFirst);
    else if (versionIdMarker !== undefined) entries.push(...newestFirst.slice(newestFirst.findIndex(({ version }) => version.versionId === versionIdMarker) + 1));
  }
  return entries.slice(0, atMost);
}

/** Where in sorted `keys` the first one is that is not before `key`. */
function positionOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(keys[middle] ?? '', key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;
}

function describeVersion({ version, isLatest }: Entry): ListedVersion {
  return {
    ETag: version.etag,
    Size: version.size,
    StorageClass: version.storageClass as NonNullable<ListedVersion['StorageClass']>,
    ...describeMarker({ version, isLatest }),
  };
}

function describeMarker({ version, isLatest }: Entry): DeleteMarkerEntry {
  const { key, versionId, modifiedAt } = version;
  return { Key: key, VersionId: versionId, IsLatest: isLatest, LastModified: new Date(Math.floor(modifiedAt / 1000) * 1000) };
}
