import type { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { OperationsAlarm, type RunbookSection } from './operations-alarm.ts';
import type { Workflow } from './workflow.ts';

export interface SilenceAlarmProps {
  readonly workflow: Workflow;
  /** What is not done while it is silent, in a sentence. */
  readonly what: string;
  readonly runbook: RunbookSection;
  /** Silent for so many periods on end; together at most a day, or seven days of periods of an hour and more. */
  readonly period: Duration;
  readonly periods: number;
  readonly topic: ITopic;
}

/**
 * A workflow that runs by the clock did not succeed for too long. Its own alarm on failures says nothing when nothing starts it
 * any more: a schedule changed by hand, a role that lost its policy. No data is what silence looks like.
 */
export class SilenceAlarm extends OperationsAlarm {
  constructor(scope: Construct, id: string, { workflow, period, periods, ...props }: SilenceAlarmProps) {
    super(scope, id, {
      ...props,
      metric: workflow.stateMachine.metricSucceeded({ period, statistic: 'Sum' }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      missingData: TreatMissingData.BREACHING,
    });
  }
}
