import { answerSchema, judgeAnswer } from '../../../functions/compliance/approval.ts';
import type { Repair } from '../../../functions/compliance/repair-records.ts';
import { now, repairOf } from './builders.ts';

const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
const { repairId, planHash } = repairOf();
const answer = { repairId, planHash, decision: 'approved' as const, approver: 'first' };

function waiting(changes: Partial<NonNullable<Repair['approval']>> = {}, more: Partial<Repair> = {}): Repair {
  return repairOf({ state: 'awaiting-approval', approval: { token: 't', planHash, askedAt: at(-60), expiresAt: at(60), ...changes }, ...more });
}

describe('an answer to an approval', () => {
  test.each([
    { rule: 'in time, for the plan that waits', repair: waiting(), code: undefined },
    { rule: 'for a repair that is not under way', repair: undefined, code: 'unknown-repair' },
    { rule: 'for a repair that asked nobody', repair: repairOf(), code: 'not-awaiting' },
    { rule: 'for a plan that was altered', repair: waiting({}, { planHash: 'f'.repeat(64) }), code: 'plan-altered' },
    { rule: 'for an approval of another plan', repair: waiting({ planHash: 'f'.repeat(64) }), code: 'plan-altered' },
    { rule: 'in the very instant in which it expires', repair: waiting({ expiresAt: at(0) }), code: 'expired' },
    { rule: 'given before by the same person', repair: waiting({ decision: 'approved', approver: 'first' }), code: undefined },
    { rule: 'given before by another', repair: waiting({ decision: 'approved', approver: 'second' }), code: 'answered-already' },
    { rule: 'the other way round than before', repair: waiting({ decision: 'rejected', approver: 'first' }), code: 'answered-already' },
  ])('$rule: $code', ({ repair, code }) => {
    expect(judgeAnswer(answer, repair, now)?.code).toBe(code);
  });

  test.each([
    ['without an approver', { ...answer, approver: '' }, 'approver'],
    ['with half a hash', { ...answer, planHash: planHash.slice(0, 12) }, 'planHash'],
    ['with another word', { ...answer, decision: 'maybe' }, 'decision'],
    ['with a field too many', { ...answer, force: true }, 'force'],
  ])('%s is refused, and the field is named', (_what, event, field) => {
    const result = answerSchema.safeParse(event);
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(field);
  });
});
