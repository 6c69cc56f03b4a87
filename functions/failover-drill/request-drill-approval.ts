import * as z from 'zod';
import { type Approval, resume } from '../platform/approval.ts';
import { Defect } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { describeQuestion } from './drill-question.ts';
import { type Drill, drillReferenceSchema, getDrill, updateDrill } from './drill-records.ts';
import { drillVariables } from './environment.ts';

const { LEDGER_TABLE, TOPIC_ARN, DRILL_SETTINGS } = drillVariables;

/** Asks a second person: keeps the token by which the workflow goes on, bound to the plan as it stands, and tells. */
export const handler = createHandler({
  input: drillReferenceSchema.extend({ token: z.string().min(1) }),
  environment: { LEDGER_TABLE, TOPIC_ARN, DRILL_SETTINGS },
  handle: async ({ drillId, token }, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const drill = await getDrill(ledger, drillId);
    const { plan, planHash } = planToAskFor(drill);
    const asked = drill.approval ?? {
      planHash,
      askedAt: new Date(now).toISOString(),
      expiresAt: new Date(now + environment.DRILL_SETTINGS.approvalMinutes * 60_000).toISOString(),
    };
    // Asked a second time, the question is the same one: what was told of it holds, and an answer that was given stands.
    const approval: Approval = { ...asked, token };
    await updateDrill(ledger, drill, { state: 'awaiting-approval', approval }, now);
    await notify(describeQuestion(drill, plan, approval), { ledger, topicArn: environment.TOPIC_ARN, now });
    // It was given to a token that nobody waits for any more, and nobody will give it again.
    if (approval.decision !== undefined) await resume(approval);
    return {};
  },
});

function planToAskFor({ drillId, kind, state, isDryRun, blockers, plan, planHash }: Drill) {
  const isFit = kind === 'drill' && !isDryRun && blockers.length === 0 && (state === 'opened' || state === 'awaiting-approval');
  if (!isFit || plan === undefined || planHash === undefined) throw new Defect(`The drill ${drillId} is ${state}, and nothing to ask for.`);
  return { plan, planHash };
}
