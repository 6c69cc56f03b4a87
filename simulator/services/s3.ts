import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/authorisation.ts';
import type { Principal } from '../kernel/principal.ts';
import { type AuthorisationRequest, type AwsService, type ConditionValue, operation } from '../kernel/service.ts';
import { bytesOf, responseBody } from './s3/body.ts';
import { Bucket, type BucketDefinition, type ObjectVersion } from './s3/bucket.ts';
import { listObjects } from './s3/list.ts';

export type { BucketDefinition, ObjectVersion };

interface ObjectInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
}

/** What Node.js negotiates with S3. */
const tlsVersion = 1.3;

type Output<T> = Omit<T, '$metadata'>;

/** Simulated S3: buckets, versions, conditional writes, bucket policies. */
export class S3 implements AwsService {
  readonly sdkId = 'S3';
  readonly statesName = 's3';
  readonly statesErrorPrefix = 'S3';

  readonly #account: Account;
  readonly #buckets = new Map<string, Bucket>();
  /** Paths of the assembly's file assets, by bucket and key. */
  readonly #assets = new Map<string, string>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    DeleteObject: operation<DeleteObjectCommandInput, DeleteObjectCommandOutput>({
      authorise: (input) => [onObject(input.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', input)],
      execute: (input) => this.#deleteObject(input),
    }),
    GetObject: operation<GetObjectCommandInput, GetObjectCommandOutput>({
      authorise: (input) => this.#needsForRead(input),
      execute: (input, call) => this.#getObject(input, call.principal),
    }),
    HeadObject: operation<HeadObjectCommandInput, HeadObjectCommandOutput>({
      authorise: (input) => this.#needsForRead(input),
      execute: (input, call) => this.#headObject(input, call.principal),
    }),
    ListObjectsV2: operation<ListObjectsV2CommandInput, ListObjectsV2CommandOutput>({
      authorise: (input) => [listPermission(input)],
      execute: (input) => listObjects(this.#bucket(input.Bucket), input),
    }),
    PutObject: operation<PutObjectCommandInput, PutObjectCommandOutput>({
      authorise: (input) => this.#needsForWrite(input),
      execute: (input) => this.#putObject(input),
    }),
  };

  /** Creates a bucket, or changes its definition: its objects are kept. */
  putBucket(definition: BucketDefinition): void {
    const current = this.#buckets.get(definition.name);
    if (current === undefined) this.#buckets.set(definition.name, new Bucket(definition));
    else current.definition = definition;
  }

  putBucketPolicy(bucketName: string, policy: PolicyDocument): void {
    this.#bucket(bucketName).policy = policy;
  }

