import type { Synthesis } from '../synthesis.ts';
import type { Addition } from './additions.ts';
import { type Amounts, type Bill, reckonBill } from './bill.ts';
import { auditOf, type Measured, orchestratorOf } from './measure.ts';
import type { PriceTable } from './price-table.ts';
import { merge, type Quantity, scale } from './quantity.ts';
import { standingOf } from './standing.ts';

/** A month of the orchestrator is to cost less. */
export const targetUsd = 5;

/** The most that loading and initialising a function takes in the simulated account, in seconds. */
const coldStartSeconds = 0.9;

/** What `npm run cost --json` prints. */
export interface Statement {
  readonly environment: string;
  readonly scenario: string;
  readonly seed: number;
  readonly days: number;
  readonly prices: { readonly region: string; readonly asOf: string; readonly source: string };
  readonly lines: Bill['lines'];
  readonly total: Amounts;
  readonly target: { readonly usd: number; readonly isHeldAtList: boolean; readonly isHeldAfterFree: boolean };
  /** What would be there without the orchestrator, and stands beside it. */
  readonly apart: { readonly what: string; readonly bill: Bill };
  readonly additions: readonly Addition[];
  /** Types of resources that have a price here nowhere. */
  readonly notReckoned: readonly string[];
  readonly assumptions: readonly string[];
}

export interface StatementFacts {
  readonly environment: string;
  readonly scenario: string;
  readonly seed: number;
  readonly synthesis: Synthesis;
  readonly measured: Measured;
  readonly prices: PriceTable;
}

/** All that a month uses and keeps standing, or the part of a month that was played. */
export function quantitiesOf({ synthesis, measured }: Pick<StatementFacts, 'synthesis' | 'measured'>): Quantity[] {
  const standing = standingOf(orchestratorOf(synthesis)).quantities;
  return merge([...scale(standing, measured.days / 30), ...measured.quantities]);
}

export function stateCost(facts: StatementFacts, additions: readonly Addition[]): Statement {
  const { synthesis, measured, prices } = facts;
  const { asOf, source, rates } = prices.operations;
  const months = measured.days / 30;
  const bill = reckonBill(quantitiesOf(facts), rates, months);
  const audit = standingOf(auditOf(synthesis));
  return {
    environment: facts.environment,
    scenario: facts.scenario,
    seed: facts.seed,
    days: measured.days,
    prices: { region: prices.region, asOf, source },
    lines: bill.lines,
    total: bill.total,
    target: {
      usd: targetUsd,
      isHeldAtList: bill.total.listUsd < targetUsd * months,
      isHeldAfterFree: bill.total.afterFreeUsd < targetUsd * months,
    },
    // The free tier is the account's, and spent above.
    apart: { what: 'Stack Audit, what stands in it', bill: reckonBill(scale(audit.quantities.map(neverFree), months), rates, months) },
    additions,
    notReckoned: standingOf(orchestratorOf(synthesis)).notReckoned,
    assumptions: assumptionsOf(facts),
  };
}

function neverFree(quantity: Quantity): Quantity {
  return { ...quantity, isNeverFree: true };
}

function assumptionsOf({ measured: { lambda }, prices: { operations } }: StatementFacts): string[] {
  const colder = lambda.invocations * lambda.memoryGigabytes * coldStartSeconds;
  const rate = operations.rates['lambda-compute'];
  const usd = rate === undefined ? 0 : (colder / rate.per) * rate.usd;
  return [
    'A month is 30 days, and begins with a deployment.',
    'A state transition is a state that is entered, or a retry. Iterations of a Map count by their states.',
    'Billed duration is virtual: drawn times of loading (350 to 900 ms, at each cold start), of handling (2 to 12 ms) and of every call (12 to 70 ms). ' +
      'What a handler computes for longer is not in it. The simulated account keeps functions warm for ever: ' +
      `were each of the ${format(lambda.invocations)} invocations cold, ${format(colder)} GB-seconds or ${usd.toFixed(2)} USD more.`,
    'Items are measured as they are read and written, and as they lie in the table at the end; what a query filters out, as large as what it does not.',
    "Logs of functions are counted by the byte, with CloudWatch's 26 bytes an event; Lambda's own START, END and REPORT are estimated at their usual length.",
    'Logs of workflows are estimated as the JSON of every event of every execution, with its input and output. Kept logs are reckoned uncompressed, as after a full retention.',
    'Custom metrics cost by the hours in which they are sent. What they store costs nothing more; metrics of AWS services are free.',
    'Each execution is traced once. Rules on events of AWS services, standard parameters, budgets and cost anomaly detection are free.',
    'Functions in the VPC use the NAT gateways of the shop, and bring none of their own. Data transfer within the Region is not reckoned.',
    'Evidence and items are reckoned as if what one month leaves had lain there for that month: after a year of reports it is twelve times as much.',
  ];
}

function format(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(value);
}
