import type {
  CreateSecurityGroupCommandInput,
  CreateSecurityGroupCommandOutput,
  DeleteSecurityGroupCommandInput,
  DeleteSecurityGroupCommandOutput,
  DescribeSecurityGroupRulesCommandInput,
  DescribeSecurityGroupRulesCommandOutput,
  DescribeSecurityGroupsCommandInput,
  DescribeSecurityGroupsCommandOutput,
  DescribeStaleSecurityGroupsCommandInput,
  DescribeStaleSecurityGroupsCommandOutput,
  SecurityGroupRule,
  StaleIpPermission,
  StaleSecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { forNewTagged, onAnything, onResource, onSecurityGroup } from './authorisation.ts';
import { describeRule, describeSecurityGroup, isStale } from './describe-security-group.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import { type SecurityGroup, type Tags, tagsOfResource } from './network.ts';
import { ec2Page, upTo1000, upTo255 } from './pages.ts';
import { noSuchGroup, noSuchRule } from './security-groups.ts';

/** Filters on the rules of a group look at those of one direction. */
const ofRules = (isEgress: boolean, read: (rule: SecurityGroupRule) => string | undefined) => {
  return (group: SecurityGroup): string[] => [...group.rules.values()].flatMap((rule) => (rule.IsEgress === isEgress ? (read(rule) ?? []) : []));
};

const groupFilters: FilterTable<SecurityGroup> = {
  description: (group) => group.description,
  'egress.ip-permission.group-id': ofRules(true, ({ ReferencedGroupInfo }) => ReferencedGroupInfo?.GroupId),
  'egress.ip-permission.prefix-list-id': ofRules(true, ({ PrefixListId }) => PrefixListId),
  'group-id': (group) => group.id,
  'group-name': (group) => group.name,
  'ip-permission.group-id': ofRules(false, ({ ReferencedGroupInfo }) => ReferencedGroupInfo?.GroupId),
  'ip-permission.prefix-list-id': ofRules(false, ({ PrefixListId }) => PrefixListId),
  'vpc-id': (group) => group.vpcId,
};

interface ListedRule {
  readonly id: string;
  readonly rule: SecurityGroupRule;
  readonly tags: Tags;
}

const ruleFilters: FilterTable<ListedRule> = {
  'group-id': ({ rule }) => String(rule.GroupId),
  'security-group-rule-id': ({ id }) => id,
};

/** Operations on security groups as such. `account` is asked when one is called, not before. */
export function securityGroupOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeSecurityGroups: operation<DescribeSecurityGroupsCommandInput, DescribeSecurityGroupsCommandOutput>({
      authorise: onAnything('DescribeSecurityGroups'),
      execute: (input) => describeGroups(account(), input),
    }),
    DescribeSecurityGroupRules: operation<DescribeSecurityGroupRulesCommandInput, DescribeSecurityGroupRulesCommandOutput>({
      authorise: onAnything('DescribeSecurityGroupRules'),
      execute: (input) => describeRules(account(), input),
    }),
    DescribeStaleSecurityGroups: operation<DescribeStaleSecurityGroupsCommandInput, DescribeStaleSecurityGroupsCommandOutput>({
      authorise: onAnything('DescribeStaleSecurityGroups'),
      execute: (input) => describeStaleGroups(account(), input),
    }),
    CreateSecurityGroup: operation<CreateSecurityGroupCommandInput, CreateSecurityGroupCommandOutput>({
      authorise: (input) => forCreation(account(), input),
      execute: (input) => createGroup(account(), input),
    }),
    DeleteSecurityGroup: operation<DeleteSecurityGroupCommandInput, DeleteSecurityGroupCommandOutput>({
      authorise: (input) => [onSecurityGroup(account(), 'DeleteSecurityGroup', input.GroupId ?? '')],
      execute: (input) => deleteGroup(account(), input),
    }),
  };
}

function describeGroups(account: Account, input: DescribeSecurityGroupsCommandInput): Omit<DescribeSecurityGroupsCommandOutput, '$metadata'> {
  if (input.GroupNames !== undefined) throw new NotModelledError('GroupNames of DescribeSecurityGroups is not modelled.');
  const chosen = applyFilters(chooseByIds(account.ec2.securityGroups.all(), input.GroupIds, noSuchGroup), input.Filters, groupFilters);
  const page = ec2Page(chosen, input, upTo1000);
  return { SecurityGroups: page.items.map((group) => describeSecurityGroup(group, account)), NextToken: page.nextToken };
}

