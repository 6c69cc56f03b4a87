import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { AwsService } from '../kernel/service.ts';
import { AccessChanges } from './ec2/access-changes.ts';
import { FlowLogs } from './ec2/flow-logs.ts';
import { instanceOperations } from './ec2/instance-operations.ts';
import { instanceProfileOperations } from './ec2/instance-profiles.ts';
import { InstanceUsage } from './ec2/instance-usage.ts';
import { InstanceFleet } from './ec2/instances.ts';
import { launchTemplateOperations, noSuchTemplate } from './ec2/launch-template-operations.ts';
import { type LaunchTemplate, parseLaunchTemplateData } from './ec2/launch-templates.ts';
import { networkAclOperations } from './ec2/network-acl-operations.ts';
import { NetworkAcls } from './ec2/network-acls.ts';
import { networkInterfaceOperations } from './ec2/network-interface-operations.ts';
import { NetworkInterfaces } from './ec2/network-interfaces.ts';
import { noSuchSubnet, noSuchVpc, type Subnet, type Tags, type Vpc } from './ec2/network.ts';
import { Peerings } from './ec2/peerings.ts';
import { prefixListOperations } from './ec2/prefix-list-operations.ts';
import { PrefixLists } from './ec2/prefix-lists.ts';
import { reservedInstanceOperations, ReservedInstances } from './ec2/reserved-instances.ts';
import { securityGroupOperations } from './ec2/security-group-operations.ts';
import { securityGroupRuleOperations } from './ec2/security-group-rule-operations.ts';
import { SecurityGroups } from './ec2/security-groups.ts';
import { vpcOperations } from './ec2/vpc-operations.ts';

/** Simulated EC2: the network as the templates declare it, who may reach what, launch templates, instances and what limits them. */
export class Ec2 implements AwsService {
  readonly sdkId = 'EC2';
  readonly statesName = 'ec2';
  readonly statesErrorPrefix = 'Ec2';

  /** Tells when security groups, prefix lists, or what has which groups, have changed. */
  readonly accessChanges = new AccessChanges();
  readonly instances: InstanceFleet;
  /** When which of them ran. */
  readonly usage: InstanceUsage;
  /** What was reserved, and bought by a call. */
  readonly reservedInstances: ReservedInstances;
  readonly securityGroups: SecurityGroups;
  readonly prefixLists: PrefixLists;
  readonly networkInterfaces: NetworkInterfaces;
  readonly networkAcls: NetworkAcls;
  readonly flowLogs: FlowLogs;
  readonly peerings: Peerings;
  readonly vpcs = new Map<string, Vpc>();
  readonly subnets = new Map<string, Subnet>();
  readonly launchTemplates = new Map<string, LaunchTemplate>();
  /** Ids of instance profiles that instances have or had, by ARN. */
  readonly instanceProfileIds = new Map<string, string>();

  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
    this.instances = new InstanceFleet(account, this.accessChanges);
    this.usage = new InstanceUsage(account, this.instances);
    this.reservedInstances = new ReservedInstances(account);
    this.securityGroups = new SecurityGroups(account, this.accessChanges);
    this.prefixLists = new PrefixLists(account, this.accessChanges);
    this.networkInterfaces = new NetworkInterfaces(account);
    this.networkAcls = new NetworkAcls(account);
    this.flowLogs = new FlowLogs(account);
    this.peerings = new Peerings(account);
  }

  readonly operations: AwsService['operations'] = {
    ...instanceOperations(() => this.#account),
    ...instanceProfileOperations(() => this.#account),
    ...launchTemplateOperations(() => this.#account),
    ...networkAclOperations(() => this.#account),
    ...networkInterfaceOperations(() => this.#account),
    ...prefixListOperations(() => this.#account),
    ...reservedInstanceOperations(() => this.#account),
    ...securityGroupOperations(() => this.#account),
    ...securityGroupRuleOperations(() => this.#account),
    ...vpcOperations(() => this.#account),
  };

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

  /** A VPC with its default security group and network ACL. `isDefault` makes it the account's default VPC. */
  createVpc(cidrBlock: string, tags: Tags, options: { readonly isDefault?: boolean } = {}): Vpc {
    const id = this.newId('vpc');
    const group = this.securityGroups.create({ name: 'default', description: 'default VPC security group', vpcId: id, tags: {} });
    const everything = { protocol: '-1', fromPort: undefined, toPort: undefined };
    this.securityGroups.addRule(group.id, { ...everything, isEgress: false, groupId: group.id });
    this.securityGroups.addRule(group.id, { ...everything, isEgress: true, cidrIpv4: '0.0.0.0/0' });
    const vpc: Vpc = { id, cidrBlock, tags, isDefault: options.isDefault ?? false, defaultSecurityGroupId: group.id, defaultNetworkAclId: this.newId('acl') };
    this.networkAcls.create({ id: vpc.defaultNetworkAclId, vpcId: id, isDefault: true, tags: {} });
    this.vpcs.set(id, vpc);
    return vpc;
  }

  /** A subnet has the default network ACL of its VPC until it is given another. */
  createSubnet(definition: Omit<Subnet, 'id' | 'networkAclAssociationId' | 'otherAddressesInUse'>): Subnet {
    const { defaultNetworkAclId } = this.vpc(definition.vpcId);
    const subnet: Subnet = { ...definition, id: this.newId('subnet'), networkAclAssociationId: this.newId('aclassoc'), otherAddressesInUse: 0 };
    this.networkAcls.associate(defaultNetworkAclId, subnet.id, subnet.networkAclAssociationId);
    this.subnets.set(subnet.id, subnet);
    return subnet;
  }

  vpc(id: string | undefined): Vpc {
    const vpc = this.vpcs.get(id ?? '');
    if (vpc === undefined) throw noSuchVpc(String(id));
    return vpc;
  }

  subnet(id: string): Subnet {
    const subnet = this.subnets.get(id);
    if (subnet === undefined) throw noSuchSubnet(id);
    return subnet;
  }

  /** What is created without groups gets the default one of its VPC (VPC user guide, "Default security groups"). */
  groupsOrDefault(groupIds: readonly string[], vpcId: string): readonly string[] {
    return groupIds.length > 0 ? groupIds : [this.vpc(vpcId).defaultSecurityGroupId];
  }

  /** A group that something has, or that another group of its VPC refers to, stays (API reference, DeleteSecurityGroup). */
  deleteSecurityGroup(groupId: string): void {
    const { id, name, vpcId } = this.securityGroups.find(groupId);
    if (name === 'default') throw new AwsError('CannotDelete', `the specified group: "${id}" name: "default" cannot be deleted by a user`);
    const isReferred = this.securityGroups.referrers(id).some((referrer) => referrer !== id && this.securityGroups.find(referrer).vpcId === vpcId);
    if (isReferred || this.networkInterfaces.all().some(({ groupIds }) => groupIds.includes(id))) {
      throw new AwsError('DependencyViolation', `resource ${id} has a dependent object`);
    }
    this.securityGroups.delete(id);
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
    if (found !== undefined) return found;
    if (key.id !== undefined) throw noSuchTemplate(key.id);
    throw new AwsError('InvalidLaunchTemplateName.NotFoundException', `The specified launch template, with template name ${key.name}, does not exist.`);
  }
}
