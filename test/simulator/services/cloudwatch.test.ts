import type { CallRecord } from '../../../simulator/kernel/calls.ts';
import { type AlarmState, decideAlarm, type MissingDataTreatment } from '../../../simulator/services/cloudwatch/alarm-decision.ts';
import { MetricSeries } from '../../../simulator/services/cloudwatch/series.ts';
import { percentile } from '../../../simulator/services/cloudwatch/statistics.ts';
import { day, hour, minute, ref, ShopAccount, startsAt } from './shop-account.ts';

interface MetricAnswer {
  readonly MetricDataResults: readonly { readonly Timestamps: readonly Date[]; readonly Values: readonly number[] }[];
}

const custom = { Namespace: 'WebMarket', MetricName: 'Orders', Dimensions: [{ Name: 'Shop', Value: 'paris' }] };

function put(shop: ShopAccount, Value: number): Promise<unknown> {
  const { Namespace, MetricName, Dimensions } = custom;
  return shop.call('CloudWatch', 'PutMetricData', { Namespace, MetricData: [{ MetricName, Dimensions, Value }] });
}

function query(shop: ShopAccount, Stat: string, Period: number, more: Record<string, unknown> = {}): Promise<MetricAnswer> {
  return shop.call('CloudWatch', 'GetMetricData', {
    StartTime: new Date(startsAt),
    EndTime: new Date(startsAt + hour),
    MetricDataQueries: [{ Id: 'orders', MetricStat: { Metric: custom, Period, Stat } }],
    ...more,
  });
}

/** `0` below the threshold, `X` beyond it, `-` no data; oldest first, as the user guide writes it. */
function decide(points: string, treatment: MissingDataTreatment, current: AlarmState = 'OK', datapointsToAlarm = 3): AlarmState {
  const periods = points.split('').map((point) => (point === '-' ? undefined : point === 'X'));
  return decideAlarm({ periods, evaluationPeriods: 3, datapointsToAlarm, treatment, current });
}

