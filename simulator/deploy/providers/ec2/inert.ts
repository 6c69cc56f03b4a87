import { addressIn } from '../../../services/ec2/network.ts';
import type { ResourceProvider, ResourceRequest } from '../../provider.ts';

const noPackets = 'No packets flow in the simulated account: the shop\'s load reaches healthy targets whatever the routes say.';

interface InertType {
  readonly type: string;
  readonly prefix: string;
  readonly properties: readonly string[];
  /** Names of attributes whose value is the id. */
  readonly idAttributes?: readonly string[];
  readonly attributes?: (request: ResourceRequest) => Readonly<Record<string, unknown>>;
}

/** Parts of a network that get an id and have no effect, because routing is not modelled. */
const inertTypes: readonly InertType[] = [
  { type: 'AWS::EC2::RouteTable', prefix: 'rtb', properties: ['Tags', 'VpcId'], idAttributes: ['RouteTableId'] },
  { type: 'AWS::EC2::SubnetRouteTableAssociation', prefix: 'rtbassoc', properties: ['RouteTableId', 'SubnetId'], idAttributes: ['Id'] },
  {
    type: 'AWS::EC2::Route',
    prefix: 'r',
    properties: ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId', 'GatewayId', 'NatGatewayId', 'RouteTableId'],
  },
  {
    type: 'AWS::EC2::EIP',
    prefix: 'eipalloc',
    properties: ['Domain', 'Tags'],
    idAttributes: ['AllocationId'],
    attributes: ({ account }) => ({ PublicIp: addressIn('203.0.113.0/24', account.random.stream('ec2.id').integer(0, 200)) }),
  },
  { type: 'AWS::EC2::NatGateway', prefix: 'nat', properties: ['AllocationId', 'ConnectivityType', 'SubnetId', 'Tags'], idAttributes: ['NatGatewayId'] },
  { type: 'AWS::EC2::InternetGateway', prefix: 'igw', properties: ['Tags'], idAttributes: ['InternetGatewayId'] },
  { type: 'AWS::EC2::VPCGatewayAttachment', prefix: 'attachment', properties: ['InternetGatewayId', 'VpcId'], attributes: () => ({ AttachmentType: 'IGW' }) },
  {
    type: 'AWS::EC2::VPCEndpoint',
    prefix: 'vpce',
    properties: [
      'PolicyDocument', 'PrivateDnsEnabled', 'RouteTableIds', 'SecurityGroupIds', 'ServiceName', 'SubnetIds', 'Tags', 'VpcEndpointType', 'VpcId',
    ],
    idAttributes: ['Id'],
    attributes: () => ({ DnsEntries: [], NetworkInterfaceIds: [] }),
  },
];

export const inertNetworkProviders: readonly ResourceProvider[] = inertTypes.map(
  ({ type, prefix, properties, idAttributes, attributes }): ResourceProvider => ({
    type,
    modelled: [],
    recorded: Object.fromEntries(properties.map((property) => [property, noPackets])),
    create(request) {
      const id = request.account.ec2.newId(prefix);
      const ids = Object.fromEntries((idAttributes ?? []).map((name) => [name, id]));
      return { ref: id, attributes: { ...ids, ...attributes?.(request) } };
    },
    update: (_request, current) => current,
    delete: () => {},
  }),
);
