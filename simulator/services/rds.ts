import type {
  DBInstance,
  DescribeDBInstancesCommandInput,
  DescribeDBInstancesCommandOutput,
  ModifyDBInstanceCommandInput,
  ModifyDBInstanceCommandOutput,
} from '@aws-sdk/client-rds';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';
import type { Subnet } from './ec2/network.ts';

/** A database instance as a template declares it. */
export interface DatabaseDefinition {
  readonly id: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly allocatedStorageGibibytes: number;
  readonly storageType: string;
  readonly isMultiAz: boolean;
  readonly isEncrypted: boolean;
  readonly isPubliclyAccessible: boolean;
  readonly isDeletionProtected: boolean;
  readonly port: number;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  readonly backupRetentionDays: number;
  /** `hh:mm-hh:mm`, UTC. */
  readonly backupWindow: string;
  /** `ddd:hh:mm-ddd:hh:mm`, UTC. */
  readonly maintenanceWindow: string;
  readonly parameterGroup: string;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly kmsKeyArn: string | undefined;
  readonly secretArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A database instance as it stands. What a failover or a modification changes is not readonly. */
export interface Database {
  readonly definition: DatabaseDefinition;
  readonly arn: string;
  readonly resourceId: string;
  readonly address: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** As RDS spells it: `available`, `rebooting`, `modifying`, … */
  status: string;
  availabilityZone: string;
  /** Of the standby; undefined for a single-AZ instance. */
  secondaryAvailabilityZone: string | undefined;
}

export interface SubnetGroup {
  readonly name: string;
  readonly description: string;
  readonly subnetIds: readonly string[];
}

const maxRecords = 100;

/** Simulated RDS: what databases there are and where they run. */
export class Rds implements AwsService {
  readonly sdkId = 'RDS';
  readonly statesName = 'rds';
  readonly statesErrorPrefix = 'Rds';

