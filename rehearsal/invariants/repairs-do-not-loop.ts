import { closedRepairs } from '../compliance-evidence.ts';
import type { Invariant } from './invariant.ts';

export const repairsDoNotLoop: Invariant = {
  id: 'repairs-do-not-loop',
  statement: 'No target is repaired more often within the flap window than the configuration allows, nor by its own writes',
  check: async (stage) => {
    const { repairsBeforeHandover, flapWindowMinutes } = stage.config.compliance;
    const repaired = (await closedRepairs(stage)).filter(({ outcome }) => outcome === 'repaired');
    const byTarget = Map.groupBy(repaired, ({ target }) => target);
    const own = stage.account.stepFunctions.executions.filter(({ machine, input }) => machine.arn === stage.output('DriftRemediationArn') && input.includes('webmarket-writers'));
    return [
      ...[...byTarget].flatMap(([target, repairs]) => {
        const times = repairs.map(({ closedAt }) => Date.parse(closedAt));
        const isOften = times.some((time, index) => {
          const before = times[index - repairsBeforeHandover];
          return before !== undefined && time - before < flapWindowMinutes * 60_000;
        });
        return isOften ? [`${target} was repaired ${repairs.length} times`] : [];
      }),
      ...own.filter(({ output }) => (output ?? '').includes('"drifted"')).map(({ name }) => `${name} took a repair for drift`),
    ];
  },
};
