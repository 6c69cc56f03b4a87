import { isDeepStrictEqual } from 'node:util';
import type { LifecycleRule } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import type { AskedLifecycle, BucketDefinition } from '../../services/s3.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';
import { flag } from './template-values.ts';

const dayMilliseconds = 86_400_000;
const yearDays = 365;

// A number of a template may stand there as text.
const count = z.coerce.number();
const date = z.coerce.date();
const transition = z.strictObject({ StorageClass: z.string(), TransitionDate: date.optional(), TransitionInDays: count.optional() });
const noncurrentTransition = z.strictObject({
  NewerNoncurrentVersions: count.optional(),
  StorageClass: z.string(),
  TransitionInDays: count,
});

// CloudFormation has the API's rules in a shape of its own (template reference, "AWS::S3::Bucket Rule").
const templateRule = z.strictObject({
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: count }).optional(),
  ExpirationDate: date.optional(),
  ExpirationInDays: count.optional(),
  ExpiredObjectDeleteMarker: flag.optional(),
  Id: z.string().optional(),
  NoncurrentVersionExpiration: z.strictObject({ NewerNoncurrentVersions: count.optional(), NoncurrentDays: count }).optional(),
  NoncurrentVersionExpirationInDays: count.optional(),
  NoncurrentVersionTransition: noncurrentTransition.optional(),
  NoncurrentVersionTransitions: z.array(noncurrentTransition).default([]),
  ObjectSizeGreaterThan: count.optional(),
  ObjectSizeLessThan: count.optional(),
  Prefix: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  TagFilters: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
  Transition: transition.optional(),
  Transitions: z.array(transition).default([]),
});
type TemplateRule = z.infer<typeof templateRule>;

const templateLifecycle = z.strictObject({
  Rules: z.array(templateRule),
  TransitionDefaultMinimumObjectSize: z.string().optional(),
});

