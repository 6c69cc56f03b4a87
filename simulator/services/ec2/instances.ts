import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { AccessChanges } from './access-changes.ts';
import { associationAtLaunch, type ProfileAssociation } from './instance-profiles.ts';
import { instanceType, isStandardFamily } from './instance-types.ts';
import type { LaunchTemplateData } from './launch-templates.ts';
import { addressIn, type Subnet, type Tags, usableAddresses } from './network.ts';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated';

export interface Instance {
  readonly id: string;
  readonly type: string;
  readonly subnet: Subnet;
  readonly privateIpAddress: string;
  readonly imageId: string;
  readonly launchedAt: number;
  /** When it becomes `running`, unless it ends before. */
  readonly runsAt: number;
  readonly credits: 'standard' | 'unlimited' | undefined;
  readonly template: LaunchTemplateData;
  readonly detailedMonitoring: boolean;
  /** Of its primary network interface, the only one. */
  securityGroupIds: readonly string[];
  /** Its instance profile, if it has one. */
  profile: ProfileAssociation | undefined;
  tags: Tags;
  state: InstanceState;
  terminatedAt: number | undefined;
}

export interface LaunchRequest {
  readonly type: string;
  readonly subnet: Subnet;
  readonly template: LaunchTemplateData;
  readonly tags: Tags;
}

/** A terminated instance can be described for about an hour (EC2 user guide, "Instance lifecycle"). */
const terminatedVisibleMilliseconds = 3_600_000;
/** From `pending` to `running`, in seconds: AWS publishes no figure; 10 to 25 s is usual for small Linux instances. */
const pendingSeconds = { low: 10, high: 25 };
/** Linux On-Demand is billed by the second, with a minimum of 60 (EC2 On-Demand pricing page). */
const minimumBilledSeconds = 60;

/** The instances of the account, and what limits their launch: capacity of a zone, quota, addresses. */
export class InstanceFleet {
  readonly #account: Account;
  readonly #changes: AccessChanges;
  readonly #instances = new Map<string, Instance>();
  readonly #capacity = new Map<string, number>();
  readonly #billedSeconds = new Map<string, number>();
  readonly #onEnd: ((instance: Instance) => void)[] = [];
  #launches = 0;

  constructor(account: Account, changes: AccessChanges) {
    this.#account = account;
    this.#changes = changes;
  }

