import { definePublicRuleCheck, servicesIn } from '../network-public-rules.ts';

export const fileSharingOpen = definePublicRuleCheck({
  id: 'SG8',
  title: 'Nobody on the internet reaches Windows file shares',
  description: 'A rule that lets everybody in to port 445, alone or in a range: worms go from share to share by it.',
  severity: 'high',
  references: ['CIS 6.1.2'],
  exposes: (traffic) => servicesIn(traffic, { 445: 'CIFS' }),
});
