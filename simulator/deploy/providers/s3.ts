import { z } from 'zod';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import type { BucketDefinition } from '../../services/s3.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';

const dayMilliseconds = 86_400_000;
const yearDays = 365;

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
  LifecycleConfiguration: z.unknown().optional(),
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

function putBucket(request: ResourceRequest, name: string): Provisioned {
  const { account } = request;
  const properties = bucketProperties.parse(request.properties);
  const retention = properties.ObjectLockConfiguration?.Rule?.DefaultRetention;
  const retentionDays = (retention?.Days ?? 0) + (retention?.Years ?? 0) * yearDays;
  account.s3.putBucket({
    name,
    // Object lock turns versioning on (S3 user guide, "Locking objects with Object Lock").
    isVersioned: properties.VersioningConfiguration?.Status === 'Enabled' || properties.ObjectLockEnabled === true,
    encryption: encryptionOf(request, properties),
    tags: properties.Tags,
    lifecycle: properties.LifecycleConfiguration,
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
    'BucketEncryption', 'BucketName', 'ObjectLockConfiguration', 'ObjectLockEnabled', 'Tags', 'VersioningConfiguration',
  ],
  recorded: {
    AccelerateConfiguration: 'The network is not modelled.',
    AccessControl: 'Access control lists are not modelled; the project disables them.',
    CorsConfiguration: 'No browser calls the simulated account.',
    IntelligentTieringConfigurations: 'Storage classes do not change what a caller sees.',
    InventoryConfigurations: 'Reports are not written.',
    LifecycleConfiguration: 'It is kept for who asks; nothing expires in the days that a rehearsal lasts.',
    LoggingConfiguration: 'Access logs are not written.',
    MetricsConfigurations: 'Request metrics are not kept.',
    OwnershipControls: 'The account is the only owner.',
    PublicAccessBlockConfiguration: 'Nobody anonymous calls the simulated account.',
  },
  create: (request) => {
    const { BucketName: name } = bucketProperties.parse(request.properties);
    return putBucket(request, name ?? physicalName(request, 63).toLowerCase());
  },
  update: (request, current) => putBucket(request, current.ref),
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
