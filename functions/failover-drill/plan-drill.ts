import * as z from 'zod';
import { Defect } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { collectDrillFacts, factVariables } from './drill-facts-collect.ts';
import { planOf } from './drill-facts-plan.ts';
import { type Drill, drillReferenceSchema, findDrill, openDrill } from './drill-records.ts';
import { readRequest } from './drill-request.ts';
import { drillVariables } from './environment.ts';
import { judgeGuards } from './guards.ts';
import { hashDrillPlan } from './plan.ts';

const { LEDGER_TABLE } = drillVariables;

/** Opens a drill: looks at every guard, and at the request too, and tells everything that speaks against it. */
export const handler = createHandler({
  input: drillReferenceSchema.extend({ request: z.unknown() }),
  environment: { LEDGER_TABLE, ...factVariables },
  handle: async ({ drillId, request }, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const settings = environment.DRILL_SETTINGS;
    const { blockers: wrong, ...asked } = readRequest(request);
    const standing = await findDrill(ledger, drillId);
    // What was found when it was first asked for stands: an answer may have been lost, and the clearance looks anew.
    if (standing !== undefined) return answer(refuseForeign(standing, asked), settings.approvalMinutes);
    const facts = await collectDrillFacts(drillId, environment, { ledger, now });
    const { blockers, remarks } = judgeGuards(facts, settings, now);
    const plan = planOf(facts, settings);
    const drill: Drill = {
      drillId,
      kind: 'drill',
      ...asked,
      openedAt: new Date(now).toISOString(),
      state: 'opened',
      blockers: [...wrong, ...blockers],
      remarks,
      ...(plan === undefined ? {} : { plan, planHash: hashDrillPlan(plan) }),
    };
    return answer(refuseForeign(await openDrill(ledger, drill, now), asked), settings.approvalMinutes);
  },
});

/** A name is used once: Step Functions frees names after 90 days, and the ledger remembers them for longer. */
function refuseForeign(drill: Drill, asked: Pick<Drill, 'requester' | 'reason' | 'isDryRun'>): Drill {
  const isSame = drill.requester === asked.requester && drill.reason === asked.reason && drill.isDryRun === asked.isDryRun;
  if (drill.kind === 'drill' && drill.state === 'opened' && isSame) return drill;
  throw new Defect(`The name ${drill.drillId} was used at ${drill.openedAt} for another drill or observation. Start it under a new name.`);
}

function answer({ blockers, plan, isDryRun }: Drill, approvalMinutes: number) {
  const approvalSeconds = approvalMinutes * 60;
  if (blockers.length > 0) return { verdict: 'refused' as const, outcome: 'refused' as const, reason: tell(blockers), approvalSeconds };
  if (plan === undefined) throw new Defect('Nothing speaks against the drill, and yet there is no plan of it.');
  if (isDryRun) return { verdict: 'dry-run' as const, outcome: 'dry-run' as const, reason: 'Nothing speaks against it.', approvalSeconds };
  return { verdict: 'ask' as const, outcome: '' as const, reason: '', approvalSeconds };
}

function tell(blockers: Drill['blockers']): string {
  return blockers.map(({ code, message }) => `${code}: ${message}`).join(' ');
}
