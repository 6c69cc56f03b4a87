import type { Rule } from './rule.ts';

/** What a rule is about, whoever it is for: a protocol with ports, or with a type and a code. */
export type Traffic = Pick<Rule, 'protocol' | 'fromPort' | 'toPort'>;

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Protocols that have ports. */
export const transports = ['tcp', 'udp'] as const;
export type Transport = (typeof transports)[number];

export const allProtocols = '-1';
export const allPorts: PortRange = { from: 0, to: 65_535 };

/** How EC2 answers protocols, however they were given (API reference, IpPermission). Network ACLs keep the numbers. */
const names: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6', icmp6: 'icmpv6', all: allProtocols };

export function protocolName(protocol: string): string {
  const given = protocol.toLowerCase();
  return names[given] ?? given;
}

/** Ports of a transport that the traffic has; undefined for none. */
export function portsOf({ protocol, fromPort, toPort }: Traffic, transport: Transport): PortRange | undefined {
  const name = protocolName(protocol);
  if (name === allProtocols) return allPorts;
  if (name !== transport) return undefined;
  return fromPort === -1 || toPort === -1 ? allPorts : { from: fromPort, to: toPort };
}

/** Whether a port is among the traffic, over whichever transport. */
export function hasPort(traffic: Traffic, port: number): boolean {
  return transports.some((transport) => {
    const ports = portsOf(traffic, transport);
    return ports !== undefined && ports.from <= port && port <= ports.to;
  });
}

/** Whether it is every protocol, or every port of a transport. Nothing listens on port 0, so that 1-65535 is every port. */
export function isEverything(traffic: Traffic): boolean {
  return transports.some((transport) => {
    const ports = portsOf(traffic, transport);
    return ports !== undefined && ports.from <= 1 && ports.to === allPorts.to;
  });
}

export function isIcmp({ protocol }: Traffic): boolean {
  return ['icmp', 'icmpv6'].includes(protocolName(protocol));
}

/** The ports of a web site, which are there for everybody (EC2.18 takes these and no UDP port for authorised). */
export const webPorts: readonly number[] = [80, 443];

/** What may be open to everybody: a web site, and ICMP, without which packets that are too large get lost unseen. */
export function isMeantForEverybody(traffic: Traffic): boolean {
  if (isIcmp(traffic)) return true;
  const ports = protocolName(traffic.protocol) === 'tcp' ? portsOf(traffic, 'tcp') : undefined;
  return ports !== undefined && ports.from === ports.to && webPorts.includes(ports.from);
}

export function describePorts({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}
