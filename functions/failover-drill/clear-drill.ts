import { Defect } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import type { Blocker } from './blocker.ts';
import { judgeApproval, judgeLastLook, type Stop } from './drill-clearance.ts';
import { collectDrillFacts, factVariables } from './drill-facts-collect.ts';
import { planOf } from './drill-facts-plan.ts';
import { type Drill, drillLock, drillLockSeconds, drillReferenceSchema, getDrill, updateDrill } from './drill-records.ts';
import { drillVariables } from './environment.ts';
import { judgeGuards } from './guards.ts';

const { LEDGER_TABLE } = drillVariables;

/** The last look before the act. Whatever is in doubt stops it; what is cleared holds the lock from here to its end. */
export const handler = createHandler({
  input: drillReferenceSchema,
  environment: { LEDGER_TABLE, ...factVariables },
  handle: async ({ drillId }, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const drill = await getDrill(ledger, drillId);
    refuseUnfit(drill);
    const stop = async ({ outcome, reason }: Stop, found: Partial<Drill> = {}) => {
      await updateDrill(ledger, drill, { state: 'awaiting-approval', ...found }, now);
      return { verdict: 'stop' as const, outcome, reason };
    };
    const unapproved = judgeApproval(drill, now);
    if (unapproved !== undefined) return stop(unapproved);

    const facts = await collectDrillFacts(drillId, environment, { ledger, now });
    const { blockers, remarks } = judgeGuards(facts, environment.DRILL_SETTINGS, now);
    const doubt = judgeLastLook(drill.plan, planOf(facts, environment.DRILL_SETTINGS), blockers);
    if (doubt !== undefined) return stop(doubt, { blockers, remarks });
    const { health, floor } = facts;
    if (!health.isKnown || !floor.isKnown) throw new Defect(`Nothing blocks the drill ${drillId}, and yet the health of the shop is unknown.`);

    const { DATABASE_ID: databaseId } = environment;
    if (!(await ledger.lock(drillLock(databaseId), drillId, drillLockSeconds))) {
      const message = `Another drill or observation of ${databaseId} began at the same moment.`;
      const running: Blocker = { code: 'drill-running', message };
      return stop({ outcome: 'refused', reason: `${running.code}: ${message}` }, { blockers: [running], remarks });
    }
    const before = { healthBefore: health.value, healthyFloor: floor.value };
    await updateDrill(ledger, drill, { state: 'cleared', clearedAt: new Date(now).toISOString(), ...before, blockers, remarks }, now);
    return { verdict: 'go' as const, outcome: '' as const, reason: '' };
  },
});

/** Cleared once more is fine, until the act has begun: the answer may have been lost. */
function refuseUnfit({ drillId, kind, isDryRun, state, act }: Drill): void {
  if (kind === 'drill' && !isDryRun && act === undefined && (state === 'awaiting-approval' || state === 'cleared')) return;
  throw new Defect(`The drill ${drillId} is ${state}${isDryRun ? ', a dry run' : ''}: there is nothing to clear.`);
}
