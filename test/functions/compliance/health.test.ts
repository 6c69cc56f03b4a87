import { judgeHealth } from '../../../functions/compliance/health.ts';

describe('the health of the shop after a write', () => {
  test.each([
    { rule: 'as before', before: [3, 0], now: [3, 0], seconds: 60, expected: 'steady' },
    { rule: 'watched long enough', before: [3, 0], now: [3, 0], seconds: 300, expected: 'watched' },
    { rule: 'one target fell', before: [3, 0], now: [2, 1], seconds: 60, expected: 'fell' },
    { rule: 'one target fell in the last look', before: [3, 0], now: [2, 1], seconds: 300, expected: 'fell' },
    { rule: 'the group was made smaller', before: [6, 0], now: [3, 0], seconds: 60, expected: 'steady' },
    { rule: 'it was unhealthy before', before: [2, 1], now: [2, 1], seconds: 60, expected: 'steady' },
    { rule: 'a new target is not healthy yet, and none was lost', before: [3, 0], now: [3, 1], seconds: 60, expected: 'steady' },
    { rule: 'requests fail that did not before', before: [3, 0, 1], now: [3, 0, 40], seconds: 60, expected: 'fell' },
    { rule: 'requests failed before', before: [3, 0, 40], now: [3, 0, 41], seconds: 60, expected: 'steady' },
    { rule: 'a few requests fail, as they do', before: [3, 0, 0], now: [3, 0, 4], seconds: 60, expected: 'steady' },
    { rule: 'it recovered', before: [0, 3], now: [3, 0], seconds: 60, expected: 'steady' },
  ])('$rule: $expected', ({ before, now, seconds, expected }) => {
    const health = ([healthy = 0, unhealthy = 0, errorPercent = 0]: number[]) => ({ healthy, unhealthy, errorPercent });
    expect(judgeHealth(health(before), health(now), { seconds, of: 300 }).verdict).toBe(expected);
  });
});
