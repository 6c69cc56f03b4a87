import type {
  DBInstance,
  DescribeDBInstancesCommandInput,
  DescribeDBInstancesCommandOutput,
  DescribeDBParametersCommandInput,
  DescribeDBParametersCommandOutput,
  DescribeEventsCommandInput,
  DescribeEventsCommandOutput,
  DescribePendingMaintenanceActionsCommandInput,
  DescribePendingMaintenanceActionsCommandOutput,
  ModifyDBInstanceCommandInput,
  ModifyDBInstanceCommandOutput,
  RebootDBInstanceCommandInput,
  RebootDBInstanceCommandOutput,
} from '@aws-sdk/client-rds';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';
import type { Subnet } from './ec2/network.ts';
import { Database, type DatabaseDefinition, type Zones } from './rds/database.ts';
import { DatabaseUsage } from './rds/database-usage.ts';
import { describeDatabase, type SubnetGroup } from './rds/describe.ts';
import { EventLog } from './rds/event-log.ts';
import { Failovers } from './rds/failovers.ts';
import { PendingMaintenance } from './rds/maintenance.ts';
import { pageByMarker } from './rds/paging.ts';
import { ParameterGroups, type Parameters } from './rds/parameters.ts';
import { reservedDatabaseOperations, ReservedDatabases } from './rds/reserved-instances.ts';

export type { Database, DatabaseDefinition } from './rds/database.ts';

/** Simulated RDS: what databases there are, where they run, and what becomes of them when they fail over. */
export class Rds implements AwsService {
  readonly sdkId = 'RDS';
  readonly statesName = 'rds';
  readonly statesErrorPrefix = 'Rds';

  /** What RDS tells of its databases. */
  readonly events: EventLog;
  /** Maintenance that waits. */
  readonly maintenance = new PendingMaintenance();
  /** When which databases ran. */
  readonly usage: DatabaseUsage;
  /** What was reserved, and bought by a call. */
  readonly reservations: ReservedDatabases;

  readonly #account: Account;
  readonly #failovers: Failovers;
  readonly #databases = new Map<string, Database>();
  readonly #subnetGroups = new Map<string, SubnetGroup>();
  readonly #parameterGroups = new ParameterGroups();
  readonly #onChange: (() => void)[] = [];

  constructor(account: Account) {
    this.#account = account;
    this.events = new EventLog(account);
    this.#failovers = new Failovers(account, this.events);
    this.usage = new DatabaseUsage(account);
    this.reservations = new ReservedDatabases(account);
  }

