import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type {
  DeleteBucketLifecycleCommandInput,
  DeleteBucketLifecycleCommandOutput,
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  GetBucketLifecycleConfigurationCommandInput,
  GetBucketLifecycleConfigurationCommandOutput,
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketLifecycleConfigurationCommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/authorisation.ts';
import type { Principal } from '../kernel/principal.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';
import { bytesOf, responseBody } from './s3/body.ts';
import { Bucket, type BucketDefinition, deleteMarker, type ObjectVersion, versionWithoutContent } from './s3/bucket.ts';
import { copyOf, type LifecycleConfiguration } from './s3/lifecycle-configuration.ts';
import type { LifecycleAction } from './s3/lifecycle-runner.ts';
import { type AskedLifecycle, Lifecycles } from './s3/lifecycles.ts';
import { listObjects } from './s3/list.ts';
import { encryptionHeaders, encryptionOf, find, head, refuseArchived, refuseUnmetPrecondition, retentionOf, tagsOf, versionOf } from './s3/object.ts';
import { type BucketInput, type ObjectInput, onBucket, onObject, toList } from './s3/permissions.ts';
import { listVersions } from './s3/versions.ts';

export type { AskedLifecycle, BucketDefinition, LifecycleAction, LifecycleConfiguration, ObjectVersion };

/** A version that a story lays down: how large and how old it is, and nothing of what is in it. */
export interface PlacedVersion {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, epoch milliseconds. Of several versions of one key the oldest comes first. */
  readonly at: number;
  /** @default 'STANDARD' */
  readonly storageClass?: string;
  /** @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

type Output<T> = Omit<T, '$metadata'>;

/** Simulated S3: buckets, versions, conditional writes, bucket policies, lifecycle. */
export class S3 implements AwsService {
  readonly sdkId = 'S3';
  readonly statesName = 's3';
  readonly statesErrorPrefix = 'S3';

  readonly #account: Account;
  readonly #buckets = new Map<string, Bucket>();
  /** Paths of the assembly's file assets, by bucket and key. */
  readonly #assets = new Map<string, string>();
  readonly #lifecycles: Lifecycles;

  constructor(account: Account) {
    this.#account = account;
    this.#lifecycles = new Lifecycles(account, this.#buckets);
  }

  readonly operations = {
    DeleteBucketLifecycle: operation<DeleteBucketLifecycleCommandInput, DeleteBucketLifecycleCommandOutput>({
      // There is no permission of its own (API reference, DeleteBucketLifecycle).
      authorise: (input) => [onBucket('s3:PutLifecycleConfiguration', input)],
      execute: (input) => {
        this.#lifecycles.remove(this.#bucketOf(input));
        return {};
      },
    }),
    DeleteObject: operation<DeleteObjectCommandInput, DeleteObjectCommandOutput>({
      authorise: (input) => [onObject(input.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', input)],
      execute: (input) => this.#deleteObject(input),
    }),
    GetBucketLifecycleConfiguration: operation<GetBucketLifecycleConfigurationCommandInput, GetBucketLifecycleConfigurationCommandOutput>({
      authorise: (input) => [onBucket('s3:GetLifecycleConfiguration', input)],
      execute: (input) => this.#lifecycles.read(this.#bucketOf(input)),
    }),
    GetBucketVersioning: operation<GetBucketVersioningCommandInput, GetBucketVersioningCommandOutput>({
      authorise: (input) => [onBucket('s3:GetBucketVersioning', input)],
      execute: (input) => (this.#bucketOf(input).definition.isVersioned ? { Status: 'Enabled' } : {}),
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
      authorise: (input) => [toList('s3:ListBucket', input)],
      execute: (input) => listObjects(this.#bucketOf(input), input),
    }),
    ListObjectVersions: operation<ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput>({
      authorise: (input) => [toList('s3:ListBucketVersions', input)],
      execute: (input) => listVersions(this.#bucketOf(input), input),
    }),
    PutBucketLifecycleConfiguration: operation<PutBucketLifecycleConfigurationCommandInput, PutBucketLifecycleConfigurationCommandOutput>({
      authorise: (input) => [onBucket('s3:PutLifecycleConfiguration', input)],
      execute: (input) => {
        const asked = { rules: input.LifecycleConfiguration?.Rules, minimumSize: input.TransitionDefaultMinimumObjectSize };
        const { TransitionDefaultMinimumObjectSize } = this.#lifecycles.write(this.#bucketOf(input), asked);
        return { TransitionDefaultMinimumObjectSize };
      },
    }),
    PutObject: operation<PutObjectCommandInput, PutObjectCommandOutput>({
      authorise: (input) => this.#needsForWrite(input),
      execute: (input) => this.#putObject(input),
    }),
  };

  /** Creates a bucket, or changes its definition: its objects are kept. */
  putBucket(definition: BucketDefinition): void {
    const current = this.#buckets.get(definition.name);
    if (current === undefined) {
      this.#buckets.set(definition.name, new Bucket(definition));
      return;
    }
    if (current.definition.isVersioned && !definition.isVersioned) {
      throw new NotModelledError(`The versioning of ${definition.name} would be suspended: not modelled.`);
    }
    current.definition = definition;
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

  /** Puts a version of some size and age into a bucket without making up its content, which nobody can read. */
  place(bucketName: string, { key, bytes, at, storageClass = 'STANDARD', tags = {} }: PlacedVersion): void {
    const bucket = this.#bucket(bucketName);
    const newest = bucket.newest(key);
    if (at > this.#account.clock.now() || at < (newest?.modifiedAt ?? 0)) {
      throw new Error(`${key} cannot be placed at ${new Date(at).toISOString()}: that is to come, or before the version that is there.`);
    }
    // Made of what is placed, not drawn: stories place very many.
    const digest = createHash('sha256').update(`${bucketName}/${key}/${bucket.versions(key).length}/${at}`).digest('hex');
    bucket.put(
      versionWithoutContent({
        key,
        versionId: bucket.definition.isVersioned ? digest.slice(0, 32) : 'null',
        isDeleteMarker: false,
        size: bytes,
        etag: `"${digest.slice(32)}"`,
        modifiedAt: at,
        noncurrentSince: undefined,
        contentType: 'application/octet-stream',
        contentEncoding: undefined,
        metadata: {},
        tags,
        encryption: bucket.definition.encryption,
        storageClass,
        retention: retentionOf(bucket, at),
      }),
    );
  }

  /** The lifecycle configuration of a bucket as it stands, whatever reads see of it: for checkers. Undefined: none. */
  lifecycle(bucketName: string): LifecycleConfiguration | undefined {
    const { standing } = this.#bucket(bucketName).lifecycle;
    return standing === undefined ? undefined : copyOf(standing);
  }

  /** What a template declares, or declares no more. Throws what S3 refuses. */
  declareLifecycle(bucketName: string, declared: AskedLifecycle | undefined): void {
    this.#lifecycles.declare(this.#bucket(bucketName), declared);
  }

  /** What lifecycle rules did, in order, for checkers: S3 keeps no such list. */
  get lifecycleActions(): readonly LifecycleAction[] {
    return this.#lifecycles.actions;
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

  /** The bucket of a request, which may say whose it has to be. */
  #bucketOf(input: BucketInput & { readonly ExpectedBucketOwner?: string | undefined }): Bucket {
    const bucket = this.#bucket(input.Bucket);
    if (input.ExpectedBucketOwner === undefined || input.ExpectedBucketOwner === this.#account.id) return bucket;
    throw new AwsError('AccessDenied', 'Access Denied', { statusCode: 403 });
  }

  #putObject(input: PutObjectCommandInput): Output<PutObjectCommandOutput> {
    const bucket = this.#bucketOf(input);
    const key = input.Key ?? '';
    refuseUnmetPrecondition(bucket, key, input);
    const body = bytesOf(input.Body);
    const now = this.#account.clock.now();
    const version: ObjectVersion = {
      key,
      versionId: bucket.definition.isVersioned ? this.#account.random.stream('s3').hex(32) : 'null',
      isDeleteMarker: false,
      body,
      size: body.length,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      modifiedAt: now,
      noncurrentSince: undefined,
      contentType: input.ContentType ?? 'application/octet-stream',
      contentEncoding: input.ContentEncoding,
      metadata: input.Metadata ?? {},
      tags: tagsOf(input.Tagging),
      encryption: encryptionOf(bucket, input),
      storageClass: input.StorageClass ?? 'STANDARD',
      retention: retentionOf(bucket, now),
    };
    bucket.put(version);
    return { ETag: version.etag, ...versionOf(bucket, version), ...encryptionHeaders(version) };
  }

  #getObject(input: GetObjectCommandInput, principal: Principal): Output<GetObjectCommandOutput> {
    if (input.Range !== undefined) throw new NotModelledError('S3 GetObject with a Range is not modelled.');
    const bucket = this.#bucketOf(input);
    const object = find(bucket, input);
    if (object === undefined) {
      // Without s3:ListBucket a missing key is not told from a forbidden one (API reference, GetObject, "Permissions").
      if (!this.#mayList(principal, input)) throw new AwsError('AccessDenied', 'Access Denied', { statusCode: 403 });
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', { statusCode: 404, members: { Key: input.Key } });
    }
    refuseArchived(object);
    return { Body: responseBody(object.body), ...head(bucket, object) };
  }

  #headObject(input: HeadObjectCommandInput, principal: Principal): Output<HeadObjectCommandOutput> {
    const bucket = this.#bucketOf(input);
    const object = find(bucket, input);
    if (object !== undefined) return head(bucket, object);
    // An answer to HEAD has no body: the SDK names the error after its status.
    if (!this.#mayList(principal, input)) throw new AwsError('403', 'UnknownError', { statusCode: 403 });
    throw new AwsError('NotFound', 'UnknownError', { statusCode: 404 });
  }

  #mayList(principal: Principal, input: ObjectInput): boolean {
    return this.#account.iam.decide(principal, toList('s3:ListBucket', { Bucket: input.Bucket })).allowed;
  }

  #deleteObject(input: DeleteObjectCommandInput): Output<DeleteObjectCommandOutput> {
    const bucket = this.#bucketOf(input);
    const key = input.Key ?? '';
    if (input.VersionId !== undefined || !bucket.definition.isVersioned) {
      return this.#deleteVersion(bucket, key, input.VersionId ?? 'null');
    }
    const marker = deleteMarker(bucket, key, this.#account.random.stream('s3').hex(32), this.#account.clock.now());
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
    const tag = input.Tagging === undefined ? [] : [onObject('s3:PutObjectTagging', input)];
    const keyArn = bucket === undefined ? undefined : encryptionOf(bucket, input).kmsKeyArn;
    return [write, ...read, ...tag, ...this.#needsForKey('kms:GenerateDataKey', keyArn)];
  }

  #needsForKey(action: string, keyArn: string | undefined): readonly AuthorisationRequest[] {
    if (keyArn === undefined) return [];
    return [{ action, resource: keyArn, context: { 'kms:ViaService': `s3.${this.#account.region}.amazonaws.com` } }];
  }
}
