import { DescribeTrailsCommand, GetTrailStatusCommand, type Trail } from '@aws-sdk/client-cloudtrail';
import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { paginateDescribeMetricFilters } from '@aws-sdk/client-cloudwatch-logs';
import { cloudTrail, cloudWatch, cloudWatchLogs } from '../platform/clients.ts';
import { gather } from '../platform/paging.ts';
import { pageSizes } from './collect-calls.ts';
import { each, given, present } from './collect-fields.ts';
import type { AccountContext } from './collect-reading.ts';
import type { Monitoring } from './snapshot.ts';

type MetricFilter = Monitoring['metricFilters'][number];
type Alarm = Monitoring['alarms'][number];

/**
 * Trails, the metric filters on the log groups that they write to, and the alarms on the metrics of those filters. Log
 * groups of another Region, or of the organisation's account, are not looked into: their alarms are not here either.
 */
export async function collectMonitoring({ accountId, region, partition }: AccountContext): Promise<Monitoring> {
  const { trailList = [] } = await cloudTrail().send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const trails = await each(trailList, async (trail) => [await readTrail(trail)]);
  const own = trailList.filter(({ CloudWatchLogsLogGroupArn: arn = '' }) => arn.startsWith(`arn:${partition}:logs:${region}:${accountId}:`));
  const metricFilters = await each([...new Set(own.flatMap((trail) => logGroupOf(trail) ?? []))], readMetricFilters);
  return { trails, metricFilters, alarms: await readAlarms(metricFilters) };
}

async function readTrail(trail: Trail): Promise<Monitoring['trails'][number]> {
  const arn = given(trail.TrailARN, 'TrailARN');
  // By ARN: a name finds no trail of another Region or of the organisation.
  const { IsLogging } = await cloudTrail().send(new GetTrailStatusCommand({ Name: arn }));
  return {
    arn,
    isMultiRegion: trail.IsMultiRegionTrail === true,
    isLogging: IsLogging === true,
    validatesLogFiles: trail.LogFileValidationEnabled === true,
    ...present({ logGroupName: logGroupOf(trail) }),
  };
}

/** Of `arn:aws:logs:<region>:<account>:log-group:<name>:*` the name. */
function logGroupOf(trail: Trail): string | undefined {
  return trail.CloudWatchLogsLogGroupArn?.split(':')[6];
}

function readMetricFilters(logGroupName: string): Promise<MetricFilter[]> {
  const config = { client: cloudWatchLogs(), pageSize: pageSizes.DescribeMetricFilters };
  return gather(paginateDescribeMetricFilters(config, { logGroupName }), ({ metricFilters }) =>
    (metricFilters ?? []).flatMap(({ filterPattern, metricTransformations }) =>
      (metricTransformations ?? []).map(({ metricNamespace, metricName }) => ({
        logGroupName,
        pattern: filterPattern ?? '',
        metricNamespace: given(metricNamespace, 'the metricNamespace of a metric filter'),
        metricName: given(metricName, 'the metricName of a metric filter'),
      })),
    ),
  );
}

/** Alarms are listed whole: asking for those of one metric takes a call a metric, and knows none of its dimensions. */
async function readAlarms(filters: readonly MetricFilter[]): Promise<Alarm[]> {
  if (filters.length === 0) return [];
  const watched = new Set(filters.map(({ metricNamespace, metricName }) => `${metricNamespace}/${metricName}`));
  const pages = paginateDescribeAlarms({ client: cloudWatch(), pageSize: pageSizes.DescribeAlarms }, { AlarmTypes: ['MetricAlarm'] });
  const alarms = await gather(pages, ({ MetricAlarms }) => (MetricAlarms ?? []).flatMap(toAlarms));
  return alarms.filter(({ metricNamespace, metricName }) => watched.has(`${metricNamespace}/${metricName}`));
}

/** An alarm on an expression watches every metric in it. */
function toAlarms(alarm: MetricAlarm): Alarm[] {
  const metrics = [alarm, ...(alarm.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric)];
  return metrics.flatMap((metric) =>
    metric?.Namespace === undefined || metric.MetricName === undefined
      ? []
      : [
          {
            name: given(alarm.AlarmName, 'AlarmName'),
            metricNamespace: metric.Namespace,
            metricName: metric.MetricName,
            actions: alarm.AlarmActions ?? [],
            actionsEnabled: alarm.ActionsEnabled !== false,
          },
        ],
  );
}
