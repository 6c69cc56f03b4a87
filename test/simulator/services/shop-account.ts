import type { Template, TemplateResource } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import type { Group } from '../../../simulator/services/auto-scaling/group.ts';
import type { LoadBalancer } from '../../../simulator/services/elastic-load-balancing/load-balancer.ts';
import type { TargetGroup } from '../../../simulator/services/elastic-load-balancing/target-group.ts';

/** A person who plays the world outside: nothing is enforced. */
export const someone: Principal = { kind: 'outside', name: 'someone' };

export const zones = ['eu-west-3a', 'eu-west-3b', 'eu-west-3c'];
export const startsAt = Date.parse('2026-01-05T00:00:00Z');
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A second after the minute: what the test changes then counts from the next minute on. */
export const settle = 5 * minute + 1000;

export interface ShopOptions {
  readonly min: number;
  readonly max: number;
  /** Types in the order of their priority; one type makes a group without a mixed instances policy. */
  readonly types: readonly string[];
  readonly vCpuQuota: number | undefined;
  readonly credits: 'standard' | 'unlimited';
  readonly group: Readonly<Record<string, unknown>>;
  readonly targetGroup: Readonly<Record<string, unknown>>;
  readonly balancer: Readonly<Record<string, unknown>>;
  readonly launchTemplateData: Readonly<Record<string, unknown>>;
  readonly updatePolicy: Readonly<Record<string, unknown>>;
  /** CPU utilisation in percent that a scaling policy keeps; no policy without it. */
  readonly targetPercent: number | undefined;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly seed: number;
}

const defaults: ShopOptions = {
  min: 2,
  max: 12,
  types: ['t3.medium'],
  vCpuQuota: 256,
  credits: 'unlimited',
  group: {},
  targetGroup: {},
  balancer: {},
  launchTemplateData: {},
  updatePolicy: {},
  targetPercent: undefined,
  resources: {},
  seed: 1,
};

/** A deployed shop: three zones, a load balancer, a group of instances. */
export class ShopAccount {
  readonly clock: VirtualClock;
  readonly account: Account;
  readonly #deployer: Deployer;

  constructor(seed: number) {
    this.clock = VirtualClock.detached(startsAt);
    this.account = new Account({ clock: this.clock, seed });
    this.#deployer = new Deployer(this.account);
  }

  static async deploy(options: Partial<ShopOptions> = {}): Promise<ShopAccount> {
    const all = { ...defaults, ...options };
    const shop = new ShopAccount(all.seed);
    if (all.vCpuQuota !== undefined) shop.account.serviceQuotas.set('ec2', 'L-1216C47A', all.vCpuQuota);
    shop.account.shop.servesRequestsPerSecond = { 't3.medium': 40, 't3a.medium': 38, 'c5.large': 60, 'm5.large': 50 };
    await shop.redeploy(options);
    return shop;
  }

  /** Deploys again, as a change of the template does. */
  async redeploy(options: Partial<ShopOptions> = {}): Promise<void> {
    await this.#deployer.deploy({ stacks: [{ name: 'Shop', template: templateOf({ ...defaults, ...options }), assets: [] }] });
  }

  get group(): Group {
    const [group] = this.account.autoScaling.groups;
    if (group === undefined) throw new Error('There is no group.');
    return group;
  }

  get targetGroup(): TargetGroup {
    const [group] = this.account.elasticLoadBalancing.targetGroups.values();
    if (group === undefined) throw new Error('There is no target group.');
    return group;
  }

  get balancer(): LoadBalancer {
    const [balancer] = this.account.elasticLoadBalancing.loadBalancers.values();
    if (balancer === undefined) throw new Error('There is no load balancer.');
    return balancer;
  }

  /** Calls an operation; no time passes. */
  call<T = Record<string, unknown>>(sdkId: string, operation: string, input: unknown): Promise<T> {
    return this.account.call({ principal: someone, sdkId, operation, input }) as Promise<T>;
  }

  async after(milliseconds: number): Promise<void> {
    await this.clock.runUntil(this.clock.now() + milliseconds);
  }

  /** Targets in a state. */
  targets(state: string): number {
    return [...this.targetGroup.targets.values()].filter((target) => target.state === state).length;
  }

