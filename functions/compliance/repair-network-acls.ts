import { CreateNetworkAclEntryCommand, DeleteNetworkAclEntryCommand } from '@aws-sdk/client-ec2';
import { ec2 } from '../platform/clients.ts';
import { isNamed } from '../platform/errors.ts';
import { createRepairer, refuseAction } from './repairer.ts';

/** Writes entries of network ACLs. */
export const handler = createRepairer('NetworkAcls', async (action) => {
  if (action.kind !== 'create-acl-entry' && action.kind !== 'delete-acl-entry') refuseAction(action);
  const { networkAclId, entry } = action;
  const place = { NetworkAclId: networkAclId, RuleNumber: entry.ruleNumber, Egress: entry.direction === 'egress' };
  try {
    if (action.kind === 'delete-acl-entry') {
      await ec2().send(new DeleteNetworkAclEntryCommand(place));
      return;
    }
    const { fromPort, toPort, icmp } = entry;
    await ec2().send(
      new CreateNetworkAclEntryCommand({
        ...place,
        Protocol: entry.protocol,
        RuleAction: entry.action,
        ...(entry.cidr.includes(':') ? { Ipv6CidrBlock: entry.cidr } : { CidrBlock: entry.cidr }),
        ...(fromPort === undefined ? {} : { PortRange: { From: fromPort, To: toPort ?? fromPort } }),
        ...(icmp === undefined ? {} : { IcmpTypeCode: { Type: icmp.type, Code: icmp.code } }),
      }),
    );
  } catch (error) {
    if (!isNamed(error, 'InvalidNetworkAclEntry.NotFound', 'NetworkAclEntryAlreadyExists')) throw error;
  }
});
