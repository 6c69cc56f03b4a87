import {
  type DeleteMarkerEntry, GetBucketLifecycleConfigurationCommand, GetBucketVersioningCommand, ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, type ObjectVersion,
} from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { s3 } from '../platform/clients.ts';
import { classify, isNamed, Refused } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import type { LifecycleConfiguration } from './configuration.ts';
import type { BucketFacts } from './decide-plan.ts';
import { lifecycleVariables } from './environment.ts';
import { type LifecycleQuestion, readQuestion, type Standing } from './lifecycle-records.ts';
import type { ListedVersion } from './listed-version.ts';
import type { BucketRole } from './settings.ts';

const { ACCOUNT_ID, BUCKETS, LIFECYCLE_SETTINGS, STORAGE_PRICES } = lifecycleVariables;

/** What a look at a bucket needs of the environment. */
export const factVariables = { ACCOUNT_ID, BUCKETS, LIFECYCLE_SETTINGS, STORAGE_PRICES } as const;
type FactEnvironment = Readonly<z.infer<z.ZodObject<typeof factVariables>>>;

/** A bucket, and the account that must own it: S3 refuses a call about one that is somebody else's. */
export interface OwnBucket {
  readonly bucket: string;
  readonly accountId: string;
}

/** What is known of a bucket at one moment: what stands, what was declared, and what a person has said. */
export interface BucketLook {
  readonly own: OwnBucket;
  readonly facts: BucketFacts;
  readonly question: Standing<LifecycleQuestion>;
}

export async function lookAtBucket(
  { runId, role }: { readonly runId: string; readonly role: BucketRole },
  environment: FactEnvironment,
  { ledger, now }: { readonly ledger: Ledger; readonly now: number },
): Promise<BucketLook> {
  const { mode, buckets } = environment.LIFECYCLE_SETTINGS;
  const bucket = environment.BUCKETS[role];
  const own = { bucket, accountId: environment.ACCOUNT_ID };
  const [current, isVersioned, question] = await Promise.all([readConfiguration(own), readVersioning(own), readQuestion(ledger, role)]);
  const approval = standingAnswer(question.value, runId, now);
  const facts = { role, bucket, declared: buckets[role], mode, current, isVersioned, prices: environment.STORAGE_PRICES, ...(approval === undefined ? {} : { approval }) };
  return { own, facts, question };
}

/** The answer that counts now. One that was carried out counts no more, but for the run that is carrying it out. */
function standingAnswer(question: LifecycleQuestion | undefined, runId: string, now: number): BucketFacts['approval'] {
  if (question === undefined || (question.carriedOut !== undefined && question.carriedOut.runId !== runId)) return undefined;
  const { planHash, decision, expiresAt } = question.approval;
  if (decision === undefined || now >= Date.parse(expiresAt)) return undefined;
  return { planHash, isApproved: decision === 'approved' };
}

/**
 * The rules of a bucket. Only the answer that there are none means none: whatever else S3 says is told as `unread`, access
 * denied first of all. What is worth trying again is thrown.
 */
export async function readConfiguration({ bucket, accountId }: OwnBucket): Promise<BucketFacts['current']> {
  try {
    const { Rules: rules = [], TransitionDefaultMinimumObjectSize: minimumSize } = await s3().send(
      new GetBucketLifecycleConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: accountId }),
    );
    return { rules, ...(minimumSize === undefined ? {} : { minimumSize }) };
  } catch (error) {
    if (isNamed(error, 'NoSuchLifecycleConfiguration')) return { rules: [] };
    return { unread: `${refusalIn(error).message}.` };
  }
}

/** Whether versions are kept of whatever is written now. */
export async function readVersioning({ bucket, accountId }: OwnBucket): Promise<BucketFacts['isVersioned']> {
  try {
    const { Status } = await s3().send(new GetBucketVersioningCommand({ Bucket: bucket, ExpectedBucketOwner: accountId }));
    return Status === 'Enabled';
  } catch (error) {
    refusalIn(error);
    return 'unread';
  }
}

export function isRead(current: BucketFacts['current']): current is LifecycleConfiguration {
  return !('unread' in current);
}

/**
 * Hands every version of a bucket to `add`, in S3's order, until all are handed over, `most` are, or `deadline` (epoch
 * milliseconds) has come. Gives why it was not all, as a sentence. A listing that breaks off has given what it gave: what is
 * counted tells people how much, and decides nothing.
 */
export async function listVersions(
  own: OwnBucket,
  add: (version: ListedVersion) => void,
  { most, deadline }: { readonly most: number; readonly deadline: number },
): Promise<string | undefined> {
  let added = 0;
  let next: Pick<ListObjectVersionsCommandOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> | undefined = {};
  try {
    while (next !== undefined) {
      if (Date.now() >= deadline) return `The time was up after ${added} versions: what is counted is the least.`;
      const page: ListObjectVersionsCommandOutput = await s3().send(
        new ListObjectVersionsCommand({ Bucket: own.bucket, ExpectedBucketOwner: own.accountId, KeyMarker: next.NextKeyMarker, VersionIdMarker: next.NextVersionIdMarker }),
      );
      for (const version of versionsOf(page)) {
        if (added >= most) return `The bucket holds more than ${most} versions: what is counted is the least.`;
        add(version);
        added += 1;
      }
      next = page.IsTruncated === true ? page : undefined;
    }
    return undefined;
  } catch (error) {
    return `The versions of ${own.bucket} could not be listed beyond ${added}: ${classify(error).message}. What is counted is the least.`;
  }
}

/** The SDK tells versions and delete markers apart; S3 lists them together, by the bytes of the key and the newest first. */
export function versionsOf({ Versions = [], DeleteMarkers = [] }: Pick<ListObjectVersionsCommandOutput, 'Versions' | 'DeleteMarkers'>): ListedVersion[] {
  const versions = Versions.map((version) => ({ ...listed(version), size: version.Size ?? 0, storageClass: version.StorageClass ?? 'STANDARD', isDeleteMarker: false }));
  const markers = DeleteMarkers.map((marker) => ({ ...listed(marker), size: 0, storageClass: 'STANDARD', isDeleteMarker: true }));
  if (markers.length === 0) return versions;
  return [...versions, ...markers].toSorted(
    (left, right) => byBytes(left.key, right.key) || Number(right.isLatest) - Number(left.isLatest) || right.modifiedAt - left.modifiedAt,
  );
}

function listed({ Key: key = '', LastModified, IsLatest: isLatest = false }: ObjectVersion | DeleteMarkerEntry): Pick<ListedVersion, 'key' | 'modifiedAt' | 'isLatest'> {
  // Without its instant, nothing can be said of a version's age: the listing counts as broken off.
  if (LastModified === undefined) throw new Error(`S3 listed ${key} without the instant of its last change.`);
  return { key, modifiedAt: LastModified.getTime(), isLatest };
}

function byBytes(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** What AWS refuses, and why. What may be answered a moment later, and what is no answer of AWS, is thrown. */
function refusalIn(error: unknown): Refused {
  const told = classify(error);
  if (told instanceof Refused) return told;
  throw told;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
