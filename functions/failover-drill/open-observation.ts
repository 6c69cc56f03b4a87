import * as z from 'zod';
import { classify, Refused } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { readDatabase } from './drill-facts-database.ts';
import { planOf } from './drill-facts-plan.ts';
import type { DatabaseFact, DrillSubject, Fact } from './drill-facts.ts';
import { type Drill, drillLock, drillLockSeconds, drillReferenceSchema, findDrill, listDrills, openDrill } from './drill-records.ts';
import { drillVariables } from './environment.ts';
import { type FailoverEvent, findCovering, reasonToIgnore } from './observation-scope.ts';
import { rememberZone, zoneBeforeFailover } from './observation-zones.ts';
import { hashDrillPlan } from './plan.ts';
import type { DrillSettings } from './settings.ts';

const { LEDGER_TABLE, DATABASE_ID, DATABASE_ENGINE, DRILL_SETTINGS } = drillVariables;

const eventSchema = z.object({
  sourceIdentifier: z.string(),
  eventId: z.string(),
  message: z.string(),
  at: z.iso.datetime({ offset: true }),
});

const ignored = (reason: string) => ({ verdict: 'ignored' as const, reason });

/** Opens the observation of a failover that nobody asked for. Events come late, doubled and out of order: one failover, one observation. */
export const handler = createHandler({
  input: z.object({ observationId: drillReferenceSchema.shape.drillId, event: eventSchema }),
  environment: { LEDGER_TABLE, DATABASE_ID, DATABASE_ENGINE, DRILL_SETTINGS },
  handle: async ({ observationId, event }, { environment, now }) => {
    const { DATABASE_ID: databaseId, DRILL_SETTINGS: settings } = environment;
    const unwanted = reasonToIgnore(event, databaseId, now);
    if (unwanted !== undefined) return ignored(unwanted);
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const standing = await findDrill(ledger, observationId);
    if (standing?.state === 'closed' || standing?.kind === 'drill') return ignored(`The ${standing.kind} ${observationId} is ${standing.state} already.`);
    const owner = await ledger.lockOwner(drillLock(databaseId));
    if (owner !== undefined && owner !== observationId) return ignored(`It is seen by ${owner}, which is running.`);
    const drills = await listDrills(ledger);
    const covering = findCovering(drills.filter(({ drillId }) => drillId !== observationId), event, settings.failoverMinutes);
    if (covering !== undefined) return ignored(`It belongs to the ${covering.kind} ${covering.drillId}.`);

    const subject = { drillId: observationId, databaseId, engine: environment.DATABASE_ENGINE };
    const observation = standing ?? observationOf({ subject, event, drills, settings, now, database: await look(databaseId) });
    if (!(await ledger.lock(drillLock(databaseId), observationId, drillLockSeconds))) return ignored('Another drill or observation began at the same moment.');
    await openDrill(ledger, observation, now);
    return { verdict: 'observe' as const, reason: observation.reason };
  },
});

/** The database as far as RDS shows it: what is refused is known later, or never, and the observation goes on. */
async function look(databaseId: string): Promise<Fact<DatabaseFact | undefined>> {
  try {
    return { isKnown: true, value: await readDatabase(databaseId) };
  } catch (error) {
    const classified = classify(error);
    if (classified instanceof Refused) return { isKnown: false, reason: classified.message };
    throw classified;
  }
}

interface Sighting {
  readonly subject: DrillSubject;
  readonly event: FailoverEvent;
  readonly database: Fact<DatabaseFact | undefined>;
  readonly drills: readonly Drill[];
  readonly settings: DrillSettings;
  readonly now: number;
}

function observationOf({ subject, event, database, drills, settings, now }: Sighting): Drill {
  const openedAt = new Date(now).toISOString();
  const known = database.isKnown ? database.value : undefined;
  const plan = planOf({ subject, database }, settings);
  const { zoneBefore, remark } = zoneBeforeFailover(rememberZone(drills, known?.resourceId), known?.primaryZone);
  return {
    drillId: subject.drillId,
    kind: 'observation',
    requester: 'RDS',
    reason: `${event.eventId}: ${event.message}`,
    isDryRun: false,
    openedAt,
    state: 'opened',
    blockers: [],
    remarks: [remark, ...(database.isKnown ? [] : [`The database could not be looked at when it was opened: ${database.reason}`])],
    ...(plan === undefined ? {} : { plan, planHash: hashDrillPlan(plan) }),
    failover: {
      outcome: 'pending',
      zoneBefore,
      statuses: known?.status === undefined ? [] : [{ at: openedAt, status: known.status }],
      events: [{ at: new Date(event.at).toISOString(), message: event.message }],
    },
  };
}
