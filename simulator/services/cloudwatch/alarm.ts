import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmState, MissingDataTreatment } from './alarm-decision.ts';
import type { MetricSeries } from './series.ts';
import type { Statistic } from './statistics.ts';

export const comparisonOperators = [
  'GreaterThanOrEqualToThreshold', 'GreaterThanThreshold', 'LessThanOrEqualToThreshold', 'LessThanThreshold',
] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An alarm on one metric. */
export interface AlarmDefinition extends MetricIdentity {
  readonly name: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  /** As the API names it, for example `Average` or `p95`. */
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingDataTreatment;
  /** The id that a `Metrics` alarm gives to its one query. */
  readonly queryId: string | undefined;
}

export interface Alarm {
  readonly arn: string;
  definition: AlarmDefinition;
  series: MetricSeries;
  statistic: Statistic;
  state: AlarmState;
  reason: string;
  reasonData: string | undefined;
  stateUpdatedAt: number;
  configuredAt: number;
  /** The state that an evaluation without any data gave last. */
  silentState: AlarmState | undefined;
}

export function breaches(definition: AlarmDefinition, value: number): boolean {
  switch (definition.comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= definition.threshold;
    case 'GreaterThanThreshold':
      return value > definition.threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= definition.threshold;
    case 'LessThanThreshold':
      return value < definition.threshold;
  }
}

export function describeAlarm(alarm: Alarm): MetricAlarm {
  const { definition } = alarm;
  const isPercentile = definition.statistic.startsWith('p');
  const dimensions = dimensionList(definition.dimensions);
  const metric = { Namespace: definition.namespace, MetricName: definition.metricName, Dimensions: dimensions };
  const single = {
    ...metric,
    Period: definition.periodSeconds,
    ...(isPercentile ? { ExtendedStatistic: definition.statistic } : { Statistic: definition.statistic as never }),
  };
  const query = { Id: definition.queryId, MetricStat: { Metric: metric, Period: definition.periodSeconds, Stat: definition.statistic }, ReturnData: true };
  return {
    AlarmName: definition.name,
    AlarmArn: alarm.arn,
    ...(definition.description === undefined ? {} : { AlarmDescription: definition.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: definition.actionsEnabled,
    OKActions: [...definition.okActions],
    AlarmActions: [...definition.alarmActions],
    InsufficientDataActions: [...definition.insufficientDataActions],
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData === undefined ? {} : { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: new Date(alarm.stateUpdatedAt),
    StateTransitionedTimestamp: new Date(alarm.stateUpdatedAt),
    ...(definition.queryId === undefined ? single : { Metrics: [query] }),
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    Threshold: definition.threshold,
    ComparisonOperator: definition.comparison,
    TreatMissingData: definition.treatMissingData,
  };
}

export function dimensionList(dimensions: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
