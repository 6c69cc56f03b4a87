import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { type MetricDataResult, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { autoScaling, cloudWatch } from '../platform/clients.ts';
import { Refused, Transient } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import type { TimeWindow } from './event-windows.ts';
import type { SeenHour } from './hours-of-use.ts';

/**
 * The fewest instances in service, hour by hour. CloudWatch keeps hours for 455 days (user guide, "Metrics retention"); the
 * group writes them only while its metrics are enabled.
 */
export async function readHours(groupName: string, { from, until }: TimeWindow): Promise<SeenHour[]> {
  const input = {
    StartTime: new Date(from),
    EndTime: new Date(until),
    ScanBy: 'TimestampAscending' as const,
    MetricDataQueries: [
      {
        Id: 'inService',
        MetricStat: {
          Metric: { Namespace: 'AWS/AutoScaling', MetricName: 'GroupInServiceInstances', Dimensions: [{ Name: 'AutoScalingGroupName', Value: groupName }] },
          Period: 3600,
          Stat: 'Minimum',
        },
      },
    ],
  };
  const results = await gather(paginateGetMetricData({ client: cloudWatch() }, input), ({ MetricDataResults = [] }) => MetricDataResults);
  refuseUnlessComplete(results);
  return results.flatMap(({ Timestamps = [], Values = [] }) =>
    Timestamps.flatMap((timestamp, index) => {
      const value = Values[index];
      return value === undefined ? [] : [{ at: timestamp.getTime(), instances: Math.floor(value) }];
    }),
  );
}

/** Data that CloudWatch holds back are not data that it does not have (API reference, MetricDataResult: `StatusCode`). */
function refuseUnlessComplete(results: readonly MetricDataResult[]): void {
  if (results.some(({ StatusCode }) => StatusCode === 'Forbidden')) throw new Refused('CloudWatch does not give the size of the group to this role.');
  // Pages before the last one are partial; that the last one is says that something is missing.
  const last = results.at(-1)?.StatusCode ?? 'Complete';
  const isBroken = results.some(({ StatusCode }) => StatusCode === 'InternalError');
  if (isBroken || last !== 'Complete') throw new Transient(`CloudWatch gave the size of the group in part: ${isBroken ? 'InternalError' : last}.`);
}

/** Instances of the group by type, now, those that serve. */
export async function readInstanceTypes(groupName: string): Promise<Record<string, number>> {
  const { AutoScalingGroups: [group] = [] } = await autoScaling().send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] }));
  if (group === undefined) throw new Refused(`There is no Auto Scaling group ${groupName}.`);
  const types: Record<string, number> = {};
  for (const { InstanceType: type, LifecycleState: state } of group.Instances ?? []) {
    if (type !== undefined && state === 'InService') types[type] = (types[type] ?? 0) + 1;
  }
  return types;
}
