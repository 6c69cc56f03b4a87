import { countsByZone, hour, minute, running, settle, ShopAccount, update } from './shop-account.ts';

describe('health', () => {
  it('replaces an instance whose target is unhealthy', async () => {
    const shop = await running();
    const [broken] = shop.group.inService();
    const id = broken?.instance.id ?? '';

    shop.account.shop.breakInstance(id);
    await shop.after(10 * minute);

    expect(shop.group.members.has(id)).toBe(false);
    expect(shop.targets('healthy')).toBe(2);
  });

  it('leaves it alone while ReplaceUnhealthy or HealthCheck is suspended', async () => {
    const shop = await running();
    await shop.call('Auto Scaling', 'SuspendProcesses', { AutoScalingGroupName: shop.group.name, ScalingProcesses: ['HealthCheck'] });
    const id = shop.group.inService()[0]?.instance.id ?? '';

    shop.account.shop.breakInstance(id);
    await shop.after(hour);

    expect(shop.group.members.get(id)).toMatchObject({ lifecycle: 'InService', health: 'Healthy' });
  });

  it('waits for the end of the grace period; a group without one kills what boots too slowly (5)', async () => {
    const slow = { low: 200, high: 240 };
    const patient = new ShopAccount(1);
    patient.account.shop.bootSeconds = slow;
    patient.account.serviceQuotas.set('ec2', 'L-1216C47A', 64);
    await patient.redeploy({ group: { HealthCheckGracePeriod: 600 } });
    const hasty = new ShopAccount(1);
    hasty.account.shop.bootSeconds = slow;
    hasty.account.serviceQuotas.set('ec2', 'L-1216C47A', 64);
    await hasty.redeploy({ group: { HealthCheckGracePeriod: 0 } });

    await patient.after(20 * minute);
    await hasty.after(20 * minute);

    expect(patient.targets('healthy')).toBe(2);
    expect(hasty.targets('healthy')).toBe(0);
    expect(hasty.occurrences('auto-scaling.unhealthy-replaced').length).toBeGreaterThan(1);
  });

  it('replaces an instance that ended by itself', async () => {
    const shop = await running();
    const id = shop.group.inService()[0]?.instance.id ?? '';

    shop.account.ec2.instances.terminate(id);
    await shop.after(10 * minute);

    expect(shop.group.members.has(id)).toBe(false);
    expect(shop.group.inService()).toHaveLength(2);
  });

  it('obeys a health status that was set by hand', async () => {
    const shop = await running();
    const InstanceId = shop.group.inService()[0]?.instance.id ?? '';

    await shop.call('Auto Scaling', 'SetInstanceHealth', { InstanceId, HealthStatus: 'Unhealthy', ShouldRespectGracePeriod: false });
    await shop.after(10 * minute);

    expect(shop.group.members.has(InstanceId)).toBe(false);
  });
});

describe('scaling in', () => {
  it('drains an instance before it ends', async () => {
    const shop = await running({ min: 4 });

    await update(shop, { MinSize: 3, DesiredCapacity: 3 });
    await shop.after(20_000);
    expect([shop.group.count('Terminating'), shop.targets('draining')]).toEqual([1, 1]);

    await shop.after(2 * minute);
    expect([shop.group.members.size, shop.targetGroup.targets.size]).toEqual([3, 3]);
  });

  it('takes from the zone with the most instances', async () => {
    const shop = await running({ min: 6 });

    await update(shop, { MinSize: 3, DesiredCapacity: 3 });
    await shop.after(settle);

    expect(countsByZone(shop)).toEqual([1, 1, 1]);
  });

  it('ends the instances of the oldest launch template first where the policy says so', async () => {
    const group = { TerminationPolicies: ['OldestLaunchTemplate'] };
    const shop = await running({ min: 3, group });
    const old = shop.group.inService().map(({ instance }) => instance.id);
    await shop.redeploy({ min: 6, group, launchTemplateData: { ImageId: 'ami-0fedcba9876543210' } });
    await shop.after(settle);

    await update(shop, { MinSize: 3, DesiredCapacity: 3 });
    await shop.after(settle);

    expect(shop.group.inService().filter(({ instance }) => old.includes(instance.id))).toEqual([]);
  });

  it('does not end an instance by hand below the minimum', async () => {
    const shop = await running();
    const InstanceId = shop.group.inService()[0]?.instance.id ?? '';
    const terminate = (ShouldDecrementDesiredCapacity: boolean): Promise<unknown> =>
      shop.call('Auto Scaling', 'TerminateInstanceInAutoScalingGroup', { InstanceId, ShouldDecrementDesiredCapacity });

    await expect(terminate(true)).rejects.toMatchObject({ name: 'ValidationError' });
    await terminate(false);
    await shop.after(settle);

    expect(shop.group.members.has(InstanceId)).toBe(false);
    expect(shop.group.inService()).toHaveLength(2);
  });
});

