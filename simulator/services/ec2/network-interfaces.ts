import type { GroupIdentifier, InstanceNetworkInterface, NetworkInterface as NetworkInterfaceDescription } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import type { Database } from '../rds.ts';
import type { Instance } from './instances.ts';
import { addressIn, type Subnet, tagList, type Tags, usableAddresses } from './network.ts';

/** A network interface: an instance's own, or one that a service keeps for a load balancer or a database. */
export interface NetworkInterface {
  readonly id: string;
  readonly subnet: Subnet;
  readonly address: string;
  readonly groupIds: readonly string[];
  readonly description: string;
  readonly attachedAt: number;
  readonly tags: Tags;
  readonly instance: Instance | undefined;
  /** `amazon-elb`, `amazon-lambda`, `amazon-rds`: who manages it; undefined for an instance's own. */
  readonly requester: string | undefined;
}

/** Interfaces are not kept: each is what its instance, load balancer, database or function says, under an id that stays. */
export class NetworkInterfaces {
  readonly #account: Account;
  readonly #identities = new Map<string, { readonly id: string; readonly address: string; readonly attachedAt: number }>();

  constructor(account: Account) {
    this.#account = account;
  }

  all(): readonly NetworkInterface[] {
    return [...this.#ofInstances(), ...this.#ofLoadBalancers(), ...this.#ofDatabases(), ...this.#ofFunctions()];
  }

  find(id: string | undefined): NetworkInterface {
    const found = this.all().find((candidate) => candidate.id === id);
    if (found === undefined) throw noSuchInterface(String(id));
    return found;
  }

  /** Where a database answers now; undefined where its subnet is not known. */
  addressOf(database: Database): string | undefined {
    const subnet = this.#account.rds.subnetOf(database);
    return subnet === undefined ? undefined : this.#identity(`${database.arn}/${subnet.id}`, subnet).address;
  }

  #ofInstances(): NetworkInterface[] {
    return this.#account.ec2.instances
      .all()
      .filter(({ state }) => state !== 'terminated')
      .map((instance) => ({
        id: interfaceIdOf(instance),
        subnet: instance.subnet,
        address: instance.privateIpAddress,
        groupIds: instance.securityGroupIds,
        description: '',
        attachedAt: instance.launchedAt,
        tags: {},
        instance,
        requester: undefined,
      }));
  }

  /** One in each of its subnets; a real load balancer may have more under load. */
  #ofLoadBalancers(): NetworkInterface[] {
    return [...this.#account.elasticLoadBalancing.loadBalancers.values()].flatMap((balancer) =>
      balancer.subnets.map((subnet) => ({
        ...this.#identity(`${balancer.arn}/${subnet.id}`, subnet),
        subnet,
        groupIds: balancer.securityGroupIds,
        description: `ELB ${balancer.fullName}`,
        attachedAt: balancer.createdAt,
        tags: {},
        instance: undefined,
        requester: 'amazon-elb',
      })),
    );
  }

  /** One where the primary runs. */
  #ofDatabases(): NetworkInterface[] {
    const { rds } = this.#account;
    return rds.databases.flatMap((database) => {
      const subnet = rds.subnetOf(database);
      if (subnet === undefined) return [];
      return [
        {
          ...this.#identity(`${database.arn}/${subnet.id}`, subnet),
          subnet,
          groupIds: rds.securityGroupIdsOf(database),
          description: 'RDSNetworkInterface',
          attachedAt: database.createdAt,
          tags: {},
          instance: undefined,
          requester: 'amazon-rds',
        },
      ];
    });
  }

  /** One for each subnet and set of groups, which functions share (Lambda developer guide, "Understanding Hyperplane Elastic Network Interfaces"). */
  #ofFunctions(): NetworkInterface[] {
    const shared = new Map<string, NetworkInterface>();
    for (const { name, network } of this.#account.lambda.functions) {
      for (const subnetId of network?.subnetIds ?? []) {
        const groupIds = network?.securityGroupIds ?? [];
        const key = `lambda/${subnetId}/${groupIds.toSorted().join('/')}`;
        const subnet = this.#account.ec2.subnet(subnetId);
        if (shared.has(key)) continue;
        const description = `AWS Lambda VPC ENI-${name}`;
        shared.set(key, { ...this.#identity(key, subnet), subnet, groupIds, description, tags: {}, instance: undefined, requester: 'amazon-lambda' });
      }
    }
    return [...shared.values()];
  }

  /** The last addresses of the subnet: instances take theirs from its beginning. */
  #identity(owner: string, subnet: Subnet): { readonly id: string; readonly address: string; readonly attachedAt: number } {
    let identity = this.#identities.get(owner);
    if (identity === undefined) {
      const id = `eni-0${this.#account.random.stream('ec2.network-interface').hex(16)}`;
      const address = addressIn(subnet.cidrBlock, usableAddresses(subnet.cidrBlock) - 1 - this.#identities.size);
      identity = { id, address, attachedAt: this.#account.clock.now() };
      this.#identities.set(owner, identity);
    }
    return identity;
  }
}

export function interfaceIdOf(instance: Instance): string {
  return `eni-${instance.id.slice(2)}`;
}

export function noSuchInterface(id: string): AwsError {
  return new AwsError('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`);
}

export function groupIdentifiers(account: Account, ids: readonly string[]): GroupIdentifier[] {
  const { securityGroups } = account.ec2;
  return ids.map((GroupId) => ({ GroupId, ...(securityGroups.has(GroupId) ? { GroupName: securityGroups.find(GroupId).name } : {}) }));
}

export function describeInterface(found: NetworkInterface, account: Account): NetworkInterfaceDescription {
  const { instance, requester, subnet } = found;
  return {
    NetworkInterfaceId: found.id,
    InterfaceType: 'interface',
    Status: 'in-use',
    Description: found.description,
    VpcId: subnet.vpcId,
    SubnetId: subnet.id,
    AvailabilityZone: subnet.availabilityZone,
    PrivateIpAddress: found.address,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: found.address }],
    Groups: groupIdentifiers(account, found.groupIds),
    OwnerId: account.id,
    RequesterManaged: requester !== undefined,
    ...(requester === undefined ? {} : { RequesterId: requester }),
    Attachment: {
      AttachmentId: attachmentIdOf(found.id),
      AttachTime: new Date(found.attachedAt),
      DeviceIndex: instance === undefined ? 1 : 0,
      Status: 'attached',
      DeleteOnTermination: instance !== undefined,
      InstanceOwnerId: requester ?? account.id,
      ...(instance === undefined ? {} : { InstanceId: instance.id }),
    },
    TagSet: tagList(found.tags),
  };
}

/** An instance's interface as `DescribeInstances` shows it. */
export function describeInstanceInterface(instance: Instance, account: Account): InstanceNetworkInterface {
  const id = interfaceIdOf(instance);
  return {
    NetworkInterfaceId: id,
    InterfaceType: 'interface',
    Status: 'in-use',
    Description: '',
    VpcId: instance.subnet.vpcId,
    SubnetId: instance.subnet.id,
    PrivateIpAddress: instance.privateIpAddress,
    Groups: groupIdentifiers(account, instance.securityGroupIds),
    OwnerId: account.id,
    Attachment: { AttachmentId: attachmentIdOf(id), AttachTime: new Date(instance.launchedAt), DeviceIndex: 0, Status: 'attached', DeleteOnTermination: true },
  };
}

function attachmentIdOf(interfaceId: string): string {
  return interfaceId.replace('eni-', 'eni-attach-');
}