  get buckets(): readonly BucketDefinition[] {
    return [...this.#buckets.values()].map((bucket) => bucket.definition);
  }

  /** Current objects of a bucket, for checkers: no call, no permission. */
  objects(bucketName: string, prefix = ''): readonly ObjectVersion[] {
    return this.#bucket(bucketName).list(prefix);
  }

  /** Every version of one object, oldest first, for checkers. */
  versions(bucketName: string, key: string): readonly ObjectVersion[] {
    return this.#bucket(bucketName).versions(key);
  }

  resourcePolicy(resourceArn: string): PolicyDocument | undefined {
    return this.#buckets.get(resourceArn.slice('arn:aws:s3:::'.length).split('/', 1)[0] ?? '')?.policy;
  }

  /** Says where the file behind an asset of the cloud assembly lies. Nothing is read yet. */
  registerAsset(bucket: string, key: string, path: string): void {
    this.#assets.set(`${bucket}/${key}`, path);
  }

  /** The text of a file asset. Read from disk in one synchronous step: no virtual time passes. */
  assetText(bucket: string, key: string): string {
    const path = this.#assets.get(`${bucket}/${key}`);
    if (path === undefined) throw new NotModelledError(`No asset of the assembly is s3://${bucket}/${key}.`);
    return readFileSync(path, 'utf8');
  }

  #bucket(name: string | undefined): Bucket {
    const bucket = this.#buckets.get(name ?? '');
    if (bucket !== undefined) return bucket;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { statusCode: 404 });
  }

  #putObject(input: PutObjectCommandInput): Output<PutObjectCommandOutput> {
    const bucket = this.#bucket(input.Bucket);
    const key = input.Key ?? '';
    refuseUnmetPrecondition(bucket, key, input);
    const body = bytesOf(input.Body);
    const now = this.#account.clock.now();
    const { isVersioned, retention } = bucket.definition;
    const version: ObjectVersion = {
      key,
      versionId: isVersioned ? this.#account.random.stream('s3').hex(32) : 'null',
      isDeleteMarker: false,
      body,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      modifiedAt: now,
      contentType: input.ContentType ?? 'application/octet-stream',
      contentEncoding: input.ContentEncoding,
      metadata: input.Metadata ?? {},
      encryption: encryptionOf(bucket, input),
      storageClass: input.StorageClass ?? 'STANDARD',
      retention: retention === undefined ? undefined : { mode: retention.mode, until: now + retention.milliseconds },
    };
    bucket.put(version);
    return { ETag: version.etag, ...versionOf(bucket, version), ...encryptionHeaders(version) };
  }

  #getObject(input: GetObjectCommandInput, principal: Principal): Output<GetObjectCommandOutput> {
    if (input.Range !== undefined) throw new NotModelledError('S3 GetObject with a Range is not modelled.');
    const bucket = this.#bucket(input.Bucket);
    const object = find(bucket, input);
    if (object === undefined) {
      // Without s3:ListBucket a missing key is not told from a forbidden one (API reference, GetObject, "Permissions").
      if (!this.#mayList(principal, input)) throw new AwsError('AccessDenied', 'Access Denied', { statusCode: 403 });
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', { statusCode: 404, members: { Key: input.Key } });
    }
    return { Body: responseBody(object.body), ...head(bucket, object) };
  }

  #headObject(input: HeadObjectCommandInput, principal: Principal): Output<HeadObjectCommandOutput> {
    const bucket = this.#bucket(input.Bucket);
    const object = find(bucket, input);
    if (object !== undefined) return head(bucket, object);
    // An answer to HEAD has no body: the SDK names the error after its status.
    if (!this.#mayList(principal, input)) throw new AwsError('403', 'UnknownError', { statusCode: 403 });
    throw new AwsError('NotFound', 'UnknownError', { statusCode: 404 });
  }

  #mayList(principal: Principal, input: ObjectInput): boolean {
    return this.#account.iam.decide(principal, listPermission({ Bucket: input.Bucket })).allowed;
  }

  #deleteObject(input: DeleteObjectCommandInput): Output<DeleteObjectCommandOutput> {
    const bucket = this.#bucket(input.Bucket);
    const key = input.Key ?? '';
    if (input.VersionId !== undefined || !bucket.definition.isVersioned) {
      return this.#deleteVersion(bucket, key, input.VersionId ?? 'null');
    }
    const now = this.#account.clock.now();
    const marker: ObjectVersion = {
      key,
      versionId: this.#account.random.stream('s3').hex(32),
      isDeleteMarker: true,
      body: new Uint8Array(),
      etag: '',
      modifiedAt: now,
      contentType: '',
      contentEncoding: undefined,
      metadata: {},
      encryption: bucket.definition.encryption,
      storageClass: 'STANDARD',
      retention: undefined,
    };
    bucket.put(marker);
    return { DeleteMarker: true, VersionId: marker.versionId };
  }

  #deleteVersion(bucket: Bucket, key: string, versionId: string): Output<DeleteObjectCommandOutput> {
    const version = bucket.version(key, versionId);
    if (version?.retention !== undefined && version.retention.until > this.#account.clock.now()) {
      const message = 'Access Denied because object protected by object lock.';
      throw new AwsError('AccessDenied', message, { statusCode: 403 });
    }
    bucket.remove(key, versionId);
    return {
      ...(versionId === 'null' ? {} : { VersionId: versionId }),
      ...(version?.isDeleteMarker === true ? { DeleteMarker: true } : {}),
    };
  }

  #needsForRead(input: ObjectInput): readonly AuthorisationRequest[] {
    const bucket = this.#buckets.get(input.Bucket ?? '');
    const object = bucket === undefined ? undefined : find(bucket, input);
    const read = onObject(input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', input);
    return [read, ...this.#needsForKey('kms:Decrypt', object?.encryption.kmsKeyArn)];
  }

  #needsForWrite(input: PutObjectCommandInput): readonly AuthorisationRequest[] {
    const bucket = this.#buckets.get(input.Bucket ?? '');
    const write = onObject('s3:PutObject', input, {
      's3:if-match': input.IfMatch,
      's3:if-none-match': input.IfNoneMatch,
      's3:x-amz-acl': input.ACL,
      's3:x-amz-server-side-encryption': input.ServerSideEncryption,
      's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
      's3:x-amz-storage-class': input.StorageClass,
    });
    // A conditional write with an ETag reads it (user guide, "Conditional writes").
    const read = input.IfMatch === undefined ? [] : [onObject('s3:GetObject', input)];
    const keyArn = bucket === undefined ? undefined : encryptionOf(bucket, input).kmsKeyArn;
    return [write, ...read, ...this.#needsForKey('kms:GenerateDataKey', keyArn)];
  }

  #needsForKey(action: string, keyArn: string | undefined): readonly AuthorisationRequest[] {
    if (keyArn === undefined) return [];
    return [{ action, resource: keyArn, context: { 'kms:ViaService': `s3.${this.#account.region}.amazonaws.com` } }];
  }
}

