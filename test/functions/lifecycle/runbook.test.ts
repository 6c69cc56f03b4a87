import { readFileSync } from 'node:fs';
import { lifecycleBlockerCodes } from '../../../functions/lifecycle/blocker.ts';
import { describeRun } from '../../../functions/lifecycle/announcements.ts';
import { lifecycleAnswerSchema } from '../../../functions/lifecycle/lifecycle-answer.ts';
import { bucketOutcomes, lifecycleRunSchema, reportKey } from '../../../functions/lifecycle/lifecycle-run.ts';
import { metricNamespace, metricsOf } from '../../../functions/lifecycle/metrics.ts';
import { bucketLifecycleSchema, bucketRoles, declaredRuleSchema, lifecycleSettingsSchema } from '../../../functions/lifecycle/settings.ts';
import { shipped } from './facts.ts';
import { reportOf, resultOf } from './report-fixtures.ts';

const runbook = readFileSync(new URL('../../../docs/runbooks/storage-lifecycle.md', import.meta.url), 'utf8');

/** Rows of the table under its head: the cells of each. */
function rowsOf(head: string): string[][] {
  const [, table = ''] = runbook.split(`| ${head} |`);
  const lines = table.split('\n').slice(2);
  return lines.slice(0, lines.findIndex((line) => !line.startsWith('|'))).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** The JSON that follows a text, up to its closing quote. */
function jsonAfter(before: string): unknown {
  const start = runbook.indexOf(`${before} '{`);
  expect(start).toBeGreaterThan(0);
  const text = runbook.slice(start + before.length + 2);
  return JSON.parse(text.slice(0, text.indexOf("}'") + 1));
}

test('the runbook explains every blocker, and no other, with what to do', () => {
  const rows = rowsOf('code | what it means | what to do');
  expect(rows.map(([code]) => code)).toEqual(lifecycleBlockerCodes.map((code) => `\`${code}\``));
  for (const cells of rows) expect(cells.filter((cell) => cell.length > 5)).toHaveLength(3);
});

test('the runbook explains every outcome, and how loudly it is told', () => {
  const rows = rowsOf('outcome | means | message');
  expect(new Set(rows.map(([outcome]) => outcome))).toEqual(new Set(bucketOutcomes.map((outcome) => `\`${outcome}\``)));
  expect(rows).toHaveLength(bucketOutcomes.length);
  const told = bucketOutcomes.filter((outcome) => outcome !== 'unchanged');
  const loudness = told.map((outcome) => rows.find(([name]) => name === `\`${outcome}\``)?.[2]);
  expect(loudness).toEqual(told.map((outcome) => describeRun(reportOf(resultOf('logs', { outcome })), '').severity));
});

test('what the runbook types is taken: the start, the answer, the report', () => {
  const started = jsonAfter('--name by-hand-2027-1 --input');
  expect(lifecycleRunSchema.pick({ cause: true }).parse(started)).toEqual({ cause: 'operator' });
  expect(lifecycleAnswerSchema.parse(jsonAfter('--function-name ANSWER_LIFECYCLE --cli-binary-format raw-in-base64-out --payload'))).toMatchObject({ role: 'productImages', decision: 'approved' });
  expect(runbook).toContain(reportKey({ runId: 'by-hand-2027-1', startedAt: '2027-01-13T07:00:00Z' }, 'report.html'));
});

test('settings, metrics, buckets and links of the runbook exist', () => {
  const settings = [lifecycleSettingsSchema, bucketLifecycleSchema, declaredRuleSchema].flatMap(({ shape }) => Object.keys(shape));
  const named = [...runbook.matchAll(/`([a-z][a-zA-Z]*(?:Hours|Days|Counted|Markers))`/gu)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !settings.includes(name))).toEqual([]);
  for (const role of bucketRoles) expect(runbook).toContain(`\`${role}\``);
  expect(runbook).toContain(`\`${metricNamespace}\``);
  for (const { MetricName } of metricsOf(reportOf())) expect(runbook).toContain(`\`${MetricName}\``);
  const headings = [...runbook.matchAll(/^## (.*)$/gmu)].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'));
  const anchors = [...runbook.matchAll(/\]\(#([^)]+)\)/gu)].map(([, anchor]) => anchor);
  expect(anchors.length).toBeGreaterThan(1);
  for (const anchor of anchors) expect(headings).toContain(anchor);
});

test('how long things stay is what is delivered', () => {
  const [logs, evidence] = [shipped.buckets.logs.rules[0], shipped.buckets.evidence.rules[0]];
  expect(runbook).toContain(`hidden after ${logs?.expireAfterDays} days and gone after ${(logs?.expireAfterDays ?? 0) + (logs?.noncurrentExpireAfterDays ?? 0)}`);
  expect(runbook).toContain(`hidden after ${evidence?.expireAfterDays} days`);
  expect(shipped.buckets.documents.rules.filter(({ expireAfterDays, noncurrentExpireAfterDays }) => expireAfterDays !== undefined || noncurrentExpireAfterDays !== undefined)).toEqual([]);
});
