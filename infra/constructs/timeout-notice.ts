import { Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Workflow } from './workflow.ts';

export interface TimeoutNoticeProps {
  readonly workflows: readonly Workflow[];
  readonly topic: Topic;
}

/**
 * Tells of workflows that ran out of time: those can say nothing themselves any more, and their alarms count failures, of which
 * Step Functions counts time-outs apart. One rule for all of them costs nothing.
 */
export class TimeoutNotice extends Construct {
  constructor(scope: Construct, id: string, { workflows, topic }: TimeoutNoticeProps) {
    super(scope, id);
    const name = EventField.fromPath('$.detail.name');
    const arn = EventField.fromPath('$.detail.executionArn');
    const rule = new Rule(this, 'Rule', {
      description: 'A workflow ran out of time.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['TIMED_OUT'], stateMachineArn: workflows.map(({ stateMachine }) => stateMachine.stateMachineArn) },
      },
    });
    const input = RuleTargetInput.fromObject({
      key: `${arn}/timed-out`,
      kind: 'orchestrator.timed-out',
      severity: 'critical',
      at: EventField.time,
      subject: 'A workflow ran out of time',
      text: `${name} ran out of time, and what it had not come to is not done. Look at ${arn}, and at "A workflow failed" in the runbook of alarms.`,
      detail: { execution: arn },
    });
    // CDK's own target would let EventBridge publish for whichever rule of whichever account.
    rule.addTarget({ bind: () => ({ arn: topic.topicArn, input }) });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TimeoutsOfThisAccount',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn }, StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
