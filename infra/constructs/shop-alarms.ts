import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ApplicationLoadBalancer, type ApplicationTargetGroup, HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface ShopAlarmsProps {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  readonly database: DatabaseInstance;
  readonly databaseStorageGib: number;
  readonly topic: ITopic;
}

/** One a second, for minutes: no single client that keeps trying. */
const errorsPerMinute = 60;

/** RDS lets storage grow once a tenth is left: with less than that, it does not grow any more. */
const storageLeftPercent = 5;

/** What says that the shop or its database is unwell. People hear of each, and no failover is drilled while one is red. */
export class ShopAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ShopAlarmsProps) {
    super(scope, id);
    const { loadBalancer, targetGroup, database, topic } = props;
    const everyMinute = { period: Duration.minutes(1), statistic: 'Sum' };
    this.all = [
      this.#alarm('TargetsUnhealthy', 'An instance fails its health checks, and was not replaced within minutes.', {
        metric: targetGroup.metrics.unhealthyHostCount({ period: Duration.minutes(1), statistic: 'Maximum' }),
        threshold: 1,
      }),
      this.#alarm('TargetErrors', 'The instances answer requests with errors of their own.', {
        metric: loadBalancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, everyMinute),
        threshold: errorsPerMinute,
      }),
      this.#alarm('BalancerErrors', 'The load balancer answers in place of the instances: none is there, or none answers in time.', {
        metric: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, everyMinute),
        threshold: errorsPerMinute,
      }),
      this.#alarm('DatabaseStorageLow', 'The storage of the database is nearly full: without any, it takes no writes.', {
        metric: database.metricFreeStorageSpace({ period: Duration.minutes(5), statistic: 'Minimum' }),
        threshold: Math.floor((props.databaseStorageGib * 2 ** 30 * storageLeftPercent) / 100),
        comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      }),
    ];
    for (const alarm of this.all) alarm.addAlarmAction(new SnsAction(topic));
  }

  #alarm(id: string, alarmDescription: string, watched: { readonly metric: IMetric; readonly threshold: number; readonly comparisonOperator?: ComparisonOperator }): Alarm {
    return new Alarm(this, id, {
      alarmDescription,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 3,
      // Counts of errors come only where there are errors.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...watched,
    });
  }
}
