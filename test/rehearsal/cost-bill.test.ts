import { difference, reckonAddition, reckonBill } from '../../rehearsal/cost/bill.ts';
import type { Rates } from '../../rehearsal/cost/price-table.ts';
import type { Quantity } from '../../rehearsal/cost/quantity.ts';

const rates: Rates = {
  'state-transitions': { usd: 0.03, per: 1000, unit: 'state transitions', freePerMonth: 4000 },
  dashboards: { usd: 3, per: 1, unit: 'dashboards', freePerMonth: 3 },
  keys: { usd: 1, per: 1, unit: 'keys' },
};

function used(amount: number, { rate = 'state-transitions', what = 'one', ...rest }: Partial<Quantity> = {}): Quantity {
  return { rate, what, amount, certainty: 'counted', ...rest };
}

describe('a bill', () => {
  it('says what is used at list price, and with what is free each month', () => {
    const { lines, total } = reckonBill([used(14_000)], rates);
    expect(lines).toMatchObject([{ service: 'Step Functions', title: 'State transitions', amount: 14_000, unit: 'state transitions' }]);
    expect(total.listUsd).toBeCloseTo(0.42, 10);
    expect(total.afterFreeUsd).toBeCloseTo(0.3, 10);
  });

  it('gives every part its share of the free tier, the largest part first', () => {
    const [line] = reckonBill([used(2_000), used(6_000, { what: 'other' })], rates).lines;
    expect(line?.parts.map(({ what, amount }) => [what, amount])).toEqual([['other', 6_000], ['one', 2_000]]);
    expect(line?.parts.map(({ afterFreeUsd }) => Math.round(afterFreeUsd * 1e6))).toEqual([90_000, 30_000]);
  });

  it('owes nothing under the free tier, and never less than nothing', () => {
    expect(reckonBill([used(3_999)], rates).total.afterFreeUsd).toBe(0);
    expect(reckonBill([used(3_999)], rates).total.listUsd).toBeGreaterThan(0);
  });

  it('has a part of the free tier in a part of a month', () => {
    expect(reckonBill([used(4_000)], rates, 0.5).total.afterFreeUsd).toBeCloseTo(0.06, 10);
  });

  it('pays for what the free tier leaves out, whatever is left of it', () => {
    const large = used(1, { rate: 'dashboards', isNeverFree: true });
    expect(reckonBill([large, used(2, { rate: 'dashboards' })], rates).total).toEqual({ listUsd: 9, afterFreeUsd: 3 });
  });

  it('puts together what is the same, and says how each is known', () => {
    const [line] = reckonBill([used(1), used(2), used(3, { certainty: 'estimated' })], rates).lines;
    expect(line).toMatchObject({ amount: 6, certainties: ['counted', 'estimated'] });
    expect(line?.parts).toHaveLength(2);
  });

  it('is refused where something has no price, or no place', () => {
    expect(() => reckonBill([used(1, { rate: 'traces' })], rates)).toThrow('no rate "traces"');
    expect(() => reckonBill([used(1, { rate: 'unheard-of' })], rates)).toThrow('"unheard-of"');
  });
});

describe('what one more adds', () => {
  it('costs nothing as long as the free tier of the month is not used up', () => {
    expect(reckonAddition([used(1_000)], [used(1_000)], rates).afterFreeUsd).toBe(0);
    expect(reckonAddition([used(4_000)], [used(1_000)], rates).afterFreeUsd).toBeCloseTo(0.03, 10);
    expect(reckonAddition([used(3_500)], [used(1_000)], rates).afterFreeUsd).toBeCloseTo(0.015, 10);
  });

  it('is what the story used more, and what it used less', () => {
    const story = [used(500), used(100, { what: 'sale' })];
    const control = [used(520), used(7, { rate: 'keys', what: '' })];
    expect(difference(story, control).map(({ what, amount }) => [what, amount])).toEqual([['one', -20], ['sale', 100], ['', -7]]);
    expect(difference(story, story)).toEqual([]);
  });
});
