import { type Approval, isApproved, judgeAnswer, type Question, withAnswer } from '../../../functions/platform/approval.ts';

const now = Date.parse('2027-01-20T13:00:00Z');
const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
const planHash = 'a'.repeat(64);
const otherHash = 'f'.repeat(64);
const answer = { planHash, decision: 'approved' as const, approver: 'first' };

function approvalOf(changes: Partial<Approval> = {}): Approval {
  return { token: 't', planHash, askedAt: at(-60), expiresAt: at(60), ...changes };
}

function waiting(changes: Partial<Approval> = {}, more: Partial<Question> = {}): Question {
  return { name: 'plan', planHash, approval: approvalOf(changes), ...more };
}

describe('an answer to an approval', () => {
  test.each([
    { rule: 'in time, for the plan that waits', question: waiting(), code: undefined },
    { rule: 'for what asked nobody', question: { name: 'plan', planHash }, code: 'not-awaiting' },
    { rule: 'for a plan that was altered', question: waiting({}, { planHash: otherHash }), code: 'plan-altered' },
    { rule: 'for an approval of another plan', question: waiting({ planHash: otherHash }), code: 'plan-altered' },
    { rule: 'in the very instant in which it expires', question: waiting({ expiresAt: at(0) }), code: 'expired' },
    { rule: 'given before by the same person', question: waiting({ decision: 'approved', approver: 'first' }), code: undefined },
    { rule: 'given before by another', question: waiting({ decision: 'approved', approver: 'second' }), code: 'answered-already' },
    { rule: 'the other way round than before', question: waiting({ decision: 'rejected', approver: 'first' }), code: 'answered-already' },
    { rule: 'by another than who asked for it', question: waiting({}, { requester: 'second' }), code: undefined },
    { rule: 'by who asked for it', question: waiting({}, { requester: 'first' }), code: 'own-request' },
    { rule: 'by who asked for it, spelt otherwise', question: waiting({}, { requester: ' First' }), code: 'own-request' },
  ])('$rule: $code', ({ question, code }) => {
    expect(judgeAnswer(answer, question, now)?.code).toBe(code);
  });

  test('who asked for it may take it back', () => {
    expect(judgeAnswer({ ...answer, decision: 'rejected' }, waiting({}, { requester: 'first' }), now)).toBeUndefined();
  });

  test('is kept with its time; the first one stands', () => {
    const answered = withAnswer(approvalOf(), { ...answer, comment: 'seen' }, now);
    expect(answered).toEqual({ ...approvalOf(), decision: 'approved', approver: 'first', comment: 'seen', answeredAt: at(0) });
    expect(withAnswer(answered, { ...answer, approver: 'second' }, now + 1000)).toEqual(answered);
  });
});

describe('a plan may be carried out', () => {
  test.each([
    { rule: 'approved and in time', approval: approvalOf({ decision: 'approved' }), expected: true },
    { rule: 'nobody was asked', approval: undefined, expected: false },
    { rule: 'nobody has answered', approval: approvalOf(), expected: false },
    { rule: 'rejected', approval: approvalOf({ decision: 'rejected' }), expected: false },
    { rule: 'approved, and expired since', approval: approvalOf({ decision: 'approved', expiresAt: at(0) }), expected: false },
    { rule: 'another plan was approved', approval: approvalOf({ decision: 'approved', planHash: otherHash }), expected: false },
  ])('$rule: $expected', ({ approval, expected }) => {
    expect(isApproved(approval, planHash, now)).toBe(expected);
  });
});
