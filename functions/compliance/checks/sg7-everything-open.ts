import { definePublicRuleCheck } from '../network-public-rules.ts';
import { isEverything } from '../traffic.ts';

export const everythingOpen = definePublicRuleCheck({
  id: 'SG7',
  title: 'No group lets everybody in to everything',
  description: 'A rule that lets everybody in by every protocol, or to every port of TCP or UDP: there is no firewall any more.',
  severity: 'critical',
  references: [],
  exposes: (traffic) => (isEverything(traffic) ? 'every port' : undefined),
});
