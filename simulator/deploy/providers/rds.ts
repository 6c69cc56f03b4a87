import { z } from 'zod';
import type { DatabaseDefinition } from '../../services/rds.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';

const databaseProperties = z.object({
  AllocatedStorage: z.coerce.number().default(20),
  BackupRetentionPeriod: z.number().default(1),
  DBInstanceClass: z.string(),
  DBInstanceIdentifier: z.string().optional(),
  DBName: z.string().optional(),
  DBParameterGroupName: z.string().optional(),
  DBSubnetGroupName: z.string().optional(),
  DeletionProtection: z.boolean().default(false),
  EnableIAMDatabaseAuthentication: z.boolean().default(false),
  Engine: z.string(),
  EngineVersion: z.string().default(''),
  KmsKeyId: z.string().optional(),
  ManageMasterUserPassword: z.boolean().default(false),
  MasterUserSecret: z.strictObject({ KmsKeyId: z.string().optional() }).default({}),
  MasterUsername: z.string().default('admin'),
  MultiAZ: z.boolean().default(false),
  Port: z.coerce.number().optional(),
  PreferredBackupWindow: z.string().default('02:17-02:47'),
  PreferredMaintenanceWindow: z.string().default('sun:03:21-sun:03:51'),
  PubliclyAccessible: z.boolean().default(false),
  StorageEncrypted: z.boolean().default(false),
  StorageType: z.string().default('gp2'),
  Tags: tagList,
  VPCSecurityGroups: z.array(z.string()).default([]),
});

/** PostgreSQL's families have the first part of the version in their names, those of other engines two. */
function familyOf(engine: string, version: string): string {
  return `${engine}${version.split('.', engine === 'postgres' ? 1 : 2).join('.')}`;
}

function definitionOf(request: ResourceRequest, id: string, secretArn: string | undefined): DatabaseDefinition {
  const properties = databaseProperties.parse(request.properties);
  const { Engine: engine, EngineVersion: version } = properties;
  const { KmsKeyId: key } = properties;
  return {
    id,
    engine,
    engineVersion: version,
    instanceClass: properties.DBInstanceClass,
    allocatedStorageGibibytes: properties.AllocatedStorage,
    storageType: properties.StorageType,
    isMultiAz: properties.MultiAZ,
    isEncrypted: properties.StorageEncrypted,
    isPubliclyAccessible: properties.PubliclyAccessible,
    isDeletionProtected: properties.DeletionProtection,
    hasIamAuthentication: properties.EnableIAMDatabaseAuthentication,
    port: properties.Port ?? (engine === 'postgres' ? 5432 : 3306),
    masterUsername: properties.MasterUsername,
    databaseName: properties.DBName,
    backupRetentionDays: properties.BackupRetentionPeriod,
    backupWindow: properties.PreferredBackupWindow,
    maintenanceWindow: properties.PreferredMaintenanceWindow,
    parameterGroup: properties.DBParameterGroupName ?? `default.${familyOf(engine, version)}`,
    subnetGroup: properties.DBSubnetGroupName?.toLowerCase(),
    securityGroupIds: properties.VPCSecurityGroups,
    kmsKeyArn: key === undefined ? undefined : (request.account.kms.keyArn(key) ?? key),
    secretArn,
    tags: properties.Tags,
  };
}

function putDatabase(request: ResourceRequest, id: string, secretArn: string | undefined): Provisioned {
  const database = request.account.rds.putDatabase(definitionOf(request, id, secretArn));
  return {
    ref: database.definition.id,
    attributes: {
      DBInstanceArn: database.arn,
      DbiResourceId: database.resourceId,
      'Endpoint.Address': database.address,
      'Endpoint.Port': String(database.definition.port),
      ...(secretArn === undefined ? {} : { 'MasterUserSecret.SecretArn': secretArn }),
    },
  };
}

