import { administrationPorts, definePublicRuleCheck, servicesIn } from '../network-public-rules.ts';

export const administrationPortOpen = definePublicRuleCheck({
  id: 'SG4',
  title: 'Nobody on the internet reaches SSH or RDP',
  description:
    'A rule that lets everybody in, over IPv4 or IPv6, and has port 22 or 3389 among its ports, alone, in a range, or because it is for all protocols. Machines are reached by Session Manager, which needs no open port.',
  severity: 'high',
  references: ['CIS 6.3', 'CIS 6.4', 'EC2.13', 'EC2.14', 'EC2.53', 'EC2.54'],
  exposes: (traffic) => servicesIn(traffic, administrationPorts),
});
