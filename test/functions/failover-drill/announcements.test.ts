import { describeEnd, describeUnknown } from '../../../functions/failover-drill/announcements.ts';
import { blockerCodes } from '../../../functions/failover-drill/blocker.ts';
import { type DrillOutcome, drillOutcomes } from '../../../functions/failover-drill/drill-records.ts';
import { calmProbeOf, databaseId, drillOf, observationOf, probeOf, reportOf, token, untouchedOf, verificationOf } from './report-fixtures.ts';

const location = 's3://evidence/drills/quarterly-2027-1/report.html';
const describeReport = (report: ReturnType<typeof reportOf>) => describeEnd(report, databaseId, location);

const severities: Readonly<Record<DrillOutcome, string>> = {
  passed: 'info', failed: 'critical', error: 'critical', refused: 'warning', expired: 'warning', rejected: 'warning', altered: 'warning', 'dry-run': 'info',
};

test.each(drillOutcomes)('%s is told as it deserves, once a drill, with the way to its report', (outcome) => {
  const isJudged = outcome === 'passed' || outcome === 'failed';
  const report = isJudged ? reportOf(drillOf(), outcome === 'passed' ? probeOf() : 'none') : reportOf(untouchedOf(), 'none', { outcome, reason: 'Because' });
  expect(report.outcome).toBe(outcome);
  const message = describeReport(report);
  expect(message).toMatchObject({ severity: severities[outcome], kind: isJudged ? 'drill.report' : `drill.${outcome}`, key: 'drill/quarterly-2027-1/end' });
  expect(message.text).toContain(`Report: ${location}`);
  expect(message.text).toContain(report.explanation);
  expect(message.text.includes('docs/runbooks/failover-drill.md')).toBe(severities[outcome] === 'critical');
});

test('the subject is one short line of ASCII with the figures, whatever people have typed', () => {
  const report = reportOf(drillOf({ requester: 'Zoë\nBcc: all', reason: '<script>\u2028' }));
  const { subject } = describeReport(report);
  expect(subject).toBe('Failover drill passed: webmarket-production (74.5 s without writes, 0 commits lost)');
  expect(describeReport(reportOf(drillOf(), 'none')).subject).toBe('Failover drill FAILED: webmarket-production');
  expect(describeEnd(report, 'd'.repeat(63), location).subject).toMatch(/^[\x20-\x7e]+$/u);
});

test('every judgement is told with its figures, and what is wrong with the measurement', () => {
  const report = reportOf(drillOf(), probeOf({ ended: 'time-short', verification: verificationOf({ lost: 1, phantom: 1 }) }));
  const { text } = describeReport(report);
  for (const { statement } of report.judgements) expect(text).toContain(statement);
  expect(text).toMatch(/^NOT MEASURED: The outage/mu);
  expect(text).toMatch(/^MISSED: 1 acknowledged commit is missing/mu);
  expect(text).toMatch(/^Met: The database moved/mu);
  expect(text).toMatch(/^DEFECT: /mu);
});

test('all blockers are told, not the first one, and all remarks', () => {
  const blockers = blockerCodes.map((code) => ({ code, message: `About ${code}.` }));
  const message = describeReport(reportOf(untouchedOf({ blockers, remarks: ['A remark.'] }), 'none', { outcome: 'refused', reason: 'x' }));
  for (const { code } of blockers) expect(message.text).toContain(`Blocker ${code}: About ${code}.`);
  expect(message.detail).toMatchObject({ blockers: blockerCodes });
  expect(message.text).toContain('Remark: A remark.');
});

test('no token is ever told', () => {
  for (const report of [reportOf(), reportOf(drillOf(), 'none', { outcome: 'error', reason: 'x' })]) expect(JSON.stringify(describeReport(report))).not.toContain(token);
});

test('an observation is not told as a drill', () => {
  const message = describeReport(reportOf(observationOf(), calmProbeOf()));
  expect(message.subject).toBe('Unplanned failover passed: webmarket-production');
  expect(message.text).toContain('which no drill asked for');
  expect(message.detail).toMatchObject({ drillKind: 'observation' });
});

test('a drill that the ledger does not know is told under the same key: it ends once', () => {
  const message = describeUnknown('quarterly-2027-1', databaseId, 'Transient');
  expect(message).toMatchObject({ key: describeReport(reportOf()).key, kind: 'drill.error', severity: 'critical' });
  expect(message.text).toContain('Transient');
});
