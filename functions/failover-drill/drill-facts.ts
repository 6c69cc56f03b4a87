import type { Health } from '../platform/shop-health.ts';
import type { Drill } from './drill-records.ts';
import type { DrillPlan } from './plan.ts';
import type { SeenLease } from '../platform/seen-leases.ts';

/** A part of what there is to know: AWS may refuse to show it, and then nothing is concluded from it. */
export type Fact<Value> = { readonly isKnown: true; readonly value: Value } | { readonly isKnown: false; readonly reason: string };

/** The database as RDS describes it. What is undefined here RDS did not tell. */
export interface DatabaseFact {
  readonly arn: string | undefined;
  readonly resourceId: string | undefined;
  readonly engine: string | undefined;
  readonly engineVersion: string | undefined;
  readonly instanceClass: string | undefined;
  readonly status: string | undefined;
  readonly isMultiAz: boolean;
  readonly primaryZone: string | undefined;
  readonly standbyZone: string | undefined;
  /** Of the cluster that it belongs to: RDS fails clusters over by another call. */
  readonly clusterId: string | undefined;
  /** Names of the settings that wait for a restart or a maintenance window. */
  readonly pendingModifications: readonly string[];
  /** UTC, `hh:mm-hh:mm`. */
  readonly backupWindow: string | undefined;
  /** UTC, `ddd:hh:mm-ddd:hh:mm`. */
  readonly maintenanceWindow: string | undefined;
  readonly parameterGroups: readonly { readonly name: string; readonly applyStatus: string }[];
  /** Identifiers, or ARNs of those in another Region. */
  readonly replicaIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly endpoint: { readonly address: string; readonly port: number } | undefined;
}

export interface MaintenanceFact {
  /** `system-update`, `db-upgrade`, … */
  readonly action: string;
  readonly description: string;
}

/** A setting of the server on which "committed means kept" rests. Undefined where the default of the engine holds. */
export interface ParameterFact {
  readonly name: string;
  readonly value: string | undefined;
}

export interface ReplicaFact {
  readonly id: string;
  /** The latest value of the last minutes; undefined where there is none. */
  readonly lagSeconds: number | undefined;
}

export interface AlarmFact {
  readonly name: string;
  /** Undefined: there is no alarm of this name. */
  readonly state: string | undefined;
}

/** An event of RDS of the category `failover`. */
export interface FailoverEventFact {
  /** ISO 8601 */
  readonly at: string;
  readonly message: string;
}

/** What a drill is about, as the environment says it. */
export interface DrillSubject {
  readonly drillId: string;
  readonly databaseId: string;
  readonly engine: DrillPlan['engine'];
}

/** Everything that the guards judge, at one moment. */
export interface DrillFacts {
  readonly subject: DrillSubject;
  /** Undefined: RDS knows no database of this name. */
  readonly database: Fact<DatabaseFact | undefined>;
  readonly maintenance: Fact<readonly MaintenanceFact[]>;
  readonly durability: Fact<readonly ParameterFact[]>;
  readonly replicas: Fact<readonly ReplicaFact[]>;
  readonly failoverEvents: Fact<readonly FailoverEventFact[]>;
  readonly alarms: Fact<readonly AlarmFact[]>;
  /** MinSize of the Auto Scaling group. */
  readonly floor: Fact<number>;
  readonly health: Fact<Health>;
  readonly leases: Fact<readonly SeenLease[]>;
  readonly lockOwner: Fact<string | undefined>;
  /** Every drill and observation that the ledger holds. */
  readonly drills: Fact<readonly Drill[]>;
}