const database: ResourceProvider = {
  type: 'AWS::RDS::DBInstance',
  modelled: Object.keys(databaseProperties.shape),
  recorded: {
    AllowMajorVersionUpgrade: 'Engines are not upgraded.',
    AutoMinorVersionUpgrade: 'Engines are not upgraded.',
    CACertificateIdentifier: 'Certificates are not read.',
    CopyTagsToSnapshot: 'Snapshots are not taken.',
    DatabaseInsightsMode: 'Insights are not modelled.',
    DeleteAutomatedBackups: 'Nothing deletes databases in the simulated account.',
    EnableCloudwatchLogsExports: 'The engine writes no logs.',
    EnablePerformanceInsights: 'Insights are not modelled.',
    Iops: 'Storage is not modelled.',
    MasterUserPassword: 'Only the password of a secret that RDS manages signs in.',
    MaxAllocatedStorage: 'Storage does not grow.',
    MonitoringInterval: 'Enhanced monitoring is not modelled.',
    MonitoringRoleArn: 'Enhanced monitoring is not modelled.',
    NetworkType: 'The network is not modelled.',
    OptionGroupName: 'Engines have no options.',
    PerformanceInsightsKMSKeyId: 'Insights are not modelled.',
    PerformanceInsightsRetentionPeriod: 'Insights are not modelled.',
    StorageThroughput: 'Storage is not modelled.',
  },
  create: (request) => {
    const { DBInstanceIdentifier: given, ManageMasterUserPassword: isManaged, MasterUserSecret: secretOptions } = databaseProperties.parse(request.properties);
    const id = (given ?? physicalName(request, 63)).toLowerCase();
    const secret = isManaged ? request.account.secretsManager.putSecret(`rds!db-${id}`, secretOptions) : undefined;
    return putDatabase(request, id, secret?.arn);
  },
  update: (request, current) => {
    const { secretArn } = request.account.rds.database(current.ref).definition;
    return putDatabase(request, current.ref, secretArn);
  },
};

const subnetGroup: ResourceProvider = {
  type: 'AWS::RDS::DBSubnetGroup',
  modelled: ['DBSubnetGroupDescription', 'DBSubnetGroupName', 'SubnetIds'],
  recorded: { Tags: 'Nothing asks for the tags of a subnet group.' },
  create: (request) => {
    const properties = z
      .object({ DBSubnetGroupDescription: z.string(), DBSubnetGroupName: z.string().optional(), SubnetIds: z.array(z.string()) })
      .parse(request.properties);
    const name = (properties.DBSubnetGroupName ?? physicalName(request, 255)).toLowerCase();
    request.account.rds.putSubnetGroup({
      name,
      description: properties.DBSubnetGroupDescription,
      subnetIds: properties.SubnetIds,
    });
    return { ref: name, attributes: {} };
  },
};

const parameterGroupProperties = z.object({
  DBParameterGroupName: z.string().optional(),
  Family: z.string(),
  Parameters: z.record(z.string(), z.coerce.string()).default({}),
});

function putParameterGroup(request: ResourceRequest, name: string): Provisioned {
  const { Family: family, Parameters: parameters } = parameterGroupProperties.parse(request.properties);
  request.account.rds.putParameterGroup(name, parameters, family);
  return { ref: name, attributes: { DBParameterGroupName: name } };
}

const parameterGroup: ResourceProvider = {
  type: 'AWS::RDS::DBParameterGroup',
  modelled: ['DBParameterGroupName', 'Family', 'Parameters'],
  recorded: {
    Description: 'Text for people.',
    Tags: 'Nothing asks for the tags of a parameter group.',
  },
  create: (request) => {
    const { DBParameterGroupName: name } = parameterGroupProperties.parse(request.properties);
    return putParameterGroup(request, (name ?? physicalName(request, 255)).toLowerCase());
  },
  update: (request, current) => putParameterGroup(request, current.ref),
};

const optionGroup: ResourceProvider = {
  type: 'AWS::RDS::OptionGroup',
  modelled: [],
  recorded: {
    EngineName: 'Engines have no options.',
    MajorEngineVersion: 'Engines have no options.',
    OptionConfigurations: 'Engines have no options.',
    OptionGroupDescription: 'Text for people.',
    OptionGroupName: 'Engines have no options.',
    Tags: 'Nothing asks for the tags of an option group.',
  },
  create: (request) => ({ ref: physicalName(request, 255).toLowerCase(), attributes: {} }),
};

export const providers: readonly ResourceProvider[] = [database, subnetGroup, parameterGroup, optionGroup];
