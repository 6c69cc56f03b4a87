import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { asffPieces } from '../../../../functions/compliance/formats/asff.ts';
import type { FormatSubject } from '../../../../functions/compliance/formats/format.ts';
import { resourceTypes, severities } from '../../../../functions/compliance/finding.ts';
import { compileReport, findingStatuses } from '../../../../functions/compliance/report.ts';
import { eventfulSubject, findingOf, runBefore, subjectOf } from '../report/fixtures.ts';

/**
 * What the types do not say, from the API reference of Security Hub ("AwsSecurityFinding", "Resource", "Recommendation",
 * "Compliance") and its partner guide ("Guidelines for using the BatchImportFindings API").
 */
const text = (maxLength: number): object => ({ type: 'string', minLength: 1, maxLength });
const instant = { type: 'string', format: 'date-time' };
const severity = {
  type: 'object',
  required: ['Label'],
  properties: { Label: { enum: ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] }, Original: text(64) },
  additionalProperties: false,
};
const types = {
  type: 'array',
  minItems: 1,
  maxItems: 50,
  items: {
    type: 'string',
    pattern: '^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(/[^/]+){0,2}$',
  },
};
const validate = addFormats.default(new Ajv({ allErrors: true })).compile({
  type: 'object',
  required: [
    'SchemaVersion', 'Id', 'ProductArn', 'GeneratorId', 'AwsAccountId', 'Types', 'CreatedAt', 'UpdatedAt', 'Severity', 'Title', 'Description', 'Resources',
  ],
  properties: {
    SchemaVersion: { const: '2018-10-08' },
    Id: text(512),
    ProductArn: { type: 'string', pattern: String.raw`^arn:aws:securityhub:eu-west-3:(\d{12}):product/\1/default$` },
    ProductName: text(128),
    CompanyName: text(128),
    GeneratorId: text(512),
    AwsAccountId: { type: 'string', pattern: String.raw`^\d{12}$` },
    Types: types,
    FirstObservedAt: instant,
    LastObservedAt: instant,
    CreatedAt: instant,
    UpdatedAt: instant,
    Severity: severity,
    FindingProviderFields: { type: 'object', properties: { Severity: severity, Types: types }, additionalProperties: false },
    Title: text(256),
    Description: text(1024),
    Remediation: {
      type: 'object',
      required: ['Recommendation'],
      properties: { Recommendation: { type: 'object', properties: { Text: text(512) }, additionalProperties: false } },
      additionalProperties: false,
    },
    Resources: {
      type: 'array',
      minItems: 1,
      maxItems: 32,
      items: {
        type: 'object',
        required: ['Type', 'Id'],
        properties: { Type: text(256), Id: text(512), Partition: { enum: ['aws', 'aws-cn', 'aws-us-gov'] }, Region: text(16) },
        additionalProperties: false,
      },
    },
    Compliance: {
      type: 'object',
      properties: {
        Status: { enum: ['PASSED', 'WARNING', 'FAILED', 'NOT_AVAILABLE'] },
        SecurityControlId: text(256),
        RelatedRequirements: { type: 'array', minItems: 1, maxItems: 32, items: text(512) },
      },
      additionalProperties: false,
    },
    Workflow: { type: 'object', properties: { Status: { enum: ['NEW', 'NOTIFIED', 'SUPPRESSED', 'RESOLVED'] } }, additionalProperties: false },
    RecordState: { enum: ['ACTIVE', 'ARCHIVED'] },
    ProductFields: { type: 'object', maxProperties: 50, propertyNames: text(128), additionalProperties: text(2048) },
  },
  additionalProperties: false,
});

function requestsOf(subject: FormatSubject): AwsSecurityFinding[][] {
  return [...asffPieces(subject)].map((line) => {
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(6_000_000);
    const { Findings: findings } = JSON.parse(line) as { Findings: AwsSecurityFinding[] };
    expect(findings.length).toBeLessThanOrEqual(100);
    for (const finding of findings) {
      expect(validate(finding) ? [] : validate.errors).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThanOrEqual(240_000);
    }
    return findings;
  });
}

const findingsOf = (subject: FormatSubject): AwsSecurityFinding[] => requestsOf(subject).flat();

/** Without the records of the checks. */
const aboutResources = (subject: FormatSubject): AwsSecurityFinding[] => findingsOf(subject).filter(({ Id }) => Id?.includes('/check/') !== true);

