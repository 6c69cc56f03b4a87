import { createHash } from 'node:crypto';
import type { AwsSecurityFinding, ComplianceStatus, ResourceDetails, SeverityLabel, WorkflowStatus } from '@aws-sdk/client-securityhub';
import type { Severity } from '../finding.ts';
import type { CheckStatus, ComplianceReport, FindingStatus, ReportedCheck, ReportedFinding } from '../report.ts';
import { accountName, adviceOn, type CheckFacts, factsById, fit, type FormatSubject, requirementsOf, resourceName } from './format.ts';

/**
 * AWS Security Finding Format: what `BatchImportFindings` of Security Hub takes. Lengths are those of the API reference,
 * "AwsSecurityFinding". 100 findings and 6 MB a request: Security Hub partner guide, "Guidelines for using the
 * BatchImportFindings API".
 */
const findingsPerRequest = 100;
const bytesPerRequest = 6_000_000;

/** Types of resources that Security Hub knows; the others are `Other` there. */
const resourceTypes = {
  'AWS::EC2::SecurityGroup': 'AwsEc2SecurityGroup',
  'AWS::EC2::PrefixList': 'Other',
  'AWS::EC2::NetworkInterface': 'AwsEc2NetworkInterface',
  'AWS::EC2::Instance': 'AwsEc2Instance',
  'AWS::EC2::NetworkAcl': 'AwsEc2NetworkAcl',
  'AWS::EC2::VPC': 'AwsEc2Vpc',
  'AWS::EC2::LaunchTemplate': 'AwsEc2LaunchTemplate',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'AwsElbv2LoadBalancer',
  'AWS::RDS::DBInstance': 'AwsRdsDbInstance',
  'AWS::IAM::User': 'AwsIamUser',
  'AWS::IAM::Role': 'AwsIamRole',
  'AWS::IAM::Group': 'AwsIamGroup',
  'AWS::IAM::ManagedPolicy': 'AwsIamPolicy',
  'AWS::IAM::InstanceProfile': 'Other',
  'AWS::IAM::ServerCertificate': 'Other',
  'AWS::Account': 'AwsAccount',
} as const satisfies Readonly<Record<ReportedFinding['resource']['type'], keyof ResourceDetails | 'AwsAccount'>>;

const labels = { low: 'LOW', medium: 'MEDIUM', high: 'HIGH', critical: 'CRITICAL' } as const satisfies Readonly<Record<Severity, SeverityLabel>>;

/** Taken at the import that creates a finding; afterwards it belongs to those who work in Security Hub. */
const workflows = {
  open: 'NEW',
  'would-repair': 'NEW',
  'held-back': 'NEW',
  failed: 'NEW',
  'awaiting-approval': 'NOTIFIED',
  'handed-over': 'NOTIFIED',
  excepted: 'SUPPRESSED',
  repaired: 'RESOLVED',
} as const satisfies Readonly<Record<FindingStatus, WorkflowStatus>>;

const complianceStatuses = { passed: 'PASSED', failed: 'FAILED', 'not-evaluated': 'NOT_AVAILABLE' } as const satisfies Readonly<
  Record<CheckStatus, ComplianceStatus>
>;

/**
 * One line a request: `{"Findings":[…]}`. Findings, those that are gone since the last run as archived, and one record a
 * check about the account: where nothing was found, it tells whether anybody looked.
 */
export function* asffPieces(subject: FormatSubject): Generator<string> {
  let request: string[] = [];
  let bytes = 0;
  for (const finding of findingsOf(subject)) {
    const text = JSON.stringify(finding);
    const size = Buffer.byteLength(text) + 1;
    if (request.length === findingsPerRequest || bytes + size > bytesPerRequest) {
      yield `{"Findings":[${request.join(',')}]}\n`;
      request = [];
      bytes = 0;
    }
    request.push(text);
    bytes += size;
  }
  if (request.length > 0) yield `{"Findings":[${request.join(',')}]}\n`;
}

function* findingsOf(subject: FormatSubject): Generator<AwsSecurityFinding> {
  const facts = factsById(subject.checks);
  const { findings, resolved, checks } = subject.report;
  for (const finding of findings) yield describeFinding(finding, finding.status === 'repaired', facts.get(finding.checkId), subject.report);
  for (const finding of resolved) yield describeFinding(finding, true, facts.get(finding.checkId), subject.report);
  for (const check of checks) yield describeCheck(check, facts.get(check.id), subject.report);
}

