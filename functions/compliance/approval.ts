import * as z from 'zod';
import type { Repair } from './repair-records.ts';

/** What a person answers. The hash says that it is this plan that was read, and no other. */
export const answerSchema = z.strictObject({
  repairId: z.string().min(1),
  planHash: z.string().regex(/^[0-9a-f]{64}$/u, 'the 64 hexadecimal digits of the message'),
  decision: z.enum(['approved', 'rejected']),
  approver: z.string().min(1).max(200),
  comment: z.string().max(1000).optional(),
});

export type Answer = z.infer<typeof answerSchema>;

/** Why an answer is not taken. */
export interface Refusal {
  readonly code: 'unknown-repair' | 'not-awaiting' | 'plan-altered' | 'expired' | 'answered-already';
  readonly message: string;
}

/** Whether an answer counts. The same answer by the same person again does: its first reply may have been lost. */
export function judgeAnswer(answer: Answer, repair: Repair | undefined, now: number): Refusal | undefined {
  const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, message });
  if (repair === undefined) return refuse('unknown-repair', `No repair ${answer.repairId} is under way.`);
  const { approval } = repair;
  if (approval === undefined) return refuse('not-awaiting', `The repair ${repair.repairId} is not waiting for an answer.`);
  if (answer.planHash !== approval.planHash || answer.planHash !== repair.planHash) {
    return refuse('plan-altered', `planHash is ${answer.planHash}, and the plan that waits is ${repair.planHash}: read it again.`);
  }
  if (now >= Date.parse(approval.expiresAt)) return refuse('expired', `The answer was wanted before ${approval.expiresAt}.`);
  if (approval.decision === undefined) return undefined;
  if (approval.decision === answer.decision && approval.approver === answer.approver) return undefined;
  return refuse('answered-already', `${approval.approver ?? 'Somebody'} has ${approval.decision} it at ${approval.answeredAt ?? 'an unknown time'}.`);
}
