import { approver, type DrillEvidence, drillRecords, drillReports, requester } from '../drill-story.ts';
import type { PromiseResult } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ledgerItems } from './evidence.ts';

/** From the answer of the second person to the report. */
const reportMinutes = 10;

/** What a week of drills is to prove. */
export async function judgeDrills(stage: Stage): Promise<readonly PromiseResult[]> {
  const reports = await drillReports(stage);
  const byId = new Map(reports.map((report) => [report.drillId, report]));
  return [
    judgeRefusal(byId.get('in-the-sale')),
    judgeOutcomes(byId),
    judgeMeasured(stage, byId.get('quarterly')),
    judgeSecondPerson(stage, byId.get('quarterly')),
    judgeAbandoned(byId.get('abandoned')),
    judgeUnasked(byId),
    judgeObservation(stage, reports),
    judgeWithoutEvents(byId.get('without-events')),
    judgeStopped(stage, byId.get('stopped'), reports),
    judgeReports(stage, reports),
    judgeLock(stage),
  ];
}

function judgeRefusal(report: DrillEvidence | undefined): PromiseResult {
  const codes = report?.blockers.map(({ code }) => code) ?? [];
  return {
    id: 'refused-in-a-sale',
    statement: 'A drill is refused while capacity is leased, and every reason is named',
    held: report?.outcome === 'refused' && codes.includes('lease-active'),
    figure: codes.join(', '),
  };
}

const wanted: Readonly<Record<string, string>> = {
  'in-the-sale': 'refused', 'dry-run': 'dry-run', quarterly: 'passed', 'too-soon': 'refused', abandoned: 'failed',
  'nobody-answers': 'expired', overtaken: 'altered', 'without-events': 'passed', stopped: 'error',
};

function judgeOutcomes(byId: ReadonlyMap<string, DrillEvidence>): PromiseResult {
  const wrong = Object.entries(wanted).flatMap(([id, outcome]) => {
    const found = byId.get(id)?.outcome ?? 'no report';
    return found === outcome ? [] : [`${id}: ${found} instead of ${outcome}`];
  });
  return {
    id: 'every-drill-ends-as-it-should',
    statement: 'Each of the nine drills ends as it should',
    held: wrong.length === 0,
    figure: wrong.length === 0 ? `${Object.keys(wanted).length} drills` : wrong.join('; '),
  };
}

/** The minutes of the shop are coarser than the probe: they bound what it may have measured. */
function judgeMeasured(stage: Stage, report: DrillEvidence | undefined): PromiseResult {
  const { outageSeconds = Number.NaN, lostCommits = Number.NaN } = report?.measured ?? {};
  const minutes = Math.ceil((Date.parse(report?.closedAt ?? '') - Date.parse(report?.approval?.answeredAt ?? '')) / 60_000);
  return {
    id: 'measured-within-ten-minutes',
    statement: `Within ${reportMinutes} minutes of the approval a report says how long the shop could not write, and what was lost`,
    held: outageSeconds > 0 && outageSeconds <= stage.config.drills.rtoSeconds && lostCommits === 0 && minutes <= reportMinutes,
    figure: `${outageSeconds.toFixed(1)} s, ${lostCommits} lost, after ${minutes} min`,
  };
}

function judgeSecondPerson(stage: Stage, report: DrillEvidence | undefined): PromiseResult {
  const isRefused = stage.steps.some(({ text }) => text.startsWith(`${requester} answers`) && text.includes('own-request'));
  return {
    id: 'approved-by-a-second-person',
    statement: 'Who asks for a drill cannot approve it; a second person does',
    held: isRefused && report?.approval?.approver === approver,
    figure: report?.approval?.approver ?? 'nobody',
  };
}

function judgeAbandoned(report: DrillEvidence | undefined): PromiseResult {
  return {
    id: 'accepted-is-not-done',
    statement: 'A failover that AWS accepts and does not carry out is a failed drill',
    held: report?.outcome === 'failed' && report.act?.acceptedAt !== undefined && report.failover?.outcome === 'abandoned',
    figure: report?.failover?.outcome ?? 'not observed',
  };
}

function judgeUnasked(byId: ReadonlyMap<string, DrillEvidence>): PromiseResult {
  const without = ['in-the-sale', 'dry-run', 'too-soon', 'nobody-answers', 'overtaken'].filter((id) => byId.get(id)?.act !== undefined);
  return {
    id: 'no-act-without-approval',
    statement: 'What was refused, expired or overtaken never touched the database',
    held: without.length === 0 && ['quarterly', 'abandoned', 'without-events', 'stopped'].every((id) => byId.get(id)?.act !== undefined),
    figure: `${without.length} acts`,
  };
}

function judgeObservation(stage: Stage, reports: readonly DrillEvidence[]): PromiseResult {
  const observations = reports.filter(({ kind, openedAt }) => kind === 'observation' && !(Date.parse(openedAt) >= stoppedAt(stage)));
  const [first] = observations;
  const failovers = stage.steps.filter(({ text }) => text.includes('primary of the database dies'));
  return {
    id: 'unplanned-is-reported-once',
    statement: 'A failover that nobody asked for is verified and reported once, however often and late its events come',
    held: observations.length === failovers.length && first?.outcome === 'passed' && first.act === undefined,
    figure: `${observations.length} reports, ${first?.outcome ?? 'none'}`,
  };
}

function judgeWithoutEvents(report: DrillEvidence | undefined): PromiseResult {
  const { outageSeconds } = report?.measured ?? {};
  return {
    id: 'events-are-not-needed',
    statement: 'A drill of which no event came through is measured all the same',
    held: report?.outcome === 'passed' && outageSeconds !== undefined,
    figure: outageSeconds === undefined ? 'not measured' : `${outageSeconds.toFixed(1)} s`,
  };
}

function stoppedAt(stage: Stage): number {
  return stage.steps.find(({ text }) => text.includes('stops the workflow'))?.at ?? Number.NaN;
}

/** The failover goes on, whoever stopped the drill: now nobody asks for it any more. */
function judgeStopped(stage: Stage, report: DrillEvidence | undefined, reports: readonly DrillEvidence[]): PromiseResult {
  const seconds = (Date.parse(report?.closedAt ?? '') - stoppedAt(stage)) / 1000;
  const after = reports.find(({ kind, openedAt }) => kind === 'observation' && Date.parse(openedAt) >= stoppedAt(stage));
  return {
    id: 'stopped-is-reported',
    statement: 'A drill that is stopped in the middle of its failover is reported within a minute, with its act; an observation follows the failover to its end',
    held: report?.outcome === 'error' && report.act !== undefined && seconds <= 60 && after?.outcome === 'passed',
    figure: `${seconds.toFixed(0)} s, then ${after?.outcome ?? 'nothing'}`,
  };
}

function judgeReports(stage: Stage, reports: readonly DrillEvidence[]): PromiseResult {
  const missing = drillRecords(stage).filter(({ drillId }) => !reports.some((report) => report.drillId === drillId));
  return {
    id: 'a-report-for-every-drill',
    statement: 'Every drill that was started has a report',
    held: missing.length === 0 && reports.length > 0,
    figure: missing.length === 0 ? `${reports.length} reports` : `missing: ${missing.map(({ drillId }) => drillId).join(', ')}`,
  };
}

function judgeLock(stage: Stage): PromiseResult {
  const held = ledgerItems(stage).filter(({ type, id }) => type === 'lock' && String(id).startsWith('failover-drill/'));
  return {
    id: 'lock-released',
    statement: 'No drill keeps the lock',
    held: held.length === 0,
    figure: `${held.length} held`,
  };
}
