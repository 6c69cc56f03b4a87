import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeAlarmsCommand, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { autoScaling, cloudWatch, elasticLoadBalancing } from '../platform/clients.ts';
import { Defect, Refused } from '../platform/errors.ts';

/** A point of a metric: the start of its period in epoch milliseconds, and its value. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

export interface MetricRequest {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average' | 'Minimum' | 'Maximum';
}

/** The group as it stands. Throws {@link Refused} where there is none of that name. */
export async function describeGroup(name: string): Promise<AutoScalingGroup> {
  const { AutoScalingGroups } = await autoScaling().send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  const group = AutoScalingGroups?.[0];
  if (group === undefined) throw new Refused(`There is no Auto Scaling group "${name}".`);
  return group;
}

/** Instances of the group that are in service. */
export function countInService(group: AutoScalingGroup): number {
  return (group.Instances ?? []).filter((instance) => instance.LifecycleState === 'InService').length;
}

/** The latest activities of the group, at most 100: launches fail there, not in the call that asked for them. */
export async function describeActivities(groupName: string) {
  const { Activities } = await autoScaling().send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: groupName, MaxRecords: 100 }),
  );
  return Activities ?? [];
}

/** State of every target by zone. An HTTP answer would prove nothing: a load balancer with no healthy target fails open. */
export async function describeTargets(targetGroupArn: string) {
  const { TargetHealthDescriptions } = await elasticLoadBalancing().send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
  );
  return TargetHealthDescriptions ?? [];
}

/** State of one alarm, or undefined where it does not exist (any more). */
export async function describeAlarmState(name: string): Promise<string | undefined> {
  const { MetricAlarms } = await cloudWatch().send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  return MetricAlarms?.[0]?.StateValue;
}

/** Points of several metrics over the same time, in the order of `requests`, each oldest first. */
export async function readMetrics(
  requests: readonly MetricRequest[],
  from: number,
  until: number,
  periodSeconds: number,
): Promise<Point[][]> {
  const queries = requests.map((request, index): MetricDataQuery => ({
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: request.namespace,
        MetricName: request.name,
        Dimensions: Object.entries(request.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: request.statistic,
    },
  }));
  const series = requests.map((): Point[] => []);
  let nextToken: string | undefined;
  do {
    const page = await cloudWatch().send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: new Date(from),
        EndTime: new Date(until),
        ScanBy: 'TimestampAscending',
        NextToken: nextToken,
      }),
    );
    for (const result of page.MetricDataResults ?? []) {
      const points = series[Number(result.Id?.slice(1))];
      if (points === undefined) throw new Defect(`CloudWatch answered a query "${result.Id}" that was not asked.`);
      (result.Timestamps ?? []).forEach((at, index) => points.push({ at: at.getTime(), value: result.Values?.[index] ?? 0 }));
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return series;
}

/** The load balancer's highest requests per second, by the minute, over the last ten; undefined without a single point. */
export async function observeLoad(loadBalancerFullName: string, now: number): Promise<number | undefined> {
  const request: MetricRequest = {
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCount',
    dimensions: { LoadBalancer: loadBalancerFullName },
    statistic: 'Sum',
  };
  const [points = []] = await readMetrics([request], now - 10 * 60_000, now, 60);
  return points.length === 0 ? undefined : Math.max(...points.map((point) => point.value)) / 60;
}
