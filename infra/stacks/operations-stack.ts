import { ArnFormat, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Exception } from '../../functions/compliance/exceptions.ts';
import type { PriceTable } from '../../functions/platform/prices.ts';
import type { EnvironmentConfig } from '../config.ts';
import { CapacityOrchestration } from '../constructs/capacity-orchestration.ts';
import { changeAlarmName } from '../constructs/change-alarms.ts';
import { ComplianceOrchestration } from '../constructs/compliance-orchestration.ts';
import { DrillOrchestration } from '../constructs/drill-orchestration.ts';
import { LedgerTable } from '../constructs/ledger-table.ts';
import { LifecycleOrchestration } from '../constructs/lifecycle-orchestration.ts';
import { logRetention } from '../log-retention.ts';
import { PublishedExceptions } from '../constructs/published-exceptions.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { ReservationOrchestration } from '../constructs/reservation-orchestration.ts';
import { ShopAlarms } from '../constructs/shop-alarms.ts';
import { TimeoutNotice } from '../constructs/timeout-notice.ts';
import { Workflow } from '../constructs/workflow.ts';

export interface OperationsStackProps extends StackProps {
  readonly autoScalingGroup: AutoScalingGroup;
  readonly targetGroup: ApplicationTargetGroup;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly accessLogsBucket: IBucket;
  readonly productImagesBucket: IBucket;
  readonly documentsBucket: IBucket;
  readonly environment: string;
  readonly vpc: IVpc;
  readonly database: DatabaseInstance;
  /** Encrypts the database and the secret of its administrator. */
  readonly databaseKey: IKey;
  readonly data: EnvironmentConfig['data'];
  /** Of the functions that connect to the database. */
  readonly probeSecurityGroup: ISecurityGroup;
  /** Role of the shop's instances. */
  readonly instanceRole: IRole;
  readonly capacity: EnvironmentConfig['capacity'];
  readonly compliance: EnvironmentConfig['compliance'];
  readonly drills: EnvironmentConfig['drills'];
  readonly lifecycle: EnvironmentConfig['lifecycle'];
  readonly reservations: EnvironmentConfig['reservations'];
  readonly exceptions: readonly Exception[];
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
  readonly evidence: IBucket;
  readonly capacityOrchestration: CapacityOrchestration;
  readonly complianceOrchestration: ComplianceOrchestration;
  readonly drillOrchestration: DrillOrchestration;
  readonly lifecycleOrchestration: LifecycleOrchestration;
  readonly reservationOrchestration: ReservationOrchestration;

  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    this.ledger = new LedgerTable(this, 'Ledger');
    this.evidence = new PrivateBucket(this, 'Evidence', { accessLogsBucket: props.accessLogsBucket }).bucket;
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
    this.#letCostBeTold();
    for (const email of props.emails) this.topic.addSubscription(new EmailSubscription(email));

