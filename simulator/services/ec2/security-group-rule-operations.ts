import type {
  AuthorizeSecurityGroupEgressCommandInput,
  AuthorizeSecurityGroupEgressCommandOutput,
  AuthorizeSecurityGroupIngressCommandInput,
  AuthorizeSecurityGroupIngressCommandOutput,
  IpPermission,
  ModifySecurityGroupRulesCommandInput,
  ModifySecurityGroupRulesCommandOutput,
  RevokedSecurityGroupRule,
  RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupEgressCommandOutput,
  RevokeSecurityGroupIngressCommandInput,
  RevokeSecurityGroupIngressCommandOutput,
  SecurityGroupRule,
  SecurityGroupRuleRequest,
  TagSpecification,
  UpdateSecurityGroupRuleDescriptionsEgressCommandInput,
  UpdateSecurityGroupRuleDescriptionsEgressCommandOutput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { forNewTagged, onResource, onSecurityGroup } from './authorisation.ts';
import { describeRule } from './describe-security-group.ts';
import { type SecurityGroup, tagsOfResource } from './network.ts';
import { definitionOfRule, definitionsOf, permissionOf, type RuleDefinition } from './security-group-rules.ts';
import { noSuchRule } from './security-groups.ts';

interface RuleChange {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly SecurityGroupRuleIds?: string[] | undefined;
  readonly TagSpecifications?: TagSpecification[] | undefined;
}

interface DescriptionChange {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly SecurityGroupRuleDescriptions?: readonly { readonly SecurityGroupRuleId?: string | undefined; readonly Description?: string | undefined }[] | undefined;
}

interface Revocation {
  readonly Return: boolean;
  readonly RevokedSecurityGroupRules: RevokedSecurityGroupRule[];
  readonly UnknownIpPermissions?: IpPermission[];
}

const parametersOfRuleChange = ['GroupId', 'IpPermissions', 'SecurityGroupRuleIds', 'TagSpecifications'];

/** Operations on the rules of security groups. */
export function securityGroupRuleOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    AuthorizeSecurityGroupIngress: operation<AuthorizeSecurityGroupIngressCommandInput, AuthorizeSecurityGroupIngressCommandOutput>({
      authorise: (input) => forRules(account(), 'AuthorizeSecurityGroupIngress', input),
      execute: (input) => ({ Return: true, SecurityGroupRules: addRules(account(), input, false) }),
    }),
    AuthorizeSecurityGroupEgress: operation<AuthorizeSecurityGroupEgressCommandInput, AuthorizeSecurityGroupEgressCommandOutput>({
      authorise: (input) => forRules(account(), 'AuthorizeSecurityGroupEgress', input),
      execute: (input) => ({ Return: true, SecurityGroupRules: addRules(account(), input, true) }),
    }),
    RevokeSecurityGroupIngress: operation<RevokeSecurityGroupIngressCommandInput, RevokeSecurityGroupIngressCommandOutput>({
      authorise: (input) => forRules(account(), 'RevokeSecurityGroupIngress', input),
      execute: (input) => removeRules(account(), input, false),
    }),
    RevokeSecurityGroupEgress: operation<RevokeSecurityGroupEgressCommandInput, RevokeSecurityGroupEgressCommandOutput>({
      authorise: (input) => forRules(account(), 'RevokeSecurityGroupEgress', input),
      execute: (input) => removeRules(account(), input, true),
    }),
    ModifySecurityGroupRules: operation<ModifySecurityGroupRulesCommandInput, ModifySecurityGroupRulesCommandOutput>({
      authorise: (input) => forModifiedRules(account(), input),
      execute: (input) => modifyRules(account(), input),
    }),
    UpdateSecurityGroupRuleDescriptionsIngress: operation<UpdateSecurityGroupRuleDescriptionsIngressCommandInput, UpdateSecurityGroupRuleDescriptionsIngressCommandOutput>({
      authorise: (input) => [onSecurityGroup(account(), 'UpdateSecurityGroupRuleDescriptionsIngress', input.GroupId ?? '')],
      execute: (input) => changeDescriptions(account(), input, false),
    }),
    UpdateSecurityGroupRuleDescriptionsEgress: operation<UpdateSecurityGroupRuleDescriptionsEgressCommandInput, UpdateSecurityGroupRuleDescriptionsEgressCommandOutput>({
      authorise: (input) => [onSecurityGroup(account(), 'UpdateSecurityGroupRuleDescriptionsEgress', input.GroupId ?? '')],
      execute: (input) => changeDescriptions(account(), input, true),
    }),
  };
}

