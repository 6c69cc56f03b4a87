import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';

export interface AuditTrailProps {
  readonly trailName: string;
  readonly accessLogsBucket: IBucket;
  /** How long the log group keeps what filters and people read; the bucket keeps for years. */
  readonly logRetention: RetentionDays;
}

const cloudTrail = new ServicePrincipal('cloudtrail.amazonaws.com');

/** From then on logs are read in an inquiry at most; they come back within milliseconds. */
const archiveAfter = Duration.days(90);
/** The year that the CIS benchmark and PCI DSS ask for, and a margin for who asks late. */
const keepFor = Duration.days(400);

/**
 * The trail of every management call in every Region: to a bucket of its own, with digests that show whether a log file
 * was changed, and to a log group on which metric filters stand.
 */
export class AuditTrail extends Construct {
  readonly bucket: IBucket;
  readonly key: Key;
  readonly logGroup: LogGroup;
  readonly trail: CfnTrail;
  readonly trailArn: string;

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    this.trailArn = Stack.of(this).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: props.trailName });
    this.key = this.#createKey(props.trailName);
    const bucket = this.#createBucket(props.accessLogsBucket);
    // CDK's own class fits its interface only without exactOptionalPropertyTypes: an optional getter may be undefined.
    this.bucket = bucket as IBucket;
    this.logGroup = new LogGroup(this, 'Log', { retention: props.logRetention, removalPolicy: RemovalPolicy.RETAIN });
    const role = this.#createLogRole();
    this.trail = new CfnTrail(this, 'Trail', {
      trailName: props.trailName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      s3BucketName: bucket.bucketName,
      kmsKeyId: this.key.keyArn,
      cloudWatchLogsLogGroupArn: this.logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
    });
    // CloudTrail tries what it is given when the trail is created: bucket, key and role must let it in by then.
    this.trail.node.addDependency(bucket, this.key, role);
  }

  /**
   * A key of its own, not those of S3 (CIS 4.5; Security Hub CloudTrail.2): who may read the bucket cannot read the logs
   * without a permission on the key as well. Source: CloudTrail user guide, "Configure KMS key policies for CloudTrail".
   */
  #createKey(trailName: string): Key {
    const key = new Key(this, 'Key', {
      description: `WebMarket audit trail ${trailName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { account, partition } = Stack.of(this);
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudTrailEncrypts',
        principals: [cloudTrail],
        actions: ['kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceArn': this.trailArn },
          StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${partition}:cloudtrail:*:${account}:trail/*` },
        },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudTrailDescribes',
        principals: [cloudTrail],
        actions: ['kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceArn': this.trailArn } },
      }),
    );
    return key;
  }

  /** Unlike other buckets it declares its lifecycle: what a law or an auditor asks for does not depend on a capability. */
  #createBucket(accessLogsBucket: IBucket): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
      serverAccessLogsBucket: accessLogsBucket,
      serverAccessLogsPrefix: 's3/audit-trail/',
      lifecycleRules: [
        {
          id: 'keep-for-a-year',
          transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: archiveAfter }],
          expiration: keepFor,
          noncurrentVersionExpiration: keepFor,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    // Source: CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail". The condition keeps other trails out.
    const conditions = { StringEquals: { 'aws:SourceArn': this.trailArn } };
    bucket.addToResourcePolicy(
      new PolicyStatement({ sid: 'CloudTrailChecks', principals: [cloudTrail], actions: ['s3:GetBucketAcl'], resources: [bucket.bucketArn], conditions }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudTrailWrites',
        principals: [cloudTrail],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(this).account}/*`)],
        conditions: { StringEquals: { ...conditions.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    return bucket;
  }

  #createLogRole(): Role {
    const role = new Role(this, 'LogRole', {
      description: 'Lets the audit trail write to its log group.',
      assumedBy: cloudTrail.withConditions({ StringEquals: { 'aws:SourceArn': this.trailArn } }),
    });
    const { account, region } = Stack.of(this);
    // The name that CloudTrail gives its streams: account, "CloudTrail", Region, and what AWS adds.
    const streams = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${this.logGroup.logGroupName}:log-stream:${account}_CloudTrail_${region}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    role.addToPolicy(
      new PolicyStatement({ sid: 'WriteTrailStreams', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [streams] }),
    );
    acknowledgeWildcard(role, streams, 'CloudTrail numbers its streams; their names begin with the account and the Region.');
    return role;
  }
}
