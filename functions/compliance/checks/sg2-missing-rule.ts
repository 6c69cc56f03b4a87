import type { DeclaredGroup } from '../baseline.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { isEverybody } from '../network-exposure.ts';
import { letsNothingThrough, sameRuleKey } from '../network-rules.ts';
import { describeRule, type Rule, ruleKey } from '../rule.ts';
import type { SecurityGroup } from '../snapshot.ts';
import { isMeantForEverybody } from '../traffic.ts';

interface Detail {
  readonly groupId: string;
  /** Absent where the group itself is missing. */
  readonly rule?: Rule;
}

export const missingRule = defineCheck<Detail>({
  id: 'SG2',
  title: 'Declared rules stand',
  description:
    'A rule that is declared and does not stand cuts the shop off from something that it needs; it is authorised again. If it would let everybody in on something else than a web site, a person is asked: perhaps it was taken away for good reason. A declared group that does not exist is for its stack to bring back.',
  severity: 'high',
  references: [],
  remediation: 'automatic',
  reads: ['securityGroups'],
  scope: 'resource',
  evaluate({ securityGroups, accountId }, baseline) {
    const groups = new Map(securityGroups.map((group) => [group.id, group]));
    return baseline.groups.flatMap((declared) => {
      const group = groups.get(declared.groupId);
      return group === undefined ? [missingGroup(declared)] : missingRules(declared, group, accountId);
    });
  },
  repair({ detail: { groupId, rule } }) {
    if (rule === undefined) throw new Error(`The finding on ${groupId} has no rule, expected the declared one.`);
    return { actions: [{ kind: 'authorise-rule', groupId, rule }] };
  },
});

function missingRules({ groupId, rules }: DeclaredGroup, group: SecurityGroup, accountId: string): readonly Finding<Detail>[] {
  const standing = new Set(group.rules.map((rule) => sameRuleKey(rule, accountId)));
  return rules
    .filter((rule) => !standing.has(sameRuleKey(rule, accountId)) && !letsNothingThrough(rule))
    .map((rule) => ({
      ...about(groupId, `/${ruleKey(rule)}`),
      remediation: rule.direction === 'ingress' && isEverybody(rule.peer) && !isMeantForEverybody(rule) ? 'approval' : 'automatic',
      message: `A declared rule is missing, ${groupId} (${group.name}): ${describeRule(rule)}.`,
      detail: { groupId, rule },
    }));
}

function missingGroup({ groupId, stackName }: DeclaredGroup): Finding<Detail> {
  const message = `The declared group ${groupId} does not exist: the stack ${stackName} has to be deployed again.`;
  return { ...about(groupId, ''), remediation: 'report-only', message, detail: { groupId } };
}

function about(groupId: string, what: string) {
  return { checkId: 'SG2', key: `SG2/${groupId}${what}`, resource: { type: 'AWS::EC2::SecurityGroup', id: groupId }, severity: 'high' } as const;
}
