import { FakeAccount } from './fake-account.ts';
import { machine, passing, start, task } from './machines.ts';

const waiting = machine({ A: { Type: 'Wait', Seconds: 60, End: true } });
const day = 86_400_000;

async function startOne(account: FakeAccount, definition: unknown, fields: object = {}): Promise<string> {
  const stateMachineArn = account.deploy(definition);
  return (await account.ask<{ executionArn: string }>('StartExecution', { stateMachineArn, ...fields })).executionArn;
}

test('an execution runs in virtual time and is described', async () => {
  const account = new FakeAccount();
  const described = await account.execute(machine({ A: { Type: 'Wait', Seconds: 60, Output: '{% $states.context.Execution.Id %}', End: true } }), { n: 1 });
  expect(described).toMatchObject({
    status: 'SUCCEEDED', input: '{"n":1}', startDate: new Date(start), stopDate: new Date(start + 60_000),
    output: JSON.stringify(described['executionArn']),
  });
  expect(account.metrics).toEqual(['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionTime']);
  expect(account.events.map((event) => (event['detail'] as { status: string }).status)).toEqual(['RUNNING', 'SUCCEEDED']);
  expect(account.stepFunctions.stateTransitions).toBe(1);
});

describe('execution names', () => {
  test('the same name and input give the execution that runs', async () => {
    const account = new FakeAccount();
    const first = await startOne(account, waiting, { name: 'sale', input: '{"n":1}' });
    await expect(startOne(account, waiting, { name: 'sale', input: '{"n":1}' })).resolves.toBe(first);
    await expect(startOne(account, waiting, { name: 'sale', input: '{}' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('a closed one is taken for 90 days', async () => {
    const account = new FakeAccount();
    await startOne(account, passing(1), { name: 'sale' });
    await account.clock.runUntil(start + 89 * day);
    await expect(startOne(account, passing(1), { name: 'sale' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await account.clock.runUntil(start + 91 * day);
    await expect(startOne(account, passing(1), { name: 'sale' })).resolves.toContain(':execution:Sale:sale');
  });

  test.each(['', 'a b', 'a:b', 'a/b', 'a*', 'x'.repeat(81), 'tab\t'])('%j is refused', async (name) => {
    await expect(startOne(new FakeAccount(), waiting, { name })).rejects.toMatchObject({ name: 'InvalidName' });
  });

  test('input must be JSON of at most 256 KiB', async () => {
    await expect(startOne(new FakeAccount(), waiting, { input: '{' })).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    await expect(startOne(new FakeAccount(), waiting, { input: JSON.stringify('x'.repeat(262_144)) })).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });
});

test('what does not exist is named', async () => {
  const account = new FakeAccount();
  await expect(account.ask('StartExecution', { stateMachineArn: 'arn:none' })).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(account.ask('DescribeExecution', { executionArn: 'arn:none' })).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  await expect(account.ask('SendTaskSuccess', { taskToken: 'none', output: '{}' })).rejects.toMatchObject({ name: 'InvalidToken' });
});

test('an execution can be stopped', async () => {
  const account = new FakeAccount();
  const executionArn = await startOne(account, waiting);
  await account.clock.runUntil(start + 10_000);
  await account.ask('StopExecution', { executionArn, error: 'Cancelled', cause: 'by hand' });
  await account.clock.runUntil(start + 100_000);
  await expect(account.ask('DescribeExecution', { executionArn })).resolves.toMatchObject({
    status: 'ABORTED', error: 'Cancelled', cause: 'by hand', stopDate: new Date(start + 10_000),
  });
  const { events } = await account.ask<{ events: { type: string }[] }>('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 1 });
  expect(events).toMatchObject([{ type: 'ExecutionAborted', executionAbortedEventDetails: { error: 'Cancelled' } }]);
});

test('an update counts for executions that start after it', async () => {
  const account = new FakeAccount();
  const older = await startOne(account, machine({ A: { Type: 'Wait', Seconds: 60, Output: 'old', End: true } }));
  const newer = await startOne(account, passing('new'));
  await account.clock.runUntil(start + 100_000);
  await expect(account.ask('DescribeExecution', { executionArn: older })).resolves.toMatchObject({ output: '"old"' });
  await expect(account.ask('DescribeExecution', { executionArn: newer })).resolves.toMatchObject({ output: '"new"' });
});

test('lists are paged, newest first', async () => {
  const account = new FakeAccount();
  const stateMachineArn = account.deploy(passing(1));
  for (const name of ['a', 'b', 'c']) await account.ask('StartExecution', { stateMachineArn, name });
  await account.clock.runUntil(start + 1);
  const first = await account.ask<{ executions: { name: string }[]; nextToken: string }>('ListExecutions', { stateMachineArn, maxResults: 2 });
  expect(first.executions.map(({ name }) => name)).toEqual(['c', 'b']);
  await expect(account.ask('ListExecutions', { stateMachineArn, nextToken: first.nextToken })).resolves.toMatchObject({ executions: [{ name: 'a' }] });
  await expect(account.ask('ListExecutions', { stateMachineArn, statusFilter: 'FAILED' })).resolves.toEqual({ executions: [] });
  await expect(account.ask('ListStateMachines', {})).resolves.toMatchObject({ stateMachines: [{ name: 'Sale' }] });
});

test('only the latest histories are kept', async () => {
  const account = new FakeAccount();
  account.stepFunctions.historiesKept = 1;
  const first = await startOne(account, passing(1), { name: 'first' });
  const second = await startOne(account, passing(1), { name: 'second' });
  await account.clock.runUntil(start + 1);
  await expect(account.ask('GetExecutionHistory', { executionArn: first })).rejects.toThrow('was dropped');
  await expect(account.ask('GetExecutionHistory', { executionArn: second })).resolves.toMatchObject({ events: { length: 4 } });
});

describe('task tokens', () => {
  const definition = machine({
    A: task({
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', HeartbeatSeconds: 30,
      Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
    }),
  });

  async function ask(report: (account: FakeAccount, taskToken: string) => Promise<unknown>): Promise<Record<string, unknown>> {
    const account = new FakeAccount((request, fake) => {
      const { token } = JSON.parse((request.input as { Payload: string }).Payload) as { token: string };
      fake.clock.at(fake.clock.now() + 20_000, async () => { await report(fake, token); });
      return { StatusCode: 200, Payload: '"asked"' };
    });
    return account.execute(definition);
  }

  test('success gives its output', async () => {
    await expect(ask((account, taskToken) => account.ask('SendTaskSuccess', { taskToken, output: '{"approved":true}' }))).resolves.toMatchObject(
      { status: 'SUCCEEDED', output: '{"approved":true}' },
    );
  });

  test('failure gives its error', async () => {
    await expect(ask((account, taskToken) => account.ask('SendTaskFailure', { taskToken, error: 'Refused' }))).resolves.toMatchObject(
      { status: 'FAILED', error: 'Refused' },
    );
  });

  test('heartbeats push the time-out forward, and a closed token is told from an invalid one', async () => {
    let report: (() => Promise<unknown>) | undefined;
    const described = await ask(async (account, taskToken) => {
      report = () => account.ask('SendTaskSuccess', { taskToken, output: '{}' });
      await account.ask('SendTaskHeartbeat', { taskToken });
    });
    expect(described).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout', stopDate: new Date(start + 50_000) });
    await expect(report?.()).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });
});

test.each([
  ['StartExecution', { stateMachineArn: 'arn:m' }, 'arn:m'],
  ['DescribeExecution', { executionArn: 'arn:e' }, 'arn:e'],
  ['StopExecution', { executionArn: 'arn:e' }, 'arn:e'],
  ['GetExecutionHistory', { executionArn: 'arn:e' }, 'arn:e'],
  ['ListExecutions', { stateMachineArn: 'arn:m' }, 'arn:m'],
  ['DescribeStateMachine', { stateMachineArn: 'arn:m' }, 'arn:m'],
  ['ListStateMachines', {}, '*'],
  ['SendTaskSuccess', { taskToken: 't' }, '*'],
])('%s is authorised on %j', (name, input, resource) => {
  const { operations } = new FakeAccount().stepFunctions;
  expect(operations[name]?.authorise(input as never)).toEqual([{ action: `states:${name}`, resource }]);
});
