import { Duration, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config.ts';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { DrillPermissions, type DrillResources, secretOf } from './drill-permissions.ts';
import { OperationsAlarm } from './operations-alarm.ts';
import { OnDeployment } from './on-deployment.ts';
import { Orchestration, type OrchestrationProps } from './orchestration.ts';
import type { FunctionNetwork, OrchestratorFunction } from './orchestrator-function.ts';
import { resumeWorkflows } from './resume-workflows.ts';
import type { Workflow } from './workflow.ts';

export interface DrillOrchestrationProps extends DrillResources, OrchestrationProps {
  readonly engine: EnvironmentConfig['data']['engine'];
  /** The database on the instance that holds the probe's table. */
  readonly databaseName: string;
  readonly autoScalingGroup: AutoScalingGroup;
  readonly targetGroup: ApplicationTargetGroup;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly settings: EnvironmentConfig['drills'];
  /** Where the functions stand that connect to the database. */
  readonly network: FunctionNetwork;
}

/** What each function reads of its environment; a test loads every bundle and finds what is missing. */
const facts = [
  'DATABASE_ID', 'DATABASE_ENGINE', 'AUTO_SCALING_GROUP_NAME', 'TARGET_GROUP_ARN', 'LOAD_BALANCER_FULL_NAME', 'GUARD_ALARMS', 'DRILL_SETTINGS',
] as const;
const connection = ['DATABASE_ENGINE', 'DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME'] as const;
const variablesOf = {
  PlanDrill: ['LEDGER_TABLE', ...facts],
  RequestDrillApproval: ['LEDGER_TABLE', 'TOPIC_ARN', 'DRILL_SETTINGS'],
  AnswerDrillApproval: ['LEDGER_TABLE'],
  ClearDrill: ['LEDGER_TABLE', ...facts],
  ForceFailover: ['LEDGER_TABLE', 'DATABASE_ID'],
  CheckFailover: ['LEDGER_TABLE', 'DATABASE_ID', 'DRILL_SETTINGS'],
  CheckShop: ['LEDGER_TABLE', 'TARGET_GROUP_ARN', 'LOAD_BALANCER_FULL_NAME', 'DRILL_SETTINGS'],
  OpenObservation: ['LEDGER_TABLE', 'DATABASE_ID', 'DATABASE_ENGINE', 'DRILL_SETTINGS'],
  RunProbe: ['LEDGER_TABLE', ...connection],
  PrepareDatabase: [...connection, 'DATABASE_SECRET_ARN'],
  CloseDrill: ['LEDGER_TABLE', 'EVIDENCE_BUCKET', 'TOPIC_ARN', 'DATABASE_ID', 'DRILL_SETTINGS'],
} as const;

/** What RDS tells of a failover: started, done, done, and the activation of the standby. Source: RDS user guide, "Amazon RDS event categories and event messages". */
const failoverEvents = ['RDS-EVENT-0013', 'RDS-EVENT-0015', 'RDS-EVENT-0049', 'RDS-EVENT-0050', 'RDS-EVENT-0051'];

/** Failover drills, asked for and approved by people, and the observation of failovers that nobody asked for. */
export class DrillOrchestration extends Orchestration<typeof variablesOf> {
  readonly failoverDrill: Workflow;
  readonly failoverObservation: Workflow;
  readonly answerDrill: OrchestratorFunction;
  readonly prepareDatabase: OrchestratorFunction;
  readonly #props: DrillOrchestrationProps;
  readonly #may: DrillPermissions;

  constructor(scope: Construct, id: string, props: DrillOrchestrationProps) {
    super(scope, id, props, { folder: 'failover-drill', variablesOf });
    this.#props = props;
    this.#may = new DrillPermissions(props);
    this.answerDrill = this.#createAnswerDrill();
    this.prepareDatabase = this.#createPrepareDatabase();
    const watching = this.#createWatching();
    this.failoverDrill = this.#createFailoverDrill(watching);
    this.failoverObservation = this.#createFailoverObservation(watching);
    this.#onFailover();
    this.#onBreakOff(watching.CloseDrill);
    // The database may be a new one. What stands already is left as it is.
    new OnDeployment(this, 'OnDeployment', { description: 'The user and the table of the probe may be missing.', starts: this.prepareDatabase });
  }

  #createAnswerDrill(): OrchestratorFunction {
    return this.createFunction('AnswerDrillApproval', 'Takes the answer of a person to a drill that was asked for.', [this.#may.getAndPutInLedger(), resumeWorkflows()], {
      isForOperators: true,
    });
  }

  /** Alone with the administrator's password: everything else connects as a user that may write to one table. */
  #createPrepareDatabase(): OrchestratorFunction {
    const { network, topic } = this.#props;
    const prepare = this.createFunction('PrepareDatabase', 'Makes the user and the table of the probe, where they are missing.', this.#may.readAdministrator(), {
      network,
      timeout: Duration.minutes(2),
      isForOperators: true,
    });
    new OperationsAlarm(this, 'PreparationFailed', {
      what: 'The user or the table of the probe could not be made: a drill would not be measured. Invoke the function again.',
      runbook: 'failover-drill.md#once',
      metric: prepare.function.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 1,
      missingData: TreatMissingData.NOT_BREACHING,
      topic,
    });
    return prepare;
  }

  /** What a drill and an observation have in common: the looks at a failover, and the report of it. */
  #createWatching() {
    const may = this.#may;
    const close = this.createFunction('CloseDrill', 'Ends a drill: judgement, evidence, message, metrics, record, lock.', [
      may.getAndPutInLedger(), may.giveLockBack(), may.writeEvidence(), may.readEvidence(), may.tell(), may.measure(),
    ]);
    acknowledgeWildcard(close, may.evidenceArn, 'Evidence is named by the drill; nothing else stands under this prefix.');
    return {
      RunProbe: this.createFunction(
        'RunProbe',
        'Writes to the database as the shop does, twice a second, and says what it felt of a failover.',
        [may.getAndPutInLedger(), may.connectAsProbe()],
        // The workflow waits a minute longer.
        { network: this.#props.network, timeout: Duration.minutes(12), memoryMegabytes: 1024 },
      ),
      CheckFailover: this.createFunction('CheckFailover', 'Looks at a failover from outside: zone, status, events.', [
        may.getAndPutInLedger(), may.observeDatabase(), may.readEvents(),
      ]),
      CheckShop: this.createFunction('CheckShop', 'Looks at the shop after a failover.', [may.getAndPutInLedger(), may.observeShop()]),
      CloseDrill: close,
    };
  }

  #createFailoverDrill(watching: Readonly<Record<string, OrchestratorFunction>>): Workflow {
    const may = this.#may;
    const plan = this.createFunction('PlanDrill', 'Looks at every guard, and plans a drill or names what speaks against it.', [
      may.getAndPutInLedger(), ...may.inspect(),
    ]);
    const clear = this.createFunction('ClearDrill', 'The last look at every guard before a failover is forced.', [
      may.getAndPutInLedger(), may.takeLock(), ...may.inspect(),
    ]);
    for (const each of [plan, clear]) acknowledgeWildcard(each, may.parameterGroupsArn, 'Which parameter group the database is in is read, so that one put there by hand is read too.');
    return this.createWorkflow('FailoverDrill', {
      PlanDrill: plan,
      RequestDrillApproval: this.createFunction('RequestDrillApproval', 'Asks a second person for a drill.', [may.getAndPutInLedger(), may.tell(), resumeWorkflows()]),
      ClearDrill: clear,
      ForceFailover: this.#createForceFailover(),
      ...watching,
    });
  }

  #createForceFailover(): OrchestratorFunction {
    const may = this.#may;
    const permissionsBoundary = this.createBoundary('ForcingBoundary', 'The most that the function which forces failovers can ever do.', may.forcingBoundary(), may);
    return this.createFunction('ForceFailover', 'Forces the one failover that was planned, approved and cleared.', [may.getAndPutInLedger(), may.forceFailover()], {
      permissionsBoundary,
    });
  }

  #createFailoverObservation(watching: Readonly<Record<string, OrchestratorFunction>>): Workflow {
    const may = this.#may;
    return this.createWorkflow('FailoverObservation', {
      OpenObservation: this.createFunction('OpenObservation', 'Opens the observation of a failover that nobody asked for, once.', [
        may.getAndPutInLedger(), may.listLedger(), may.takeLock(), may.observeDatabase(),
      ]),
      ...watching,
    });
  }

  /** Best effort, late, doubled and out of order as these events are, a drill needs none of them; an unplanned failover is seen by them only. */
  #onFailover(): void {
    const { database } = this.#props;
    new Rule(this, 'OnFailover', {
      description: 'The database fails over. The workflow finds out whether that is a drill of its own.',
      eventPattern: {
        source: ['aws.rds'],
        detailType: ['RDS DB Instance Event'],
        detail: { SourceIdentifier: [database.instanceIdentifier], EventID: failoverEvents },
      },
      targets: [
        new SfnStateMachine(this.failoverObservation.stateMachine, {
          role: this.failoverObservation.eventsRole,
          input: RuleTargetInput.fromObject({
            event: {
              sourceIdentifier: EventField.fromPath('$.detail.SourceIdentifier'),
              eventId: EventField.fromPath('$.detail.EventID'),
              message: EventField.fromPath('$.detail.Message'),
              at: EventField.fromPath('$.detail.Date'),
            },
          }),
          maxEventAge: Duration.hours(1),
          retryAttempts: 8,
        }),
      ],
    });
  }

  /**
   * What ended before it could report is closed in its place: stopped by hand, or out of time. One that failed after its report
   * finds that standing.
   */
  #onBreakOff(close: OrchestratorFunction): void {
    new Rule(this, 'OnBreakOff', {
      description: 'A drill or an observation was stopped, or failed. Its report is filed, and its lock given back.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [this.failoverDrill, this.failoverObservation].map(({ stateMachine }) => stateMachine.stateMachineArn),
          status: ['ABORTED', 'FAILED', 'TIMED_OUT'],
        },
      },
      targets: [
        new LambdaFunction(close.function, {
          event: RuleTargetInput.fromObject({
            drillId: EventField.fromPath('$.detail.name'),
            outcome: 'error',
            reason: `The execution ended ${EventField.fromPath('$.detail.status')}, before its report.`,
          }),
          maxEventAge: Duration.hours(1),
          retryAttempts: 8,
        }),
      ],
    });
  }

  protected override variables() {
    const { database, ...props } = this.#props;
    return {
      ...this.sharedVariables(),
      DATABASE_ID: () => database.instanceIdentifier,
      DATABASE_ENGINE: () => props.engine,
      DATABASE_HOST: () => database.dbInstanceEndpointAddress,
      DATABASE_PORT: () => database.dbInstanceEndpointPort,
      DATABASE_NAME: () => props.databaseName,
      DATABASE_SECRET_ARN: () => secretOf(database),
      AUTO_SCALING_GROUP_NAME: () => props.autoScalingGroup.autoScalingGroupName,
      TARGET_GROUP_ARN: () => props.targetGroup.targetGroupArn,
      LOAD_BALANCER_FULL_NAME: () => props.loadBalancer.loadBalancerFullName,
      GUARD_ALARMS: () => Stack.of(this).toJsonString(props.guardAlarms.map(({ alarmName }) => alarmName)),
      DRILL_SETTINGS: () => JSON.stringify(props.settings),
    };
  }
}