describe('metrics', () => {
  it('are summed up by period, newest first unless asked otherwise', async () => {
    const shop = new ShopAccount(1);
    for (const value of [1, 2, 3, 4]) {
      await put(shop, value);
      await put(shop, value * 10);
      await shop.after(minute);
    }

    const sums = await query(shop, 'Sum', 60);
    const averages = await query(shop, 'Average', 120, { ScanBy: 'TimestampAscending' });

    expect(sums.MetricDataResults[0]?.Values).toEqual([44, 33, 22, 11]);
    expect(averages.MetricDataResults[0]).toMatchObject({ Timestamps: [new Date(startsAt), new Date(startsAt + 2 * minute)], Values: [8.25, 19.25] });
  });

  it('know minimum, maximum and sample count', async () => {
    const shop = new ShopAccount(1);
    await put(shop, 5);
    await put(shop, 9);

    const values = await Promise.all(['Minimum', 'Maximum', 'SampleCount'].map((stat) => query(shop, stat, 60)));

    expect(values.map(({ MetricDataResults }) => MetricDataResults[0]?.Values[0])).toEqual([5, 9, 2]);
  });

  it('give percentiles of single values exactly', () => {
    const sets = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((value) => ({ count: 1, sum: value, minimum: value, maximum: value }));

    expect(percentile(sets, 0.5)).toBeCloseTo(5);
    expect(percentile(sets, 0.9)).toBeCloseTo(9);
  });

  it('give statistics by GetMetricStatistics too', async () => {
    const shop = new ShopAccount(1);
    await put(shop, 5);

    const answer = await shop.call('CloudWatch', 'GetMetricStatistics', { ...custom, StartTime: new Date(startsAt), EndTime: new Date(startsAt + hour), Period: 60, Statistics: ['Sum', 'Average'] });

    expect(answer).toMatchObject({ Datapoints: [{ Timestamp: new Date(startsAt), Sum: 5, Average: 5 }] });
  });

  it('are put by a role only into the namespaces that its policy names', async () => {
    const { account } = new ShopAccount(1);
    const role = account.iam.putRole({ name: 'Writer', trust: { Statement: [] } });
    const Condition = { StringEquals: { 'cloudwatch:namespace': 'WebMarket' } };
    account.iam.putRolePolicy('Writer', 'Put', { Statement: { Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*', Condition } });
    const principal = { kind: 'role', roleArn: role.arn, session: 's' } as const;
    const write = (Namespace: string) =>
      account.call({ principal, sdkId: 'CloudWatch', operation: 'PutMetricData', input: { Namespace, MetricData: [{ MetricName: 'Findings', Value: 1 }] } });

    await expect(write('WebMarket')).resolves.toEqual({});
    await expect(write('Other')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('refuse expressions as a gap of the model', async () => {
    const shop = new ShopAccount(1);

    await expect(query(shop, 'Sum', 60, { MetricDataQueries: [{ Id: 'e', Expression: 'a / b' }] })).rejects.toThrow('The expression a / b of GetMetricData is not modelled');
  });

  it('keep hours once their minutes are older than fifteen days', () => {
    const series = new MetricSeries();
    const first = Math.floor(startsAt / minute);
    for (let at = first; at < first + (20 * day) / minute; at += 1) series.add(at, 1);

    expect(series.sets(first, first + 60)).toEqual([{ count: 60, sum: 60, minimum: 1, maximum: 1 }]);
    expect(series.total(startsAt, startsAt + 20 * day)).toBe(20 * 24 * 60);
  });
});

describe('missing data', () => {
  // The table of the CloudWatch user guide for three periods out of three, with five retrieved.
  it.each([
    ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
    ['0----', 'OK', 'OK', 'OK', 'OK'],
    ['-----', 'INSUFFICIENT_DATA', 'retained', 'ALARM', 'OK'],
    ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['--X--', 'ALARM', 'retained', 'ALARM', 'OK'],
  ] as const)('%s: missing %s, ignore %s, breaching %s, notBreaching %s', (points, missing, ignore, breaching, notBreaching) => {
    const retained = 'INSUFFICIENT_DATA';

    expect(decide(points, 'missing', retained)).toBe(missing);
    expect(decide(points, 'ignore', retained)).toBe(ignore === 'retained' ? retained : ignore);
    // One known good point outweighs two that are taken for breaching: three of three are needed.
    expect(decide(points, 'breaching', retained)).toBe(breaching);
    expect(decide(points, 'notBreaching', retained)).toBe(notBreaching);
  });

  it('does not alarm on one fresh point alone', () => {
    expect(decide('----X', 'missing', 'OK')).toBe('OK');
  });

  it('alarms on two of three where that is asked for', () => {
    expect(decide('00X0X', 'missing', 'OK', 2)).toBe('ALARM');
  });
});

describe('alarms', () => {
  const alarm = {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: 'orders',
      Namespace: custom.Namespace,
      MetricName: custom.MetricName,
      Dimensions: custom.Dimensions,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [ref('Topic')],
    },
  };
  const resources = { Orders: alarm, Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } } };

  async function withAlarm(): Promise<ShopAccount> {
    const shop = await ShopAccount.deploy({ resources });
    await shop.after(2 * minute + 1000);
    return shop;
  }

  it('go off after as many minutes as they say, and calm down', async () => {
    const shop = await withAlarm();
    const state = (): string | undefined => shop.account.cloudWatch.alarms.find('orders')?.state;
    expect(state()).toBe('OK');

    await put(shop, 11);
    await shop.after(minute);
    expect(state()).toBe('OK');

    await put(shop, 11);
    await shop.after(minute);
    expect(state()).toBe('ALARM');

    await shop.after(5 * minute);
    expect(state()).toBe('OK');
  });

  it('publish a change of state with its detail', async () => {
    const shop = await withAlarm();
    const details: unknown[] = [];
    const { eventBridge } = shop.account;
    const publish = eventBridge.publish.bind(eventBridge);
    eventBridge.publish = (event) => {
      if (event.detailType === 'CloudWatch Alarm State Change') details.push(event);
      publish(event);
    };

    await put(shop, 11);
    await shop.after(minute);
    await put(shop, 11);
    await shop.after(minute);

    expect(details).toMatchObject([
      {
        source: 'aws.cloudwatch',
        resources: ['arn:aws:cloudwatch:eu-west-3:123456789012:alarm:orders'],
        detail: {
          alarmName: 'orders',
          state: { value: 'ALARM', timestamp: '2026-01-05T00:04:00.000+0000' },
          previousState: { value: 'OK' },
          configuration: { metrics: [{ metricStat: { metric: { name: 'Orders', dimensions: { Shop: 'paris' } }, period: 60, stat: 'Sum' } }] },
        },
      },
    ]);
  });

  it('notify their topic as CloudWatch', async () => {
    const shop = await withAlarm();
    const published: CallRecord[] = [];
    shop.account.calls.onCall((call) => {
      if (call.operation === 'Publish') published.push(call);
    });
    await put(shop, 11);
    await shop.after(minute);
    await put(shop, 11);
    await shop.after(minute);

    expect(published).toMatchObject([{ sdkId: 'SNS', principal: { kind: 'service', service: 'cloudwatch.amazonaws.com' } }]);
  });

  it('are described with their state', async () => {
    const shop = await withAlarm();

    const answer = await shop.call('CloudWatch', 'DescribeAlarms', { AlarmNames: ['orders'] });

    expect(answer).toMatchObject({ MetricAlarms: [{ AlarmName: 'orders', StateValue: 'OK', Period: 60, Statistic: 'Sum', Threshold: 10 }] });
  });

  it.each<[string, object, string[]]>([
    ['a metric with all of its dimensions', custom, ['orders']],
    ['a metric without them', { ...custom, Dimensions: [] }, []],
    ['a statistic of theirs', { ...custom, Statistic: 'Sum', Period: 60 }, ['orders']],
    ['another statistic', { ...custom, Statistic: 'Average' }, []],
    ['another period', { ...custom, Period: 300 }, []],
    ['a metric of another namespace', { ...custom, Namespace: 'Other' }, []],
  ])('are found by %s', async (_what, input, expected) => {
    const shop = await withAlarm();

    const { MetricAlarms } = (await shop.call('CloudWatch', 'DescribeAlarmsForMetric', input)) as { MetricAlarms: { AlarmName: string }[] };

    expect(MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual(expected);
  });

  it('that compute with an expression are refused as a gap of the model', async () => {
    const Metrics = [{ Id: 'e', Expression: 'a / 2' }, { Id: 'a', MetricStat: { Metric: custom, Period: 60, Stat: 'Sum' } }];
    const Properties = { Metrics, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' };

    await expect(ShopAccount.deploy({ resources: { Ratio: { Type: 'AWS::CloudWatch::Alarm', Properties } } })).rejects.toThrow('computes with an expression: not modelled');
  });
});

/** Data points of the group's CPU in the first half hour. */
async function cpuReadings(isDetailed: boolean): Promise<number | undefined> {
  const shop = await ShopAccount.deploy({ launchTemplateData: { Monitoring: { Enabled: isDetailed } } });
  await shop.after(30 * minute + 1000);
  const Metric = { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Dimensions: [{ Name: 'AutoScalingGroupName', Value: shop.group.name }] };
  const answer = await query(shop, 'Average', 60, { MetricDataQueries: [{ Id: 'n', MetricStat: { Metric, Period: 60, Stat: 'Average' } }] });
  return answer.MetricDataResults[0]?.Values.length;
}

describe('group metrics', () => {
  it('come once a minute for a group that collects them', async () => {
    const shop = await ShopAccount.deploy({ min: 3 });
    await shop.after(5 * minute);

    const Metric = { Namespace: 'AWS/AutoScaling', MetricName: 'GroupInServiceInstances', Dimensions: [{ Name: 'AutoScalingGroupName', Value: shop.group.name }] };
    const answer = await query(shop, 'Average', 60, { MetricDataQueries: [{ Id: 'n', MetricStat: { Metric, Period: 60, Stat: 'Average' } }] });

    expect(answer.MetricDataResults[0]?.Values).toEqual([3, 3, 3, 3]);
  });

  it('of CPU come every minute with detailed monitoring, every five without', async () => {
    expect(await cpuReadings(true)).toBe(30);
    expect(await cpuReadings(false)).toBe(6);
  });
});
