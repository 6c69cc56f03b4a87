import type { HeadObjectCommandOutput, PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { Bucket, BucketDefinition, ObjectVersion } from './bucket.ts';
import type { ObjectInput } from './permissions.ts';

type Output<T> = Omit<T, '$metadata'>;

export function find(bucket: Bucket, input: ObjectInput): ObjectVersion | undefined {
  const key = input.Key ?? '';
  return input.VersionId === undefined ? bucket.current(key) : bucket.version(key, input.VersionId);
}

export function refuseUnmetPrecondition(bucket: Bucket, key: string, input: PutObjectCommandInput): void {
  const current = bucket.current(key);
  const { IfNoneMatch: ifNoneMatch, IfMatch: ifMatch } = input;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new NotModelledError('S3 PutObject takes no IfNoneMatch but "*".');
  }
  if (ifMatch !== undefined && current === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { statusCode: 404 });
  }
  const isMet = (ifNoneMatch === undefined || current === undefined) && (ifMatch === undefined || current?.etag === ifMatch);
  if (isMet) return;
  throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    statusCode: 412,
    members: { Condition: ifNoneMatch === undefined ? 'If-Match' : 'If-None-Match' },
  });
}

/** What is in an archive has to be restored before it is read: nothing here restores. */
export function refuseArchived({ storageClass }: ObjectVersion): void {
  if (storageClass !== 'GLACIER' && storageClass !== 'DEEP_ARCHIVE') return;
  throw new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", {
    statusCode: 403,
    members: { StorageClass: storageClass },
  });
}

export function encryptionOf(bucket: Bucket, input: PutObjectCommandInput): BucketDefinition['encryption'] {
  const { encryption } = bucket.definition;
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: kmsKeyArn } = input;
  if (algorithm === undefined) return encryption;
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    throw new NotModelledError(`The server-side encryption ${algorithm} is not modelled.`);
  }
  const keyArn = algorithm === 'AES256' ? undefined : (kmsKeyArn ?? encryption.kmsKeyArn);
  return { algorithm, ...(keyArn === undefined ? {} : { kmsKeyArn: keyArn }) };
}

/** The bucket's default retention, counted from when the version is created. */
export function retentionOf({ definition: { retention } }: Bucket, from: number): ObjectVersion['retention'] {
  return retention === undefined ? undefined : { mode: retention.mode, until: from + retention.milliseconds };
}

/** Tags as a header carries them, `class=public&year=2027`. */
export function tagsOf(tagging: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(tagging ?? ''));
}

export function encryptionHeaders({ encryption }: ObjectVersion): Pick<Output<PutObjectCommandOutput>, 'ServerSideEncryption' | 'SSEKMSKeyId'> {
  const { algorithm, kmsKeyArn } = encryption;
  return { ServerSideEncryption: algorithm, ...(kmsKeyArn === undefined ? {} : { SSEKMSKeyId: kmsKeyArn }) };
}

export function versionOf(bucket: Bucket, version: ObjectVersion): { readonly VersionId?: string } {
  return bucket.definition.isVersioned ? { VersionId: version.versionId } : {};
}

/** The class of an object is told where it is not the usual one. */
export function head(bucket: Bucket, object: ObjectVersion): Output<HeadObjectCommandOutput> {
  const { storageClass } = object;
  return {
    ContentLength: object.size,
    ContentType: object.contentType,
    ...(object.contentEncoding === undefined ? {} : { ContentEncoding: object.contentEncoding }),
    ETag: object.etag,
    LastModified: new Date(Math.floor(object.modifiedAt / 1000) * 1000),
    Metadata: { ...object.metadata },
    ...(storageClass === 'STANDARD' ? {} : { StorageClass: storageClass as NonNullable<HeadObjectCommandOutput['StorageClass']> }),
    ...versionOf(bucket, object),
    ...encryptionHeaders(object),
  };
}
