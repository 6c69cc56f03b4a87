import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { stepFunctions } from '../platform/clients.ts';
import { isNamed } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { answerSchema, judgeAnswer } from './approval.ts';
import { complianceVariables } from './environment.ts';
import { listTargets, type Repair, updateRepair } from './repair-records.ts';

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
    const refusal = judgeAnswer(answer, repair, now);
    if (refusal !== undefined || repair?.approval === undefined) return { status: 'refused' as const, ...refusal };
    const { decision, approver, comment } = answer;
    const answered = { ...repair.approval, decision, approver, answeredAt: new Date(now).toISOString(), ...(comment === undefined ? {} : { comment }) };
    if (repair.approval.decision === undefined) await updateRepair(ledger, repair, { approval: answered }, now);
    await goOn(repair, decision);
    return { status: 'accepted' as const, repairId: repair.repairId, decision };
  },
});

async function goOn({ approval }: Repair, decision: string): Promise<void> {
  try {
    await stepFunctions().send(new SendTaskSuccessCommand({ taskToken: approval?.token ?? '', output: JSON.stringify({ decision }) }));
  } catch (error) {
    // The workflow went on already, by this very answer; or its time ran out, and then it says so itself.
    if (!isNamed(error, 'TaskTimedOut', 'TaskDoesNotExist')) throw error;
  }
}
