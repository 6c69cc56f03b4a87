import { classify, Refused } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import { readHealth } from '../platform/shop-health.ts';
import { readDatabase, readDurability, readFailoverEvents, readMaintenance } from './drill-facts-database.ts';
import { readAlarms, readFloor, readReplicaLag } from './drill-facts-shop.ts';
import type { DatabaseFact, DrillFacts, DrillSubject, Fact } from './drill-facts.ts';
import { drillLock, listDrills } from './drill-records.ts';
import { drillVariables } from './environment.ts';
import type { DrillSettings } from './settings.ts';
import { listSeenLeases } from '../platform/seen-leases.ts';

const { DATABASE_ID, DATABASE_ENGINE, AUTO_SCALING_GROUP_NAME, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, GUARD_ALARMS, DRILL_SETTINGS } = drillVariables;

/** What a function that looks at the facts reads of its environment, beside the ledger. */
export const factVariables = { DATABASE_ID, DATABASE_ENGINE, AUTO_SCALING_GROUP_NAME, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, GUARD_ALARMS, DRILL_SETTINGS } as const;

interface FactSources {
  readonly DATABASE_ID: string;
  readonly DATABASE_ENGINE: DrillSubject['engine'];
  readonly AUTO_SCALING_GROUP_NAME: string;
  readonly TARGET_GROUP_ARN: string;
  readonly LOAD_BALANCER_FULL_NAME: string;
  readonly GUARD_ALARMS: readonly string[];
  readonly DRILL_SETTINGS: DrillSettings;
}

/** Reads everything that the guards judge. What AWS refuses becomes an unknown part; what may pass is thrown. */
export async function collectDrillFacts(drillId: string, sources: FactSources, { ledger, now }: { readonly ledger: Ledger; readonly now: number }): Promise<DrillFacts> {
  const { DATABASE_ID: databaseId, DATABASE_ENGINE: engine, DRILL_SETTINGS: settings } = sources;
  const database = fact(() => readDatabase(databaseId));
  const ofDatabase = async <Value>(read: (known: DatabaseFact) => Promise<readonly Value[]>): Promise<Fact<readonly Value[]>> => {
    const found = await database;
    if (!found.isKnown) return found;
    const { value } = found;
    // There is nothing to know of a database that does not exist, and that it does not is told by itself.
    return value === undefined ? { isKnown: true, value: [] } : fact(() => read(value));
  };
  const [maintenance, durability, replicas, failoverEvents, alarms, floor, health, leases, lockOwner, drills] = await Promise.all([
    ofDatabase(({ arn }) => readMaintenance(arn)),
    ofDatabase(({ parameterGroups }) => readDurability(engine, parameterGroups)),
    ofDatabase(({ replicaIds }) => readReplicaLag(replicaIds, now)),
    ofDatabase(() => readFailoverEvents(databaseId, now - settings.coolDownHours * 3_600_000, now)),
    fact(() => readAlarms(sources.GUARD_ALARMS)),
    fact(() => readFloor(sources.AUTO_SCALING_GROUP_NAME)),
    fact(() => readHealth(sources, now)),
    fact(() => listSeenLeases(ledger)),
    fact(() => ledger.lockOwner(drillLock(databaseId))),
    fact(() => listDrills(ledger)),
  ]);
  return {
    subject: { drillId, databaseId, engine },
    database: await database,
    maintenance, durability, replicas, failoverEvents, alarms, floor, health, leases, lockOwner, drills,
  };
}

/** A reading as a fact: refused is unknown, and why; everything else that fails is worth another try and is thrown. */
async function fact<Value>(read: () => Promise<Value>): Promise<Fact<Value>> {
  try {
    return { isKnown: true, value: await read() };
  } catch (error) {
    const classified = classify(error);
    if (classified instanceof Refused) return { isKnown: false, reason: classified.message };
    throw classified;
  }
}
