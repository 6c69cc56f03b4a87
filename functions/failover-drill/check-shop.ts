import { Defect } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { readHealth } from '../platform/shop-health.ts';
import { drillReferenceSchema, getDrill, updateDrill } from './drill-records.ts';
import { drillVariables } from './environment.ts';
import { backAt } from './failover.ts';

const { LEDGER_TABLE, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, DRILL_SETTINGS } = drillVariables;

/** Looks at the shop once after a failover, and writes it down; once a minute is enough. */
export const handler = createHandler({
  input: drillReferenceSchema,
  environment: { LEDGER_TABLE, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, DRILL_SETTINGS },
  handle: async ({ drillId }, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const drill = await getDrill(ledger, drillId);
    const since = drill.failover?.settledAt === undefined ? undefined : backAt(drill.failover);
    if (since === undefined) throw new Defect(`The failover of ${drillId} has not settled: there is no afterwards to look at.`);
    const { healthAfter = [] } = drill;
    const last = healthAfter.at(-1);
    if (last === undefined || minuteOf(Date.parse(last.at)) < minuteOf(now)) {
      const health = { at: new Date(now).toISOString(), ...(await readHealth(environment, now)) };
      await updateDrill(ledger, drill, { healthAfter: [...healthAfter, health] }, now);
    }
    const isWatched = now >= Date.parse(since) + environment.DRILL_SETTINGS.healthMinutes * 60_000;
    return { verdict: isWatched ? ('done' as const) : ('watching' as const) };
  },
});

function minuteOf(epochMilliseconds: number): number {
  return Math.floor(epochMilliseconds / 60_000);
}
