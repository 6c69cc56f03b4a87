import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { runAsNobody } from '../../kernel/caller.ts';
import { type Alarm, type AlarmDefinition, breaches, type MetricIdentity } from './alarm.ts';
import { decideAlarm, extraPeriods } from './alarm-decision.ts';
import { notification, type StateSnapshot, stateChangeDetail } from './alarm-messages.ts';
import type { MetricSeries } from './series.ts';
import { parseStatistic, valueOver } from './statistics.ts';

const minuteMilliseconds = 60_000;

/** Every alarm of the account, evaluated once a minute. */
export class AlarmBoard {
  readonly #account: Account;
  readonly #seriesOf: (metric: MetricIdentity) => MetricSeries;
  readonly #alarms = new Map<string, Alarm>();

  constructor(account: Account, seriesOf: (metric: MetricIdentity) => MetricSeries) {
    this.#account = account;
    this.#seriesOf = seriesOf;
  }

  all(): readonly Alarm[] {
    return [...this.#alarms.values()];
  }

  find(name: string): Alarm | undefined {
    return this.#alarms.get(name);
  }

  put(definition: AlarmDefinition): Alarm {
    refuseWhatIsNotModelled(definition);
    const now = this.#account.clock.now();
    const previous = this.#alarms.get(definition.name);
    const alarm: Alarm = {
      state: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      reasonData: undefined,
      stateUpdatedAt: now,
      ...previous,
      silentState: undefined,
      arn: this.#account.arn('cloudwatch', `alarm:${definition.name}`),
      definition,
      series: this.#seriesOf(definition),
      statistic: parseStatistic(definition.statistic),
      configuredAt: now,
    };
    this.#alarms.set(definition.name, alarm);
    return alarm;
  }

  remove(name: string): void {
    this.#alarms.delete(name);
  }

  /** Evaluates every alarm on the data up to now. */
  evaluate(): void {
    const minute = Math.floor(this.#account.clock.now() / minuteMilliseconds);
    for (const alarm of this.#alarms.values()) this.#evaluate(alarm, minute);
  }

  #evaluate(alarm: Alarm, minute: number): void {
    const { definition } = alarm;
    const periodMinutes = definition.periodSeconds / 60;
    const count = definition.evaluationPeriods + extraPeriods;
    // An alarm on a metric that is silent, and has been treated as such, stays as it is.
    const isSilent = alarm.series.lastMinute < minute - count * periodMinutes;
    if (isSilent && alarm.silentState === alarm.state) {
      if (alarm.state === 'ALARM') this.#repeatScaling(alarm);
      return;
    }
    const values: (number | undefined)[] = [];
    for (let age = count; age > 0; age -= 1) {
      const from = minute - age * periodMinutes;
      values.push(valueOver(alarm.series, from, from + periodMinutes, alarm.statistic));
    }
    const state = decideAlarm({
      periods: values.map((value) => (value === undefined ? undefined : breaches(definition, value))),
      evaluationPeriods: definition.evaluationPeriods,
      datapointsToAlarm: definition.datapointsToAlarm,
      treatment: definition.treatMissingData,
      current: alarm.state,
    });
    alarm.silentState = isSilent ? state : undefined;
    if (state !== alarm.state) this.#transition(alarm, state, values, minute);
    else if (state === 'ALARM') this.#repeatScaling(alarm);
  }

  /** An Auto Scaling action goes on once a minute while its state lasts (CloudWatch user guide, "Alarm actions"). */
  #repeatScaling(alarm: Alarm): void {
    if (!alarm.definition.actionsEnabled) return;
    for (const action of alarm.definition.alarmActions) {
      if (action.includes(':scalingPolicy:')) this.#account.autoScaling.executePolicy(action, alarm.definition.name);
    }
  }

  #transition(alarm: Alarm, state: Alarm['state'], values: readonly (number | undefined)[], minute: number): void {
    const previous: StateSnapshot = { value: alarm.state, reason: alarm.reason, reasonData: alarm.reasonData, at: alarm.stateUpdatedAt };
    const { definition } = alarm;
    alarm.state = state;
    alarm.stateUpdatedAt = this.#account.clock.now();
    const known = values.filter((value) => value !== undefined).slice(-definition.evaluationPeriods);
    alarm.reason = reasonFor(definition, state, known);
    alarm.reasonData = JSON.stringify({
      version: '1.0',
      queryDate: new Date(alarm.stateUpdatedAt).toISOString(),
      startDate: new Date((minute - (definition.evaluationPeriods * definition.periodSeconds) / 60) * minuteMilliseconds).toISOString(),
      statistic: definition.statistic,
      period: definition.periodSeconds,
      recentDatapoints: known,
      threshold: definition.threshold,
    });
    const isScalingAlarm = definition.name.startsWith('TargetTracking-');
    if (!isScalingAlarm) this.#account.note('cloudwatch.alarm', `Alarm ${definition.name}: ${previous.value} → ${state}.`, { alarm: definition.name, state });
    this.#account.eventBridge.publish({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      detail: stateChangeDetail(alarm, previous),
      resources: [alarm.arn],
    });
    this.#act(alarm, previous.value);
  }

  #act(alarm: Alarm, previous: Alarm['state']): void {
    const { definition } = alarm;
    if (!definition.actionsEnabled) return;
    for (const action of actionsOn(definition, alarm.state)) {
      if (action.includes(':scalingPolicy:')) this.#account.autoScaling.executePolicy(action, definition.name);
      else this.#notify(alarm, previous, action);
    }
  }

  #notify(alarm: Alarm, previous: Alarm['state'], topicArn: string): void {
    const input = { TopicArn: topicArn, ...notification(alarm, previous, this.#account) };
    const principal = { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn } as const;
    const published = runAsNobody(() => this.#account.call({ principal, sdkId: 'SNS', operation: 'Publish', input }));
    published.catch((error: unknown) => {
      if (!(error instanceof AwsError)) return this.#account.clock.fail(error);
      return this.#account.note('cloudwatch.action-failed', `Alarm ${alarm.definition.name} could not notify ${topicArn}: ${error.message}`);
    });
  }
}

function actionsOn(definition: AlarmDefinition, state: Alarm['state']): readonly string[] {
  switch (state) {
    case 'ALARM':
      return definition.alarmActions;
    case 'OK':
      return definition.okActions;
    case 'INSUFFICIENT_DATA':
      return definition.insufficientDataActions;
  }
}

function refuseWhatIsNotModelled(definition: AlarmDefinition): void {
  if (definition.periodSeconds % 60 !== 0) {
    throw new NotModelledError(`The period of ${definition.periodSeconds} s of the alarm ${definition.name} is not modelled: whole minutes are.`);
  }
  for (const action of [...definition.alarmActions, ...definition.okActions, ...definition.insufficientDataActions]) {
    if (action.startsWith('arn:aws:sns:') || action.includes(':scalingPolicy:')) continue;
    throw new NotModelledError(`The alarm action ${action} of ${definition.name} is not modelled.`);
  }
}

function reasonFor(definition: AlarmDefinition, state: Alarm['state'], known: readonly number[]): string {
  if (state === 'INSUFFICIENT_DATA') return 'Insufficient Data: no datapoints were received';
  const crossed = state === 'ALARM' ? 'were' : 'were not';
  const comparison = definition.comparison.replaceAll(/([a-z])([A-Z])/gu, '$1 $2').toLowerCase().replace(' threshold', '');
  if (known.length === 0) return `Threshold Crossed: no datapoints were received for ${definition.evaluationPeriods} periods and missing data is treated as ${definition.treatMissingData}.`;
  const points = known.map((value) => String(Number(value.toFixed(4)))).join(', ');
  return `Threshold Crossed: ${known.length} datapoints [${points}] ${crossed} ${comparison} the threshold (${definition.threshold}).`;
}
