import { Duration, TimeZone } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import type { InstancePrices } from '../../functions/platform/prices.ts';
import { CapacityPermissions, type CapacityResources } from './capacity-permissions.ts';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { OperationsAlarm } from './operations-alarm.ts';
import { Orchestration, type OrchestrationProps } from './orchestration.ts';
import type { OrchestratorFunction } from './orchestrator-function.ts';
import { SilenceAlarm } from './silence-alarm.ts';
import type { Workflow } from './workflow.ts';

export interface CapacityOrchestrationProps extends CapacityResources, OrchestrationProps {
  readonly targetGroup: ApplicationTargetGroup;
  /** The group's first choice of instance type, by which the idle floor is priced. */
  readonly instanceType: string;
  readonly prices: InstancePrices;
}

/** What each function reads of its environment; a test loads every bundle and finds what is missing. */
const preflightVariables = ['LEDGER_TABLE', 'TOPIC_ARN', 'GROUP_NAME', 'LOAD_BALANCER_ARN', 'CAPACITY_MODEL'] as const;
const readinessVariables = ['LEDGER_TABLE', 'GROUP_NAME', 'TARGET_GROUP_ARN', 'CAPACITY_MODEL'] as const;
const variablesOf = {
  RegisterSale: preflightVariables,
  PreflightSales: preflightVariables,
  PlanSale: ['LEDGER_TABLE', 'GROUP_NAME', 'LOAD_BALANCER_ARN', 'CAPACITY_MODEL'],
  ReconcileCapacity: [...preflightVariables, 'LOAD_BALANCER_FULL_NAME', 'SURGE_ALARM_NAME'],
  CheckReadiness: readinessVariables,
  CheckSale: readinessVariables,
  AnnounceSale: ['LEDGER_TABLE', 'TOPIC_ARN'],
  ReportSale: [
    'LEDGER_TABLE', 'EVIDENCE_BUCKET', 'GROUP_NAME', 'LOAD_BALANCER_FULL_NAME', 'TARGET_GROUP_FULL_NAME', 'INSTANCE_TYPE',
    'CAPACITY_MODEL', 'PRICE_TABLE',
  ],
  AssessSurge: ['LEDGER_TABLE', 'TOPIC_ARN', 'GROUP_NAME', 'SURGE_ALARM_NAME', 'CAPACITY_MODEL'],
} as const;

/** Sales, surges and the reconciliation that holds capacity to the leases. */
export class CapacityOrchestration extends Orchestration<typeof variablesOf> {
  readonly registerSale: OrchestratorFunction;
  readonly saleScaling: Workflow;
  readonly surgeScaling: Workflow;
  readonly reconciliation: Workflow;
  readonly preflight: Workflow;
  readonly surgeAlarm: Alarm;
  readonly silenceAlarm: Alarm;

  readonly #props: CapacityOrchestrationProps;
  readonly #may: CapacityPermissions;

  constructor(scope: Construct, id: string, props: CapacityOrchestrationProps) {
    super(scope, id, props, { folder: 'capacity', variablesOf });
    this.#props = props;
    this.#may = new CapacityPermissions(props);
    this.surgeAlarm = this.#createSurgeAlarm();
    this.registerSale = this.#createRegisterSale();
    const reconcile = this.#createReconcileCapacity();
    this.saleScaling = this.#createSaleScaling(reconcile);
    this.surgeScaling = this.#createSurgeScaling(reconcile);
    this.reconciliation = this.createWorkflow(
      'CapacityReconciliation',
      { ReconcileCapacity: reconcile },
      { starts: { SaleScaling: this.saleScaling, SurgeScaling: this.surgeScaling } },
    );
    this.preflight = this.#createPreflight();
    this.#schedule();
    this.silenceAlarm = new SilenceAlarm(this, 'ReconciliationSilent', {
      workflow: this.reconciliation,
      what: 'No capacity reconciliation succeeded for 15 minutes: leases are not followed.',
      runbook: 'alarms.md#the-reconciliation-is-silent',
      period: Duration.minutes(5),
      periods: 3,
      topic: props.topic,
    });
  }

