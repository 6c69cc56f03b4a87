import type { DrillFacts } from './drill-facts.ts';
import type { DrillPlan } from './plan.ts';
import type { DrillSettings } from './settings.ts';

/** The plan of a drill of the database as it stands. Undefined where something is not known that belongs to it. */
export function planOf({ subject, database }: Pick<DrillFacts, 'subject' | 'database'>, { rtoSeconds, maxLostCommits }: DrillSettings): DrillPlan | undefined {
  if (!database.isKnown || database.value === undefined) return undefined;
  const { resourceId, engine, engineVersion, instanceClass, primaryZone, standbyZone, endpoint, parameterGroups } = database.value;
  if (resourceId === undefined || engineVersion === undefined || instanceClass === undefined) return undefined;
  if (primaryZone === undefined || standbyZone === undefined || endpoint === undefined || engine !== subject.engine) return undefined;
  return {
    databaseId: subject.databaseId,
    resourceId,
    engine,
    engineVersion,
    instanceClass,
    primaryZone,
    standbyZone,
    endpoint,
    parameterGroups: parameterGroups.map(({ name }) => name).toSorted(),
    objectives: { rtoSeconds, maxLostCommits },
  };
}
