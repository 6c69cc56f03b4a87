import { judgeAccount } from '../promises/account.ts';
import { lastSample, ledgerItems, samplesBetween } from '../promises/evidence.ts';
import { paris } from '../paris.ts';
import type { PromiseResult, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ordinaryDays, rush, together } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;
const rushFrom = paris('2027-02-03T14:20');
const rushUntil = paris('2027-02-03T16:00');

export const surge: Scenario = {
  name: 'surge',
  title: 'a rush that nobody announced, on an ordinary afternoon',
  startsAt: paris('2027-02-03T10:00'),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    const { baseline, requestsPerSecondPerInstance: perInstance } = config.capacity;
    const ordinary = baseline.floor * perInstance * 0.4;
    account.shop.visitors = together(ordinaryDays(ordinary), rush(baseline.ceiling * perInstance * 1.1, rushFrom, rushUntil));
  },
  play: async (stage) => {
    await stage.until(rushFrom, 'ordinary day');
    stage.step('A video goes round: visitors come, and nobody announced it');
    await stage.until(rushUntil, 'rush');
    stage.step('The visitors leave');
    await stage.until(rushUntil + 150 * minute, 'afterwards');
  },
  judge: (stage) =>
    Promise.resolve([judgeAnswer(stage), judgeHysteresis(stage), judgeCeiling(stage), judgeEnd(stage), ...judgeAccount(stage)]),
};

function alarmAt(stage: Stage): number | undefined {
  return stage.account.occurrences.find(({ kind, at, text }) => kind.startsWith('cloudwatch') && at >= rushFrom && /surge/iu.test(text) && /ALARM/u.test(text))?.at;
}

/** From the alarm to a floor above the baseline. */
function judgeAnswer(stage: Stage): PromiseResult {
  const baseline = stage.config.capacity.baseline.floor;
  const raised = samplesBetween(stage, rushFrom, rushUntil).find(({ minSize }) => minSize > baseline)?.at;
  const alarm = alarmAt(stage);
  const seconds = raised === undefined || alarm === undefined ? undefined : Math.max(0, (raised - alarm) / 1000);
  return {
    id: 'surge-answered',
    statement: 'The floor is raised within two minutes of the alarm',
    held: seconds !== undefined && seconds <= 120,
    figure: seconds === undefined ? 'never' : `${Math.round(seconds)} s`,
  };
}

/** One surge, however the load wavers: its lease is granted once and released once. */
function judgeHysteresis(stage: Stage): PromiseResult {
  const kinds = stage.account.sns.messages.map(({ attributes }) => attributes['kind']);
  const released = kinds.filter((kind) => kind === 'surge.released').length;
  return {
    id: 'surge-released-once',
    statement: 'The surge is released once, after the load has been low for the hold time',
    held: released === 1,
    figure: `${kinds.filter((kind) => kind === 'surge.granted').length} grants, ${released} releases`,
  };
}

function judgeCeiling(stage: Stage): PromiseResult {
  const { maxCeiling } = stage.config.capacity;
  const highest = Math.max(...stage.account.shop.samples.map(({ desired }) => desired));
  return {
    id: 'ceiling-respected',
    statement: `No more than ${maxCeiling} instances are ever asked for`,
    held: highest <= maxCeiling,
    figure: `highest ${highest}`,
  };
}

function judgeEnd(stage: Stage): PromiseResult {
  const baseline = stage.config.capacity.baseline.floor;
  const last = lastSample(stage);
  const lease = ledgerItems(stage).find((item) => item['id'] === 'lease/surge');
  return {
    id: 'nothing-left-raised',
    statement: 'Two and a half hours after the rush the floor is the baseline again',
    held: lease !== undefined && last?.minSize === baseline,
    figure: `MinSize ${last?.minSize ?? 'unknown'}`,
  };
}
