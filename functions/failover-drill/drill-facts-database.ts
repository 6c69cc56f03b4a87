import {
  type DBInstance,
  DescribeDBInstancesCommand,
  paginateDescribeDBParameters,
  paginateDescribeEvents,
  paginateDescribePendingMaintenanceActions,
} from '@aws-sdk/client-rds';
import { rds } from '../platform/clients.ts';
import { isNamed, Refused } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import type { DatabaseFact, FailoverEventFact, MaintenanceFact, ParameterFact } from './drill-facts.ts';
import { durabilitySettings } from './guards-durability.ts';
import type { DrillPlan } from './plan.ts';

/** The database as it stands; undefined where RDS knows none of this name. */
export async function readDatabase(databaseId: string): Promise<DatabaseFact | undefined> {
  try {
    const { DBInstances = [] } = await rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: databaseId }));
    const [instance] = DBInstances;
    return instance === undefined ? undefined : databaseOf(instance);
  } catch (error) {
    if (isNamed(error, 'DBInstanceNotFoundFault', 'DBInstanceNotFound')) return undefined;
    throw error;
  }
}

function databaseOf(instance: DBInstance): DatabaseFact {
  const { Address: address, Port: port } = instance.Endpoint ?? {};
  return {
    arn: instance.DBInstanceArn,
    resourceId: instance.DbiResourceId,
    engine: instance.Engine,
    engineVersion: instance.EngineVersion,
    instanceClass: instance.DBInstanceClass,
    status: instance.DBInstanceStatus,
    isMultiAz: instance.MultiAZ === true,
    primaryZone: instance.AvailabilityZone,
    standbyZone: instance.SecondaryAvailabilityZone,
    clusterId: instance.DBClusterIdentifier,
    pendingModifications: Object.entries(instance.PendingModifiedValues ?? {})
      .filter(([, value]) => isSet(value))
      .map(([name]) => name),
    backupWindow: instance.PreferredBackupWindow,
    maintenanceWindow: instance.PreferredMaintenanceWindow,
    parameterGroups: (instance.DBParameterGroups ?? []).map(({ DBParameterGroupName: name = '', ParameterApplyStatus: applyStatus = '' }) => ({ name, applyStatus })),
    replicaIds: [...(instance.ReadReplicaDBInstanceIdentifiers ?? []), ...(instance.ReadReplicaDBClusterIdentifiers ?? [])],
    tags: Object.fromEntries((instance.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    endpoint: address === undefined || port === undefined ? undefined : { address, port },
  };
}

/** Lists and structures that hold nothing are how RDS says that nothing is pending. */
function isSet(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (value instanceof Date || typeof value !== 'object') return true;
  return Object.values(value).some(isSet);
}

/** Maintenance that RDS has for the database, asked for or not. */
export async function readMaintenance(arn: string | undefined): Promise<MaintenanceFact[]> {
  if (arn === undefined) throw new Refused('RDS gives no ARN of the database.');
  return gather(paginateDescribePendingMaintenanceActions({ client: rds() }, { ResourceIdentifier: arn }), ({ PendingMaintenanceActions = [] }) =>
    PendingMaintenanceActions.flatMap(({ PendingMaintenanceActionDetails = [] }) =>
      PendingMaintenanceActionDetails.map(({ Action: action = 'unnamed', Description: description = '' }) => ({ action, description })),
    ),
  );
}

/** The settings of `engine` that durability rests on, as the parameter groups have them. */
export async function readDurability(engine: DrillPlan['engine'], groups: DatabaseFact['parameterGroups']): Promise<ParameterFact[]> {
  const names = Object.keys(durabilitySettings[engine]);
  const found = await Promise.all(
    groups.map(({ name: DBParameterGroupName }) =>
      gather(paginateDescribeDBParameters({ client: rds() }, { DBParameterGroupName }), ({ Parameters = [] }) =>
        Parameters.filter(({ ParameterName = '' }) => names.includes(ParameterName)),
      ),
    ),
  );
  const values = new Map(found.flat().map(({ ParameterName = '', ParameterValue }) => [ParameterName, ParameterValue]));
  return names.map((name) => ({ name, value: values.get(name) }));
}

/** RDS keeps its events for 14 days; a little less is asked for, as the limit moves on during the call. */
const keptEventsMilliseconds = 14 * 86_400_000 - 60_000;

/** Events of the category `failover`, as far back as `since` and RDS remember. They are best effort. */
export async function readFailoverEvents(databaseId: string, since: number, now: number): Promise<FailoverEventFact[]> {
  return (await readEvents(databaseId, since, now)).filter(({ categories }) => categories.includes('failover')).map(({ at, message }) => ({ at, message }));
}

/** An event of RDS. The API tells no identifier: those come through EventBridge only. */
interface DatabaseEvent extends FailoverEventFact {
  readonly categories: readonly string[];
}

/** Every event of the database since `since`, epoch milliseconds, in the order in which RDS gives them. */
export function readEvents(databaseId: string, since: number, now: number): Promise<DatabaseEvent[]> {
  const input = {
    SourceIdentifier: databaseId,
    SourceType: 'db-instance' as const,
    StartTime: new Date(Math.max(since, now - keptEventsMilliseconds)),
    EndTime: new Date(now),
  };
  return gather(paginateDescribeEvents({ client: rds() }, input), ({ Events = [] }) =>
    Events.flatMap(({ Date: date, Message: message = '', EventCategories: categories = [] }) =>
      date === undefined ? [] : [{ at: date.toISOString(), message, categories }],
    ),
  );
}
