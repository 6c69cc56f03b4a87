import { AwsError } from '../../../simulator/kernel/aws-error.ts';
import type { ScheduleDefinition } from '../../../simulator/services/scheduler.ts';
import { type FakeAccount, fakeAccount, putRole } from './fake-account.ts';

const machineArn = 'arn:aws:states:eu-west-3:123456789012:stateMachine:Sale';
const start = '2027-01-06T07:00:30Z';

function withSchedule(definition: Partial<ScheduleDefinition> = {}, actions = ['states:StartExecution', 'sns:Publish']): FakeAccount {
  const fake = fakeAccount(start);
  const roleArn = putRole(fake, { name: 'Scheduling', service: 'scheduler.amazonaws.com', actions });
  fake.account.scheduler.putSchedule({
    name: 'Reconcile',
    groupName: 'default',
    arn: fake.account.arn('scheduler', 'schedule/default/Reconcile'),
    expression: 'cron(0/5 * * * ? *)',
    timezone: 'Europe/Paris',
    isEnabled: true,
    startsAt: undefined,
    endsAt: undefined,
    windowMinutes: 0,
    targetArn: machineArn,
    roleArn,
    input: '{"at":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","attempt":<aws.scheduler.attempt-number>}',
    retryPolicy: { maximumAgeSeconds: 120, maximumRetryAttempts: 185 },
    deadLetterArn: 'arn:aws:sqs:eu-west-3:123456789012:missed',
    ...definition,
  });
  return fake;
}

function inputs(fake: FakeAccount): { at: string; id: string; attempt: number }[] {
  return fake.executions.map(({ input }) => JSON.parse((input as { input: string }).input));
}

describe('triggers', () => {
  test('the target is called within the minute, as the role, with the context attributes filled in', async () => {
    const fake = withSchedule();
    await fake.clock.runUntil(Date.parse('2027-01-06T07:11:00Z'));
    expect(fake.executions).toMatchObject([
      { principal: { kind: 'role', roleArn: 'arn:aws:iam::123456789012:role/Scheduling' }, input: { stateMachineArn: machineArn } },
      {},
    ]);
    expect(inputs(fake)).toMatchObject([
      { at: '2027-01-06T07:05:00Z', attempt: 1 },
      { at: '2027-01-06T07:10:00Z', attempt: 1 },
    ]);
    for (const [index, due] of ['2027-01-06T07:05:00Z', '2027-01-06T07:10:00Z'].entries()) {
      const late = (fake.executions[index]?.at ?? 0) - Date.parse(due);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(60_000);
    }
  });

  test('the same seed calls at the same instants', async () => {
    const [first, second] = [withSchedule(), withSchedule()];
    for (const fake of [first, second]) await fake.clock.runUntil(Date.parse('2027-01-06T08:00:00Z'));
    expect(first.executions).toHaveLength(11);
    expect(first.executions.map(({ at }) => at)).toEqual(second.executions.map(({ at }) => at));
  });

  test('a disabled schedule, and one that has ended, call nothing', async () => {
    const disabled = withSchedule({ isEnabled: false });
    const ended = withSchedule({ endsAt: Date.parse('2027-01-06T07:06:00Z') });
    for (const fake of [disabled, ended]) {
      // Something must be scheduled for time to pass.
      await fake.clock.runUntil(Date.parse('2027-01-06T08:00:00Z'));
    }
    expect(disabled.executions).toHaveLength(0);
    expect(ended.executions).toHaveLength(1);
  });

  test('a schedule that is put again replaces the one before', async () => {
    const fake = withSchedule();
    const [definition] = fake.account.scheduler.schedules;
    if (definition === undefined) throw new Error('no schedule');
    fake.account.scheduler.putSchedule({ ...definition, expression: 'cron(0 9 * * ? *)' });
    await fake.clock.runUntil(Date.parse('2027-01-06T08:01:00Z'));
    expect(inputs(fake)).toMatchObject([{ at: '2027-01-06T08:00:00Z' }]);
  });
});

