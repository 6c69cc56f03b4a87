import type { Alarm } from './alarm.ts';
import { dimensionList } from './alarm.ts';
import type { AlarmState } from './alarm-decision.ts';

interface Place {
  readonly id: string;
  readonly region: string;
}

export interface StateSnapshot {
  readonly value: AlarmState;
  readonly reason: string;
  readonly reasonData: string | undefined;
  readonly at: number;
}

/** Names that CloudWatch's mails give to Regions. */
const regionNames: Readonly<Record<string, string>> = { 'eu-west-3': 'EU (Paris)' };

/** `2026-01-07T07:00:00.000+0000`, as CloudWatch writes instants in events and messages. */
export function cloudWatchTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

/** Detail of the event `CloudWatch Alarm State Change` (CloudWatch user guide, "Alarm events and EventBridge"). */
export function stateChangeDetail(alarm: Alarm, previous: StateSnapshot): Record<string, unknown> {
  const { definition } = alarm;
  const current: StateSnapshot = { value: alarm.state, reason: alarm.reason, reasonData: alarm.reasonData, at: alarm.stateUpdatedAt };
  return {
    alarmName: definition.name,
    configuration: {
      ...(definition.description === undefined ? {} : { description: definition.description }),
      metrics: [
        {
          id: definition.queryId ?? alarm.arn.slice(-8).replaceAll(/\W/gu, '0'),
          metricStat: {
            metric: { namespace: definition.namespace, name: definition.metricName, dimensions: definition.dimensions },
            period: definition.periodSeconds,
            stat: definition.statistic,
          },
          returnData: true,
        },
      ],
    },
    previousState: eventState(previous),
    state: eventState(current),
  };
}

/** Body and subject of the SNS message of an alarm action. */
export function notification(alarm: Alarm, previous: AlarmState, place: Place): { readonly Subject: string; readonly Message: string } {
  const { definition } = alarm;
  const regionName = regionNames[place.region] ?? place.region;
  const isPercentile = definition.statistic.startsWith('p');
  const message = {
    AlarmName: definition.name,
    AlarmDescription: definition.description ?? null,
    AWSAccountId: place.id,
    AlarmConfigurationUpdatedTimestamp: cloudWatchTime(alarm.configuredAt),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: cloudWatchTime(alarm.stateUpdatedAt),
    Region: regionName,
    AlarmArn: alarm.arn,
    OldStateValue: previous,
    OKActions: definition.okActions,
    AlarmActions: definition.alarmActions,
    InsufficientDataActions: definition.insufficientDataActions,
    Trigger: {
      MetricName: definition.metricName,
      Namespace: definition.namespace,
      ...(isPercentile
        ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: definition.statistic }
        : { StatisticType: 'Statistic', Statistic: definition.statistic.toUpperCase() }),
      Unit: null,
      Dimensions: dimensionList(definition.dimensions).map(({ Name, Value }) => ({ value: Value, name: Name })),
      Period: definition.periodSeconds,
      EvaluationPeriods: definition.evaluationPeriods,
      DatapointsToAlarm: definition.datapointsToAlarm,
      ComparisonOperator: definition.comparison,
      Threshold: definition.threshold,
      TreatMissingData: definition.treatMissingData,
      EvaluateLowSampleCountPercentile: '',
    },
  };
  return { Subject: `${alarm.state}: "${definition.name}" in ${regionName}`.slice(0, 100), Message: JSON.stringify(message) };
}

function eventState(state: StateSnapshot): Record<string, unknown> {
  return {
    value: state.value,
    reason: state.reason,
    ...(state.reasonData === undefined ? {} : { reasonData: state.reasonData }),
    timestamp: cloudWatchTime(state.at),
  };
}