    this.capacityOrchestration = new CapacityOrchestration(this, 'Capacity', {
      ledger: this.ledger,
      evidence: this.evidence,
      topic: this.topic,
      autoScalingGroup: props.autoScalingGroup,
      targetGroup: props.targetGroup,
      loadBalancer: props.loadBalancer,
      model: props.capacity,
      instanceType: props.instanceType,
      prices: props.prices.instances,
      logRetention: logRetention(props.logRetentionDays),
    });
    new PublishedExceptions(this, 'Exceptions', { environment: props.environment, exceptions: props.exceptions });
    this.complianceOrchestration = new ComplianceOrchestration(this, 'Compliance', {
      ...props,
      ledger: this.ledger,
      evidence: this.evidence,
      topic: this.topic,
      settings: props.compliance,
      alarmNames: {
        groupChanges: changeAlarmName(props.environment, 'SecurityGroupChanges'),
        iamChanges: changeAlarmName(props.environment, 'IamChanges'),
      },
      logRetention: logRetention(props.logRetentionDays),
    });
    this.drillOrchestration = this.#createDrillOrchestration(props);
    this.lifecycleOrchestration = this.#createLifecycleOrchestration(props);
    this.reservationOrchestration = this.#createReservationOrchestration(props);
    new TimeoutNotice(this, 'Timeouts', { workflows: this.node.findAll().filter((part) => part instanceof Workflow), topic: this.topic });
    this.#output('StorageLifecycleArn', this.lifecycleOrchestration.storageLifecycle.stateMachine.stateMachineArn);
    this.#output('AnswerLifecycleFunction', this.lifecycleOrchestration.answerLifecycle.function.functionName);
    this.#output('ReservationAdviceArn', this.reservationOrchestration.reservationAdvice.stateMachine.stateMachineArn);
    this.#output('FailoverDrillArn', this.drillOrchestration.failoverDrill.stateMachine.stateMachineArn);
    this.#output('FailoverObservationArn', this.drillOrchestration.failoverObservation.stateMachine.stateMachineArn);
    this.#output('AnswerDrillFunction', this.drillOrchestration.answerDrill.function.functionName);
    this.#output('PrepareDatabaseFunction', this.drillOrchestration.prepareDatabase.function.functionName);
    this.#output('AnswerApprovalFunction', this.complianceOrchestration.answerApproval.function.functionName);
    this.#output('NightlyComplianceArn', this.complianceOrchestration.nightly.stateMachine.stateMachineArn);
    this.#output('DriftRemediationArn', this.complianceOrchestration.driftRemediation.stateMachine.stateMachineArn);
    this.#output('ResourceRepairArn', this.complianceOrchestration.resourceRepair.stateMachine.stateMachineArn);
    this.#output('RegisterSaleFunction', this.capacityOrchestration.registerSale.function.functionName);
    this.#output('LedgerTableName', this.ledger.table.tableName);
    this.#output('EvidenceBucketName', this.evidence.bucketName);
    this.#output('NotificationsTopicArn', this.topic.topicArn);
    this.#output('AutoScalingGroupName', props.autoScalingGroup.autoScalingGroupName);
    this.#output('LoadBalancerArn', props.loadBalancer.loadBalancerArn);
    this.#output('TargetGroupArn', props.targetGroup.targetGroupArn);
    this.#output('SaleScalingArn', this.capacityOrchestration.saleScaling.stateMachine.stateMachineArn);
    this.#output('SurgeScalingArn', this.capacityOrchestration.surgeScaling.stateMachine.stateMachineArn);
    this.#output('CapacityReconciliationArn', this.capacityOrchestration.reconciliation.stateMachine.stateMachineArn);
    this.#output('SalePreflightArn', this.capacityOrchestration.preflight.stateMachine.stateMachineArn);
  }

  /**
   * Budgets and anomalies are told as alarms are. Sources: Cost Management user guide, "Creating an Amazon SNS topic for budget
   * notifications" and "Creating an Amazon SNS topic for anomaly notifications": the first gives both conditions, the second
   * the account only.
   */
  #letCostBeTold(): void {
    const ownAccount = { StringEquals: { 'aws:SourceAccount': this.account } };
    const budgets = this.formatArn({ service: 'budgets', region: '', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME });
    const services = [
      { sid: 'BudgetsOfThisAccount', service: 'budgets.amazonaws.com', conditions: { ...ownAccount, ArnLike: { 'aws:SourceArn': budgets } } },
      { sid: 'AnomaliesOfThisAccount', service: 'costalerts.amazonaws.com', conditions: ownAccount },
    ];
    for (const { sid, service, conditions } of services) {
      this.topic.addToResourcePolicy(
        new PolicyStatement({ sid, principals: [new ServicePrincipal(service)], actions: ['sns:Publish'], resources: [this.topic.topicArn], conditions }),
      );
    }
  }

  #createDrillOrchestration(props: OperationsStackProps): DrillOrchestration {
    const { surgeAlarm, silenceAlarm } = this.capacityOrchestration;
    const alarms = new ShopAlarms(this, 'ShopAlarms', {
      ...props,
      topic: this.topic,
      databaseStorageGib: props.data.storageGib,
      zones: props.vpc.availabilityZones,
    });
    return new DrillOrchestration(this, 'Drills', {
      ...props,
      ledger: this.ledger,
      evidence: this.evidence,
      topic: this.topic,
      guardAlarms: [...alarms.all, surgeAlarm, silenceAlarm],
      engine: props.data.engine,
      databaseName: props.data.databaseName,
      settings: props.drills,
      network: { vpc: props.vpc, securityGroup: props.probeSecurityGroup },
      logRetention: logRetention(props.logRetentionDays),
    });
  }

  #createLifecycleOrchestration(props: OperationsStackProps): LifecycleOrchestration {
    return new LifecycleOrchestration(this, 'Lifecycle', {
      ledger: this.ledger,
      evidence: this.evidence,
      topic: this.topic,
      buckets: { productImages: props.productImagesBucket, documents: props.documentsBucket, logs: props.accessLogsBucket, evidence: this.evidence },
      settings: props.lifecycle,
      prices: props.prices.storage,
      logRetention: logRetention(props.logRetentionDays),
    });
  }

  #createReservationOrchestration(props: OperationsStackProps): ReservationOrchestration {
    return new ReservationOrchestration(this, 'Reservations', {
      ...props,
      ledger: this.ledger,
      evidence: this.evidence,
      topic: this.topic,
      settings: props.reservations,
      descentMinutes: props.capacity.descent.windowMinutes,
      logRetention: logRetention(props.logRetentionDays),
    });
  }

  #output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}
