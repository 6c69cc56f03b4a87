import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { installSdkHook } from '../../../simulator/kernel/sdk-hook.ts';
import { MetricSeries } from '../../../simulator/services/cloudwatch/series.ts';
import { configuration, CostAccount, day, hour, startsAt } from './cost-account.ts';
import { running, update } from './shop-account.ts';

const client = new CloudWatchClient({ ...configuration, maxAttempts: 1 });
const minute = 60_000;
const namespace = 'Shop';
const metricName = 'Size';

let removeHook: () => void;
beforeAll(() => {
  removeHook = installSdkHook();
});
afterAll(() => removeHook());

/** A value every minute until the clock's time. */
function publish(cost: CostAccount, from: number, valueAt: (at: number) => number): void {
  const series = cost.account.cloudWatch.series({ namespace, metricName, dimensions: {} });
  for (let at = from; at < cost.clock.now(); at += minute) series.add(at / minute, valueAt(at));
}

interface Question {
  readonly from: number;
  readonly to: number;
  readonly period?: number;
  readonly stat?: string;
  readonly metrics?: number;
}

async function hours(cost: CostAccount, { from, to, period = 3600, stat = 'Minimum', metrics = 1 }: Question): Promise<Map<number, number>> {
  const Metric = { Namespace: namespace, MetricName: metricName };
  const { MetricDataResults: [result] = [] } = await cost.asSomeone(() =>
    client.send(
      new GetMetricDataCommand({
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: Array.from({ length: metrics }, (_value, index) => ({ Id: `m${index}`, MetricStat: { Metric, Period: period, Stat: stat } })),
      }),
    ),
  );
  return new Map((result?.Timestamps ?? []).map((at, index) => [(at.getTime() - startsAt) / hour, result?.Values?.[index] ?? Number.NaN]));
}

/** Four, and in one minute of every sixth hour two. */
const dips = (at: number): number => ((at - startsAt) / hour) % 6 === 0.5 ? 2 : 4;

describe('hours of a hundred days', () => {
  it('are all there, and the least of each is the least of its minutes, near and far', async () => {
    const cost = new CostAccount();
    await cost.after(100 * day);
    publish(cost, startsAt, dips);
    const found = await hours(cost, { from: startsAt, to: cost.clock.now() });
    expect(found.size).toBe(2400);
    expect([...found].filter(([at, least]) => least !== (at % 6 === 0 ? 2 : 4))).toEqual([]);
    const sums = await hours(cost, { from: startsAt, to: cost.clock.now(), stat: 'SampleCount' });
    expect(new Set(sums.values())).toEqual(new Set([60]));
  });

  it('an hour of which nothing is known has no point', async () => {
    const cost = new CostAccount();
    await cost.after(40 * day);
    publish(cost, startsAt, (at) => (at - startsAt) / day);
    const other = cost.account.cloudWatch.series({ namespace, metricName: 'Gap', dimensions: {} });
    for (let at = startsAt; at < cost.clock.now(); at += minute) if (Math.floor((at - startsAt) / hour) !== 50) other.add(at / minute, 1);
    const found = [...Array.from({ length: 4 }).keys()].map((index) => (startsAt + (49 + index) * hour) / minute).map((first) => other.aggregate(first, first + 60)?.count);
    expect(found).toEqual([60, undefined, 60, 60]);
  });

  it('what comes late joins its hour, and hides nothing around it', () => {
    const series = new MetricSeries();
    const first = startsAt / minute;
    for (let index = 0; index < 30 * 24 * 60; index += 1) series.add(first + index, 4);
    series.add(first + 10 * 60 + 7, 1);
    expect([9, 10, 11].map((at) => series.aggregate(first + at * 60, first + at * 60 + 60))).toEqual([
      { count: 60, sum: 240, minimum: 4, maximum: 4 },
      { count: 61, sum: 241, minimum: 1, maximum: 4 },
      { count: 60, sum: 240, minimum: 4, maximum: 4 },
    ]);
    expect(series.sets(first, first + 24 * 60)).toHaveLength(24);
  });

  it('are kept of a metric to which nothing is added any more', () => {
    const series = new MetricSeries();
    const first = startsAt / minute;
    for (let index = 0; index < 10 * 24 * 60; index += 1) series.addSet(first + index, { count: 2, sum: 10, minimum: index % 60, maximum: (index % 60) + 10 });
    series.age(first + 12 * 24 * 60);
    expect(series.sets(first, first + 60)).toHaveLength(60);
    series.age(first + 30 * 24 * 60);
    expect(series.sets(first, first + 60)).toEqual([{ count: 120, sum: 600, minimum: 0, maximum: 69 }]);
    expect(series.sets(first, first + 10 * 24 * 60)).toHaveLength(240);
    series.age(first + 460 * 24 * 60);
    expect(series.sets(first, first + 10 * 24 * 60)).toHaveLength(120);
  });

  it('are forgotten after 455 days', () => {
    const series = new MetricSeries();
    const first = startsAt / minute;
    for (let index = 0; index < 480 * 24; index += 1) series.add(first + index * 60, 1);
    const known = [...Array.from({ length: 480 }).keys()].filter((index) => series.aggregate(first + index * 1440, first + index * 1440 + 1440) !== undefined);
    expect(known[0]).toBeGreaterThanOrEqual(480 - 457);
    expect(known[0]).toBeLessThanOrEqual(480 - 454);
    expect(known.at(-1)).toBe(479);
  });
});

it('minutes older than fifteen days are gone, and five-minute data are said to be missing here', async () => {
  const cost = new CostAccount();
  await cost.after(20 * day);
  publish(cost, startsAt, dips);
  expect((await hours(cost, { from: startsAt, to: startsAt + hour, period: 60 })).size).toBe(0);
  await expect(hours(cost, { from: startsAt, to: startsAt + hour, period: 300 })).rejects.toThrow('more than 15 days back is not modelled');
});

it('an answer that AWS would give in pages ends the run', async () => {
  const cost = new CostAccount();
  await cost.after(14 * day);
  publish(cost, startsAt, dips);
  const all = { from: startsAt, to: cost.clock.now(), period: 60 };
  expect(await hours(cost, { ...all, metrics: 5 })).toHaveProperty('size', 20_160);
  await expect(hours(cost, { ...all, metrics: 6 })).rejects.toThrow('pages of 100800');
});

it('a group that collects metrics tells every minute how many serve; the least of an hour shows a loss of minutes', async () => {
  const shop = await running({ min: 3 });
  await shop.after(2 * hour - (shop.clock.now() % hour));
  const begins = shop.clock.now();
  await shop.after(20 * minute);
  const [lost] = shop.group.inService();
  await shop.call('Auto Scaling', 'TerminateInstanceInAutoScalingGroup', { InstanceId: lost?.instance.id, ShouldDecrementDesiredCapacity: false });
  await shop.after(50 * minute);
  await update(shop, { MinSize: 5 });
  await shop.after(50 * minute);
  const series = shop.account.cloudWatch.series({ namespace: 'AWS/AutoScaling', metricName: 'GroupInServiceInstances', dimensions: { AutoScalingGroupName: shop.group.name } });
  const hourOf = (at: number) => series.aggregate(at / minute, at / minute + 60);
  expect(hourOf(begins - hour)).toMatchObject({ count: 60, minimum: 3, maximum: 3 });
  expect(hourOf(begins)).toMatchObject({ count: 60, minimum: 2, maximum: 3 });
  expect(hourOf(begins + hour)).toMatchObject({ minimum: 3, maximum: 5 });
});
