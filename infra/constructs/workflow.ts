import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { OrchestratorFunction } from './orchestrator-function.ts';

export interface WorkflowProps {
  /** Name of the definition, without folder and ending: `sale-scaling`. */
  readonly definition: string;
  /** The functions that its tasks invoke, by the name that stands for them in the definition. */
  readonly functions: Readonly<Record<string, OrchestratorFunction>>;
  /** The workflows that it starts, by the name that stands for them in the definition. @default none */
  readonly starts?: Readonly<Record<string, Workflow>>;
  /** Where its failures are told: by the workflow itself, and by an alarm should even that fail. */
  readonly topic: ITopic;
  readonly logRetention: RetentionDays;
}

/** A state machine whose definition stands in `state-machines/`, allowed to call what it names and nothing else. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;
  readonly failureAlarm: Alarm;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const starts = props.starts ?? {};
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
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

  #alarmOnFailure(props: WorkflowProps): Alarm {
    const alarm = new Alarm(this, 'FailureAlarm', {
      alarmDescription: `An execution of ${props.definition} failed or timed out. Its own message says why, if it could send one.`,
      metric: this.stateMachine.metricFailed({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(props.topic));
    return alarm;
  }
}
