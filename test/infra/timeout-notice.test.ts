import { oneAdvice } from '../../rehearsal/scenarios/one-advice.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise } from '../../rehearsal/synthesis.ts';

/** Tells of the end of an execution, as Step Functions does. */
function tellEnd({ account }: Stage, stateMachineArn: string, status: string): void {
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:the-one`;
  const detail = { executionArn, stateMachineArn, name: 'the-one', status };
  account.eventBridge.publish({ source: 'aws.states', detailType: 'Step Functions Execution Status Change', detail, resources: [executionArn] });
}

test('a workflow of ours that ran out of time is told of, once, and no other', async () => {
  const { startsAt, prepare, change } = oneAdvice;
  await Stage.open({ synthesis: synthesise('production', change), seed: 1, startsAt, prepare }, async (stage) => {
    await stage.until(startsAt + 120_000, 'quiet');
    tellEnd(stage, stage.output('NightlyComplianceArn'), 'TIMED_OUT');
    tellEnd(stage, stage.output('NightlyComplianceArn'), 'SUCCEEDED');
    tellEnd(stage, 'arn:aws:states:eu-west-3:123456789012:stateMachine:theirs', 'TIMED_OUT');
    await stage.until(startsAt + 180_000, 'quiet');
    const messages = stage.account.sns.messages.map(({ message }) => message).filter((message) => message.includes('timed-out'));
    expect(messages).toHaveLength(1);
    const told: unknown = JSON.parse(messages[0] ?? '');
    expect(told).toMatchObject({ kind: 'orchestrator.timed-out', severity: 'critical', text: expect.stringContaining('the-one ran out of time') });
    expect(told).toHaveProperty('key', expect.stringMatching(/:execution:.+:the-one\/timed-out$/u));
  });
});
