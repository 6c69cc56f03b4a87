import { newCreditAccount, spendMinute } from '../../../simulator/physics/shop/credits.ts';
import { instanceType } from '../../../simulator/services/ec2/instance-types.ts';
import { day, hour, minute, ShopAccount, startsAt } from './shop-account.ts';

const t3Medium = instanceType('t3.medium');

interface MetricAnswer {
  readonly MetricDataResults: readonly { readonly Values: readonly number[] }[];
}

async function serving(requestsPerSecond: number, options: Parameters<typeof ShopAccount.deploy>[0] = {}): Promise<ShopAccount> {
  const shop = await ShopAccount.deploy(options);
  await shop.after(5 * minute + 1000);
  shop.account.shop.visitors = () => requestsPerSecond;
  return shop;
}

function balancerMetric(shop: ShopAccount, MetricName: string, Stat: string): Promise<MetricAnswer> {
  const Metric = { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: [{ Name: 'LoadBalancer', Value: shop.balancer.fullName }] };
  return shop.call('CloudWatch', 'GetMetricData', {
    StartTime: new Date(shop.clock.now() - 3 * minute),
    EndTime: new Date(shop.clock.now()),
    MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat } }],
  });
}

async function sixHours(seed: number): Promise<unknown> {
  const shop = await serving(70, { targetPercent: 50, seed });
  await shop.after(6 * hour);
  return [shop.account.shop.served, shop.account.occurrences];
}

describe('the load', () => {
  it('is divided evenly over healthy targets and moves their CPU', async () => {
    const shop = await serving(40);

    await shop.after(3 * minute);

    for (const { instance } of shop.group.inService()) expect(shop.account.shop.cpuPercent(instance.id)).toBeCloseTo(52, -0.5);
    expect(shop.account.shop.refused).toBe(0);
  });

  it('is refused beyond what the instances serve, and counted', async () => {
    const shop = await serving(100);

    await shop.after(10 * minute);

    // Two instances serve 40 requests a second each.
    expect(shop.account.shop.refused / (shop.account.shop.served + shop.account.shop.refused)).toBeCloseTo(0.2, 1);
    const refused = await balancerMetric(shop, 'HTTPCode_Target_5XX_Count', 'Sum');
    expect(refused.MetricDataResults[0]?.Values[1]).toBe(20 * 60);
  });

  it('makes responses slow near saturation', async () => {
    const shop = await serving(10);
    await shop.after(5 * minute);
    const calm = await balancerMetric(shop, 'TargetResponseTime', 'Average');

    shop.account.shop.visitors = () => 76;
    await shop.after(5 * minute);
    const busy = await balancerMetric(shop, 'TargetResponseTime', 'Average');
    const slowest = await balancerMetric(shop, 'TargetResponseTime', 'p95');

    expect(busy.MetricDataResults[0]?.Values[0]).toBeGreaterThan(5 * (calm.MetricDataResults[0]?.Values[0] ?? Infinity));
    expect(slowest.MetricDataResults[0]?.Values[0]).toBeGreaterThan(2 * (busy.MetricDataResults[0]?.Values[0] ?? Infinity));
  });

  it('counts minutes with visitors and no healthy target', async () => {
    const shop = await serving(10, { group: { HealthCheckType: 'EC2' } });
    for (const { instance } of shop.group.inService()) shop.account.shop.breakInstance(instance.id);

    await shop.after(10 * minute);

    expect(shop.account.shop.minutesWithoutHealthyCapacity).toBeGreaterThanOrEqual(9);
    expect(shop.account.shop.refused).toBeGreaterThan(0);
  });

  it('is sampled every minute', async () => {
    const shop = await serving(10, { min: 3 });

    await shop.after(2 * minute);

    const { samples } = shop.account.shop;
    expect(samples.at(-1)).toEqual({ at: startsAt + 6 * minute, requestsPerSecond: 10, healthy: 3, inService: 3, desired: 3, minSize: 3, refused: 0 });
  });

  it('says which type the scenario forgot', async () => {
    const shop = await serving(10);
    shop.account.shop.servesRequestsPerSecond = {};

    await expect(shop.after(minute)).rejects.toThrow('how many requests a second a t3.medium serves');
  });

  it('is the same in every run with the same seed', async () => {
    expect(await sixHours(7)).toEqual(await sixHours(7));
    expect(await sixHours(8)).not.toEqual(await sixHours(7));
  });
});

