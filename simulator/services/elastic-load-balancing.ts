import type {
  DescribeCapacityReservationCommandInput,
  DescribeCapacityReservationCommandOutput,
  DescribeListenersCommandInput,
  DescribeListenersCommandOutput,
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  ModifyCapacityReservationCommandInput,
  ModifyCapacityReservationCommandOutput,
  SetSecurityGroupsCommandInput,
  SetSecurityGroupsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';
import type { Tags } from './ec2/network.ts';
import { CapacityReservation, type CapacitySupply } from './elastic-load-balancing/capacity-reservation.ts';
import { describeListener, describeLoadBalancer, describeTarget, describeTargetGroup, forwardsOf, type Listener, type LoadBalancer } from './elastic-load-balancing/load-balancer.ts';
import { TargetGroup, type TargetGroupDefinition } from './elastic-load-balancing/target-group.ts';
import { pageOf } from './paging.ts';

const onAnything = (action: string) => () => [{ action: `elasticloadbalancing:${action}`, resource: '*' }];

/** Simulated Elastic Load Balancing v2: application load balancers, their target groups, and LCU reservations. */
export class ElasticLoadBalancing implements AwsService {
  readonly sdkId = 'Elastic Load Balancing v2';
  readonly statesName = 'elasticloadbalancingv2';
  readonly statesErrorPrefix = 'ElasticLoadBalancingV2';

  readonly loadBalancers = new Map<string, LoadBalancer>();
  readonly targetGroups = new Map<string, TargetGroup>();
  readonly listeners = new Map<string, Listener>();
  /** What of LCU capacity the Region has to give; a scenario changes it. */
  readonly supply: CapacitySupply = { isExhausted: false, failingZones: new Set() };

  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    DescribeLoadBalancers: operation<DescribeLoadBalancersCommandInput, DescribeLoadBalancersCommandOutput>({
      authorise: onAnything('DescribeLoadBalancers'),
      execute: (input) => this.#describeLoadBalancers(input),
    }),
    DescribeTargetGroups: operation<DescribeTargetGroupsCommandInput, DescribeTargetGroupsCommandOutput>({
      authorise: onAnything('DescribeTargetGroups'),
      execute: (input) => this.#describeTargetGroups(input),
    }),
    DescribeListeners: operation<DescribeListenersCommandInput, DescribeListenersCommandOutput>({
      authorise: onAnything('DescribeListeners'),
      execute: (input) => this.#describeListeners(input),
    }),
    DescribeTargetHealth: operation<DescribeTargetHealthCommandInput, DescribeTargetHealthCommandOutput>({
      authorise: onAnything('DescribeTargetHealth'),
      execute: (input) => this.#describeTargetHealth(input),
    }),
    DescribeCapacityReservation: operation<DescribeCapacityReservationCommandInput, DescribeCapacityReservationCommandOutput>({
      authorise: onAnything('DescribeCapacityReservation'),
      execute: ({ LoadBalancerArn }) => this.loadBalancer(LoadBalancerArn).reservation.describe(),
    }),
    ModifyCapacityReservation: operation<ModifyCapacityReservationCommandInput, ModifyCapacityReservationCommandOutput>({
      authorise: ({ LoadBalancerArn }) => [this.#onLoadBalancer('ModifyCapacityReservation', String(LoadBalancerArn))],
      execute: (input) => {
        const balancer = this.loadBalancer(input.LoadBalancerArn);
        return balancer.reservation.modify(input, this.#unitsReserved() - balancer.reservation.units);
      },
    }),
    SetSecurityGroups: operation<SetSecurityGroupsCommandInput, SetSecurityGroupsCommandOutput>({
      authorise: ({ LoadBalancerArn, SecurityGroups }) => [
        this.#onLoadBalancer('SetSecurityGroups', String(LoadBalancerArn), { 'elasticloadbalancing:SecurityGroup': SecurityGroups ?? [] }),
      ],
      execute: (input) => this.#setSecurityGroups(input),
    }),
  };

  createLoadBalancer(definition: Omit<LoadBalancer, 'arn' | 'fullName' | 'dnsName' | 'createdAt' | 'reservation'>): LoadBalancer {
    const random = this.#account.random.stream('elastic-load-balancing.id');
    const fullName = `app/${definition.name}/${random.hex(16)}`;
    const zones = definition.subnets.map(({ availabilityZone }) => availabilityZone);
    const { accessChanges } = this.#account.ec2;
    const orDefault = (ids: readonly string[]): readonly string[] => this.#account.ec2.groupsOrDefault(ids, definition.vpcId);
    let groupIds = orDefault(definition.securityGroupIds);
    const balancer: LoadBalancer = {
      ...definition,
      // Whoever gives it other groups, a call or a deployment, changes what it reaches.
      get securityGroupIds() {
        return groupIds;
      },
      set securityGroupIds(ids) {
        groupIds = orDefault(ids);
        accessChanges.announce({ kind: 'attachments' });
      },
      fullName,
      arn: this.#account.arn('elasticloadbalancing', `loadbalancer/${fullName}`),
      dnsName: `${definition.scheme === 'internal' ? 'internal-' : ''}${definition.name}-${random.integer(100_000_000, 999_999_999)}.${this.#account.region}.elb.amazonaws.com`,
      createdAt: this.#account.clock.now(),
      reservation: new CapacityReservation(this.#account, zones, this.supply),
    };
    this.loadBalancers.set(balancer.arn, balancer);
    this.#account.shop.keepTime();
    return balancer;
  }

  createTargetGroup(definition: Omit<TargetGroupDefinition, 'arn'>): TargetGroup {
    const id = this.#account.random.stream('elastic-load-balancing.id').hex(16);
    const arn = this.#account.arn('elasticloadbalancing', `targetgroup/${definition.name}/${id}`);
    const group = new TargetGroup(this.#account, { ...definition, arn });
    this.targetGroups.set(arn, group);
    this.#account.ec2.instances.onEnd(({ id: instanceId }) => group.instanceEnded(instanceId));
    return group;
  }

  createListener(definition: Omit<Listener, 'arn' | 'rules'>): Listener {
    const { fullName } = this.loadBalancer(definition.loadBalancerArn);
    const id = this.#account.random.stream('elastic-load-balancing.id').hex(16);
    const listener: Listener = { ...definition, arn: this.#account.arn('elasticloadbalancing', `listener/${fullName}/${id}`), rules: new Map() };
    this.listeners.set(listener.arn, listener);
    // Its target groups may now be reached by a load balancer that did not reach them.
    this.#account.ec2.accessChanges.announce({ kind: 'attachments' });
    return listener;
  }

  loadBalancer(arn: string | undefined): LoadBalancer {
    const balancer = this.loadBalancers.get(arn ?? '');
    if (balancer === undefined) throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${arn}]' not found`);
    return balancer;
  }

  targetGroup(arn: string | undefined): TargetGroup {
    const group = this.targetGroups.get(arn ?? '');
    if (group === undefined) throw new AwsError('TargetGroupNotFoundException', `Target groups '${arn}' not found`);
    return group;
  }

  listener(arn: string | undefined): Listener {
    const listener = this.listeners.get(arn ?? '');
    if (listener === undefined) throw new AwsError('ListenerNotFoundException', `One or more listeners not found: ${arn}`);
    return listener;
  }

  /**
   * The groups that take the traffic of a load balancer: those that default actions forward to, or else those of
   * the rules (a listener that refuses what does not carry a secret header forwards by a rule only).
   */
  trafficOf(balancerArn: string): { readonly group: TargetGroup; readonly weight: number }[] {
    const listeners = [...this.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === balancerArn);
    const byDefault = listeners.flatMap(({ defaultActions }) => forwardsOf(defaultActions));
    const byRule = listeners.flatMap(({ rules }) => [...rules.values()].flatMap(({ actions }) => forwardsOf(actions)));
    const weights = new Map((byDefault.length > 0 ? byDefault : byRule).map(({ arn, weight }) => [arn, weight]));
    return [...weights].map(([arn, weight]) => ({ group: this.targetGroup(arn), weight }));
  }

  /** Load balancers whose listeners name a target group. */
  loadBalancersOf(groupArn: string): string[] {
    const arns = [...this.listeners.values()]
      .filter(({ defaultActions, rules }) =>
        [defaultActions, ...[...rules.values()].map(({ actions }) => actions)].some((actions) => forwardsOf(actions).some(({ arn }) => arn === groupArn)),
      )
      .map(({ loadBalancerArn }) => loadBalancerArn);
    return [...new Set(arns)];
  }

  /** To be called when the application of an instance stops answering, or answers again. */
  answeringChanged(instanceId: string): void {
    for (const group of this.targetGroups.values()) group.answeringChanged(instanceId);
  }

  #unitsReserved(): number {
    return [...this.loadBalancers.values()].reduce((sum, { reservation }) => sum + reservation.units, 0);
  }

  #onLoadBalancer(action: string, arn: string, keys: Readonly<Record<string, readonly string[]>> = {}): AuthorisationRequest {
    const tags: Tags = this.loadBalancers.get(arn)?.tags ?? {};
    const context = Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`elasticloadbalancing:ResourceTag/${key}`, value]] as const),
    );
    return { action: `elasticloadbalancing:${action}`, resource: arn, context: { ...keys, ...context } };
  }

  /** The given groups take the place of those that it has (API reference, SetSecurityGroups). */
  #setSecurityGroups(input: SetSecurityGroupsCommandInput): Omit<SetSecurityGroupsCommandOutput, '$metadata'> {
    if (input.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic !== undefined) {
      throw new NotModelledError('EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic of SetSecurityGroups is for network load balancers, which are not modelled.');
    }
    const balancer = this.loadBalancer(input.LoadBalancerArn);
    const ids = [...new Set(input.SecurityGroups)];
    if (ids.length === 0) throw new AwsError('ValidationError', 'At least one security group must be specified');
    const { securityGroups } = this.#account.ec2;
    for (const id of ids) {
      if (securityGroups.has(id) && securityGroups.find(id).vpcId === balancer.vpcId) continue;
      throw new AwsError('InvalidSecurityGroupException', `The security group '${id}' does not exist in the VPC '${balancer.vpcId}'`);
    }
    balancer.securityGroupIds = ids;
    return { SecurityGroupIds: ids };
  }

  #describeLoadBalancers(input: DescribeLoadBalancersCommandInput): Omit<DescribeLoadBalancersCommandOutput, '$metadata'> {
    const all = [...this.loadBalancers.values()];
    const byName = (name: string): LoadBalancer => {
      const found = all.find((balancer) => balancer.name === name);
      if (found === undefined) throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${name}]' not found`);
      return found;
    };
    const chosen = input.LoadBalancerArns?.map((arn) => this.loadBalancer(arn)) ?? input.Names?.map(byName) ?? all;
    const page = pageOf(chosen, paging(input));
    return { LoadBalancers: page.items.map(describeLoadBalancer), NextMarker: page.nextToken };
  }

  #describeTargetGroups(input: DescribeTargetGroupsCommandInput): Omit<DescribeTargetGroupsCommandOutput, '$metadata'> {
    const { LoadBalancerArn: balancerArn, Names: names } = input;
    const all = input.TargetGroupArns?.map((arn) => this.targetGroup(arn)) ?? [...this.targetGroups.values()];
    const chosen = all.filter(
      ({ definition: { arn, name } }) => (names?.includes(name) ?? true) && (balancerArn === undefined || this.loadBalancersOf(arn).includes(balancerArn)),
    );
    const page = pageOf(chosen, paging(input));
    return { TargetGroups: page.items.map((group) => describeTargetGroup(group, this.loadBalancersOf(group.definition.arn))), NextMarker: page.nextToken };
  }

  #describeListeners(input: DescribeListenersCommandInput): Omit<DescribeListenersCommandOutput, '$metadata'> {
    const chosen =
      input.ListenerArns?.map((arn) => this.listener(arn)) ??
      [...this.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === this.loadBalancer(input.LoadBalancerArn).arn);
    const page = pageOf(chosen, paging(input));
    return { Listeners: page.items.map(describeListener), NextMarker: page.nextToken };
  }

  #describeTargetHealth(input: DescribeTargetHealthCommandInput): Omit<DescribeTargetHealthCommandOutput, '$metadata'> {
    if (input.Include !== undefined) throw new NotModelledError('Include of DescribeTargetHealth is not modelled.');
    const group = this.targetGroup(input.TargetGroupArn);
    const isInUse = this.loadBalancersOf(group.definition.arn).length > 0;
    const all = [...group.targets.values()];
    if (input.Targets === undefined) return { TargetHealthDescriptions: all.map((target) => describeTarget(target, isInUse)) };
    return {
      TargetHealthDescriptions: input.Targets.map((asked) => {
        const target = group.targets.get(String(asked.Id));
        if (target !== undefined) return describeTarget(target, isInUse);
        return { Target: asked, TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered', Description: 'Target is not registered to the target group' } };
      }),
    };
  }
}

function badToken(): AwsError {
  return new AwsError('ValidationError', 'The marker is not valid.');
}

function paging(input: { readonly PageSize?: number | undefined; readonly Marker?: string | undefined }) {
  return { size: input.PageSize, defaultSize: 400, token: input.Marker, badToken };
}
