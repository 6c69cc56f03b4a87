import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { SecurityGroup, Tags } from './network.ts';

/** The open parts of a rule: direction, protocol, ports, one source or destination. */
export interface RuleDefinition {
  readonly isEgress: boolean;
  readonly protocol: string;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
  readonly groupId?: string;
  readonly description?: string;
}

/** Security groups and their rules, each rule with an id of its own. */
export class SecurityGroups {
  readonly #account: Account;
  readonly #groups = new Map<string, SecurityGroup>();

  constructor(account: Account) {
    this.#account = account;
  }

  all(): readonly SecurityGroup[] {
    return [...this.#groups.values()];
  }

  find(id: string | undefined): SecurityGroup {
    const group = this.#groups.get(id ?? '');
    if (group === undefined) throw noSuchGroup(String(id));
    return group;
  }

  create(definition: { readonly name: string; readonly description: string; readonly vpcId: string; readonly tags: Tags }): SecurityGroup {
    const id = `sg-0${this.#account.random.stream('ec2.id').hex(16)}`;
    const group: SecurityGroup = { ...definition, id, rules: new Map() };
    this.#groups.set(id, group);
    return group;
  }

  /** Adds all of the rules or none; `InvalidPermission.Duplicate` when one stands already. */
  addRules(groupId: string, definitions: readonly RuleDefinition[]): SecurityGroupRule[] {
    const group = this.find(groupId);
    refuseDuplicates(group, definitions);
    return definitions.map((definition) => this.#add(group, definition));
  }

  addRule(groupId: string, definition: RuleDefinition): SecurityGroupRule {
    const group = this.find(groupId);
    refuseDuplicates(group, [definition]);
    return this.#add(group, definition);
  }

  removeRules(groupId: string, ruleIds: readonly string[]): SecurityGroupRule[] {
    const group = this.find(groupId);
    const found = ruleIds.map((id) => {
      const rule = group.rules.get(id);
      if (rule === undefined) throw noSuchRule(id);
      return rule;
    });
    for (const rule of found) group.rules.delete(String(rule.SecurityGroupRuleId));
    return found;
  }

  /**
   * Revokes by properties. Outside the default VPC one that is missing fails the call, and nothing is revoked
   * (API reference, RevokeSecurityGroupIngress).
   */
  removeMatching(groupId: string, definitions: readonly RuleDefinition[]): SecurityGroupRule[] {
    const group = this.find(groupId);
    const ids = definitions.map((definition) => {
      const rule = findRule(group, definition);
      if (rule === undefined) throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
      return String(rule.SecurityGroupRuleId);
    });
    return this.removeRules(groupId, ids);
  }

  #add(group: SecurityGroup, definition: RuleDefinition): SecurityGroupRule {
    const rule: SecurityGroupRule = {
      SecurityGroupRuleId: `sgr-0${this.#account.random.stream('ec2.id').hex(16)}`,
      GroupId: group.id,
      GroupOwnerId: this.#account.id,
      IsEgress: definition.isEgress,
      IpProtocol: definition.protocol,
      FromPort: definition.fromPort ?? -1,
      ToPort: definition.toPort ?? -1,
      ...(definition.cidrIpv4 === undefined ? {} : { CidrIpv4: definition.cidrIpv4 }),
      ...(definition.cidrIpv6 === undefined ? {} : { CidrIpv6: definition.cidrIpv6 }),
      ...(definition.prefixListId === undefined ? {} : { PrefixListId: definition.prefixListId }),
      ...(definition.groupId === undefined ? {} : { ReferencedGroupInfo: { GroupId: definition.groupId, UserId: this.#account.id } }),
      ...(definition.description === undefined ? {} : { Description: definition.description }),
      Tags: [],
    };
    group.rules.set(String(rule.SecurityGroupRuleId), rule);
    return rule;
  }
}

function refuseDuplicates(group: SecurityGroup, definitions: readonly RuleDefinition[]): void {
  const standing = definitions.find((definition) => findRule(group, definition) !== undefined);
  if (standing === undefined) return;
  throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${describeRule(standing)}" already exists`);
}

/** One definition for each source or destination that the permissions name. */
export function definitionsOf(permissions: readonly IpPermission[] | undefined, isEgress: boolean): RuleDefinition[] {
  return (permissions ?? []).flatMap((permission) => {
    const ports = { isEgress, protocol: permission.IpProtocol ?? '-1', fromPort: permission.FromPort, toPort: permission.ToPort };
    return [
      ...(permission.IpRanges ?? []).map((range) => ({ ...ports, cidrIpv4: range.CidrIp ?? '', ...described(range.Description) })),
      ...(permission.Ipv6Ranges ?? []).map((range) => ({ ...ports, cidrIpv6: range.CidrIpv6 ?? '', ...described(range.Description) })),
      ...(permission.PrefixListIds ?? []).map((list) => ({ ...ports, prefixListId: list.PrefixListId ?? '', ...described(list.Description) })),
      ...(permission.UserIdGroupPairs ?? []).map((pair) => ({ ...ports, groupId: groupIdOf(pair.GroupId), ...described(pair.Description) })),
    ];
  });
}

export function noSuchGroup(id: string): AwsError {
  return new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
}

export function noSuchRule(id: string): AwsError {
  return new AwsError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
}

function described(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}

function groupIdOf(id: string | undefined): string {
  if (id === undefined) throw new NotModelledError('A security group rule that names its peer group by name is not modelled.');
  return id;
}

function findRule(group: SecurityGroup, definition: RuleDefinition): SecurityGroupRule | undefined {
  return [...group.rules.values()].find(
    (rule) =>
      rule.IsEgress === definition.isEgress &&
      rule.IpProtocol === definition.protocol &&
      rule.FromPort === (definition.fromPort ?? -1) &&
      rule.ToPort === (definition.toPort ?? -1) &&
      rule.CidrIpv4 === definition.cidrIpv4 &&
      rule.CidrIpv6 === definition.cidrIpv6 &&
      rule.PrefixListId === definition.prefixListId &&
      rule.ReferencedGroupInfo?.GroupId === definition.groupId,
  );
}

function describeRule(definition: RuleDefinition): string {
  const peer = definition.cidrIpv4 ?? definition.cidrIpv6 ?? definition.prefixListId ?? definition.groupId;
  return `peer: ${peer}, ${definition.protocol}, from port: ${definition.fromPort}, to port: ${definition.toPort}, ALLOW`;
}
