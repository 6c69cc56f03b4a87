import { z } from 'zod';
import type { NetworkAclEntry } from '../../../services/ec2/network-acls.ts';
import type { ResourceProvider, ResourceRequest } from '../../provider.ts';
import { tagList } from '../tags.ts';

const aclProperties = z.object({ Tags: tagList, VpcId: z.string() });

const entryProperties = z.object({
  CidrBlock: z.string().optional(),
  Egress: z.boolean().default(false),
  Icmp: z.object({ Code: z.coerce.number(), Type: z.coerce.number() }).optional(),
  Ipv6CidrBlock: z.string().optional(),
  NetworkAclId: z.string(),
  PortRange: z.object({ From: z.coerce.number(), To: z.coerce.number() }).optional(),
  Protocol: z.coerce.string(),
  RuleAction: z.enum(['allow', 'deny']),
  RuleNumber: z.coerce.number(),
});

const associationProperties = z.object({ NetworkAclId: z.string(), SubnetId: z.string() });

const networkAcl: ResourceProvider = {
  type: 'AWS::EC2::NetworkAcl',
  modelled: Object.keys(aclProperties.shape),
  recorded: {},
  create({ account, properties }) {
    const { Tags, VpcId } = aclProperties.parse(properties);
    const { id } = account.ec2.networkAcls.create({ id: account.ec2.newId('acl'), vpcId: VpcId, isDefault: false, tags: Tags });
    return { ref: id, attributes: { Id: id } };
  },
  delete: ({ account }, current) => account.ec2.networkAcls.delete(current.ref),
};

const entry: ResourceProvider = {
  type: 'AWS::EC2::NetworkAclEntry',
  modelled: Object.keys(entryProperties.shape),
  recorded: {},
  create(request) {
    request.account.ec2.networkAcls.addEntry(String(request.properties['NetworkAclId']), entryOf(request));
    return { ref: request.account.ec2.newId('acle'), attributes: {} };
  },
  /** Its list, direction and number make another entry; the rest is replaced in place. */
  update(request, current, previous) {
    const { networkAcls } = request.account.ec2;
    const [aclId, before, after] = [String(previous.properties['NetworkAclId']), entryOf(previous), entryOf(request)];
    const isSame = aclId === request.properties['NetworkAclId'] && before.isEgress === after.isEgress && before.ruleNumber === after.ruleNumber;
    if (isSame) {
      networkAcls.replaceEntry(aclId, after);
      return current;
    }
    networkAcls.addEntry(String(request.properties['NetworkAclId']), after);
    networkAcls.removeEntry(aclId, before);
    return { ref: request.account.ec2.newId('acle'), attributes: {} };
  },
  delete(request) {
    const { networkAcls } = request.account.ec2;
    const aclId = String(request.properties['NetworkAclId']);
    const { isEgress, ruleNumber } = entryOf(request);
    if (networkAcls.has(aclId) && networkAcls.hasEntry(aclId, { isEgress, ruleNumber })) networkAcls.removeEntry(aclId, { isEgress, ruleNumber });
  },
};

const association: ResourceProvider = {
  type: 'AWS::EC2::SubnetNetworkAclAssociation',
  modelled: Object.keys(associationProperties.shape),
  recorded: {},
  create({ account, properties }) {
    const { NetworkAclId, SubnetId } = associationProperties.parse(properties);
    const id = account.ec2.networkAcls.associate(NetworkAclId, SubnetId);
    return { ref: id, attributes: { AssociationId: id } };
  },
  /** The subnet goes back to the default list of its VPC. */
  delete({ account, properties }) {
    const { SubnetId } = associationProperties.parse(properties);
    account.ec2.networkAcls.associate(account.ec2.vpc(account.ec2.subnet(SubnetId).vpcId).defaultNetworkAclId, SubnetId);
  },
};

export const networkAclProviders: readonly ResourceProvider[] = [networkAcl, entry, association];

function entryOf({ properties }: ResourceRequest): NetworkAclEntry {
  const given = entryProperties.parse(properties);
  return {
    ruleNumber: given.RuleNumber,
    isEgress: given.Egress,
    action: given.RuleAction,
    protocol: given.Protocol,
    cidrBlock: given.CidrBlock,
    ipv6CidrBlock: given.Ipv6CidrBlock,
    ports: given.PortRange === undefined ? undefined : { from: given.PortRange.From, to: given.PortRange.To },
    icmp: given.Icmp === undefined ? undefined : { type: given.Icmp.Type, code: given.Icmp.Code },
  };
}
