import type { Drill, DrillOutcome } from './drill-records.ts';
import { objectiveWords } from './drill-report.ts';
import { isPassed, type Verdict } from './verdict.ts';

/** How a workflow says that a drill ended; absent when it went its whole way. */
export interface Ending {
  readonly outcome?: DrillOutcome | undefined;
  readonly reason?: string | undefined;
}

export interface Conclusion {
  readonly outcome: DrillOutcome;
  /** Why it ended so, for people. */
  readonly explanation: string;
}

/** Whether something was done to the database, or may have been, or an observation has something to judge. */
export function hasHappened({ kind, act, failover }: Drill): boolean {
  return kind === 'drill' ? act !== undefined : failover !== undefined;
}

/**
 * How a drill ended. What a workflow says stands, except where the database was touched: whatever it is called, it is judged
 * then, and passes by its measurement alone. A workflow that broke is an `error`, with what was measured until then.
 */
export function concludeDrill(drill: Drill, verdict: Verdict, { outcome: ended, reason = '' }: Ending): Conclusion {
  if (ended === 'error') return { outcome: 'error', explanation: explainError(drill, reason) };
  if (hasHappened(drill)) return judged(drill, verdict, ended === undefined || ended === 'passed' || ended === 'failed' ? '' : ended);
  if (ended === undefined || ended === 'passed' || ended === 'failed') {
    return { outcome: 'error', explanation: drill.kind === 'drill' ? 'The workflow came to its end, and the database was never made to fail over.' : 'The workflow came to its end, and nothing was observed.' };
  }
  return { outcome: ended, explanation: explain(drill, ended, reason) };
}

function judged(drill: Drill, verdict: Verdict, calledBefore: DrillOutcome | ''): Conclusion {
  const called = calledBefore === '' ? '' : ` The workflow called it ${calledBefore}, but the database was made to fail over.`;
  if (isPassed(drill, verdict)) {
    const unmeasured = verdict.judgements.some(({ isMeasured }) => !isMeasured);
    return { outcome: 'passed', explanation: `${unmeasured ? 'Everything that could be measured is as it should be.' : 'Every objective is met.'}${called}` };
  }
  const named = (isMeasured: boolean): string[] =>
    verdict.judgements.filter((judgement) => !judgement.isMet && judgement.isMeasured === isMeasured).map(({ objective }) => objectiveWords[objective]);
  return { outcome: 'failed', explanation: `${[...listed('Missed', named(true)), ...listed('Not measured', named(false))].join(' ')}${called}` };
}

function listed(label: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${label}: ${names.join(', ')}.`];
}

function explainError(drill: Drill, reason: string): string {
  const touched = drill.kind === 'observation' ? '' : drill.act === undefined ? ' The database was not touched.' : ' The database was made to fail over, or may have been: what was seen of it stands below.';
  return `The workflow broke${reason === '' ? '.' : `: ${sentence(reason)}`}${touched}`;
}

function explain({ blockers }: Drill, outcome: 'refused' | 'dry-run' | 'rejected' | 'expired' | 'altered', reason: string): string {
  const because = reason === '' ? '' : ` ${sentence(reason)}`;
  const against = blockers.length === 1 ? 'One thing speaks' : `${blockers.length} things speak`;
  switch (outcome) {
    case 'refused':
      // The reason is made of the blockers, which are listed anyway.
      return `The database was not touched.${blockers.length === 0 ? because : ` ${against} against a drill.`}`;
    case 'dry-run':
      return `A dry run does nothing. ${blockers.length === 0 ? 'Nothing speaks against a drill now' : `${against} against a drill`}.`;
    case 'rejected':
      return `A person said no. The database was not touched.${because}`;
    case 'expired':
      return `Nobody approved it in time. The database was not touched.${because}`;
    case 'altered':
      return `What stands now is not what was approved. The database was not touched.${because}`;
  }
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
