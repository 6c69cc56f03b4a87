import type { IpPermission, ReferencedSecurityGroup, SecurityGroup as SecurityGroupDescription, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { type SecurityGroup, tagList } from './network.ts';

type Permission = Required<Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'>> & IpPermission;

export function describeSecurityGroup(group: SecurityGroup, account: Account): SecurityGroupDescription {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: account.id,
    SecurityGroupArn: account.arn('ec2', `security-group/${group.id}`),
    IpPermissions: permissionsOf(group, false, account),
    IpPermissionsEgress: permissionsOf(group, true, account),
    Tags: tagList(group.tags),
  };
}

/** A rule as the API shows it: with its ARN, its tags, and the state of the peering that a reference goes through. */
export function describeRule(rule: SecurityGroupRule, account: Account): SecurityGroupRule {
  const described = { ...rule, Tags: rule.Tags ?? [], SecurityGroupRuleArn: account.arn('ec2', `security-group-rule/${rule.SecurityGroupRuleId}`) };
  return rule.ReferencedGroupInfo === undefined ? described : { ...described, ReferencedGroupInfo: describeReference(rule.ReferencedGroupInfo, account) };
}

function describeReference(reference: ReferencedSecurityGroup, account: Account): ReferencedSecurityGroup {
  const { VpcPeeringConnectionId: peering } = reference;
  return peering === undefined ? { ...reference } : { ...reference, PeeringStatus: peeringStatus(peering, account) };
}

/** Whether a rule refers to a group of a peered VPC that is gone, or through a peering that is. */
export function isStale({ ReferencedGroupInfo: reference }: SecurityGroupRule, account: Account): boolean {
  if (reference?.VpcPeeringConnectionId === undefined) return false;
  const isGone = reference.UserId === account.id && !account.ec2.securityGroups.has(reference.GroupId ?? '');
  return isGone || peeringStatus(reference.VpcPeeringConnectionId, account) !== 'active';
}

function peeringStatus(id: string, account: Account): string {
  return account.ec2.peerings.find(id)?.status ?? 'deleted';
}

/** The rules of a group as `DescribeSecurityGroups` groups them: by protocol and ports. */
function permissionsOf(group: SecurityGroup, isEgress: boolean, account: Account): IpPermission[] {
  const byPorts = new Map<string, Permission>();
  for (const rule of group.rules.values()) {
    if (rule.IsEgress !== isEgress) continue;
    const key = `${rule.IpProtocol}/${rule.FromPort}/${rule.ToPort}`;
    let permission = byPorts.get(key);
    if (permission === undefined) {
      permission = newPermission(rule);
      byPorts.set(key, permission);
    }
    const described = rule.Description === undefined ? {} : { Description: rule.Description };
    if (rule.CidrIpv4 !== undefined) permission.IpRanges?.push({ CidrIp: rule.CidrIpv4, ...described });
    if (rule.CidrIpv6 !== undefined) permission.Ipv6Ranges?.push({ CidrIpv6: rule.CidrIpv6, ...described });
    if (rule.PrefixListId !== undefined) permission.PrefixListIds?.push({ PrefixListId: rule.PrefixListId, ...described });
    if (rule.ReferencedGroupInfo !== undefined) permission.UserIdGroupPairs?.push({ ...describeReference(rule.ReferencedGroupInfo, account), ...described });
  }
  return [...byPorts.values()];
}

function newPermission({ IpProtocol, FromPort, ToPort }: SecurityGroupRule): Permission {
  const ports = IpProtocol === '-1' ? {} : { FromPort, ToPort };
  return { IpProtocol, ...ports, IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
}
