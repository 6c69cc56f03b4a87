import { defineCheck } from '../check.ts';
import { aboutWrongRule, declaredRules, nameRule, revokeRule, type RuleDetail, rulesOf } from '../network-rules.ts';
import type { Peer } from '../rule.ts';
import type { SecurityGroup, Snapshot } from '../snapshot.ts';

export const staleReference = defineCheck<RuleDetail>({
  id: 'SG14',
  title: 'Rules name groups that can be there',
  description:
    'A rule for a group that does not exist any more, or that is in another VPC or account without an active peering with it. It lets nothing through today, and whoever takes up the peering again finds a door. A transit gateway or a VPC shared by another account carries such references too, and is not seen here: a person is asked.',
  severity: 'low',
  references: [],
  remediation: 'approval',
  // The VPCs matter only to rules for other VPCs and accounts: see refuseUnreadPeerings.
  reads: ['securityGroups'],
  scope: 'resource',
  evaluate(snapshot, baseline) {
    const declared = declaredRules(baseline, snapshot.accountId);
    const faultOf = faults(snapshot);
    return [...rulesOf(snapshot.securityGroups)].flatMap(({ group, rule }) => {
      const fault = faultOf(group, rule.peer);
      if (fault === undefined) return [];
      const message = `The rule ${rule.id} names a group that ${fault}, ${nameRule(group, rule)}.`;
      return [aboutWrongRule({ checkId: 'SG14', group, rule, severity: 'low', remediation: 'approval', message }, declared)];
    });
  },
  repair: revokeRule,
});

/** What is wrong with a peer of a group, for the message; undefined for nothing. */
function faults(snapshot: Snapshot): (group: SecurityGroup, peer: Peer) => string | undefined {
  const vpcOf = new Map(snapshot.securityGroups.map(({ id, vpcId }) => [id, vpcId]));
  const peerings = new Map(snapshot.vpcs.map(({ id, peerings }) => [id, peerings.filter(({ isActive }) => isActive)]));
  return ({ vpcId }, peer) => {
    if (peer.kind !== 'group') return undefined;
    const accountId = peer.accountId === snapshot.accountId ? undefined : peer.accountId;
    if (accountId !== undefined) {
      refuseUnreadPeerings(snapshot);
      const isPeered = peerings.get(vpcId)?.some((peering) => peering.accountId === accountId) ?? false;
      return isPeered ? undefined : `is in the account ${accountId}, with which ${vpcId} has no active peering`;
    }
    const peerVpcId = vpcOf.get(peer.id);
    if (peerVpcId === undefined) return 'does not exist';
    if (peerVpcId === vpcId) return undefined;
    refuseUnreadPeerings(snapshot);
    const isPeered = peerings.get(vpcId)?.some((peering) => peering.vpcId === peerVpcId) ?? false;
    return isPeered ? undefined : `is in ${peerVpcId}, with which ${vpcId} has no active peering`;
  };
}

/** Events do not read the VPCs: then the check says nothing of an account with such rules, until the night. */
function refuseUnreadPeerings({ unread }: Snapshot): void {
  if (unread.vpcs !== undefined) throw new Error(`vpcs: ${unread.vpcs}`);
}
