import * as z from 'zod';
import { judgeAnswer, resume, withAnswer } from '../platform/approval.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { answerSchema } from './approval.ts';
import { complianceVariables } from './environment.ts';
import { listTargets, updateRepair } from './repair-records.ts';

const { LEDGER_TABLE } = complianceVariables;

/** Takes a person's answer. It is written down before the workflow goes on, and the workflow reads it there. */
export const handler = createHandler({
  input: z.unknown(),
  environment: { LEDGER_TABLE },
  handle: async (event, { environment, now }) => {
    const parsed = answerSchema.safeParse(event);
    if (!parsed.success) return { status: 'refused' as const, code: 'invalid-answer' as const, message: z.prettifyError(parsed.error) };
    const answer = parsed.data;
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const repair = (await listTargets(ledger)).flatMap(({ current }) => current ?? []).find(({ repairId }) => repairId === answer.repairId);
    if (repair === undefined) {
      return { status: 'refused' as const, code: 'unknown-repair' as const, message: `No repair ${answer.repairId} is under way.` };
    }
    const { repairId, planHash, approval } = repair;
    const refusal = judgeAnswer(answer, { name: `repair ${repairId}`, planHash, approval }, now);
    if (refusal !== undefined || approval === undefined) return { status: 'refused' as const, ...refusal };
    const answered = withAnswer(approval, answer, now);
    if (approval.decision === undefined) await updateRepair(ledger, repair, { approval: answered }, now);
    await resume(answered);
    return { status: 'accepted' as const, repairId, decision: answer.decision };
  },
});
