import { defineCheck } from '../check.ts';
import { aboutWrongRule, declaredRules, nameRule, revokeRule, type RuleDetail, rulesOf } from '../network-rules.ts';

export const defaultGroup = defineCheck<RuleDetail>({
  id: 'SG12',
  title: 'The default group of every VPC lets nothing through',
  description:
    'Whatever is launched without a group of its own lands in the default one, so that any rule of it, in or out, opens what nobody meant to open. Its rules are revoked at once if no interface is in it; otherwise something may live by them, and a person is asked.',
  severity: 'high',
  references: ['CIS 6.5', 'EC2.2'],
  remediation: 'automatic',
  reads: ['securityGroups', 'networkInterfaces'],
  scope: 'resource',
  evaluate({ securityGroups, networkInterfaces, accountId }, baseline) {
    const declared = declaredRules(baseline, accountId);
    const used = new Set(networkInterfaces.flatMap(({ groupIds }) => groupIds));
    // EC2 reserves the name: no other group can have it.
    const defaults = securityGroups.filter(({ name }) => name === 'default');
    return [...rulesOf(defaults)].map(({ group, rule }) => {
      const isUsed = used.has(group.id);
      const message = `The default group of ${group.vpcId}, which ${isUsed ? 'interfaces are in' : 'nothing uses'}, has the rule ${rule.id}, ${nameRule(group, rule)}.`;
      return aboutWrongRule({ checkId: 'SG12', group, rule, severity: 'high', remediation: isUsed ? 'approval' : 'automatic', message }, declared);
    });
  },
  repair: revokeRule,
});
