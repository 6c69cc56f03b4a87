import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { OrchestratorFunction } from './orchestrator-function.ts';
import { Workflow } from './workflow.ts';

export interface OnDeploymentProps {
  /** What may be missing or out of date after a deployment. */
  readonly description: string;
  readonly starts: OrchestratorFunction | Workflow;
  /** What it is given. @default an empty object */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** Starts something once its own stack is created or updated: what is configured counts from then on. */
export class OnDeployment extends Construct {
  constructor(scope: Construct, id: string, props: OnDeploymentProps) {
    super(scope, id);
    const input = RuleTargetInput.fromObject(props.input ?? {});
    const delivery = { maxEventAge: Duration.hours(1), retryAttempts: 8 };
    const { starts } = props;
    // So called, it keeps the logical id that the rule would have by itself.
    new Rule(this, 'Default', {
      description: props.description,
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Stack Status Change'],
        resources: [Stack.of(this).stackId],
        detail: { 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] } },
      },
      targets: [
        starts instanceof Workflow
          ? new SfnStateMachine(starts.stateMachine, { role: starts.eventsRole, input, ...delivery })
          : new LambdaFunction(starts.function, { event: input, ...delivery }),
      ],
    });
  }
}
