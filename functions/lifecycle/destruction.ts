import type { LifecycleConfiguration } from './configuration.ts';
import { type Taking, takingsOf } from './retention.ts';
import { covers } from './rule-filter.ts';

/**
 * Whether the change lets something go for good, or hides it, that the rules as they stand do not, or not so soon: every taking
 * of the new rules must be one of a rule that stands, of the same objects or more, as soon or sooner, keeping as few or fewer.
 * Several rules that together take as much are not recognised: in doubt it is destructive. Unfinished uploads are no objects,
 * and nobody could ever read them; delete markers with nothing behind them neither: throwing those away destroys nothing.
 */
export function isDestructive(current: LifecycleConfiguration, wanted: LifecycleConfiguration, isVersioned: boolean): boolean {
  const standing = takingsOf(current.rules, isVersioned);
  return takingsOf(wanted.rules, isVersioned).some((taking) => !standing.some((before) => takesAsMuch(before, taking)));
}

function takesAsMuch(before: Taking, after: Taking): boolean {
  return before.subject === after.subject && before.kept <= after.kept && covers(before.filter, after.filter) && isAsSoon(before, after);
}

/** A day and an age cannot be compared once and for all: each is sooner for some objects. */
function isAsSoon(before: Taking, after: Taking): boolean {
  if (before.date === undefined && after.date === undefined) return before.leastDays <= after.leastDays;
  return before.date !== undefined && after.date !== undefined && Date.parse(before.date) <= Date.parse(after.date);
}
