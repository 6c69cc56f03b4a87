import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { AuthorisationRequest } from '../../kernel/service.ts';

export const readWriteTypes = ['All', 'ReadOnly', 'WriteOnly', 'None'] as const;
export type ReadWriteType = (typeof readWriteTypes)[number];

export interface TrailDefinition {
  readonly name: string;
  readonly isLogging: boolean;
  readonly isMultiRegion: boolean;
  readonly validatesLogFiles: boolean;
  readonly includesGlobalServices: boolean;
  readonly bucketName: string;
  readonly keyPrefix: string | undefined;
  /** With `:*` at its end, as the API takes it. */
  readonly logGroupArn: string | undefined;
  readonly logsRoleArn: string | undefined;
  readonly kmsKeyArn: string | undefined;
  readonly snsTopicName: string | undefined;
  /** Which management events the trail logs. @default 'All' */
  readonly managementEvents: ReadWriteType;
}

export interface Trail {
  readonly arn: string;
  definition: TrailDefinition;
  isLogging: boolean;
  /** Epoch milliseconds; undefined until it happens. */
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  latestLogsDeliveryAt: number | undefined;
}

const servicePrincipal = 'cloudtrail.amazonaws.com';

/** A trail as DescribeTrails answers it (API reference, "Trail"). */
export interface TrailOutput {
  readonly Name: string;
  readonly S3BucketName: string;
  readonly S3KeyPrefix?: string;
  readonly SnsTopicName?: string;
  readonly IncludeGlobalServiceEvents: boolean;
  readonly IsMultiRegionTrail: boolean;
  readonly HomeRegion: string;
  readonly TrailARN: string;
  readonly LogFileValidationEnabled: boolean;
  readonly CloudWatchLogsLogGroupArn?: string;
  readonly CloudWatchLogsRoleArn?: string;
  readonly KmsKeyId?: string;
  readonly HasCustomEventSelectors: boolean;
  readonly HasInsightSelectors: boolean;
  readonly IsOrganizationTrail: boolean;
}

export function describeTrail({ arn, definition }: Trail, region: string): TrailOutput {
  const { keyPrefix, snsTopicName, logGroupArn, logsRoleArn, kmsKeyArn } = definition;
  return {
    Name: definition.name,
    S3BucketName: definition.bucketName,
    ...(keyPrefix === undefined ? {} : { S3KeyPrefix: keyPrefix }),
    ...(snsTopicName === undefined ? {} : { SnsTopicName: snsTopicName }),
    IncludeGlobalServiceEvents: definition.includesGlobalServices,
    IsMultiRegionTrail: definition.isMultiRegion,
    HomeRegion: region,
    TrailARN: arn,
    LogFileValidationEnabled: definition.validatesLogFiles,
    ...(logGroupArn === undefined ? {} : { CloudWatchLogsLogGroupArn: logGroupArn }),
    ...(logsRoleArn === undefined ? {} : { CloudWatchLogsRoleArn: logsRoleArn }),
    ...(kmsKeyArn === undefined ? {} : { KmsKeyId: kmsKeyArn }),
    HasCustomEventSelectors: definition.managementEvents !== 'All',
    HasInsightSelectors: false,
    IsOrganizationTrail: false,
  };
}

/** Whether a trail takes management events of this kind from a Region. Its home is the account's Region. */
export function logs(trail: Trail, kind: 'read' | 'write', region: string, homeRegion: string): boolean {
  const { isMultiRegion, managementEvents } = trail.definition;
  if (!isMultiRegion && region !== homeRegion) return false;
  return managementEvents === 'All' || managementEvents === (kind === 'read' ? 'ReadOnly' : 'WriteOnly');
}

/** The name in a log group's ARN. */
export function groupNameOf(logGroupArn: string): string {
  return logGroupArn.slice(logGroupArn.indexOf(':log-group:') + ':log-group:'.length).replace(/:\*$/u, '');
}

/**
 * Refuses a trail that could not deliver, as CreateTrail does: the bucket's policy, the key's and the role for
 * CloudWatch Logs are looked at before anything is created (API reference, CreateTrail, "Errors").
 */
export function refuseUndeliverable(account: Account, arn: string, definition: TrailDefinition): void {
  const { bucketName, keyPrefix, kmsKeyArn, isMultiRegion, includesGlobalServices, logGroupArn, logsRoleArn } = definition;
  if (isMultiRegion && !includesGlobalServices) {
    throw new AwsError('InvalidParameterCombinationException', 'Multi-Region trail must include global service events.');
  }
  if (!account.s3.buckets.some(({ name }) => name === bucketName)) {
    throw new AwsError('S3BucketDoesNotExistException', `S3 bucket ${bucketName} does not exist!`);
  }
  const bucketArn = `arn:${account.partition}:s3:::${bucketName}`;
  const prefix = keyPrefix === undefined ? '' : `${keyPrefix}/`;
  const connection = { 's3:TlsVersion': 1.3 };
  const toBucket: readonly AuthorisationRequest[] = [
    { action: 's3:GetBucketAcl', resource: bucketArn, context: connection },
    {
      action: 's3:PutObject',
      resource: `${bucketArn}/${prefix}AWSLogs/${account.id}/CloudTrail/${account.region}/log.json.gz`,
      context: { ...connection, 's3:x-amz-acl': 'bucket-owner-full-control' },
    },
  ];
  if (!toBucket.every((request) => account.iam.decide(cloudTrail(arn), request).allowed)) {
    throw new AwsError('InsufficientS3BucketPolicyException', `Incorrect S3 bucket policy is detected for bucket: ${bucketName}`);
  }
  if (kmsKeyArn !== undefined) refuseUnusableKey(account, arn, kmsKeyArn);
  if ((logGroupArn === undefined) !== (logsRoleArn === undefined)) {
    throw new AwsError('InvalidCloudWatchLogsRoleArnException', 'A log group and a role for it are given together.');
  }
  if (logGroupArn !== undefined && !mayWriteLogs(account, definition, arn)) {
    throw new AwsError('InvalidCloudWatchLogsLogGroupArnException', 'Access denied. Check the permissions for your role.');
  }
}

/** Whether the trail's role lets CloudTrail write to its log group, each stream of which carries account and Region. */
export function mayWriteLogs(account: Account, { logGroupArn, logsRoleArn }: TrailDefinition, trailArn: string): boolean {
  if (logGroupArn === undefined || logsRoleArn === undefined) return false;
  if (!account.iam.canAssume(servicePrincipal, logsRoleArn, trailArn).allowed) return false;
  const role: Principal = { kind: 'role', roleArn: logsRoleArn, session: 'CLOUDTRAIL' };
  const resource = `${account.arn('logs', `log-group:${groupNameOf(logGroupArn)}`)}:log-stream:${account.id}_CloudTrail_${account.region}`;
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) => account.iam.decide(role, { action, resource }).allowed);
}

function refuseUnusableKey(account: Account, trailArn: string, keyArn: string): void {
  const request = { action: 'kms:GenerateDataKey', resource: keyArn, context: { 'kms:EncryptionContext:aws:cloudtrail:arn': trailArn } };
  if (account.iam.decide(cloudTrail(trailArn), request).allowed) return;
  throw new AwsError('InsufficientEncryptionPolicyException', 'Insufficient permissions to access S3 bucket or KMS key.');
}

function cloudTrail(trailArn: string): Principal {
  return { kind: 'service', service: servicePrincipal, sourceArn: trailArn };
}
