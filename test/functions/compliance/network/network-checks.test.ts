import { networkChecks } from '../../../../functions/compliance/checks/network-checks.ts';
import { run } from './fixtures.ts';

describe('networkChecks', () => {
  it('are SG1 to SG17, in order', () => {
    expect(networkChecks.map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_check, index) => `SG${index + 1}`));
  });

  it.each(networkChecks.map((check) => [check.id, check] as const))('%s repairs exactly if it does more than report', (_id, check) => {
    expect(check.repair !== undefined).toBe(check.remediation !== 'report-only');
  });

  it.each(networkChecks.filter(({ id }) => id !== 'SG17').map((check) => [check.id, check] as const))('%s finds nothing in an empty account', (_id, check) => {
    expect(run(check, {})).toEqual([]);
  });
});
