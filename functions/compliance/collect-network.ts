import {
  type NetworkAclEntry as Ec2AclEntry,
  type NetworkInterface as Ec2Interface,
  paginateDescribeManagedPrefixLists,
  paginateDescribeNetworkAcls,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateGetManagedPrefixListEntries,
  type SecurityGroup as Ec2Group,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../platform/clients.ts';
import { Refused } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import { pageSizes } from './collect-calls.ts';
import { each, eachFiltered, type Filtered, given, present, tagsOf } from './collect-fields.ts';
import type { Peer, StandingRule } from './rule.ts';
import type { NetworkAcl, NetworkAclEntry, NetworkInterface, PrefixList, SecurityGroup } from './snapshot.ts';

/**
 * Security groups with their rules: those of the Region, or those of `ids` that exist. The groups come first: a rule
 * that appears in between is missed until the next look, one that belongs to no group is nobody's.
 */
export async function collectSecurityGroups(accountId: string, ids?: readonly string[]): Promise<SecurityGroup[]> {
  const client = ec2();
  const groups = await eachFiltered('group-id', ids, (input) =>
    gather(paginateDescribeSecurityGroups({ client, pageSize: pageSizes.DescribeSecurityGroups }, input), ({ SecurityGroups }) =>
      (SecurityGroups ?? []).map(toGroup),
    ),
  );
  const rulesOf = new Map(groups.map(({ id, rules }) => [id, rules]));
  await eachFiltered('group-id', ids, async (input) => {
    for await (const page of paginateDescribeSecurityGroupRules({ client, pageSize: pageSizes.DescribeSecurityGroupRules }, input)) {
      for (const rule of page.SecurityGroupRules ?? []) rulesOf.get(rule.GroupId ?? '')?.push(toRule(rule, accountId));
    }
    return [];
  });
  return groups;
}

/** Security groups, with their rules, that let traffic in from a prefix list. */
export async function collectGroupsOfPrefixLists(accountId: string, listIds: readonly string[]): Promise<SecurityGroup[]> {
  const client = ec2();
  const ids = await eachFiltered('ip-permission.prefix-list-id', listIds, (input) =>
    gather(paginateDescribeSecurityGroups({ client, pageSize: pageSizes.DescribeSecurityGroups }, input), ({ SecurityGroups }) =>
      (SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    ),
  );
  return collectSecurityGroups(accountId, ids);
}

/** Prefix lists with their entries, as far as they exist and are shared with the account. */
export async function collectPrefixLists(ids: readonly string[]): Promise<PrefixList[]> {
  const client = ec2();
  const lists = await eachFiltered('prefix-list-id', ids, (input) =>
    gather(paginateDescribeManagedPrefixLists({ client, pageSize: pageSizes.DescribeManagedPrefixLists }, input), ({ PrefixLists }) => PrefixLists ?? []),
  );
  return each(lists, async (list) => {
    const id = given(list.PrefixListId, 'PrefixListId');
    const pages = paginateGetManagedPrefixListEntries({ client, pageSize: pageSizes.GetManagedPrefixListEntries }, { PrefixListId: id });
    const entries = await gather(pages, ({ Entries }) => (Entries ?? []).flatMap(({ Cidr }) => Cidr ?? []));
    // Lists of AWS services have no version.
    return [{ id, name: list.PrefixListName ?? '', ownerId: list.OwnerId ?? '', version: list.Version ?? 0, entries }];
  });
}

/** Interfaces of the Region, or those of which `filter` is one of `values`. */
export function collectNetworkInterfaces(
  filter: 'network-interface-id' | 'group-id' | 'attachment.instance-id' = 'network-interface-id',
  values?: readonly string[],
): Promise<NetworkInterface[]> {
  const config = { client: ec2(), pageSize: pageSizes.DescribeNetworkInterfaces };
  return eachFiltered(filter, values, (input) =>
    gather(paginateDescribeNetworkInterfaces(config, input), ({ NetworkInterfaces }) => (NetworkInterfaces ?? []).map(toInterface)),
  );
}

export function collectNetworkAcls(ids?: readonly string[]): Promise<NetworkAcl[]> {
  const config = { client: ec2(), pageSize: pageSizes.DescribeNetworkAcls };
  const read = (input: Filtered): Promise<NetworkAcl[]> =>
    gather(paginateDescribeNetworkAcls(config, input), ({ NetworkAcls }) =>
      (NetworkAcls ?? []).map((acl) => ({
        id: given(acl.NetworkAclId, 'NetworkAclId'),
        vpcId: given(acl.VpcId, 'VpcId of a network ACL'),
        isDefault: acl.IsDefault === true,
        entries: (acl.Entries ?? []).map(toAclEntry),
      })),
    );
  return eachFiltered('network-acl-id', ids, read);
}

function toGroup(group: Ec2Group): SecurityGroup & { readonly rules: StandingRule[] } {
  return {
    id: given(group.GroupId, 'GroupId'),
    name: group.GroupName ?? '',
    vpcId: group.VpcId ?? '',
    tags: tagsOf(group.Tags),
    rules: [],
  };
}

/** Exported for its table of cases. */
export function toRule(rule: SecurityGroupRule, accountId: string): StandingRule {
  const id = given(rule.SecurityGroupRuleId, 'SecurityGroupRuleId');
  const peer = peerOf(rule, accountId);
  if (peer === undefined) throw new Refused(`The rule ${id} has a source that is neither CIDR block, prefix list nor group.`);
  return {
    id,
    direction: rule.IsEgress === true ? 'egress' : 'ingress',
    protocol: given(rule.IpProtocol, 'IpProtocol'),
    fromPort: rule.FromPort ?? -1,
    toPort: rule.ToPort ?? -1,
    peer,
    // EC2 answers an empty text where there is no description.
    ...(rule.Description === undefined || rule.Description === '' ? {} : { description: rule.Description }),
  };
}

function peerOf(rule: SecurityGroupRule, accountId: string): Peer | undefined {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: group } = rule;
  if (CidrIpv4 !== undefined) return { kind: 'ipv4', cidr: CidrIpv4 };
  if (CidrIpv6 !== undefined) return { kind: 'ipv6', cidr: CidrIpv6 };
  if (PrefixListId !== undefined) return { kind: 'prefix-list', id: PrefixListId };
  if (group?.GroupId === undefined) return undefined;
  const isOwn = group.UserId === undefined || group.UserId === accountId;
  return { kind: 'group', id: group.GroupId, ...(isOwn ? {} : { accountId: group.UserId }) };
}

function toInterface(one: Ec2Interface): NetworkInterface {
  return {
    id: given(one.NetworkInterfaceId, 'NetworkInterfaceId'),
    vpcId: given(one.VpcId, 'VpcId of an interface'),
    groupIds: (one.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    ...present({ instanceId: one.Attachment?.InstanceId }),
    requesterManaged: one.RequesterManaged === true,
    description: one.Description ?? '',
  };
}

/** Exported for its table of cases. */
export function toAclEntry(entry: Ec2AclEntry): NetworkAclEntry {
  const { PortRange: ports, IcmpTypeCode: icmp } = entry;
  return {
    ruleNumber: given(entry.RuleNumber, 'RuleNumber'),
    direction: entry.Egress === true ? 'egress' : 'ingress',
    action: entry.RuleAction === 'allow' ? 'allow' : 'deny',
    protocol: given(entry.Protocol, 'Protocol of an entry'),
    cidr: given(entry.CidrBlock ?? entry.Ipv6CidrBlock, 'the CIDR block of an entry'),
    ...present({ fromPort: ports?.From, toPort: ports?.To }),
    ...(icmp === undefined ? {} : { icmp: { type: icmp.Type ?? -1, code: icmp.Code ?? -1 } }),
  };
}