function describeFinding(finding: ReportedFinding, isOver: boolean, facts: CheckFacts | undefined, report: ComplianceReport): AwsSecurityFinding {
  const { key, checkId, severity, status, resource, message, firstSeenAt } = finding;
  return {
    ...commonFields(checkId, key, report),
    CreatedAt: firstSeenAt,
    FirstObservedAt: firstSeenAt,
    UpdatedAt: report.finishedAt,
    LastObservedAt: isOver && status !== 'repaired' ? report.startedAt : report.finishedAt,
    ...classification(labels[severity], severity, facts),
    Title: fit(`${checkId} ${facts?.title ?? ''}`.trim(), 256),
    Description: fit(message, 1024),
    Remediation: { Recommendation: { Text: fit(adviceOn(finding), 512) } },
    Resources: [
      {
        Type: resourceTypes[resource.type],
        Id: fit(resourceName(resource, report), 512),
        Partition: report.partition as 'aws',
        Region: report.region,
      },
    ],
    Compliance: complianceOf(isOver ? 'PASSED' : 'FAILED', checkId, facts),
    Workflow: { Status: isOver ? 'RESOLVED' : workflows[status] },
    RecordState: isOver ? 'ARCHIVED' : 'ACTIVE',
    ProductFields: fieldsOf(finding, report.runId),
  };
}

function describeCheck(check: ReportedCheck, facts: CheckFacts | undefined, report: ComplianceReport): AwsSecurityFinding {
  const { id, title, status, reason, findings } = check;
  const found = findings === 1 ? '1 finding' : `${findings} findings`;
  const outcome = status === 'not-evaluated' ? `It was not evaluated: ${reason ?? 'no reason given'}` : `It was evaluated: ${found}.`;
  return {
    ...commonFields(id, `check/${id}`, report),
    // The record is one, run after run: Security Hub keeps the first instant that it was given.
    CreatedAt: report.startedAt,
    UpdatedAt: report.finishedAt,
    ...classification('INFORMATIONAL', 'informational', facts),
    Title: fit(`${id} ${title}`, 256),
    Description: fit(outcome, 1024),
    Resources: [{ Type: 'AwsAccount', Id: accountName(report.accountId), Partition: report.partition as 'aws', Region: report.region }],
    Compliance: complianceOf(complianceStatuses[status], id, facts),
    Workflow: { Status: status === 'passed' ? 'RESOLVED' : 'NEW' },
    RecordState: 'ACTIVE',
    ProductFields: { RunId: report.runId },
  };
}

function commonFields(checkId: string, key: string, { partition, region, accountId, environment }: ComplianceReport) {
  return {
    SchemaVersion: '2018-10-08',
    Id: identify(`webmarket/${environment}/${accountId}/${region}/${key}`),
    // The default product of an account: the one that its own findings may name.
    ProductArn: `arn:${partition}:securityhub:${region}:${accountId}:product/${accountId}/default`,
    ProductName: 'WebMarket+ compliance',
    CompanyName: 'WebMarket+',
    GeneratorId: `webmarket-compliance/${checkId}`,
    AwsAccountId: accountId,
  };
}

/** Both where finding providers write it and where everybody reads it. */
function classification(label: SeverityLabel, original: string, facts: CheckFacts | undefined) {
  const types = ['Software and Configuration Checks/AWS Security Best Practices'];
  if (facts?.references.some((reference) => reference.startsWith('CIS ')) === true) {
    types.push('Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark');
  }
  const severity = { Label: label, Original: original };
  return { Types: types, Severity: severity, FindingProviderFields: { Severity: severity, Types: types } };
}

function complianceOf(status: ComplianceStatus, checkId: string, facts: CheckFacts | undefined) {
  const requirements = facts === undefined ? [] : requirementsOf(facts).slice(0, 32);
  return { Status: status, SecurityControlId: checkId, ...(requirements.length === 0 ? {} : { RelatedRequirements: requirements }) };
}

/** At most 50 pairs, values of at most 2,048 characters and never empty. */
function fieldsOf({ key, status, remediation, exception, repair, detail }: ReportedFinding, runId: string): Record<string, string> {
  const fields = {
    RunId: runId,
    Key: key,
    Status: status,
    RemediationKind: remediation,
    ExceptionOwner: exception?.owner,
    ExceptionReason: exception?.reason,
    ExceptionExpiresAt: exception?.expiresAt,
    RepairId: repair?.repairId,
    PlanHash: repair?.planHash,
    RepairOutcome: repair?.outcome,
    Detail: JSON.stringify(detail),
  };
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, fit(value, 2048)]]));
  return Object.fromEntries(given) as Record<string, string>;
}

/** An id of at most 512 characters. Two that differ only beyond that still differ. */
function identify(id: string): string {
  if (id.length <= 512) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 32);
  return `${id.slice(0, 479)}#${hash}`;
}
