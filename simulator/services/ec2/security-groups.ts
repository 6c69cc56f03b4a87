import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import type { AccessChanges } from './access-changes.ts';
import { type SecurityGroup, tagList, type Tags } from './network.ts';
import { definitionOfRule, describeRule, keyOf, normaliseRule, type RuleDefinition, type StoredDefinition } from './security-group-rules.ts';

interface GroupDefinition {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: Tags;
}

/** A group with its rules by what they let through, so that adding one does not look at all the others. */
interface Entry {
  readonly group: SecurityGroup;
  readonly rules: Map<string, SecurityGroupRule>;
  readonly idsByKey: Map<string, string>;
}

/** Security groups and their rules, each rule with an id of its own. */
export class SecurityGroups {
  readonly #account: Account;
  readonly #changes: AccessChanges;
  readonly #entries = new Map<string, Entry>();
  /** By the group that they refer to: the ids of groups with such rules, and how many. */
  readonly #referrers = new Map<string, Map<string, number>>();
  /** `<vpc>/<name>` of every group. */
  readonly #names = new Set<string>();
  #allRules: readonly SecurityGroupRule[] | undefined;

  constructor(account: Account, changes: AccessChanges) {
    this.#account = account;
    this.#changes = changes;
  }

  all(): readonly SecurityGroup[] {
    return [...this.#entries.values()].map(({ group }) => group);
  }

  /** Every rule of every group. The same list until something changes: a listing of many pages is put together once. */
  allRules(): readonly SecurityGroupRule[] {
    this.#allRules ??= [...this.#entries.values()].flatMap(({ rules }) => [...rules.values()]);
    return this.#allRules;
  }

  /** The rules of some groups; those that do not exist have none. */
  rulesOf(groupIds: readonly string[]): readonly SecurityGroupRule[] {
    return [...new Set(groupIds)].flatMap((id) => [...(this.#entries.get(id)?.rules.values() ?? [])]);
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  find(id: string | undefined): SecurityGroup {
    return this.#entry(String(id)).group;
  }

  isNameTaken(vpcId: string, name: string): boolean {
    return this.#names.has(`${vpcId}/${name}`);
  }

  /** Creates a group without any rule. */
  create(definition: GroupDefinition): SecurityGroup {
    const id = `sg-0${this.#account.random.stream('ec2.id').hex(16)}`;
    const rules = new Map<string, SecurityGroupRule>();
    const group: SecurityGroup = { ...definition, id, rules };
    this.#entries.set(id, { group, rules, idsByKey: new Map() });
    this.#names.add(`${group.vpcId}/${group.name}`);
    return group;
  }

  /** Deletes a group. Rules of other groups that refer to it stay, and are stale. */
  delete(id: string): void {
    const { group, rules } = this.#entry(id);
    for (const rule of rules.values()) this.#forget(rule);
    this.#entries.delete(id);
    this.#names.delete(`${group.vpcId}/${group.name}`);
    this.#changed(id);
  }

  /** Ids of groups with rules that refer to a group, itself among them when it does. */
  referrers(id: string): readonly string[] {
    return [...(this.#referrers.get(id)?.keys() ?? [])];
  }

  /** Adds all of the rules or none; `InvalidPermission.Duplicate` when one stands already, or is given twice. */
  addRules(groupId: string, definitions: readonly RuleDefinition[], tags: Tags = {}): SecurityGroupRule[] {
    const entry = this.#entry(groupId);
    const stored = definitions.map(normaliseRule);
    const given = new Set<string>();
    for (const definition of stored) {
      const key = keyOf(definition);
      if (given.has(key) || entry.idsByKey.has(key)) throw duplicate(definition);
      given.add(key);
    }
    const added = stored.map((definition) => this.#add(entry, definition, tags));
    this.#changed(groupId);
    return added;
  }

  addRule(groupId: string, definition: RuleDefinition): SecurityGroupRule {
    const entry = this.#entry(groupId);
    const stored = normaliseRule(definition);
    if (entry.idsByKey.has(keyOf(stored))) throw duplicate(stored);
    const rule = this.#add(entry, stored);
    this.#changed(groupId);
    return rule;
  }

  /** Removes all of the rules or none. */
  removeRules(groupId: string, ruleIds: readonly string[]): SecurityGroupRule[] {
    const entry = this.#entry(groupId);
    const found = ruleIds.map((id) => ruleIn(entry, id));
    for (const rule of found) {
      entry.rules.delete(String(rule.SecurityGroupRuleId));
      entry.idsByKey.delete(keyOf(definitionOfRule(rule)));
      this.#forget(rule);
    }
    this.#changed(groupId);
    return found;
  }

  /** The rule of a group that lets through what a definition says, whatever its description. */
  match(groupId: string, definition: RuleDefinition): SecurityGroupRule | undefined {
    const { idsByKey, rules } = this.#entry(groupId);
    return rules.get(idsByKey.get(keyOf(normaliseRule(definition))) ?? '');
  }

  /** Gives a rule, under its id, another definition. */
  changeRule(groupId: string, ruleId: string, definition: RuleDefinition): void {
    const entry = this.#entry(groupId);
    const before = ruleIn(entry, ruleId);
    const stored = normaliseRule(definition);
    const standing = entry.idsByKey.get(keyOf(stored));
    if (standing !== undefined && standing !== ruleId) throw duplicate(stored);
    entry.idsByKey.delete(keyOf(definitionOfRule(before)));
    this.#forget(before);
    this.#put(entry, { ...this.#ruleOf(entry, ruleId, stored), ...(before.Tags === undefined ? {} : { Tags: before.Tags }) }, keyOf(stored));
    this.#changed(groupId);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw noSuchGroup(id);
    return entry;
  }

  #add(entry: Entry, definition: StoredDefinition, tags: Tags = {}): SecurityGroupRule {
    const id = `sgr-0${this.#account.random.stream('ec2.id').hex(16)}`;
    const rule: SecurityGroupRule = this.#ruleOf(entry, id, definition);
    if (Object.keys(tags).length > 0) rule.Tags = tagList(tags);
    this.#put(entry, rule, keyOf(definition));
    return rule;
  }

  #put(entry: Entry, rule: SecurityGroupRule, key: string): void {
    entry.rules.set(String(rule.SecurityGroupRuleId), rule);
    entry.idsByKey.set(key, String(rule.SecurityGroupRuleId));
    const peer = rule.ReferencedGroupInfo?.GroupId;
    if (peer === undefined) return;
    const counts = this.#referrers.get(peer) ?? new Map<string, number>();
    counts.set(entry.group.id, (counts.get(entry.group.id) ?? 0) + 1);
    this.#referrers.set(peer, counts);
  }

  #forget(rule: SecurityGroupRule): void {
    const counts = this.#referrers.get(rule.ReferencedGroupInfo?.GroupId ?? '');
    const groupId = String(rule.GroupId);
    if (counts === undefined) return;
    const left = (counts.get(groupId) ?? 0) - 1;
    if (left > 0) counts.set(groupId, left);
    else counts.delete(groupId);
  }

  #ruleOf({ group }: Entry, id: string, definition: StoredDefinition): SecurityGroupRule {
    const { cidrIpv4, cidrIpv6, prefixListId, groupId, description } = definition;
    return {
      SecurityGroupRuleId: id,
      GroupId: group.id,
      GroupOwnerId: this.#account.id,
      IsEgress: definition.isEgress,
      IpProtocol: definition.protocol,
      FromPort: definition.fromPort,
      ToPort: definition.toPort,
      ...(cidrIpv4 === undefined ? {} : { CidrIpv4: cidrIpv4 }),
      ...(cidrIpv6 === undefined ? {} : { CidrIpv6: cidrIpv6 }),
      ...(prefixListId === undefined ? {} : { PrefixListId: prefixListId }),
      ...(groupId === undefined ? {} : { ReferencedGroupInfo: this.#reference(group, groupId, definition.groupOwnerId) }),
      ...(description === undefined ? {} : { Description: description }),
    };
  }

  /** A reference into a peered VPC keeps that VPC and the peering: it outlives both (VPC peering guide, "stale rules"). */
  #reference(group: SecurityGroup, groupId: string, ownerId: string | undefined): SecurityGroupRule['ReferencedGroupInfo'] {
    const UserId = ownerId ?? this.#account.id;
    const peerVpc = this.#entries.get(groupId)?.group.vpcId;
    if (peerVpc === group.vpcId || (peerVpc === undefined && UserId === this.#account.id)) return { GroupId: groupId, UserId };
    const peering = this.#account.ec2.peerings.between(group.vpcId, peerVpc ?? { ownerId: UserId });
    if (peering === undefined) return { GroupId: groupId, UserId };
    const VpcId = peering.requester.vpcId === group.vpcId ? peering.accepter.vpcId : peering.requester.vpcId;
    return { GroupId: groupId, UserId, VpcId, VpcPeeringConnectionId: peering.id };
  }

  #changed(id: string): void {
    this.#allRules = undefined;
    this.#changes.announce({ kind: 'security-group', id });
  }
}

export function noSuchGroup(id: string): AwsError {
  return new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
}

export function noSuchRule(id: string): AwsError {
  return new AwsError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
}

function ruleIn({ rules }: Entry, id: string): SecurityGroupRule {
  const rule = rules.get(id);
  if (rule === undefined) throw noSuchRule(id);
  return rule;
}

function duplicate(definition: RuleDefinition): AwsError {
  return new AwsError('InvalidPermission.Duplicate', `the specified rule "${describeRule(definition)}" already exists`);
}
