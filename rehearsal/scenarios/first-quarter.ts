import { askForAdvice } from '../advice-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import { judgeAdvice } from '../promises/advice.ts';
import { registerSale } from '../sale-story.ts';
import type { SaleRequest, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { synthesise } from '../synthesis.ts';
import { ordinaryDays, rush, sale as saleVisitors, together } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Through the night in which Paris loses an hour. */
const startsAt = paris('2027-01-04T06:00');
const onDay = (number: number, hours = 12): number => startsAt + (number - 1) * day + hours * hour;

export const quarterSales: readonly SaleRequest[] = [
  { id: 'soldes-hiver', name: 'Soldes d’hiver', startsAt: '2027-01-13T08:00', endsAt: '2027-01-15T22:00', expectedPeakRequestsPerSecond: 900 },
  { id: 'vente-privee', name: 'Vente privée', startsAt: '2027-02-20T10:00', endsAt: '2027-02-20T20:00', expectedPeakRequestsPerSecond: 500 },
  { id: 'printemps', name: 'Printemps', startsAt: '2027-03-27T08:00', endsAt: '2027-03-28T20:00', expectedPeakRequestsPerSecond: 600 },
];

export const firstQuarter: Scenario = {
  name: 'first-quarter',
  title: 'a hundred days with three sales and a rush: too early to reserve on day 47, advised on day 91, settled and advised anew on day 95',
  startsAt,
  prepare: (account, { config }) => {
    prepareShop(account, config);
    const sales = quarterSales.map((each) => saleVisitors((each.expectedPeakRequestsPerSecond ?? 0) * 0.8, paris(each.startsAt), paris(each.endsAt)));
    account.shop.visitors = together(ordinaryDays(150), rush(500, onDay(60, 8), onDay(60, 10)), ...sales);
  },
  play: async (stage) => {
    await playSales(stage);
    await stage.until(onDay(47), 'quarter');
    await askForAdvice(stage, 'day-47');
    await stage.until(onDay(91), 'quarter');
    await askForAdvice(stage, 'day-91');
    await stage.until(onDay(95), 'quarter');
    stage.step('It is decided: the shop stays on t3, and on PostgreSQL');
    await stage.deploy(settled(stage));
    await askForAdvice(stage, 'day-95');
    await stage.until(onDay(100), 'quarter');
  },
  judge: async (stage) => [...(await judgeAdvice(stage)), ...judgeAccount(stage)],
};

/** Announced on the first day, all of them. */
async function playSales(stage: Stage): Promise<void> {
  await stage.until(startsAt + 30 * minute, 'first deployment');
  for (const each of quarterSales) await registerSale(stage, each);
}

function settled({ config }: Stage) {
  return synthesise(config.environment, () => ({ ...config, reservations: { ...config.reservations, settled: { instanceFamily: true, databaseEngine: true } } }));
}
