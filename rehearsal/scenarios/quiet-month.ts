import { judgeAccount } from '../promises/account.ts';
import { paris } from '../paris.ts';
import type { PromiseResult, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const day = 86_400_000;

/** Through the night in which Paris loses an hour. */
const startsAt = paris('2027-03-08T06:00');

export const quietMonth: Scenario = {
  name: 'quiet-month',
  title: 'thirty days in which nothing happens, the change to summer time among them',
  startsAt,
  prepare: (account, { config }) => {
    prepareShop(account, config);
    const { baseline, requestsPerSecondPerInstance } = config.capacity;
    account.shop.visitors = ordinaryDays(baseline.floor * requestsPerSecondPerInstance * 0.45);
  },
  play: async (stage) => {
    await stage.until(startsAt + 30 * day, 'quiet');
  },
  judge: (stage) =>
    Promise.resolve([judgeSilence(stage), judgeWrites(stage), judgeReconciliations(stage), judgePreflights(stage), judgeNights(stage), ...judgeAccount(stage)]),
};

function judgeSilence(stage: Stage): PromiseResult {
  // On the first day the alarms on silence have nothing to count yet, and the first night tells how the account stands.
  const messages = stage.account.sns.messages.filter(({ at, attributes }) => at > startsAt + day && attributes['kind'] !== 'reservations.advice');
  return {
    id: 'nobody-is-woken',
    statement: 'A month in which nothing happens sends no message but the monthly advice',
    held: messages.length === 0,
    figure: `${messages.length} messages`,
  };
}

function judgeWrites(stage: Stage): PromiseResult {
  const writes = stage.account.calls.successes('Auto Scaling', 'UpdateAutoScalingGroup');
  return {
    id: 'nothing-is-written',
    statement: 'The group is not touched',
    held: writes === 0,
    figure: `${writes} writes`,
  };
}

/** Every five minutes, less what the last minutes have not come to. */
function judgeReconciliations(stage: Stage): PromiseResult {
  const count = startsOf(stage, 'CapacityReconciliation');
  const expected = (30 * day) / 300_000;
  return {
    id: 'reconciled-every-five-minutes',
    statement: 'A reconciliation comes every five minutes, day and night',
    held: Math.abs(count - expected) <= 2,
    figure: `${count} of ${expected}`,
  };
}

function judgePreflights(stage: Stage): PromiseResult {
  const count = startsOf(stage, 'SalePreflight');
  return {
    id: 'preflight-every-morning',
    statement: 'The preflight comes once every morning, on the day of the clock change too',
    held: count === 30,
    figure: `${count} mornings`,
  };
}

function judgeNights(stage: Stage): PromiseResult {
  const count = startsOf(stage, 'NightlyCompliance');
  return {
    id: 'checked-every-night',
    statement: 'The account is checked once every night, in the night that has no 02:00 too',
    held: count === 30,
    figure: `${count} nights`,
  };
}

function startsOf(stage: Stage, machine: string): number {
  const arn = stage.output(`${machine}Arn`);
  const series = stage.account.cloudWatch.series({
    namespace: 'AWS/States',
    metricName: 'ExecutionsStarted',
    dimensions: { StateMachineArn: arn },
  });
  return series.total(startsAt, stage.now);
}