function describeRules(account: Account, input: DescribeSecurityGroupRulesCommandInput): Omit<DescribeSecurityGroupRulesCommandOutput, '$metadata'> {
  const { ec2 } = account;
  const { Filters, SecurityGroupRuleIds } = input;
  if (Filters === undefined && SecurityGroupRuleIds === undefined) {
    // The usual listing of everything: nothing is put together for rules that are on other pages.
    const page = ec2Page(ec2.securityGroups.allRules(), input, upTo1000);
    return { SecurityGroupRules: page.items.map((rule) => describeRule(rule, account)), NextToken: page.nextToken };
  }
  // Rules are most often asked for by their groups: then only those are looked at.
  const byGroup = Filters?.find(({ Name, Values }) => Name === 'group-id' && Values?.every((value) => !/[*?]/u.test(value)));
  const candidates = byGroup === undefined ? ec2.securityGroups.allRules() : ec2.securityGroups.rulesOf(byGroup.Values ?? []);
  const listed = candidates.map((rule): ListedRule => ({ id: String(rule.SecurityGroupRuleId), rule, tags: tagsOf(rule) }));
  const chosen = applyFilters(chooseByIds(listed, SecurityGroupRuleIds, noSuchRule), Filters, ruleFilters);
  const page = ec2Page(chosen, input, upTo1000);
  return { SecurityGroupRules: page.items.map(({ rule }) => describeRule(rule, account)), NextToken: page.nextToken };
}

function tagsOf(rule: SecurityGroupRule): Tags {
  return Object.fromEntries((rule.Tags ?? []).map(({ Key, Value }) => [String(Key), String(Value)]));
}

/** Rules that refer into a peered VPC where the group, or the peering, is no more (VPC peering guide). */
function describeStaleGroups(account: Account, input: DescribeStaleSecurityGroupsCommandInput): Omit<DescribeStaleSecurityGroupsCommandOutput, '$metadata'> {
  const vpc = account.ec2.vpc(input.VpcId);
  const stale = account.ec2.securityGroups.all().flatMap((group): StaleSecurityGroup[] => {
    if (group.vpcId !== vpc.id) return [];
    const rules = [...group.rules.values()].filter((rule) => isStale(rule, account));
    if (rules.length === 0) return [];
    const permissions = (isEgress: boolean): StaleIpPermission[] => rules.filter(({ IsEgress }) => IsEgress === isEgress).map((rule) => stalePermission(rule, account));
    return [{ GroupId: group.id, GroupName: group.name, Description: group.description, VpcId: group.vpcId, StaleIpPermissions: permissions(false), StaleIpPermissionsEgress: permissions(true) }];
  });
  const page = ec2Page(stale, input, upTo255);
  return { StaleSecurityGroupSet: page.items, NextToken: page.nextToken };
}

function stalePermission(rule: SecurityGroupRule, account: Account): StaleIpPermission {
  const { IpProtocol, FromPort, ToPort } = rule;
  return { IpProtocol, FromPort, ToPort, IpRanges: [], PrefixListIds: [], UserIdGroupPairs: [{ ...describeRule(rule, account).ReferencedGroupInfo }] };
}

function forCreation(account: Account, input: CreateSecurityGroupCommandInput): AuthorisationRequest[] {
  const id = input.VpcId ?? '';
  const vpc = account.ec2.vpcs.get(id);
  const onVpc = vpc === undefined ? [] : [onResource(account, 'CreateSecurityGroup', { type: 'vpc', id, tags: vpc.tags, context: { 'ec2:VpcID': id } })];
  return [...forNewTagged(account, 'CreateSecurityGroup', 'security-group', tagsOfResource(input.TagSpecifications, 'security-group')), ...onVpc];
}

function createGroup(account: Account, input: CreateSecurityGroupCommandInput): Omit<CreateSecurityGroupCommandOutput, '$metadata'> {
  const { ec2 } = account;
  const name = input.GroupName ?? '';
  const vpc = input.VpcId === undefined ? [...ec2.vpcs.values()].find(({ isDefault }) => isDefault) : ec2.vpc(input.VpcId);
  if (vpc === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  if (name === 'default') throw new AwsError('InvalidGroup.Reserved', "The security group 'default' is reserved");
  if (name.startsWith('sg-')) throw new AwsError('InvalidParameterValue', `Invalid value '${name}' for groupName. Group names may not be in the format sg-*.`);
  if (ec2.securityGroups.isNameTaken(vpc.id, name)) {
    throw new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`);
  }
  const tags = tagsOfResource(input.TagSpecifications, 'security-group');
  const group = ec2.securityGroups.create({ name, description: input.Description ?? '', vpcId: vpc.id, tags });
  // Every new group lets everything out (VPC user guide, "Security group rules").
  ec2.securityGroups.addRule(group.id, { isEgress: true, protocol: '-1', fromPort: undefined, toPort: undefined, cidrIpv4: '0.0.0.0/0' });
  return { GroupId: group.id, SecurityGroupArn: account.arn('ec2', `security-group/${group.id}`), Tags: describeSecurityGroup(group, account).Tags };
}

function deleteGroup(account: Account, input: DeleteSecurityGroupCommandInput): Omit<DeleteSecurityGroupCommandOutput, '$metadata'> {
  if (input.GroupName !== undefined) throw new NotModelledError('GroupName of DeleteSecurityGroup is not modelled.');
  account.ec2.deleteSecurityGroup(String(input.GroupId));
  return { Return: true, GroupId: input.GroupId };
}
