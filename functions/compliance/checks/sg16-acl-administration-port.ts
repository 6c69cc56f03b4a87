import { blockOf, difference, families, type Family, intersection, publicPart } from '../address-set.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { exposureOf } from '../network-exposure.ts';
import { administrationPorts } from '../network-public-rules.ts';
import type { NetworkAcl, NetworkAclEntry } from '../snapshot.ts';
import { allProtocols, portsOf, protocolName, type Transport, transports } from '../traffic.ts';

interface Detail {
  readonly networkAclId: string;
  readonly entry: NetworkAclEntry;
  readonly ports: readonly number[];
}

const ports = Object.keys(administrationPorts).map(Number);

export const aclAdministrationPort = defineCheck<Detail>({
  id: 'SG16',
  title: 'Network ACLs do not let strangers in to SSH or RDP',
  description:
    'An entry that lets more of the internet in to port 22 or 3389 than a /8 of IPv4 or a /32 of IPv6 has, after what entries with lower numbers have denied or allowed. An entry for such a port alone is deleted with approval. One for more than that is for a person: deleting it would cut off everything else, and answers from the internet come back to ports of which 3389 is one. The entry with which EC2 makes every default ACL counts too, as CIS has it; EC2.21 passes over default ACLs.',
  severity: 'medium',
  references: ['CIS 6.2', 'EC2.21'],
  remediation: 'approval',
  reads: ['networkAcls'],
  scope: 'resource',
  evaluate({ networkAcls }) {
    return networkAcls.flatMap((acl) => [...openEntries(acl)].map(([entry, open]) => report(acl, entry, [...open])));
  },
  repair({ detail: { networkAclId, entry } }) {
    return { actions: [{ kind: 'delete-acl-entry', networkAclId, entry }] };
  },
});

/** Ports that strangers reach, by the entry that lets them in. */
function openEntries({ entries }: NetworkAcl): ReadonlyMap<NetworkAclEntry, ReadonlySet<number>> {
  const ordered = entries.filter(({ direction }) => direction === 'ingress').toSorted((left, right) => left.ruleNumber - right.ruleNumber);
  const open = new Map<NetworkAclEntry, Set<number>>();
  for (const family of families) {
    const theirs = ordered.filter(({ cidr }) => blockOf(cidr).family === family);
    for (const transport of transports) {
      for (const port of ports) {
        for (const entry of lettingStrangersIn(theirs, { family, transport, port })) open.set(entry, (open.get(entry) ?? new Set()).add(port));
      }
    }
  }
  return open;
}

interface Door {
  readonly family: Family;
  readonly transport: Transport;
  readonly port: number;
}

/** Walks the entries as EC2 does: the first that is about an address decides for it. */
function lettingStrangersIn(entries: readonly NetworkAclEntry[], { family, transport, port }: Door): readonly NetworkAclEntry[] {
  const letting: NetworkAclEntry[] = [];
  let undecided = publicPart(blockOf(family === 'ipv4' ? '0.0.0.0/0' : '::/0').set);
  for (const entry of entries) {
    const range = portsOf({ protocol: entry.protocol, fromPort: entry.fromPort ?? -1, toPort: entry.toPort ?? -1 }, transport);
    if (range === undefined || port < range.from || port > range.to) continue;
    const { set } = blockOf(entry.cidr);
    if (entry.action === 'allow' && exposureOf(intersection(undecided, set)) !== 'limited') letting.push(entry);
    undecided = difference(undecided, set);
  }
  return letting;
}

function report({ id, isDefault }: NetworkAcl, entry: NetworkAclEntry, open: readonly number[]): Finding<Detail> {
  const { ruleNumber, protocol, cidr, fromPort, toPort } = entry;
  const isForAll = protocolName(protocol) === allProtocols;
  const isAlone = !isForAll && fromPort !== undefined && fromPort === toPort;
  const isOfEc2 = isDefault && isForAll && (ruleNumber === 100 || ruleNumber === 101);
  const which = isForAll || fromPort === undefined ? 'every port' : `ports ${fromPort}-${toPort ?? fromPort}`;
  return {
    checkId: 'SG16',
    key: `SG16/${id}/ingress/${ruleNumber}`,
    resource: { type: 'AWS::EC2::NetworkAcl', id },
    severity: isOfEc2 ? 'low' : 'medium',
    remediation: isAlone ? 'approval' : 'report-only',
    message: `The ACL ${id} lets strangers in to ${open.join(' and ')}: its entry ${ruleNumber} allows ${cidr} on ${which} of protocol ${protocol}.`,
    detail: { networkAclId: id, entry, ports: open },
  };
}
