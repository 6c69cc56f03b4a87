import { describeChecks } from '../../../../functions/compliance/checks-table.ts';
import type { Check } from '../../../../functions/compliance/check.ts';
import { checkFacts } from './fixtures.ts';

const checks = checkFacts.map((facts): Check => ({
  ...facts,
  reads: ['securityGroups', 'prefixLists'],
  scope: 'resource',
  evaluate: () => [],
  ...(facts.id === 'SG4' ? {} : { repair: () => ({ actions: [] }) }),
}));

test('a row and a chapter a check', () => {
  const text = describeChecks(checks);
  expect(text.match(/^\| \[/gmu)).toHaveLength(3);
  expect(text).toContain('| [IAM8](#iam8) | Nobody may do everything | critical | approval | resource | CIS 2.14, IAM.1 |');
  expect(text).toMatch(/## SG1\n\n\*\*Rules are the declared ones\*\*\n\nA rule that the baseline does not have/u);
  expect(text).toContain('- Reads: `securityGroups`, `prefixLists`');
});

test('what nobody has written a repair for is a person’s, whatever it asks for', () => {
  const [, rowOfSg4 = ''] = /^(\| \[SG4\].*)$/mu.exec(describeChecks(checks)) ?? [];
  expect(rowOfSg4).toContain('| report only |');
});

test('text stays text: neither emphasis nor a column of its own', () => {
  const [check] = checks;
  const text = describeChecks(check === undefined ? [] : [{ ...check, title: 'a|b', description: 'Allows *:* and\nservice:* to <x>.' }]);
  expect(text).toContain(String.raw`a\|b`);
  expect(text).toContain(String.raw`Allows \*:\* and service:\* to &lt;x>.`);
});