  readonly #account: Account;
  readonly #databases = new Map<string, Database>();
  readonly #subnetGroups = new Map<string, SubnetGroup>();
  /** Parameters by the name of their group. */
  readonly #parameterGroups = new Map<string, Readonly<Record<string, string>>>();
  readonly #onChange: (() => void)[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    DescribeDBInstances: operation<DescribeDBInstancesCommandInput, DescribeDBInstancesCommandOutput>({
      authorise: (input) => [this.need('rds:DescribeDBInstances', input.DBInstanceIdentifier)],
      execute: (input) => this.#describe(input),
    }),
    ModifyDBInstance: operation<ModifyDBInstanceCommandInput, ModifyDBInstanceCommandOutput>({
      authorise: (input) => [this.need('rds:ModifyDBInstance', input.DBInstanceIdentifier)],
      execute: (input) => this.#modify(input),
    }),
  };

  get databases(): readonly Database[] {
    return [...this.#databases.values()];
  }

  /** Throws `DBInstanceNotFound`, as RDS does. */
  database(id: string): Database {
    const database = this.#databases.get(id.toLowerCase());
    if (database === undefined) {
      throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${id} not found.`, { statusCode: 404 });
    }
    return database;
  }

  /** Creates a database, at once `available`; or changes the definition of one that stands, keeping where it runs. */
  putDatabase(definition: DatabaseDefinition): Database {
    const id = definition.id.toLowerCase();
    const current = this.#databases.get(id);
    const zones = this.#zones(definition);
    const random = this.#account.random.stream('rds');
    const database: Database = {
      definition: { ...definition, id },
      arn: this.#account.arn('rds', `db:${id}`),
      resourceId: current?.resourceId ?? `db-${random.hex(26).toUpperCase()}`,
      address: current?.address ?? `${id}.c${random.hex(11)}.${this.#account.region}.rds.amazonaws.com`,
      createdAt: current?.createdAt ?? this.#account.clock.now(),
      status: current?.status ?? 'available',
      availabilityZone: current?.availabilityZone ?? zones.primary,
      secondaryAvailabilityZone: definition.isMultiAz ? (current?.secondaryAvailabilityZone ?? zones.secondary) : undefined,
    };
    this.#databases.set(id, database);
    for (const listener of this.#onChange) listener();
    return database;
  }

  /** Calls `listener` after a database was created or changed. */
  onChange(listener: () => void): void {
    this.#onChange.push(listener);
  }

  /** The subnet where the primary runs; undefined without a subnet group of known subnets. */
  subnetOf({ definition, availabilityZone }: Database): Subnet | undefined {
    return this.#subnetsOf(definition).find((subnet) => subnet.availabilityZone === availabilityZone);
  }

  /** Without groups of its own a database has the default one of its VPC (API reference, CreateDBInstance). */
  securityGroupIdsOf({ definition }: Database): readonly string[] {
    const [subnet] = this.#subnetsOf(definition);
    if (definition.securityGroupIds.length > 0 || subnet === undefined) return definition.securityGroupIds;
    return this.#account.ec2.groupsOrDefault([], subnet.vpcId);
  }

  putSubnetGroup(group: SubnetGroup): void {
    this.#subnetGroups.set(group.name, group);
  }

  putParameterGroup(name: string, parameters: Readonly<Record<string, string>>): void {
    this.#parameterGroups.set(name, parameters);
  }

  /** Parameters that a group sets; empty for a default group. */
  parameters(groupName: string): Readonly<Record<string, string>> {
    return this.#parameterGroups.get(groupName) ?? {};
  }

  /** What a caller needs on a database, with the condition keys that RDS sends; on all of them, without an id. */
  need(action: string, id: string | undefined): AuthorisationRequest {
    const database = this.#databases.get(id?.toLowerCase() ?? '');
    const resource = this.#account.arn('rds', `db:${id?.toLowerCase() ?? '*'}`);
    if (database === undefined) return { action, resource };
    const { isMultiAz, tags } = database.definition;
    const tagKeys = Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value] as const,
      [`rds:db-tag/${key}`, value] as const,
    ]);
    return { action, resource, context: { 'rds:MultiAz': isMultiAz, ...Object.fromEntries(tagKeys) } };
  }

  /** The primary in one zone of the subnet group, the standby in another; the first two of the Region without a group. */
  #zones(definition: DatabaseDefinition): { readonly primary: string; readonly secondary: string } {
    const { region, random } = this.#account;
    const zones = new Set(this.#subnetsOf(definition).map(({ availabilityZone }) => availabilityZone));
    const [first = `${region}a`, second = `${region}b`] = [...zones].toSorted();
    const isFirst = random.stream(`rds/${definition.id}`).next() < 0.5;
    return isFirst ? { primary: first, secondary: second } : { primary: second, secondary: first };
  }

  #subnetsOf(definition: DatabaseDefinition): readonly Subnet[] {
    const subnetIds = this.#subnetGroups.get(definition.subnetGroup ?? '')?.subnetIds ?? [];
    return subnetIds.flatMap((id) => this.#account.ec2.subnets.get(id) ?? []);
  }

  /** Security groups are changed at once, whatever `ApplyImmediately` says (RDS user guide, "Settings for DB instances"). */
  #modify(input: ModifyDBInstanceCommandInput): Omit<ModifyDBInstanceCommandOutput, '$metadata'> {
    const other = Object.keys(input).find((member) => !['DBInstanceIdentifier', 'VpcSecurityGroupIds', 'ApplyImmediately'].includes(member));
    if (other !== undefined) throw new NotModelledError(`${other} of ModifyDBInstance is not modelled.`);
    const { definition } = this.database(String(input.DBInstanceIdentifier));
    const ids = [...new Set(input.VpcSecurityGroupIds)];
    const { securityGroups } = this.#account.ec2;
    const vpcId = this.#subnetsOf(definition)[0]?.vpcId;
    for (const id of ids) {
      if (!securityGroups.has(id)) throw new AwsError('InvalidParameterValue', `Invalid security group , groupId= ${id}, groupName=.`);
      const group = securityGroups.find(id);
      if (group.vpcId === vpcId) continue;
      throw new AwsError(
        'InvalidParameterCombination',
        `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} and the EC2 security group is in ${group.vpcId}`,
      );
    }
    // An empty list is not sent in RDS's query protocol: nothing changes.
    return { DBInstance: this.#show(this.putDatabase(ids.length === 0 ? definition : { ...definition, securityGroupIds: ids })) };
  }

  #describe(input: DescribeDBInstancesCommandInput): Omit<DescribeDBInstancesCommandOutput, '$metadata'> {
    if (input.Filters !== undefined && input.Filters.length > 0) {
      throw new NotModelledError('RDS DescribeDBInstances with Filters is not modelled.');
    }
    const { DBInstanceIdentifier: id } = input;
    if (id !== undefined) return { DBInstances: [this.#show(this.database(id.slice(id.lastIndexOf(':') + 1)))] };
    const start = Number(input.Marker ?? '0');
    const end = start + (input.MaxRecords ?? maxRecords);
    const all = this.databases;
    return {
      DBInstances: all.slice(start, end).map((database) => this.#show(database)),
      ...(end < all.length ? { Marker: String(end) } : {}),
    };
  }

  #show(database: Database): DBInstance {
    const { definition, secondaryAvailabilityZone } = database;
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
      LatestRestorableTime: new Date(this.#account.clock.now() - 300_000),
      AvailabilityZone: database.availabilityZone,
      MultiAZ: definition.isMultiAz,
      ...(secondaryAvailabilityZone === undefined ? {} : { SecondaryAvailabilityZone: secondaryAvailabilityZone }),
      VpcSecurityGroups: this.securityGroupIdsOf(database).map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
      DBParameterGroups: [{ DBParameterGroupName: definition.parameterGroup, ParameterApplyStatus: 'in-sync' }],
      ...this.#showSubnetGroup(definition.subnetGroup),
      PendingModifiedValues: {},
      ReadReplicaDBInstanceIdentifiers: [],
      PubliclyAccessible: definition.isPubliclyAccessible,
      StorageEncrypted: definition.isEncrypted,
      ...(definition.kmsKeyArn === undefined ? {} : { KmsKeyId: definition.kmsKeyArn }),
      DbiResourceId: database.resourceId,
      DBInstanceArn: database.arn,
      DeletionProtection: definition.isDeletionProtected,
      TagList: Object.entries(definition.tags).map(([Key, Value]) => ({ Key, Value })),
      ...(definition.secretArn === undefined
        ? {}
        : { MasterUserSecret: { SecretArn: definition.secretArn, SecretStatus: 'active' } }),
    };
  }

  #showSubnetGroup(name: string | undefined): Pick<DBInstance, 'DBSubnetGroup'> {
    const group = name === undefined ? undefined : this.#subnetGroups.get(name);
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
}
