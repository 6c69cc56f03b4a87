import { Duration } from 'aws-cdk-lib';
import { Dashboard, Metric, SearchExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config.ts';
import { graph } from '../graph.ts';

export interface CostDashboardProps {
  readonly dashboardName: string;
  readonly cost: EnvironmentConfig['cost'];
  readonly loadBalancer: ApplicationLoadBalancer;
  /** Ids of the NAT gateways, by the zone that they stand in. */
  readonly natGatewayIds: Readonly<Record<string, string>>;
  /** By what people call them. */
  readonly buckets: Readonly<Record<string, IBucket>>;
  /** Where the runbooks can be read. */
  readonly runbookUrl: string;
}

const hour = Duration.hours(1);
const day = Duration.days(1);

/** AWS bills there, whatever Region costs. */
const billingRegion = 'us-east-1';

/** Where the lifecycle rules of the shop leave objects; by the names that S3's metrics give to storage classes. */
const storageTypes = { StandardStorage: 'standard', StandardIAStorage: 'infrequent access', GlacierInstantRetrievalStorage: 'archive' } as const;

/** What the account costs this month, and the quantities behind it that move. */
export class CostDashboard extends Construct {
  readonly dashboardName: string;
  readonly #props: CostDashboardProps;

  constructor(scope: Construct, id: string, props: CostDashboardProps) {
    super(scope, id);
    this.#props = props;
    const { dashboardName } = props;
    this.dashboardName = dashboardName;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.days(30) });
    dashboard.addWidgets(this.#howToRead());
    dashboard.addWidgets(...this.#charges());
    dashboard.addWidgets(...this.#storage());
    dashboard.addWidgets(...this.#traffic());
  }

  #howToRead(): TextWidget {
    const { cost, runbookUrl } = this.#props;
    const markdown = [
      `**Charges** are what the month has cost **until now**, before taxes: the line climbs from zero on the first day, and a bend tells more than its height. They come every few hours, and only where billing alerts are switched on. The budget is ${cost.monthlyBudgetUsd} USD a month; a single cause that costs ${cost.anomalyUsd} USD more than expected is told at once.`,
      '**Storage** is measured once a day, by storage class, with all versions. **NAT gateways** cost by the gigabyte that passes them, whichever way; **capacity units** of the load balancer by the hour.',
      `What to do when it is too much, and how to switch this on: [cost](${runbookUrl}/cost.md).`,
    ];
    return new TextWidget({ markdown: markdown.join('\n\n'), width: 24, height: 4 });
  }

  #charges() {
    const { cost } = this.#props;
    const total = new Metric({
      namespace: 'AWS/Billing',
      metricName: 'EstimatedCharges',
      dimensionsMap: { Currency: 'USD' },
      statistic: 'Maximum',
      period: Duration.hours(6),
      region: billingRegion,
      label: 'charges of the month until now',
    });
    const byService = new SearchExpression({
      expression: `SORT(SEARCH('{AWS/Billing,Currency,ServiceName} MetricName="EstimatedCharges"', 'Maximum', 21600), MAX, DESC, 12)`,
      label: '',
      period: Duration.hours(6),
      searchRegion: billingRegion,
    });
    const options = { unit: 'USD since the month began', region: billingRegion };
    return [
      graph('What the account costs', [total], { ...options, leftAnnotations: [{ value: cost.monthlyBudgetUsd, label: 'budget of a month' }] }),
      graph('What it costs, by service', [byService], options),
    ];
  }

  #storage() {
    const { buckets } = this.#props;
    return [
      graph(
        'Storage by bucket and class',
        Object.entries(buckets).flatMap(([name, bucket]) =>
          Object.entries(storageTypes).map(([type, title]) => stored(bucket, 'BucketSizeBytes', type, `${name}, ${title}`)),
        ),
        { unit: 'bytes', stacked: true },
      ),
      graph('Objects by bucket, with all versions', Object.entries(buckets).map(([name, bucket]) => stored(bucket, 'NumberOfObjects', 'AllStorageTypes', name)), { unit: 'objects' }),
    ];
  }

  #traffic() {
    const { loadBalancer, natGatewayIds } = this.#props;
    const passed = (zone: string, NatGatewayId: string): Metric[] =>
      Object.entries({ BytesInFromSource: 'out of', BytesInFromDestination: 'into' }).map(
        ([metricName, way]) =>
          new Metric({ namespace: 'AWS/NATGateway', metricName, dimensionsMap: { NatGatewayId }, statistic: 'Sum', period: hour, label: `${way} ${zone}` }),
      );
    return [
      graph('What passes the NAT gateways', Object.entries(natGatewayIds).flatMap(([zone, natGatewayId]) => passed(zone, natGatewayId)), { unit: 'bytes an hour', stacked: true }),
      graph('Capacity units of the load balancer', [loadBalancer.metrics.consumedLCUs({ statistic: 'Sum', period: hour, label: 'units' })], { unit: 'in an hour' }),
    ];
  }
}

/** S3 measures a bucket once a day. */
function stored(bucket: IBucket, metricName: string, storageType: string, label: string): Metric {
  return new Metric({ namespace: 'AWS/S3', metricName, dimensionsMap: { BucketName: bucket.bucketName, StorageType: storageType }, statistic: 'Average', period: day, label });
}