  /** Instances that exist, and those that ended within the last hour. */
  all(): readonly Instance[] {
    const horizon = this.#account.clock.now() - terminatedVisibleMilliseconds;
    for (const instance of this.#instances.values()) {
      if (instance.terminatedAt !== undefined && instance.terminatedAt < horizon) this.#instances.delete(instance.id);
    }
    return [...this.#instances.values()];
  }

  find(id: string): Instance | undefined {
    return this.#instances.get(id);
  }

  /** Gives the primary network interface of an instance other groups. */
  setSecurityGroups(instance: Instance, groupIds: readonly string[]): void {
    instance.securityGroupIds = groupIds;
    this.#changes.announce({ kind: 'attachments' });
  }

  onEnd(listener: (instance: Instance) => void): void {
    this.#onEnd.push(listener);
  }

  setCapacity(zone: string, type: string, available: number | 'none' | 'unlimited'): void {
    const key = `${zone}/${type}`;
    if (available === 'unlimited') this.#capacity.delete(key);
    else this.#capacity.set(key, available === 'none' ? 0 : available);
  }

  /** Zones where one more instance of the type could be launched as far as EC2's capacity goes. */
  hasCapacity(zone: string, type: string): boolean {
    return (this.#capacity.get(`${zone}/${type}`) ?? Infinity) > 0;
  }

  /** vCPUs that the quota `L-1216C47A` counts: every family of the standard bucket together, stopped ones not. */
  standardVCpusInUse(): number {
    let sum = 0;
    for (const { type, state } of this.#instances.values()) {
      if ((state === 'pending' || state === 'running') && isStandardFamily(type)) sum += instanceType(type).vCpus;
    }
    return sum;
  }

  addressesInUse(subnet: Subnet): number {
    let sum = subnet.otherAddressesInUse;
    for (const instance of this.#instances.values()) {
      if (instance.subnet === subnet && instance.state !== 'terminated') sum += 1;
    }
    return sum;
  }

  /** Hours billed until now by type; running instances count up to this second. */
  hours(): Record<string, number> {
    const seconds = new Map(this.#billedSeconds);
    for (const instance of this.#instances.values()) {
      if (instance.terminatedAt === undefined) add(seconds, instance.type, this.#billedSecondsOf(instance));
    }
    return Object.fromEntries([...seconds].map(([type, sum]) => [type, sum / 3600]));
  }

  /** Throws as `RunInstances` would when the zone, the quota or the subnet has no room. */
  launch(request: LaunchRequest): Instance {
    const { type, subnet, template, tags } = request;
    this.#refuseIfFull(type, subnet);
    const random = this.#account.random.stream('ec2.instance');
    this.#launches += 1;
    const credits = instanceType(type).credits === undefined ? undefined : (template.credits ?? 'unlimited');
    const launchedAt = this.#account.clock.now();
    const instance: Instance = {
      id: `i-0${random.hex(16)}`,
      type,
      subnet,
      privateIpAddress: addressIn(subnet.cidrBlock, this.#launches),
      imageId: template.imageId ?? 'ami-00000000000000000',
      launchedAt,
      runsAt: launchedAt + Math.round(random.between(pendingSeconds.low, pendingSeconds.high) * 1000),
      credits,
      template,
      detailedMonitoring: template.detailedMonitoring,
      securityGroupIds: this.#account.ec2.groupsOrDefault(template.securityGroupIds, subnet.vpcId),
      profile: associationAtLaunch(this.#account, template.iamInstanceProfile),
      tags: { ...template.instanceTags, ...tags },
      state: 'pending',
      terminatedAt: undefined,
    };
    this.#instances.set(instance.id, instance);
    const key = `${subnet.availabilityZone}/${type}`;
    const capacity = this.#capacity.get(key);
    if (capacity !== undefined) this.#capacity.set(key, capacity - 1);
    this.#account.clock.at(instance.runsAt, () => {
      if (instance.state === 'pending') this.#become(instance, 'running');
    });
    this.#publish(instance);
    return instance;
  }

  /** Ends an instance. Shutting down takes effect at once: nothing observes the seconds in between. */
  terminate(id: string): void {
    const instance = this.#instances.get(id);
    if (instance === undefined || instance.terminatedAt !== undefined) return;
    instance.terminatedAt = this.#account.clock.now();
    add(this.#billedSeconds, instance.type, this.#billedSecondsOf(instance));
    this.#become(instance, 'shutting-down');
    this.#become(instance, 'terminated');
    for (const listener of this.#onEnd) listener(instance);
  }

  /** Why one more instance of the type could not be launched in the zone now, or undefined when it could. */
  refusal(type: string, zone: string): AwsError | undefined {
    if (!isStandardFamily(type)) throw new NotModelledError(`The quota that ${type} counts against is not modelled.`);
    const limit = this.#account.serviceQuotas.effectiveValue('ec2', 'L-1216C47A');
    if (this.standardVCpusInUse() + instanceType(type).vCpus > limit) {
      return new AwsError(
        'VcpuLimitExceeded',
        `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
      );
    }
    if (this.hasCapacity(zone, type)) return undefined;
    const others = this.#account.ec2.zones.filter((other) => other !== zone && this.hasCapacity(other, type));
    const advice = others.length === 0 ? '' : ` You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing ${others.join(', ')}.`;
    return new AwsError(
      'InsufficientInstanceCapacity',
      `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.${advice}`,
      { statusCode: 500 },
    );
  }

  #refuseIfFull(type: string, subnet: Subnet): void {
    const refusal = this.refusal(type, subnet.availabilityZone);
    if (refusal !== undefined) throw refusal;
    if (this.addressesInUse(subnet) >= usableAddresses(subnet.cidrBlock)) {
      throw new AwsError('InsufficientFreeAddressesInSubnet', `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`);
    }
  }

  #become(instance: Instance, state: InstanceState): void {
    instance.state = state;
    this.#publish(instance);
  }

  #publish(instance: Instance): void {
    this.#account.eventBridge.publish({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      detail: { 'instance-id': instance.id, state: instance.state },
      resources: [this.#account.arn('ec2', `instance/${instance.id}`)],
    });
  }

  #billedSecondsOf(instance: Instance): number {
    const until = instance.terminatedAt ?? this.#account.clock.now();
    return Math.max(minimumBilledSeconds, (until - instance.launchedAt) / 1000);
  }
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
