import * as z from 'zod';
import { storageClasses } from '../platform/prices.ts';

/** The buckets whose lifecycle is declared, by what they hold. The bucket of the audit trail declares its own. */
export const bucketRoles = ['productImages', 'documents', 'logs', 'evidence'] as const;
export type BucketRole = (typeof bucketRoles)[number];

/** Our rules are known by it; every other rule of a bucket is somebody else's, and is kept as it is. */
export const ownRulePrefix = 'webmarket-';

const days = z.int().min(1).max(36_500);

const transition = z.strictObject({ afterDays: z.int().min(0).max(36_500), storageClass: z.enum(storageClasses).exclude(['STANDARD']) });

/** Members of a rule that only say what it is about. */
const conditions = ['id', 'prefix', 'tags', 'largerThanBytes'];

export const declaredRuleSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u, 'lower-case letters and digits with single hyphens between them')
      .max(60)
      .describe(`Unique in its bucket. In S3 it is called ${ownRulePrefix}<id>.`),
    prefix: z.string().max(1024).optional().describe('Keys that it is about. Left out: all of them.'),
    tags: z.record(z.string().min(1).max(128), z.string().max(256)).optional().describe('Tags that an object must have, all of them.'),
    largerThanBytes: z.int().min(1).optional().describe('Only objects larger than this.'),
    transitions: z.array(transition).min(1).max(6).optional().describe('Cheaper classes, by age in days.'),
    expireAfterDays: days.optional().describe('Age at which an object is hidden by a delete marker; in buckets without versions it is gone.'),
    noncurrentTransitions: z.array(transition).min(1).max(6).optional().describe('Classes of versions, by days since they were replaced or deleted.'),
    noncurrentExpireAfterDays: days.optional().describe('Days after which a version that was replaced or deleted is gone for good.'),
    noncurrentVersionsKept: z.int().min(1).max(100).optional().describe('Newest of those versions that stay in any case.'),
    removeExpiredDeleteMarkers: z.literal(true).optional().describe('Removes delete markers behind which no version is left.'),
    abortUploadsAfterDays: days.optional().describe('Days after which uploads in parts that nobody finished are thrown away.'),
  })
  .refine((rule) => Object.keys(rule).some((member) => !conditions.includes(member)), 'must do something: move, expire, remove or throw away')
  .refine(
    ({ tags, largerThanBytes, removeExpiredDeleteMarkers, abortUploadsAfterDays }) =>
      (tags === undefined && largerThanBytes === undefined) || (removeExpiredDeleteMarkers === undefined && abortUploadsAfterDays === undefined),
    'must not filter by tags or size with abortUploadsAfterDays or removeExpiredDeleteMarkers: what they are about has neither',
  )
  .refine(
    ({ noncurrentVersionsKept, noncurrentExpireAfterDays }) => noncurrentVersionsKept === undefined || noncurrentExpireAfterDays !== undefined,
    'must have noncurrentExpireAfterDays with noncurrentVersionsKept: versions are kept from an expiry only',
  )
  .meta({ title: 'Lifecycle rule' });
export type DeclaredRule = z.infer<typeof declaredRuleSchema>;

export const bucketLifecycleSchema = z.strictObject({
  retentionDays: z
    .int()
    .min(0)
    .max(36_500)
    .describe('No version may be gone, and no object hidden, before this age, by whatever rule: a rule of ours that would is refused, one of others is told. 0: no such duty.'),
  rules: z.array(declaredRuleSchema).max(20),
});
export type BucketLifecycle = z.infer<typeof bucketLifecycleSchema>;

/** Shape of the `lifecycle` section of `config/<environment>.yaml`. */
export const lifecycleSettingsSchema = z
  .strictObject({
    mode: z.enum(['dry-run', 'enforce']).describe('dry-run says what would be written; enforce writes it.'),
    approvalHours: z.int().min(1).max(168).describe('Hours after which an approval that nobody gave has to be asked for again.'),
    maxVersionsCounted: z
      .int()
      .min(1000)
      .max(5_000_000)
      .describe('Versions of a bucket that are listed, to say what a rule takes on its first day. A million costs about half a cent.'),
    buckets: z.strictObject(Object.fromEntries(bucketRoles.map((role) => [role, bucketLifecycleSchema])) as Record<BucketRole, typeof bucketLifecycleSchema>),
  })
  .meta({ title: 'Storage lifecycle', description: 'Lifecycle rules of the buckets, by what they hold.' });
export type LifecycleSettings = z.infer<typeof lifecycleSettingsSchema>;
