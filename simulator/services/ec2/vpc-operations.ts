import type {
  DeleteFlowLogsCommandInput,
  DeleteFlowLogsCommandOutput,
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput,
  DescribeFlowLogsCommandInput,
  DescribeFlowLogsCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  DescribeVpcPeeringConnectionsCommandInput,
  DescribeVpcPeeringConnectionsCommandOutput,
  DescribeVpcsCommandInput,
  DescribeVpcsCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type Operation, operation } from '../../kernel/service.ts';
import { onAnything, onResource } from './authorisation.ts';
import { describeSubnet, describeVpc, zoneId } from './describe.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import { describeFlowLog, type FlowLogs } from './flow-logs.ts';
import { noSuchSubnet, noSuchVpc, type Subnet, usableAddresses, type Vpc } from './network.ts';
import { ec2Page, upTo1000 } from './pages.ts';
import { describePeering, type Peering } from './peerings.ts';

type FlowLog = ReturnType<FlowLogs['all']>[number];

const subnetFilters: FilterTable<Subnet> = {
  'availability-zone': (subnet) => subnet.availabilityZone,
  'subnet-id': (subnet) => subnet.id,
  'vpc-id': (subnet) => subnet.vpcId,
};

const vpcFilters: FilterTable<Vpc> = {
  'is-default': (vpc) => String(vpc.isDefault),
  'vpc-id': (vpc) => vpc.id,
};

const flowLogFilters: FilterTable<FlowLog> = {
  'flow-log-id': ({ id }) => id,
  'resource-id': ({ resourceId }) => resourceId,
  'traffic-type': ({ trafficType }) => trafficType,
};

const peeringFilters: FilterTable<Peering> = {
  'accepter-vpc-info.vpc-id': ({ accepter }) => accepter.vpcId,
  'requester-vpc-info.vpc-id': ({ requester }) => requester.vpcId,
  'status-code': ({ status }) => status,
  'vpc-peering-connection-id': ({ id }) => id,
};

/** Operations on what a network is made of: VPCs, subnets, zones, flow logs, peerings. */
export function vpcOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeSubnets: operation<DescribeSubnetsCommandInput, DescribeSubnetsCommandOutput>({
      authorise: onAnything('DescribeSubnets'),
      execute: (input) => {
        const { subnets, instances } = account().ec2;
        const page = ec2Page(applyFilters(chooseByIds([...subnets.values()], input.SubnetIds, noSuchSubnet), input.Filters, subnetFilters), input, upTo1000);
        const addressesLeft = (subnet: Subnet): number => usableAddresses(subnet.cidrBlock) - instances.addressesInUse(subnet);
        return { Subnets: page.items.map((subnet) => describeSubnet(subnet, addressesLeft(subnet), account())), NextToken: page.nextToken };
      },
    }),
    DescribeVpcs: operation<DescribeVpcsCommandInput, DescribeVpcsCommandOutput>({
      authorise: onAnything('DescribeVpcs'),
      execute: (input) => {
        const page = ec2Page(applyFilters(chooseByIds([...account().ec2.vpcs.values()], input.VpcIds, noSuchVpc), input.Filters, vpcFilters), input, upTo1000);
        return { Vpcs: page.items.map((vpc) => describeVpc(vpc, account())), NextToken: page.nextToken };
      },
    }),
    DescribeAvailabilityZones: operation<DescribeAvailabilityZonesCommandInput, DescribeAvailabilityZonesCommandOutput>({
      authorise: onAnything('DescribeAvailabilityZones'),
      execute: (input) => describeZones(account(), input),
    }),
    DescribeFlowLogs: operation<DescribeFlowLogsCommandInput, DescribeFlowLogsCommandOutput>({
      authorise: onAnything('DescribeFlowLogs'),
      execute: (input) => {
        const page = ec2Page(applyFilters(chooseByIds(account().ec2.flowLogs.all(), input.FlowLogIds, noSuchFlowLog), input.Filter, flowLogFilters), input, upTo1000);
        return { FlowLogs: page.items.map(describeFlowLog), NextToken: page.nextToken };
      },
    }),
    DeleteFlowLogs: operation<DeleteFlowLogsCommandInput, DeleteFlowLogsCommandOutput>({
      authorise: (input) =>
        (input.FlowLogIds ?? []).map((id) => {
          const tags = account().ec2.flowLogs.all().find((log) => log.id === id)?.tags ?? {};
          return onResource(account(), 'DeleteFlowLogs', { type: 'vpc-flow-log', id, tags });
        }),
      execute: (input) => {
        const missing = (input.FlowLogIds ?? []).filter((id) => !account().ec2.flowLogs.delete(id));
        return { Unsuccessful: missing.map((ResourceId) => ({ ResourceId, Error: { Code: '400', Message: noSuchFlowLog(ResourceId).message } })) };
      },
    }),
    DescribeVpcPeeringConnections: operation<DescribeVpcPeeringConnectionsCommandInput, DescribeVpcPeeringConnectionsCommandOutput>({
      authorise: onAnything('DescribeVpcPeeringConnections'),
      execute: (input) => {
        const chosen = chooseByIds(account().ec2.peerings.all(), input.VpcPeeringConnectionIds, noSuchPeering);
        const page = ec2Page(applyFilters(chosen, input.Filters, peeringFilters), input, upTo1000);
        return { VpcPeeringConnections: page.items.map((peering) => describePeering(peering, account().region)), NextToken: page.nextToken };
      },
    }),
  };
}

function describeZones(account: Account, input: DescribeAvailabilityZonesCommandInput): Omit<DescribeAvailabilityZonesCommandOutput, '$metadata'> {
  if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeAvailabilityZones are not modelled.');
  const { zones } = account.ec2;
  const chosen = input.ZoneNames ?? zones;
  return {
    AvailabilityZones: zones
      .filter((zone) => chosen.includes(zone))
      .map((ZoneName) => ({ ZoneName, ZoneId: zoneId(ZoneName), RegionName: account.region, State: 'available', ZoneType: 'availability-zone', OptInStatus: 'opt-in-not-required' })),
  };
}

function noSuchFlowLog(id: string): AwsError {
  return new AwsError('InvalidFlowLogId.NotFound', `The flowLog ID '${id}' does not exist`);
}

function noSuchPeering(id: string): AwsError {
  return new AwsError('InvalidVpcPeeringConnectionID.NotFound', `The vpcPeeringConnection ID '${id}' does not exist`);
}
