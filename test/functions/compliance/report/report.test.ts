import { compileReport, complianceReportSchema, findingStatuses, isStanding, type ComplianceReport, type RunFacts } from '../../../../functions/compliance/report.ts';
import { eventfulSubject, findingOf, runBefore, runOf } from './fixtures.ts';

const first = '2027-01-12T01:00:03.000Z';
const second = '2027-01-13T01:00:04.000Z';
const silent: RunFacts['results'] = [
  { id: 'SG1', status: 'passed' },
  { id: 'SG4', status: 'not-evaluated', reason: 'securityGroups: AccessDenied' },
  { id: 'IAM8', status: 'passed' },
];

const before = (over: Partial<RunFacts>): ComplianceReport => compileReport(runBefore(over), undefined);
const tonight = (over: Partial<RunFacts>, previous?: ComplianceReport): ComplianceReport => compileReport(runOf(over), previous);

describe('since when a finding is seen', () => {
  it('is the start of this run, when no run saw it before', () => {
    expect(tonight({ findings: [findingOf()] }).findings[0]?.firstSeenAt).toBe(second);
    expect(tonight({ findings: [findingOf()] }, before({ findings: [findingOf({ key: 'SG4/sg-other' })] })).findings[0]?.firstSeenAt).toBe(second);
  });

  it.each(findingStatuses.filter((status) => status !== 'repaired'))('is carried over from a run that left it %s', (status) => {
    expect(tonight({ findings: [findingOf()] }, before({ findings: [findingOf({ status })] })).findings[0]?.firstSeenAt).toBe(first);
  });

  it('begins anew after a repair: that drift is over, and this is another', () => {
    expect(tonight({ findings: [findingOf()] }, before({ findings: [findingOf({ status: 'repaired' })] })).findings[0]?.firstSeenAt).toBe(second);
  });

  it('survives runs in which its check could not be evaluated', () => {
    const blind = compileReport(runBefore({ startedAt: '2027-01-12T13:00:00.000Z', results: silent }), before({ findings: [findingOf()] }));
    expect(blind.unverified).toHaveLength(1);
    const blindAgain = compileReport(runBefore({ startedAt: '2027-01-12T18:00:00.000Z', results: silent }), blind);
    expect(tonight({ findings: [findingOf()] }, blindAgain).findings[0]?.firstSeenAt).toBe(first);
  });
});

describe('what is no longer found', () => {
  it('is resolved where its check looked', () => {
    const report = tonight({}, before({ findings: [findingOf()] }));
    expect(report.resolved).toMatchObject([{ key: findingOf().key, firstSeenAt: first }]);
    expect(report.unverified).toEqual([]);
  });

  it('is unverified where its check could not look: nobody may conclude that it is gone', () => {
    const report = tonight({ results: silent }, before({ findings: [findingOf()] }));
    expect(report.resolved).toEqual([]);
    expect(report.unverified).toMatchObject([{ key: findingOf().key }]);
  });

  it('is not resolved a second time after it was repaired', () => {
    expect(tonight({}, before({ findings: [findingOf({ status: 'repaired' })] })).resolved).toEqual([]);
  });

  it('is resolved when the check that found it is no longer there', () => {
    const retired = findingOf({ checkId: 'SG99', key: 'SG99/sg-1' });
    expect(tonight({}, before({ findings: [retired] })).resolved).toMatchObject([{ key: 'SG99/sg-1' }]);
  });
});

test('a check without a result was not evaluated', () => {
  const { checks } = tonight({ results: [{ id: 'SG1', status: 'passed' }, { id: 'SG4', status: 'failed', findings: 2 }] });
  expect(checks.map(({ id, status, findings }) => [id, status, findings])).toEqual([
    ['SG1', 'passed', 0],
    ['SG4', 'failed', 2],
    ['IAM8', 'not-evaluated', 0],
  ]);
});

test('counts: all findings by status, and by severity those that stand', () => {
  const findings = findingStatuses.map((status, index) => findingOf({ key: `SG4/${index}`, status, severity: status === 'failed' ? 'critical' : 'high' }));
  const { counts } = tonight({ findings });
  expect(Object.values(counts.byStatus)).toEqual(findingStatuses.map(() => 1));
  expect(counts.bySeverity).toEqual({ low: 0, medium: 0, high: 5, critical: 1 });
  expect(findings.filter(isStanding).map(({ status }) => status)).not.toEqual(expect.arrayContaining(['repaired', 'excepted']));
});

test('findings stand in order of severity, then of their keys, whatever order they came in', () => {
  const findings = [
    findingOf({ key: 'b', severity: 'low' }),
    findingOf({ key: 'c', severity: 'critical' }),
    findingOf({ key: 'a', severity: 'low' }),
    findingOf({ key: 'd', severity: 'high' }),
  ];
  expect(tonight({ findings }).findings.map(({ key }) => key)).toEqual(['c', 'd', 'a', 'b']);
});

test('a report comes back from storage as it went', () => {
  const { report } = eventfulSubject();
  expect(complianceReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
});
