import { Duration, RemovalPolicy, Tags, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { logRetention } from '../log-retention.ts';

export interface ShopDatabaseProps {
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  /** Name of the instance in RDS: also in its ARN and in the names of its log groups. */
  readonly instanceIdentifier: string;
  readonly engine: DatabaseEngine;
  /** Major version, such as `17` or `8.4`. */
  readonly engineVersion: string;
  /** Such as `db.m6g.large`. */
  readonly instanceClass: string;
  readonly databaseName: string;
  readonly storageGib: number;
  readonly maxStorageGib: number;
  readonly backupRetentionDays: number;
  /** UTC, `hh:mm-hh:mm`. */
  readonly backupWindow: string;
  /** UTC, `ddd:hh:mm-ddd:hh:mm`. */
  readonly maintenanceWindow: string;
  readonly logRetentionDays: number;
  /** Whether failover drills may touch this instance. */
  readonly failoverDrills: boolean;
}

type DatabaseEngine = 'postgres' | 'mysql';

/** Tag that opts an instance into failover drills: the policy of the drill's role has it as a condition. */
export const FAILOVER_DRILLS_TAG = { key: 'webmarket:failover-drills', allowed: 'allowed' } as const;

interface EngineProfile {
  readonly port: number;
  readonly logExports: readonly string[];
  /**
   * Settings on which "no commit is lost in a failover" rests, and encryption in transit. They are the
   * defaults of the engine or of RDS, stated so that nobody changes them unnoticed.
   */
  readonly parameters: Readonly<Record<string, string>>;
  readonly engine: (version: string) => rds.IInstanceEngine;
}

const ENGINES: Readonly<Record<DatabaseEngine, EngineProfile>> = {
  postgres: {
    port: 5432,
    logExports: ['postgresql', 'upgrade'],
    parameters: { synchronous_commit: 'on', 'rds.force_ssl': '1' },
    engine: (version) =>
      rds.DatabaseInstanceEngine.postgres({
        version: rds.PostgresEngineVersion.of(version, version.split('.', 1).join()),
      }),
  },
  mysql: {
    port: 3306,
    logExports: ['error', 'slowquery'],
    parameters: {
      innodb_flush_log_at_trx_commit: '1',
      sync_binlog: '1',
      require_secure_transport: 'ON',
      // An export of the slow query log stays empty unless the log is written, and to files.
      slow_query_log: '1',
      log_output: 'FILE',
    },
    engine: (version) =>
      rds.DatabaseInstanceEngine.mysql({
        version: rds.MysqlEngineVersion.of(version, version.split('.', 2).join('.')),
      }),
  },
};

/** Port on which an engine listens; also what the firewall opens. */
export function databasePort(engine: DatabaseEngine): number {
  return ENGINES[engine].port;
}

/**
 * The database of the shop: one instance with a synchronous standby in a second zone, encrypted,
 * backed up, never reachable from outside the instances' security group.
 */
export class ShopDatabase extends Construct {
  readonly instance: rds.DatabaseInstance;
  readonly encryptionKey: kms.Key;

  constructor(scope: Construct, id: string, props: ShopDatabaseProps) {
    super(scope, id);
    const profile = ENGINES[props.engine];
    // A key of our own, not aws/rds: the key of an instance can never be changed afterwards, and snapshots
    // under aws/rds cannot be shared with another account, which is where a backup belongs one day.
    this.encryptionKey = new kms.Key(this, 'Key', {
      description: `WebMarket database ${props.instanceIdentifier}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const engine = profile.engine(props.engineVersion);
    const logGroups = this.createLogGroups(props, profile);
    this.instance = this.createInstance(props, profile, engine);
    this.instance.node.addDependency(...logGroups);
    if (props.failoverDrills) {
      Tags.of(this.instance).add(FAILOVER_DRILLS_TAG.key, FAILOVER_DRILLS_TAG.allowed, {
        includeResourceTypes: ['AWS::RDS::DBInstance'],
      });
    }
    Validations.of(this.instance).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Another port hides nothing: the security group admits the instances only, in subnets with no route out.',
    });
  }

  private createInstance(props: ShopDatabaseProps, profile: EngineProfile, engine: rds.IInstanceEngine): rds.DatabaseInstance {
    return new rds.DatabaseInstance(this, 'Instance', {
      instanceIdentifier: props.instanceIdentifier,
      engine,
      instanceType: new ec2.InstanceType(props.instanceClass.replace(/^db\./, '')),
      databaseName: props.databaseName,
      port: profile.port,
      multiAz: true,
      vpc: props.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [props.securityGroup],
      publiclyAccessible: false,
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        description: `Durable commits and encrypted connections for ${props.instanceIdentifier}`,
        parameters: { ...profile.parameters },
      }),
      // RDS makes, keeps and rotates the password itself: it is in no template, and no rotation function is needed.
      manageMasterUserPassword: true,
      credentials: rds.Credentials.fromUsername('webmarket_admin', { encryptionKey: this.encryptionKey }),
      iamAuthentication: true,
      storageEncrypted: true,
      storageEncryptionKey: this.encryptionKey,
      storageType: rds.StorageType.GP3,
      allocatedStorage: props.storageGib,
      maxAllocatedStorage: props.maxStorageGib,
      backupRetention: Duration.days(props.backupRetentionDays),
      preferredBackupWindow: props.backupWindow,
      preferredMaintenanceWindow: props.maintenanceWindow,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      cloudwatchLogsExports: [...profile.logExports],
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: this.encryptionKey,
      performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
      databaseInsightsMode: rds.DatabaseInsightsMode.STANDARD,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
  }

  /**
   * RDS would create these groups itself and keep the logs for ever. Standing before the instance, they
   * have a retention, and without the function that the construct would add to set one afterwards.
   */
  private createLogGroups(props: ShopDatabaseProps, profile: EngineProfile): logs.LogGroup[] {
    return profile.logExports.map(
      (name) =>
        new logs.LogGroup(this, `${name.charAt(0).toUpperCase()}${name.slice(1)}Logs`, {
          logGroupName: `/aws/rds/instance/${props.instanceIdentifier}/${name}`,
          retention: logRetention(props.logRetentionDays),
          removalPolicy: RemovalPolicy.RETAIN,
        }),
    );
  }
}
