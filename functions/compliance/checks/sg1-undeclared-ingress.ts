import { defineCheck } from '../check.ts';
import type { Severity } from '../finding.ts';
import { addressesOfLists, exposureOf, exposureOfBlock } from '../network-exposure.ts';
import { aboutRule, declaredRules, letsNothingThrough, modeByPeer, nameRule, revokeRule, type RuleDetail, rulesOf } from '../network-rules.ts';
import type { Peer } from '../rule.ts';
import type { Snapshot } from '../snapshot.ts';

export const undeclaredIngress = defineCheck<RuleDetail>({
  id: 'SG1',
  title: 'Declared groups let in what they declare, and nothing else',
  description:
    'An ingress rule of a declared group that its declaration does not have: other protocol, ports or source. Descriptions and spellings do not count. It is critical if strangers come in by it. Rules for blocks are revoked at once; whom a group or a prefix list stands for is for a person to say. Egress is SG13.',
  severity: 'high',
  references: [],
  remediation: 'automatic',
  reads: ['securityGroups'],
  scope: 'resource',
  evaluate(snapshot, baseline) {
    const declared = declaredRules(baseline, snapshot.accountId);
    const severityOf = severities(snapshot);
    return [...rulesOf(snapshot.securityGroups)]
      .filter(({ group, rule }) => rule.direction === 'ingress' && declared.groupOf(group.id) !== undefined && !declared.has(group.id, rule))
      .filter(({ rule }) => !letsNothingThrough(rule))
      .map(({ group, rule }) => {
        const message = `The rule ${rule.id} is not declared, ${nameRule(group, rule)}.`;
        return aboutRule({ checkId: 'SG1', group, rule, severity: severityOf(rule.peer), remediation: modeByPeer(rule), message });
      });
  },
  repair: revokeRule,
});

/** A prefix list that was not read is taken for a narrow one: the finding stands either way. */
function severities({ prefixLists }: Snapshot): (peer: Peer) => Severity {
  const lists = addressesOfLists(prefixLists);
  return (peer) => {
    switch (peer.kind) {
      case 'ipv4':
      case 'ipv6':
        return exposureOfBlock(peer.cidr) === 'limited' ? 'high' : 'critical';
      case 'prefix-list': {
        const addresses = lists.get(peer.id);
        return addresses === undefined || exposureOf(addresses) === 'limited' ? 'high' : 'critical';
      }
      case 'group':
        return 'high';
    }
  };
}
