import type {
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput,
  DescribeInstanceCreditSpecificationsCommandInput,
  DescribeInstanceCreditSpecificationsCommandOutput,
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  DescribeInstanceTypesCommandInput,
  DescribeInstanceTypesCommandOutput,
  DescribeLaunchTemplateVersionsCommandInput,
  DescribeLaunchTemplateVersionsCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  DescribeVpcsCommandInput,
  DescribeVpcsCommandOutput,
  GetDefaultCreditSpecificationCommandInput,
  GetDefaultCreditSpecificationCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AwsService, operation } from '../kernel/service.ts';
import { describeInstanceType, describeLaunchTemplateVersion, describeReservation, describeSubnet, describeVpc, zoneId } from './ec2/describe.ts';
import { applyFilters, chooseByIds, type FilterTable } from './ec2/filters.ts';
import { findInstanceType, knownInstanceTypes } from './ec2/instance-types.ts';
import { type Instance, InstanceFleet } from './ec2/instances.ts';
import { type LaunchTemplate, parseLaunchTemplateData, versionNumber } from './ec2/launch-templates.ts';
import { type Subnet, type Tags, usableAddresses, type Vpc } from './ec2/network.ts';
import { securityGroupOperations } from './ec2/security-group-operations.ts';
import { SecurityGroups } from './ec2/security-groups.ts';
import { pageOf } from './paging.ts';

const onAnything = (action: string) => () => [{ action, resource: '*' }];

const instanceFilters: FilterTable<Instance> = {
  'availability-zone': (instance) => instance.subnet.availabilityZone,
  'instance-id': (instance) => instance.id,
  'instance-state-name': (instance) => instance.state,
  'instance-type': (instance) => instance.type,
  'subnet-id': (instance) => instance.subnet.id,
  'vpc-id': (instance) => instance.subnet.vpcId,
  'instance.group-id': (instance) => instance.securityGroupIds,
};

const subnetFilters: FilterTable<Subnet> = {
  'availability-zone': (subnet) => subnet.availabilityZone,
  'subnet-id': (subnet) => subnet.id,
  'vpc-id': (subnet) => subnet.vpcId,
};

const vpcFilters: FilterTable<Vpc> = {
  'is-default': (vpc) => String(vpc.isDefault),
  'vpc-id': (vpc) => vpc.id,
};

/** Simulated EC2: the network as the templates declare it, launch templates, instances and what limits them. */
export class Ec2 implements AwsService {
  readonly sdkId = 'EC2';
  readonly statesName = 'ec2';
  readonly statesErrorPrefix = 'Ec2';

