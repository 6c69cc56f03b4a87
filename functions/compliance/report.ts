import * as z from 'zod';
import type { CheckResult } from './assessment.ts';
import type { Check } from './check.ts';
import { exceptionSchema } from './exceptions.ts';
import { findingSchema, severities, type Severity } from './finding.ts';

/** What became of a finding by the end of a run. */
export const findingStatuses = [
  'open', 'excepted', 'repaired', 'would-repair', 'awaiting-approval', 'handed-over', 'held-back', 'failed',
] as const;
export type FindingStatus = (typeof findingStatuses)[number];

export const checkStatuses = ['passed', 'failed', 'not-evaluated'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

export const reportedFindingSchema = findingSchema.extend({
  status: z.enum(findingStatuses),
  /** ISO 8601. The start of the first run that saw it, since when every run that looked has seen it. */
  firstSeenAt: z.string(),
  exception: exceptionSchema.pick({ owner: true, reason: true, expiresAt: true }).optional(),
  /** `outcome`: what was done or would be, one sentence for people. A repair that is only planned has no id. */
  repair: z.object({ repairId: z.string().optional(), planHash: z.string().optional(), outcome: z.string() }).optional(),
});

const reportedCheckSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(checkStatuses),
  /** Why it was not evaluated. */
  reason: z.string().optional(),
  findings: z.int().min(0),
});

const count = z.int().min(0);

/** What one run says. Kept as evidence, and read back by the next run. Instants are ISO 8601. */
export const complianceReportSchema = z.object({
  runId: z.string(),
  accountId: z.string(),
  region: z.string(),
  /** `aws` */
  partition: z.string(),
  environment: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  checks: z.array(reportedCheckSchema),
  /** The most severe first. */
  findings: z.array(reportedFindingSchema),
  /** As the last run reported them: gone since, without a repair of ours. */
  resolved: z.array(reportedFindingSchema),
  /** As they were last seen: their check was not evaluated, so nobody knows whether they still stand. */
  unverified: z.array(reportedFindingSchema),
  /** Exceptions that count for nothing any more, and still stand in the ledger. */
  expiredExceptions: z.array(exceptionSchema),
  counts: z.object({
    /** Of the findings that stand. */
    bySeverity: z.record(z.enum(severities), count),
    /** Of all findings. */
    byStatus: z.record(z.enum(findingStatuses), count),
  }),
});

export type ReportedFinding = z.infer<typeof reportedFindingSchema>;
export type ReportedCheck = z.infer<typeof reportedCheckSchema>;
export type ComplianceReport = z.infer<typeof complianceReportSchema>;

/** What a run found, and what became of it. */
export interface RunFacts extends Pick<
  ComplianceReport,
  'runId' | 'accountId' | 'region' | 'partition' | 'environment' | 'startedAt' | 'finishedAt' | 'expiredExceptions'
> {
  readonly checks: readonly Pick<Check, 'id' | 'title'>[];
  readonly results: readonly CheckResult[];
  readonly findings: readonly Omit<ReportedFinding, 'firstSeenAt'>[];
}

/** The report of a run, after the run before it (undefined: there was none). */
export function compileReport({ checks, results, findings, ...run }: RunFacts, previous: ComplianceReport | undefined): ComplianceReport {
  const known = standingBefore(previous);
  const resultOf = new Map(results.map((result) => [result.id, result]));
  const reported = findings
    .map((finding): ReportedFinding => ({ ...finding, firstSeenAt: known.get(finding.key)?.firstSeenAt ?? run.startedAt }))
    .toSorted(bySeverityAndKey);
  const found = new Set(reported.map(({ key }) => key));
  const gone = [...known.values()].filter(({ key }) => !found.has(key));
  const isSilent = ({ checkId }: ReportedFinding): boolean => resultOf.get(checkId)?.status === 'not-evaluated';
  return {
    ...run,
    checks: checks.map(({ id, title }) => reportCheck(id, title, resultOf.get(id))),
    findings: reported,
    resolved: gone.filter((finding) => !isSilent(finding)),
    unverified: gone.filter(isSilent),
    counts: {
      bySeverity: tally(severities, reported.filter(isStanding).map(({ severity }) => severity)),
      byStatus: tally(findingStatuses, reported.map(({ status }) => status)),
    },
  };
}

/** Whether something is still wrong, and nobody has said that it may be. */
export function isStanding({ status }: Pick<ReportedFinding, 'status'>): boolean {
  return status !== 'repaired' && status !== 'excepted';
}

/**
 * What a report leaves standing, accepted or not, by key. What was repaired is over: the same drift seen again is new.
 * What nobody could look at is still known.
 */
export function standingBefore(report: ComplianceReport | undefined): ReadonlyMap<string, ReportedFinding> {
  if (report === undefined) return new Map();
  const standing = [...report.unverified, ...report.findings.filter(({ status }) => status !== 'repaired')];
  return new Map(standing.map((finding) => [finding.key, finding]));
}

export function bySeverityAndKey(left: ReportedFinding, right: ReportedFinding): number {
  const order = rankOf(right.severity) - rankOf(left.severity);
  if (order !== 0) return order;
  return left.key < right.key ? -1 : Number(left.key > right.key);
}

const rankOf = (severity: Severity): number => severities.indexOf(severity);

function reportCheck(id: string, title: string, result: CheckResult | undefined): ReportedCheck {
  if (result === undefined) return { id, title, status: 'not-evaluated', reason: 'It was not asked for.', findings: 0 };
  switch (result.status) {
    case 'passed':
      return { id, title, status: 'passed', findings: 0 };
    case 'failed':
      return { id, title, status: 'failed', findings: result.findings };
    case 'not-evaluated':
      return { id, title, status: 'not-evaluated', reason: result.reason, findings: 0 };
  }
}

function tally<Name extends string>(names: readonly Name[], values: readonly Name[]): Record<Name, number> {
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  for (const value of values) counts[value] += 1;
  return counts;
}
