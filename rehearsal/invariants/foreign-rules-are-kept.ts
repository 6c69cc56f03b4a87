import { isDeepStrictEqual } from 'node:util';
import { ownRulePrefix } from '../../functions/lifecycle/settings.ts';
import { rulesOf } from '../lifecycle-story.ts';
import { exportsRule } from '../scenarios/one-lifecycle.ts';
import type { Invariant } from './invariant.ts';

export const foreignRulesAreKept: Invariant = {
  id: 'foreign-rules-are-kept',
  statement: 'The rule of others among the documents is as they wrote it',
  check: (stage) => {
    const foreign = rulesOf(stage, 'documents').filter(({ ID }) => !ID?.startsWith(ownRulePrefix));
    return isDeepStrictEqual(foreign, [exportsRule]) ? [] : [`the documents have ${JSON.stringify(foreign)} of others`];
  },
};