/** The group decides; rules are asked about only where the call tags them (Service Authorization Reference, EC2). */
function forRules(account: Account, action: string, input: RuleChange): AuthorisationRequest[] {
  const onGroup = onSecurityGroup(account, action, input.GroupId ?? '');
  const tags = tagsOfResource(input.TagSpecifications, 'security-group-rule');
  return Object.keys(tags).length === 0 ? [onGroup] : [onGroup, ...forNewTagged(account, action, 'security-group-rule', tags)];
}

/** Here the rules are asked about too (EC2 user guide, "Example policies": modifying security groups). */
function forModifiedRules(account: Account, input: ModifySecurityGroupRulesCommandInput): AuthorisationRequest[] {
  const { securityGroups } = account.ec2;
  const group = securityGroups.has(String(input.GroupId)) ? securityGroups.find(input.GroupId) : undefined;
  const onRules = (input.SecurityGroupRules ?? []).map(({ SecurityGroupRuleId: id }) => {
    const tags = Object.fromEntries((group?.rules.get(String(id))?.Tags ?? []).map(({ Key, Value }) => [String(Key), String(Value)]));
    return onResource(account, 'ModifySecurityGroupRules', { type: 'security-group-rule', id: String(id), tags });
  });
  return [onSecurityGroup(account, 'ModifySecurityGroupRules', input.GroupId ?? ''), ...onRules];
}

function addRules(account: Account, input: RuleChange & object, isEgress: boolean): SecurityGroupRule[] {
  refuseOtherParameters(input, parametersOfRuleChange);
  const { securityGroups } = account.ec2;
  const group = securityGroups.find(input.GroupId);
  const definitions = definitionsOf(input.IpPermissions, isEgress);
  if (definitions.length === 0) throw new AwsError('MissingParameter', 'The request must contain the parameter ipPermissions, with a source or destination');
  for (const definition of definitions) refuseUnknownPeer(account, group, definition);
  const tags = tagsOfResource(input.TagSpecifications, 'security-group-rule');
  return securityGroups.addRules(group.id, definitions, tags).map((rule) => describeRule(rule, account));
}

/** A rule may refer to groups of its VPC, to those of VPCs peered with it, and to prefix lists of the account. */
function refuseUnknownPeer({ ec2 }: Account, group: SecurityGroup, { groupId, groupOwnerId, prefixListId }: RuleDefinition): void {
  if (prefixListId !== undefined) ec2.prefixLists.find(prefixListId);
  if (groupId === undefined) return;
  const isOwn = groupOwnerId === undefined || ec2.securityGroups.has(groupId);
  const other = isOwn ? ec2.securityGroups.find(groupId).vpcId : { ownerId: groupOwnerId };
  if (other === group.vpcId || ec2.peerings.between(group.vpcId, other) !== undefined) return;
  throw new AwsError('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.');
}

function removeRules(account: Account, input: RuleChange & object, isEgress: boolean): Revocation {
  refuseOtherParameters(input, parametersOfRuleChange);
  const { ec2 } = account;
  const group = ec2.securityGroups.find(input.GroupId);
  if (input.SecurityGroupRuleIds !== undefined) return revoke(account, group, input.SecurityGroupRuleIds.map((id) => ruleOf(group, id, isEgress)));
  const definitions = definitionsOf(input.IpPermissions, isEgress);
  const found = definitions.map((definition) => ({ definition, rule: ec2.securityGroups.match(group.id, definition) }));
  const rules = found.flatMap(({ rule }) => rule ?? []);
  const unknown = found.flatMap(({ definition, rule }) => (rule === undefined ? [permissionOf(definition)] : []));
  if (unknown.length === 0) return revoke(account, group, rules);
  // In a default VPC what is missing is listed, and the rest revoked; elsewhere the call fails and nothing is revoked
  // (API reference, RevokeSecurityGroupIngress).
  if (ec2.vpcs.get(group.vpcId)?.isDefault !== true) {
    throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  }
  return { ...revoke(account, group, rules), UnknownIpPermissions: unknown };
}

function revoke({ ec2 }: Account, group: SecurityGroup, rules: readonly SecurityGroupRule[]): Revocation {
  const ids = new Set(rules.map(({ SecurityGroupRuleId }) => String(SecurityGroupRuleId)));
  return { Return: true, RevokedSecurityGroupRules: ec2.securityGroups.removeRules(group.id, [...ids]).map(describeRevoked) };
}

