import { ordinaryDays, sale as saleVisitors, together } from '../visitors.ts';
import { paris } from '../paris.ts';
import { registerSale } from '../sale-story.ts';
import type { SaleRequest } from '../scenario.ts';
import { Stage } from '../stage.ts';
import { synthesise } from '../synthesis.ts';
import { prepareShop } from '../world.ts';

/** Thirty days with two sales: how fast the rehearsal itself is. */

const day = 86_400_000;
const startsAt = paris('2027-01-04T06:00');

const sales: readonly SaleRequest[] = [
  { id: 'first', name: 'First sale', startsAt: '2027-01-13T08:00', endsAt: '2027-01-13T22:00', expectedPeakRequestsPerSecond: 900 },
  { id: 'second', name: 'Second sale', startsAt: '2027-01-27T08:00', endsAt: '2027-01-27T20:00', expectedPeakRequestsPerSecond: 700 },
];

/** To be called in a process of its own: the memory is that of the process. */
export async function measureMonth() {
  const synthesis = synthesise('production');
  const wallStart = performance.now();
  const open = {
    synthesis,
    seed: 1,
    startsAt,
    prepare: (account: Stage['account']): void => {
      prepareShop(account, synthesis.config);
      const visitors = sales.map((sale) => saleVisitors(600, paris(sale.startsAt), paris(sale.endsAt)));
      account.shop.visitors = together(ordinaryDays(80), ...visitors);
    },
  };
  const figures = await Stage.open(open, async (stage) => {
    await stage.until(startsAt + day / 24, 'first deployment');
    for (const sale of sales) await registerSale(stage, sale);
    await stage.until(startsAt + 30 * day, 'month');
    const { account } = stage;
    return {
      virtualSeconds: (stage.now - stage.startedAt) / 1000,
      calls: account.calls.total,
      stateTransitions: account.stepFunctions.stateTransitions,
      lambdaInvocations: account.lambda.usage.invocations,
    };
  });
  const wallSeconds = (performance.now() - wallStart) / 1000;
  return {
    ...figures,
    wallSeconds: Math.round(wallSeconds * 100) / 100,
    rehearsalVirtualSecondsPerSecond: Math.round(figures.virtualSeconds / wallSeconds),
    // `maxRSS` is in kilobytes.
    peakMemoryMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
