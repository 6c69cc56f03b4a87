import { Duration } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { titleCase } from '../title-case.ts';
import { OperationsAlarm, type RunbookSection } from './operations-alarm.ts';

export interface ChangeAlarmsProps {
  readonly environment: string;
  /** The log group of the trail. */
  readonly logGroup: ILogGroup;
  readonly topic: ITopic;
}

interface Watch {
  /** Control of the CIS AWS Foundations Benchmark 7.0, whose pattern this is. */
  readonly control: string;
  readonly what: string;
  readonly runbook: RunbookSection;
  readonly pattern: string;
  /** Events within five minutes that raise the alarm. */
  readonly threshold: number;
}

function anyOf(field: string, names: readonly string[]): string {
  return names.map((name) => `(${field}=${name})`).join('||');
}

/** The events that a person hears of within minutes, whatever the workflows make of them. */
const watches = {
  UnauthorizedCalls: {
    control: '5.1',
    what: 'Calls were refused for want of permission: something is misconfigured, or somebody is trying doors.',
    runbook: 'alarms.md#calls-are-refused',
    pattern: '{($.errorCode="*UnauthorizedOperation")||($.errorCode="AccessDenied*")}',
    // One refusal is an ordinary mistake; people explore a console by them.
    threshold: 5,
  },
  RootUse: {
    control: '5.3',
    what: 'The root user did something, which no daily work needs.',
    runbook: 'alarms.md#the-root-user-is-used',
    pattern: '{$.userIdentity.type="Root"&&$.userIdentity.invokedBy NOT EXISTS&&$.eventType!="AwsServiceEvent"}',
    threshold: 1,
  },
  IamChanges: {
    control: '5.4',
    what: 'A policy of IAM was written, attached or taken away.',
    runbook: 'alarms.md#iam-or-a-security-group-is-changed',
    pattern: `{($.eventSource=iam.amazonaws.com)&&(${anyOf('$.eventName', [
      'DeleteGroupPolicy', 'DeleteRolePolicy', 'DeleteUserPolicy', 'PutGroupPolicy', 'PutRolePolicy', 'PutUserPolicy',
      'CreatePolicy', 'DeletePolicy', 'CreatePolicyVersion', 'DeletePolicyVersion', 'AttachRolePolicy', 'DetachRolePolicy',
      'AttachUserPolicy', 'DetachUserPolicy', 'AttachGroupPolicy', 'DetachGroupPolicy',
    ])})}`,
    threshold: 1,
  },
  SecurityGroupChanges: {
    control: '5.10',
    what: 'A security group or one of its rules was changed.',
    runbook: 'alarms.md#iam-or-a-security-group-is-changed',
    pattern: `{${anyOf('$.eventName', [
      'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
      'ModifySecurityGroupRules', 'CreateSecurityGroup', 'DeleteSecurityGroup',
    ])}}`,
    threshold: 1,
  },
} as const satisfies Readonly<Record<string, Watch>>;

export type WatchName = keyof typeof watches;

/**
 * Physical name of the alarm on a kind of event. Known without the construct: the operations stack listens to the alarms
 * and stands below the one that holds them.
 */
export function changeAlarmName(environment: string, name: WatchName): string {
  return `WebMarket-${titleCase(environment)}-${name}`;
}

/** Metric filters on the trail and an alarm for each, told to people and seen by EventBridge. */
export class ChangeAlarms extends Construct {
  readonly alarms: Readonly<Record<WatchName, Alarm>>;

  constructor(scope: Construct, id: string, props: ChangeAlarmsProps) {
    super(scope, id);
    this.alarms = {
      UnauthorizedCalls: this.#watch('UnauthorizedCalls', props),
      RootUse: this.#watch('RootUse', props),
      IamChanges: this.#watch('IamChanges', props),
      SecurityGroupChanges: this.#watch('SecurityGroupChanges', props),
    };
  }

  #watch(name: WatchName, { environment, logGroup, topic }: ChangeAlarmsProps): Alarm {
    const { control, what, runbook, pattern, threshold } = watches[name];
    const filter = new MetricFilter(this, `${name}Filter`, {
      logGroup,
      filterPattern: FilterPattern.literal(pattern),
      metricNamespace: `WebMarket/${titleCase(environment)}/Audit`,
      metricName: name,
      metricValue: '1',
    });
    return new OperationsAlarm(this, name, {
      alarmName: changeAlarmName(environment, name),
      what: `${what} CIS ${control}.`,
      runbook,
      metric: filter.metric({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold,
      evaluationPeriods: 1,
      missingData: TreatMissingData.NOT_BREACHING,
      topic,
    });
  }
}
