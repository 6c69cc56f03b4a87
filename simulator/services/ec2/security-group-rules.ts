import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { familyOf, normaliseCidr } from './cidr.ts';

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
  /** Of the group that is referred to, where it is another account's. */
  readonly groupOwnerId?: string;
  readonly description?: string;
}

/** A definition as EC2 stores it: protocols by name, ports that mean nothing as −1, CIDR blocks without host bits. */
export interface StoredDefinition extends RuleDefinition {
  readonly fromPort: number;
  readonly toPort: number;
}

/** Protocols that EC2 shows by name when they are given by number (API reference, `IpPermission`). */
const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };
const protocolsWithPorts: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'icmpv6']);

/** Throws what EC2 answers to ports or a CIDR block that are not valid. */
export function normaliseRule(definition: RuleDefinition): StoredDefinition {
  const given = definition.protocol.toLowerCase();
  const protocol = protocolNames[given] ?? given;
  const { cidrIpv4, cidrIpv6 } = definition;
  return {
    ...definition,
    protocol,
    ...portsOf(protocol, definition),
    ...(cidrIpv4 === undefined ? {} : { cidrIpv4: cidrOf(cidrIpv4, 4) }),
    ...(cidrIpv6 === undefined ? {} : { cidrIpv6: cidrOf(cidrIpv6, 6) }),
  };
}

/** Two rules of a group are the same rule when their keys are; a description makes no difference. */
export function keyOf(rule: StoredDefinition): string {
  const peer = rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.prefixListId ?? rule.groupId ?? '';
  return `${rule.isEgress ? 'out' : 'in'}/${rule.protocol}/${rule.fromPort}/${rule.toPort}/${peer}`;
}

export function definitionOfRule(rule: SecurityGroupRule): StoredDefinition {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo, Description } = rule;
  return {
    isEgress: rule.IsEgress ?? false,
    protocol: rule.IpProtocol ?? '-1',
    fromPort: rule.FromPort ?? -1,
    toPort: rule.ToPort ?? -1,
    ...(CidrIpv4 === undefined ? {} : { cidrIpv4: CidrIpv4 }),
    ...(CidrIpv6 === undefined ? {} : { cidrIpv6: CidrIpv6 }),
    ...(PrefixListId === undefined ? {} : { prefixListId: PrefixListId }),
    ...(ReferencedGroupInfo?.GroupId === undefined ? {} : { groupId: ReferencedGroupInfo.GroupId }),
    ...(Description === undefined ? {} : { description: Description }),
  };
}

/** One definition for each source or destination that the permissions name. */
export function definitionsOf(permissions: readonly IpPermission[] | undefined, isEgress: boolean): RuleDefinition[] {
  return (permissions ?? []).flatMap((permission) => {
    const ports = { isEgress, protocol: permission.IpProtocol ?? '-1', fromPort: permission.FromPort, toPort: permission.ToPort };
    return [
      ...(permission.IpRanges ?? []).map((range) => ({ ...ports, cidrIpv4: range.CidrIp ?? '', ...described(range.Description) })),
      ...(permission.Ipv6Ranges ?? []).map((range) => ({ ...ports, cidrIpv6: range.CidrIpv6 ?? '', ...described(range.Description) })),
      ...(permission.PrefixListIds ?? []).map((list) => ({ ...ports, prefixListId: list.PrefixListId ?? '', ...described(list.Description) })),
      ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
        ...ports,
        groupId: groupIdOf(pair.GroupId),
        ...(pair.UserId === undefined ? {} : { groupOwnerId: pair.UserId }),
        ...described(pair.Description),
      })),
    ];
  });
}

/** The permission with one source or destination that a definition stands for. */
export function permissionOf(definition: RuleDefinition): IpPermission {
  const { cidrIpv4, cidrIpv6, prefixListId, groupId, protocol } = definition;
  return {
    IpProtocol: protocol,
    ...(protocol === '-1' ? {} : { FromPort: definition.fromPort, ToPort: definition.toPort }),
    IpRanges: cidrIpv4 === undefined ? [] : [{ CidrIp: cidrIpv4 }],
    Ipv6Ranges: cidrIpv6 === undefined ? [] : [{ CidrIpv6: cidrIpv6 }],
    PrefixListIds: prefixListId === undefined ? [] : [{ PrefixListId: prefixListId }],
    UserIdGroupPairs: groupId === undefined ? [] : [{ GroupId: groupId }],
  };
}

export function describeRule(definition: RuleDefinition): string {
  const peer = definition.cidrIpv4 ?? definition.cidrIpv6 ?? definition.prefixListId ?? definition.groupId;
  return `peer: ${peer}, ${definition.protocol}, from port: ${definition.fromPort}, to port: ${definition.toPort}, ALLOW`;
}

function portsOf(protocol: string, { fromPort, toPort }: RuleDefinition): { fromPort: number; toPort: number } {
  if (!protocolsWithPorts.has(protocol)) return { fromPort: -1, toPort: -1 };
  if (protocol.startsWith('icmp')) return { fromPort: fromPort ?? -1, toPort: toPort ?? -1 };
  if (fromPort === undefined || toPort === undefined) {
    throw invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  }
  if (fromPort < 0 || toPort > 65_535 || fromPort > toPort) throw invalid(`Invalid TCP/UDP port range (${fromPort}:${toPort})`);
  return { fromPort, toPort };
}

function cidrOf(text: string, family: 4 | 6): string {
  const normal = familyOf(text) === family ? normaliseCidr(text) : undefined;
  if (normal === undefined) throw invalid(`CIDR block ${text} is malformed`);
  return normal;
}

function groupIdOf(id: string | undefined): string {
  if (id === undefined) throw new NotModelledError('A security group rule that names its peer group by name is not modelled.');
  return id;
}

function described(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