describe('target tracking', () => {
  it('scales out after three minutes above the target, in proportion', async () => {
    const shop = await running({ targetPercent: 50 });
    shop.account.shop.visitors = () => 72;

    await shop.after(2 * minute);
    expect(shop.group.desired).toBe(2);

    await shop.after(minute);
    expect(shop.group.desired).toBe(4);
  });

  it('scales in only after fifteen minutes below nine tenths of the target, one at a time', async () => {
    const shop = await running({ min: 2, targetPercent: 50 });
    shop.account.shop.visitors = () => 72;
    await shop.after(20 * minute);
    expect(shop.group.desired).toBe(4);

    shop.account.shop.visitors = () => 10;
    await shop.after(14 * minute);
    expect(shop.group.desired).toBe(4);

    await shop.after(minute);
    expect(shop.group.desired).toBe(3);
  });

  it('counts instances that warm up as capacity on its way', async () => {
    const shop = await running({ targetPercent: 50, group: { DefaultInstanceWarmup: 900 } });
    await shop.after(15 * minute);
    shop.account.shop.visitors = () => 72;

    await shop.after(12 * minute);

    expect(shop.group.desired).toBe(4);
  });

  it('shows its two alarms', async () => {
    const shop = await running({ targetPercent: 50 });

    const { MetricAlarms } = await shop.call<{ MetricAlarms: { Threshold: number; EvaluationPeriods: number }[] }>('CloudWatch', 'DescribeAlarms', { AlarmNamePrefix: 'TargetTracking-' });
    const { ScalingPolicies } = await shop.call<{ ScalingPolicies: { Alarms: unknown[] }[] }>('Auto Scaling', 'DescribePolicies', { AutoScalingGroupName: shop.group.name });

    expect(MetricAlarms.map(({ Threshold, EvaluationPeriods }) => [Threshold, EvaluationPeriods])).toEqual([[50, 3], [45, 15]]);
    expect(ScalingPolicies[0]?.Alarms).toHaveLength(2);
  });
});

describe('an instance refresh', () => {
  it('replaces every instance and keeps the minimum healthy percentage', async () => {
    const shop = await running({ min: 4 });
    const old = shop.group.inService().map(({ instance }) => instance.id);
    await shop.call('Auto Scaling', 'StartInstanceRefresh', { AutoScalingGroupName: shop.group.name, Preferences: { MinHealthyPercentage: 75, InstanceWarmup: 60 } });

    let fewest = Infinity;
    for (let step = 0; step < 360; step += 1) {
      await shop.after(minute / 6);
      fewest = Math.min(fewest, shop.group.inService().length);
    }

    const { InstanceRefreshes } = await shop.call<{ InstanceRefreshes: unknown[] }>('Auto Scaling', 'DescribeInstanceRefreshes', { AutoScalingGroupName: shop.group.name });
    expect(InstanceRefreshes).toMatchObject([{ Status: 'Successful', PercentageComplete: 100 }]);
    expect(shop.group.inService().filter(({ instance }) => old.includes(instance.id))).toEqual([]);
    expect(fewest).toBe(3);
  });

  it('launches the new configuration when the group scales out meanwhile (9)', async () => {
    const shop = await running({ min: 4 });
    await shop.redeploy({ min: 4, launchTemplateData: { ImageId: 'ami-0fedcba9876543210' } });
    await shop.call('Auto Scaling', 'StartInstanceRefresh', { AutoScalingGroupName: shop.group.name });

    await update(shop, { MinSize: 6 });
    await shop.after(2 * minute);

    expect(shop.group.inService().filter(({ templateVersion }) => templateVersion === 2).length).toBeGreaterThanOrEqual(2);
    await expect(shop.call('Auto Scaling', 'StartInstanceRefresh', { AutoScalingGroupName: shop.group.name })).rejects.toMatchObject({ name: 'InstanceRefreshInProgressFault' });
  });
});

describe('a deployment', () => {
  it('puts the minimum back to the template\'s value and leaves the desired capacity alone (13)', async () => {
    const shop = await running();
    await update(shop, { MinSize: 6 });
    await shop.after(settle);

    await shop.redeploy({ group: { HealthCheckGracePeriod: 240 } });

    expect([shop.group.min, shop.group.desired]).toEqual([2, 6]);
  });

  it('resets the desired capacity when the template names one (13)', async () => {
    const shop = await running({ group: { DesiredCapacity: '2' } });
    await update(shop, { MinSize: 6 });
    await shop.after(settle);

    await shop.redeploy({ group: { DesiredCapacity: '2', HealthCheckGracePeriod: 240 } });

    expect([shop.group.min, shop.group.desired]).toEqual([2, 2]);
  });

  it('leaves unmodified sizes alone under IgnoreUnmodifiedGroupSizeProperties', async () => {
    const updatePolicy = { AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } };
    const shop = await running({ updatePolicy });
    await update(shop, { MinSize: 6 });

    await shop.redeploy({ updatePolicy, group: { HealthCheckGracePeriod: 240 } });
    expect(shop.group.min).toBe(6);

    await shop.redeploy({ updatePolicy, min: 3, group: { HealthCheckGracePeriod: 240 } });
    expect(shop.group.min).toBe(3);
  });

  it('changes nothing when the group is the same', async () => {
    const shop = await running();
    await update(shop, { MinSize: 6 });

    await shop.redeploy();

    expect(shop.group.min).toBe(6);
  });
});

describe('gaps of the model', () => {
  it('throws for an input that is not modelled, naming it', async () => {
    const shop = await running();

    const failure = update(shop, { PlacementGroup: 'x' });
    await expect(failure).rejects.toThrow('PlacementGroup of UpdateAutoScalingGroup is not modelled');
  });
});
