import ipaddr from 'ipaddr.js';

/** IP addresses as sets: what a list of CIDR blocks lets through is their union, not any one of them. */

export const families = ['ipv4', 'ipv6'] as const;
export type Family = (typeof families)[number];

/** Addresses as numbers, both ends included. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/** Addresses of both families. Intervals are in order, apart from each other and do not touch: equal sets look the same. */
export type AddressSet = Readonly<Record<Family, readonly Interval[]>>;

export interface Block {
  /** In the spelling that EC2 keeps: no host bits, IPv6 as in RFC 5952. */
  readonly cidr: string;
  readonly family: Family;
  readonly set: AddressSet;
  /** How many of its addresses are public ones. */
  readonly publicSize: bigint;
}

const bits = { ipv4: 32, ipv6: 128 } as const satisfies Readonly<Record<Family, number>>;

const none: readonly Interval[] = [];
export const noAddresses: AddressSet = { ipv4: none, ipv6: none };

export function union(sets: readonly AddressSet[]): AddressSet {
  return onFamilies((family) => merge(sets.flatMap((set) => set[family])));
}

export function intersection(left: AddressSet, right: AddressSet): AddressSet {
  return onFamilies((family) => meet(left[family], right[family]));
}

/** What is in `left` and not in `right`. */
export function difference(left: AddressSet, right: AddressSet): AddressSet {
  return onFamilies((family) => meet(left[family], invert(right[family], family)));
}

/** Whether every address of `part` is in `whole`. */
export function covers(whole: AddressSet, part: AddressSet): boolean {
  return families.every((family) => difference(part, whole)[family].length === 0);
}

/** Addresses of one family in a set. */
export function sizeOf(set: AddressSet, family: Family): bigint {
  return set[family].reduce((size, { first, last }) => size + last - first + 1n, 0n);
}

/**
 * Blocks that nobody sends from over the internet (IANA IPv4 Special-Purpose Address Registry, and multicast). Rules that
 * name them let in neighbours at most.
 */
const unroutedIpv4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
] as const;

/** The only part of IPv6 that is given out for use on the internet (IANA IPv6 Global Unicast registry): 2000::/3 is as public as ::/0. */
const routedIpv6 = '2000::/3';

/** Blocks for documentation within it (RFC 3849, RFC 9637). */
const unroutedIpv6 = ['2001:db8::/32', '3fff::/20'] as const;

const publicAddresses: AddressSet = {
  ipv4: difference(parse('0.0.0.0/0').set, union(unroutedIpv4.map((cidr) => parse(cidr).set))).ipv4,
  ipv6: difference(parse(routedIpv6).set, union(unroutedIpv6.map((cidr) => parse(cidr).set))).ipv6,
};

export function publicPart(set: AddressSet): AddressSet {
  return intersection(set, publicAddresses);
}

/** Whether everybody on the internet is in it who has an address of the family. */
export function isPublic(set: AddressSet, family: Family): boolean {
  return sizeOf(publicPart(set), family) === sizeOf(publicAddresses, family);
}

const cachedBlocksMax = 100_000;
const blocks = new Map<string, Block>();

/** The addresses of a CIDR block. Throws on what is none. The bound keeps a warm function from growing. */
export function blockOf(cidr: string): Block {
  const known = blocks.get(cidr);
  if (known !== undefined) return known;
  if (blocks.size >= cachedBlocksMax) blocks.clear();
  const parsed = parse(cidr);
  const block = { ...parsed, publicSize: sizeOf(publicPart(parsed.set), parsed.family) };
  blocks.set(cidr, block);
  return block;
}

function parse(cidr: string): Omit<Block, 'publicSize'> {
  const isIpv6 = cidr.includes(':');
  // The library also takes octal numbers and shortened IPv4 addresses, which mean something else elsewhere.
  const isValid = isIpv6 ? ipaddr.IPv6.isValidCIDR(cidr) && !cidr.includes('%') : ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr);
  if (!isValid) throw new Error(`The CIDR block is ${JSON.stringify(cidr)}, expected one such as 10.0.0.0/16 or 2001:db8::/32.`);
  const [address, prefixLength] = ipaddr.parseCIDR(cidr);
  const family = address.kind();
  const size = 1n << BigInt(bits[family] - prefixLength);
  const value = address.toByteArray().reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  const first = value - (value % size);
  const interval = { first, last: first + size - 1n };
  return { cidr: `${spell(first, family)}/${prefixLength}`, family, set: onFamilies((other) => (other === family ? [interval] : none)) };
}

function spell(value: bigint, family: Family): string {
  const bytes = Array.from({ length: bits[family] / 8 }, (_byte, index) => Number((value >> BigInt(bits[family] - 8 * (index + 1))) & 0xffn));
  return family === 'ipv4' ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}

function onFamilies(make: (family: Family) => readonly Interval[]): AddressSet {
  return { ipv4: make('ipv4'), ipv6: make('ipv6') };
}

function merge(intervals: readonly Interval[]): readonly Interval[] {
  if (intervals.length < 2) return intervals;
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of intervals.toSorted((left, right) => (left.first < right.first ? -1 : 1))) {
    const before = merged.at(-1);
    if (before === undefined || first > before.last + 1n) merged.push({ first, last });
    else if (last > before.last) before.last = last;
  }
  return merged;
}

/** Walks both lists once: of two intervals the one that ends first is done with. */
function meet(left: readonly Interval[], right: readonly Interval[]): readonly Interval[] {
  const common: Interval[] = [];
  let leftIndex = 0;
  let rightIndex = 0;
  for (;;) {
    const [one, other] = [left[leftIndex], right[rightIndex]];
    if (one === undefined || other === undefined) return common;
    const first = one.first > other.first ? one.first : other.first;
    const last = one.last < other.last ? one.last : other.last;
    if (first <= last) common.push({ first, last });
    if (one.last < other.last) leftIndex += 1;
    else rightIndex += 1;
  }
}

function invert(intervals: readonly Interval[], family: Family): readonly Interval[] {
  const gaps: Interval[] = [];
  let next = 0n;
  for (const { first, last } of intervals) {
    if (first > next) gaps.push({ first: next, last: first - 1n });
    next = last + 1n;
  }
  const end = (1n << BigInt(bits[family])) - 1n;
  return next <= end ? [...gaps, { first: next, last: end }] : gaps;
}
