import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { addressesOfLists } from '../network-exposure.ts';
import { type DeclaredRules, declaredRules, revokeRules, whoDeclares } from '../network-rules.ts';
import { narrow, type WideTraffic, wideTrafficOf } from '../network-wide-sources.ts';
import { describeRule, type StandingRule } from '../rule.ts';
import type { SecurityGroup } from '../snapshot.ts';

interface Detail {
  readonly groupId: string;
  readonly family: WideTraffic['family'];
  readonly protocol: string;
  readonly ports: string;
  /** Every rule that lets somebody in on these ports. */
  readonly rules: readonly StandingRule[];
  /** The undeclared ones among them without which the rest is narrow. */
  readonly excess: readonly StandingRule[];
}

export const wideSources = defineCheck<Detail>({
  id: 'SG9',
  title: 'The sources of a port do not add up to the internet',
  description:
    'Rules none of which lets everybody in and which together let in more public addresses than a /8 of IPv4 or a /32 of IPv6 has, such as the two halves of the internet; blocks and prefix lists are added up, port by port. Left out are TCP 80 and 443, ICMP, private addresses, and rules that SG4 to SG8 or SG10 report by themselves. The widest undeclared rules go, until the others are narrow.',
  severity: 'high',
  references: [],
  remediation: 'approval',
  reads: ['securityGroups', 'prefixLists'],
  scope: 'resource',
  evaluate({ securityGroups, prefixLists, accountId }, baseline) {
    const declared = declaredRules(baseline, accountId);
    const lists = addressesOfLists(prefixLists);
    return securityGroups.flatMap((group) => wideTrafficOf(group, lists).map((wide) => report(group, wide, declared)));
  },
  repair({ detail: { groupId, excess } }) {
    return revokeRules(groupId, excess);
  },
});

function report({ id, name }: SecurityGroup, wide: WideTraffic, declared: DeclaredRules): Finding<Detail> {
  const { family, protocol, ports } = wide;
  const excess = narrow(wide.sources, family, ({ rule }) => !declared.has(id, rule)).map(({ rule }) => rule);
  const rules = wide.sources.map(({ rule }) => rule);
  const isForAPerson = excess.length === 0;
  const what = protocol === '-1' ? 'all protocols' : `${protocol} ${ports}`;
  const message = `Rules of ${id} (${name}) together let most strangers in on ${what} over ${family}: ${rules.map(describeRule).join('; ')}.`;
  return {
    checkId: 'SG9',
    key: `SG9/${id}/${family}/${protocol}/${ports.replaceAll(', ', '+')}`,
    resource: { type: 'AWS::EC2::SecurityGroup', id },
    severity: 'high',
    remediation: isForAPerson ? 'report-only' : 'approval',
    message: isForAPerson ? `${message} ${whoDeclares({ id }, declared)}` : message,
    detail: { groupId: id, family, protocol, ports, rules, excess },
  };
}
