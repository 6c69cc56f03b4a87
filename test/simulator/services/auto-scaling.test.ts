import { hour, minute, ShopAccount, zones } from './shop-account.ts';

const settle = 5 * minute;

interface Activity {
  readonly StatusCode: string;
  readonly StatusMessage?: string;
  readonly Cause: string;
}

interface ActivitiesAnswer {
  readonly Activities: readonly Activity[];
  readonly NextToken?: string;
}

async function running(options: Parameters<typeof ShopAccount.deploy>[0] = {}): Promise<ShopAccount> {
  const shop = await ShopAccount.deploy(options);
  await shop.after(settle);
  return shop;
}

function update(shop: ShopAccount, change: Record<string, unknown>): Promise<unknown> {
  return shop.call('Auto Scaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: shop.group.name, ...change });
}

function activities(shop: ShopAccount, input: Record<string, unknown> = {}): Promise<ActivitiesAnswer> {
  return shop.call('Auto Scaling', 'DescribeScalingActivities', { AutoScalingGroupName: shop.group.name, ...input });
}

function countsByZone(shop: ShopAccount): number[] {
  return zones.map((zone) => shop.group.active().filter(({ instance }) => instance.subnet.availabilityZone === zone).length);
}

describe('the size of a group', () => {
  it('raises the desired capacity when the minimum is raised above it (1)', async () => {
    const shop = await running();

    await update(shop, { MinSize: 6 });
    expect(shop.group.desired).toBe(6);

    await shop.after(settle);
    expect(shop.group.inService()).toHaveLength(6);
  });

  it('cuts the desired capacity when the maximum is lowered below it (1)', async () => {
    const shop = await running({ min: 6 });

    await update(shop, { MinSize: 2 });
    expect(shop.group.desired).toBe(6);

    await update(shop, { MaxSize: 4 });
    expect(shop.group.desired).toBe(4);
  });

  it('refuses a minimum above the maximum and changes nothing', async () => {
    const shop = await running();

    await expect(update(shop, { MinSize: 13 })).rejects.toMatchObject({ name: 'ValidationError' });
    expect([shop.group.min, shop.group.max, shop.group.desired]).toEqual([2, 12, 2]);
  });

  it('refuses a desired capacity outside the limits', async () => {
    const shop = await running();
    const set = (DesiredCapacity: number): Promise<unknown> => shop.call('Auto Scaling', 'SetDesiredCapacity', { AutoScalingGroupName: shop.group.name, DesiredCapacity });

    await expect(set(13)).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(set(1)).rejects.toMatchObject({ name: 'ValidationError' });
    await set(5);
    expect(shop.group.desired).toBe(5);
  });

  it('does not hold a desired capacity above the minimum: target tracking scales in to it (2)', async () => {
    const shop = await running({ targetPercent: 50 });

    await shop.call('Auto Scaling', 'SetDesiredCapacity', { AutoScalingGroupName: shop.group.name, DesiredCapacity: 6 });
    await shop.after(10 * minute);
    expect(shop.group.inService()).toHaveLength(6);

    await shop.after(2 * hour);
    expect(shop.group.desired).toBe(2);
  });

  it('never scales in below the minimum, nor out above the maximum', async () => {
    const shop = await running({ min: 3, max: 5, targetPercent: 50 });

    shop.account.shop.visitors = () => 1000;
    await shop.after(hour);
    expect(shop.group.desired).toBe(5);

    shop.account.shop.visitors = () => 0;
    await shop.after(3 * hour);
    expect(shop.group.desired).toBe(3);
  });

  it('names the sizes in the authorisation only when they are given (14)', async () => {
    const shop = await running();
    const authorise = (input: Record<string, unknown>): unknown =>
      shop.account.autoScaling.operations['UpdateAutoScalingGroup']?.authorise({ AutoScalingGroupName: shop.group.name, ...input } as never);
    const tags = { 'aws:ResourceTag/webmarket:component': 'shop', 'autoscaling:ResourceTag/webmarket:component': 'shop' };
    const base = { action: 'autoscaling:UpdateAutoScalingGroup', resource: shop.group.arn };

    expect(authorise({ MinSize: 4 })).toEqual([{ ...base, context: { 'autoscaling:MinSize': 4, ...tags } }]);
    expect(authorise({ MaxSize: 9 })).toEqual([{ ...base, context: { 'autoscaling:MaxSize': 9, ...tags } }]);
    expect(authorise({})).toEqual([{ ...base, context: tags }]);
  });
});

describe('launching', () => {
  it('spreads instances over the zones', async () => {
    const shop = await running({ min: 7 });

    expect(countsByZone(shop).toSorted()).toEqual([2, 2, 3]);
  });

  it('succeeds as a request and fails later, visibly only in the activities (3)', async () => {
    const shop = await running();
    for (const zone of zones) shop.account.ec2.setCapacity(zone, 't3.medium', 'none');

    await update(shop, { MinSize: 5 });
    await shop.after(minute);

    const { Activities } = await activities(shop);
    expect(shop.group.inService()).toHaveLength(2);
    expect(Activities[0]).toMatchObject({ StatusCode: 'Failed' });
    expect(Activities[0]?.StatusMessage).toContain('InsufficientInstanceCapacity - We currently do not have sufficient t3.medium capacity in the Availability Zone you requested (eu-west-3');
  });

  it('gives a hundred activities a page, newest first (3)', async () => {
    const shop = await running();
    for (const zone of zones) shop.account.ec2.setCapacity(zone, 't3.medium', 'none');
    await update(shop, { MinSize: 5 });
    await shop.after(4 * hour);

    const first = await activities(shop);
    const second = await activities(shop, { NextToken: first.NextToken });

    expect(first.Activities).toHaveLength(100);
    expect(second.Activities.length).toBeGreaterThan(0);
    expect(second.Activities.at(-1)?.Cause).toContain('a user request created an AutoScalingGroup');
  });

  it('takes the other zones when one has no capacity', async () => {
    const shop = await running();
    shop.account.ec2.setCapacity('eu-west-3b', 't3.medium', 'none');

    await update(shop, { MinSize: 6 });
    await shop.after(settle);

    expect(shop.group.inService()).toHaveLength(6);
    expect(countsByZone(shop)[1]).toBeLessThanOrEqual(1);
  });

  it('evens the zones out once capacity is back', async () => {
    const shop = await running();
    shop.account.ec2.setCapacity('eu-west-3b', 't3.medium', 'none');
    await update(shop, { MinSize: 6 });
    await shop.after(settle);

    shop.account.ec2.setCapacity('eu-west-3b', 't3.medium', 'unlimited');
    await shop.after(30 * minute);

    expect(countsByZone(shop)).toEqual([2, 2, 2]);
  });

  it('falls back to the next type in the order of priority', async () => {
    const shop = await running({ types: ['t3.medium', 't3a.medium'] });
    for (const zone of zones) shop.account.ec2.setCapacity(zone, 't3.medium', 'none');

    await update(shop, { MinSize: 5 });
    await shop.after(settle);

    expect(shop.group.inService().map(({ instance }) => instance.type).toSorted()).toEqual(['t3.medium', 't3.medium', 't3a.medium', 't3a.medium', 't3a.medium']);
  });

  it('stops at the vCPU quota, which counts families together (6)', async () => {
    const shop = await running({ vCpuQuota: 10, types: ['t3.medium', 'c5.large'], min: 2 });

    await update(shop, { MinSize: 8 });
    await shop.after(settle);

    const { Activities } = await activities(shop);
    expect(shop.group.inService()).toHaveLength(5);
    expect(Activities[0]?.StatusMessage).toMatch(/^Could not launch On-Demand Instances\. VcpuLimitExceeded - .* vCPU limit of 10 /u);
  });

  it('goes on by itself when the quota is raised', async () => {
    const shop = await running({ vCpuQuota: 10, min: 8 });
    expect(shop.group.inService()).toHaveLength(5);

    shop.account.serviceQuotas.set('ec2', 'L-1216C47A', 64);
    await shop.after(10 * minute);

    expect(shop.group.inService()).toHaveLength(8);
  });

  it('publishes an event for every launch that ends', async () => {
    const shop = new ShopAccount(1);
    const events: string[] = [];
    const { eventBridge } = shop.account;
    const publish = eventBridge.publish.bind(eventBridge);
    eventBridge.publish = (event) => {
      events.push(event.detailType);
      publish(event);
    };
    await shop.redeploy({ vCpuQuota: undefined });
    await shop.after(minute);

    expect(events.filter((name) => name === 'EC2 Instance Launch Successful')).toHaveLength(2);

    await shop.call('Auto Scaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: shop.group.name, MinSize: 3 });
    await shop.after(20_000);

    // The default quota of a new account is 5 vCPUs: two instances fit.
    expect(events).toContain('EC2 Instance Launch Unsuccessful');
  });
});

describe('suspended processes', () => {
  it('starts nothing while Launch is suspended, and what is missing once it is resumed (8)', async () => {
    const shop = await running();
    const processes = { AutoScalingGroupName: shop.group.name, ScalingProcesses: ['Launch'] };
    await shop.call('Auto Scaling', 'SuspendProcesses', processes);

    await update(shop, { MinSize: 4 });
    await shop.after(30 * minute);
    expect(shop.group.active()).toHaveLength(2);

    await shop.call('Auto Scaling', 'ResumeProcesses', processes);
    await shop.after(settle);
    expect(shop.group.inService()).toHaveLength(4);
  });

  it('never registers what was launched while AddToLoadBalancer was suspended (8)', async () => {
    const shop = await running();
    const processes = { AutoScalingGroupName: shop.group.name, ScalingProcesses: ['AddToLoadBalancer'] };
    await shop.call('Auto Scaling', 'SuspendProcesses', processes);
    await update(shop, { MinSize: 4 });
    await shop.after(settle);

    await shop.call('Auto Scaling', 'ResumeProcesses', processes);
    await shop.after(hour);

    expect(shop.group.inService()).toHaveLength(4);
    expect(shop.targetGroup.targets.size).toBe(2);
  });

  it('shows them with their reason', async () => {
    const shop = await running();
    await shop.call('Auto Scaling', 'SuspendProcesses', { AutoScalingGroupName: shop.group.name, ScalingProcesses: ['Launch'] });

    const { AutoScalingGroups } = await shop.call<{ AutoScalingGroups: unknown[] }>('Auto Scaling', 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [shop.group.name] });

    expect(AutoScalingGroups).toMatchObject([{ SuspendedProcesses: [{ ProcessName: 'Launch', SuspensionReason: 'User suspended at 2026-01-05T00:05:00Z' }] }]);
  });

  it('does not let alarms change the group while AlarmNotification is suspended', async () => {
    const shop = await running({ targetPercent: 50 });
    await shop.call('Auto Scaling', 'SuspendProcesses', { AutoScalingGroupName: shop.group.name, ScalingProcesses: ['AlarmNotification'] });

    shop.account.shop.visitors = () => 1000;
    await shop.after(hour);

    expect(shop.group.desired).toBe(2);
  });

  it('ends nothing while Terminate is suspended', async () => {
    const shop = await running({ min: 4 });
    await shop.call('Auto Scaling', 'SuspendProcesses', { AutoScalingGroupName: shop.group.name, ScalingProcesses: ['Terminate'] });

    await update(shop, { MinSize: 2, DesiredCapacity: 2 });
    await shop.after(hour);

    expect(shop.group.inService()).toHaveLength(4);
  });
});

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

    await shop.after(2 * minute + 1000);
    expect(shop.group.desired).toBe(2);

    await shop.after(2 * minute);
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

    await shop.after(3 * minute);
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
    for (let step = 0; step < 60; step += 1) {
      await shop.after(minute);
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
