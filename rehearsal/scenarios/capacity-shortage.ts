import { judgeAccount } from '../promises/account.ts';
import { lastSample, leaseOf, samplesBetween } from '../promises/evidence.ts';
import { playSale, registerSale, timesOf } from '../sale-story.ts';
import { paris } from '../paris.ts';
import type { PromiseResult, SaleRequest, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ordinaryDays, sale as saleVisitors, together } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;

const sale: SaleRequest = {
  id: 'soldes-ete-2027',
  name: "Soldes d'été 2027, first day",
  startsAt: '2027-06-23T08:00',
  endsAt: '2027-06-23T14:00',
  expectedPeakRequestsPerSecond: 900,
};

export const capacityShortage: Scenario = {
  name: 'capacity-shortage',
  title: 'AWS has no instance left in one zone: NO-GO in time, and the capacity that there is stays',
  startsAt: paris('2027-06-22T20:00'),
  prepare: (account, { config }) => {
    const { opensAt, endsAt } = timesOf(sale, config.capacity);
    prepareShop(account, config);
    account.shop.visitors = together(ordinaryDays(80), saleVisitors(500, opensAt, endsAt));
  },
  play: async (stage) => {
    await stage.until(stage.startedAt + 30 * minute, 'first deployment');
    await registerSale(stage, sale);
    const [, zone = ''] = stage.config.network.availabilityZones;
    const types = [stage.config.web.instanceType, ...stage.config.web.fallbackInstanceTypes];
    for (const type of types) stage.account.ec2.setCapacity(zone, type, 'none');
    stage.step(`AWS runs out of ${types.join(' and ')} in ${zone}`);
    await playSale(stage, sale);
  },
  judge: (stage) => Promise.resolve([judgeVerdict(stage), judgeCapacityKept(stage), judgeEnd(stage), ...judgeAccount(stage)]),
};

/** The operator hears NO-GO at the gate, with the reason that AWS gave. */
function judgeVerdict(stage: Stage): PromiseResult {
  const { gateAt, opensAt } = timesOf(sale, stage.config.capacity);
  const message = stage.account.sns.messages.find(({ attributes }) => attributes['kind'] === 'sale.no-go');
  const minutes = message === undefined ? undefined : Math.round((opensAt - message.at) / minute);
  const hasReason = message !== undefined && message.message.includes('InsufficientInstanceCapacity');
  return {
    id: 'no-go-in-time',
    statement: 'NO-GO is said at the gate, with the reason that AWS gave for the failed launches',
    held: message !== undefined && message.at <= gateAt + 2 * minute && hasReason,
    figure: minutes === undefined ? 'not said' : `${minutes} min before opening`,
  };
}

/** A verdict takes nothing away. */
function judgeCapacityKept(stage: Stage): PromiseResult {
  const { opensAt, endsAt } = timesOf(sale, stage.config.capacity);
  const { floor } = leaseOf(stage, sale.id);
  const samples = samplesBetween(stage, opensAt, endsAt);
  const lowest = Math.min(...samples.map(({ minSize }) => minSize));
  const refused = samples.reduce((sum, sample) => sum + sample.refused, 0);
  return {
    id: 'capacity-kept',
    statement: `The floor of ${floor} stays asked for, and what could be launched serves every visitor`,
    held: lowest >= floor && refused === 0,
    figure: `lowest MinSize ${lowest}, ${Math.round(refused)} refused`,
  };
}

function judgeEnd(stage: Stage): PromiseResult {
  const baseline = stage.config.capacity.baseline.floor;
  const minSize = lastSample(stage)?.minSize;
  return {
    id: 'nothing-left-raised',
    statement: 'An hour after the descent the floor is the baseline again',
    held: minSize === baseline,
    figure: `MinSize ${minSize ?? 'unknown'}`,
  };
}