function ruleOf(group: SecurityGroup, id: string, isEgress: boolean): SecurityGroupRule {
  const rule = group.rules.get(id);
  if (rule === undefined || rule.IsEgress !== isEgress) throw noSuchRule(id);
  return rule;
}

function describeRevoked(rule: SecurityGroupRule): RevokedSecurityGroupRule {
  const { SecurityGroupRuleId, GroupId, IsEgress, IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, Description } = rule;
  const peer = rule.ReferencedGroupInfo?.GroupId;
  return {
    SecurityGroupRuleId, GroupId, IsEgress, IpProtocol, FromPort, ToPort,
    ...(CidrIpv4 === undefined ? {} : { CidrIpv4 }),
    ...(CidrIpv6 === undefined ? {} : { CidrIpv6 }),
    ...(PrefixListId === undefined ? {} : { PrefixListId }),
    ...(peer === undefined ? {} : { ReferencedGroupId: peer }),
    ...(Description === undefined ? {} : { Description }),
  };
}

/** What the console's editor of rules calls. A rule keeps its id and its direction. */
function modifyRules(account: Account, input: ModifySecurityGroupRulesCommandInput): Omit<ModifySecurityGroupRulesCommandOutput, '$metadata'> {
  refuseOtherParameters(input, ['GroupId', 'SecurityGroupRules']);
  const { securityGroups } = account.ec2;
  const group = securityGroups.find(input.GroupId);
  const updates = input.SecurityGroupRules ?? [];
  if (updates.length !== 1) throw new NotModelledError('ModifySecurityGroupRules of several rules at once is not modelled.');
  for (const { SecurityGroupRuleId: id, SecurityGroupRule: request } of updates) {
    const rule = group.rules.get(String(id));
    if (rule === undefined) throw noSuchRule(String(id));
    const definition = definitionOfRequest(request ?? {}, rule.IsEgress ?? false);
    refuseUnknownPeer(account, group, definition);
    securityGroups.changeRule(group.id, String(id), definition);
  }
  return { Return: true };
}

function definitionOfRequest(request: SecurityGroupRuleRequest, isEgress: boolean): RuleDefinition {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } = request;
  return {
    isEgress,
    protocol: request.IpProtocol ?? '-1',
    fromPort: request.FromPort,
    toPort: request.ToPort,
    ...(CidrIpv4 === undefined ? {} : { cidrIpv4: CidrIpv4 }),
    ...(CidrIpv6 === undefined ? {} : { cidrIpv6: CidrIpv6 }),
    ...(PrefixListId === undefined ? {} : { prefixListId: PrefixListId }),
    ...(ReferencedGroupId === undefined ? {} : { groupId: ReferencedGroupId }),
    ...(Description === undefined ? {} : { description: Description }),
  };
}

function changeDescriptions({ ec2 }: Account, input: DescriptionChange, isEgress: boolean): { Return: boolean } {
  refuseOtherParameters(input, ['GroupId', 'IpPermissions', 'SecurityGroupRuleDescriptions']);
  const group = ec2.securityGroups.find(input.GroupId);
  const byId = (input.SecurityGroupRuleDescriptions ?? []).map(({ SecurityGroupRuleId, Description }) => ({ rule: ruleOf(group, String(SecurityGroupRuleId), isEgress), Description }));
  const byProperties = definitionsOf(input.IpPermissions, isEgress).map((definition) => {
    const rule = ec2.securityGroups.match(group.id, definition);
    if (rule === undefined) throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    return { rule, Description: definition.description };
  });
  for (const { rule, Description } of [...byId, ...byProperties]) {
    const { description: _former, ...definition } = definitionOfRule(rule);
    ec2.securityGroups.changeRule(group.id, String(rule.SecurityGroupRuleId), { ...definition, ...(Description === undefined ? {} : { description: Description }) });
  }
  return { Return: true };
}

function refuseOtherParameters(input: object, modelled: readonly string[]): void {
  const other = Object.keys(input).find((key) => !modelled.includes(key) && key !== 'DryRun');
  if (other !== undefined) throw new NotModelledError(`${other} of a security group change is not modelled: give IpPermissions or rule ids.`);
  if ('DryRun' in input && input.DryRun === true) throw new NotModelledError('DryRun of a security group change is not modelled.');
}
