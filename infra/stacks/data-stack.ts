import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { ShopDatabase } from '../constructs/shop-database.ts';

export interface DataStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  readonly databaseSecurityGroup: ec2.ISecurityGroup;
  readonly databaseIdentifier: string;
  readonly data: EnvironmentConfig['data'];
  readonly logRetentionDays: number;
}

/** What the shop must never lose: the database, the images and documents, and the logs of who read them. */
export class DataStack extends Stack {
  readonly database: rds.DatabaseInstance;
  readonly databaseKey: kms.Key;
  readonly productImagesBucket: s3.IBucket;
  readonly documentsBucket: s3.IBucket;
  /** Receives access logs: of the buckets under `s3/`, of the load balancer under `load-balancer/`. */
  readonly accessLogsBucket: s3.IBucket;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const database = new ShopDatabase(this, 'Database', {
      ...props.data,
      vpc: props.vpc,
      securityGroup: props.databaseSecurityGroup,
      instanceIdentifier: props.databaseIdentifier,
      logRetentionDays: props.logRetentionDays,
    });
    this.database = database.instance;
    this.databaseKey = database.encryptionKey;
    this.accessLogsBucket = new PrivateBucket(this, 'AccessLogs').bucket;
    this.productImagesBucket = new PrivateBucket(this, 'ProductImages', { accessLogsBucket: this.accessLogsBucket }).bucket;
    this.documentsBucket = new PrivateBucket(this, 'Documents', { accessLogsBucket: this.accessLogsBucket }).bucket;
  }
}
