import { fileURLToPath } from 'node:url';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { OperationsAlarm } from './operations-alarm.ts';
import type { OrchestratorFunction } from './orchestrator-function.ts';

export interface WorkflowProps {
  /** Name of the definition, without folder and ending: `sale-scaling`. */
  readonly definition: string;
  /** The functions that its tasks invoke, by the name that stands for them in the definition. */
  readonly functions: Readonly<Record<string, OrchestratorFunction>>;
  /** The workflows that it starts, by the name that stands for them in the definition. @default none */
  readonly starts?: Readonly<Record<string, Workflow>>;
  /** Those of `starts` for whose end it waits (`.sync:2`). @default none */
  readonly waitsFor?: readonly Workflow[];
  /** What it calls without a function. @default nothing */
  readonly permissions?: readonly PolicyStatement[];
  /** Where its failures are told: by the workflow itself, and by an alarm should even that fail. */
  readonly topic: ITopic;
  readonly logRetention: RetentionDays;
}

/** A state machine whose definition stands in `state-machines/`, allowed to call what it names and nothing else. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;
  readonly failureAlarm: Alarm;
  #eventsRole: Role | undefined;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const starts = props.starts ?? {};
    const role = new Role(this, 'Role', { assumedBy: onBehalfOfThisAccount(this, 'states.amazonaws.com') });
    const functions = Object.values(props.functions);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'InvokeItsFunctions',
        actions: ['lambda:InvokeFunction'],
        resources: functions.map((each) => each.function.functionArn),
      }),
    );
    role.addToPolicy(
      new PolicyStatement({ sid: 'TellOfFailures', actions: ['sns:Publish'], resources: [props.topic.topicArn] }),
    );
    const started = Object.values(starts).map((each) => each.stateMachine.stateMachineArn);
    if (started.length > 0) {
      role.addToPolicy(
        new PolicyStatement({ sid: 'StartWorkflows', actions: ['states:StartExecution'], resources: started }),
      );
    }
    for (const each of props.waitsFor ?? []) {
      acknowledgeWildcard(role, executionsOf(each), 'Executions are named when they start; these are of the one workflow.');
    }
    for (const permission of [...this.#waitingPermissions(props.waitsFor ?? []), ...(props.permissions ?? [])]) role.addToPolicy(permission);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromFile(
        fileURLToPath(new URL(`../../state-machines/${props.definition}.asl.json`, import.meta.url)),
      ),
      definitionSubstitutions: {
        Topic: props.topic.topicArn,
        ...Object.fromEntries(Object.entries(props.functions).map(([name, each]) => [name, each.function.functionArn])),
        ...Object.fromEntries(Object.entries(starts).map(([name, each]) => [name, each.stateMachine.stateMachineArn])),
      },
      role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          // Step Functions keeps this prefix out of the size limit of the log resource policy.
          logGroupName: `/aws/vendedlogs/states/${this.node.addr.slice(-8)}-${props.definition}`,
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    this.failureAlarm = this.#alarmOnFailure(props);
  }

  /** The role by which rules start it. */
  get eventsRole(): Role {
    if (this.#eventsRole === undefined) {
      this.#eventsRole = new Role(this, 'EventsRole', { assumedBy: onBehalfOfThisAccount(this, 'events.amazonaws.com') });
      this.stateMachine.grantStartExecution(this.#eventsRole);
    }
    return this.#eventsRole;
  }

  /** Step Functions follows what it waits for by a rule of its own (its guide, "IAM policies for nested executions"). */
  #waitingPermissions(waitsFor: readonly Workflow[]): PolicyStatement[] {
    if (waitsFor.length === 0) return [];
    const stack = Stack.of(this);
    return [
      new PolicyStatement({
        sid: 'WaitForWorkflows',
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: waitsFor.map((each) => executionsOf(each)),
      }),
      new PolicyStatement({
        sid: 'FollowWorkflows',
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [stack.formatArn({ service: 'events', resource: 'rule', resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule' })],
      }),
    ];
  }

  #alarmOnFailure(props: WorkflowProps): Alarm {
    return new OperationsAlarm(this, 'FailureAlarm', {
      what: `An execution of ${props.definition} failed. Its own message says why, if it could send one.`,
      runbook: 'alarms.md#a-workflow-failed',
      metric: this.stateMachine.metricFailed({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 1,
      missingData: TreatMissingData.NOT_BREACHING,
      topic: props.topic,
    });
  }
}

/** A service that acts for this account, and for no other that names our role (IAM user guide, "The confused deputy problem"). */
function onBehalfOfThisAccount(scope: Construct, service: string): ServicePrincipal {
  return new ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } } });
}

/** Every execution of a workflow: they are named when they start. */
function executionsOf({ stateMachine }: Workflow): string {
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
