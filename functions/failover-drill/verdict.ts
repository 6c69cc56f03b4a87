import { countOf, measureLoss, type Measurement, measureOutage, secondsOf, writersAway } from './measurement.ts';
import type { Drill } from './drill-records.ts';
import { type DrillReport, judgedAs, type Judgement } from './drill-report.ts';
import { unknownZone } from './failover-verdict.ts';
import type { ProbeReport } from './probe/probe-report.ts';
import type { DrillSettings } from './settings.ts';
import { judgeShop } from './shop-verdict.ts';

/** What came of what was done to the database, and what was measured of it. */
export type Verdict = Pick<DrillReport, 'judgements' | 'measured' | 'defects' | 'objectives'>;

/**
 * Judges a drill that was carried out, or a failover that was observed. What could not be measured is not met. An observation
 * began after the failover, so that its recovery and its lost commits may be unmeasured without failing it.
 */
export function judgeDrill(drill: Drill, probe: Measurement<ProbeReport>, settings: DrillSettings): Verdict {
  const objectives = objectivesOf(drill, settings);
  const outage = measureOutage(drill, probe);
  const loss = measureLoss(drill, probe);
  const isObservation = drill.kind === 'observation';
  return {
    objectives,
    judgements: [
      isObservation ? judgeRecoveryByEvents(drill, objectives.rtoSeconds) : judgeRecovery(outage, objectives.rtoSeconds),
      judgeLoss(loss, objectives.maxLostCommits),
      judgeFailover(drill),
      ...(isObservation ? [judgeWriting(probe)] : []),
      judgeShop(drill, settings.healthMinutes),
    ],
    measured: {
      ...(!isObservation && outage.kind === 'measured' ? { outageSeconds: outage.value } : {}),
      ...(loss.kind === 'measured' ? { lostCommits: loss.value.lost } : {}),
    },
    defects: defectsOf(loss),
  };
}

/** Nothing was done to the database: there is nothing to judge. */
export function judgeNothing(drill: Drill, settings: DrillSettings): Verdict {
  return { objectives: objectivesOf(drill, settings), judgements: [], measured: {}, defects: [] };
}

/** Whether everything that has to be met is. */
export function isPassed({ kind }: Drill, { judgements }: Verdict): boolean {
  const mayBeUnmeasured = ({ objective, isMeasured }: Judgement): boolean =>
    kind === 'observation' && !isMeasured && (objective === 'recovery' || objective === 'lost-commits');
  return judgements.length > 0 && judgements.every((judgement) => judgement.isMet || mayBeUnmeasured(judgement));
}

/** Those of the plan: they are what was approved. */
function objectivesOf({ plan }: Drill, { rtoSeconds, maxLostCommits }: DrillSettings): DrillReport['objectives'] {
  return plan?.objectives ?? { rtoSeconds, maxLostCommits };
}

function judgeRecovery(outage: Measurement<number>, rtoSeconds: number): Judgement {
  const judged = judgedAs('recovery');
  const wanted = `The objective is at most ${rtoSeconds} s.`;
  if (outage.kind === 'unmeasured') return judged(false, `The outage was not measured: ${outage.reason}. ${wanted}`, false);
  return judged(outage.value <= rtoSeconds, `For ${secondsOf(outage.value)} nothing could be written. ${wanted}`);
}

/** The probe began after the failover: what it saw of the outage may be its end alone. */
function judgeRecoveryByEvents({ failover }: Drill, rtoSeconds: number): Judgement {
  const judged = judgedAs('recovery');
  const seconds = failover?.eventSeconds;
  const wanted = `The objective is at most ${rtoSeconds} s.`;
  if (seconds === undefined || !(seconds > 0)) {
    return judged(false, `The outage was not measured: nobody wrote before it, and RDS did not tell both of its beginning and of its end. ${wanted}`, false);
  }
  return judged(seconds <= rtoSeconds, `RDS told of its end ${secondsOf(seconds)} after its beginning; nobody wrote before it, so that what clients felt is not known. ${wanted}`);
}

function judgeLoss(loss: Measurement<{ readonly lost: number; readonly ambiguous: number }>, maxLostCommits: number): Judgement {
  const wanted = `The objective is at most ${maxLostCommits}.`;
  const judged = judgedAs('lost-commits');
  if (loss.kind === 'unmeasured') return judged(false, `Lost commits could not be measured: ${loss.reason}. ${wanted}`, false);
  const { lost, ambiguous } = loss.value;
  const aside = ambiguous === 0 ? '' : ` Of ${countOf(ambiguous, 'more write')} nothing was ever heard: ${ambiguous === 1 ? 'it counts' : 'they count'} for neither.`;
  const found = lost === 0 ? 'No acknowledged commit is missing.' : `${countOf(lost, 'acknowledged commit')} ${lost === 1 ? 'is' : 'are'} missing.`;
  return judged(lost <= maxLostCommits, `${found} ${wanted}${aside}`);
}

function judgeFailover({ kind, act, failover }: Drill): Judgement {
  const judged = judgedAs('failover');
  const asked = act?.acceptedAt === undefined ? 'asked for, without an answer' : 'accepted';
  if (failover === undefined) return judged(false, kind === 'drill' ? `The failover was ${asked}, and nobody saw what came of it.` : 'Nobody saw what came of the failover.', false);
  const { outcome, zoneBefore, zoneAfter } = failover;
  const lastStatus = failover.statuses.at(-1)?.status;
  switch (outcome) {
    case 'swapped':
      return judged(true, `The database moved from ${zoneBefore === unknownZone ? 'an unknown zone' : zoneBefore} to ${zoneAfter ?? 'another zone'} and is available.`);
    case 'abandoned':
      return judged(false, kind === 'drill' ? `The failover was ${asked}, but no failover happened: RDS says that it abandoned it.` : 'RDS says that it abandoned the failover.');
    case 'timed-out':
      // Where the database ran before is not always known: that it is well where it runs is what matters then.
      if (kind === 'observation' && lastStatus === 'available') return judged(true, 'The database is available; that it changed its zone was not seen.');
      if (kind === 'observation') return judged(false, `The database did not come back in time: its last status is ${lastStatus ?? 'unknown'}.`);
      return judged(false, `The failover was ${asked}, but no failover happened in time: the database was last seen in ${zoneAfter ?? zoneBefore}, with the status ${lastStatus ?? 'unknown'}.`);
    case 'pending':
      return judged(false, `The failover was still looked at when the drill was closed: its last status is ${lastStatus ?? 'unknown'}.`, false);
  }
}

/** For an observation, whose outage nobody measured: whether it is over. */
function judgeWriting(probe: Measurement<ProbeReport>): Judgement {
  const judged = judgedAs('writing');
  if (probe.kind === 'unmeasured') return judged(false, `Whether the database can be written to again is not known: ${probe.reason}.`, false);
  const away = writersAway(probe.value);
  return judged(away.length === 0, away.length === 0 ? 'Both clients of the probe commit again.' : `The ${away.join(' and the ')} client of the probe could not commit when it ended.`);
}

function defectsOf(loss: Measurement<{ readonly phantom: number }>): string[] {
  if (loss.kind === 'unmeasured' || loss.value.phantom === 0) return [];
  return [`The table holds ${countOf(loss.value.phantom, 'row')} that the probe never sent, or was told are refused: something is wrong with the measurement, and its figures are to be doubted.`];
}
