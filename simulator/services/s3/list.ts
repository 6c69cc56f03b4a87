import type { CommonPrefix, ListObjectsV2CommandInput, ListObjectsV2CommandOutput, _Object } from '@aws-sdk/client-s3';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';

const maxKeysDefault = 1000;

type Entry =
  | { readonly kind: 'object'; readonly key: string; readonly object: ObjectVersion }
  | { readonly kind: 'prefix'; readonly key: string };

/** One page of a listing. A continuation token is the last key or common prefix of the page before. */
export function listObjects(bucket: Bucket, input: ListObjectsV2CommandInput): Omit<ListObjectsV2CommandOutput, '$metadata'> {
  if (input.EncodingType !== undefined) throw new NotModelledError('S3 ListObjectsV2 with an EncodingType is not modelled.');
  const prefix = input.Prefix ?? '';
  const after = input.ContinuationToken === undefined ? input.StartAfter : decode(input.ContinuationToken);
  const entries = entriesOf(bucket.list(prefix), prefix, input.Delimiter).filter(
    ({ key }) => after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
  );
  const page = entries.slice(0, input.MaxKeys ?? maxKeysDefault);
  const last = page.at(-1);
  const isTruncated = page.length < entries.length;
  const contents = page.flatMap((entry) => (entry.kind === 'object' ? [describe(entry.object)] : []));
  const prefixes = page.flatMap((entry): CommonPrefix[] => (entry.kind === 'prefix' ? [{ Prefix: entry.key }] : []));
  return {
    Name: bucket.definition.name,
    Prefix: prefix,
    MaxKeys: input.MaxKeys ?? maxKeysDefault,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    ...(contents.length === 0 ? {} : { Contents: contents }),
    ...(prefixes.length === 0 ? {} : { CommonPrefixes: prefixes }),
    ...(isTruncated && last !== undefined ? { NextContinuationToken: encode(last.key) } : {}),
  };
}

function entriesOf(objects: readonly ObjectVersion[], prefix: string, delimiter: string | undefined): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const object of objects) {
    const end = delimiter === undefined ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (end === -1 || delimiter === undefined) {
      entries.set(object.key, { kind: 'object', key: object.key, object });
    } else {
      const key = object.key.slice(0, end + delimiter.length);
      entries.set(key, { kind: 'prefix', key });
    }
  }
  return [...entries.values()];
}

function describe(object: ObjectVersion): _Object {
  return {
    Key: object.key,
    ETag: object.etag,
    LastModified: new Date(object.modifiedAt),
    Size: object.size,
    StorageClass: object.storageClass === 'STANDARD' ? 'STANDARD' : (object.storageClass as NonNullable<_Object['StorageClass']>),
  };
}

function encode(key: string): string {
  return Buffer.from(key).toString('base64');
}

function decode(token: string): string {
  return Buffer.from(token, 'base64').toString();
}
