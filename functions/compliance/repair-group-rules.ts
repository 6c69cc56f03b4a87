import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type IpPermission,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../platform/clients.ts';
import { isNamed, Refused } from '../platform/errors.ts';
import { toRule } from './collect-network.ts';
import { createRepairer, refuseAction } from './repairer.ts';
import type { RepairAction } from './repair.ts';
import { type Rule, ruleKey } from './rule.ts';

/** Writes rules of security groups. */
export const handler = createRepairer('GroupRules', async (action) => {
  if (action.kind === 'authorise-rule') await authorise(action);
  else if (action.kind === 'revoke-rule') await revoke(action);
  else refuseAction(action);
});

async function authorise({ groupId, rule, description }: Extract<RepairAction, { kind: 'authorise-rule' }>): Promise<void> {
  const input = { GroupId: groupId, IpPermissions: [permissionOf(rule, description)] };
  try {
    await (rule.direction === 'ingress'
      ? ec2().send(new AuthorizeSecurityGroupIngressCommand(input))
      : ec2().send(new AuthorizeSecurityGroupEgressCommand(input)));
  } catch (error) {
    if (!isNamed(error, 'InvalidPermission.Duplicate')) throw error;
  }
}

async function revoke({ groupId, rule, ...action }: Extract<RepairAction, { kind: 'revoke-rule' }>): Promise<void> {
  const ruleId = action.ruleId ?? (await findRuleId(groupId, rule));
  if (ruleId === undefined) return;
  const input = { GroupId: groupId, SecurityGroupRuleIds: [ruleId] };
  try {
    const { Return } = await (rule.direction === 'ingress'
      ? ec2().send(new RevokeSecurityGroupIngressCommand(input))
      : ec2().send(new RevokeSecurityGroupEgressCommand(input)));
    if (Return !== true) throw new Refused(`EC2 did not revoke ${ruleId} of ${groupId}.`);
  } catch (error) {
    if (!isNamed(error, 'InvalidSecurityGroupRuleId.NotFound')) throw error;
  }
}

async function findRuleId(groupId: string, rule: Rule): Promise<string | undefined> {
  const input = { Filters: [{ Name: 'group-id', Values: [groupId] }], MaxResults: 1000 };
  for await (const { SecurityGroupRules = [] } of paginateDescribeSecurityGroupRules({ client: ec2() }, input)) {
    const found = SecurityGroupRules.map((each) => toRule(each, each.GroupOwnerId ?? '')).find((standing) => ruleKey(standing) === ruleKey(rule));
    if (found !== undefined) return found.id;
  }
  return undefined;
}

function permissionOf({ protocol, fromPort, toPort, peer }: Rule, description: string | undefined): IpPermission {
  const described = description === undefined ? {} : { Description: description };
  const ports = protocol === '-1' ? { IpProtocol: protocol } : { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort };
  switch (peer.kind) {
    case 'ipv4':
      return { ...ports, IpRanges: [{ CidrIp: peer.cidr, ...described }] };
    case 'ipv6':
      return { ...ports, Ipv6Ranges: [{ CidrIpv6: peer.cidr, ...described }] };
    case 'prefix-list':
      return { ...ports, PrefixListIds: [{ PrefixListId: peer.id, ...described }] };
    case 'group': {
      const pair = { GroupId: peer.id, ...(peer.accountId === undefined ? {} : { UserId: peer.accountId }), ...described };
      return { ...ports, UserIdGroupPairs: [pair] };
    }
  }
}
