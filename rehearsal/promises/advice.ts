import { type AdviceEvidence, adviceReports, subjectOf } from '../advice-story.ts';
import { paris } from '../paris.ts';
import type { PromiseResult } from '../scenario.ts';
import { quarterSales } from '../scenarios/first-quarter.ts';
import type { Stage } from '../stage.ts';
import { purchasesOf } from '../witness.ts';

const hour = 3_600_000;

/** What a quarter of observation is to prove. */
export async function judgeAdvice(stage: Stage): Promise<readonly PromiseResult[]> {
  const reports = await adviceReports(stage);
  const byId = new Map(reports.map((report) => [report.adviceId, report]));
  return [
    judgeTooEarly(byId.get('day-47')),
    judgeAdvised(stage, byId.get('day-91')),
    judgeBaseline(stage, byId.get('day-91')),
    judgeEffective(byId.get('day-91')),
    judgeSettled(byId.get('day-91'), byId.get('day-95')),
    judgeSecondOpinion(byId.get('day-91')),
    judgeMonthly(stage, reports),
    judgePurchases(stage),
  ];
}

function judgeTooEarly(report: AdviceEvidence | undefined): PromiseResult {
  const verdicts = report?.subjects.map(({ verdict }) => verdict) ?? [];
  return {
    id: 'day-47-is-too-early',
    statement: 'On day 47 nothing is advised, and it says how long it has looked',
    held: verdicts.length === 2 && verdicts.every((verdict) => verdict === 'too-early') && subjectOf(report, 'instances')?.reason.includes('47') === true,
    figure: subjectOf(report, 'instances')?.reason ?? 'no report',
  };
}

function judgeAdvised(stage: Stage, report: AdviceEvidence | undefined): PromiseResult {
  const instances = subjectOf(report, 'instances');
  const option = instances?.options[instances.advised ?? -1];
  return {
    id: 'day-91-advises',
    statement: 'On day 91 a commitment is advised that binds nothing undecided',
    held: instances?.verdict === 'advised' && option?.kind === 'compute-savings-plan' && option.savingUsdPerMonth >= stage.config.reservations.leastSavingUsdPerMonth,
    figure: option === undefined ? (instances?.verdict ?? 'no report') : `${option.kind}, ${option.savingUsdPerMonth.toFixed(2)} USD a month`,
  };
}

/** What the sales held is not what an ordinary day needs; hours from the plan of the sales, sizes from the shop itself. */
function judgeBaseline(stage: Stage, report: AdviceEvidence | undefined): PromiseResult {
  const { leadMinutes, descent, baseline } = stage.config.capacity;
  const planned = quarterSales.reduce((sum, { startsAt, endsAt }) => sum + (paris(endsAt) - paris(startsAt)) / hour + (leadMinutes + descent.windowMinutes) / 60, 0);
  const { inEvents = 0 } = report?.observation.hours ?? {};
  const least = subjectOf(report, 'instances')?.uncovered ?? Number.NaN;
  return {
    id: 'sales-are-left-out',
    statement: 'Hours in which a sale or a surge held capacity are left out of what is reckoned',
    held: inEvents >= planned && inEvents <= planned + 30 && least >= baseline.floor && least < baseline.floor + 1.5,
    figure: `${inEvents} hours left out, ${least} instances in ordinary hours`,
  };
}

function judgeEffective(report: AdviceEvidence | undefined): PromiseResult {
  const options = report?.subjects.flatMap((subject) => subject.options) ?? [];
  const wrong = options.filter(({ effectiveSavingPercent, headlineSavingPercent }) => effectiveSavingPercent > headlineSavingPercent + 0.01);
  return {
    id: 'effective-not-headline',
    statement: 'What is really saved stands beside the headline, and is never more',
    held: options.length > 1 && wrong.length === 0,
    figure: `${options.length} options`,
  };
}

function judgeSettled(before: AdviceEvidence | undefined, after: AdviceEvidence | undefined): PromiseResult {
  const refused = subjectOf(before, 'instances')?.options.filter(({ refusal }) => refusal === 'unsettled') ?? [];
  const instances = subjectOf(after, 'instances');
  const advised = instances?.options[instances.advised ?? -1];
  const database = subjectOf(before, 'database');
  return {
    id: 'undecided-is-not-bound',
    statement: 'What would bind an undecided family or engine is refused until it is decided',
    held:
      refused.length > 0 &&
      database?.options.filter(({ kind }) => kind === 'rds-reserved-instance').every(({ refusal }) => refusal === 'unsettled') === true &&
      advised?.refusal === undefined && advised?.kind !== 'compute-savings-plan' && subjectOf(after, 'database')?.verdict === 'advised',
    figure: `then ${advised?.kind ?? 'nothing'} and ${subjectOf(after, 'database')?.verdict ?? 'nothing'}`,
  };
}

/** Nobody has enabled Cost Explorer in this account. */
function judgeSecondOpinion(report: AdviceEvidence | undefined): PromiseResult {
  return {
    id: 'unknown-is-not-none',
    statement: 'What Cost Explorer does not say is unknown, and changes no advice',
    held: report?.commitments?.costExplorer === 'unknown',
    figure: JSON.stringify(report?.commitments?.costExplorer ?? 'no report').slice(0, 40),
  };
}

function judgeMonthly(stage: Stage, reports: readonly AdviceEvidence[]): PromiseResult {
  const monthly = reports.filter(({ adviceId }) => !adviceId.startsWith('day-'));
  return {
    id: 'advised-every-month',
    statement: 'An advice comes every month by itself',
    held: monthly.length === 3,
    figure: `${monthly.length} in ${Math.round((stage.now - stage.startedAt) / (24 * hour))} days`,
  };
}

function judgePurchases(stage: Stage): PromiseResult {
  const bought = purchasesOf(stage.account);
  return { id: 'nothing-is-bought', statement: 'Nothing is bought', held: bought.length === 0, figure: `${bought.length} purchases` };
}
