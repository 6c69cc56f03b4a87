import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { instancePricePerHour, priceTableSchema, storageClasses } from '../../../functions/platform/prices.ts';

const prices = priceTableSchema.parse(parse(readFileSync(new URL('../../../config/prices.yaml', import.meta.url), 'utf8')));
const { instances } = prices;

describe('price table', () => {
  it('is dated, sourced, for Paris, and has the reference architecture’s types', () => {
    expect(prices).toMatchObject({ region: 'eu-west-3', currency: 'USD' });
    expect(instancePricePerHour(instances, 't3.medium')).toBe(0.0472);
    expect(instancePricePerHour(instances, 'c5.xlarge')).toBe(0.202);
    expect(instancePricePerHour(instances, 'constructor')).toBeUndefined();
  });

  it('has every storage class, and what is colder costs less to keep and more to move there', () => {
    const classes = storageClasses.map((name) => prices.storage.classes[name]);
    const byStorage = classes.toSorted((left, right) => right.perGibMonth - left.perGibMonth);
    expect(byStorage.map(({ transitionsPerThousand }) => transitionsPerThousand)).toEqual(
      byStorage.map(({ transitionsPerThousand }) => transitionsPerThousand).toSorted((left, right) => left - right),
    );
  });

  it.each([
    ['no date', { instances: { ...instances, asOf: undefined } }],
    ['a free instance', { instances: { ...instances, linuxOnDemandPerHour: { 't3.medium': 0 } } }],
    ['an unknown field', { vat: 20 }],
  ])('is refused with %s', (_what, change) => {
    expect(priceTableSchema.safeParse({ ...prices, ...change }).success).toBe(false);
  });
});
