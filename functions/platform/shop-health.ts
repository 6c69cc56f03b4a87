import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { cloudWatch, elasticLoadBalancing } from './clients.ts';

export const healthSchema = z.object({
  healthy: z.int(),
  unhealthy: z.int(),
  /** Of the requests of the last whole minutes, how many in a hundred the targets answered with an error of their own. */
  errorPercent: z.number(),
});

/** How the shop is, as far as its load balancer tells. */
export type Health = z.infer<typeof healthSchema>;

interface Shop {
  readonly TARGET_GROUP_ARN: string;
  /** `app/<name>/<id>` */
  readonly LOAD_BALANCER_FULL_NAME: string;
}

/** Metrics of a load balancer come by the minute, and are complete a minute later. */
const minutesSeen = 2;

/** How the shop is now: its targets, and the errors of the last two whole minutes. */
export async function readHealth({ TARGET_GROUP_ARN: targetGroup, LOAD_BALANCER_FULL_NAME: loadBalancer }: Shop, now: number): Promise<Health> {
  const [{ TargetHealthDescriptions = [] }, { MetricDataResults = [] }] = await Promise.all([
    elasticLoadBalancing().send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup })),
    cloudWatch().send(
      new GetMetricDataCommand({
        StartTime: new Date(Math.floor(now / 60_000 - minutesSeen) * 60_000),
        EndTime: new Date(Math.floor(now / 60_000) * 60_000),
        MetricDataQueries: [countOf('requests', 'RequestCount', loadBalancer), countOf('errors', 'HTTPCode_Target_5XX_Count', loadBalancer)],
      }),
    ),
  ]);
  // Those that are starting or draining are neither healthy nor unhealthy.
  const count = (state: string): number => TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === state).length;
  const total = (id: string): number => (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((sum, value) => sum + value, 0);
  const requests = total('requests');
  return { healthy: count('healthy'), unhealthy: count('unhealthy'), errorPercent: requests === 0 ? 0 : (total('errors') / requests) * 100 };
}

function countOf(id: string, metricName: string, loadBalancer: string): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: 'AWS/ApplicationELB', MetricName: metricName, Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancer }] },
      Period: 60,
      Stat: 'Sum',
    },
  };
}
