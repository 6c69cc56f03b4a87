import type {
  Instance as InstanceDescription,
  InstanceTypeInfo as InstanceTypeDescription,
  LaunchTemplate as LaunchTemplateDescription,
  LaunchTemplateVersion,
  Reservation,
  Subnet as SubnetDescription,
  Vpc as VpcDescription,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { type InstanceTypeInfo, instanceType } from './instance-types.ts';
import type { Instance } from './instances.ts';
import type { LaunchTemplate } from './launch-templates.ts';
import { type Subnet, tagList, type Vpc } from './network.ts';
import { describeInstanceInterface, groupIdentifiers } from './network-interfaces.ts';

const stateCodes = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48 } as const;

interface Owner {
  readonly id: string;
  arn(service: string, resource: string): string;
}

export function describeReservation(instance: Instance, account: Account): Reservation {
  return { ReservationId: `r-${instance.id.slice(2)}`, OwnerId: account.id, Groups: [], Instances: [describeInstance(instance, account)] };
}

function describeInstance(instance: Instance, account: Account): InstanceDescription {
  const { profile } = instance;
  const exists = instance.state !== 'terminated';
  return {
    InstanceId: instance.id,
    InstanceType: instance.type as never,
    ImageId: instance.imageId,
    State: { Code: stateCodes[instance.state], Name: instance.state },
    LaunchTime: new Date(instance.launchedAt),
    Placement: { AvailabilityZone: instance.subnet.availabilityZone, Tenancy: 'default' },
    Monitoring: { State: instance.detailedMonitoring ? 'enabled' : 'disabled' },
    ...(exists ? { PrivateIpAddress: instance.privateIpAddress, SubnetId: instance.subnet.id, VpcId: instance.subnet.vpcId } : {}),
    SecurityGroups: exists ? groupIdentifiers(account, instance.securityGroupIds) : [],
    NetworkInterfaces: exists ? [describeInstanceInterface(instance, account)] : [],
    ...(profile === undefined ? {} : { IamInstanceProfile: { Arn: profile.profileArn, Id: profile.profileId } }),
    MetadataOptions: { State: 'applied', HttpEndpoint: 'enabled', HttpTokens: 'optional', HttpPutResponseHopLimit: 1, ...instance.template.metadataOptions },
    Tags: tagList(instance.tags),
    Architecture: 'x86_64',
    CpuOptions: { CoreCount: Math.max(1, instanceType(instance.type).vCpus / 2), ThreadsPerCore: 2 },
  };
}

export function describeInstanceType(type: InstanceTypeInfo): InstanceTypeDescription {
  return {
    InstanceType: type.name as never,
    CurrentGeneration: true,
    BurstablePerformanceSupported: type.credits !== undefined,
    VCpuInfo: { DefaultVCpus: type.vCpus, DefaultCores: Math.max(1, type.vCpus / 2), DefaultThreadsPerCore: 2 },
    MemoryInfo: { SizeInMiB: type.memoryMebibytes },
    SupportedUsageClasses: ['on-demand', 'spot'],
    ProcessorInfo: { SupportedArchitectures: [type.name.startsWith('t4g') ? 'arm64' : 'x86_64'] },
  };
}

export function describeVpc(vpc: Vpc, owner: Owner): VpcDescription {
  return { VpcId: vpc.id, CidrBlock: vpc.cidrBlock, State: 'available', IsDefault: vpc.isDefault, OwnerId: owner.id, InstanceTenancy: 'default', Tags: tagList(vpc.tags) };
}

export function describeSubnet(subnet: Subnet, available: number, owner: Owner): SubnetDescription {
  return {
    SubnetId: subnet.id,
    SubnetArn: owner.arn('ec2', `subnet/${subnet.id}`),
    VpcId: subnet.vpcId,
    AvailabilityZone: subnet.availabilityZone,
    AvailabilityZoneId: zoneId(subnet.availabilityZone),
    CidrBlock: subnet.cidrBlock,
    AvailableIpAddressCount: Math.max(0, available),
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    State: 'available',
    OwnerId: owner.id,
    Tags: tagList(subnet.tags),
  };
}

/** Zone ids of eu-west-3 begin with `euw3`; the mapping from letters to numbers is each account's own. */
export function zoneId(zone: string): string {
  const number = zone.charCodeAt(zone.length - 1) - 'a'.charCodeAt(0) + 1;
  const [area = '', direction = '', region = ''] = zone.slice(0, -1).split('-');
  return `${area}${direction.charAt(0)}${region}-az${number}`;
}

export function describeLaunchTemplateVersion(template: LaunchTemplate, number: number): LaunchTemplateVersion {
  const version = template.versions[number - 1];
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: number,
    DefaultVersion: number === template.defaultVersion,
    CreateTime: new Date(version?.createdAt ?? template.createdAt),
    LaunchTemplateData: { ...version?.data.asGiven },
  };
}

export function describeLaunchTemplate(template: LaunchTemplate, account: Account): LaunchTemplateDescription {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdAt),
    CreatedBy: `arn:${account.partition}:iam::${account.id}:root`,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.versions.length,
    Tags: tagList(template.tags),
  };
}
