import type { DBInstance } from '@aws-sdk/client-rds';
import type { Database } from './database.ts';

export interface SubnetGroup {
  readonly name: string;
  readonly description: string;
  readonly subnetIds: readonly string[];
}

interface Surroundings {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly securityGroupIds: readonly string[];
  readonly subnetGroup: SubnetGroup | undefined;
}

/** A database as `DescribeDBInstances` and the calls that change one give it. */
export function describeDatabase(database: Database, { now, securityGroupIds, subnetGroup }: Surroundings): DBInstance {
  const { definition, shownZones } = database;
  return {
    DBInstanceIdentifier: definition.id,
    DBInstanceClass: definition.instanceClass,
    Engine: definition.engine,
    EngineVersion: definition.engineVersion,
    DBInstanceStatus: database.status,
    MasterUsername: definition.masterUsername,
    ...(definition.databaseName === undefined ? {} : { DBName: definition.databaseName }),
    Endpoint: { Address: database.address, Port: definition.port },
    AllocatedStorage: definition.allocatedStorageGibibytes,
    StorageType: definition.storageType,
    InstanceCreateTime: new Date(database.createdAt),
    PreferredBackupWindow: definition.backupWindow,
    PreferredMaintenanceWindow: definition.maintenanceWindow,
    BackupRetentionPeriod: definition.backupRetentionDays,
    LatestRestorableTime: new Date(now - 300_000),
    AvailabilityZone: shownZones.primary,
    MultiAZ: definition.isMultiAz,
    ...(shownZones.standby === undefined ? {} : { SecondaryAvailabilityZone: shownZones.standby }),
    VpcSecurityGroups: securityGroupIds.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
    DBParameterGroups: [{ DBParameterGroupName: definition.parameterGroup, ParameterApplyStatus: database.parameterApplyStatus }],
    ...describeSubnetGroup(subnetGroup),
    PendingModifiedValues: database.pendingModifiedValues,
    ReadReplicaDBInstanceIdentifiers: [],
    PubliclyAccessible: definition.isPubliclyAccessible,
    StorageEncrypted: definition.isEncrypted,
    ...(definition.kmsKeyArn === undefined ? {} : { KmsKeyId: definition.kmsKeyArn }),
    DbiResourceId: database.resourceId,
    DBInstanceArn: database.arn,
    IAMDatabaseAuthenticationEnabled: definition.hasIamAuthentication,
    DeletionProtection: definition.isDeletionProtected,
    TagList: Object.entries(definition.tags).map(([Key, Value]) => ({ Key, Value })),
    ...(definition.secretArn === undefined ? {} : { MasterUserSecret: { SecretArn: definition.secretArn, SecretStatus: 'active' } }),
  };
}

function describeSubnetGroup(group: SubnetGroup | undefined): Pick<DBInstance, 'DBSubnetGroup'> {
  if (group === undefined) return {};
  return {
    DBSubnetGroup: {
      DBSubnetGroupName: group.name,
      DBSubnetGroupDescription: group.description,
      SubnetGroupStatus: 'Complete',
      Subnets: group.subnetIds.map((SubnetIdentifier) => ({ SubnetIdentifier, SubnetStatus: 'Active' })),
    },
  };
}
