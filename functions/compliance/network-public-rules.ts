import { type Check, defineCheck } from './check.ts';
import { isEverybody } from './network-exposure.ts';
import { aboutWrongRule, declaredRules, nameRule, revokeRule, type RuleDetail, rulesOf } from './network-rules.ts';
import { hasPort, type Traffic } from './traffic.ts';

interface PublicRuleCheck extends Pick<Check, 'id' | 'title' | 'description' | 'severity' | 'references'> {
  /** What everybody should not reach, for the message; undefined where there is nothing of it in the traffic. */
  readonly exposes: (traffic: Traffic) => string | undefined;
}

/** A check of single rules that let everybody in, whatever else they let in besides. */
export function definePublicRuleCheck({ exposes, ...about }: PublicRuleCheck): Check {
  const { id: checkId, severity } = about;
  return defineCheck<RuleDetail>({
    ...about,
    remediation: 'automatic',
    reads: ['securityGroups'],
    scope: 'resource',
    evaluate({ securityGroups, accountId }, baseline) {
      const declared = declaredRules(baseline, accountId);
      return [...rulesOf(securityGroups)].flatMap(({ group, rule }) => {
        if (rule.direction !== 'ingress' || !isEverybody(rule.peer)) return [];
        const exposed = exposes(rule);
        if (exposed === undefined) return [];
        const message = `Everybody reaches ${exposed} by the rule ${rule.id} of ${nameRule(group, rule)}.`;
        return [aboutWrongRule({ checkId, group, rule, severity, remediation: 'automatic', message }, declared)];
      });
    },
    repair: revokeRule,
  });
}

/** Names of services of which a port is in the traffic: `SSH (22), RDP (3389)`; undefined for none. */
export function servicesIn(traffic: Traffic, services: Readonly<Record<number, string>>): string | undefined {
  const found = Object.entries(services).filter(([port]) => hasPort(traffic, Number(port)));
  return found.length === 0 ? undefined : found.map(([port, name]) => `${name} (${port})`).join(', ');
}

/** Ports from which a machine is administered. */
export const administrationPorts = { 22: 'SSH', 3389: 'RDP' } as const;
