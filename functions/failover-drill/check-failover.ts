import { isDeepStrictEqual } from 'node:util';
import { classify, Defect, Refused, Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { readDatabase, readEvents } from './drill-facts-database.ts';
import { type Drill, drillReferenceSchema, getDrill, updateDrill } from './drill-records.ts';
import { drillVariables } from './environment.ts';
import { type FailoverSubject, lookAtFailover } from './failover-verdict.ts';
import type { Failover } from './failover.ts';
import type { DrillSettings } from './settings.ts';

const { LEDGER_TABLE, DATABASE_ID, DRILL_SETTINGS } = drillVariables;

/** Clocks differ: events are looked for from a minute before. */
const clockMarginMilliseconds = 60_000;

/** Looks at the failover once, from outside, and writes down what is new. */
export const handler = createHandler({
  input: drillReferenceSchema,
  environment: { LEDGER_TABLE, DATABASE_ID, DRILL_SETTINGS },
  handle: async ({ drillId }, { environment, logger, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const drill = await getDrill(ledger, drillId);
    const { failover, subject, eventsSince } = watched(drill, environment.DRILL_SETTINGS);
    if (failover.outcome !== 'pending') return { verdict: 'done' as const };
    const { DATABASE_ID: databaseId } = environment;
    const [database, events] = await Promise.all([
      readDatabase(databaseId),
      // They are evidence and best effort: a failover that moved the database has moved it without them.
      readEvents(databaseId, eventsSince, now).catch((error: unknown) => {
        const classified = classify(error);
        if (!(classified instanceof Refused || classified instanceof Transient)) throw classified;
        logger.warn('The events of RDS could not be read.', classified);
        return [];
      }),
    ]);
    if (database === undefined) throw new Refused(`RDS knows no database ${databaseId} any more.`);
    const look = { now, status: database.status, zone: database.primaryZone, events: events.map(({ at, message }) => ({ at, message })) };
    const seen = lookAtFailover(failover, look, subject);
    if (!isDeepStrictEqual(seen, drill.failover)) await updateDrill(ledger, drill, { failover: seen }, now);
    return { verdict: seen.outcome === 'pending' ? ('waiting' as const) : ('done' as const) };
  },
});

interface Watched {
  readonly failover: Failover;
  readonly subject: FailoverSubject;
  /** Epoch milliseconds. */
  readonly eventsSince: number;
}

/** What is watched: from the act on, or from the opening of an observation, whose failover may have begun well before it. */
function watched(drill: Drill, { failoverMinutes: limitMinutes }: DrillSettings): Watched {
  const { drillId, kind, plan, act, failover, openedAt } = drill;
  if (kind === 'observation') {
    if (failover === undefined) throw new Defect(`The observation ${drillId} has no failover to look at.`);
    const begunAt = Date.parse(openedAt);
    const earliest = Math.min(begunAt, ...failover.events.map(({ at }) => Date.parse(at)));
    const subject = { isRequested: false, standbyZone: undefined, zoneAtOpening: plan?.primaryZone, begunAt, limitMinutes };
    return { failover, subject, eventsSince: earliest - limitMinutes * 60_000 };
  }
  if (act === undefined || plan === undefined) throw new Defect(`The drill ${drillId} has forced no failover: there is none to look at.`);
  const begunAt = Date.parse(act.begunAt);
  return {
    failover: failover ?? { outcome: 'pending', zoneBefore: plan.primaryZone, statuses: [], events: [] },
    subject: { isRequested: true, standbyZone: plan.standbyZone, zoneAtOpening: plan.primaryZone, begunAt, limitMinutes },
    eventsSince: begunAt - clockMarginMilliseconds,
  };
}