  readonly instances: InstanceFleet;
  readonly securityGroups: SecurityGroups;
  readonly vpcs = new Map<string, Vpc>();
  readonly subnets = new Map<string, Subnet>();
  readonly launchTemplates = new Map<string, LaunchTemplate>();

  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
    this.instances = new InstanceFleet(account);
    this.securityGroups = new SecurityGroups(account);
  }

  /** Zones of the Region that exist in the simulated account. */
  get zones(): readonly string[] {
    return ['a', 'b', 'c'].map((letter) => `${this.#account.region}${letter}`);
  }

  /**
   * How many more instances of a type a zone can give. A number counts down with each launch; `'unlimited'`
   * is how every zone begins.
   */
  setCapacity(zone: string, type: string, available: number | 'none' | 'unlimited'): void {
    this.instances.setCapacity(zone, type, available);
    this.#account.note('ec2.capacity-changed', `EC2 capacity of ${type} in ${zone}: ${available}.`, { zone, type, available });
  }

  /** Hours of instances until now, by type, as On-Demand billing counts them. */
  instanceHours(): Record<string, number> {
    return this.instances.hours();
  }

  /** An id with the prefix of its kind, for example `vpc-0123456789abcdef0`. */
  newId(prefix: string): string {
    return `${prefix}-0${this.#account.random.stream('ec2.id').hex(16)}`;
  }

  createVpc(cidrBlock: string, tags: Tags): Vpc {
    const id = this.newId('vpc');
    const group = this.securityGroups.create({ name: 'default', description: 'default VPC security group', vpcId: id, tags: {} });
    const everything = { protocol: '-1', fromPort: undefined, toPort: undefined };
    this.securityGroups.addRule(group.id, { ...everything, isEgress: false, groupId: group.id });
    this.securityGroups.addRule(group.id, { ...everything, isEgress: true, cidrIpv4: '0.0.0.0/0' });
    const vpc: Vpc = { id, cidrBlock, tags, isDefault: false, defaultSecurityGroupId: group.id, defaultNetworkAclId: this.newId('acl') };
    this.vpcs.set(id, vpc);
    return vpc;
  }

  createSubnet(definition: Omit<Subnet, 'id' | 'otherAddressesInUse'>): Subnet {
    const subnet: Subnet = { ...definition, id: this.newId('subnet'), otherAddressesInUse: 0 };
    this.subnets.set(subnet.id, subnet);
    return subnet;
  }

  subnet(id: string): Subnet {
    const subnet = this.subnets.get(id);
    if (subnet === undefined) throw noSuchSubnet(id);
    return subnet;
  }

  createLaunchTemplate(name: string, data: Readonly<Record<string, unknown>>, tags: Tags): LaunchTemplate {
    const createdAt = this.#account.clock.now();
    const versions = [{ createdAt, data: parseLaunchTemplateData(data) }];
    const template: LaunchTemplate = { id: this.newId('lt'), name, createdAt, versions, defaultVersion: 1, tags };
    this.launchTemplates.set(template.id, template);
    return template;
  }

  /** Adds a version and gives its number. */
  createLaunchTemplateVersion(id: string, data: Readonly<Record<string, unknown>>): number {
    return this.launchTemplate({ id }).versions.push({ createdAt: this.#account.clock.now(), data: parseLaunchTemplateData(data) });
  }

  launchTemplate(key: { readonly id?: string | undefined; readonly name?: string | undefined }): LaunchTemplate {
    const found = [...this.launchTemplates.values()].find(({ id, name }) => id === key.id || name === key.name);
    if (found === undefined) {
      throw new AwsError('InvalidLaunchTemplateId.NotFound', `The specified launch template, with template ID ${key.id ?? key.name}, does not exist.`);
    }
    return found;
  }

  readonly operations: AwsService['operations'] = {
    DescribeInstances: operation<DescribeInstancesCommandInput, DescribeInstancesCommandOutput>({
      authorise: onAnything('ec2:DescribeInstances'),
      execute: (input) => this.#describeInstances(input),
    }),
    DescribeInstanceTypes: operation<DescribeInstanceTypesCommandInput, DescribeInstanceTypesCommandOutput>({
      authorise: onAnything('ec2:DescribeInstanceTypes'),
      execute: (input) => this.#describeInstanceTypes(input),
    }),
    DescribeInstanceCreditSpecifications: operation<DescribeInstanceCreditSpecificationsCommandInput, DescribeInstanceCreditSpecificationsCommandOutput>({
      authorise: onAnything('ec2:DescribeInstanceCreditSpecifications'),
      execute: (input) => this.#describeCredits(input),
    }),
    GetDefaultCreditSpecification: operation<GetDefaultCreditSpecificationCommandInput, GetDefaultCreditSpecificationCommandOutput>({
      authorise: onAnything('ec2:GetDefaultCreditSpecification'),
      // T3, T3a and T4g start unlimited, T2 standard (EC2 user guide, "Unlimited mode").
      execute: ({ InstanceFamily }) => ({
        InstanceFamilyCreditSpecification: { InstanceFamily, CpuCredits: InstanceFamily === 't2' ? 'standard' : 'unlimited' },
      }),
    }),
    DescribeSubnets: operation<DescribeSubnetsCommandInput, DescribeSubnetsCommandOutput>({
      authorise: onAnything('ec2:DescribeSubnets'),
      execute: (input) => {
        const chosen = applyFilters(chooseByIds([...this.subnets.values()], input.SubnetIds, noSuchSubnet), input.Filters, subnetFilters);
        const page = pageOf(chosen, paging(input));
        return { Subnets: page.items.map((subnet) => describeSubnet(subnet, this.#addressesLeft(subnet), this.#account)), NextToken: page.nextToken };
      },
    }),
    DescribeVpcs: operation<DescribeVpcsCommandInput, DescribeVpcsCommandOutput>({
      authorise: onAnything('ec2:DescribeVpcs'),
      execute: (input) => {
        const chosen = applyFilters(chooseByIds([...this.vpcs.values()], input.VpcIds, noSuchVpc), input.Filters, vpcFilters);
        const page = pageOf(chosen, paging(input));
        return { Vpcs: page.items.map((vpc) => describeVpc(vpc, this.#account)), NextToken: page.nextToken };
      },
    }),
    DescribeAvailabilityZones: operation<DescribeAvailabilityZonesCommandInput, DescribeAvailabilityZonesCommandOutput>({
      authorise: onAnything('ec2:DescribeAvailabilityZones'),
      execute: (input) => this.#describeZones(input),
    }),
    DescribeLaunchTemplateVersions: operation<DescribeLaunchTemplateVersionsCommandInput, DescribeLaunchTemplateVersionsCommandOutput>({
      authorise: onAnything('ec2:DescribeLaunchTemplateVersions'),
      execute: (input) => this.#describeTemplateVersions(input),
    }),
    ...securityGroupOperations(() => ({ account: this.#account, groups: this.securityGroups })),
  };

  #addressesLeft(subnet: Subnet): number {
    return usableAddresses(subnet.cidrBlock) - this.instances.addressesInUse(subnet);
  }

  #describeInstances(input: DescribeInstancesCommandInput): Omit<DescribeInstancesCommandOutput, '$metadata'> {
    const chosen = applyFilters(chooseByIds(this.instances.all(), input.InstanceIds, noSuchInstance), input.Filters, instanceFilters);
    const page = pageOf(chosen, paging(input));
    return { Reservations: page.items.map((instance) => describeReservation(instance, this.#account)), NextToken: page.nextToken };
  }

  #describeInstanceTypes(input: DescribeInstanceTypesCommandInput): Omit<DescribeInstanceTypesCommandOutput, '$metadata'> {
    if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeInstanceTypes are not modelled.');
    const chosen = (input.InstanceTypes ?? knownInstanceTypes().map(({ name }) => name)).map((name) => {
      const type = findInstanceType(name);
      if (type === undefined) throw new AwsError('InvalidInstanceType', `The following supplied instance types do not exist: [${name}]`);
      return type;
    });
    const page = pageOf(chosen, { ...paging(input), defaultSize: 100 });
    return { InstanceTypes: page.items.map(describeInstanceType), NextToken: page.nextToken };
  }

  #describeCredits(input: DescribeInstanceCreditSpecificationsCommandInput): Omit<DescribeInstanceCreditSpecificationsCommandOutput, '$metadata'> {
    if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeInstanceCreditSpecifications are not modelled.');
    const chosen = chooseByIds(this.instances.all(), input.InstanceIds, noSuchInstance).filter(({ credits }) => credits !== undefined);
    const page = pageOf(chosen, paging(input));
    const specifications = page.items.map(({ id, credits }) => ({ InstanceId: id, CpuCredits: credits }));
    return { InstanceCreditSpecifications: specifications, NextToken: page.nextToken };
  }

  #describeZones(input: DescribeAvailabilityZonesCommandInput): Omit<DescribeAvailabilityZonesCommandOutput, '$metadata'> {
    if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeAvailabilityZones are not modelled.');
    const chosen = input.ZoneNames ?? this.zones;
    return {
      AvailabilityZones: this.zones
        .filter((zone) => chosen.includes(zone))
        .map((ZoneName) => ({ ZoneName, ZoneId: zoneId(ZoneName), RegionName: this.#account.region, State: 'available', ZoneType: 'availability-zone', OptInStatus: 'opt-in-not-required' })),
    };
  }

  #describeTemplateVersions(input: DescribeLaunchTemplateVersionsCommandInput): Omit<DescribeLaunchTemplateVersionsCommandOutput, '$metadata'> {
    if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeLaunchTemplateVersions are not modelled.');
    const template = this.launchTemplate({ id: input.LaunchTemplateId, name: input.LaunchTemplateName });
    const numbers = input.Versions?.map((version) => versionNumber(template, version)) ?? template.versions.map((_version, index) => index + 1);
    const page = pageOf(numbers.toSorted((left, right) => right - left), paging(input));
    return { LaunchTemplateVersions: page.items.map((number) => describeLaunchTemplateVersion(template, number)), NextToken: page.nextToken };
  }
}

function badToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The specified nextToken is not valid.');
}

function paging(input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined }) {
  return { size: input.MaxResults, defaultSize: 1000, token: input.NextToken, badToken };
}

function noSuchInstance(id: string): AwsError {
  return new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
}

function noSuchVpc(id: string): AwsError {
  return new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
}

function noSuchSubnet(id: string): AwsError {
  return new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
}
