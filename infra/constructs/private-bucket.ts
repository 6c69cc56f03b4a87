import { RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface PrivateBucketProps {
  /**
   * Receives the server access logs, under a prefix named after this bucket's id.
   * @default - no access logs: for the bucket that holds them, which would log its own logging for ever
   */
  readonly accessLogsBucket?: s3.IBucket;
}

/**
 * A bucket that nobody reaches but by role and over TLS, that keeps every version, and that outlives
 * its stack. Its lifecycle rules are not declared here: the lifecycle capability owns them, keeps the
 * ones it does not know, and a second writer would undo its work at each deployment.
 */
export class PrivateBucket extends Construct {
  readonly bucket: s3.IBucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps = {}) {
    super(scope, id);
    const bucket = new s3.Bucket(this, 'Bucket', {
      versioned: true,
      // Keys that S3 manages: log delivery of load balancers accepts no other kind, and access is by policy alone.
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(props.accessLogsBucket === undefined
        ? {}
        : { serverAccessLogsBucket: props.accessLogsBucket, serverAccessLogsPrefix: `s3/${id.toLowerCase()}/` }),
    });
    // CDK's own class fits its interface only without exactOptionalPropertyTypes: an optional getter may be undefined.
    this.bucket = bucket as s3.IBucket;
  }
}
