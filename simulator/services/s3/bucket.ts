import type { PolicyDocument } from '../../kernel/authorisation.ts';

export interface BucketDefinition {
  readonly name: string;
  readonly isVersioned: boolean;
  /** What encrypts objects that do not ask for anything. */
  readonly encryption: { readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'; readonly kmsKeyArn?: string };
  /** Default retention of a bucket with object lock. */
  readonly retention?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly milliseconds: number };
  /** As the template writes it; nothing expires by it in the simulated account. */
  readonly lifecycle?: unknown;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ObjectVersion {
  readonly key: string;
  /** `null` in a bucket without versioning. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  readonly body: Uint8Array;
  /** With its quotes, as S3 gives it. */
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: BucketDefinition['encryption'];
  readonly storageClass: string;
  readonly retention: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly until: number } | undefined;
}

/** A bucket and its objects, versions from oldest to newest. */
export class Bucket {
  definition: BucketDefinition;
  policy: PolicyDocument | undefined;
  readonly #objects = new Map<string, ObjectVersion[]>();

  constructor(definition: BucketDefinition) {
    this.definition = definition;
  }

  get arn(): string {
    return `arn:aws:s3:::${this.definition.name}`;
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
    if (versions === undefined || !this.definition.isVersioned) this.#objects.set(version.key, [version]);
    else versions.push(version);
  }

  remove(key: string, versionId: string): void {
    const left = this.versions(key).filter((version) => version.versionId !== versionId);
    if (left.length === 0) this.#objects.delete(key);
    else this.#objects.set(key, left);
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
