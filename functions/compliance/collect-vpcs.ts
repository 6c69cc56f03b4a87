import {
  type FlowLog,
  paginateDescribeFlowLogs,
  paginateDescribeVpcPeeringConnections,
  paginateDescribeVpcs,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../platform/clients.ts';
import { gather } from '../platform/paging.ts';
import { pageSizes } from './collect-calls.ts';
import { given } from './collect-fields.ts';
import type { Vpc } from './snapshot.ts';

/** VPCs of the Region, with the flow logs on each as a whole and its peerings. */
export async function collectVpcs(): Promise<Vpc[]> {
  const client = ec2();
  const vpcs = await gather(paginateDescribeVpcs({ client, pageSize: pageSizes.DescribeVpcs }, {}), ({ Vpcs }) => Vpcs ?? []);
  const flowLogs = await gather(paginateDescribeFlowLogs({ client, pageSize: pageSizes.DescribeFlowLogs }, {}), ({ FlowLogs }) => FlowLogs ?? []);
  const peeringPages = paginateDescribeVpcPeeringConnections({ client, pageSize: pageSizes.DescribeVpcPeeringConnections }, {});
  const peerings = await gather(peeringPages, ({ VpcPeeringConnections }) => VpcPeeringConnections ?? []);
  return vpcs.map((vpc) => {
    const id = given(vpc.VpcId, 'VpcId');
    return {
      id,
      isDefault: vpc.IsDefault === true,
      flowLogs: flowLogs.filter(({ ResourceId }) => ResourceId === id).map(toFlowLog),
      peerings: peerings.flatMap((peering) => toPeerings(peering, id)),
    };
  });
}

function toFlowLog(log: FlowLog): Vpc['flowLogs'][number] {
  return {
    id: given(log.FlowLogId, 'FlowLogId'),
    // The status is ACTIVE even where nothing can be delivered.
    isActive: log.FlowLogStatus === 'ACTIVE' && log.DeliverLogsStatus !== 'FAILED',
    trafficType: log.TrafficType ?? 'ALL',
  };
}

/** The other side of a peering, as one VPC sees it. Both sides may be VPCs of the account. */
function toPeerings(peering: VpcPeeringConnection, vpcId: string): Vpc['peerings'][number][] {
  const { RequesterVpcInfo: requester, AccepterVpcInfo: accepter } = peering;
  const other = requester?.VpcId === vpcId ? accepter : accepter?.VpcId === vpcId ? requester : undefined;
  if (other === undefined) return [];
  return [
    {
      id: given(peering.VpcPeeringConnectionId, 'VpcPeeringConnectionId'),
      vpcId: other.VpcId ?? '',
      accountId: other.OwnerId ?? '',
      isActive: peering.Status?.Code === 'active',
    },
  ];
}
