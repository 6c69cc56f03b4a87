import { closedRepairs } from '../compliance-evidence.ts';
import type { Stage } from '../stage.ts';
import type { Invariant } from './invariant.ts';

const minute = 60_000;

/** Undoes every repair by hand, the last one first, and looks whether the drift is back. */
export const everyWriteCanBeUndone: Invariant = {
  id: 'every-write-can-be-undone',
  statement: 'A repair that is undone by hand brings back exactly what it took away',
  check: async (stage) => {
    const repaired = (await closedRepairs(stage)).filter(({ outcome }) => outcome === 'repaired');
    stage.account.eventBridge.deliver = () => 'lost';
    const problems: string[] = [];
    for (const { target, repairId, plan } of repaired.toReversed()) {
      await stage.start('ResourceRepair', `undo-${repairId}`.slice(0, 80), { target, repairId, undo: true });
      await stage.until(stage.now + 5 * minute, 'undo');
      problems.push(...plan.actions.filter((action) => !isBack(stage, action)).map(({ kind }) => `${repairId}: ${kind} was not undone`));
    }
    return problems;
  },
};

type Action = Readonly<Record<string, unknown>> & { readonly kind: string };

/** What the account has again, for the kinds of action that the story has. */
function isBack(stage: Stage, action: Action): boolean {
  switch (action.kind) {
    case 'revoke-rule': {
      const { rule, groupId } = action as unknown as { readonly groupId: string; readonly rule: { readonly fromPort: number; readonly peer: { readonly cidr?: string } } };
      const rules = [...stage.account.ec2.securityGroups.find(groupId).rules.values()];
      return rules.some(({ FromPort, CidrIpv4 }) => FromPort === rule.fromPort && CidrIpv4 === rule.peer.cidr);
    }
    case 'delete-role-policy':
      return stage.account.iam.role(String(action['roleName'])).inline.has(String(action['policyName']));
    default:
      return false;
  }
}
