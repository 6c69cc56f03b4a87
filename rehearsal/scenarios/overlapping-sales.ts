import { judgeAccount } from '../promises/account.ts';
import { leaseOf, samplesBetween } from '../promises/evidence.ts';
import { judgeOneSale } from '../promises/sale.ts';
import { paris } from '../paris.ts';
import { registerSale, timesOf } from '../sale-story.ts';
import type { PromiseResult, SaleRequest, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ordinaryDays, sale as saleVisitors, together } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const hour = 3_600_000;

/** The short sale inside the long one. */
const flash: SaleRequest = {
  id: 'vente-flash',
  name: 'Vente flash',
  startsAt: '2027-01-13T12:00',
  endsAt: '2027-01-13T14:00',
  expectedPeakRequestsPerSecond: 1200,
};

const longSale: SaleRequest = {
  id: 'soldes-hiver',
  name: "Soldes d'hiver",
  startsAt: '2027-01-13T08:00',
  endsAt: '2027-01-13T18:00',
  expectedPeakRequestsPerSecond: 700,
};

/** As it stands after it was extended. */
const extended: SaleRequest = { ...longSale, endsAt: '2027-01-13T20:00' };

/** Registered, then cancelled while it runs: its capacity must not outlive it, nor take that of the others along. */
const cancelled: SaleRequest = {
  id: 'vente-privee',
  name: 'Vente privée',
  startsAt: '2027-01-13T10:00',
  endsAt: '2027-01-13T17:00',
  floor: 16,
};

export const overlappingSales: Scenario = {
  name: 'overlapping-sales',
  title: 'a flash sale inside a long one that is extended, and a third that is cancelled while it runs',
  startsAt: paris('2027-01-12T20:00'),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = together(
      ordinaryDays(80),
      saleVisitors(600, paris(extended.startsAt), paris(extended.endsAt)),
      saleVisitors(450, paris(flash.startsAt), paris(flash.endsAt)),
    );
  },
  play: async (stage) => {
    const { capacity } = stage.config;
    await stage.until(paris('2027-01-12T21:00'), 'first deployment');
    for (const sale of [longSale, flash, cancelled]) await registerSale(stage, sale);
    await stage.until(timesOf(longSale, capacity).from, 'before the sales');
    await stage.until(paris('2027-01-13T11:00'), 'first sale');
    stage.step('Vente privée is cancelled while it runs');
    await stage.registerSale({ action: 'cancel', saleId: cancelled.id });
    await stage.until(paris('2027-01-13T16:00'), 'sale in a sale');
    stage.step('Soldes d’hiver is extended by two hours');
    await stage.registerSale({ action: 'extend', saleId: longSale.id, endsAt: extended.endsAt });
    await stage.until(timesOf(extended, capacity).downAt + hour, 'end');
  },
  judge: async (stage) => [
    ...(await judgeOneSale(stage, extended, 'soldes-hiver/')),
    ...(await judgeOneSale(stage, flash, 'vente-flash/')).filter(({ id }) => id !== 'vente-flash/descent-done'),
    judgeHighestFloor(stage),
    ...judgeAccount(stage),
  ],
};

/** Overlap: the highest floor wins, and each lease's end leaves the others'. */
function judgeHighestFloor(stage: Stage): PromiseResult {
  const floorOf = (sale: SaleRequest): number => leaseOf(stage, sale.id).floor;
  const cancelledAt = Date.parse(leaseOf(stage, cancelled.id).until);
  const spans = [
    { from: paris('2027-01-13T09:00'), until: cancelledAt, floor: Math.max(floorOf(longSale), floorOf(cancelled)) },
    { from: paris(flash.startsAt), until: paris(flash.endsAt), floor: floorOf(flash) },
    { from: paris('2027-01-13T16:00'), until: paris(extended.endsAt), floor: floorOf(longSale) },
  ];
  const lowest = spans.map(({ from, until, floor }) => Math.min(...samplesBetween(stage, from, until).map(({ minSize }) => minSize)) - floor);
  return {
    id: 'highest-floor-wins',
    statement: 'While sales overlap, MinSize is never below the highest floor among them',
    held: lowest.every((margin) => margin >= 0),
    figure: `margins ${lowest.join(', ')}`,
  };
}
