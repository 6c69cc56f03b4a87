import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { PriceTable } from '../../functions/capacity/prices.ts';
import type { EnvironmentConfig } from '../config.ts';
import { CapacityOrchestration } from '../constructs/capacity-orchestration.ts';
import { LedgerTable } from '../constructs/ledger-table.ts';
import { logRetention } from '../log-retention.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';

export interface OperationsStackProps extends StackProps {
  readonly autoScalingGroup: AutoScalingGroup;
  readonly targetGroup: ApplicationTargetGroup;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly accessLogsBucket: IBucket;
  readonly capacity: EnvironmentConfig['capacity'];
  readonly instanceType: string;
  readonly prices: PriceTable;
  /** Who hears of what happens. */
  readonly emails: readonly string[];
  readonly logRetentionDays: number;
}

/** The orchestrator: ledger, evidence, notifications, and a construct a capability. */
export class OperationsStack extends Stack {
  readonly ledger: LedgerTable;
  readonly topic: Topic;
  readonly capacityOrchestration: CapacityOrchestration;

  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    this.ledger = new LedgerTable(this, 'Ledger');
    const evidence = new PrivateBucket(this, 'Evidence', { accessLogsBucket: props.accessLogsBucket }).bucket;
    this.topic = new Topic(this, 'Notifications', { displayName: 'WebMarket+ operations', enforceSSL: true });
    // A policy of its own replaces the topic's default one, under which alarms of this account could publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    for (const email of props.emails) this.topic.addSubscription(new EmailSubscription(email));

    this.capacityOrchestration = new CapacityOrchestration(this, 'Capacity', {
      ledger: this.ledger,
      evidence,
      topic: this.topic,
      autoScalingGroup: props.autoScalingGroup,
      targetGroup: props.targetGroup,
      loadBalancer: props.loadBalancer,
      model: props.capacity,
      instanceType: props.instanceType,
      prices: props.prices,
      logRetention: logRetention(props.logRetentionDays),
    });
    this.#output('RegisterSaleFunction', this.capacityOrchestration.registerSale.function.functionName);
    this.#output('LedgerTableName', this.ledger.table.tableName);
    this.#output('EvidenceBucketName', evidence.bucketName);
    this.#output('NotificationsTopicArn', this.topic.topicArn);
    this.#output('AutoScalingGroupName', props.autoScalingGroup.autoScalingGroupName);
    this.#output('LoadBalancerArn', props.loadBalancer.loadBalancerArn);
    this.#output('TargetGroupArn', props.targetGroup.targetGroupArn);
    this.#output('SaleScalingArn', this.capacityOrchestration.saleScaling.stateMachine.stateMachineArn);
    this.#output('SurgeScalingArn', this.capacityOrchestration.surgeScaling.stateMachine.stateMachineArn);
    this.#output('CapacityReconciliationArn', this.capacityOrchestration.reconciliation.stateMachine.stateMachineArn);
    this.#output('SalePreflightArn', this.capacityOrchestration.preflight.stateMachine.stateMachineArn);
  }

  #output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}
