import type { Account } from '../../kernel/account.ts';
import type { MetricSeries } from '../../services/cloudwatch/series.ts';
import type { LoadBalancer } from '../../services/elastic-load-balancing/load-balancer.ts';
import type { TargetGroup } from '../../services/elastic-load-balancing/target-group.ts';
import type { GroupLoad } from './load.ts';

/** Metrics that share their dimensions. A series is looked up once: this runs every minute for months. */
class Metrics {
  readonly #account: Account;
  readonly #dimensions: Readonly<Record<string, string>>;
  readonly #series = new Map<string, MetricSeries>();

  constructor(account: Account, dimensions: Readonly<Record<string, string>>) {
    this.#account = account;
    this.#dimensions = dimensions;
  }

  series(metricName: string): MetricSeries {
    let series = this.#series.get(metricName);
    if (series === undefined) {
      series = this.#account.cloudWatch.series({ namespace: 'AWS/ApplicationELB', metricName, dimensions: this.#dimensions });
      this.#series.set(metricName, series);
    }
    return series;
  }

  /** Counts of requests and errors are reported only where there were some. */
  addNonZero(minute: number, metricName: string, value: number): void {
    if (value > 0) this.series(metricName).add(minute, value);
  }
}

interface GroupMetrics {
  readonly perGroup: Metrics;
  readonly perBalancer: Metrics;
  readonly perZone: ReadonlyMap<string, Metrics>;
}

/** Metrics of load balancers in `AWS/ApplicationELB`, once a minute (ALB user guide, "CloudWatch metrics"). */
export class BalancerMetrics {
  readonly #account: Account;
  readonly #balancers = new Map<LoadBalancer, Metrics>();
  readonly #groups = new Map<LoadBalancer, Map<TargetGroup, GroupMetrics>>();

  constructor(account: Account) {
    this.#account = account;
  }

  record(minute: number, balancer: LoadBalancer, loads: readonly GroupLoad[]): void {
    let whole = this.#balancers.get(balancer);
    if (whole === undefined) {
      whole = new Metrics(this.#account, { LoadBalancer: balancer.fullName });
      this.#balancers.set(balancer, whole);
    }
    const sum = (of: (load: GroupLoad) => number): number => Math.round(loads.reduce((total, load) => total + of(load), 0));
    whole.addNonZero(minute, 'RequestCount', sum(({ routed }) => routed));
    whole.addNonZero(minute, 'HTTPCode_Target_2XX_Count', sum(({ served }) => served));
    whole.addNonZero(minute, 'HTTPCode_Target_5XX_Count', sum(({ refusedByTargets }) => refusedByTargets));
    whole.addNonZero(minute, 'HTTPCode_ELB_5XX_Count', sum(({ refusedByBalancer }) => refusedByBalancer));
    for (const load of loads) recordGroup(minute, load, this.#metricsOf(balancer, load.group), whole);
  }

  #metricsOf(balancer: LoadBalancer, group: TargetGroup): GroupMetrics {
    let groups = this.#groups.get(balancer);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(balancer, groups);
    }
    let metrics = groups.get(group);
    if (metrics === undefined) {
      const { arn } = group.definition;
      const one = { TargetGroup: arn.slice(arn.lastIndexOf(':') + 1) };
      const both = { ...one, LoadBalancer: balancer.fullName };
      metrics = {
        perGroup: new Metrics(this.#account, one),
        perBalancer: new Metrics(this.#account, both),
        perZone: new Map(balancer.subnets.map(({ availabilityZone: zone }) => [zone, new Metrics(this.#account, { ...both, AvailabilityZone: zone })])),
      };
      groups.set(group, metrics);
    }
    return metrics;
  }
}

export function countTargets(group: TargetGroup, state: string, zone?: string): number {
  let count = 0;
  for (const target of group.targets.values()) {
    if (target.state === state && (zone === undefined || target.instance.subnet.availabilityZone === zone)) count += 1;
  }
  return count;
}

function recordGroup(minute: number, load: GroupLoad, metrics: GroupMetrics, whole: Metrics): void {
  const { perBalancer, perGroup, perZone } = metrics;
  perBalancer.addNonZero(minute, 'RequestCount', Math.round(load.routed));
  perBalancer.addNonZero(minute, 'HTTPCode_Target_2XX_Count', Math.round(load.served));
  perBalancer.addNonZero(minute, 'HTTPCode_Target_5XX_Count', Math.round(load.refusedByTargets));
  const healthy = countTargets(load.group, 'healthy');
  if (healthy > 0) {
    perGroup.addNonZero(minute, 'RequestCountPerTarget', load.routed / healthy);
    perBalancer.addNonZero(minute, 'RequestCountPerTarget', load.routed / healthy);
  }
  if (load.group.targets.size > 0) {
    perBalancer.series('HealthyHostCount').add(minute, healthy);
    perBalancer.series('UnHealthyHostCount').add(minute, countTargets(load.group, 'unhealthy'));
    for (const [zone, zonal] of perZone) {
      zonal.series('HealthyHostCount').add(minute, countTargets(load.group, 'healthy', zone));
      zonal.series('UnHealthyHostCount').add(minute, countTargets(load.group, 'unhealthy', zone));
    }
  }
  const { responseTime } = load;
  const count = Math.round(load.served);
  if (responseTime === undefined || count === 0) return;
  const set = { count, sum: responseTime.mean * count, minimum: responseTime.minimum, maximum: responseTime.maximum };
  perBalancer.series('TargetResponseTime').addSet(minute, set);
  whole.series('TargetResponseTime').addSet(minute, set);
}
