import type { Severity } from '../finding.ts';
import type { CheckStatus, ComplianceReport, FindingStatus, ReportedCheck, ReportedFinding } from '../report.ts';
import { accountName, adviceOn, type CheckFacts, factsById, type FormatSubject, requirementsOf, resourceName, standardsOf } from './format.ts';

/**
 * Open Cybersecurity Schema Framework: events of the class Compliance Finding (2003) with the profile `cloud`. Source:
 * schema.ocsf.io/1.9.0/classes/compliance_finding. No attribute is used that 1.8.0 does not have too.
 */
const version = '1.9.0';

const severities = {
  low: { severity_id: 2, severity: 'Low' },
  medium: { severity_id: 3, severity: 'Medium' },
  high: { severity_id: 4, severity: 'High' },
  critical: { severity_id: 5, severity: 'Critical' },
} as const satisfies Readonly<Record<Severity, object>>;

const activities = {
  create: { activity_id: 1, activity_name: 'Create', type_uid: 200_301, type_name: 'Compliance Finding: Create' },
  update: { activity_id: 2, activity_name: 'Update', type_uid: 200_302, type_name: 'Compliance Finding: Update' },
  close: { activity_id: 3, activity_name: 'Close', type_uid: 200_303, type_name: 'Compliance Finding: Close' },
} as const;

const states = {
  new: { status_id: 1, status: 'New' },
  inProgress: { status_id: 2, status: 'In Progress' },
  suppressed: { status_id: 3, status: 'Suppressed' },
  resolved: { status_id: 4, status: 'Resolved' },
} as const;

const stateOf = {
  open: states.new,
  'would-repair': states.new,
  'held-back': states.new,
  failed: states.inProgress,
  'awaiting-approval': states.inProgress,
  'handed-over': states.inProgress,
  excepted: states.suppressed,
  repaired: states.resolved,
} as const satisfies Readonly<Record<FindingStatus, object>>;

const verdicts = {
  passed: { status_id: 1, status: 'Pass' },
  'not-evaluated': { status_id: 2, status: 'Warning' },
  failed: { status_id: 3, status: 'Fail' },
} as const satisfies Readonly<Record<CheckStatus, object>>;

/** One event a line: findings, those that are gone since the last run as closed, and the result of every check for the account. */
export function* ocsfPieces(subject: FormatSubject): Generator<string> {
  for (const event of eventsOf(subject)) yield `${JSON.stringify(event)}\n`;
}

function* eventsOf(subject: FormatSubject) {
  const facts = factsById(subject.checks);
  const { findings, resolved, checks } = subject.report;
  for (const finding of findings) yield describeFinding(finding, finding.status === 'repaired', facts.get(finding.checkId), subject.report);
  for (const finding of resolved) yield describeFinding(finding, true, facts.get(finding.checkId), subject.report);
  for (const check of checks) yield describeCheck(check, facts.get(check.id), subject.report);
}

function describeFinding(finding: ReportedFinding, isOver: boolean, facts: CheckFacts | undefined, report: ComplianceReport) {
  const { key, checkId, severity, status, resource, message, firstSeenAt, exception, repair, detail } = finding;
  const firstSeen = Date.parse(firstSeenAt);
  const explanation = exception === undefined ? repair?.outcome : `${exception.owner}, until ${exception.expiresAt}: ${exception.reason}`;
  const isNew = firstSeenAt === report.startedAt;
  return {
    ...commonAttributes(`${report.runId}/${key}`, checkId, report),
    ...(isOver ? activities.close : isNew ? activities.create : activities.update),
    ...severities[severity],
    ...(isOver ? states.resolved : stateOf[status]),
    ...(explanation === undefined ? {} : { status_detail: explanation }),
    // In the category Findings, the time of an event is that of the creation of its finding.
    time: firstSeen,
    message,
    finding_info: {
      uid: key,
      title: facts?.title ?? checkId,
      desc: message,
      created_time: firstSeen,
      first_seen_time: firstSeen,
      modified_time: Date.parse(report.finishedAt),
      types: ['Configuration Drift'],
    },
    compliance: complianceOf(isOver ? verdicts.passed : verdicts.failed, checkId, facts, status),
    resources: [
      {
        uid: resourceName(resource, report),
        name: resource.id,
        type: resource.type,
        region: report.region,
        cloud_partition: report.partition,
      },
    ],
    remediation: { desc: adviceOn(finding) },
    unmapped: { status, remediation: finding.remediation, detail, ...(repair === undefined ? {} : { repair }) },
  };
}

function describeCheck({ id, title, status, reason, findings }: ReportedCheck, facts: CheckFacts | undefined, report: ComplianceReport) {
  const uid = `${report.runId}/check/${id}`;
  const finishedAt = Date.parse(report.finishedAt);
  const outcome = status === 'not-evaluated' ? `not evaluated: ${reason ?? 'no reason given'}` : `${findings} findings`;
  return {
    ...commonAttributes(uid, id, report),
    ...activities.create,
    severity_id: 1,
    severity: 'Informational',
    ...states.new,
    time: finishedAt,
    message: `${id} ${title}: ${outcome}`,
    finding_info: { uid, title, desc: facts?.description ?? title, created_time: finishedAt, types: ['Check Result'] },
    compliance: complianceOf(verdicts[status], id, facts, outcome),
    resources: [
      { uid: accountName(report.accountId), name: report.accountId, type: 'AWS::Account', region: report.region, cloud_partition: report.partition },
    ],
  };
}

function commonAttributes(uid: string, checkId: string, report: ComplianceReport) {
  return {
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    metadata: {
      version,
      profiles: ['cloud'],
      product: { name: 'WebMarket+ compliance', vendor_name: 'WebMarket+' },
      uid,
      event_code: checkId,
      correlation_uid: report.runId,
      logged_time: Date.parse(report.finishedAt),
      labels: [`environment:${report.environment}`],
    },
    cloud: {
      provider: 'AWS',
      account: { uid: report.accountId, type: 'AWS Account', type_id: 10 },
      region: report.region,
      cloud_partition: report.partition,
    },
  };
}

function complianceOf(verdict: (typeof verdicts)[CheckStatus], checkId: string, facts: CheckFacts | undefined, detail: string) {
  const own = { references: [] };
  return {
    ...verdict,
    control: facts === undefined ? checkId : `${checkId} ${facts.title}`,
    ...(facts === undefined ? {} : { desc: facts.description }),
    standards: standardsOf(facts ?? own),
    requirements: requirementsOf(facts ?? own),
    status_details: [detail],
  };
}
