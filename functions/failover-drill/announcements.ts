import type { Notification } from '../platform/notifications.ts';
import type { DrillOutcome } from './drill-records.ts';
import type { DrillReport } from './drill-report.ts';
import { countOf, secondsOf } from './measurement.ts';

/** What is said at the end of a drill: one message a drill, whatever became of it. */

const severities: Readonly<Record<DrillOutcome, Notification['severity']>> = {
  passed: 'info',
  'dry-run': 'info',
  refused: 'warning',
  rejected: 'warning',
  expired: 'warning',
  altered: 'warning',
  failed: 'critical',
  error: 'critical',
};

const outcomeWords: Readonly<Record<DrillOutcome, string>> = {
  passed: 'passed',
  failed: 'FAILED',
  refused: 'refused',
  'dry-run': 'dry run',
  rejected: 'rejected',
  expired: 'expired',
  altered: 'overtaken by a change',
  error: 'broke',
};

/** `databaseId` is what the drill was of; `location` is where its report lies. */
export function describeEnd(report: DrillReport, databaseId: string, location: string): Notification {
  const { drillId, kind, outcome, measured, blockers, failover } = report;
  return {
    key: endKey(drillId),
    kind: outcome === 'passed' || outcome === 'failed' ? 'drill.report' : `drill.${outcome}`,
    severity: severities[outcome],
    subject: subjectOf(report, databaseId),
    text: textOf(report, databaseId, location),
    detail: {
      drillId, drillKind: kind, databaseId, outcome, report: location, measured,
      blockers: blockers.map(({ code }) => code),
      ...(failover === undefined ? {} : { failover: failover.outcome }),
    },
  };
}

/** A drill of which the ledger holds nothing: it broke before it was written down. */
export function describeUnknown(drillId: string, databaseId: string, reason: string): Notification {
  return {
    key: endKey(drillId),
    kind: 'drill.error',
    severity: 'critical',
    subject: `A failover drill of ${databaseId} broke at its beginning`,
    text: [
      `The drill ${drillId} of ${databaseId} broke before it was written down${reason === '' ? '' : `: ${reason}`}.`,
      'The database was not touched, and there is no report. Look at the execution of this name, and ask for another drill.',
    ].join('\n'),
    detail: { drillId, databaseId, outcome: 'error' },
  };
}

/** One key a drill: it ends once. */
function endKey(drillId: string): string {
  return `drill/${drillId}/end`;
}

/** A mail's subject is ASCII on one line: nothing in it was typed by a person. */
function subjectOf({ kind, outcome, measured }: DrillReport, databaseId: string): string {
  const what = kind === 'drill' ? 'Failover drill' : 'Unplanned failover';
  const figures = [
    ...(measured.outageSeconds === undefined ? [] : [`${secondsOf(measured.outageSeconds)} without writes`]),
    ...(measured.lostCommits === undefined ? [] : [`${countOf(measured.lostCommits, 'commit')} lost`]),
  ];
  return `${what} ${outcomeWords[outcome]}: ${databaseId}${figures.length === 0 ? '' : ` (${figures.join(', ')})`}`;
}

function textOf(report: DrillReport, databaseId: string, location: string): string {
  const { drillId, kind, requester, reason, explanation, judgements, defects, blockers, remarks, outcome } = report;
  const of = kind === 'drill' ? `The drill ${drillId} of ${databaseId}, asked for by ${requester}: ${reason}` : `The failover of ${databaseId}, which no drill asked for (${drillId}): ${reason}`;
  return [
    of,
    explanation,
    ...judgements.map(({ isMet, isMeasured, statement }) => `${isMet ? 'Met' : isMeasured ? 'MISSED' : 'NOT MEASURED'}: ${statement}`),
    ...defects.map((defect) => `DEFECT: ${defect}`),
    ...blockers.map(({ code, message }) => `Blocker ${code}: ${message}`),
    ...remarks.map((remark) => `Remark: ${remark}`),
    `Report: ${location}`,
    ...(severities[outcome] === 'critical' ? ['What to do now stands in docs/runbooks/failover-drill.md.'] : []),
  ].join('\n');
}
