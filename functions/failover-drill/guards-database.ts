import type { Blocker } from './blocker.ts';
import type { DatabaseFact, DrillSubject, MaintenanceFact, ReplicaFact } from './drill-facts.ts';
import { isNearWindow, parseWindow } from './guards-window.ts';
import type { DrillSettings } from './settings.ts';

/** Tag by which an instance is opted into drills; the policy of the function that forces a failover has it as a condition. */
const optInTag = { key: 'webmarket:failover-drills', allowed: 'allowed' } as const;

/** A replica that is further behind is not let fall behind more. */
const mostLagSeconds = 60;

/** What speaks against it in the database as RDS describes it. */
export function guardDatabase(database: DatabaseFact | undefined, { databaseId, engine }: DrillSubject): Blocker[] {
  if (database === undefined) return [{ code: 'database-not-found', message: `RDS knows no database ${databaseId}.` }];
  const blockers: Blocker[] = [];
  const block = (code: Blocker['code'], message: string): void => void blockers.push({ code, message });
  const tag = database.tags[optInTag.key];
  if (tag !== optInTag.allowed) {
    block('not-opted-in', `The tag ${optInTag.key} of ${databaseId} is ${tag ?? 'not there'}; ${optInTag.allowed} lets drills touch it.`);
  }
  if (!database.isMultiAz) block('not-multi-az', `${databaseId} is not Multi-AZ: it has no standby to fail over to.`);
  if (database.standbyZone === undefined) block('no-standby-zone', `RDS names no zone of a standby of ${databaseId}.`);
  if (database.clusterId !== undefined) {
    block('cluster-member', `${databaseId} belongs to the cluster ${database.clusterId}; only an instance of its own is drilled.`);
  }
  if (database.engine !== engine) {
    block('engine-unknown', `The engine of ${databaseId} is ${database.engine ?? 'not told'}; the probe is set up for ${engine}.`);
  }
  if (database.status !== 'available') block('status', describeStatus(databaseId, database.status));
  for (const name of database.pendingModifications) {
    block('pending-modification', `${name} of ${databaseId} waits to be changed, and a restart may change it; nothing may be pending.`);
  }
  for (const { name, applyStatus } of database.parameterGroups) {
    if (applyStatus === 'in-sync') continue;
    block('pending-modification', `The parameter group ${name} is ${applyStatus}: a restart may bring other settings; in-sync is fit.`);
  }
  const untold = untoldMembers(database);
  if (untold.length > 0) block('facts-unread', `RDS does not tell ${untold.join(', ')} of ${databaseId}.`);
  return blockers;
}

/** RDS would accept a failover during `storage-optimization`; what it measures then is no ordinary failover. */
function describeStatus(databaseId: string, status: string | undefined): string {
  const why = status === 'storage-optimization' ? ' RDS would accept it, with its storage being moved; wait until that has ended.' : '';
  return `The status of ${databaseId} is ${status ?? 'not told'}; a drill begins from available only.${why}`;
}

/** Members without which there is no plan, and that no guard of their own looks at. */
function untoldMembers({ resourceId, engineVersion, instanceClass, primaryZone, endpoint }: DatabaseFact): string[] {
  const members = { resourceId, engineVersion, instanceClass, primaryZone, endpoint };
  return Object.entries(members).flatMap(([name, value]) => (value === undefined ? [name] : []));
}

export function guardMaintenance(actions: readonly MaintenanceFact[]): Blocker[] {
  return actions.map(({ action, description }) => ({
    code: 'pending-maintenance',
    message: `Maintenance is pending: ${action}${description === '' ? '' : ` (${description})`}. Apply it first; none may be pending.`,
  }));
}

/** The backup and maintenance windows, both in UTC, with the margin around them. */
export function guardWindows(database: DatabaseFact, { windowMarginMinutes }: DrillSettings, now: number): Blocker[] {
  const windows = [
    { code: 'backup-window', name: 'backup window', text: database.backupWindow },
    { code: 'maintenance-window', name: 'maintenance window', text: database.maintenanceWindow },
  ] as const;
  return windows.flatMap(({ code, name, text }): Blocker[] => {
    const window = text === undefined ? undefined : parseWindow(text);
    if (window === undefined) {
      return [{ code: 'facts-unread', message: `The ${name} is ${text ?? 'not told'}, which is no window: whether it is near is not known.` }];
    }
    if (!isNearWindow(window, windowMarginMinutes, now)) return [];
    const message = `It is ${new Date(now).toISOString()}, and the ${name} is ${text} UTC; ${windowMarginMinutes} minutes before and after it are kept free.`;
    return [{ code, message }];
  });
}

export function guardReplicas(replicas: readonly ReplicaFact[]): Blocker[] {
  return replicas.flatMap(({ id, lagSeconds }): Blocker[] => {
    if (lagSeconds !== undefined && lagSeconds <= mostLagSeconds) return [];
    const lag = lagSeconds === undefined ? 'unknown seconds' : `${lagSeconds} s`;
    return [{ code: 'replica-lag', message: `The read replica ${id} is ${lag} behind; at most ${mostLagSeconds} s are fit.` }];
  });
}
