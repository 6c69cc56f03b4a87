import { existsSync, readFileSync } from 'node:fs';
import { blockerCodes } from '../../../functions/failover-drill/blocker.ts';
import { drillAnswerSchema } from '../../../functions/failover-drill/drill-answer.ts';
import { drillOutcomes, drillReferenceSchema } from '../../../functions/failover-drill/drill-records.ts';
import { readRequest } from '../../../functions/failover-drill/drill-request.ts';
import { describeEnd } from '../../../functions/failover-drill/announcements.ts';
import { metricNamespace, metricsOf } from '../../../functions/failover-drill/metrics.ts';
import { drillSettingsSchema } from '../../../functions/failover-drill/settings.ts';
import { databaseId, drillOf, probeOf, reportOf, untouchedOf } from './report-fixtures.ts';

const folder = new URL('../../../docs/runbooks/', import.meta.url);
const runbook = readFileSync(new URL('failover-drill.md', folder), 'utf8');

/** Rows of the table under a heading, or under the table's own head: the cells of each. */
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
  expect(rows.map(([code]) => code)).toEqual(blockerCodes.map((code) => `\`${code}\``));
  for (const cells of rows) expect(cells.filter((cell) => cell.length > 5)).toHaveLength(3);
});

test('the runbook explains every outcome, with the message that tells it', () => {
  const rows = rowsOf('outcome | means | message');
  expect(rows.map(([outcome]) => outcome)).toEqual(expect.arrayContaining(drillOutcomes.map((outcome) => `\`${outcome}\``)));
  expect(rows).toHaveLength(drillOutcomes.length);
  for (const outcome of drillOutcomes) {
    const isJudged = outcome === 'passed' || outcome === 'failed';
    const report = isJudged ? reportOf(drillOf(), outcome === 'passed' ? probeOf() : 'none') : reportOf(untouchedOf(), 'none', { outcome });
    const { kind, severity } = describeEnd(report, databaseId, '');
    expect(rows.find(([name]) => name === `\`${outcome}\``)?.[2]).toBe(`\`${kind}\`, ${severity}`);
  }
});

test('what the runbook types is taken: the requests, the answer, the closing', () => {
  expect(readRequest(jsonAfter('--name quarterly-2027-1-dry-run --input'))).toMatchObject({ isDryRun: true, blockers: [] });
  expect(readRequest(jsonAfter('--name quarterly-2027-1 --input'))).toMatchObject({ isDryRun: false, blockers: [] });
  expect(drillAnswerSchema.parse(jsonAfter('--function-name ANSWER_DRILL --cli-binary-format raw-in-base64-out --payload'))).toMatchObject({ drillId: 'quarterly-2027-1', decision: 'approved' });
  expect(drillReferenceSchema.parse(jsonAfter('--function-name CLOSE_DRILL --cli-binary-format raw-in-base64-out --payload'))).toEqual({ drillId: 'quarterly-2027-1' });
});

test('settings, metrics and links of the runbook exist', () => {
  const settings = Object.keys(drillSettingsSchema.shape);
  const named = [...runbook.matchAll(/`([a-z][a-zA-Z]*(?:Hours|Minutes|Seconds))`/gu)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !settings.includes(name))).toEqual([]);
  expect(runbook).toContain(`\`${metricNamespace}\``);
  for (const { MetricName } of metricsOf(reportOf(), databaseId)) expect(runbook).toContain(`\`${MetricName}\``);
  const links = [...readFileSync(new URL('README.md', folder), 'utf8').matchAll(/\]\(([^)#]+)\)/gu)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  for (const [, anchor = ''] of runbook.matchAll(/\]\(#([^)]+)\)/gu)) expect(runbook.toLowerCase()).toContain(`\n## ${anchor}`);
});
