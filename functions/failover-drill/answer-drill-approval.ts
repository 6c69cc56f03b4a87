import * as z from 'zod';
import { judgeAnswer, resume, withAnswer } from '../platform/approval.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { drillAnswerSchema } from './drill-answer.ts';
import { type Drill, findDrill, updateDrill } from './drill-records.ts';
import { drillVariables } from './environment.ts';

const { LEDGER_TABLE } = drillVariables;

/** Takes a person's answer. It is written down before the workflow goes on, and the workflow reads it there. */
export const handler = createHandler({
  input: z.unknown(),
  environment: { LEDGER_TABLE },
  handle: async (event, { environment, now }) => {
    const parsed = drillAnswerSchema.safeParse(event);
    if (!parsed.success) return { status: 'refused' as const, code: 'invalid-answer' as const, message: z.prettifyError(parsed.error) };
    const answer = parsed.data;
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const drill = await findDrill(ledger, answer.drillId);
    if (drill === undefined) return { status: 'refused' as const, code: 'unknown-drill' as const, message: `There is no drill ${answer.drillId}.` };
    const { drillId, planHash = '', requester } = drill;
    const approval = isAnswerable(drill) ? drill.approval : undefined;
    const refusal = judgeAnswer(answer, { name: `drill ${drillId}`, planHash, approval, requester }, now);
    if (refusal !== undefined) return { status: 'refused' as const, ...refusal };
    if (approval === undefined) return { status: 'refused' as const, code: 'not-awaiting' as const, message: `The drill ${drillId} is not waiting.` };
    const answered = withAnswer(approval, answer, now);
    if (approval.decision === undefined) await updateDrill(ledger, drill, { approval: answered }, now);
    await resume(answered);
    return { status: 'accepted' as const, drillId, decision: answer.decision };
  },
});

/** One that ended without an answer has no use for one; an answer that was given may be repeated. */
function isAnswerable({ state, approval }: Drill): boolean {
  return state === 'awaiting-approval' || approval?.decision !== undefined;
}
