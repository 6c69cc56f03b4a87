import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import type { RecordedCall } from '../cloudtrail.ts';

type Rules = ReadonlyMap<string, SecurityGroupRule>;

/** The rules of some security groups, by group id, at one moment. A group that is not there is missing. */
export type GroupSnapshot = ReadonlyMap<string, Rules>;

export function snapshotGroups(account: Account, groupIds: readonly string[]): GroupSnapshot {
  const groups = account.ec2.securityGroups;
  return new Map(groupIds.filter((id) => groups.has(id)).map((id) => [id, new Map(groups.find(id).rules)]));
}

/** The calls that lead from one state of security groups to another, as CloudFormation makes them. */
export function groupCalls(account: Account, before: GroupSnapshot, after: GroupSnapshot): RecordedCall[] {
  const ids = new Set([...before.keys(), ...after.keys()]);
  return [...ids].flatMap((id) => {
    const [old, current] = [before.get(id), after.get(id)];
    if (current === undefined) return [ec2Call('DeleteSecurityGroup', { GroupId: id }, { Return: true, GroupId: id })];
    if (old === undefined) return [creation(account, id), ...ruleCalls(id, new Map(), withoutDefault(current))];
    return ruleCalls(id, old, current);
  });
}

function creation(account: Account, groupId: string): RecordedCall {
  const { name, description, vpcId } = account.ec2.securityGroups.find(groupId);
  return ec2Call('CreateSecurityGroup', { GroupName: name, Description: description, VpcId: vpcId }, { GroupId: groupId });
}

/** A new group lets everything out without anybody asking for it. */
function withoutDefault(rules: Rules): Rules {
  return new Map([...rules].filter(([, rule]) => rule.IsEgress !== true || rule.IpProtocol !== '-1' || rule.CidrIpv4 !== '0.0.0.0/0'));
}

function ruleCalls(GroupId: string, before: Rules, after: Rules): RecordedCall[] {
  const added = [...after.values()].filter((rule) => !before.has(String(rule.SecurityGroupRuleId)));
  const removed = [...before.values()].filter((rule) => !after.has(String(rule.SecurityGroupRuleId)));
  // Under the same id, only the description can be another: anything else makes a new rule.
  const described = [...after.values()].filter((rule) => {
    const old = before.get(String(rule.SecurityGroupRuleId));
    return old !== undefined && old.Description !== rule.Description;
  });
  const call = (verb: string, rule: SecurityGroupRule, output: object): RecordedCall =>
    ec2Call(`${verb}${rule.IsEgress === true ? 'Egress' : 'Ingress'}`, { GroupId, IpPermissions: [permissionOf(rule)] }, { Return: true, ...output });
  return [
    ...added.map((rule) => call('AuthorizeSecurityGroup', rule, { SecurityGroupRules: [rule] })),
    ...described.map((rule) => call('UpdateSecurityGroupRuleDescriptions', rule, {})),
    ...removed.map((rule) => call('RevokeSecurityGroup', rule, { RevokedSecurityGroupRules: [rule] })),
  ];
}

function permissionOf(rule: SecurityGroupRule): IpPermission {
  const described = rule.Description === undefined ? {} : { Description: rule.Description };
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: peer } = rule;
  return {
    IpProtocol: rule.IpProtocol,
    FromPort: rule.FromPort,
    ToPort: rule.ToPort,
    ...(CidrIpv4 === undefined ? {} : { IpRanges: [{ CidrIp: CidrIpv4, ...described }] }),
    ...(CidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6, ...described }] }),
    ...(PrefixListId === undefined ? {} : { PrefixListIds: [{ PrefixListId, ...described }] }),
    ...(peer === undefined ? {} : { UserIdGroupPairs: [{ GroupId: peer.GroupId, UserId: peer.UserId, ...described }] }),
  };
}

function ec2Call(operation: string, input: object, output: object): RecordedCall {
  return { sdkId: 'EC2', operation, input, output };
}