function onObject(
  action: string,
  input: ObjectInput,
  keys: Readonly<Record<string, string | undefined>> = {},
): AuthorisationRequest {
  const context: Record<string, ConditionValue> = { 's3:TlsVersion': tlsVersion };
  for (const [key, value] of Object.entries({ ...keys, 's3:versionid': input.VersionId })) {
    if (value !== undefined) context[key] = value;
  }
  return { action, resource: `arn:aws:s3:::${input.Bucket ?? ''}/${input.Key ?? ''}`, context };
}

function listPermission(input: Pick<ListObjectsV2CommandInput, 'Bucket' | 'Prefix' | 'Delimiter' | 'MaxKeys'>): AuthorisationRequest {
  return {
    action: 's3:ListBucket',
    resource: `arn:aws:s3:::${input.Bucket ?? ''}`,
    context: {
      's3:TlsVersion': tlsVersion,
      ...(input.Prefix === undefined ? {} : { 's3:prefix': input.Prefix }),
      ...(input.Delimiter === undefined ? {} : { 's3:delimiter': input.Delimiter }),
      ...(input.MaxKeys === undefined ? {} : { 's3:max-keys': input.MaxKeys }),
    },
  };
}

function find(bucket: Bucket, input: ObjectInput): ObjectVersion | undefined {
  const key = input.Key ?? '';
  return input.VersionId === undefined ? bucket.current(key) : bucket.version(key, input.VersionId);
}

function refuseUnmetPrecondition(bucket: Bucket, key: string, input: PutObjectCommandInput): void {
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

function encryptionOf(bucket: Bucket, input: PutObjectCommandInput): BucketDefinition['encryption'] {
  const { encryption } = bucket.definition;
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: kmsKeyArn } = input;
  if (algorithm === undefined) return encryption;
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    throw new NotModelledError(`The server-side encryption ${algorithm} is not modelled.`);
  }
  const keyArn = algorithm === 'AES256' ? undefined : (kmsKeyArn ?? encryption.kmsKeyArn);
  return { algorithm, ...(keyArn === undefined ? {} : { kmsKeyArn: keyArn }) };
}

function encryptionHeaders({ encryption }: ObjectVersion): Pick<Output<PutObjectCommandOutput>, 'ServerSideEncryption' | 'SSEKMSKeyId'> {
  const { algorithm, kmsKeyArn } = encryption;
  return { ServerSideEncryption: algorithm, ...(kmsKeyArn === undefined ? {} : { SSEKMSKeyId: kmsKeyArn }) };
}

function versionOf(bucket: Bucket, version: ObjectVersion): { readonly VersionId?: string } {
  return bucket.definition.isVersioned ? { VersionId: version.versionId } : {};
}

function head(bucket: Bucket, object: ObjectVersion): Output<HeadObjectCommandOutput> {
  return {
    ContentLength: object.body.length,
    ContentType: object.contentType,
    ...(object.contentEncoding === undefined ? {} : { ContentEncoding: object.contentEncoding }),
    ETag: object.etag,
    LastModified: new Date(Math.floor(object.modifiedAt / 1000) * 1000),
    Metadata: { ...object.metadata },
    ...versionOf(bucket, object),
    ...encryptionHeaders(object),
  };
}