  occurrences(kind: string): string[] {
    return this.account.occurrences.filter((occurrence) => occurrence.kind === kind).map(({ text }) => text);
  }
}

function templateOf(options: ShopOptions): Template {
  const subnets = zones.map((zone, index) => [`Subnet${index}`, resource('Subnet', { VpcId: ref('Vpc'), AvailabilityZone: zone, CidrBlock: `10.0.${index}.0/24` })] as const);
  const subnetRefs = zones.map((_zone, index) => ref(`Subnet${index}`));
  const [firstType] = options.types;
  const specification = { LaunchTemplateId: ref('Template'), Version: getAtt('Template', 'LatestVersionNumber') };
  const overrides = options.types.map((InstanceType) => ({ InstanceType }));
  const launch =
    options.types.length === 1
      ? { LaunchTemplate: specification }
      : { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: specification, Overrides: overrides } } };
  return {
    Resources: {
      Vpc: resource('VPC', { CidrBlock: '10.0.0.0/16' }),
      ...Object.fromEntries(subnets),
      Template: resource('LaunchTemplate', {
        LaunchTemplateData: {
          InstanceType: firstType,
          ImageId: 'ami-0123456789abcdef0',
          Monitoring: { Enabled: true },
          CreditSpecification: { CpuCredits: options.credits },
          ...options.launchTemplateData,
        },
      }),
      Balancer: elb('LoadBalancer', { Scheme: 'internet-facing', Subnets: subnetRefs, Type: 'application', ...options.balancer }),
      Targets: elb('TargetGroup', {
        Port: 80,
        Protocol: 'HTTP',
        VpcId: ref('Vpc'),
        HealthCheckIntervalSeconds: 15,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 3,
        TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }],
        ...options.targetGroup,
      }),
      Listener: elb('Listener', { LoadBalancerArn: ref('Balancer'), Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }] }),
      Group: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        UpdatePolicy: options.updatePolicy,
        Properties: {
          MinSize: String(options.min),
          MaxSize: String(options.max),
          VPCZoneIdentifier: subnetRefs,
          TargetGroupARNs: [ref('Targets')],
          HealthCheckType: 'ELB',
          HealthCheckGracePeriod: 180,
          DefaultInstanceWarmup: 120,
          MetricsCollection: [{ Granularity: '1Minute' }],
          Tags: [{ Key: 'webmarket:component', Value: 'shop', PropagateAtLaunch: true }],
          ...launch,
          ...options.group,
        },
      },
      ...(options.targetPercent === undefined ? {} : { Policy: policy(options.targetPercent) }),
      ...options.resources,
    },
  };
}

function policy(targetPercent: number): TemplateResource {
  const TargetTrackingConfiguration = { PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' }, TargetValue: targetPercent };
  return {
    Type: 'AWS::AutoScaling::ScalingPolicy',
    Properties: { AutoScalingGroupName: ref('Group'), PolicyType: 'TargetTrackingScaling', TargetTrackingConfiguration },
  };
}

function resource(name: string, properties: Record<string, unknown>): TemplateResource {
  return { Type: `AWS::EC2::${name}`, Properties: properties };
}

function elb(name: string, properties: Record<string, unknown>): TemplateResource {
  return { Type: `AWS::ElasticLoadBalancingV2::${name}`, Properties: properties };
}

export function ref(logicalId: string): Record<string, unknown> {
  return { Ref: logicalId };
}

export function getAtt(logicalId: string, attribute: string): Record<string, unknown> {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

/** A shop whose instances have come up. */
export async function running(options: Partial<ShopOptions> = {}): Promise<ShopAccount> {
  const shop = await ShopAccount.deploy(options);
  await shop.after(settle);
  return shop;
}

/** UpdateAutoScalingGroup on the one group. */
export function update(shop: ShopAccount, change: Record<string, unknown>): Promise<unknown> {
  return shop.call('Auto Scaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: shop.group.name, ...change });
}

/** Instances of the group a zone, in the order of `zones`. */
export function countsByZone(shop: ShopAccount): number[] {
  return zones.map((zone) => shop.group.active().filter(({ instance }) => instance.subnet.availabilityZone === zone).length);
}
