import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { stepFunctions } from './clients.ts';
import { isNamed } from './errors.ts';

/**
 * Approvals by a person. A question is bound to the hash of a plan and expires; the answer is written into the ledger
 * before the workflow goes on, and the workflow reads it there (ADR 6).
 */
export const approvalSchema = z.object({
  token: z.string(),
  planHash: z.string(),
  askedAt: z.string(),
  /** An answer after this counts for nothing, and neither does an earlier one that was not carried out by then. */
  expiresAt: z.string(),
  decision: z.enum(['approved', 'rejected']).optional(),
  approver: z.string().optional(),
  comment: z.string().optional(),
  answeredAt: z.string().optional(),
});
export type Approval = z.infer<typeof approvalSchema>;

/** An approval for which no workflow waits: whoever takes the answer starts one. */
export const tokenlessApprovalSchema = approvalSchema.omit({ token: true });
export type TokenlessApproval = z.infer<typeof tokenlessApprovalSchema>;

/** What every answer says, beside what it is about. The hash says that it is this plan that was read, and no other. */
export const answerFields = {
  planHash: z.string().regex(/^[0-9a-f]{64}$/u, 'the 64 hexadecimal digits of the message'),
  decision: z.enum(['approved', 'rejected']),
  approver: z.string().trim().min(1).max(200),
  comment: z.string().max(1000).optional(),
} as const;

const answerSchema = z.object(answerFields);
export type Answer = z.infer<typeof answerSchema>;

/** What is waiting for an answer. */
export interface Question {
  /** As a person is told of it: `repair sg-1-…`. */
  readonly name: string;
  readonly planHash: string;
  readonly approval?: TokenlessApproval | undefined;
  /** Who asked for it, where that is a person: they cannot approve it. */
  readonly requester?: string | undefined;
}

/** Why an answer is not taken. */
export interface Refusal {
  readonly code: 'not-awaiting' | 'plan-altered' | 'expired' | 'answered-already' | 'own-request';
  readonly message: string;
}

/** Whether an answer counts. The same answer by the same person again does: its first reply may have been lost. */
export function judgeAnswer(answer: Answer, { name, planHash, approval, requester }: Question, now: number): Refusal | undefined {
  const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, message });
  if (approval === undefined) return refuse('not-awaiting', `The ${name} is not waiting for an answer.`);
  if (answer.planHash !== approval.planHash || answer.planHash !== planHash) {
    return refuse('plan-altered', `planHash is ${answer.planHash}, and the plan that waits is ${planHash}: read it again.`);
  }
  if (now >= Date.parse(approval.expiresAt)) return refuse('expired', `The answer was wanted before ${approval.expiresAt}.`);
  if (answer.decision === 'approved' && requester !== undefined && isSamePerson(answer.approver, requester)) {
    return refuse('own-request', `approver is ${answer.approver}, who asked for it: a second person has to approve the ${name}.`);
  }
  if (approval.decision === undefined) return undefined;
  if (approval.decision === answer.decision && approval.approver === answer.approver) return undefined;
  return refuse('answered-already', `${approval.approver ?? 'Somebody'} has ${approval.decision} it at ${approval.answeredAt ?? 'an unknown time'}.`);
}

/** `approval` with the answer in it; the first answer stands. */
export function withAnswer<Given extends TokenlessApproval>(approval: Given, { decision, approver, comment }: Answer, now: number): Given {
  if (approval.decision !== undefined) return approval;
  return { ...approval, decision, approver, answeredAt: new Date(now).toISOString(), ...(comment === undefined ? {} : { comment }) };
}

/** Whether the plan of this hash may be carried out now. */
export function isApproved(approval: TokenlessApproval | undefined, planHash: string, now: number): boolean {
  return approval?.decision === 'approved' && approval.planHash === planHash && now < Date.parse(approval.expiresAt);
}

/** Lets the workflow go on that waits for the answer. */
export async function resume({ token, decision }: Approval): Promise<void> {
  try {
    await stepFunctions().send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify({ decision }) }));
  } catch (error) {
    // The workflow went on already, by this very answer; or its time ran out, and then it says so itself.
    if (!isNamed(error, 'TaskTimedOut', 'TaskDoesNotExist')) throw error;
  }
}

/** Names are typed by people: case and spaces do not make another person. */
function isSamePerson(one: string, other: string): boolean {
  return spellingOf(one) === spellingOf(other);
}

function spellingOf(name: string): string {
  return name.trim().toLowerCase().normalize('NFKC').replaceAll(/\s+/gu, ' ');
}
