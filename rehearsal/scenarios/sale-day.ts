import { judgeSale } from '../promises/sale.ts';
import { paris } from '../paris.ts';
import { playSale, registerSale, timesOf } from '../sale-story.ts';
import type { SaleRequest, Scenario } from '../scenario.ts';
import { ordinaryDays, sale as saleVisitors, together } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const hour = 3_600_000;

/** From registration to report: a sale of one day, or the operator's own. */
export function saleDay(sale: SaleRequest): Scenario {
  const opensAt = paris(sale.startsAt);
  return {
    name: 'sale-day',
    title: 'one sale, from its registration the same morning to its report',
    startsAt: Math.floor((opensAt - 4 * hour) / hour) * hour,
    prepare: (account, { config }) => {
      const { opensAt: from, endsAt } = timesOf(sale, config.capacity);
      prepareShop(account, config);
      const peak = sale.expectedPeakRequestsPerSecond ?? (sale.floor ?? 1) * config.capacity.requestsPerSecondPerInstance * 0.75;
      const ordinary = config.capacity.baseline.floor * config.capacity.requestsPerSecondPerInstance * 0.35;
      account.shop.visitors = together(ordinaryDays(ordinary), saleVisitors(peak * 0.95, from, endsAt));
    },
    play: async (stage) => {
      await stage.until(stage.startedAt + hour / 2, 'first deployment');
      await registerSale(stage, sale);
      await playSale(stage, sale);
    },
    judge: (stage) => judgeSale(stage, sale),
  };
}
