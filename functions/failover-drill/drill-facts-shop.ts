import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { GetMetricDataCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { autoScaling, cloudWatch } from '../platform/clients.ts';
import { Refused } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import type { AlarmFact, ReplicaFact } from './drill-facts.ts';

/** The state of every alarm that is named; one that does not exist has none. */
export async function readAlarms(names: readonly string[]): Promise<AlarmFact[]> {
  if (names.length === 0) return [];
  const pages = paginateDescribeAlarms({ client: cloudWatch() }, { AlarmNames: [...names] });
  const found = await gather(pages, ({ MetricAlarms = [] }) => MetricAlarms);
  const states = new Map(found.map(({ AlarmName = '', StateValue }) => [AlarmName, StateValue]));
  return names.map((name) => ({ name, state: states.get(name) }));
}

/** MinSize of the group. */
export async function readFloor(groupName: string): Promise<number> {
  const { AutoScalingGroups = [] } = await autoScaling().send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] }));
  const floor = AutoScalingGroups[0]?.MinSize;
  if (floor === undefined) throw new Refused(`There is no Auto Scaling group ${groupName}.`);
  return floor;
}

/** A value of the last minutes is recent enough: RDS sends one a minute. */
const lagMinutes = 5;

/** How far behind each read replica is. One in another Region sends its metrics there, and has no value here. */
export async function readReplicaLag(replicaIds: readonly string[], now: number): Promise<ReplicaFact[]> {
  if (replicaIds.length === 0) return [];
  const { MetricDataResults = [] } = await cloudWatch().send(
    new GetMetricDataCommand({
      StartTime: new Date(now - lagMinutes * 60_000),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: replicaIds.map((id, index) => ({
        Id: `lag${index}`,
        MetricStat: {
          Metric: { Namespace: 'AWS/RDS', MetricName: 'ReplicaLag', Dimensions: [{ Name: 'DBInstanceIdentifier', Value: id }] },
          Period: 60,
          Stat: 'Maximum',
        },
      })),
    }),
  );
  return replicaIds.map((id, index) => {
    const newest = MetricDataResults.find(({ Id }) => Id === `lag${index}`)?.Values?.[0];
    // -1 is how MySQL says that nothing is replicated.
    return { id, lagSeconds: newest === undefined || newest < 0 ? undefined : newest };
  });
}
