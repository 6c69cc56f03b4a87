import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type ApplicationLoadBalancer, type ApplicationTargetGroup, HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { healthyTargetsInZone } from '../shop-metrics.ts';
import { OperationsAlarm, type RunbookSection } from './operations-alarm.ts';

export interface ShopAlarmsProps {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  readonly database: DatabaseInstance;
  readonly databaseStorageGib: number;
  /** Zones in which instances run: the floor has one for each, which the configuration is held to. */
  readonly zones: readonly string[];
  readonly topic: ITopic;
}

/** One a second, for minutes: no single client that keeps trying. */
const errorsPerMinute = 60;

/** One request in a hundred waits longer: with that, buying something is no pleasure any more. */
const slowSeconds = 2;

/** RDS lets storage grow once a tenth is left: with less than that, it does not grow any more. */
const storageLeftPercent = 5;

/** With less to spare, the database pages its own memory, and every query waits for the disk. */
const memoryLeftMebibytes = 256;

const databaseCpuPercent = 90;

interface Watched {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparisonOperator?: ComparisonOperator;
  /** @default a period without data is one in which nothing was wrong: counts of errors come only where there are errors */
  readonly missingData?: TreatMissingData;
}

/** What says that the shop or its database is unwell. People hear of each, and no failover is drilled while one is red. */
export class ShopAlarms extends Construct {
  readonly all: readonly Alarm[];
  readonly #props: ShopAlarmsProps;

  constructor(scope: Construct, id: string, props: ShopAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.all = [...this.#onRequests(), ...this.#onZones(), ...this.#onDatabase()];
  }

  #onRequests(): Alarm[] {
    const { loadBalancer, targetGroup } = this.#props;
    const everyMinute = { period: Duration.minutes(1), statistic: 'Sum' };
    return [
      this.#alarm('TargetsUnhealthy', 'An instance fails its health checks, and was not replaced within minutes.', 'alarms.md#targets-are-unhealthy', {
        metric: targetGroup.metrics.unhealthyHostCount({ period: Duration.minutes(1), statistic: 'Maximum' }),
        threshold: 1,
      }),
      this.#alarm('TargetErrors', 'The instances answer requests with errors of their own.', 'alarms.md#the-shop-answers-with-errors', {
        metric: loadBalancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, everyMinute),
        threshold: errorsPerMinute,
      }),
      this.#alarm('BalancerErrors', 'The load balancer answers in place of the instances: none is there, or none answers in time.', 'alarms.md#the-shop-answers-with-errors', {
        metric: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, everyMinute),
        threshold: errorsPerMinute,
      }),
      this.#alarm('ResponseSlow', `One request in a hundred waits longer than ${slowSeconds} seconds for its answer.`, 'alarms.md#the-shop-is-slow', {
        metric: loadBalancer.metrics.targetResponseTime({ period: Duration.minutes(5), statistic: 'p99' }),
        threshold: slowSeconds,
      }),
    ];
  }

  #onZones(): Alarm[] {
    const { loadBalancer, targetGroup, zones } = this.#props;
    return zones.map((zone) =>
      this.#alarm(`ZoneEmpty${zone.slice(-1).toUpperCase()}`, `Nothing in ${zone} can serve: the shop stands on fewer zones than it should.`, 'alarms.md#a-zone-has-no-healthy-target', {
        // Longer than an instance that failed takes to be replaced.
        metric: healthyTargetsInZone(loadBalancer, targetGroup, zone).with({ period: Duration.minutes(5), statistic: 'Maximum' }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        // A zone in which nothing is registered is not measured at all.
        missingData: TreatMissingData.BREACHING,
      }),
    );
  }

  #onDatabase(): Alarm[] {
    const { database, databaseStorageGib } = this.#props;
    const period = Duration.minutes(5);
    const orLess = ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD;
    return [
      this.#alarm('DatabaseStorageLow', 'The storage of the database is nearly full: without any, it takes no writes.', 'alarms.md#the-database-runs-out-of-storage', {
        metric: database.metricFreeStorageSpace({ period, statistic: 'Minimum' }),
        threshold: Math.floor((databaseStorageGib * 2 ** 30 * storageLeftPercent) / 100),
        comparisonOperator: orLess,
      }),
      this.#alarm('DatabaseBusy', 'The processors of the database have hardly anything to spare: soon every page waits for it.', 'alarms.md#the-database-is-at-its-limit', {
        metric: database.metricCPUUtilization({ period, statistic: 'Average' }),
        threshold: databaseCpuPercent,
      }),
      this.#alarm('DatabaseMemoryLow', 'The database has hardly any memory to spare, often for too many connections.', 'alarms.md#the-database-is-at-its-limit', {
        metric: database.metricFreeableMemory({ period, statistic: 'Minimum' }),
        threshold: memoryLeftMebibytes * 2 ** 20,
        comparisonOperator: orLess,
      }),
    ];
  }

  #alarm(id: string, what: string, runbook: RunbookSection, watched: Watched): Alarm {
    const { topic } = this.#props;
    return new OperationsAlarm(this, id, { what, runbook, evaluationPeriods: 3, missingData: TreatMissingData.NOT_BREACHING, ...watched, topic });
  }
}
