import { judgeHandover } from '../../../functions/compliance/handover.ts';
import type { RepairOutcome } from '../../../functions/compliance/repair-records.ts';
import { now, settingsOf } from './builders.ts';

const closed = (outcome: RepairOutcome, minutesAgo: number) => ({
  repairId: `r-${minutesAgo}`, planHash: 'x', outcome, closedAt: new Date(now - minutesAgo * 60_000).toISOString(),
});

describe('a target is handed over to a person', () => {
  test.each([
    { rule: 'nothing was ever repaired', history: [], expected: false },
    { rule: 'two repairs in the window', history: [closed('repaired', 5), closed('repaired', 20)], expected: false },
    { rule: 'three repairs in the window', history: [closed('repaired', 5), closed('repaired', 20), closed('repaired', 59)], expected: true },
    { rule: 'the third was before the window', history: [closed('repaired', 5), closed('repaired', 20), closed('repaired', 60)], expected: false },
    { rule: 'repairs that wrote nothing do not count', history: [closed('gone', 1), closed('altered', 2), closed('failed', 3), closed('rejected', 4)], expected: false },
    { rule: 'one was undone six days ago', history: [closed('undone', 6 * 1440)], expected: true },
    { rule: 'one was undone by hand', history: [closed('undone-by-hand', 60)], expected: true },
    { rule: 'one was undone a week ago', history: [closed('undone', 7 * 1440)], expected: false },
  ])('$rule: $expected', ({ history, expected }) => {
    const handover = judgeHandover(history, settingsOf({ repairsBeforeHandover: 3, flapWindowMinutes: 60 }), now);
    expect(handover.isHandedOver).toBe(expected);
  });
});