const bucketProperties = z.object({
  BucketEncryption: z
    .object({
      ServerSideEncryptionConfiguration: z.array(
        z.object({
          ServerSideEncryptionByDefault: z.object({
            SSEAlgorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
            KMSMasterKeyID: z.string().optional(),
          }),
        }),
      ),
    })
    .optional(),
  BucketName: z.string().optional(),
  LifecycleConfiguration: templateLifecycle.optional(),
  ObjectLockConfiguration: z
    .object({
      Rule: z
        .object({
          DefaultRetention: z.object({
            Days: z.number().optional(),
            Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
            Years: z.number().optional(),
          }),
        })
        .optional(),
    })
    .optional(),
  ObjectLockEnabled: z.boolean().optional(),
  Tags: tagList,
  VersioningConfiguration: z.object({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
});

type BucketProperties = z.infer<typeof bucketProperties>;

function encryptionOf(request: ResourceRequest, properties: BucketProperties): BucketDefinition['encryption'] {
  const rule = properties.BucketEncryption?.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault;
  // Since January 2023 every new object is encrypted, if by nothing else then by S3's own keys (S3 user guide).
  if (rule === undefined) return { algorithm: 'AES256' };
  const kmsKeyArn = rule.KMSMasterKeyID === undefined ? undefined : request.account.kms.keyArn(rule.KMSMasterKeyID);
  return { algorithm: rule.SSEAlgorithm, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) };
}

/** One predicate stands alone, several stand in an And, and a rule about everything has the empty prefix. */
function filterOf({ Prefix, TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan }: TemplateRule): LifecycleRule['Filter'] {
  const alone = [
    ...(Prefix === undefined ? [] : [{ Prefix }]),
    ...TagFilters.map((Tag) => ({ Tag })),
    ...(ObjectSizeGreaterThan === undefined ? [] : [{ ObjectSizeGreaterThan }]),
    ...(ObjectSizeLessThan === undefined ? [] : [{ ObjectSizeLessThan }]),
  ];
  if (alone.length > 1) return { And: { Prefix, Tags: TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan } };
  return alone[0] ?? { Prefix: '' };
}

function ruleOf(rule: TemplateRule): LifecycleRule {
  const { ExpirationDate, ExpirationInDays, ExpiredObjectDeleteMarker, NoncurrentVersionExpirationInDays: noncurrentDays } = rule;
  const transitions = [...(rule.Transition === undefined ? [] : [rule.Transition]), ...rule.Transitions];
  const single = rule.NoncurrentVersionTransition;
  const noncurrent = [...(single === undefined ? [] : [single]), ...rule.NoncurrentVersionTransitions];
  const hasExpiration = [ExpirationDate, ExpirationInDays, ExpiredObjectDeleteMarker].some((given) => given !== undefined);
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: filterOf(rule),
    Expiration: hasExpiration ? { Date: ExpirationDate, Days: ExpirationInDays, ExpiredObjectDeleteMarker } : undefined,
    Transitions: transitions.map(({ StorageClass, TransitionDate, TransitionInDays }) => ({
      Date: TransitionDate,
      Days: TransitionInDays,
      StorageClass: StorageClass as NonNullable<LifecycleRule['Transitions']>[number]['StorageClass'],
    })),
    NoncurrentVersionTransitions: noncurrent.map(({ NewerNoncurrentVersions, StorageClass, TransitionInDays }) => ({
      NewerNoncurrentVersions,
      NoncurrentDays: TransitionInDays,
      StorageClass: StorageClass as NonNullable<LifecycleRule['NoncurrentVersionTransitions']>[number]['StorageClass'],
    })),
    NoncurrentVersionExpiration:
      rule.NoncurrentVersionExpiration ?? (noncurrentDays === undefined ? undefined : { NoncurrentDays: noncurrentDays }),
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}

function lifecycleOf({ LifecycleConfiguration: declared }: BucketProperties): AskedLifecycle | undefined {
  if (declared === undefined) return undefined;
  return { rules: declared.Rules.map(ruleOf), minimumSize: declared.TransitionDefaultMinimumObjectSize };
}

/** What was set past the template stays until the template says something else: a change is looked for there only. */
function updateBucket(request: ResourceRequest, { ref: name }: Provisioned, previous: ResourceRequest): Provisioned {
  const provisioned = putBucket(request, name);
  const declared = lifecycleOf(bucketProperties.parse(request.properties));
  const before = lifecycleOf(bucketProperties.parse(previous.properties));
  if (!isDeepStrictEqual(declared, before)) request.account.s3.declareLifecycle(name, declared);
  return provisioned;
}

function createBucket(request: ResourceRequest): Provisioned {
  const properties = bucketProperties.parse(request.properties);
  const name = properties.BucketName ?? physicalName(request, 63).toLowerCase();
  const provisioned = putBucket(request, name);
  const declared = lifecycleOf(properties);
  if (declared !== undefined) request.account.s3.declareLifecycle(name, declared);
  return provisioned;
}

function putBucket(request: ResourceRequest, name: string): Provisioned {
  const { account } = request;
  const properties = bucketProperties.parse(request.properties);
  if (properties.VersioningConfiguration?.Status === 'Suspended') {
    throw new NotModelledError(`The bucket ${name} has its versioning suspended: not modelled.`);
  }
  const retention = properties.ObjectLockConfiguration?.Rule?.DefaultRetention;
  const retentionDays = (retention?.Days ?? 0) + (retention?.Years ?? 0) * yearDays;
  account.s3.putBucket({
    name,
    // Object lock turns versioning on (S3 user guide, "Locking objects with Object Lock").
    isVersioned: properties.VersioningConfiguration?.Status === 'Enabled' || properties.ObjectLockEnabled === true,
    encryption: encryptionOf(request, properties),
    tags: properties.Tags,
    ...(retention === undefined ? {} : { retention: { mode: retention.Mode, milliseconds: retentionDays * dayMilliseconds } }),
  });
  return {
    ref: name,
    attributes: {
      Arn: `arn:${account.partition}:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${account.region}.amazonaws.com`,
    },
  };
}

const bucket: ResourceProvider = {
  type: 'AWS::S3::Bucket',
  modelled: [
    'BucketEncryption', 'BucketName', 'LifecycleConfiguration', 'ObjectLockConfiguration', 'ObjectLockEnabled', 'Tags', 'VersioningConfiguration',
  ],
  recorded: {
    AccelerateConfiguration: 'The network is not modelled.',
    AccessControl: 'Access control lists are not modelled; the project disables them.',
    CorsConfiguration: 'No browser calls the simulated account.',
    IntelligentTieringConfigurations: 'The tiers inside the class do not change what a caller sees.',
    InventoryConfigurations: 'Reports are not written.',
    LoggingConfiguration: 'Access logs are not written.',
    MetricsConfigurations: 'Request metrics are not kept.',
    OwnershipControls: 'The account is the only owner.',
    PublicAccessBlockConfiguration: 'Nobody anonymous calls the simulated account.',
  },
  create: createBucket,
  update: updateBucket,
};

function putBucketPolicy(request: ResourceRequest): Provisioned {
  const { Bucket: name } = z.object({ Bucket: z.string() }).parse(request.properties);
  request.account.s3.putBucketPolicy(name, request.properties['PolicyDocument'] as PolicyDocument);
  return { ref: name, attributes: {} };
}

const bucketPolicy: ResourceProvider = {
  type: 'AWS::S3::BucketPolicy',
  modelled: ['Bucket', 'PolicyDocument'],
  recorded: {},
  create: putBucketPolicy,
  update: putBucketPolicy,
};

export const providers: readonly ResourceProvider[] = [bucket, bucketPolicy];