  readonly operations: AwsService['operations'] = {
    ...reservedDatabaseOperations(() => this.#account),
    DescribeDBInstances: operation<DescribeDBInstancesCommandInput, DescribeDBInstancesCommandOutput>({
      authorise: (input) => [this.need('rds:DescribeDBInstances', input.DBInstanceIdentifier)],
      execute: (input) => this.#describe(input),
    }),
    ModifyDBInstance: operation<ModifyDBInstanceCommandInput, ModifyDBInstanceCommandOutput>({
      authorise: (input) => [this.need('rds:ModifyDBInstance', input.DBInstanceIdentifier)],
      execute: (input) => this.#modify(input),
    }),
    RebootDBInstance: operation<RebootDBInstanceCommandInput, RebootDBInstanceCommandOutput>({
      authorise: (input) => [this.need('rds:RebootDBInstance', input.DBInstanceIdentifier)],
      execute: (input) => this.#reboot(input),
    }),
    DescribeEvents: operation<DescribeEventsCommandInput, DescribeEventsCommandOutput>({
      authorise: () => [{ action: 'rds:DescribeEvents', resource: '*' }],
      execute: (input) => this.events.describe(input),
    }),
    DescribePendingMaintenanceActions: operation<DescribePendingMaintenanceActionsCommandInput, DescribePendingMaintenanceActionsCommandOutput>({
      authorise: (input) => [this.need('rds:DescribePendingMaintenanceActions', input.ResourceIdentifier)],
      execute: (input) => this.maintenance.describe(input, this.databases),
    }),
    DescribeDBParameters: operation<DescribeDBParametersCommandInput, DescribeDBParametersCommandOutput>({
      authorise: (input) => [
        { action: 'rds:DescribeDBParameters', resource: this.#account.arn('rds', `pg:${String(input.DBParameterGroupName).toLowerCase()}`) },
      ],
      execute: (input) => this.#parameterGroups.describe(input, this.databases),
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
    const standing = this.#databases.get(id);
    const database = standing ?? this.#create({ ...definition, id });
    if (standing !== undefined) this.#redefine(standing, { ...definition, id });
    this.usage.observe(database);
    for (const listener of this.#onChange) listener();
    return database;
  }

  /** Calls `listener` after a database was created or changed. */
  onChange(listener: () => void): void {
    this.#onChange.push(listener);
  }

  /** Calls `listener` after a database took connections again, or no longer; or its primary moved. */
  onConnectivityChange(listener: (database: Database) => void): void {
    this.#failovers.onConnectivityChange(listener);
  }

  /** The next failover that is forced is accepted, and abandoned. For scenarios. */
  get abandonNextFailover(): boolean {
    return this.#failovers.isNextAbandoned;
  }

  set abandonNextFailover(isAbandoned: boolean) {
    this.#failovers.isNextAbandoned = isAbandoned;
  }

  /** The primary of a database dies, and RDS fails it over by itself. For scenarios. */
  crash(id: string): void {
    this.#failovers.crash(this.database(id));
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

  /** `family`, such as `postgres17`, tells the engine; without it the databases do that use the group. */
  putParameterGroup(name: string, parameters: Parameters, family?: string): void {
    this.#parameterGroups.put(name, parameters, family);
  }

  /** Parameters that a group sets; empty for a default group. */
  parameters(groupName: string): Parameters {
    return this.#parameterGroups.parameters(groupName);
  }

  /** What a caller needs on a database, by id or ARN, with the condition keys that RDS sends; on all of them, without. */
  need(action: string, idOrArn: string | undefined): AuthorisationRequest {
    const id = idOrArn === undefined ? undefined : idOf(idOrArn).toLowerCase();
    const database = this.#databases.get(id ?? '');
    const resource = this.#account.arn('rds', `db:${id ?? '*'}`);
    if (database === undefined) return { action, resource };
    const { isMultiAz, tags } = database.definition;
    const tagKeys = Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value] as const,
      [`rds:db-tag/${key}`, value] as const,
    ]);
    return { action, resource, context: { 'rds:MultiAz': isMultiAz, ...Object.fromEntries(tagKeys) } };
  }

  #create(definition: DatabaseDefinition): Database {
    const random = this.#account.random.stream('rds');
    const { id, isMultiAz } = definition;
    const { primary, standby } = this.#zones(definition);
    const identity = {
      resourceId: `db-${random.hex(26).toUpperCase()}`,
      address: `${id}.c${random.hex(11)}.${this.#account.region}.rds.amazonaws.com`,
      zones: { primary, standby: isMultiAz ? standby : undefined },
    };
    const database = new Database(this.#account, definition, identity);
    this.#databases.set(id, database);
    return database;
  }

  #redefine(database: Database, definition: DatabaseDefinition): void {
    const { isMultiAz } = database.definition;
    database.definition = definition;
    if (isMultiAz === definition.isMultiAz) return;
    if (database.status !== 'available') throw new NotModelledError(`A change of MultiAZ of ${definition.id} while it is ${database.status} is not modelled.`);
    const zones = Object.values(this.#zones(definition));
    database.setStandby(definition.isMultiAz ? zones.find((zone) => zone !== database.availabilityZone) : undefined);
  }

  /** The primary in one zone of the subnet group, the standby in another; the first two of the Region without a group. */
  #zones(definition: DatabaseDefinition): Zones {
    const { region, random } = this.#account;
    const zones = new Set(this.#subnetsOf(definition).map(({ availabilityZone }) => availabilityZone));
    const [first = `${region}a`, second = `${region}b`] = [...zones].toSorted();
    const isFirst = random.stream(`rds/${definition.id}`).next() < 0.5;
    return isFirst ? { primary: first, standby: second } : { primary: second, standby: first };
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

  #reboot({ DBInstanceIdentifier: id, ForceFailover: isForced }: RebootDBInstanceCommandInput): Omit<RebootDBInstanceCommandOutput, '$metadata'> {
    const database = this.database(String(id));
    if (isForced !== true) throw new NotModelledError('RebootDBInstance without ForceFailover is not modelled.');
    this.#failovers.force(database);
    return { DBInstance: this.#show(database) };
  }

  #describe(input: DescribeDBInstancesCommandInput): Omit<DescribeDBInstancesCommandOutput, '$metadata'> {
    const { DBInstanceIdentifier: id } = input;
    const asked = id === undefined ? this.databases : [this.database(idOf(id))];
    const { items, rest } = pageByMarker('DescribeDBInstances', asked, input);
    return { DBInstances: items.map((database) => this.#show(database)), ...rest };
  }

  #show(database: Database): DBInstance {
    return describeDatabase(database, {
      now: this.#account.clock.now(),
      securityGroupIds: this.securityGroupIdsOf(database),
      subnetGroup: this.#subnetGroups.get(database.definition.subnetGroup ?? ''),
    });
  }
}

/** Identifiers are taken as they are, and as the end of an ARN. */
function idOf(idOrArn: string): string {
  return idOrArn.slice(idOrArn.lastIndexOf(':') + 1);
}