/** A character that JSON writes with six. */
const worst = '\u0000'.repeat(20_000);

test.each([
  ['an eventful night', eventfulSubject()],
  ['a quiet night', subjectOf()],
  ['every type of resource', subjectOf({ findings: resourceTypes.map((type) => findingOf({ key: type, resource: { type, id: 'name' } })) })],
  ['every severity', subjectOf({ findings: severities.map((severity) => findingOf({ key: severity, severity })) })],
  ['a check that is no longer there', subjectOf({ findings: [findingOf({ checkId: 'SG99' })] })],
  [
    'text beyond every length',
    subjectOf({
      findings: Array.from({ length: 250 }, (_, index) =>
        findingOf({
          key: `${index}${worst}`,
          message: worst,
          resource: { type: 'AWS::IAM::Role', id: worst },
          detail: { worst },
          repair: { repairId: worst, planHash: worst, outcome: worst },
          exception: { owner: worst, reason: worst, expiresAt: worst },
        }),
      ),
    }),
  ],
])('%s is what BatchImportFindings takes', (_what, subject) => {
  const findings = findingsOf(subject);
  const { report } = subject;
  expect(findings).toHaveLength(report.findings.length + report.resolved.length + report.checks.length);
  expect(new Set(findings.map(({ Id }) => Id)).size).toBe(findings.length);
});

test('a request has a hundred findings, and the last one the rest', () => {
  const findings = Array.from({ length: 248 }, (_, index) => findingOf({ key: `SG4/${index}` }));
  // With the records of three checks.
  expect(requestsOf(subjectOf({ findings })).map((request) => request.length)).toEqual([100, 100, 51]);
});

test('a finding keeps its id from run to run, and since when it is seen', () => {
  const previous = compileReport(runBefore({ findings: [findingOf()] }), undefined);
  const [before] = aboutResources({ ...subjectOf(), report: previous });
  const [now] = aboutResources(subjectOf({ findings: [findingOf()] }, previous));
  expect(now).toMatchObject({ Id: before?.Id, CreatedAt: before?.CreatedAt, FirstObservedAt: '2027-01-12T01:00:03.000Z' });
  expect(now?.UpdatedAt).not.toBe(before?.UpdatedAt);
});

test.each(findingStatuses)('a finding that is %s is open to Security Hub unless it was repaired', (status) => {
  const [finding] = aboutResources(subjectOf({ findings: [findingOf({ status })] }));
  const isOver = status === 'repaired';
  expect(finding).toMatchObject({ RecordState: isOver ? 'ARCHIVED' : 'ACTIVE', Compliance: { Status: isOver ? 'PASSED' : 'FAILED' } });
  expect(finding?.Workflow?.Status === 'SUPPRESSED').toBe(status === 'excepted');
});

test('what is gone is archived', () => {
  const previous = compileReport(runBefore({ findings: [findingOf()] }), undefined);
  expect(aboutResources(subjectOf({}, previous))).toMatchObject([
    { RecordState: 'ARCHIVED', Compliance: { Status: 'PASSED' }, Workflow: { Status: 'RESOLVED' } },
  ]);
});

test('a check that was not evaluated is not available, never passed', () => {
  const records = findingsOf(eventfulSubject()).filter(({ Id }) => Id?.includes('/check/'));
  expect(records.map(({ Compliance, Severity }) => [Compliance?.SecurityControlId, Compliance?.Status, Severity?.Label])).toEqual([
    ['SG1', 'FAILED', 'INFORMATIONAL'],
    ['SG4', 'FAILED', 'INFORMATIONAL'],
    ['IAM8', 'NOT_AVAILABLE', 'INFORMATIONAL'],
  ]);
});

test('requirements of CIS name the benchmark, and so does the type', () => {
  const [finding] = aboutResources(subjectOf({ findings: [findingOf()] }));
  expect(finding?.Compliance?.RelatedRequirements).toEqual([
    'CIS AWS Foundations Benchmark v7.0/6.3',
    'CIS AWS Foundations Benchmark v7.0/6.4',
    'AWS Security Hub controls/EC2.13',
    'AWS Security Hub controls/EC2.14',
  ]);
  expect(finding?.Types).toHaveLength(2);
});
