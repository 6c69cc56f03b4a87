import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { judgeAnswer, withAnswer } from '../platform/approval.ts';
import { stepFunctions } from '../platform/clients.ts';
import { isNamed } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { lifecycleVariables } from './environment.ts';
import { lifecycleAnswerSchema } from './lifecycle-answer.ts';
import { type LifecycleQuestion, readQuestion, writeQuestion } from './lifecycle-records.ts';

const { LEDGER_TABLE, LIFECYCLE_WORKFLOW_ARN } = lifecycleVariables;

/**
 * Takes a person's answer. It is written down first; then a run is started, which reads it there. Where the start is lost, the
 * same answer again starts it, and so does the next run of the week.
 */
export const handler = createHandler({
  input: z.unknown(),
  environment: { LEDGER_TABLE, LIFECYCLE_WORKFLOW_ARN },
  handle: async (event, { environment, now }) => {
    const parsed = lifecycleAnswerSchema.safeParse(event);
    if (!parsed.success) return { status: 'refused' as const, code: 'invalid-answer' as const, message: z.prettifyError(parsed.error) };
    const { role, ...answer } = parsed.data;
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const standing = await readQuestion(ledger, role);
    const question = standing.value;
    const name = `change of the rules of ${role}`;
    if (question === undefined) return { status: 'refused' as const, code: 'not-awaiting' as const, message: `The ${name} is not waiting for an answer.` };
    const refusal = judgeAnswer(answer, { name, planHash: question.plan.planHash, approval: question.approval }, now);
    if (refusal !== undefined) return { status: 'refused' as const, ...refusal };
    const approval = withAnswer(question.approval, answer, now);
    if (question.approval.decision === undefined) await writeQuestion(ledger, { ...question, approval }, standing, now);
    if (approval.decision === 'approved') await start(environment.LIFECYCLE_WORKFLOW_ARN, executionName(question));
    return { status: 'accepted' as const, role, decision: answer.decision };
  },
});

/** One an approval: asked again after it expired, the same plan is another question. */
function executionName({ role, approval: { planHash, askedAt } }: LifecycleQuestion): string {
  return `approval-${role}-${planHash.slice(0, 16)}-${Math.floor(Date.parse(askedAt) / 1000)}`;
}

async function start(stateMachineArn: string, name: string): Promise<void> {
  try {
    await stepFunctions().send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ cause: 'approval' }) }));
  } catch (error) {
    // It ran, or runs, by this very answer.
    if (!isNamed(error, 'ExecutionAlreadyExists')) throw error;
  }
}
