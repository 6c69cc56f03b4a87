import { nightReports } from '../compliance-evidence.ts';
import { judgeSale } from '../promises/sale.ts';
import { formatParisTime, paris } from '../paris.ts';
import { playSale, registerSale, timesOf } from '../sale-story.ts';
import type { PromiseResult, SaleRequest, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ordinaryDays, sale as saleVisitors, together } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const hour = 3_600_000;

/** From registration to report: a sale of one day, or the operator's own. */
export function saleDay(sale: SaleRequest): Scenario {
  const opensAt = paris(sale.startsAt);
  // Before the run of the night, and four hours before the opening at the latest.
  const night = paris(`${formatParisTime(opensAt).slice(0, 10)}T01:00`);
  const startsAt = Math.min(night, Math.floor((opensAt - 4 * hour) / hour) * hour);
  return {
    name: 'sale-day',
    title: 'one sale, from the night before its registration to its report',
    startsAt,
    prepare: (account, { config }) => {
      const { opensAt: from, endsAt } = timesOf(sale, config.capacity);
      prepareShop(account, config);
      const peak = sale.expectedPeakRequestsPerSecond ?? (sale.floor ?? 1) * config.capacity.requestsPerSecondPerInstance * 0.75;
      const ordinary = config.capacity.baseline.floor * config.capacity.requestsPerSecondPerInstance * 0.35;
      account.shop.visitors = together(ordinaryDays(ordinary), saleVisitors(peak * 0.95, from, endsAt));
    },
    play: async (stage) => {
      await stage.until(stage.startedAt + hour / 2, 'first deployment');
      await stage.until(Math.max(stage.now, Math.floor((opensAt - 3.5 * hour) / (hour / 2)) * (hour / 2)), 'night');
      await registerSale(stage, sale);
      await playSale(stage, sale);
    },
    judge: async (stage) => [...(await judgeSale(stage, sale)), await judgeNight(stage)],
  };
}

/** Whether the account was proved in the night, every check of it, and nothing was written: the shipped mode is dry-run. */
async function judgeNight(stage: Stage): Promise<PromiseResult> {
  const reports = await nightReports(stage);
  const silent = reports.flatMap(({ checks }) => checks.filter(({ status }) => status === 'not-evaluated'));
  const worst = reports.flatMap(({ findings }) => findings.filter(({ severity }) => severity !== 'low'));
  return {
    id: 'night-is-clean',
    statement: 'The run of the night evaluates every check, finds nothing but trifles, and writes nothing',
    held: reports.length > 0 && silent.length === 0 && worst.length === 0 && stage.writes.length === 0,
    figure: `${reports.length} runs, ${reports[0]?.checks.length ?? 0} checks, ${worst.length} findings`,
  };
}
