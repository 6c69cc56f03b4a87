import { type AddressSet, blockOf, families, type Family, noAddresses, publicPart, sizeOf, union } from './address-set.ts';
import { exposureOf, isEverybody, widestSource } from './network-exposure.ts';
import { ruleKey, type StandingRule } from './rule.ts';
import type { SecurityGroup } from './snapshot.ts';
import { allPorts, allProtocols, describePorts, isIcmp, type PortRange, portsOf, protocolName, transports, webPorts } from './traffic.ts';

/** A rule with the public addresses of one family that it lets in. */
export interface Source {
  readonly rule: StandingRule;
  readonly set: AddressSet;
  readonly size: bigint;
}

/** Traffic of a group that too many strangers can send, and the rules which together let them. */
export interface WideTraffic {
  readonly family: Family;
  readonly protocol: string;
  /** `0-79, 81-442`; `all` for a protocol without ports. */
  readonly ports: string;
  readonly sources: readonly Source[];
}

type Lists = ReadonlyMap<string, AddressSet>;

/**
 * Traffic for which no rule lets everybody in, and all rules together let in too many. Rules that other checks report by
 * themselves are left out, and so is what may be open to everybody: by two rules as well as by one.
 */
export function wideTrafficOf({ rules }: SecurityGroup, lists: Lists): readonly WideTraffic[] {
  const ingress = rules.filter((rule) => rule.direction === 'ingress' && !isIcmp(rule) && !isEverybody(rule.peer));
  return families.flatMap((family) => {
    const sources = ingress.flatMap((rule) => sourceOf(rule, family, lists));
    // Most groups end here, so that a large account costs one addition a rule.
    return isTooMany(sources, family) ? wideTraffic(sources, family) : [];
  });
}

/**
 * The fewest of the rules that may go, the widest first, without which the others are not too wide. All of them where
 * that does not suffice.
 */
export function narrow(sources: readonly Source[], family: Family, mayGo: (source: Source) => boolean): readonly Source[] {
  const staying = sources.filter((source) => !mayGo(source));
  const ordered = sources.filter(mayGo).toSorted(byWidth);
  // What is left only shrinks as more go, so that the number is found by halving.
  let [fewest, most] = [0, ordered.length];
  while (fewest < most) {
    const middle = Math.floor((fewest + most) / 2);
    if (isTooWide([...staying, ...ordered.slice(middle)], family)) fewest = middle + 1;
    else most = middle;
  }
  return ordered.slice(0, fewest);
}

function byWidth(left: Source, right: Source): number {
  if (left.size !== right.size) return left.size > right.size ? -1 : 1;
  // Not by id: a rule that comes again has another.
  return ruleKey(left.rule) < ruleKey(right.rule) ? -1 : 1;
}

function sourceOf(rule: StandingRule, family: Family, lists: Lists): readonly Source[] {
  const addresses = addressesOf(rule, lists);
  if (addresses[family].length === 0) return [];
  const set = publicPart({ ...noAddresses, [family]: addresses[family] });
  const size = sizeOf(set, family);
  return size === 0n ? [] : [{ rule, set, size }];
}

function addressesOf({ peer }: StandingRule, lists: Lists): AddressSet {
  switch (peer.kind) {
    case 'ipv4':
    case 'ipv6':
      return blockOf(peer.cidr).set;
    case 'prefix-list': {
      const addresses = lists.get(peer.id) ?? noAddresses;
      return exposureOf(addresses) === 'limited' ? addresses : noAddresses;
    }
    case 'group':
      return noAddresses;
  }
}

/** An upper bound: sources may overlap. */
function isTooMany(sources: readonly Source[], family: Family): boolean {
  return sources.reduce((sum, { size }) => sum + size, 0n) > widestSource[family];
}

function isTooWide(sources: readonly Source[], family: Family): boolean {
  return isTooMany(sources, family) && sizeOf(union(sources.map(({ set }) => set)), family) > widestSource[family];
}

function wideTraffic(sources: readonly Source[], family: Family): readonly WideTraffic[] {
  const forAll = sources.filter(({ rule }) => protocolName(rule.protocol) === allProtocols);
  // Those rules are in the union of every protocol: said once is enough.
  if (isTooWide(forAll, family)) return [{ family, protocol: allProtocols, ports: 'all', sources: forAll }];
  const protocols = new Set(sources.map(({ rule }) => protocolName(rule.protocol)).filter((name) => name !== allProtocols));
  return [...protocols].flatMap((protocol) => {
    const theirs = [...forAll, ...sources.filter(({ rule }) => protocolName(rule.protocol) === protocol)];
    const transport = transports.find((name) => name === protocol);
    if (transport !== undefined) {
      const ports = new Map(theirs.map((source) => [source, portsOf(source.rule, transport) ?? allPorts]));
      return wideSegments(ports, family, transport).map((wide) => ({ family, protocol, ...wide }));
    }
    return isTooWide(theirs, family) ? [{ family, protocol, ports: 'all', sources: theirs }] : [];
  });
}

/** Ports in runs over which the same rules apply; those of the same rules are one. */
function wideSegments(ports: ReadonlyMap<Source, PortRange>, family: Family, protocol: string): readonly Pick<WideTraffic, 'ports' | 'sources'>[] {
  const bySources = new Map<string, { readonly sources: readonly Source[]; readonly segments: PortRange[] }>();
  for (const segment of segmentsOf([...ports.values()], protocol)) {
    const sources = [...ports].filter(([, range]) => range.from <= segment.from && segment.to <= range.to).map(([source]) => source);
    if (!isTooWide(sources, family)) continue;
    const key = sources.map(({ rule }) => rule.id).join();
    const known = bySources.get(key) ?? { sources, segments: [] };
    known.segments.push(segment);
    bySources.set(key, known);
  }
  return [...bySources.values()].map(({ sources, segments }) => ({ sources, ports: join(segments).map(describePorts).join(', ') }));
}

function segmentsOf(ranges: readonly PortRange[], protocol: string): readonly PortRange[] {
  const open = protocol === 'tcp' ? webPorts : [];
  const starts = new Set([...ranges, ...open.map((port) => ({ from: port, to: port }))].flatMap(({ from, to }) => [from, to + 1]));
  const ordered = [...starts].toSorted((left, right) => left - right);
  return ordered.slice(0, -1).flatMap((from, index) => (open.includes(from) ? [] : [{ from, to: (ordered[index + 1] ?? from + 1) - 1 }]));
}

/** Segments in order, those that touch as one. */
function join(segments: readonly PortRange[]): readonly PortRange[] {
  const joined: PortRange[] = [];
  for (const segment of segments) {
    const before = joined.at(-1);
    if (before !== undefined && before.to + 1 === segment.from) joined.splice(-1, 1, { from: before.from, to: segment.to });
    else joined.push(segment);
  }
  return joined;
}