describe('CPU credits of T3', () => {
  it('begin at nothing: there are no launch credits (10)', () => {
    expect(newCreditAccount().balance).toBe(0);
  });

  it('are earned below the baseline and banked up to a day\'s worth', () => {
    const credits = newCreditAccount();

    for (let step = 0; step < 60; step += 1) spendMinute(credits, t3Medium, 'unlimited', 0);
    expect(credits.balance).toBeCloseTo(24);

    for (let step = 0; step < 30 * 24 * 60; step += 1) spendMinute(credits, t3Medium, 'unlimited', 0);
    expect(credits.balance).toBe(576);
  });

  it('throttle a fresh instance in standard mode to its baseline (10)', () => {
    expect(spendMinute(newCreditAccount(), t3Medium, 'standard', 1)).toBeCloseTo(0.2);
  });

  it('let a fresh instance go on in unlimited mode, on surplus (10)', () => {
    const credits = newCreditAccount();

    expect(spendMinute(credits, t3Medium, 'unlimited', 1)).toBe(1);
    expect(credits.surplus).toBeCloseTo(1.6);
  });

  it('refuse visitors on a fresh standard group that an unlimited one serves (10)', async () => {
    const standard = await serving(60, { credits: 'standard' });
    const unlimited = await serving(60, { credits: 'unlimited' });

    await standard.after(hour);
    await unlimited.after(hour);

    expect(standard.account.shop.refused).toBeGreaterThan(0);
    expect(unlimited.account.shop.refused).toBe(0);
  });

  it('bill the surplus when the instance ends (10)', async () => {
    const shop = await serving(150, { min: 4 });
    await shop.after(hour);
    const before = shop.account.shop.surplusVCpuHours();

    shop.account.shop.visitors = () => 0;
    await shop.call('Auto Scaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: shop.group.name, MinSize: 2, DesiredCapacity: 2 });
    await shop.after(5 * minute);

    expect(before).toBe(0);
    expect(shop.account.shop.surplusVCpuHours()).toBeGreaterThan(2);
  });
});

describe('cost', () => {
  it('counts billed hours by type', async () => {
    const shop = await ShopAccount.deploy({ min: 3 });

    await shop.after(10 * hour);

    expect(shop.account.shop.instanceHours()['t3.medium']).toBeCloseTo(30, 1);
  });

  it('counts an instance that ended at once for a minute', async () => {
    const shop = await ShopAccount.deploy({ min: 1, group: { HealthCheckType: 'EC2' } });
    await shop.after(20_000);
    const [instance] = shop.account.ec2.instances.all();

    shop.account.ec2.instances.terminate(instance?.id ?? '');

    expect(shop.account.ec2.instanceHours()['t3.medium']).toBeCloseTo(1 / 60);
  });
});

describe('thirty days', () => {
  it('fit in memory: minutes are kept for fifteen days, hours before', async () => {
    const shop = await serving(30);
    await shop.after(20 * day);
    const series = shop.account.cloudWatch.series({ namespace: 'AWS/ApplicationELB', metricName: 'RequestCount', dimensions: { LoadBalancer: shop.balancer.fullName } });
    const from = Math.floor(startsAt / minute);

    expect(series.aggregate(from + 24 * 60, from + 48 * 60)?.sum).toBe(30 * 86_400);
    expect(series.sets(from + 24 * 60, from + 48 * 60)).toHaveLength(24);
  });
});
