import { describeApproval, describeDrift, describeOutcome, describeSilence } from '../../../functions/compliance/announcements.ts';
import type { PlannedFinding, RepairSchedule } from '../../../functions/compliance/planning.ts';
import { type RepairOutcome, repairOutcomes } from '../../../functions/compliance/repair-records.ts';
import { findingOf, now, repairOf } from './builders.ts';

const target = 'AWS::EC2::SecurityGroup/sg-1/GroupRules/automatic';
const planned = (changes: Partial<PlannedFinding> = {}): PlannedFinding => ({ finding: findingOf(), disposition: 'would-repair', reason: 'The mode of this check is dry-run.', target, ...changes });
const scheduleOf = (...findings: PlannedFinding[]): RepairSchedule => ({ findings, repairs: [], wouldRepair: [] });
const describeOne = (finding: PlannedFinding, changes: object = {}) => describeDrift({ schedule: scheduleOf(finding), actor: 'somebody', now, ...changes });
const day = 86_400_000;

describe('drift', () => {
  test.each([
    { what: 'is told where it would be repaired', finding: planned(), isTold: true },
    { what: 'is told where a person has to repair it', finding: planned({ disposition: 'report' }), isTold: true },
    { what: 'is told where it is held back', finding: planned({ disposition: 'held-back' }), isTold: true },
    { what: 'is not told where it is being repaired: the repair is', finding: planned({ disposition: 'repair' }), isTold: false },
    { what: 'is not told where an exception covers it', finding: planned({ disposition: 'excepted' }), isTold: false },
  ])('$what', ({ finding, isTold }) => {
    expect(describeOne(finding) !== undefined).toBe(isTold);
  });

  test('that was handed over is told with the reason', () => {
    expect(describeOne(planned({ disposition: 'handed-over', reason: 'It came back three times.' }))?.text).toContain('Handed over to a person: It came back three times.');
  });

  test('is the same event all day, and another one the next day, for another finding, or when something else becomes of it', () => {
    const key = describeOne(planned())?.key;
    expect(describeOne(planned(), { now: now + 3_600_000, actor: 'another' })?.key).toBe(key);
    expect(describeOne(planned(), { now: now + day })?.key).not.toBe(key);
    expect(describeOne(planned({ finding: findingOf({ key: 'SG1/sg-1/other' }) }))?.key).not.toBe(key);
    expect(describeOne(planned({ disposition: 'held-back' }))?.key).not.toBe(key);
  });

  test('that is grave is critical', () => {
    expect(describeOne(planned())?.severity).toBe('critical');
    expect(describeOne(planned({ finding: findingOf({ severity: 'medium' }) }))?.severity).toBe('warning');
  });
});

describe('checks that are silent', () => {
  const resources = [{ type: 'AWS::EC2::SecurityGroup', id: 'sg-1' }] as const;
  const refused = { id: 'SG1', status: 'not-evaluated', reason: 'securityGroups: AccessDenied' } as const;

  test('are told with the reason, once a day', () => {
    const message = describeSilence([refused, { id: 'SG2', status: 'passed' }], resources, now);
    expect(message).toMatchObject({ severity: 'critical', detail: { checkIds: ['SG1'] } });
    expect(message?.text).toContain('AccessDenied');
    expect(describeSilence([refused], resources, now + 1000)?.key).toBe(message?.key);
    expect(describeSilence([refused], resources, now + day)?.key).not.toBe(message?.key);
  });

  test('as what they read was not asked for are no news', () => {
    expect(describeSilence([{ ...refused, isOutOfSight: true }, { id: 'SG2', status: 'passed' }], resources, now)).toBeUndefined();
  });
});

describe('a question', () => {
  test('says what is planned, until when, and what to answer with; and never the token', () => {
    const repair = repairOf({ approval: { token: 'the-token', planHash: 'x', askedAt: '', expiresAt: '' } });
    const message = describeApproval(repair, '2027-01-21T13:00:00Z');
    for (const part of [repair.repairId, repair.planHash, '2027-01-21T13:00:00Z', 'revoke-rule', 'Port 22 is open']) expect(message.text).toContain(part);
    expect(JSON.stringify(message)).not.toContain('the-token');
  });
});

describe('the end of a repair', () => {
  const silent: readonly RepairOutcome[] = ['gone', 'excepted', 'superseded'];
  const alarming: readonly RepairOutcome[] = ['failed', 'still-there', 'undone', 'check-failed'];

  test.each(repairOutcomes)('%s is told as it deserves', (outcome) => {
    const message = describeOutcome(repairOf(), outcome, 'Because.', 12);
    expect(message === undefined).toBe(silent.includes(outcome));
    if (message === undefined) return;
    expect(message.severity).toBe(alarming.includes(outcome) ? 'critical' : 'warning');
    expect(message.text).toContain('Because.');
    expect(message.text.includes('12 seconds')).toBe(outcome === 'repaired');
  });
});
