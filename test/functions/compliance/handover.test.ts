import { judgeHandovers } from '../../../functions/compliance/handover.ts';
import type { RepairOutcome, TargetRecord } from '../../../functions/compliance/repair-records.ts';
import { findingOf, now, repairOf, settingsOf } from './builders.ts';

const { target } = repairOf();
const ssh = findingOf();
const mysql = findingOf({ key: 'SG1/sg-1/mysql' });

const closed = (outcome: RepairOutcome, minutesAgo: number, drifts = [ssh.key]) => ({
  repairId: `r-${minutesAgo}`, planHash: 'x', drifts, outcome, closedAt: new Date(now - minutesAgo * 60_000).toISOString(),
});

const reasonFor = (record: Partial<TargetRecord>, finding = ssh) =>
  judgeHandovers([{ target, revision: 1, history: [], ...record }], settingsOf({ repairsBeforeHandover: 3, flapWindowMinutes: 60 }), now).reasonFor(finding, target);

describe('a drift is handed over to a person', () => {
  test.each([
    { rule: 'nothing was ever repaired', history: [], expected: false },
    { rule: 'two repairs in the window', history: [closed('repaired', 5), closed('repaired', 20)], expected: false },
    { rule: 'three repairs in the window', history: [closed('repaired', 5), closed('repaired', 20), closed('repaired', 59)], expected: true },
    { rule: 'the third was before the window', history: [closed('repaired', 5), closed('repaired', 20), closed('repaired', 60)], expected: false },
    { rule: 'repairs that wrote nothing do not count', history: [closed('gone', 1), closed('altered', 2), closed('failed', 3), closed('rejected', 4)], expected: false },
    { rule: 'one was undone six days ago', history: [closed('undone', 6 * 1440)], expected: true },
    { rule: 'one was undone by hand', history: [closed('undone-by-hand', 60)], expected: true },
    { rule: 'one was undone a week ago', history: [closed('undone', 7 * 1440)], expected: false },
    { rule: 'others of the same target were repaired', history: [1, 2, 3].map((minutes) => closed('repaired', minutes, [mysql.key])), expected: false },
    { rule: 'another of the same target was undone', history: [closed('undone', 1, [mysql.key])], expected: false },
    { rule: 'it flapped beside others', history: [1, 2, 3].map((minutes) => closed('repaired', minutes, [mysql.key, ssh.key])), expected: true },
  ])('$rule: $expected', ({ history, expected }) => {
    expect(reasonFor({ history }) !== undefined).toBe(expected);
  });

  test('also when it varies each time, once its target has used up three times the allowance', () => {
    const varied = (times: number) => Array.from({ length: times }, (_, index) => closed('repaired', index + 1, [`SG1/sg-1/${index}`]));
    expect(reasonFor({ history: varied(8) })).toBeUndefined();
    expect(reasonFor({ history: varied(9) })).toContain('9 times within 60 minutes');
    expect(reasonFor({ history: varied(9), current: repairOf({ findings: [mysql] }) })).toBeUndefined();
  });

  test('but never while its repair is under way: the last look has to find the plan that was opened', () => {
    const history = [1, 2, 3].map((minutes) => closed('repaired', minutes));
    const current = repairOf();
    expect(reasonFor({ history, current })).toBeUndefined();
    expect(reasonFor({ history, current: { ...current, expiresAt: new Date(now).toISOString() } })).toContain('3 times within 60 minutes');
    expect(reasonFor({ history, current: repairOf({ findings: [mysql] }) })).toContain('3 times');
  });
});
