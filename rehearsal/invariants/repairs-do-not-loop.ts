import { closedRepairs } from '../compliance-evidence.ts';
import type { Invariant } from './invariant.ts';

export const repairsDoNotLoop: Invariant = {
  id: 'repairs-do-not-loop',
  statement: 'No drift of a target is repaired more often within the flap window than the configuration allows, nor by its own writes',
  check: async (stage) => {
    const { repairsBeforeHandover, flapWindowMinutes } = stage.config.compliance;
    const repaired = (await closedRepairs(stage)).filter(({ outcome }) => outcome === 'repaired');
    const drifts = repaired.flatMap(({ target, findings, closedAt }) => findings.map(({ key }) => ({ drift: `${key} of ${target}`, closedAt })));
    const byDrift = Map.groupBy(drifts, ({ drift }) => drift);
    const own = stage.account.stepFunctions.executions.filter(({ machine, input }) => machine.arn === stage.output('DriftRemediationArn') && input.includes('webmarket-writers'));
    return [
      ...[...byDrift].flatMap(([drift, repairs]) => {
        const times = repairs.map(({ closedAt }) => Date.parse(closedAt));
        const isOften = times.some((time, index) => {
          const before = times[index - repairsBeforeHandover];
          return before !== undefined && time - before < flapWindowMinutes * 60_000;
        });
        return isOften ? [`${drift} was repaired ${repairs.length} times`] : [];
      }),
      ...own.filter(({ output }) => (output ?? '').includes('"drifted"')).map(({ name }) => `${name} took a repair for drift`),
    ];
  },
};
