import type { Check } from '../check.ts';
import type { Digest } from '../digest.ts';
import type { Resource } from '../finding.ts';
import type { ComplianceReport, ReportedFinding } from '../report.ts';

/** What is told of a check where its findings are. */
export type CheckFacts = Pick<Check, 'id' | 'title' | 'description' | 'severity' | 'references' | 'remediation'>;

export interface FormatSubject {
  readonly report: ComplianceReport;
  readonly digest: Digest;
  /** The registry. */
  readonly checks: readonly CheckFacts[];
}

/**
 * A way to write a report. It comes in pieces of a few kilobytes, which joined are the document: 100,000 findings make
 * documents of over a hundred megabytes, and those never stand in memory whole.
 */
export interface Format {
  /** Name of the file beside the others of its run. */
  readonly fileName: string;
  readonly contentType: string;
  readonly pieces: (subject: FormatSubject) => Iterable<string>;
}

/** A document whose largest part is one array: `head`, the elements with commas between them, `tail`. */
export function* arrayPieces(head: string, elements: Iterable<unknown>, tail: string): Generator<string> {
  yield head;
  let separator = '\n';
  for (const element of elements) {
    yield `${separator}${JSON.stringify(element)}`;
    separator = ',\n';
  }
  yield `\n${tail}`;
}

/** `text` within `length` characters: what is cut off is marked. */
export function fit(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Facts of every check by id. */
export function factsById(checks: readonly CheckFacts[]): ReadonlyMap<string, CheckFacts> {
  return new Map(checks.map((check) => [check.id, check]));
}

const cis = 'CIS AWS Foundations Benchmark v7.0';

/** The requirements that a check answers, each with its standard: `CIS AWS Foundations Benchmark v7.0/6.3`. */
export function requirementsOf({ references }: Pick<CheckFacts, 'references'>): string[] {
  return references.map((reference) => (reference.startsWith('CIS ') ? `${cis}/${reference.slice(4)}` : `${securityHub}/${reference}`));
}

/** The standards that a check belongs to; the house's own where nobody else asks for it. */
export function standardsOf({ references }: Pick<CheckFacts, 'references'>): string[] {
  if (references.length === 0) return ['WebMarket+ declared baseline'];
  return [...new Set(references.map((reference) => (reference.startsWith('CIS ') ? cis : securityHub)))];
}

const securityHub = 'AWS Security Hub controls';

/** What is to be done about a finding, for people. */
export function adviceOn({ remediation, repair }: Pick<ReportedFinding, 'remediation' | 'repair'>): string {
  if (repair !== undefined) return repair.outcome;
  switch (remediation) {
    case 'automatic':
      return 'It is repaired without anybody being asked, where the mode of its check is enforce.';
    case 'approval':
      return 'Its repair is prepared, and carried out once somebody has approved it.';
    case 'report-only':
      return 'A person repairs it, or declares an exception with an owner and an end.';
  }
}

/**
 * The ARN of a resource, or its id where an ARN cannot be told from it: those of IAM hold a path, and findings hold names.
 * Source: Service Authorization Reference, "Resource types" of EC2 and RDS.
 */
export function resourceName({ type, id }: Resource, { partition, region, accountId }: ComplianceReport): string {
  if (id.startsWith('arn:')) return id;
  const ec2 = (kind: string): string => `arn:${partition}:ec2:${region}:${accountId}:${kind}/${id}`;
  switch (type) {
    case 'AWS::EC2::SecurityGroup':
      return ec2('security-group');
    case 'AWS::EC2::PrefixList':
      return ec2('prefix-list');
    case 'AWS::EC2::NetworkInterface':
      return ec2('network-interface');
    case 'AWS::EC2::Instance':
      return ec2('instance');
    case 'AWS::EC2::NetworkAcl':
      return ec2('network-acl');
    case 'AWS::EC2::VPC':
      return ec2('vpc');
    case 'AWS::EC2::LaunchTemplate':
      return ec2('launch-template');
    case 'AWS::RDS::DBInstance':
      return `arn:${partition}:rds:${region}:${accountId}:db:${id}`;
    case 'AWS::Account':
      return accountName(accountId);
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
    case 'AWS::IAM::User':
    case 'AWS::IAM::Role':
    case 'AWS::IAM::Group':
    case 'AWS::IAM::ManagedPolicy':
    case 'AWS::IAM::InstanceProfile':
    case 'AWS::IAM::ServerCertificate':
      return id;
  }
}

/** An account as Security Hub names it as a resource. */
export function accountName(accountId: string): string {
  return `AWS::::Account:${accountId}`;
}
