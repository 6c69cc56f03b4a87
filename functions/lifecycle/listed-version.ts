import type { StorageClass } from '../platform/prices.ts';
import type { FirstDayEffect, Saving } from './bucket-plan.ts';

/** One version or delete marker, as ListObjectVersions lists it. */
export interface ListedVersion {
  readonly key: string;
  /** Bytes; 0 for a delete marker. */
  readonly size: number;
  /** STANDARD where S3 names none. */
  readonly storageClass: StorageClass | (string & {});
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
}

/** What was found by going through the versions of a bucket. */
export interface CountedVersions {
  readonly effect: FirstDayEffect;
  readonly saving: Saving;
}
