import { Duration } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Dashboard, Metric, SearchExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { type ApplicationLoadBalancer, type ApplicationTargetGroup, HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { graph } from '../graph.ts';
import { healthyTargetsInZone } from '../shop-metrics.ts';

export interface PerformanceDashboardProps {
  readonly dashboardName: string;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  readonly zones: readonly string[];
  readonly autoScalingGroup: AutoScalingGroup;
  /** Whether the instances have CPU credits. */
  readonly isBurstable: boolean;
  readonly database: DatabaseInstance;
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** How the shop does: what is asked of it, how fast it answers, and what it has left. */
export class PerformanceDashboard extends Construct {
  readonly dashboardName: string;
  readonly #props: PerformanceDashboardProps;

  constructor(scope: Construct, id: string, props: PerformanceDashboardProps) {
    super(scope, id);
    this.#props = props;
    const { dashboardName } = props;
    this.dashboardName = dashboardName;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.hours(12) });
    dashboard.addWidgets(...this.#requests());
    dashboard.addWidgets(...this.#errors());
    dashboard.addWidgets(...this.#fleet());
    dashboard.addWidgets(...this.#database());
  }

  #requests() {
    const { metrics } = this.#props.loadBalancer;
    const percentile = (statistic: string, label: string): Metric => metrics.targetResponseTime({ statistic, label, period: minute });
    return [
      graph('Requests', [metrics.requestCount({ statistic: 'Sum', period: minute, label: 'requests' })], { unit: 'a minute' }),
      graph('Time until the answer', [percentile('p50', 'half of them'), percentile('p90', '90 %'), percentile('p99', '99 %')], { unit: 'seconds' }),
    ];
  }

  /** A line that is not there is a count of zero: the load balancer reports none. */
  #errors() {
    const { loadBalancer, targetGroup, zones } = this.#props;
    const { metrics } = loadBalancer;
    const sum = { statistic: 'Sum', period: minute };
    return [
      graph(
        'Requests that were not served (no line: none)',
        [
          metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { ...sum, label: 'errors of the instances' }),
          metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { ...sum, label: 'errors of the load balancer' }),
          metrics.rejectedConnectionCount({ ...sum, label: 'connections refused' }),
        ],
        { unit: 'a minute' },
      ),
      graph(
        'Healthy targets by zone',
        zones.map((zone) => healthyTargetsInZone(loadBalancer, targetGroup, zone).with({ label: zone })),
        { unit: 'instances', stacked: true },
      ),
    ];
  }

  #fleet() {
    const { autoScalingGroup, isBurstable } = this.#props;
    const dimensionsMap = { AutoScalingGroupName: autoScalingGroup.autoScalingGroupName };
    const size = (metricName: string, label: string): Metric =>
      new Metric({ namespace: 'AWS/AutoScaling', metricName, dimensionsMap, statistic: 'Average', period: minute, label });
    const processor = (metricName: string, statistic: string, label: string, period = minute): Metric =>
      new Metric({ namespace: 'AWS/EC2', metricName, dimensionsMap, statistic, period, label });
    const credits = graph(
      'CPU credits',
      [
        processor('CPUCreditBalance', 'Minimum', 'left on the instance that has fewest', fiveMinutes),
        processor('CPUSurplusCreditBalance', 'Maximum', 'borrowed by the instance that owes most', fiveMinutes),
        processor('CPUSurplusCreditsCharged', 'Sum', 'borrowed and to be paid', fiveMinutes),
      ],
      { unit: 'credits (one vCPU for a minute)' },
    );
    return [
      graph(
        'Size of the fleet, between its floor and its ceiling',
        [
          size('GroupInServiceInstances', 'in service'),
          size('GroupPendingInstances', 'starting'),
          size('GroupDesiredCapacity', 'wanted'),
          size('GroupMinSize', 'floor'),
          size('GroupMaxSize', 'ceiling'),
        ],
        { unit: 'instances' },
      ),
      graph('CPU of the instances', [processor('CPUUtilization', 'Average', 'on average'), processor('CPUUtilization', 'Maximum', 'the busiest')], { unit: 'percent' }),
      ...(isBurstable ? [credits] : []),
    ];
  }

  #database() {
    const { database } = this.#props;
    const gauge = (metricName: string, statistic: string, label: string): Metric => database.metric(metricName, { statistic, period: minute, label });
    // Replicas are made and taken away by hand: whichever there is.
    const replicaLag = new SearchExpression({
      expression: `SEARCH('{AWS/RDS,DBInstanceIdentifier} MetricName="ReplicaLag"', 'Maximum', 60)`,
      label: '',
      period: minute,
    });
    return [
      new TextWidget({ markdown: '## Database', width: 24, height: 1 }),
      graph('CPU of the database', [gauge('CPUUtilization', 'Average', 'CPU')], { unit: 'percent' }),
      graph('Connections to the database', [gauge('DatabaseConnections', 'Maximum', 'connections')], { unit: 'connections' }),
      graph('Room that the database has left', [gauge('FreeStorageSpace', 'Minimum', 'storage')], {
        unit: 'bytes of storage',
        right: [gauge('FreeableMemory', 'Minimum', 'memory')],
        rightYAxis: { min: 0, label: 'bytes of memory', showUnits: false },
      }),
      graph('Time that the disk of the database takes', [gauge('ReadLatency', 'Average', 'to read'), gauge('WriteLatency', 'Average', 'to write')], { unit: 'seconds' }),
      graph('Lag of read replicas, where there are any', [replicaLag], { unit: 'seconds' }),
    ];
  }
}
