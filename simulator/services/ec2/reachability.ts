import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { coverBlock, rangeOf } from './cidr.ts';
import type { SecurityGroup } from './network.ts';

/** One end of a connection: the groups that it has, and the addresses that it may have. */
export interface Endpoint {
  readonly groups: readonly SecurityGroup[];
  /** CIDR blocks. */
  readonly blocks: readonly string[];
}

/**
 * Whether security groups let a new TCP connection through, out of one end and into the other: from any address of
 * the first to any of the second. `blocksOf` gives the CIDR blocks of a prefix list.
 */
export function isOpen(from: Endpoint, to: Endpoint, port: number, blocksOf: (prefixListId: string) => readonly string[]): boolean {
  return lets(from.groups, true, to, port, blocksOf) && lets(to.groups, false, from, port, blocksOf);
}

function lets(groups: readonly SecurityGroup[], isEgress: boolean, peer: Endpoint, port: number, blocksOf: (prefixListId: string) => readonly string[]): boolean {
  const rules = groups.flatMap((group) => [...group.rules.values()].filter((rule) => rule.IsEgress === isEgress && concerns(rule, port)));
  const peerGroups = new Set(peer.groups.map(({ id }) => id));
  if (rules.some(({ ReferencedGroupInfo }) => peerGroups.has(ReferencedGroupInfo?.GroupId ?? ''))) return true;
  const ranges = rules.flatMap((rule) => blocksOfRule(rule, blocksOf)).flatMap((block) => rangeOf(block) ?? []);
  return peer.blocks.length > 0 && peer.blocks.every((block) => coverBlock(ranges, block));
}

/** Rules of all protocols have no ports. */
function concerns({ IpProtocol, FromPort, ToPort }: SecurityGroupRule, port: number): boolean {
  if (IpProtocol === '-1') return true;
  return IpProtocol === 'tcp' && port >= (FromPort ?? 0) && port <= (ToPort ?? 65_535);
}

function blocksOfRule({ CidrIpv4, PrefixListId }: SecurityGroupRule, blocksOf: (prefixListId: string) => readonly string[]): readonly string[] {
  if (CidrIpv4 !== undefined) return [CidrIpv4];
  return PrefixListId === undefined ? [] : blocksOf(PrefixListId);
}
