import type { DatabaseFact, DrillFacts, Fact } from '../../../functions/failover-drill/drill-facts.ts';
import type { Drill } from '../../../functions/failover-drill/drill-records.ts';
import type { DrillPlan } from '../../../functions/failover-drill/plan.ts';
import type { DrillSettings } from '../../../functions/failover-drill/settings.ts';

/** A Wednesday. */
export const now = Date.parse('2027-01-13T10:00:00Z');

/** ISO 8601, so many minutes after `now`. */
export function at(minutes: number): string {
  return new Date(now + minutes * 60_000).toISOString();
}

export function settingsOf(changes: Partial<DrillSettings> = {}): DrillSettings {
  return {
    rtoSeconds: 120, maxLostCommits: 0, approvalMinutes: 60, saleLeadHours: 24, coolDownHours: 24, windowMarginMinutes: 30,
    failoverMinutes: 8, healthMinutes: 5, ...changes,
  };
}

export function known<Value>(value: Value): Fact<Value> {
  return { isKnown: true, value };
}

export function databaseOf(changes: Partial<DatabaseFact> = {}): DatabaseFact {
  return {
    arn: 'arn:aws:rds:eu-west-3:123456789012:db:shop', resourceId: 'db-SHOP', engine: 'postgres', engineVersion: '17.4', instanceClass: 'db.m6g.large',
    status: 'available', isMultiAz: true, primaryZone: 'eu-west-3a', standbyZone: 'eu-west-3b', clusterId: undefined, pendingModifications: [],
    backupWindow: '02:00-03:00', maintenanceWindow: 'sun:03:30-sun:04:30', parameterGroups: [{ name: 'shop-parameters', applyStatus: 'in-sync' }],
    replicaIds: [], tags: { 'webmarket:failover-drills': 'allowed' }, endpoint: { address: 'shop.rds.amazonaws.com', port: 5432 }, ...changes,
  };
}

/** Facts against which nothing speaks. */
export function factsOf(changes: Partial<DrillFacts> = {}): DrillFacts {
  return {
    subject: { drillId: 'drill-1', databaseId: 'shop', engine: 'postgres' },
    database: known(databaseOf()), maintenance: known([]), durability: known([]), replicas: known([]), failoverEvents: known([]),
    alarms: known([{ name: 'errors', state: 'OK' }]), floor: known(2), health: known({ healthy: 2, unhealthy: 0, errorPercent: 0 }), leases: known([]),
    lockOwner: known(undefined), drills: known([]), ...changes,
  };
}

export function drillOf(changes: Partial<Drill> = {}): Drill {
  return {
    drillId: 'drill-0', kind: 'drill', requester: 'Ada', reason: 'The quarterly drill.', isDryRun: false, openedAt: at(-60), state: 'opened', blockers: [], remarks: [],
    ...changes,
  };
}

/** Of a database in zone a with its standby in zone b. */
export const plan: DrillPlan = {
  databaseId: 'shop', resourceId: 'db-SHOP', engine: 'postgres', engineVersion: '17.4', instanceClass: 'db.m6g.large', primaryZone: 'eu-west-3a', standbyZone: 'eu-west-3b',
  endpoint: { address: 'shop.rds.amazonaws.com', port: 5432 }, parameterGroups: [], objectives: { rtoSeconds: 120, maxLostCommits: 0 },
};
