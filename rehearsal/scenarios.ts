import type { SaleRequest, Scenario } from './scenario.ts';
import { capacityShortage } from './scenarios/capacity-shortage.ts';
import { drillDay } from './scenarios/drill-day.ts';
import { drift } from './scenarios/drift.ts';
import { everyRepair } from './scenarios/every-repair.ts';
import { firstQuarter } from './scenarios/first-quarter.ts';
import { lifecycle } from './scenarios/lifecycle.ts';
import { overlappingSales } from './scenarios/overlapping-sales.ts';
import { quietMonth } from './scenarios/quiet-month.ts';
import { saleDay } from './scenarios/sale-day.ts';
import { surge } from './scenarios/surge.ts';

/** Every scenario by name; the one that plays a sale plays the one given. */
export function scenariosFor(sale: SaleRequest): ReadonlyMap<string, Scenario> {
  const scenarios = [saleDay(sale), overlappingSales, surge, capacityShortage, quietMonth, drift, everyRepair, drillDay, lifecycle, firstQuarter];
  return new Map(scenarios.map((scenario) => [scenario.name, scenario]));
}
