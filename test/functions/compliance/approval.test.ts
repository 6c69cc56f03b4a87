import { answerSchema } from '../../../functions/compliance/approval.ts';
import { repairOf } from './builders.ts';

const { repairId, planHash } = repairOf();
const answer = { repairId, planHash, decision: 'approved' as const, approver: 'first' };

describe('an answer to an approval', () => {
  test.each([
    ['without an approver', { ...answer, approver: '' }, 'approver'],
    ['by nobody but spaces', { ...answer, approver: '  ' }, 'approver'],
    ['with half a hash', { ...answer, planHash: planHash.slice(0, 12) }, 'planHash'],
    ['with another word', { ...answer, decision: 'maybe' }, 'decision'],
    ['with a field too many', { ...answer, force: true }, 'force'],
  ])('%s is refused, and the field is named', (_what, event, field) => {
    const result = answerSchema.safeParse(event);
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(field);
  });
});
