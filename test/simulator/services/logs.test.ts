import { fakeAccount } from './fake-account.ts';

test('a group keeps its latest lines, and counts them all', () => {
  const { account } = fakeAccount();
  for (let line = 0; line < 12_000; line += 1) account.logs.append('/aws/lambda/reconcile', `line ${line}`);
  const lines = account.logs.lines('/aws/lambda/reconcile');
  expect(lines).toHaveLength(5_000);
  expect(lines.at(-1)).toEqual({ at: Date.parse('2027-01-06T07:00:00Z'), text: 'line 11999' });
  expect(account.logs.total('/aws/lambda/reconcile')).toBe(12_000);
});

test('a group that a stack declares keeps its retention when lines come', () => {
  const { account } = fakeAccount();
  account.logs.putGroup({ name: 'declared', retentionDays: 90 });
  account.logs.append('declared', 'x');
  account.logs.append('made by itself', 'x');
  expect(account.logs.groups).toEqual([
    { name: 'declared', retentionDays: 90 },
    { name: 'made by itself', retentionDays: undefined },
  ]);
});
