import type { LaunchTemplate } from '../../services/ec2/launch-templates.ts';
import { tagsFrom } from '../../services/ec2/network.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { flowLog } from './ec2/flow-logs.ts';
import { inertNetworkProviders } from './ec2/inert.ts';
import { networkAclProviders } from './ec2/network-acls.ts';
import { prefixList } from './ec2/prefix-lists.ts';
import { securityGroupProviders } from './ec2/security-groups.ts';

const vpc: ResourceProvider = {
  type: 'AWS::EC2::VPC',
  modelled: ['CidrBlock', 'Tags'],
  recorded: {
    EnableDnsHostnames: 'Names are not resolved in the simulated account.',
    EnableDnsSupport: 'Names are not resolved in the simulated account.',
    InstanceTenancy: 'Hardware is not modelled.',
  },
  create({ account, properties }) {
    const created = account.ec2.createVpc(String(properties['CidrBlock']), tagsFrom(properties['Tags']));
    return {
      ref: created.id,
      attributes: {
        VpcId: created.id,
        CidrBlock: created.cidrBlock,
        DefaultSecurityGroup: created.defaultSecurityGroupId,
        DefaultNetworkAcl: created.defaultNetworkAclId,
        CidrBlockAssociations: [account.ec2.newId('vpc-cidr-assoc')],
        Ipv6CidrBlocks: [],
      },
    };
  },
};

const subnet: ResourceProvider = {
  type: 'AWS::EC2::Subnet',
  modelled: ['AvailabilityZone', 'CidrBlock', 'MapPublicIpOnLaunch', 'Tags', 'VpcId'],
  recorded: {},
  create({ account, properties }) {
    const created = account.ec2.createSubnet({
      vpcId: String(properties['VpcId']),
      availabilityZone: String(properties['AvailabilityZone']),
      cidrBlock: String(properties['CidrBlock']),
      mapPublicIpOnLaunch: properties['MapPublicIpOnLaunch'] === true,
      tags: tagsFrom(properties['Tags']),
    });
    return {
      ref: created.id,
      attributes: {
        SubnetId: created.id,
        AvailabilityZone: created.availabilityZone,
        CidrBlock: created.cidrBlock,
        VpcId: created.vpcId,
        NetworkAclAssociationId: created.networkAclAssociationId,
        Ipv6CidrBlocks: [],
      },
    };
  },
};

const launchTemplate: ResourceProvider = {
  type: 'AWS::EC2::LaunchTemplate',
  modelled: ['LaunchTemplateData', 'LaunchTemplateName', 'TagSpecifications'],
  recorded: { VersionDescription: 'A text for people.' },
  create(request) {
    const specifications = request.properties['TagSpecifications'] as readonly { readonly Tags: unknown }[] | undefined;
    const template = request.account.ec2.createLaunchTemplate(templateName(request), dataIn(request), tagsFrom(specifications?.[0]?.Tags));
    return asProvisioned(template);
  },
  /** CloudFormation adds a version and leaves the default version as it was. */
  update(request, current) {
    request.account.ec2.createLaunchTemplateVersion(current.ref, dataIn(request));
    return asProvisioned(request.account.ec2.launchTemplate({ id: current.ref }));
  },
  delete({ account }, current) {
    account.ec2.launchTemplates.delete(current.ref);
  },
};

/** Everything of EC2 that the CDK creates for a network with groups and instances. */
export const providers: readonly ResourceProvider[] = [
  vpc, subnet, launchTemplate, flowLog, prefixList, ...networkAclProviders, ...securityGroupProviders, ...inertNetworkProviders,
];

function dataIn(request: ResourceRequest): Readonly<Record<string, unknown>> {
  return request.properties['LaunchTemplateData'] as Record<string, unknown>;
}

function templateName({ account, logicalId, properties }: ResourceRequest): string {
  const given = properties['LaunchTemplateName'];
  return typeof given === 'string' ? given : `${logicalId}_${account.random.stream('physical-id').hex(12)}`;
}

function asProvisioned(template: LaunchTemplate): Provisioned {
  return {
    ref: template.id,
    attributes: {
      LaunchTemplateId: template.id,
      LatestVersionNumber: String(template.versions.length),
      DefaultVersionNumber: String(template.defaultVersion),
    },
  };
}