describe('what a scenario can do to a trigger', () => {
  test('lost, doubled and delayed', async () => {
    const fake = withSchedule();
    const fates = ['lost', 'twice', { delaySeconds: 600 }] as const;
    let trigger = 0;
    fake.account.scheduler.deliver = ({ scheduleName }) => {
      expect(scheduleName).toBe('Reconcile');
      trigger += 1;
      return fates[trigger - 1] ?? 'lost';
    };
    await fake.clock.runUntil(Date.parse('2027-01-06T07:30:00Z'));
    expect(inputs(fake).map(({ at }) => at)).toEqual(['2027-01-06T07:10:00Z', '2027-01-06T07:10:00Z', '2027-01-06T07:15:00Z']);
    const [first, second] = inputs(fake);
    expect(first?.id).not.toBe(second?.id);
    expect(fake.executions[2]?.at).toBeGreaterThanOrEqual(Date.parse('2027-01-06T07:25:00Z'));
    const kinds = fake.account.occurrences.map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['scheduler.trigger-lost', 'scheduler.trigger-doubled', 'scheduler.trigger-delayed']);
  });
});

describe('targets that fail', () => {
  test('a server error is tried again, with the attempt counted', async () => {
    const fake = withSchedule();
    fake.failure = { error: new AwsError('ServiceUnavailable', 'busy', { statusCode: 503 }), times: 2 };
    await fake.clock.runUntil(Date.parse('2027-01-06T07:07:00Z'));
    expect(inputs(fake)).toMatchObject([{ at: '2027-01-06T07:05:00Z', attempt: 3 }]);
  });

  test('a trigger that grows too old is given up and goes to the dead-letter queue', async () => {
    const fake = withSchedule();
    fake.failure = { error: new AwsError('ThrottlingException', 'slow down'), times: 1000 };
    await fake.clock.runUntil(Date.parse('2027-01-06T07:09:00Z'));
    expect(fake.executions).toHaveLength(0);
    expect(fake.account.scheduler.deadLetters).toMatchObject([
      { source: 'Reconcile', queueArn: 'arn:aws:sqs:eu-west-3:123456789012:missed', error: 'ThrottlingException' },
    ]);
  });

  test('a missing permission is not tried again', async () => {
    const fake = withSchedule({}, []);
    await fake.clock.runUntil(Date.parse('2027-01-06T07:06:00Z'));
    expect(fake.account.scheduler.deadLetters).toMatchObject([{ attempts: 1, error: 'AccessDeniedException' }]);
  });

  test('a role that stops trusting Scheduler is given up', async () => {
    const fake = withSchedule();
    putRole(fake, { name: 'Scheduling', service: 'lambda.amazonaws.com' });
    await fake.clock.runUntil(Date.parse('2027-01-06T07:06:00Z'));
    expect(fake.account.scheduler.deadLetters).toMatchObject([{ message: expect.stringContaining('may not assume') }]);
  });

  test('a role that does not trust Scheduler is refused when the schedule is made', () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { service: 'lambda.amazonaws.com' });
    expect(() => withSchedule({ roleArn })).toThrow('must allow AWS EventBridge Scheduler to assume the role');
  });
});

describe('universal targets', () => {
  const universal = 'arn:aws:scheduler:::aws-sdk:';

  test('any operation of a modelled service is called, in the spelling of its API', async () => {
    const input = JSON.stringify({ StateMachineArn: machineArn, Name: 'sale-<aws.scheduler.execution-id>' });
    const fake = withSchedule({ targetArn: `${universal}sfn:startExecution`, input });
    await fake.clock.runUntil(Date.parse('2027-01-06T07:06:00Z'));
    expect(fake.executions[0]?.input).toEqual({ stateMachineArn: machineArn, name: expect.stringMatching(/^sale-[0-9a-f]{16}$/u) });
  });

  test('an action that only reads is refused, and so is a service that is not modelled', () => {
    expect(() => withSchedule({ targetArn: `${universal}sfn:listExecutions` })).toThrow('is not supported');
    expect(() => withSchedule({ targetArn: `${universal}glue:startJobRun` })).toThrow('glue:startJobRun is not modelled');
  });
});
