import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnAnomalyMonitor, CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config.ts';
import { titleCase } from '../title-case.ts';

export interface CostWatchProps {
  readonly environment: string;
  readonly cost: EnvironmentConfig['cost'];
  /** Its policy lets budgets and anomalies be told: both are refused otherwise when they are made. */
  readonly topic: ITopic;
}

/** Of the budget, in percent: what was spent by now, and what the month is going to cost. */
const notifications = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

/**
 * People hear when the month gets dear, and within hours of a cost that nobody expected. Both know no Region, and
 * CloudFormation makes them from any: the types are in the registry of `eu-west-3`.
 */
export class CostWatch extends Construct {
  constructor(scope: Construct, id: string, props: CostWatchProps) {
    super(scope, id);
    this.#createBudget(props);
    this.#subscribeToAnomalies(props);
  }

  /** CloudFormation names it, after its stack: other notifications make another budget, and no name can be had twice. */
  #createBudget({ cost, topic }: CostWatchProps): void {
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: cost.monthlyBudgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: notifications.map((notification) => ({
        notification: { ...notification, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
  }

  #subscribeToAnomalies({ environment, cost, topic }: CostWatchProps): void {
    new CfnAnomalySubscription(this, 'Anomalies', {
      subscriptionName: `WebMarket-${titleCase(environment)}`,
      monitorArnList: [cost.anomalyMonitorArn ?? this.#createMonitor(environment)],
      // Each at once: SNS takes no other frequency.
      frequency: 'IMMEDIATE',
      subscribers: [{ type: 'SNS', address: topic.topicArn }],
      thresholdExpression: JSON.stringify({
        Dimensions: { Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE', MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values: [String(cost.anomalyUsd)] },
      }),
    });
  }

  /** An account has one monitor of services. Where Cost Explorer made it already, this one fails, and says `AlreadyExists`: the configuration names it then. */
  #createMonitor(environment: string): string {
    const monitor = new CfnAnomalyMonitor(this, 'Services', {
      monitorName: `WebMarket-${titleCase(environment)}-Services`,
      monitorType: 'DIMENSIONAL',
      monitorDimension: 'SERVICE',
    });
    return monitor.attrMonitorArn;
  }
}
