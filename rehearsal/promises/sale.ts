import type { SaleRequest, PromiseResult } from '../scenario.ts';
import { timesOf } from '../sale-story.ts';
import type { Stage } from '../stage.ts';
import { judgeAccount } from './account.ts';
import { leaseOf, reportOf, samplesBetween } from './evidence.ts';

const minute = 60_000;

/** What a sale promises, measured from the shop itself and not from what the workflows say of it. */
export async function judgeSale(stage: Stage, sale: SaleRequest): Promise<readonly PromiseResult[]> {
  return [...(await judgeOneSale(stage, sale)), ...judgeAccount(stage)];
}

/** The promises of one sale of several. */
export async function judgeOneSale(stage: Stage, sale: SaleRequest, prefix = ''): Promise<readonly PromiseResult[]> {
  const results = [
    judgeReadiness(stage, sale),
    judgeFloor(stage, sale),
    judgeRefusals(stage, sale),
    judgeUnhealthyMinutes(stage, sale),
    judgeDescent(stage, sale),
    await judgeReport(stage, sale),
  ];
  return results.map((result) => ({ ...result, id: `${prefix}${result.id}` }));
}

/** Since when, before the opening, the floor was healthy without a break. */
function judgeReadiness(stage: Stage, sale: SaleRequest): PromiseResult {
  const { from, gateAt, opensAt } = timesOf(sale, stage.config.capacity);
  const { floor } = leaseOf(stage, sale.id);
  const samples = samplesBetween(stage, from, opensAt);
  const lastShort = samples.findLast((sample) => sample.healthy < floor);
  const readyAt = samples.find((sample) => sample.at > (lastShort?.at ?? 0))?.at;
  const minutes = readyAt === undefined ? undefined : Math.round((opensAt - readyAt) / minute);
  return {
    id: 'ready-before-opening',
    statement: `The floor of ${floor} instances is healthy before the gate, ${Math.round((opensAt - gateAt) / minute)} minutes before the opening`,
    held: readyAt !== undefined && readyAt <= gateAt,
    figure: minutes === undefined ? 'never' : `${minutes} min`,
  };
}

function judgeFloor(stage: Stage, sale: SaleRequest): PromiseResult {
  const { opensAt, endsAt } = timesOf(sale, stage.config.capacity);
  const { floor } = leaseOf(stage, sale.id);
  const lowest = Math.min(...samplesBetween(stage, opensAt, endsAt).map((sample) => sample.minSize));
  return {
    id: 'floor-kept',
    statement: `MinSize is never below the floor of ${floor} while the sale is open`,
    held: lowest >= floor,
    figure: `lowest ${lowest}`,
  };
}

function judgeRefusals(stage: Stage, sale: SaleRequest): PromiseResult {
  const { from, downAt } = timesOf(sale, stage.config.capacity);
  const refused = samplesBetween(stage, from, downAt).reduce((sum, sample) => sum + sample.refused, 0);
  return {
    id: 'requests-refused',
    statement: 'No visitor is turned away, from the lead time to the end of the descent',
    held: refused === 0,
    figure: `${Math.round(refused)} requests`,
  };
}

function judgeUnhealthyMinutes(stage: Stage, sale: SaleRequest): PromiseResult {
  const { opensAt, endsAt } = timesOf(sale, stage.config.capacity);
  const { floor } = leaseOf(stage, sale.id);
  const minutes = samplesBetween(stage, opensAt, endsAt).filter((sample) => sample.healthy < floor).length;
  return {
    id: 'unhealthy-minutes',
    statement: 'Healthy targets never fall below the floor while the sale is open',
    held: minutes === 0,
    figure: `${minutes} min`,
  };
}

function judgeDescent(stage: Stage, sale: SaleRequest): PromiseResult {
  const { endsAt } = timesOf(sale, stage.config.capacity);
  const baseline = stage.config.capacity.baseline.floor;
  const down = samplesBetween(stage, endsAt, stage.now).find((sample) => sample.minSize <= baseline);
  const minutes = down === undefined ? undefined : Math.round((down.at - endsAt) / minute);
  return {
    id: 'descent-done',
    statement: `The floor is back at the baseline of ${baseline} within an hour of the end`,
    held: minutes !== undefined && minutes <= 60,
    figure: minutes === undefined ? 'never' : `${minutes} min`,
  };
}

/** The report that the workflow wrote, and what it says the certainty cost. */
async function judgeReport(stage: Stage, sale: SaleRequest): Promise<PromiseResult> {
  const report = await reportOf(stage, sale.id);
  const cost = report?.summary.cost;
  const hasCost = cost !== undefined && cost.idleFloorUsd !== null;
  return {
    id: 'idle-floor-cost',
    statement: `The report is written once and says what the idle floor cost${hasCost ? `, at prices of ${cost.pricesAsOf}` : ''}`,
    held: hasCost,
    figure: hasCost ? `${(cost.idleFloorUsd ?? 0).toFixed(2)} USD` : 'no report',
  };
}
