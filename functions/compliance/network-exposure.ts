import { type AddressSet, blockOf, families, type Family, isPublic, publicPart, sizeOf, union } from './address-set.ts';
import type { Peer } from './rule.ts';
import type { PrefixList } from './snapshot.ts';

/** How much of the internet is in a set of addresses. */
export type Exposure = 'everybody' | 'too-wide' | 'limited';

/**
 * The most public addresses that somebody can know by name. A /8 is the largest block of IPv4 that was ever given to one
 * holder; a /32 of IPv6 is what a whole network operator starts with (RIPE-738). Whatever is wider has strangers in it.
 */
export const widestSource = { ipv4: 1n << 24n, ipv6: 1n << 96n } as const satisfies Readonly<Record<Family, bigint>>;

export function exposureOf(set: AddressSet): Exposure {
  if (families.some((family) => isPublic(set, family))) return 'everybody';
  const part = publicPart(set);
  return families.some((family) => sizeOf(part, family) > widestSource[family]) ? 'too-wide' : 'limited';
}

/** As {@link exposureOf}, without arithmetic for the many blocks that are small. */
export function exposureOfBlock(cidr: string): Exposure {
  const { set, family, publicSize } = blockOf(cidr);
  return publicSize <= widestSource[family] ? 'limited' : exposureOf(set);
}

/** Whether the peer is a block with everybody in it, of one family at least. */
export function isEverybody(peer: Peer): boolean {
  return (peer.kind === 'ipv4' || peer.kind === 'ipv6') && exposureOfBlock(peer.cidr) === 'everybody';
}

/** Addresses of the prefix lists that customers keep, by id. Those of AWS hold addresses of AWS services, and are fine. */
export function addressesOfLists(lists: readonly PrefixList[]): ReadonlyMap<string, AddressSet> {
  const customers = lists.filter((list) => !isOfAws(list));
  return new Map(customers.map(({ id, entries }) => [id, union(entries.map((cidr) => blockOf(cidr).set))]));
}

export function isOfAws({ ownerId }: PrefixList): boolean {
  return ownerId === 'AWS';
}
