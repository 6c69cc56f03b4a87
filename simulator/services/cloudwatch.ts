import { isDeepStrictEqual } from 'node:util';
import type {
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  DescribeAlarmsForMetricCommandInput,
  DescribeAlarmsForMetricCommandOutput,
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  GetMetricStatisticsCommandInput,
  GetMetricStatisticsCommandOutput,
  MetricDataQuery,
  MetricDatum,
  PutMetricDataCommandInput,
  PutMetricDataCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AwsService, operation } from '../kernel/service.ts';
import { type Alarm, type AlarmDefinition, describeAlarm, type MetricIdentity } from './cloudwatch/alarm.ts';
import { AlarmBoard } from './cloudwatch/alarm-board.ts';
import { MetricSeries, type StatisticSet } from './cloudwatch/series.ts';
import { parseStatistic, valueOver } from './cloudwatch/statistics.ts';
import { pageOf } from './paging.ts';

export interface MetricPoint extends MetricIdentity {
  readonly value: number | StatisticSet;
  /** For people: values are kept as given. */
  readonly unit?: string;
  /** Epoch milliseconds. @default now */
  readonly at?: number;
}

const minuteMilliseconds = 60_000;
const dayMilliseconds = 86_400_000;
/** API reference, GetMetricStatistics: at most 1,440 data points a call. */
const maximumDatapoints = 1440;
/** API reference, GetMetricData: as many metrics a call, and as many data points before it answers in pages. */
const metricDataLimits = { queries: 500, datapoints: 100_800 } as const;
/** Until then data are kept by the minute (CloudWatch user guide, "Metrics retention"). */
const minuteRetentionMilliseconds = 15 * dayMilliseconds;

/** Simulated CloudWatch: metrics by the minute, and alarms on them. */
export class CloudWatch implements AwsService {
  readonly sdkId = 'CloudWatch';
  readonly statesName = 'cloudwatch';
  readonly statesErrorPrefix = 'CloudWatch';
  readonly alarms: AlarmBoard;

  readonly #account: Account;
  readonly #series = new Map<string, MetricSeries>();
  #agedAt = 0;

  constructor(account: Account) {
    this.#account = account;
    this.alarms = new AlarmBoard(account, (metric) => this.series(metric));
  }

