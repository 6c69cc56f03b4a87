import type { Baseline } from './baseline.ts';
import type { Finding, Remediation, Severity } from './finding.ts';
import type { RepairPlan } from './repair.ts';
import type { ComplianceSettings } from './settings.ts';
import type { Snapshot, SnapshotPart } from './snapshot.ts';

/** One rule of the house: pure, a file of its own. */
export interface Check {
  /** `SG4`, `IAM8` */
  readonly id: string;
  readonly title: string;
  /** What is tested and why, in whole sentences, for the table of checks. */
  readonly description: string;
  /** Of an ordinary finding; a finding may say another. */
  readonly severity: Severity;
  /** `CIS 6.3`, `EC2.13`. CIS numbers are of the AWS Foundations Benchmark v7.0. */
  readonly references: readonly string[];
  /** Of an ordinary finding; a finding may say another. */
  readonly remediation: Remediation;
  /** The parts without which it cannot say anything. One that was not read: the check is not evaluated. */
  readonly reads: readonly SnapshotPart[];
  /**
   * `resource`: decided by the resource itself, what it refers to and the baseline, so that an event about it is enough.
   * `account`: only the whole account can tell (what nothing uses, what is nowhere).
   */
  readonly scope: 'resource' | 'account';
  evaluate(snapshot: Snapshot, baseline: Baseline, settings: ComplianceSettings): readonly Finding[];
  /** Absent where every finding is for a person. Called for findings that are not `report-only`. */
  repair?(finding: Finding): RepairPlan;
}

interface CheckDefinition<Detail extends object> extends Omit<Check, 'evaluate' | 'repair'> {
  evaluate(snapshot: Snapshot, baseline: Baseline, settings: ComplianceSettings): readonly Finding<Detail>[];
  repair?(finding: Finding<Detail>): RepairPlan;
}

/** Ties the detail of a check's findings to what its repair reads. Findings that come back from storage have the shape they went with. */
export function defineCheck<Detail extends object>(definition: CheckDefinition<Detail>): Check {
  return definition;
}
