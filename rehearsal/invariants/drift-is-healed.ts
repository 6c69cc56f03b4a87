import { declaredGroups } from '../drift-story.ts';
import type { Invariant } from './invariant.ts';

export const driftIsHealed: Invariant = {
  id: 'drift-is-healed',
  statement: 'After the night every group of the app has exactly the rules that it declares',
  check: async (stage) =>
    (await declaredGroups(stage)).flatMap(({ groupId, rules }) => {
      const standing = stage.account.ec2.securityGroups.find(groupId).rules.size;
      return standing === rules.length ? [] : [`${groupId} has ${standing} rules, ${rules.length} are declared`];
    }),
};
