import { bucketRoles } from '../../functions/lifecycle/settings.ts';
import { lostEarly } from '../promises/lifecycle.ts';
import type { Invariant } from './invariant.ts';

export const nothingIsLostEarly: Invariant = {
  id: 'nothing-is-lost-early',
  statement: 'No version is gone, and no object hidden, before the retention of its bucket allows it',
  check: (stage) => bucketRoles.flatMap((role) => lostEarly(stage, role)),
};
