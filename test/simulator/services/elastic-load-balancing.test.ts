import { day, minute, ShopAccount } from './shop-account.ts';

interface TargetAnswer {
  readonly TargetHealthDescriptions: readonly {
    readonly Target: { readonly Id: string; readonly AvailabilityZone: string };
    readonly TargetHealth: { readonly State: string; readonly Reason?: string };
  }[];
}

interface ReservationAnswer {
  readonly DecreaseRequestsRemaining: number;
  readonly MinimumLoadBalancerCapacity?: { readonly CapacityUnits: number };
  readonly CapacityReservationState: readonly { readonly State: { readonly Code: string }; readonly AvailabilityZone: string; readonly EffectiveCapacityUnits: number }[];
}

function health(shop: ShopAccount): Promise<TargetAnswer> {
  return shop.call('Elastic Load Balancing v2', 'DescribeTargetHealth', { TargetGroupArn: shop.targetGroup.definition.arn });
}

function reserve(shop: ShopAccount, CapacityUnits: number | undefined): Promise<ReservationAnswer> {
  const change = CapacityUnits === undefined ? { ResetCapacityReservation: true } : { MinimumLoadBalancerCapacity: { CapacityUnits } };
  return shop.call('Elastic Load Balancing v2', 'ModifyCapacityReservation', { LoadBalancerArn: shop.balancer.arn, ...change });
}

function reservation(shop: ShopAccount): Promise<ReservationAnswer> {
  return shop.call('Elastic Load Balancing v2', 'DescribeCapacityReservation', { LoadBalancerArn: shop.balancer.arn });
}

/** A shop whose Region may reserve `quota` LCU, and that has reserved 300. */
async function withReservation(quota = 1000): Promise<ShopAccount> {
  const shop = await ShopAccount.deploy();
  shop.account.serviceQuotas.set('elasticloadbalancing', 'L-8A66D0E6', quota);
  await reserve(shop, 300);
  await shop.after(30 * minute);
  return shop;
}

