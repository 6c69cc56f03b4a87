import { definePublicRuleCheck } from '../network-public-rules.ts';
import { describePorts, isMeantForEverybody, portsOf, protocolName, transports } from '../traffic.ts';

export const unusualPortOpen = definePublicRuleCheck({
  id: 'SG5',
  title: 'Only TCP 80 and 443 are open to everybody',
  description:
    'A rule that lets everybody in on any other port, in a range with other ports, over UDP, or by a protocol that has no ports. ICMP is left out: without it, connections hang on packets that are too large.',
  severity: 'high',
  references: ['EC2.18'],
  exposes: (traffic) => {
    if (isMeantForEverybody(traffic)) return undefined;
    const protocol = protocolName(traffic.protocol);
    const transport = transports.find((name) => name === protocol);
    const ports = transport === undefined ? undefined : portsOf(traffic, transport);
    return ports === undefined ? (protocol === '-1' ? 'every protocol' : `protocol ${protocol}`) : `${protocol} ${describePorts(ports)}`;
  },
});
