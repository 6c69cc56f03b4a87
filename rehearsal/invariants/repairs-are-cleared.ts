import { closedRepairs, journals } from '../compliance-evidence.ts';
import type { Invariant } from './invariant.ts';

/** A clearance lasts this long at the writer. */
const clearanceMilliseconds = 15 * 60_000;

export const repairsAreCleared: Invariant = {
  id: 'repairs-are-cleared',
  statement: 'Nothing is written that was not looked at, and found as planned, within the quarter of an hour before',
  check: async (stage) => {
    const byId = new Map((await closedRepairs(stage)).map((repair) => [repair.repairId, repair]));
    return [...journals(stage)].flatMap(([repairId, entries]) => {
      const repair = byId.get(repairId);
      if (repair === undefined) return [];
      const clearedAt = Date.parse(repair.clearedAt ?? '');
      const [first] = entries;
      if (first === undefined) return [];
      // What was undone bears the time of the undoing.
      const isUncleared = Number.isNaN(clearedAt) || (first.state === 'done' && Date.parse(first.at) - clearedAt > clearanceMilliseconds);
      return isUncleared ? [`${repairId} was written at ${first.at}, cleared at ${repair.clearedAt ?? 'no time'}`] : [];
    });
  },
};
