import { type Baseline, type Tier } from '../baseline.ts';
import { defineCheck } from '../check.ts';
import { aboutWrongRule, declaredRules, letsNothingThrough, modeByPeer, nameRule, revokeRule, type RuleDetail, rulesOf } from '../network-rules.ts';
import type { Peer } from '../rule.ts';

/** Who may send to each tier. The load balancer takes from whomever its declaration says: it is the door. */
const takesFrom = { application: ['load-balancer'], database: ['application', 'probe'], probe: [] } as const satisfies Readonly<Partial<Record<Tier, readonly Tier[]>>>;

export const tierChain = defineCheck<RuleDetail>({
  id: 'SG3',
  title: 'The application is reached through the load balancer only, and the database from the application and the probe only',
  description:
    'Anything else that lets traffic into one of them skips a link of the chain, whatever its source is: a block however small, the group itself, another group, a prefix list. What is declared is held to it too, but never revoked.',
  severity: 'critical',
  references: [],
  remediation: 'automatic',
  reads: ['securityGroups'],
  scope: 'resource',
  evaluate({ securityGroups, accountId }, baseline) {
    const declared = declaredRules(baseline, accountId);
    return [...rulesOf(securityGroups)].flatMap(({ group, rule }) => {
      const tier = declared.groupOf(group.id)?.tier;
      if (rule.direction !== 'ingress' || tier === undefined || tier === 'load-balancer') return [];
      const before = takesFrom[tier];
      if (before.some((other) => isGroupOf(rule.peer, other, baseline, accountId)) || letsNothingThrough(rule)) return [];
      const message = `The ${tier} takes from something else than ${wordsOf(before)} by the rule ${rule.id} of ${nameRule(group, rule)}.`;
      return [aboutWrongRule({ checkId: 'SG3', group, rule, severity: 'critical', remediation: modeByPeer(rule), message }, declared)];
    });
  },
  repair: revokeRule,
});

function wordsOf(tiers: readonly Tier[]): string {
  return tiers.length === 0 ? 'nothing' : `the group of the ${tiers.join(' or of the ')}`;
}

function isGroupOf(peer: Peer, tier: Tier, { groups }: Baseline, accountId: string): boolean {
  if (peer.kind !== 'group' || (peer.accountId !== undefined && peer.accountId !== accountId)) return false;
  return groups.some((group) => group.groupId === peer.id && group.tier === tier);
}
