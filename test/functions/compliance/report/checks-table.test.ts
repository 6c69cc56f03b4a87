import { readFileSync } from 'node:fs';
import { checks, findCheck } from '../../../../functions/compliance/checks/registry.ts';
import { describeChecks } from '../../../../functions/compliance/checks-table.ts';

test('docs/compliance-checks.md is what the registry says; `npm run docs:checks` writes it', () => {
  const written = readFileSync(new URL('../../../../docs/compliance-checks.md', import.meta.url), 'utf8');
  expect(written).toBe(describeChecks(checks));
});

test('the registry has every check once: SG1 to SG17 and IAM1 to IAM16', () => {
  const numbered = (name: string, last: number): string[] => Array.from({ length: last }, (_, index) => `${name}${index + 1}`);
  expect(checks.map(({ id }) => id)).toEqual([...numbered('SG', 17), ...numbered('IAM', 16)]);
});

test('a check is found by its id, and nothing by another', () => {
  for (const check of checks) expect(findCheck(check.id)).toBe(check);
  expect(findCheck('SG0')).toBeUndefined();
});

test.each(checks.map((check) => [check.id, check] as const))('%s says what it tests in sentences, refers to what there is, and has the repair that it promises', (_id, check) => {
  expect(check.title).toMatch(/^\S.{5,}[^.]$/u);
  expect(check.description).toMatch(/^[A-Z0-9`*][\s\S]{20,}\.$/u);
  for (const reference of check.references) expect(reference).toMatch(/^(CIS \d+(\.\d+)+|(EC2|IAM)\.\d+)$/u);
  expect('repair' in check || check.remediation === 'report-only').toBe(true);
});
