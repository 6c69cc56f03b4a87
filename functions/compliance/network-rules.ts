import { blockOf } from './address-set.ts';
import type { Baseline, DeclaredGroup } from './baseline.ts';
import type { Finding, Remediation, Severity } from './finding.ts';
import type { RepairPlan } from './repair.ts';
import { describeRule, type Peer, type Rule, ruleKey, type StandingRule } from './rule.ts';
import type { SecurityGroup } from './snapshot.ts';
import { allPorts, isIcmp, portsOf, protocolName, transports } from './traffic.ts';

/** Detail of a finding about one rule that stands. */
export interface RuleDetail {
  readonly groupId: string;
  readonly rule: StandingRule;
}

/** Rules that stand or should, compared by what they let through and not by how they are written. */
export interface DeclaredRules {
  groupOf(groupId: string): DeclaredGroup | undefined;
  /** Whether the group's declaration has the rule. False for a group that is not declared. */
  has(groupId: string, rule: Rule): boolean;
}

const indexed = new WeakMap<Baseline, { readonly accountId: string; readonly rules: DeclaredRules }>();

/** Rules of a baseline. Worked out once for all checks: the declaration of a large account is large too. */
export function declaredRules(baseline: Baseline, accountId: string): DeclaredRules {
  const known = indexed.get(baseline);
  if (known?.accountId === accountId) return known.rules;
  const rules = indexRules(baseline, accountId);
  indexed.set(baseline, { accountId, rules });
  return rules;
}

function indexRules(baseline: Baseline, accountId: string): DeclaredRules {
  const groups = new Map(baseline.groups.map((group) => [group.groupId, group]));
  const keys = new Map(baseline.groups.map(({ groupId, rules }) => [groupId, new Set(rules.map((rule) => sameRuleKey(rule, accountId)))]));
  return {
    groupOf: (groupId) => groups.get(groupId),
    has: (groupId, rule) => keys.get(groupId)?.has(sameRuleKey(rule, accountId)) ?? false,
  };
}

/** The key of a rule in the spelling of EC2: `TCP`, `6` and `tcp` are one, and so are ::/0 and 0:0::/0. */
export function sameRuleKey(rule: Rule, accountId: string): string {
  return ruleKey(spellRule(rule, accountId));
}

function spellRule(rule: Rule, accountId: string): Rule {
  const protocol = protocolName(rule.protocol);
  return { direction: rule.direction, protocol, ...spellPorts(rule, protocol), peer: spellPeer(rule.peer, accountId) };
}

function spellPorts(rule: Rule, protocol: string): Pick<Rule, 'fromPort' | 'toPort'> {
  if (isIcmp(rule)) return rule;
  const transport = transports.find((name) => name === protocol);
  // Protocols without ports let everything through, whatever is written beside them.
  if (transport === undefined) return { fromPort: -1, toPort: -1 };
  const { from, to } = portsOf(rule, transport) ?? allPorts;
  return { fromPort: from, toPort: to };
}

function spellPeer(peer: Peer, accountId: string): Peer {
  switch (peer.kind) {
    case 'ipv4':
    case 'ipv6': {
      const { cidr, family } = blockOf(peer.cidr);
      return { kind: family, cidr };
    }
    case 'prefix-list':
      return peer;
    case 'group':
      return peer.accountId === accountId ? { kind: 'group', id: peer.id } : peer;
  }
}

/**
 * Whether the rule is the one that stands for "no rule": what the CDK gives a group that is to let nothing out, because
 * EC2 would otherwise let everything out. No host has its address and no message its type, so it is neither missed nor too much.
 */
export function letsNothingThrough({ protocol, fromPort, toPort, peer }: Rule): boolean {
  return protocolName(protocol) === 'icmp' && fromPort === 252 && toPort === 86 && peer.kind === 'ipv4' && peer.cidr === '255.255.255.255/32';
}

/** Every rule of a snapshot with its group. */
export function* rulesOf(groups: readonly SecurityGroup[]): Generator<{ readonly group: SecurityGroup; readonly rule: StandingRule }> {
  for (const group of groups) {
    for (const rule of group.rules) yield { group, rule };
  }
}

interface RuleFinding {
  readonly checkId: string;
  readonly group: SecurityGroup;
  readonly rule: StandingRule;
  readonly severity: Severity;
  readonly remediation: Remediation;
  /** A sentence. */
  readonly message: string;
}

/** A finding about one rule. Its key outlives the rule: one that comes again has another id and is the same drift. */
export function aboutRule({ checkId, group, rule, ...rest }: RuleFinding): Finding<RuleDetail> {
  return {
    checkId,
    key: `${checkId}/${group.id}/${ruleKey(rule)}`,
    resource: { type: 'AWS::EC2::SecurityGroup', id: group.id },
    ...rest,
    detail: { groupId: group.id, rule },
  };
}

/** As {@link aboutRule}, for a rule that no group should have: what is declared is never revoked, a person corrects the declaration. */
export function aboutWrongRule(finding: RuleFinding, declared: DeclaredRules): Finding<RuleDetail> {
  const { group, rule, message } = finding;
  if (!declared.has(group.id, rule)) return aboutRule(finding);
  return aboutRule({ ...finding, remediation: 'report-only', message: `${message} ${whoDeclares(group, declared)}` });
}

/** A sentence that sends the reader to the declaration. */
export function whoDeclares({ id }: { readonly id: string }, declared: DeclaredRules): string {
  return `The stack ${declared.groupOf(id)?.stackName ?? 'of the group'} declares it so: a person corrects the declaration.`;
}

/** `sg-1 (web): ingress tcp 22 from 0.0.0.0/0` */
export function nameRule({ id, name }: SecurityGroup, rule: Rule): string {
  return `${id} (${name}): ${describeRule(rule)}`;
}

/** Blocks may be revoked at once; what a list or another group lets in is seen only by a person who knows them. */
export function modeByPeer({ peer }: Rule): Remediation {
  return peer.kind === 'ipv4' || peer.kind === 'ipv6' ? 'automatic' : 'approval';
}

export function revokeRules(groupId: string, rules: readonly StandingRule[]): RepairPlan {
  return {
    actions: rules.map(({ id, description, direction, protocol, fromPort, toPort, peer }) => ({
      kind: 'revoke-rule',
      groupId,
      ruleId: id,
      rule: { direction, protocol, fromPort, toPort, peer },
      ...(description === undefined ? {} : { description }),
    })),
  };
}

export function revokeRule({ detail: { groupId, rule } }: Finding<RuleDetail>): RepairPlan {
  return revokeRules(groupId, [rule]);
}
