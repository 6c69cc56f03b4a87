import { Alarm, ComparisonOperator, type IMetric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** A file in `docs/runbooks/` and a heading in it, as a link names them: `alarms.md#a-workflow-failed`. */
export type RunbookSection = `${string}.md#${string}`;

/** Under this name the app keeps where `docs/runbooks/` can be read: every alarm needs it, and no construct between them does. */
export const runbookUrlContext = 'runbookUrl';

export interface OperationsAlarmProps {
  /** What is wrong, in a sentence for whoever is woken by it: not which metric crossed what. */
  readonly what: string;
  /** What to do about it. A test looks whether it is there. */
  readonly runbook: RunbookSection;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default at or above the threshold */
  readonly comparisonOperator?: ComparisonOperator;
  readonly evaluationPeriods: number;
  /** How many of those periods have to breach. @default all of them */
  readonly datapointsToAlarm?: number;
  /** What a period without data means. There is no default: CloudWatch's own leaves an alarm red, or green, for ever. */
  readonly missingData: TreatMissingData;
  /** Who is told. @default nobody: something else acts on the alarm */
  readonly topic?: ITopic;
  /** @default CloudFormation names it */
  readonly alarmName?: string;
}

/** Every alarm of the app: it says what is wrong and where it is written what to do, and somebody is told. */
export class OperationsAlarm extends Alarm {
  constructor(scope: Construct, id: string, { what, runbook, missingData, topic, ...props }: OperationsAlarmProps) {
    super(scope, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      ...props,
      alarmDescription: `${what} Runbook: ${runbookUrl(scope)}/${runbook}`,
      treatMissingData: missingData,
    });
    if (topic !== undefined) this.addAlarmAction(new SnsAction(topic));
  }
}

function runbookUrl(scope: Construct): string {
  const url: unknown = scope.node.tryGetContext(runbookUrlContext);
  if (typeof url !== 'string') throw new Error(`The app does not say in its context "${runbookUrlContext}" where the runbooks can be read.`);
  return url.replace(/\/+$/u, '');
}
