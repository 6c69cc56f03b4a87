import { bucketRoles } from '../../functions/lifecycle/settings.ts';
import { missingOf } from '../promises/lifecycle.ts';
import type { Invariant } from './invariant.ts';

export const lifecycleIsDeclared: Invariant = {
  id: 'lifecycle-is-declared',
  statement: 'Every bucket has the rules that are declared, and no others of ours',
  check: (stage) => bucketRoles.flatMap((role) => missingOf(stage, role)),
};