describe('targets', () => {
  it('are in service before they serve: initial until they pass a check (5)', async () => {
    const shop = new ShopAccount(1);
    shop.account.shop.bootSeconds = { low: 60, high: 61 };
    shop.account.serviceQuotas.set('ec2', 'L-1216C47A', 64);
    await shop.redeploy();

    await shop.after(50_000);
    const early = await health(shop);
    await shop.after(2 * minute);
    const late = await health(shop);

    expect(shop.group.inService()).toHaveLength(2);
    expect(early.TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth)).toMatchObject([
      { State: 'initial', Reason: 'Elb.InitialHealthChecking' },
      { State: 'initial', Reason: 'Elb.InitialHealthChecking' },
    ]);
    expect(late.TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth.State)).toEqual(['healthy', 'healthy']);
  });

  it('name their zone, so that readiness can be counted a zone (5)', async () => {
    const shop = await ShopAccount.deploy({ min: 3 });
    await shop.after(5 * minute);

    const { TargetHealthDescriptions } = await health(shop);

    expect(TargetHealthDescriptions.map(({ Target }) => Target.AvailabilityZone).toSorted()).toEqual(['eu-west-3a', 'eu-west-3b', 'eu-west-3c']);
  });

  it('become unhealthy after the threshold, and healthy again after theirs', async () => {
    const shop = await ShopAccount.deploy({ group: { HealthCheckType: 'EC2' } });
    await shop.after(5 * minute);
    const id = shop.group.inService()[0]?.instance.id ?? '';
    const state = async (): Promise<string | undefined> => (await health(shop)).TargetHealthDescriptions.find(({ Target }) => Target.Id === id)?.TargetHealth.State;

    shop.account.shop.breakInstance(id);
    await shop.after(30_000);
    expect(await state()).toBe('healthy');
    await shop.after(20_000);
    expect(await state()).toBe('unhealthy');

    shop.account.shop.repairInstance(id);
    await shop.after(14_000);
    expect(await state()).toBe('unhealthy');
    await shop.after(20_000);
    expect(await state()).toBe('healthy');
  });

  it('never become healthy under a release that does not start', async () => {
    const shop = await ShopAccount.deploy({ group: { HealthCheckType: 'EC2' } });
    await shop.after(5 * minute);
    shop.account.shop.doesReleaseStart = false;

    await shop.call('Auto Scaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: shop.group.name, MinSize: 4 });
    await shop.after(20 * minute);

    expect([shop.targets('healthy'), shop.targets('unhealthy')]).toEqual([2, 2]);
  });

  it('take requests although every one is unhealthy: the load balancer fails open (5)', async () => {
    const shop = await ShopAccount.deploy({ group: { HealthCheckType: 'EC2' }, targetGroup: { HealthCheckIntervalSeconds: 5 } });
    await shop.after(5 * minute);
    shop.account.shop.visitors = () => 20;
    for (const { instance } of shop.group.inService()) shop.account.shop.breakInstance(instance.id);
    await shop.after(minute);

    // Unhealthy targets answer again long before they have passed enough checks.
    shop.targetGroup.definition = { ...shop.targetGroup.definition, healthCheck: { ...shop.targetGroup.definition.healthCheck, intervalSeconds: 3600 } };
    for (const { instance } of shop.group.inService()) shop.account.shop.repairInstance(instance.id);
    const before = shop.account.shop.served;
    await shop.after(10 * minute);

    expect(shop.targets('healthy')).toBe(0);
    expect(shop.account.shop.served).toBeGreaterThan(before);
  });

  it('are unused while no listener forwards to their group', async () => {
    const shop = await ShopAccount.deploy();
    await shop.after(5 * minute);
    shop.account.elasticLoadBalancing.listeners.clear();

    const { TargetHealthDescriptions } = await health(shop);

    expect(TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth.Reason)).toEqual(['Target.NotInUse', 'Target.NotInUse']);
  });
});

