import { loadPrices } from '../../infra/prices.ts';
import { describeStatement } from '../../rehearsal/cost/describe.ts';
import { measure, type Measured } from '../../rehearsal/cost/measure.ts';
import { stateCost } from '../../rehearsal/cost/statement.ts';
import { paris } from '../../rehearsal/paris.ts';
import { playSale, registerSale } from '../../rehearsal/sale-story.ts';
import { quietMonth } from '../../rehearsal/scenarios/quiet-month.ts';
import type { Stage } from '../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../rehearsal/synthesis.ts';
import { shortSale } from './short-sale.ts';

const startsAt = paris('2027-01-13T06:00');
const prices = loadPrices();

describe('the cost of a rehearsal', () => {
  let synthesis: Synthesis;
  let story: Measured;
  let invocations = 0;
  const sale = {
    startsAt,
    prepare: quietMonth.prepare,
    play: async (stage: Stage): Promise<void> => {
      await stage.until(paris('2027-01-13T06:30'), 'first deployment');
      await registerSale(stage, shortSale);
      await playSale(stage, shortSale);
      ({ invocations } = stage.account.lambda.usage);
    },
  };

  beforeAll(async () => {
    synthesis = synthesise('production');
    story = await measure(synthesis, sale, 1);
  });

  function amount(rate: string, what?: string): number {
    return story.quantities.filter((each) => each.rate === rate && (what ?? each.what) === each.what).reduce((sum, each) => sum + each.amount, 0);
  }

  it('attributes every state transition of the account to a workflow', () => {
    expect(amount('state-transitions')).toBe(story.stateTransitions);
    const reconciliations = story.executions[Object.keys(story.executions).find((id) => id.includes('Reconciliation')) ?? ''] ?? 0;
    expect(amount('state-transitions', 'CapacityReconciliation')).toBeGreaterThanOrEqual(3 * (reconciliations - 1));
  });

  it('counts every invocation, and every start', () => {
    expect(amount('lambda-requests')).toBe(invocations);
    expect(amount('traces')).toBe(Object.values(story.executions).reduce((sum, count) => sum + count, 0));
    expect(amount('scheduler-invocations')).toBeGreaterThanOrEqual(Math.floor(story.days * 288));
  });

  it('meters what a sale leaves: items, evidence, messages, metrics, logs', () => {
    for (const rate of ['dynamodb-reads', 'dynamodb-writes', 'dynamodb-storage', 's3-writes', 's3-storage', 'sns-requests', 'sns-emails', 'metrics', 'metrics-read', 'logs-taken-in']) {
      expect([rate, amount(rate)]).toEqual([rate, expect.any(Number)]);
      expect(amount(rate)).toBeGreaterThan(0);
    }
    // A metric that was sent in one hour costs an hour of a month.
    expect(amount('metrics', 'TimeToReadySeconds')).toBeCloseTo(1 / 720, 10);
  });

  it('is stated with date and source, both totals, and what it rests on', () => {
    const facts = { environment: 'production', scenario: 'a sale', seed: 1, synthesis, measured: story, prices };
    const statement = stateCost(facts, [{ what: 'A sale', scenario: 'sale-day', listUsd: 0.02, afterFreeUsd: 0.01 }]);
    expect(statement.prices).toMatchObject({ region: 'eu-west-3', asOf: prices.operations.asOf });
    expect(statement.notReckoned).toEqual([]);
    expect(statement.total.afterFreeUsd).toBeLessThan(statement.total.listUsd);
    const text = describeStatement(statement);
    expect(text).toMatch(/Total +\d+\.\d{3} +\d+\.\d{3}/u);
    expect(text).toMatch(/A sale +0\.020 +0\.010/u);
    expect(text).toMatch(/prices of \d{4}-\d{2}-\d{2}/u);
    expect(text).not.toMatch(/NaN|undefined|Infinity/u);
  });
});
