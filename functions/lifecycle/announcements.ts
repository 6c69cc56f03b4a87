import type { Notification } from '../platform/notifications.ts';
import type { BucketPlan } from './bucket-plan.ts';
import { changeInWords, countsInWords, effectInWords, outcomeWords, savingInWords } from './formats/words.ts';
import type { LifecycleQuestion } from './lifecycle-records.ts';
import type { BucketResult, LifecycleReport } from './lifecycle-run.ts';

/** What people are told: the question where something would be let go for good, and the end of a run where there is news. */

/** A message holds as many of a kind as a person reads; the report holds all. */
const toldAtMost = 20;

/** One question, one message: bound to the plan and to its own expiry. */
export function describeQuestion({ role, plan, approval: { planHash, expiresAt } }: LifecycleQuestion): Notification {
  return {
    key: `lifecycle/approval/${role}/${planHash}/${expiresAt}`,
    kind: 'lifecycle.approval-asked',
    severity: 'warning',
    subject: `Approval wanted: lifecycle rules of ${role}`,
    text: [
      `The rules declared for ${role} (${plan.bucket}) let something go for good that the rules as they stand keep, or keep for longer. What S3 has let go, nobody gets back.`,
      ...planInWords(plan),
      `Answer before ${expiresAt}, with the role and the hash:`,
      JSON.stringify({ role, planHash, decision: 'approved', approver: 'your name' }),
      'No answer means no. How to answer stands in docs/runbooks/storage-lifecycle.md.',
    ].join('\n'),
    detail: { role, bucket: plan.bucket, planHash, expiresAt, effect: plan.effect, saving: plan.saving },
  };
}

/** What a run did, and what it wants of people. `location` is where its report lies. */
export function describeRun(report: LifecycleReport, location: string): Notification {
  const { runId, cause, mode, buckets } = report;
  const told = buckets.filter(({ outcome }) => outcome !== 'unchanged');
  return {
    key: `lifecycle/${runId}/report`,
    kind: 'lifecycle.report',
    severity: severityOf(buckets),
    subject: `Storage lifecycle: ${countsInWords(buckets)}`,
    text: [
      `The run ${runId} (${cause}, ${mode}) looked at the lifecycle rules of ${buckets.length} buckets: ${countsInWords(buckets)}.`,
      ...told.flatMap(resultInWords),
      `Report: ${location}`,
      ...(severityOf(buckets) === 'info' ? [] : ['What to do now stands in docs/runbooks/storage-lifecycle.md.']),
    ].join('\n'),
    detail: {
      runId, cause, mode, report: location,
      outcomes: Object.fromEntries(buckets.map(({ role, outcome }) => [role, outcome])),
      blockers: Object.fromEntries(told.flatMap(({ role, plan }) => (plan === undefined || plan.blockers.length === 0 ? [] : [[role, plan.blockers.map(({ code }) => code)]]))),
    },
  };
}

/** Others letting something go too early are at it already, whether we write or not. */
function severityOf(buckets: readonly BucketResult[]): Notification['severity'] {
  if (buckets.some(({ plan }) => plan?.blockers.some(({ code }) => code === 'retention-overlap'))) return 'critical';
  return buckets.some(isTroubled) ? 'warning' : 'info';
}

function isTroubled({ outcome, reason }: BucketResult): boolean {
  if (outcome === 'written') return reason !== undefined;
  return outcome === 'refused' || outcome === 'failed' || outcome === 'altered';
}

function resultInWords({ role, bucket, outcome, plan, approver, reason }: BucketResult): string[] {
  return [
    `${role} (${bucket}): ${outcomeWords[outcome]}${approver === undefined ? '' : `, allowed by ${approver}`}${reason === undefined ? '' : `. ${reason}`}`,
    ...(plan === undefined ? [] : planInWords(plan).map((line) => `  ${line}`)),
  ];
}

function planInWords({ blockers, changes, remarks, effect, saving }: BucketPlan): string[] {
  return [
    ...atMost(blockers.map(({ code, message }) => `Blocker ${code}: ${message}`)),
    ...atMost(changes.map(changeInWords)),
    ...(effect === undefined ? [] : [`Within a day of the write: ${effectInWords(effect)}.`]),
    ...(saving === undefined ? [] : [savingInWords(saving)]),
    ...atMost(remarks.map((remark) => `Remark: ${remark}`)),
  ];
}

function atMost(lines: readonly string[]): string[] {
  return lines.length <= toldAtMost ? [...lines] : [...lines.slice(0, toldAtMost), `… and ${lines.length - toldAtMost} more.`];
}