describe('a capacity reservation (7)', () => {
  it('is refused at the default quota of the Region, which is zero', async () => {
    const shop = await ShopAccount.deploy();

    await expect(reserve(shop, 100)).rejects.toMatchObject({ name: 'CapacityUnitsLimitExceededException' });
  });

  it('has no state before the first request: empty is not done', async () => {
    const shop = await ShopAccount.deploy();

    await expect(reservation(shop)).resolves.toEqual({ DecreaseRequestsRemaining: 2, CapacityReservationState: [] });
  });

  it('is pending in every zone first, and provisioned zone by zone', async () => {
    const shop = await ShopAccount.deploy();
    shop.account.serviceQuotas.set('elasticloadbalancing', 'L-8A66D0E6', 1000);

    const answer = await reserve(shop, 300);
    expect(answer.CapacityReservationState.map(({ State }) => State.Code)).toEqual(['pending', 'pending', 'pending']);

    await shop.after(30 * minute);
    const { CapacityReservationState, MinimumLoadBalancerCapacity } = await reservation(shop);
    expect(MinimumLoadBalancerCapacity).toEqual({ CapacityUnits: 300 });
    expect(CapacityReservationState).toMatchObject([
      { State: { Code: 'provisioned' }, AvailabilityZone: 'eu-west-3a', EffectiveCapacityUnits: 100 },
      { State: { Code: 'provisioned' }, AvailabilityZone: 'eu-west-3b', EffectiveCapacityUnits: 100 },
      { State: { Code: 'provisioned' }, AvailabilityZone: 'eu-west-3c', EffectiveCapacityUnits: 100 },
    ]);
  });

  it('does not take a request while the one before is pending: 429', async () => {
    const shop = await withReservation();
    await reserve(shop, 400);

    await expect(reserve(shop, 500)).rejects.toMatchObject({ name: 'PriorRequestNotCompleteException', statusCode: 429 });
  });

  it('is refused when the Region has no capacity: 500', async () => {
    const shop = await withReservation();
    shop.account.elasticLoadBalancing.supply.isExhausted = true;

    await expect(reserve(shop, 400)).rejects.toMatchObject({ name: 'InsufficientCapacityException', statusCode: 500 });
  });

  it('fails in a zone after it was accepted', async () => {
    const shop = await ShopAccount.deploy();
    shop.account.serviceQuotas.set('elasticloadbalancing', 'L-8A66D0E6', 1000);
    shop.account.elasticLoadBalancing.supply.failingZones.add('eu-west-3b');
    await reserve(shop, 300);
    await shop.after(30 * minute);

    const { CapacityReservationState } = await reservation(shop);

    expect(CapacityReservationState.map(({ State }) => State.Code)).toEqual(['provisioned', 'failed', 'provisioned']);
  });

  it('is lowered twice a day, not three times', async () => {
    const shop = await withReservation();
    await reserve(shop, 200);
    await shop.after(30 * minute);
    const second = await reserve(shop, 100);
    await shop.after(30 * minute);

    expect(second.DecreaseRequestsRemaining).toBe(0);
    await expect(reserve(shop, undefined)).rejects.toMatchObject({ name: 'CapacityDecreaseRequestsLimitExceededException' });

    await shop.after(day);
    await expect(reserve(shop, undefined)).resolves.toEqual(expect.objectContaining({ CapacityReservationState: [] }));
  });

  it('is authorised on the load balancer', async () => {
    const shop = await ShopAccount.deploy();
    const { ModifyCapacityReservation } = shop.account.elasticLoadBalancing.operations;

    expect(ModifyCapacityReservation.authorise({ LoadBalancerArn: shop.balancer.arn } as never)).toMatchObject([
      { action: 'elasticloadbalancing:ModifyCapacityReservation', resource: shop.balancer.arn },
    ]);
  });

  it('is asked for by a template', async () => {
    const shop = new ShopAccount(1);
    shop.account.serviceQuotas.set('elasticloadbalancing', 'L-8A66D0E6', 1000);
    await shop.redeploy({ vCpuQuota: 64, balancer: { MinimumLoadBalancerCapacity: { CapacityUnits: 150 } } });

    await expect(reservation(shop)).resolves.toMatchObject({ MinimumLoadBalancerCapacity: { CapacityUnits: 150 } });
  });
});

describe('descriptions', () => {
  it('find load balancers, target groups and listeners', async () => {
    const shop = await ShopAccount.deploy();
    const LoadBalancerArn = shop.balancer.arn;

    const balancers = await shop.call('Elastic Load Balancing v2', 'DescribeLoadBalancers', { LoadBalancerArns: [LoadBalancerArn] });
    const groups = await shop.call('Elastic Load Balancing v2', 'DescribeTargetGroups', { LoadBalancerArn });
    const listeners = await shop.call('Elastic Load Balancing v2', 'DescribeListeners', { LoadBalancerArn });

    expect(balancers).toMatchObject({ LoadBalancers: [{ Type: 'application', AvailabilityZones: [{ ZoneName: 'eu-west-3a' }, {}, {}] }] });
    expect(groups).toMatchObject({ TargetGroups: [{ LoadBalancerArns: [LoadBalancerArn], HealthCheckIntervalSeconds: 15 }] });
    expect(listeners).toMatchObject({ Listeners: [{ Port: 80, Protocol: 'HTTP' }] });
  });

  it('refuse a load balancer that does not exist', async () => {
    const shop = await ShopAccount.deploy();

    const asked = shop.call('Elastic Load Balancing v2', 'DescribeCapacityReservation', { LoadBalancerArn: 'arn:none' });
    await expect(asked).rejects.toMatchObject({ name: 'LoadBalancerNotFoundException' });
  });
});
