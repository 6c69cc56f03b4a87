import { concludeDrill, hasHappened } from '../../../functions/failover-drill/conclusion.ts';
import { type DrillOutcome, drillOutcomes } from '../../../functions/failover-drill/drill-records.ts';
import { drillReportSchema } from '../../../functions/failover-drill/drill-report.ts';
import { metricsOf } from '../../../functions/failover-drill/metrics.ts';
import { at, calmProbeOf, databaseId, drillOf, observationOf, probeOf, reportOf, token, untouchedOf, verdictOf, verificationOf } from './report-fixtures.ts';

describe('how a drill ends', () => {
  const conclude = (drill = drillOf(), outcome?: DrillOutcome, probe: Parameters<typeof verdictOf>[1] = probeOf()) =>
    concludeDrill(drill, verdictOf(drill, probe), { outcome, reason: outcome === undefined ? undefined : 'Because' });

  test('that went its whole way is judged', () => {
    expect(conclude()).toEqual({ outcome: 'passed', explanation: 'Every objective is met.' });
    expect(conclude(drillOf(), undefined, 'none')).toEqual({ outcome: 'failed', explanation: 'Not measured: recovery, lost commits.' });
    expect(conclude(drillOf(), undefined, probeOf({ ended: 'time-short', verification: verificationOf({ lost: 1 }) })).explanation).toBe('Missed: lost commits. Not measured: recovery.');
  });

  test.each(drillOutcomes.filter((outcome) => outcome !== 'passed' && outcome !== 'failed'))('%s stands where the database was not touched', (outcome) => {
    const { outcome: ended, explanation } = conclude(untouchedOf(), outcome);
    expect(ended).toBe(outcome);
    expect(explanation).toMatch(/not touched|does nothing/u);
  });

  test.each(drillOutcomes.filter((outcome) => outcome !== 'error'))('%s is not what a drill is called that touched the database: it is judged', (outcome) => {
    expect(conclude(drillOf(), outcome).outcome).toBe('passed');
    expect(conclude(drillOf(), outcome, 'none').outcome).toBe('failed');
    // The request was recorded and never answered: it may have been carried out.
    expect(conclude(drillOf({ act: { begunAt: at(0) } }), outcome, 'none').outcome).toBe('failed');
  });

  test('that was touched and then called otherwise says so', () => {
    expect(conclude(drillOf(), 'expired').explanation).toContain('The workflow called it expired, but the database was made to fail over.');
    expect(conclude(drillOf(), 'passed', 'none').explanation).not.toContain('called');
  });

  test('by a workflow that broke is an error, with what was measured until then', () => {
    const { failover: _, healthAfter: _after, ...broken } = drillOf();
    const report = reportOf(broken, probeOf(), { outcome: 'error', reason: 'Transient' });
    expect(report.outcome).toBe('error');
    expect(report.explanation).toContain('The workflow broke: Transient.');
    expect(report.measured).toEqual({ outageSeconds: 74.5, lostCommits: 0 });
    expect(report.judgements).toHaveLength(4);
    // What is well is no reason to call a broken workflow passed.
    expect(conclude(drillOf(), 'error').outcome).toBe('error');
  });

  test.each([undefined, 'passed', 'failed'] as const)('as %s without an act is an error: nothing was done that could be judged', (outcome) => {
    expect(conclude(untouchedOf(), outcome, 'none')).toMatchObject({ outcome: 'error', explanation: expect.stringContaining('never made to fail over') });
  });

  test('of an observation is judged, and an observation has always something to judge', () => {
    expect(hasHappened(observationOf())).toBe(true);
    expect(conclude(observationOf(), undefined, calmProbeOf())).toEqual({ outcome: 'passed', explanation: 'Everything that could be measured is as it should be.' });
    expect(conclude(observationOf(), 'error', calmProbeOf()).outcome).toBe('error');
  });

  test('tells the reason, where it is not told already', () => {
    expect(conclude(untouchedOf(), 'altered').explanation).toContain('Because.');
    const blockers = [{ code: 'status' as const, message: 'The status is stopped.' }];
    expect(conclude(untouchedOf({ blockers }), 'refused').explanation).toBe('The database was not touched. One thing speaks against a drill.');
  });
});

describe('the report', () => {
  test('has everything of the drill but the token', () => {
    const report = reportOf();
    expect(JSON.stringify(report)).not.toContain(token);
    expect(report.approval).toMatchObject({ approver: 'the-lead-engineer', decision: 'approved', planHash: drillOf().planHash });
    for (const member of ['plan', 'act', 'failover', 'healthBefore', 'healthAfter', 'requester', 'blockers'] as const) expect(report[member]).toEqual(drillOf()[member]);
    expect(report).not.toHaveProperty('state');
    expect(report.probe).toEqual(probeOf());
  });

  test.each([
    ['passed', reportOf()],
    ['unmeasured', reportOf(drillOf(), 'none')],
    ['refused', reportOf(untouchedOf(), 'none', { outcome: 'refused', reason: 'x' })],
    ['observed', reportOf(observationOf(), calmProbeOf())],
  ])('%s is read back as it was written', (_name, report) => {
    expect(drillReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  test('says what its figures do not say, where it has figures', () => {
    const limits = reportOf().limits.join('\n');
    for (const part of ['gentler than a crash', 'every 0.5 s', 'counted apart', 'best effort']) expect(limits).toContain(part);
    expect(limits).not.toContain('began again');
    expect(reportOf(drillOf(), probeOf({ startedAt: at(3) })).limits.join()).toContain('began again');
    expect(reportOf(observationOf(), calmProbeOf()).limits.join()).toContain('Nobody asked for this failover');
    expect(reportOf(untouchedOf(), 'none', { outcome: 'expired' }).limits).toEqual([]);
  });
});

describe('metrics', () => {
  const named = (report: ReturnType<typeof reportOf>) => metricsOf(report, databaseId).map(({ MetricName, Value }) => [MetricName, Value]);

  test('are what was measured', () => {
    expect(named(reportOf())).toEqual([['DrillPassed', 1], ['RecoverySeconds', 74.5], ['LostCommits', 0]]);
    expect(named(reportOf(drillOf(), 'none'))).toEqual([['DrillPassed', 0]]);
    expect(named(reportOf(drillOf(), probeOf({ verification: { status: 'unread', reason: 'x' } })))).toEqual([['DrillPassed', 0], ['RecoverySeconds', 74.5]]);
    expect(named(reportOf(drillOf(), probeOf(), { outcome: 'error' }))[0]).toEqual(['DrillPassed', 0]);
  });

  test('are none of what did not touch the database, or was not asked for', () => {
    expect(named(reportOf(untouchedOf(), 'none', { outcome: 'refused' }))).toEqual([]);
    expect(named(reportOf(observationOf(), calmProbeOf()))).toEqual([]);
  });

  test('are of this database and of the instant of the report: put twice, they stand in the same minute', () => {
    for (const { Dimensions, Timestamp } of metricsOf(reportOf(), databaseId)) {
      expect(Dimensions).toEqual([{ Name: 'DatabaseId', Value: databaseId }]);
      expect(Timestamp).toEqual(new Date(reportOf().closedAt));
    }
  });
});