  readonly operations = {
    PutMetricData: operation<PutMetricDataCommandInput, PutMetricDataCommandOutput>({
      authorise: ({ Namespace }) => [{ action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': String(Namespace) } }],
      execute: (input) => {
        this.#putMetricData(input);
        return {};
      },
    }),
    GetMetricData: operation<GetMetricDataCommandInput, GetMetricDataCommandOutput>({
      authorise: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
      execute: (input) => this.#getMetricData(input),
    }),
    GetMetricStatistics: operation<GetMetricStatisticsCommandInput, GetMetricStatisticsCommandOutput>({
      authorise: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
      execute: (input) => this.#getMetricStatistics(input),
    }),
    DescribeAlarms: operation<DescribeAlarmsCommandInput, DescribeAlarmsCommandOutput>({
      authorise: ({ AlarmNames }) =>
        (AlarmNames ?? ['*']).map((name) => ({ action: 'cloudwatch:DescribeAlarms', resource: this.#account.arn('cloudwatch', `alarm:${name}`) })),
      execute: (input) => this.#describeAlarms(input),
    }),
    DescribeAlarmsForMetric: operation<DescribeAlarmsForMetricCommandInput, DescribeAlarmsForMetricCommandOutput>({
      authorise: () => [{ action: 'cloudwatch:DescribeAlarmsForMetric', resource: '*' }],
      execute: (input) => this.#describeAlarmsForMetric(input),
    }),
  };

  /** Records a value, as AWS's own services do. */
  putMetric(point: MetricPoint): void {
    const minute = Math.floor((point.at ?? this.#account.clock.now()) / minuteMilliseconds);
    const series = this.series(point);
    if (typeof point.value === 'number') series.add(minute, point.value);
    else series.addSet(minute, point.value);
  }

  /** The data of a metric, created when it is first named. Whoever writes every minute keeps it. */
  series({ namespace, metricName, dimensions }: MetricIdentity): MetricSeries {
    const parts = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`).toSorted();
    const key = [namespace, metricName, ...parts].join('\n');
    let series = this.#series.get(key);
    if (series === undefined) {
      this.#ageSeries();
      series = new MetricSeries();
      this.#series.set(key, series);
    }
    return series;
  }

  /** Instances come and go, and leave their metrics behind: once a day, when there is something new. */
  #ageSeries(): void {
    const now = this.#account.clock.now();
    if (now < this.#agedAt + dayMilliseconds) return;
    this.#agedAt = now;
    for (const series of this.#series.values()) series.age(Math.floor(now / minuteMilliseconds));
  }

  /** Creates an alarm or changes it; its state stays. */
  putAlarm(definition: AlarmDefinition): Alarm {
    this.#account.shop.keepTime();
    return this.alarms.put(definition);
  }

  #putMetricData(input: PutMetricDataCommandInput): void {
    if (input.EntityMetricData !== undefined) throw new NotModelledError('EntityMetricData of PutMetricData is not modelled.');
    const namespace = String(input.Namespace);
    if (namespace.startsWith('AWS/')) {
      throw new AwsError('InvalidParameterValueException', 'The value AWS/ for parameter Namespace is invalid: it is reserved.');
    }
    for (const datum of input.MetricData ?? []) {
      const at = datum.Timestamp === undefined ? this.#account.clock.now() : epoch(datum.Timestamp);
      const identity = { namespace, metricName: String(datum.MetricName), dimensions: dimensionsOf(datum.Dimensions) };
      for (const value of valuesOf(datum)) this.putMetric({ ...identity, value, at });
    }
  }

  #getMetricData(input: GetMetricDataCommandInput): Omit<GetMetricDataCommandOutput, '$metadata'> {
    if (input.NextToken !== undefined || input.MaxDatapoints !== undefined) throw new NotModelledError('Paging of GetMetricData is not modelled.');
    const [from, to] = [epoch(input.StartTime), epoch(input.EndTime)];
    if (from >= to) throw new AwsError('ValidationError', 'The parameter EndTime must be greater than StartTime.');
    if ((input.MetricDataQueries ?? []).length > metricDataLimits.queries) {
      throw new AwsError('ValidationError', `The collection MetricDataQueries must not have a size greater than ${metricDataLimits.queries}.`);
    }
    const ascending = input.ScanBy === 'TimestampAscending';
    const queries = (input.MetricDataQueries ?? []).filter(({ ReturnData }) => ReturnData !== false);
    const results = queries.map((query) => ({ query, points: this.#pointsOf(query, from, to) }));
    const total = results.reduce((sum, { points }) => sum + points.length, 0);
    if (total > metricDataLimits.datapoints) {
      throw new NotModelledError(`GetMetricData of ${total} data points comes in pages of ${metricDataLimits.datapoints}, which are not modelled.`);
    }
    return {
      MetricDataResults: results.map(({ query, points }) => {
        if (!ascending) points.reverse();
        return {
          Id: query.Id,
          Label: query.Label ?? query.MetricStat?.Metric?.MetricName,
          Timestamps: points.map(({ at }) => new Date(at)),
          Values: points.map(({ value }) => value),
          StatusCode: 'Complete' as const,
        };
      }),
      Messages: [],
    };
  }

  #pointsOf(query: MetricDataQuery, from: number, to: number): { readonly at: number; readonly value: number }[] {
    const { MetricStat: stat } = query;
    if (stat === undefined) throw new NotModelledError(`The expression ${query.Expression} of GetMetricData is not modelled.`);
    if (query.AccountId !== undefined) throw new NotModelledError('AccountId of GetMetricData is not modelled.');
    return this.#datapoints(identityOf(stat.Metric ?? {}), { from, to, periodSeconds: stat.Period ?? 60, statistic: stat.Stat });
  }

  #getMetricStatistics(input: GetMetricStatisticsCommandInput): Omit<GetMetricStatisticsCommandOutput, '$metadata'> {
    const statistics = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
    const byTime = new Map<number, Record<string, unknown>>();
    for (const statistic of statistics) {
      const range = { from: epoch(input.StartTime), to: epoch(input.EndTime), periodSeconds: input.Period ?? 60, statistic };
      for (const { at, value } of this.#datapoints(identityOf(input), range)) {
        const point = byTime.get(at) ?? { Timestamp: new Date(at) };
        if (/^p\d/u.test(statistic)) point['ExtendedStatistics'] = { ...(point['ExtendedStatistics'] as object | undefined), [statistic]: value };
        else point[statistic] = value;
        byTime.set(at, point);
      }
    }
    if (byTime.size > maximumDatapoints) {
      throw new AwsError('InvalidParameterCombinationException', `You have requested up to ${byTime.size} datapoints, which exceeds the limit of ${maximumDatapoints}.`);
    }
    return { Label: input.MetricName, Datapoints: [...byTime.values()] };
  }

  #datapoints(
    metric: MetricIdentity,
    range: { readonly from: number; readonly to: number; readonly periodSeconds: number; readonly statistic: string | undefined },
  ): { readonly at: number; readonly value: number }[] {
    const { periodSeconds } = range;
    if (periodSeconds % 60 !== 0) throw new NotModelledError(`A period of ${periodSeconds} s is not modelled: whole minutes are.`);
    // For 63 days AWS keeps five-minute data. Here they are gone with the minutes: to answer nothing would be a lie.
    if (periodSeconds % 300 === 0 && periodSeconds % 3600 !== 0 && range.from < this.#account.clock.now() - minuteRetentionMilliseconds) {
      throw new NotModelledError(`A period of ${periodSeconds} s more than 15 days back is not modelled: whole hours are.`);
    }
    const statistic = parseStatistic(range.statistic);
    const series = this.series(metric);
    const periodMilliseconds = periodSeconds * 1000;
    const points: { at: number; value: number }[] = [];
    // The start is rounded down to the period, the end is exclusive (API reference, GetMetricData).
    for (let at = Math.floor(range.from / periodMilliseconds) * periodMilliseconds; at < range.to; at += periodMilliseconds) {
      const minute = at / minuteMilliseconds;
      const value = valueOver(series, minute, minute + periodSeconds / 60, statistic);
      if (value !== undefined) points.push({ at, value });
    }
    return points;
  }

  #describeAlarms(input: DescribeAlarmsCommandInput): Omit<DescribeAlarmsCommandOutput, '$metadata'> {
    for (const field of ['ActionPrefix', 'ChildrenOfAlarmName', 'ParentsOfAlarmName'] as const) {
      if (input[field] !== undefined) throw new NotModelledError(`${field} of DescribeAlarms is not modelled.`);
    }
    if (input.AlarmTypes?.includes('CompositeAlarm') === true) throw new NotModelledError('Composite alarms are not modelled.');
    const chosen = this.alarms.all().filter(
      ({ definition: { name }, state }) =>
        (input.AlarmNames?.includes(name) ?? true) && name.startsWith(input.AlarmNamePrefix ?? '') && (input.StateValue ?? state) === state,
    );
    const page = pageOf(chosen, { size: input.MaxRecords, defaultSize: 50, token: input.NextToken, badToken });
    return { MetricAlarms: page.items.map(describeAlarm), CompositeAlarms: [], NextToken: page.nextToken };
  }

  /** A metric with dimensions is found only by all of them (API reference, DescribeAlarmsForMetric). */
  #describeAlarmsForMetric(input: DescribeAlarmsForMetricCommandInput): Omit<DescribeAlarmsForMetricCommandOutput, '$metadata'> {
    if (input.Unit !== undefined) throw new NotModelledError('Unit of DescribeAlarmsForMetric is not modelled.');
    const metric = identityOf(input);
    const statistic = input.ExtendedStatistic ?? input.Statistic;
    const chosen = this.alarms.all().filter(
      ({ definition }) =>
        definition.namespace === metric.namespace &&
        definition.metricName === metric.metricName &&
        isDeepStrictEqual(definition.dimensions, metric.dimensions) &&
        (statistic ?? definition.statistic) === definition.statistic &&
        (input.Period ?? definition.periodSeconds) === definition.periodSeconds,
    );
    return { MetricAlarms: chosen.map(describeAlarm) };
  }
}

function badToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The next token specified is invalid.');
}

function identityOf(metric: { readonly Namespace?: string | undefined; readonly MetricName?: string | undefined; readonly Dimensions?: MetricDatum['Dimensions'] }): MetricIdentity {
  return { namespace: String(metric.Namespace), metricName: String(metric.MetricName), dimensions: dimensionsOf(metric.Dimensions) };
}

function dimensionsOf(list: MetricDatum['Dimensions']): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Name, Value }) => [String(Name), String(Value)]));
}

function valuesOf(datum: MetricDatum): (number | StatisticSet)[] {
  const { StatisticValues: set, Values: values, Counts: counts, Value: value } = datum;
  if (set !== undefined) {
    return [{ count: Number(set.SampleCount), sum: Number(set.Sum), minimum: Number(set.Minimum), maximum: Number(set.Maximum) }];
  }
  if (values !== undefined) {
    return values.map((item, index) => {
      const count = counts?.[index] ?? 1;
      return { count, sum: item * count, minimum: item, maximum: item };
    });
  }
  return value === undefined ? [] : [value];
}

/** Workflows give instants as text, handlers as `Date`. */
function epoch(instant: Date | string | number | undefined): number {
  const at = instant instanceof Date ? instant.getTime() : typeof instant === 'number' ? instant * 1000 : Date.parse(String(instant));
  if (Number.isNaN(at)) throw new AwsError('ValidationError', `The parameter ${String(instant)} is not an instant.`);
  return at;
}