  #createRegisterSale(): OrchestratorFunction {
    const may = this.#may;
    const permissions = [...may.tellOnce(), ...may.preflight()];
    return this.createFunction('RegisterSale', 'Adds, extends, brings forward or cancels a sale: its only writer.', permissions, { isForOperators: true });
  }

  #createReconcileCapacity(): OrchestratorFunction {
    const may = this.#may;
    const permissions = [
      may.listLedger(),
      may.lock(),
      ...may.tellOnce(),
      may.observeGroup(),
      may.resizeGroup(),
      may.readMetrics(),
      may.readAlarm(this.surgeAlarm.alarmArn),
      ...may.reserveLoadBalancer(),
    ];
    // Less than the lock that it takes lasts: a lock outlives its owner, never the other way round.
    const timeout = Duration.seconds(30);
    const reconcile = this.createFunction('ReconcileCapacity', 'Makes the size of the group what the leases ask for.', permissions, { timeout });
    acknowledgeWildcard(reconcile, may.groupArn, 'The ARN of a group holds an id that AWS gives it; the name in it is the one group.');
    return reconcile;
  }

  #createSaleScaling(reconcile: OrchestratorFunction): Workflow {
    const may = this.#may;
    const observe = [may.getFromLedger(), may.observeGroup('autoscaling:DescribeScalingActivities'), may.observeTargets()];
    const report = this.createFunction(
      'ReportSale',
      'Writes the report of a sale to the evidence bucket.',
      [may.listLedger(), may.readMetrics(), may.writeEvidence(), may.measure()],
      { timeout: Duration.seconds(120) },
    );
    acknowledgeWildcard(report, may.evidenceArn, 'Reports are named by their sale; nothing else stands under this prefix.');
    return this.createWorkflow('SaleScaling', {
      PlanSale: this.createFunction('PlanSale', 'Plans the capacity of a sale and names what could stop it.', [
        may.getAndPutInLedger(),
        ...may.preflight(),
      ]),
      ReconcileCapacity: reconcile,
      CheckReadiness: this.createFunction('CheckReadiness', 'Says whether enough targets are healthy in every zone.', observe),
      CheckSale: this.createFunction('CheckSale', 'Says where a sale stands and when to look again.', observe),
      ReportSale: report,
      AnnounceSale: this.createFunction('AnnounceSale', 'Tells what happens to a sale, once an event.', may.tellOnce()),
    });
  }

  #createSurgeScaling(reconcile: OrchestratorFunction): Workflow {
    const may = this.#may;
    return this.createWorkflow('SurgeScaling', {
      AssessSurge: this.createFunction('AssessSurge', 'Grants, keeps or releases the lease of a surge, with hysteresis.', [
        ...may.tellOnce(),
        may.observeGroup(),
        may.readMetrics(),
        may.readAlarm(this.surgeAlarm.alarmArn),
      ]),
      ReconcileCapacity: reconcile,
    });
  }

  #createPreflight(): Workflow {
    const may = this.#may;
    return this.createWorkflow('SalePreflight', {
      PreflightSales: this.createFunction(
        'PreflightSales',
        'Looks for what could stop the sales of the next 14 days.',
        [may.listLedger(), ...may.tellOnce(), ...may.preflight()],
        { timeout: Duration.seconds(120) },
      ),
    });
  }

  protected override variables() {
    const props = this.#props;
    return {
      ...this.sharedVariables(),
      GROUP_NAME: () => props.autoScalingGroup.autoScalingGroupName,
      TARGET_GROUP_ARN: () => props.targetGroup.targetGroupArn,
      TARGET_GROUP_FULL_NAME: () => props.targetGroup.targetGroupFullName,
      LOAD_BALANCER_ARN: () => props.loadBalancer.loadBalancerArn,
      LOAD_BALANCER_FULL_NAME: () => props.loadBalancer.loadBalancerFullName,
      SURGE_ALARM_NAME: () => this.surgeAlarm.alarmName,
      INSTANCE_TYPE: () => props.instanceType,
      CAPACITY_MODEL: () => JSON.stringify(props.model),
      PRICE_TABLE: () => JSON.stringify(props.prices),
    };
  }

  /** Tells nobody: the rule below answers it, and what the answer was is told by the workflow. */
  #createSurgeAlarm(): Alarm {
    const { autoScalingGroup, model } = this.#props;
    return new OperationsAlarm(this, 'SurgeAlarm', {
      what: 'The group is close to what it can serve although no lease asked for more: a surge.',
      runbook: 'alarms.md#a-surge',
      metric: new Metric({
        namespace: 'AWS/EC2',
        metricName: 'CPUUtilization',
        dimensionsMap: { AutoScalingGroupName: autoScalingGroup.autoScalingGroupName },
        statistic: 'Average',
        period: Duration.minutes(1),
      }),
      threshold: model.surge.cpuHighPercent,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      missingData: TreatMissingData.NOT_BREACHING,
    });
  }

  #schedule(): void {
    // A trigger that comes late is worth nothing once its successor has come.
    new Schedule(this, 'EveryFiveMinutes', {
      description: 'Capacity follows the leases, whatever else failed.',
      schedule: ScheduleExpression.rate(Duration.minutes(5)),
      target: new StepFunctionsStartExecution(this.reconciliation.stateMachine, {
        maxEventAge: Duration.minutes(5),
        retryAttempts: 3,
      }),
    });
    new Schedule(this, 'EveryMorning', {
      description: 'Quotas take days to raise: the sales of the next 14 days are checked every day.',
      schedule: ScheduleExpression.cron({ hour: '7', minute: '0', timeZone: TimeZone.EUROPE_PARIS }),
      target: new StepFunctionsStartExecution(this.preflight.stateMachine, {
        maxEventAge: Duration.hours(4),
        retryAttempts: 10,
      }),
    });
    new Rule(this, 'OnSurgeAlarm', {
      description: 'Makes the answer to a surge fast; should the event be lost, the reconciliation reads the alarm.',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [this.surgeAlarm.alarmArn],
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [
        new SfnStateMachine(this.surgeScaling.stateMachine, {
          role: this.surgeScaling.eventsRole,
          maxEventAge: Duration.minutes(5),
          retryAttempts: 3,
        }),
      ],
    });
  }
}
