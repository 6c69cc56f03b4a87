import { NotModelledError } from '../../kernel/aws-error.ts';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import { LifecycleRegister } from './lifecycle-register.ts';

export interface BucketDefinition {
  readonly name: string;
  readonly isVersioned: boolean;
  /** What encrypts objects that do not ask for anything. */
  readonly encryption: { readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'; readonly kmsKeyArn?: string };
  /** Default retention of a bucket with object lock. */
  readonly retention?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly milliseconds: number };
  readonly tags: Readonly<Record<string, string>>;
}

export interface ObjectVersion {
  readonly key: string;
  /** `null` in a bucket without versioning. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  /** Throws where the version was placed without content. */
  readonly body: Uint8Array;
  /** In bytes; 0 of a delete marker. */
  readonly size: number;
  /** With its quotes, as S3 gives it. */
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** When the version after it was created, epoch milliseconds. Undefined while it is the newest. */
  readonly noncurrentSince: number | undefined;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryption: BucketDefinition['encryption'];
  readonly storageClass: string;
  readonly retention: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly until: number } | undefined;
}

type StoredVersion = { -readonly [Member in keyof ObjectVersion]: ObjectVersion[Member] };

/** A version of which everything is known but its bytes: reading them is not modelled. */
export function versionWithoutContent(facts: Omit<ObjectVersion, 'body'>): ObjectVersion {
  const version = { ...facts };
  const body: PropertyDescriptor = {
    get: () => {
      throw new NotModelledError(`The object ${facts.key} was placed without content: what is in it is not modelled.`);
    },
  };
  return Object.defineProperty(version, 'body', body) as ObjectVersion;
}

export function deleteMarker(bucket: Bucket, key: string, versionId: string, at: number): ObjectVersion {
  return {
    key,
    versionId,
    isDeleteMarker: true,
    body: new Uint8Array(),
    size: 0,
    etag: '',
    modifiedAt: at,
    noncurrentSince: undefined,
    contentType: '',
    contentEncoding: undefined,
    metadata: {},
    tags: {},
    encryption: bucket.definition.encryption,
    storageClass: 'STANDARD',
    retention: undefined,
  };
}

/** A bucket and its objects, versions from oldest to newest. */
export class Bucket {
  definition: BucketDefinition;
  policy: PolicyDocument | undefined;
  readonly lifecycle = new LifecycleRegister();
  readonly #objects = new Map<string, StoredVersion[]>();
  #sortedKeys: readonly string[] | undefined;

  constructor(definition: BucketDefinition) {
    this.definition = definition;
  }

  get arn(): string {
    return `arn:aws:s3:::${this.definition.name}`;
  }

  /** Every key that has a version, be it a delete marker, in no order. */
  get keys(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** The same in the order of their UTF-8 bytes. Sorted once for all pages of a listing. */
  get sortedKeys(): readonly string[] {
    this.#sortedKeys ??= this.keys
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .toSorted((left, right) => Buffer.compare(left.bytes, right.bytes))
      .map(({ key }) => key);
    return this.#sortedKeys;
  }

  /** The newest version, be it a delete marker. */
  newest(key: string): ObjectVersion | undefined {
    return this.#objects.get(key)?.at(-1);
  }

  /** The object as a plain read sees it. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.newest(key);
    return newest?.isDeleteMarker === true ? undefined : newest;
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    return this.#objects.get(key)?.find((version) => version.versionId === versionId);
  }

  versions(key: string): readonly ObjectVersion[] {
    return this.#objects.get(key) ?? [];
  }

  put(version: ObjectVersion): void {
    const versions = this.#objects.get(version.key);
    if (versions === undefined) this.#sortedKeys = undefined;
    if (versions === undefined || !this.definition.isVersioned) {
      this.#objects.set(version.key, [version]);
      return;
    }
    const newest = versions.at(-1);
    if (newest !== undefined) newest.noncurrentSince = version.modifiedAt;
    versions.push(version);
  }

  remove(key: string, versionId: string): void {
    const left = (this.#objects.get(key) ?? []).filter((version) => version.versionId !== versionId);
    const newest = left.at(-1);
    if (newest === undefined) {
      this.#objects.delete(key);
      this.#sortedKeys = undefined;
      return;
    }
    // What stood behind the newest version is the current one again.
    newest.noncurrentSince = undefined;
    this.#objects.set(key, left);
  }

  /** Changes the class of a version; nothing else of it changes by that, its age neither. */
  move(key: string, versionId: string, storageClass: string): void {
    const version = this.#objects.get(key)?.find((candidate) => candidate.versionId === versionId);
    if (version !== undefined) version.storageClass = storageClass;
  }

  /** Current objects whose key starts with `prefix`, in the order of their keys' UTF-8 bytes. */
  list(prefix: string): readonly ObjectVersion[] {
    const found: ObjectVersion[] = [];
    for (const key of this.#objects.keys()) {
      const object = key.startsWith(prefix) ? this.current(key) : undefined;
      if (object !== undefined) found.push(object);
    }
    return found.toSorted((left, right) => Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)));
  }
}
