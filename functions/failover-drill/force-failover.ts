import { RDSClient, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { isApproved } from '../platform/approval.ts';
import { Defect, Refused, Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { type Drill, drillLock, drillReferenceSchema, getDrill, updateDrill } from './drill-records.ts';
import { drillVariables } from './environment.ts';
import { type DrillPlan, hashDrillPlan } from './plan.ts';
import { getProgress, type ProbeProgress } from './probe/probe-records.ts';

const { LEDGER_TABLE, DATABASE_ID } = drillVariables;

/** A clearance is worth this long: the probe has to begin in between. Then everything has to be looked at again. */
const clearanceSeconds = 600;
/** The probe notes its progress every few seconds; one that is silent for longer may not be writing any more. */
const heardSeconds = 15;
/** Ten seconds of both clients: enough to tell an outage from a slow start. */
const writesNeeded = 20;

/**
 * Makes the database fail over: what stands in the ledger, cleared, approved and measured, and nothing that its input says.
 * The act is recorded before it is made, and made at most once: what was recorded and not answered is left to what is seen of
 * the database.
 */
export const handler = createHandler({
  input: drillReferenceSchema,
  environment: { LEDGER_TABLE, DATABASE_ID },
  handle: async ({ drillId }, { environment, logger, now, requestId }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const drill = await getDrill(ledger, drillId);
    if (drill.act !== undefined) return { outcome: drill.act.acceptedAt === undefined ? ('unknown' as const) : ('accepted' as const) };
    const { databaseId } = guardDrill(drill, environment.DATABASE_ID, now);
    const owner = await ledger.lockOwner(drillLock(databaseId));
    if (owner !== drillId) throw new Defect(`The lock of ${databaseId} is held by ${owner ?? 'nobody'}, and not by ${drillId}.`);
    guardProbe(await getProgress(ledger, drillId), now);

    const act = { begunAt: new Date(now).toISOString(), invocation: requestId };
    const acting = await updateDrill(ledger, drill, { state: 'acting', act }, now);
    try {
      await unretrying().send(new RebootDBInstanceCommand({ DBInstanceIdentifier: databaseId, ForceFailover: true }));
    } catch (error) {
      if (!isDefiniteNo(error)) {
        logger.warn('Nobody knows whether RDS took the request: it is not made again.', error as Error);
        return { outcome: 'unknown' as const };
      }
      logger.error('RDS refused the failover; the record of it is taken back.', error as Error);
      await updateDrill(ledger, acting, { state: 'cleared', act: undefined }, now);
      throw error;
    }
    await updateDrill(ledger, acting, { act: { ...act, acceptedAt: new Date().toISOString() } }, now).catch((error: unknown) => {
      logger.warn('That RDS took the request could not be written down.', error as Error);
    });
    return { outcome: 'accepted' as const };
  },
});

function guardDrill({ drillId, kind, isDryRun, state, clearedAt = '', plan, planHash, approval }: Drill, databaseId: string, now: number): DrillPlan {
  if (kind !== 'drill' || isDryRun) throw new Defect(`${drillId} is ${isDryRun ? 'a dry run' : `a ${kind}`}: it forces no failover.`);
  if (state !== 'cleared' || !(now - Date.parse(clearedAt) < clearanceSeconds * 1000)) {
    throw new Defect(`The drill ${drillId} is ${state}, cleared at ${clearedAt === '' ? 'no time' : clearedAt}: it is not cleared now.`);
  }
  if (plan === undefined || planHash === undefined) throw new Defect(`The drill ${drillId} has no plan.`);
  if (hashDrillPlan(plan) !== planHash) throw new Defect(`The plan of ${drillId} is not the one of its hash ${planHash}.`);
  if (!isApproved(approval, planHash, now)) throw new Defect(`The drill ${drillId} has no valid approval of the plan ${planHash}.`);
  if (plan.databaseId !== databaseId) throw new Defect(`The plan of ${drillId} is for ${plan.databaseId}; this function drills ${databaseId}.`);
  return plan;
}

/** No failover that nobody measures, and none of a database that is not steady. */
function guardProbe(progress: ProbeProgress | undefined, now: number): void {
  if (progress === undefined || progress.state === 'starting') throw new Transient('The probe is not writing yet.');
  const { state, acknowledged, at } = progress;
  if (state !== 'writing') throw new Refused(`The probe is ${state}: it saw an outage, or stopped, before the failover was forced.`);
  if (acknowledged < writesNeeded) throw new Transient(`The probe is not writing yet: ${acknowledged} of ${writesNeeded} writes are acknowledged.`);
  if (!(now - Date.parse(at) < heardSeconds * 1000)) throw new Transient(`The probe was last heard of at ${at}.`);
}

let client: RDSClient | undefined;

/** A client that calls once: the SDK's own retries could force a second failover after the first one's answer was lost. */
function unretrying(): RDSClient {
  return (client ??= new RDSClient({ maxAttempts: 1, cacheMiddleware: true }));
}

/** RDS answered that it does not do it, throttling included. No answer, or one from a broken server, leaves it open. */
function isDefiniteNo(error: unknown): boolean {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const { httpStatusCode: status = 500 } = error.$metadata as { readonly httpStatusCode?: number };
  return status >= 400 && status < 500;
}
