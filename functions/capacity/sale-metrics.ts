import { DAY_MILLISECONDS, MINUTE_MILLISECONDS } from './instant.ts';
import { type MetricRequest, type Point, readMetrics } from './observations.ts';
import type { SaleSample } from './sale-report.ts';

interface ShopMetrics {
  readonly groupName: string;
  /** Values of the dimensions of the load balancer's metrics. */
  readonly loadBalancer: string;
  readonly targetGroup: string;
}

/**
 * Days for which a point by the minute is read. CloudWatch keeps those for 15 days, points of five minutes for 63
 * (API reference of `GetMetricData`, retention).
 */
const minutelyDays = 14;

/** The shop, minute by minute, from `from` until `until` (epoch milliseconds). What was not measured is null. */
export async function readSaleSamples(metrics: ShopMetrics, from: number, until: number): Promise<SaleSample[]> {
  const minutesPerPoint = until - from <= minutelyDays * DAY_MILLISECONDS ? 1 : 5;
  const [requests = [], refused = [], inService = [], healthy = []] = await readMetrics(
    describeMetrics(metrics),
    from,
    until,
    minutesPerPoint * 60,
  );
  const requestsByMinute = byMinute(requests, minutesPerPoint, 'total');
  const refusedByMinute = byMinute(refused, minutesPerPoint, 'total');
  const inServiceByMinute = byMinute(inService, minutesPerPoint, 'level');
  const healthyByMinute = byMinute(healthy, minutesPerPoint, 'level');
  const samples: SaleSample[] = [];
  for (let at = Math.ceil(from / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS; at < until; at += MINUTE_MILLISECONDS) {
    const requestsInMinute = requestsByMinute.get(at);
    samples.push({
      at,
      requestsPerSecond: requestsInMinute === undefined ? null : requestsInMinute / 60,
      inService: inServiceByMinute.get(at) ?? null,
      healthy: healthyByMinute.get(at) ?? null,
      // The load balancer writes no point for a minute in which it refused nothing.
      refusedRequests: refusedByMinute.get(at) ?? (requestsInMinute === undefined ? null : 0),
    });
  }
  return samples;
}

function describeMetrics({ groupName, loadBalancer, targetGroup }: ShopMetrics): MetricRequest[] {
  const namespace = 'AWS/ApplicationELB';
  return [
    { namespace, name: 'RequestCount', dimensions: { LoadBalancer: loadBalancer }, statistic: 'Sum' },
    { namespace, name: 'HTTPCode_ELB_5XX_Count', dimensions: { LoadBalancer: loadBalancer }, statistic: 'Sum' },
    { namespace: 'AWS/AutoScaling', name: 'GroupInServiceInstances', dimensions: { AutoScalingGroupName: groupName }, statistic: 'Average' },
    { namespace, name: 'HealthyHostCount', dimensions: { TargetGroup: targetGroup, LoadBalancer: loadBalancer }, statistic: 'Average' },
  ];
}

/** Spreads each point over the minutes of its period: a total is divided among them, a level holds in each. */
function byMinute(points: readonly Point[], minutesPerPoint: number, kind: 'total' | 'level'): Map<number, number> {
  const values = new Map<number, number>();
  for (const { at, value } of points) {
    for (let minute = 0; minute < minutesPerPoint; minute += 1) {
      values.set(at + minute * MINUTE_MILLISECONDS, kind === 'total' ? value / minutesPerPoint : value);
    }
  }
  return values;
}
