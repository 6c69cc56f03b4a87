import { defineCheck } from '../check.ts';
import { aboutRule, declaredRules, letsNothingThrough, nameRule, revokeRule, type RuleDetail, rulesOf } from '../network-rules.ts';

export const undeclaredEgress = defineCheck<RuleDetail>({
  id: 'SG13',
  title: 'Declared groups let out what they declare, and nothing else',
  description:
    'An egress rule of a declared group that its declaration does not have, such as the one for everything that EC2 gives a new group. Data leaves by it, but an instance may need it to work: a person is asked. Ingress is SG1.',
  severity: 'medium',
  references: [],
  remediation: 'approval',
  reads: ['securityGroups'],
  scope: 'resource',
  evaluate({ securityGroups, accountId }, baseline) {
    const declared = declaredRules(baseline, accountId);
    return [...rulesOf(securityGroups)]
      .filter(({ group, rule }) => rule.direction === 'egress' && declared.groupOf(group.id) !== undefined && !declared.has(group.id, rule))
      .filter(({ rule }) => !letsNothingThrough(rule))
      .map(({ group, rule }) => {
        const message = `The rule ${rule.id} is not declared, ${nameRule(group, rule)}.`;
        return aboutRule({ checkId: 'SG13', group, rule, severity: 'medium', remediation: 'approval', message });
      });
  },
  repair: revokeRule,
});
