import type { CheckResult } from '../../../../functions/compliance/assessment.ts';
import { compareReports } from '../../../../functions/compliance/digest.ts';
import type { Exception } from '../../../../functions/compliance/exceptions.ts';
import type { CheckFacts, FormatSubject } from '../../../../functions/compliance/formats/format.ts';
import { compileReport, type ComplianceReport, type ReportedFinding, type RunFacts } from '../../../../functions/compliance/report.ts';

/** A registry of three. */
export const checkFacts: readonly CheckFacts[] = [
  {
    id: 'SG1',
    title: 'Rules are the declared ones',
    description: 'A rule that the baseline does not have was added by hand. It may let anybody in.',
    severity: 'high',
    references: [],
    remediation: 'automatic',
  },
  {
    id: 'SG4',
    title: 'No remote administration from everywhere',
    description: 'Ports 22 and 3389 are open to every address.',
    severity: 'high',
    references: ['CIS 6.3', 'CIS 6.4', 'EC2.13', 'EC2.14'],
    remediation: 'automatic',
  },
  {
    id: 'IAM8',
    title: 'Nobody may do everything',
    description: 'A policy allows every action on every resource.',
    severity: 'critical',
    references: ['CIS 2.14', 'IAM.1'],
    remediation: 'approval',
  },
];

export type UnreportedFinding = RunFacts['findings'][number];

export function findingOf(over: Partial<UnreportedFinding> = {}): UnreportedFinding {
  return {
    checkId: 'SG4',
    key: 'SG4/sg-0a1b2c3d/sgr-1',
    resource: { type: 'AWS::EC2::SecurityGroup', id: 'sg-0a1b2c3d' },
    severity: 'high',
    remediation: 'automatic',
    message: 'sg-0a1b2c3d lets ingress tcp 22 from 0.0.0.0/0 in.',
    detail: { groupId: 'sg-0a1b2c3d', ruleId: 'sgr-1' },
    status: 'open',
    ...over,
  };
}

export function exceptionOf(over: Partial<Exception> = {}): Exception {
  return {
    check: 'SG4',
    resource: 'sg-0a1b2c3d',
    owner: 'network team',
    reason: 'The supplier moves in until the end of the month.',
    expiresAt: '2027-02-01T00:00:00+01:00',
    ...over,
  };
}

/** Facts of a run in which every check was evaluated. */
export function runOf({ findings = [], ...over }: Partial<RunFacts> = {}): RunFacts {
  const results = checkFacts.map(({ id }): CheckResult => {
    const count = findings.filter(({ checkId }) => checkId === id).length;
    return count === 0 ? { id, status: 'passed' } : { id, status: 'failed', findings: count };
  });
  return {
    runId: '2027-01-13T01:00:00Z',
    accountId: '111122223333',
    region: 'eu-west-3',
    partition: 'aws',
    environment: 'production',
    startedAt: '2027-01-13T01:00:04.000Z',
    finishedAt: '2027-01-13T01:01:30.000Z',
    expiredExceptions: [],
    checks: checkFacts,
    results,
    findings,
    ...over,
  };
}

/** The run of the night before `runOf`. */
export function runBefore(over: Partial<RunFacts> = {}): RunFacts {
  return runOf({
    runId: '2027-01-12T01:00:00Z',
    startedAt: '2027-01-12T01:00:03.000Z',
    finishedAt: '2027-01-12T01:01:20.000Z',
    ...over,
  });
}

export function subjectOf(over: Partial<RunFacts> = {}, previous?: ComplianceReport): FormatSubject {
  const report = compileReport(runOf(over), previous);
  return { report, digest: compareReports(previous, report), checks: checkFacts };
}

/** A night on which everything happened that can: each status, something gone, a silent check, an expired exception. */
export function eventfulSubject(): FormatSubject {
  const { owner, reason, expiresAt } = exceptionOf();
  const group = (id: string): Pick<ReportedFinding, 'key' | 'resource' | 'message'> => ({
    key: `SG4/${id}/sgr-${id}`,
    message: `${id} lets ingress tcp 22 from 0.0.0.0/0 in.`,
    resource: { type: 'AWS::EC2::SecurityGroup', id },
  });
  const previous = compileReport(
    runBefore({
      findings: [
        findingOf(group('sg-gone')),
        findingOf(group('sg-still')),
        findingOf({ ...group('sg-flapping'), status: 'awaiting-approval' }),
        findingOf({ checkId: 'IAM8', key: 'IAM8/deployer', resource: { type: 'AWS::IAM::Role', id: 'deployer' }, severity: 'critical', message: 'deployer may do everything: *:* in its policy admin.' }),
      ],
    }),
    undefined,
  );
  return subjectOf(
    {
      findings: [
        findingOf(group('sg-still')),
        findingOf({ ...group('sg-flapping'), status: 'handed-over', repair: { outcome: 'It came back three times.' } }),
        findingOf({ ...group('sg-new'), checkId: 'SG1', key: 'SG1/sg-new', severity: 'critical', status: 'failed', repair: { repairId: 'sg-new-r1', planHash: 'ab12', outcome: 'The rule could not be revoked.' } }),
        findingOf({ ...group('sg-supplier'), status: 'excepted', exception: { owner, reason, expiresAt } }),
        findingOf({ ...group('sg-repaired'), status: 'repaired', repair: { repairId: 'sg-repaired-r1', planHash: 'cd34', outcome: 'Revoked sgr-1.' } }),
        findingOf({ ...group('sg-dry'), severity: 'low', status: 'would-repair', repair: { outcome: 'It would revoke sgr-1.' } }),
        findingOf({ ...group('sg-held'), severity: 'medium', status: 'held-back', repair: { outcome: 'Too many repairs at once.' } }),
      ],
      results: [
        { id: 'SG1', status: 'failed', findings: 1 },
        { id: 'SG4', status: 'failed', findings: 6 },
        { id: 'IAM8', status: 'not-evaluated', reason: 'managedPolicies: AccessDenied' },
      ],
      expiredExceptions: [exceptionOf({ resource: 'sg-old', expiresAt: '2027-01-12T12:00:00Z' })],
    },
    previous,
  );
}
