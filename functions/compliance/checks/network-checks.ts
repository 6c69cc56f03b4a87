import type { Check } from '../check.ts';
import { undeclaredIngress } from './sg1-undeclared-ingress.ts';
import { missingRule } from './sg2-missing-rule.ts';
import { tierChain } from './sg3-tier-chain.ts';
import { administrationPortOpen } from './sg4-administration-port-open.ts';
import { unusualPortOpen } from './sg5-unusual-port-open.ts';
import { highRiskPortOpen } from './sg6-high-risk-port-open.ts';
import { everythingOpen } from './sg7-everything-open.ts';
import { fileSharingOpen } from './sg8-file-sharing-open.ts';
import { wideSources } from './sg9-wide-sources.ts';
import { widePrefixList } from './sg10-wide-prefix-list.ts';
import { membership } from './sg11-membership.ts';
import { defaultGroup } from './sg12-default-group.ts';
import { undeclaredEgress } from './sg13-undeclared-egress.ts';
import { staleReference } from './sg14-stale-reference.ts';
import { groupHygiene } from './sg15-group-hygiene.ts';
import { aclAdministrationPort } from './sg16-acl-administration-port.ts';
import { networkVisibility } from './sg17-network-visibility.ts';

/** Checks of security groups and of the network around them, by number. */
export const networkChecks: readonly Check[] = [
  undeclaredIngress, missingRule, tierChain, administrationPortOpen, unusualPortOpen, highRiskPortOpen, everythingOpen, fileSharingOpen,
  wideSources, widePrefixList, membership, defaultGroup, undeclaredEgress, staleReference, groupHygiene, aclAdministrationPort,
  networkVisibility,
];
