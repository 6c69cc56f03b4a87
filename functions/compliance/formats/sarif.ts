import type { Invocation, Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Severity } from '../finding.ts';
import type { ComplianceReport, ReportedFinding } from '../report.ts';
import { arrayPieces, type CheckFacts, type FormatSubject, requirementsOf } from './format.ts';

/** SARIF 2.1.0 (OASIS Standard, 27 March 2020). Section numbers are of it. */
const version = '2.1.0';
const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const levels = { low: 'note', medium: 'warning', high: 'error', critical: 'error' } as const satisfies Readonly<Record<Severity, string>>;

/** What code scanning of GitHub sorts by: over 9 critical, over 7 high, over 4 medium ("SARIF support for code scanning"). */
const scores = { low: '3.0', medium: '5.5', high: '8.0', critical: '9.5' } as const satisfies Readonly<Record<Severity, string>>;

/** Index of a rule that is not among the rules: of a check that the registry no longer has (3.27.6). */
const unknownRule = -1;

/** One run with a rule a check, and a result a finding. What is gone since the last run is `absent` (3.27.24). */
export function* sarifPieces({ report, checks }: FormatSubject): Generator<string> {
  const indexes = new Map(checks.map(({ id }, index) => [id, index]));
  const run: Run = {
    tool: { driver: { name: 'WebMarket+ compliance', organization: 'WebMarket+', rules: checks.map(describeRule) } },
    automationDetails: { id: `webmarket-compliance/${report.environment}/${report.runId}` },
    invocations: [describeInvocation(report, indexes)],
    columnKind: 'utf16CodeUnits',
    properties: { accountId: report.accountId, region: report.region, environment: report.environment },
  };
  const log: Log = { $schema: schema, version, runs: [run] };
  const head = JSON.stringify(log);
  // Reopened before the braces and brackets that close the run, the list of runs and the log.
  yield* arrayPieces(`${head.slice(0, -'}]}'.length)},"results":[`, resultsOf(report, indexes), ']}]}\n');
}

function describeRule({ id, title, description, severity, references, remediation }: CheckFacts): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: { text: [description, ...requirementsOf({ references })].join('\n') },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['security', ...references], precision: 'very-high', 'security-severity': scores[severity], severity, remediation },
  };
}

/** A check that was not evaluated is a notification of the tool (3.20.21): its silence must not read as consent. */
function describeInvocation(report: ComplianceReport, indexes: ReadonlyMap<string, number>): Invocation {
  const silent = report.checks.filter(({ status }) => status === 'not-evaluated');
  return {
    executionSuccessful: silent.length === 0,
    startTimeUtc: report.startedAt,
    endTimeUtc: report.finishedAt,
    toolExecutionNotifications: silent.map(({ id, title, reason }) => ({
      level: 'error',
      message: { text: `${id} ${title} was not evaluated: ${reason ?? 'no reason given'}` },
      associatedRule: { id, index: indexes.get(id) ?? unknownRule },
    })),
  };
}

function* resultsOf(report: ComplianceReport, indexes: ReadonlyMap<string, number>): Generator<Result> {
  for (const finding of report.findings) {
    const baselineState = finding.firstSeenAt === report.startedAt ? 'new' : 'unchanged';
    yield describeResult(finding, baselineState, report, indexes);
  }
  for (const finding of report.resolved) yield describeResult(finding, 'absent', report, indexes);
}

function describeResult(
  finding: ReportedFinding,
  baselineState: 'new' | 'unchanged' | 'absent',
  { accountId, region }: ComplianceReport,
  indexes: ReadonlyMap<string, number>,
): Result {
  const { checkId, key, resource, severity, status, remediation, message, firstSeenAt, exception, repair, detail } = finding;
  return {
    ruleId: checkId,
    ruleIndex: indexes.get(checkId) ?? unknownRule,
    // What was repaired is told, and is no problem any more; then there is no level either (3.27.10).
    ...(status === 'repaired' ? { kind: 'informational', level: 'none' } : { kind: 'fail', level: levels[severity] }),
    message: { text: message },
    locations: [
      {
        logicalLocations: [
          { name: resource.id, fullyQualifiedName: `${accountId}/${region}/${resource.type}/${resource.id}`, kind: 'resource' },
        ],
      },
    ],
    partialFingerprints: { 'findingKey/v1': key },
    baselineState,
    ...(exception === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: `${exception.owner}, until ${exception.expiresAt}: ${exception.reason}` }] }),
    provenance: { firstDetectionTimeUtc: firstSeenAt },
    properties: { severity, status, remediation, detail, ...(repair === undefined ? {} : { repair }) },
  };
}
