import { compareReports, describeDigest, type Digest } from '../../../../functions/compliance/digest.ts';
import { compileReport, type RunFacts } from '../../../../functions/compliance/report.ts';
import type { Notification } from '../../../../functions/platform/notifications.ts';
import { eventfulSubject, exceptionOf, findingOf, runBefore, runOf, type UnreportedFinding } from '../report/fixtures.ts';

const silent: RunFacts['results'] = [
  { id: 'SG1', status: 'passed' },
  { id: 'SG4', status: 'not-evaluated', reason: 'securityGroups: AccessDenied' },
  { id: 'IAM8', status: 'passed' },
];

interface Compared {
  readonly digest: Digest;
  readonly notification: Notification | undefined;
}

/** Two nights, one after the other. Without `before` there was no night before. */
function compare(before: Partial<RunFacts> | undefined, tonight: Partial<RunFacts>): Compared {
  const previous = before === undefined ? undefined : compileReport(runBefore(before), undefined);
  const current = compileReport(runOf(tonight), previous);
  const digest = compareReports(previous, current);
  return { digest, notification: describeDigest(digest, current, 's3://evidence/report.html') };
}

const compareFindings = (before: readonly UnreportedFinding[], tonight: readonly UnreportedFinding[]): Compared =>
  compare({ findings: before }, { findings: tonight });

const keysOf = (findings: readonly { readonly key: string }[]): string[] => findings.map(({ key }) => key);

describe('compareReports', () => {
  it('tells new from gone, changed and unchanged', () => {
    const stays = findingOf({ key: 'stays' });
    const { digest } = compareFindings(
      [stays, findingOf({ key: 'goes' }), findingOf({ key: 'changes' })],
      [stays, findingOf({ key: 'comes' }), findingOf({ key: 'changes', status: 'awaiting-approval' })],
    );
    expect(keysOf(digest.appeared)).toEqual(['comes']);
    expect(keysOf(digest.resolved)).toEqual(['goes']);
    expect(keysOf(digest.unchanged)).toEqual(['stays']);
    expect(digest.changed).toMatchObject([{ finding: { key: 'changes', status: 'awaiting-approval' }, from: 'open' }]);
  });

  it('takes everything for new on the first night', () => {
    expect(keysOf(compare(undefined, { findings: [findingOf()] }).digest.appeared)).toEqual([findingOf().key]);
  });

  it('takes what comes back after its repair for new', () => {
    const { digest } = compareFindings([findingOf({ status: 'repaired' })], [findingOf({ status: 'repaired' })]);
    expect(keysOf(digest.appeared)).toEqual([findingOf().key]);
  });

  it('takes nothing for gone or new because of a check that could not be evaluated', () => {
    const previous = compileReport(runBefore({ findings: [findingOf()] }), undefined);
    const blind = compileReport(runBefore({ results: silent }), previous);
    expect(compareReports(previous, blind)).toMatchObject({ resolved: [], silenced: [{ id: 'SG4' }] });
    const seeing = compileReport(runOf({ findings: [findingOf()] }), blind);
    expect(compareReports(blind, seeing)).toMatchObject({ appeared: [], silenced: [], unchanged: [{ key: findingOf().key }] });
  });

  it('names a silent check and an expired exception once', () => {
    const over = { results: silent, expiredExceptions: [exceptionOf()] };
    expect(compare({}, over).digest).toMatchObject({ silenced: [{ id: 'SG4' }], expiredExceptions: [{ check: 'SG4' }] });
    expect(compare(over, over).digest).toMatchObject({ silenced: [], expiredExceptions: [] });
  });

  it('names an exception again that was renewed and expired again', () => {
    const renewed = exceptionOf({ expiresAt: '2027-01-12T20:00:00Z' });
    expect(compare({ expiredExceptions: [exceptionOf()] }, { expiredExceptions: [renewed] }).digest.expiredExceptions).toEqual([renewed]);
  });
});

describe('describeDigest', () => {
  it.each<[string, Compared]>([
    ['nothing was found, on the first night', compare(undefined, {})],
    ['nothing was found, again', compare({}, {})],
    ['everything is as it was', compareFindings([findingOf()], [findingOf()])],
    ['a new finding is covered by an exception', compareFindings([], [findingOf({ status: 'excepted' })])],
    ['somebody wrote an exception for a finding', compareFindings([findingOf()], [findingOf({ status: 'excepted' })])],
    ['what was repaired last time has not come back', compareFindings([findingOf({ status: 'repaired' })], [])],
    ['a check is still not evaluated', compare({ results: silent }, { results: silent })],
  ])('sends nothing when %s', (_what, { notification }) => {
    expect(notification).toBeUndefined();
  });

  const critical = { severity: 'critical' } as const;
  it.each<[string, Notification['severity'], Compared]>([
    ['a critical finding is new', 'critical', compareFindings([], [findingOf(critical)])],
    ['a critical finding is new, and was repaired', 'info', compareFindings([], [findingOf({ ...critical, status: 'repaired' })])],
    ['a critical finding was there before, and a low one is new', 'warning', compareFindings([findingOf({ ...critical, key: 'old' })], [findingOf({ ...critical, key: 'old' }), findingOf({ severity: 'low' })])],
    ['a repair failed', 'critical', compareFindings([findingOf({ severity: 'low' })], [findingOf({ severity: 'low', status: 'failed' })])],
    ['an exception ended, so that a finding counts again', 'warning', compareFindings([findingOf({ status: 'excepted' })], [findingOf()])],
    ['a dry run found something', 'warning', compareFindings([], [findingOf({ status: 'would-repair' })])],
    ['something is gone', 'info', compareFindings([findingOf()], [])],
    ['a check fell silent', 'warning', compare({}, { results: silent })],
    ['an exception expired', 'warning', compare({}, { expiredExceptions: [exceptionOf()] })],
  ])('when %s: %s', (_what, severity, { notification }) => {
    expect(notification?.severity).toBe(severity);
  });

  it('tells everything that changed, and where to read the rest', () => {
    const { digest, report } = eventfulSubject();
    const notification = describeDigest(digest, report, 's3://evidence/report.html');
    expect(notification).toMatchObject({
      key: 'compliance/production/2027-01-13T01:00:00Z/digest',
      kind: 'compliance.digest',
      subject: 'Compliance of production: 4 new (worst: critical), 1 changed, 1 gone, 1 not evaluated, 1 expired',
      detail: { appeared: 4, changed: 1, resolved: 1, unchanged: 1, notEvaluated: 1, expiredExceptions: 1 },
    });
    const text = notification?.text ?? '';
    expect(text).toContain('Standing now: 1 critical, 2 high, 1 medium, 1 low. 2 of 3 checks were evaluated.');
    expect(text).toContain('- critical SG1: sg-new lets');
    expect(text).toContain('[handed over to a person] (was awaiting approval)');
    expect(text).toContain('- high SG4: sg-gone lets');
    expect(text).toContain('- IAM8 Nobody may do everything: managedPolicies: AccessDenied');
    expect(text).toContain('- SG4 sg-old: network team, until 2027-01-12T12:00:00Z');
    expect(text).toContain('s3://evidence/report.html');
    expect(text).not.toContain('sg-supplier');
    expect(text).not.toContain('sg-still');
  });

  it('stays short enough for a mail, however much was found', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => findingOf({ key: `SG4/${index}`, message: `${index} ${'x'.repeat(5_000)}` }));
    const { notification } = compareFindings([], many);
    expect(notification?.subject.length).toBeLessThanOrEqual(100);
    expect(notification?.text).toContain('and 4980 more');
    expect(notification?.text.length).toBeLessThan(16_000);
  });
});
