import type {
  AuthorizeSecurityGroupEgressCommandInput,
  AuthorizeSecurityGroupEgressCommandOutput,
  AuthorizeSecurityGroupIngressCommandInput,
  AuthorizeSecurityGroupIngressCommandOutput,
  DescribeSecurityGroupRulesCommandInput,
  DescribeSecurityGroupRulesCommandOutput,
  DescribeSecurityGroupsCommandInput,
  DescribeSecurityGroupsCommandOutput,
  IpPermission,
  RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupEgressCommandOutput,
  RevokeSecurityGroupIngressCommandInput,
  RevokeSecurityGroupIngressCommandOutput,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { pageOf } from '../paging.ts';
import { describeSecurityGroup } from './describe.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import type { SecurityGroup } from './network.ts';
import { definitionsOf, noSuchGroup, noSuchRule, type SecurityGroups } from './security-groups.ts';

interface State {
  readonly account: Account;
  readonly groups: SecurityGroups;
}

interface RuleChange {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly SecurityGroupRuleIds?: string[] | undefined;
}

const groupFilters: FilterTable<SecurityGroup> = {
  description: (group) => group.description,
  'group-id': (group) => group.id,
  'group-name': (group) => group.name,
  'vpc-id': (group) => group.vpcId,
};

const badToken = (): AwsError => new AwsError('InvalidNextToken', 'The specified nextToken is not valid.');

/** Operations on security groups. `state` is read when one is called, not before. */
export function securityGroupOperations(state: () => State): Readonly<Record<string, Operation>> {
  return {
    DescribeSecurityGroups: operation<DescribeSecurityGroupsCommandInput, DescribeSecurityGroupsCommandOutput>({
      authorise: () => [{ action: 'ec2:DescribeSecurityGroups', resource: '*' }],
      execute: (input) => describeGroups(state(), input),
    }),
    DescribeSecurityGroupRules: operation<DescribeSecurityGroupRulesCommandInput, DescribeSecurityGroupRulesCommandOutput>({
      authorise: () => [{ action: 'ec2:DescribeSecurityGroupRules', resource: '*' }],
      execute: (input) => describeRules(state(), input),
    }),
    AuthorizeSecurityGroupIngress: operation<AuthorizeSecurityGroupIngressCommandInput, AuthorizeSecurityGroupIngressCommandOutput>({
      authorise: (input) => onGroup(state(), 'ec2:AuthorizeSecurityGroupIngress', input),
      execute: (input) => ({ Return: true, SecurityGroupRules: addRules(state(), input, false) }),
    }),
    AuthorizeSecurityGroupEgress: operation<AuthorizeSecurityGroupEgressCommandInput, AuthorizeSecurityGroupEgressCommandOutput>({
      authorise: (input) => onGroup(state(), 'ec2:AuthorizeSecurityGroupEgress', input),
      execute: (input) => ({ Return: true, SecurityGroupRules: addRules(state(), input, true) }),
    }),
    RevokeSecurityGroupIngress: operation<RevokeSecurityGroupIngressCommandInput, RevokeSecurityGroupIngressCommandOutput>({
      authorise: (input) => onGroup(state(), 'ec2:RevokeSecurityGroupIngress', input),
      execute: (input) => ({ Return: true, RevokedSecurityGroupRules: revoked(removeRules(state(), input, false)) }),
    }),
    RevokeSecurityGroupEgress: operation<RevokeSecurityGroupEgressCommandInput, RevokeSecurityGroupEgressCommandOutput>({
      authorise: (input) => onGroup(state(), 'ec2:RevokeSecurityGroupEgress', input),
      execute: (input) => ({ Return: true, RevokedSecurityGroupRules: revoked(removeRules(state(), input, true)) }),
    }),
  };
}

function describeGroups({ account, groups }: State, input: DescribeSecurityGroupsCommandInput): Omit<DescribeSecurityGroupsCommandOutput, '$metadata'> {
  if (input.GroupNames !== undefined) throw new NotModelledError('GroupNames of DescribeSecurityGroups is not modelled.');
  const chosen = applyFilters(chooseByIds(groups.all(), input.GroupIds, noSuchGroup), input.Filters, groupFilters);
  const page = pageOf(chosen, { size: input.MaxResults, defaultSize: 1000, token: input.NextToken, badToken });
  return { SecurityGroups: page.items.map((group) => describeSecurityGroup(group, account)), NextToken: page.nextToken };
}

function describeRules({ groups }: State, input: DescribeSecurityGroupRulesCommandInput): Omit<DescribeSecurityGroupRulesCommandOutput, '$metadata'> {
  const rules = groups.all().flatMap((group) =>
    [...group.rules.values()].map((rule) => ({ id: String(rule.SecurityGroupRuleId), groupId: group.id, rule, tags: {} })),
  );
  const chosen = applyFilters(chooseByIds(rules, input.SecurityGroupRuleIds, noSuchRule), input.Filters, {
    'group-id': ({ groupId }) => groupId,
    'security-group-rule-id': ({ id }) => id,
  });
  const page = pageOf(chosen, { size: input.MaxResults, defaultSize: 1000, token: input.NextToken, badToken });
  return { SecurityGroupRules: page.items.map(({ rule }) => ({ ...rule })), NextToken: page.nextToken };
}

function onGroup({ account, groups }: State, action: string, input: RuleChange): AuthorisationRequest[] {
  const id = input.GroupId ?? '';
  const tags = groups.all().find((group) => group.id === id)?.tags ?? {};
  const context = Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`ec2:ResourceTag/${key}`, value]] as const),
  );
  return [{ action, resource: account.arn('ec2', `security-group/${id}`), context }];
}

function addRules({ groups }: State, input: RuleChange & object, isEgress: boolean): SecurityGroupRule[] {
  refuseLegacyParameters(input);
  return groups.addRules(input.GroupId ?? '', definitionsOf(input.IpPermissions, isEgress));
}

function removeRules({ groups }: State, input: RuleChange & object, isEgress: boolean): SecurityGroupRule[] {
  refuseLegacyParameters(input);
  const groupId = input.GroupId ?? '';
  if (input.SecurityGroupRuleIds !== undefined) return groups.removeRules(groupId, input.SecurityGroupRuleIds);
  return groups.removeMatching(groupId, definitionsOf(input.IpPermissions, isEgress));
}

function refuseLegacyParameters(input: object): void {
  const modelled = new Set(['GroupId', 'IpPermissions', 'SecurityGroupRuleIds', 'TagSpecifications', 'DryRun']);
  const other = Object.keys(input).find((key) => !modelled.has(key));
  if (other !== undefined) throw new NotModelledError(`${other} of a security group change is not modelled: give IpPermissions or rule ids.`);
  if ('DryRun' in input && input.DryRun === true) throw new NotModelledError('DryRun of a security group change is not modelled.');
}

function revoked(rules: readonly SecurityGroupRule[]): object[] {
  return rules.map((rule) => ({
    ...rule,
    ReferencedGroupId: rule.ReferencedGroupInfo?.GroupId,
  }));
}
