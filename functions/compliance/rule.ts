import * as z from 'zod';

/** Where traffic comes from (ingress) or goes to (egress). */
export const peerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ipv4'), cidr: z.string() }),
  z.object({ kind: z.literal('ipv6'), cidr: z.string() }),
  z.object({ kind: z.literal('prefix-list'), id: z.string() }),
  /** `accountId` only where the group is another account's, over a peering. */
  z.object({ kind: z.literal('group'), id: z.string(), accountId: z.string().optional() }),
]);

/** A rule of a security group, as EC2 splits permissions: one peer each. */
export const ruleSchema = z.object({
  direction: z.enum(['ingress', 'egress']),
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or the number of another protocol. */
  protocol: z.string(),
  /** -1 for all ports. ICMP: the type. */
  fromPort: z.int(),
  /** -1 for all ports. ICMP: the code. */
  toPort: z.int(),
  peer: peerSchema,
});

export type Peer = z.infer<typeof peerSchema>;
export type Rule = z.infer<typeof ruleSchema>;

/** A rule that stands, with the id by which it alone can be revoked. */
export interface StandingRule extends Rule {
  /** `sgr-…` */
  readonly id: string;
  readonly description?: string;
}

const allProtocols = '-1';

/** Two rules let the same traffic through from the same peer exactly when their keys are equal. Descriptions do not count. */
export function ruleKey(rule: Rule): string {
  // Ports mean nothing where every protocol is meant; EC2 answers -1 or leaves them out.
  const ports = rule.protocol === allProtocols ? 'all' : `${rule.fromPort}-${rule.toPort}`;
  return `${rule.direction}|${rule.protocol}|${ports}|${peerKey(rule.peer)}`;
}

function peerKey(peer: Peer): string {
  switch (peer.kind) {
    case 'ipv4':
    case 'ipv6':
      return peer.cidr.toLowerCase();
    case 'prefix-list':
      return peer.id;
    case 'group':
      return peer.accountId === undefined ? peer.id : `${peer.accountId}/${peer.id}`;
  }
}

/** The rule for people: `ingress tcp 22 from 0.0.0.0/0`. */
export function describeRule(rule: Rule): string {
  const isAll = rule.protocol === allProtocols;
  const isOnePort = rule.fromPort === rule.toPort;
  const ports = isAll || rule.fromPort === -1 ? 'all' : isOnePort ? String(rule.fromPort) : `${rule.fromPort}-${rule.toPort}`;
  return `${rule.direction} ${isAll ? 'all protocols' : `${rule.protocol} ${ports}`} ${rule.direction === 'ingress' ? 'from' : 'to'} ${peerKey(rule.peer)}`;
}
