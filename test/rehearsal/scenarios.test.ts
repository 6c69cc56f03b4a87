import { rehearse } from '../../rehearsal/rehearse.ts';
import { exampleSaleFile, readSaleFile } from '../../rehearsal/sale-file.ts';
import { scenariosFor } from '../../rehearsal/scenarios.ts';
import { type Synthesis, synthesise } from '../../rehearsal/synthesis.ts';

describe('rehearsals', () => {
  const scenarios = scenariosFor(readSaleFile(exampleSaleFile));
  let synthesis: Synthesis;
  beforeAll(() => {
    synthesis = synthesise('production');
  });

  // The month takes long and is measured by the bench; its days are those of the others.
  test.each(['sale-day', 'overlapping-sales', 'surge', 'capacity-shortage', 'drift'])('%s keeps every promise', async (name) => {
    const scenario = scenarios.get(name);
    if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
    const own = scenario.change === undefined ? synthesis : synthesise('production', scenario.change, scenario.options);
    const report = await rehearse({ synthesis: own, scenario, seed: 2 });
    expect(report.promises.filter(({ held }) => !held)).toEqual([]);
    expect(report.permissions.denied).toEqual([]);
    expect(report.unmodelled).toEqual([]);
  });

  test('the same seed gives the same report, but for the time that it took', async () => {
    const scenario = scenarios.get('surge');
    if (scenario === undefined) throw new Error('There is no scenario surge.');
    const [first, second] = [await rehearse({ synthesis, scenario, seed: 3 }), await rehearse({ synthesis, scenario, seed: 3 })];
    expect(JSON.stringify({ ...second, wallSeconds: 0 })).toBe(JSON.stringify({ ...first, wallSeconds: 0 }));
  });

  test('another seed draws another day', async () => {
    const scenario = scenarios.get('surge');
    if (scenario === undefined) throw new Error('There is no scenario surge.');
    const [first, second] = [await rehearse({ synthesis, scenario, seed: 3 }), await rehearse({ synthesis, scenario, seed: 4 })];
    expect(second.timeline).not.toEqual(first.timeline);
  });
});
