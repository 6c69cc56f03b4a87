import { exampleSaleFile, readSaleFile } from '../sale-file.ts';
import type { Scenario } from '../scenario.ts';
import { drift } from '../scenarios/drift.ts';
import { oneDrill } from '../scenarios/one-drill.ts';
import { quietMonth } from '../scenarios/quiet-month.ts';
import { saleDay } from '../scenarios/sale-day.ts';
import { type Synthesis, synthesise } from '../synthesis.ts';
import { type Amounts, difference, reckonAddition } from './bill.ts';
import { measure, type Measured, quiet } from './measure.ts';
import type { Rates } from './price-table.ts';
import { type Quantity, scale } from './quantity.ts';

/** What one more of something costs, found by playing it, and then the same time without it. */
export interface Addition extends Amounts {
  readonly what: string;
  readonly scenario: string;
}

interface Asked {
  readonly what: string;
  readonly scenario: Scenario;
  /** How many of it the story holds. */
  readonly count: (measured: Measured) => number;
}

function asked(): readonly Asked[] {
  return [
    { what: 'A sale', scenario: saleDay(readSaleFile(exampleSaleFile)), count: () => 1 },
    { what: 'A failover drill', scenario: oneDrill, count: () => 1 },
    { what: 'A repair, found and proved', scenario: drift, count: repairsIn },
  ];
}

function repairsIn({ executions }: Measured): number {
  const found = Object.entries(executions).filter(([logicalId]) => logicalId.includes('ResourceRepair'));
  const count = found.reduce((sum, [, each]) => sum + each, 0);
  if (count === 0) throw new Error('The story of repairs repaired nothing.');
  return count;
}

export interface AdditionsAsked {
  readonly environment: string;
  readonly seed: number;
  /** What the month uses without them. */
  readonly month: readonly Quantity[];
  readonly rates: Rates;
  readonly onStep: (text: string) => void;
}

export async function measureAdditions({ environment, seed, month, rates, onStep }: AdditionsAsked): Promise<Addition[]> {
  const additions: Addition[] = [];
  for (const { what, scenario, count } of asked()) {
    onStep(`Playing ${scenario.name}, and the same time without it …`);
    const synthesis: Synthesis = synthesise(environment, scenario.change, scenario.options);
    const story = await measure(synthesis, scenario, seed);
    const control = await measure(synthesis, quiet(scenario, story.days, quietMonth.prepare), seed);
    const added = scale(difference(story.quantities, control.quantities), 1 / count(story));
    additions.push({ what, scenario: scenario.name, ...reckonAddition(month, added, rates) });
  }
  return additions;
}
