import { countsByZone, hour, minute, running, settle, ShopAccount, update, zones } from './shop-account.ts';

interface Activity {
  readonly StatusCode: string;
  readonly StatusMessage?: string;
  readonly Cause: string;
}

interface ActivitiesAnswer {
  readonly Activities: readonly Activity[];
  readonly NextToken?: string;
}

function activities(shop: ShopAccount, input: Record<string, unknown> = {}): Promise<ActivitiesAnswer> {
  return shop.call('Auto Scaling', 'DescribeScalingActivities', { AutoScalingGroupName: shop.group.name, ...input });
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

    expect(countsByZone(shop).toSorted((left, right) => left - right)).toEqual([2, 2, 3]);
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
    for (const zone of zones) shop.account.ec2.setCapacity(zone, 't3.medium', 'none');

    await update(shop, { MinSize: 8 });
    await shop.after(settle);

    const { Activities } = await activities(shop);
    expect(shop.group.inService().map(({ instance }) => instance.type).toSorted()).toEqual(['c5.large', 'c5.large', 'c5.large', 't3.medium', 't3.medium']);
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

    expect(AutoScalingGroups).toMatchObject([{ SuspendedProcesses: [{ ProcessName: 'Launch', SuspensionReason: 'User suspended at 2026-01-05T00:05:01Z' }] }]);
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
