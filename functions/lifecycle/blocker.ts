import * as z from 'zod';

/** What speaks against writing the rules of a bucket. All of them are looked for, and all that are found are told. */
export const lifecycleBlockerCodes = [
  /** A rule of ours lets something go, or hides it, before its time. */
  'retention-floor',
  /** A rule of others does, alone or on objects that ours are about too: it stands whether we write or not. */
  'retention-overlap',
  /** The bucket would have more than the thousand rules that S3 takes. */
  'too-many-rules',
  /** A transition or an expiry sooner than S3 takes it, or than the class is paid for. */
  'class-minimum',
  /** Objects of a bucket with versions would expire and never be gone: the bucket only grows. */
  'versions-never-expire',
  /** A rule of others has the name of one of ours, but for its content, or two rules the same name. */
  'ambiguous-rule-id',
  /** Rules of others have a prefix and no filter, as before there were filters: S3 takes no filter beside them, and no overlap. */
  'old-spelling',
  /** A rule holds what this program does not understand: written back, it might be lost. */
  'unknown-rule-content',
  /** The configuration, or the versioning of the bucket, could not be read. That is not the same as none. */
  'unread',
] as const;

export const lifecycleBlockerSchema = z.object({
  code: z.enum(lifecycleBlockerCodes),
  /** One sentence: rule, value found, value expected. */
  message: z.string(),
});
export type LifecycleBlocker = z.infer<typeof lifecycleBlockerSchema>;
