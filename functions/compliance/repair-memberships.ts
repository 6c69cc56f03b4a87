import { DescribeNetworkInterfacesCommand, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, SetSecurityGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeDBInstancesCommand, ModifyDBInstanceCommand } from '@aws-sdk/client-rds';
import { ec2, elasticLoadBalancing, rds } from '../platform/clients.ts';
import { Refused } from '../platform/errors.ts';
import { createRepairer, refuseAction } from './repairer.ts';

/** Writes which groups an interface, a load balancer or a database has. These calls replace the whole list. */
export const handler = createRepairer('Memberships', async (action) => {
  switch (action.kind) {
    case 'set-interface-groups': {
      const { interfaceId, groupIds } = action;
      if (!isNeeded(interfaceId, await groupsOfInterface(interfaceId), action)) return;
      await ec2().send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: interfaceId, Groups: groupIds }));
      return;
    }
    case 'set-load-balancer-groups': {
      const { loadBalancerArn, groupIds } = action;
      if (!isNeeded(loadBalancerArn, await groupsOfLoadBalancer(loadBalancerArn), action)) return;
      await elasticLoadBalancing().send(new SetSecurityGroupsCommand({ LoadBalancerArn: loadBalancerArn, SecurityGroups: groupIds }));
      return;
    }
    case 'set-database-groups': {
      const { databaseId, groupIds } = action;
      if (!isNeeded(databaseId, await groupsOfDatabase(databaseId), action)) return;
      // Groups change at once by themselves; ApplyImmediately would also apply what waits for the maintenance window.
      await rds().send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: databaseId, VpcSecurityGroupIds: groupIds }));
      return;
    }
    default:
      refuseAction(action);
  }
});

/** False when it is as wanted already. A list that somebody changed since the plan was made is not overwritten. */
function isNeeded(id: string, found: readonly string[], { groupIds, before }: { groupIds: readonly string[]; before: readonly string[] }): boolean {
  if (isSame(found, groupIds)) return false;
  if (isSame(found, before)) return true;
  throw new Refused(`The groups of ${id} are ${found.join(', ')}; expected ${before.join(', ')}, as when the plan was made.`);
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.toSorted().join() === right.toSorted().join();
}

async function groupsOfInterface(id: string): Promise<string[]> {
  const { NetworkInterfaces = [] } = await ec2().send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }));
  return (NetworkInterfaces[0]?.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []);
}

async function groupsOfLoadBalancer(arn: string): Promise<string[]> {
  const { LoadBalancers = [] } = await elasticLoadBalancing().send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  return LoadBalancers[0]?.SecurityGroups ?? [];
}

async function groupsOfDatabase(id: string): Promise<string[]> {
  const { DBInstances = [] } = await rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
  return (DBInstances[0]?.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId, Status }) => (Status === 'removing' ? [] : (VpcSecurityGroupId ?? [])));
}
