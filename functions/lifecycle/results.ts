import type { BucketRun, LifecycleQuestion } from './lifecycle-records.ts';
import type { BucketResult } from './lifecycle-run.ts';
import type { BucketRole } from './settings.ts';

/** What the ledger holds of a bucket at the end of a run. */
export interface Traces {
  readonly run: BucketRun | undefined;
  readonly question: LifecycleQuestion | undefined;
}

/** What became of a bucket. What left no outcome has failed, and the result says how far it came. */
export function resultOf(role: BucketRole, bucket: string, { run, question }: Traces): BucketResult {
  if (run === undefined) return { role, bucket, outcome: 'failed', reason: 'It could not be planned: the log of the run says why. Nothing was written.' };
  const { plan } = run;
  const common = { role, bucket: plan.bucket, plan };
  switch (plan.verdict) {
    case 'unchanged':
    case 'refused':
    case 'dry-run':
      return { ...common, outcome: plan.verdict };
    case 'ask':
      return { ...common, outcome: 'asked', reason: waitingInWords(plan.planHash, question) };
    case 'write':
      return { ...common, ...endOf(run) };
  }
}

function endOf({ act, ending }: BucketRun): Pick<BucketResult, 'outcome' | 'approver' | 'reason'> {
  if (ending !== undefined) {
    const { outcome, reason } = ending;
    return { outcome, ...(act?.approver === undefined ? {} : { approver: act.approver }), ...(reason === undefined ? {} : { reason }) };
  }
  if (act === undefined) return { outcome: 'failed', reason: 'The write was not begun: the log of the run says why.' };
  const { begunAt, approver, refusal } = act;
  const reason = refusal === undefined ? `The write was begun at ${begunAt}, and how it ended is not known. The next run looks at what stands.` : `S3 refused the write: ${refusal}`;
  return { outcome: 'failed', ...(approver === undefined ? {} : { approver }), reason };
}

function waitingInWords(planHash: string, question: LifecycleQuestion | undefined): string {
  if (question === undefined || question.plan.planHash !== planHash) return 'It was not asked, or another run has asked of another plan since: the next run asks.';
  const { askedAt, expiresAt, decision, approver = 'Somebody', comment, answeredAt } = question.approval;
  const said = `${approver} ${decision ?? ''} it at ${answeredAt ?? 'an unknown time'}${comment === undefined ? '' : `: ${comment}`}`;
  switch (decision) {
    case undefined:
      return `It was asked at ${askedAt}; an answer is wanted before ${expiresAt}.`;
    case 'rejected':
      return `${said}. Nobody is asked again before ${expiresAt}, unless the plan changes.`;
    case 'approved':
      return `${said}, after this run had planned: the run that the approval starts writes it, or the next one.`;
  }
}
