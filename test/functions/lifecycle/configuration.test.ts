import { foreignRules, hashConfiguration, ownRules } from '../../../functions/lifecycle/configuration.ts';
import { configurationOf, foreign } from './facts.ts';

describe('the hash of a configuration', () => {
  const dated = foreign('old', { Expiration: { Date: new Date('2027-06-01T00:00:00Z') } });
  const other = foreign('tmp', { Expiration: { Days: 3 } });

  it('is the same for the same rules in another order, and with members in another order', () => {
    const turned = { Filter: { Prefix: '' }, Status: 'Enabled' as const, Expiration: { Days: 3 }, ID: 'tmp', Prefix: undefined };
    expect(hashConfiguration(configurationOf(turned, dated))).toBe(hashConfiguration(configurationOf(dated, other)));
  });

  it('differs with a date, a spelling, a rule said twice, and the minimum size mode', () => {
    const hashes = [
      configurationOf(dated, other),
      configurationOf(foreign('old', { Expiration: { Date: new Date('2027-06-02T00:00:00Z') } }), other),
      configurationOf(dated, { ...other, Filter: {} }),
      configurationOf(dated, other, other),
      { rules: [dated, other] },
      { rules: [dated, other], minimumSize: 'varies_by_storage_class' as const },
    ].map(hashConfiguration);
    expect(new Set(hashes).size).toBe(6);
  });
});

it('tells our rules by their prefix, and leaves the rest in its order', () => {
  const [late, early, named] = [foreign('z'), foreign('a'), foreign('old-webmarket-')];
  const nameless = { Status: 'Enabled', Filter: {} } as const;
  const configuration = configurationOf(late, foreign('webmarket-logs'), early, nameless, named);
  expect(ownRules(configuration).map(({ ID }) => ID)).toEqual(['webmarket-logs']);
  expect(foreignRules(configuration)).toEqual([late, early, nameless, named]);
  expect(foreignRules(configuration)[0]).toBe(late);
});
