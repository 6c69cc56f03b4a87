import type { Account } from '../../kernel/account.ts';
import type { MetricSeries } from '../cloudwatch/series.ts';
import { type Group, groupMetricNames } from './group.ts';

/** Metrics of groups, once a minute, for groups that collect them (namespace `AWS/AutoScaling`). */
export class GroupMetrics {
  readonly #account: Account;
  readonly #series = new Map<Group, Map<string, MetricSeries>>();

  constructor(account: Account) {
    this.#account = account;
  }

  record(group: Group): void {
    if (group.enabledMetrics.size === 0) return;
    const minute = Math.floor(this.#account.clock.now() / 60_000) - 1;
    const pending = group.count('Pending');
    const inService = group.count('InService');
    const terminating = group.count('Terminating');
    const values: Readonly<Record<(typeof groupMetricNames)[number], number>> = {
      GroupMinSize: group.min,
      GroupMaxSize: group.max,
      GroupDesiredCapacity: group.desired,
      GroupInServiceInstances: inService,
      GroupPendingInstances: pending,
      GroupStandbyInstances: 0,
      GroupTerminatingInstances: terminating,
      GroupTotalInstances: pending + inService + terminating,
    };
    const series = this.#seriesOf(group);
    for (const name of groupMetricNames) if (group.enabledMetrics.has(name)) series.get(name)?.add(minute, values[name]);
  }

  #seriesOf(group: Group): Map<string, MetricSeries> {
    let series = this.#series.get(group);
    if (series === undefined) {
      const dimensions = { AutoScalingGroupName: group.name };
      series = new Map(groupMetricNames.map((metricName) => [metricName, this.#account.cloudWatch.series({ namespace: 'AWS/AutoScaling', metricName, dimensions })]));
      this.#series.set(group, series);
    }
    return series;
  }
}
