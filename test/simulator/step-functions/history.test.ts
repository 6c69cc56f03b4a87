import { TaskError } from '../../../simulator/step-functions/index.ts';
import { machine, run, task } from './machines.ts';

const types = async (definition: unknown, answer?: () => unknown) => (await run(definition, {}, answer)).history.events().map(({ type }) => type);

const text = (member: string, value: unknown) => ({ [member]: JSON.stringify(value), [`${member}Details`]: { truncated: false } });

test('a task, as recorded on AWS', async () => {
  const { history } = await run(machine({ A: task({ TimeoutSeconds: 9, Arguments: { x: 1 } }) }), { id: 1 }, () => 'ok');
  const integration = { resourceType: 'lambda', resource: 'invoke' };
  expect(history.events().map(({ timestamp: _timestamp, ...event }) => event)).toEqual([
    { id: 1, previousEventId: 0, type: 'ExecutionStarted', executionStartedEventDetails: { ...text('input', { id: 1 }), roleArn: expect.any(String) } },
    { id: 2, previousEventId: 0, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'A', ...text('input', { id: 1 }) } },
    { id: 3, previousEventId: 2, type: 'TaskScheduled', taskScheduledEventDetails: { ...integration, parameters: '{"x":1}', timeoutInSeconds: 9 } },
    { id: 4, previousEventId: 3, type: 'TaskStarted', taskStartedEventDetails: integration },
    { id: 5, previousEventId: 4, type: 'TaskSucceeded', taskSucceededEventDetails: { ...integration, ...text('output', 'ok') } },
    { id: 6, previousEventId: 5, type: 'TaskStateExited', stateExitedEventDetails: { name: 'A', ...text('output', 'ok') } },
    { id: 7, previousEventId: 6, type: 'ExecutionSucceeded', executionSucceededEventDetails: text('output', 'ok') },
  ]);
});

test('a function by its ARN, failing twice', async () => {
  const Resource = 'arn:aws:lambda:eu-west-3:123456789012:function:probe';
  const attempt = ['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed'];
  await expect(types(machine({ A: task({ Resource, Retry: [{ ErrorEquals: ['X'], MaxAttempts: 1 }] }) }), () => { throw new TaskError('X'); }))
    .resolves.toEqual(['ExecutionStarted', 'TaskStateEntered', ...attempt, ...attempt, 'ExecutionFailed']);
});

test('a Map and its iterations', async () => {
  const ItemProcessor = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
  await expect(types(machine({ M: { Type: 'Map', Items: [1], ItemProcessor, End: true } }))).resolves.toEqual([
    'ExecutionStarted', 'MapStateEntered', 'MapStateStarted', 'MapIterationStarted', 'PassStateEntered', 'PassStateExited',
    'MapIterationSucceeded', 'MapStateSucceeded', 'MapStateExited', 'ExecutionSucceeded',
  ]);
});

test('a Parallel whose branch fails while another waits', async () => {
  const Branches = [
    { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 9, End: true } } },
    { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } },
  ];
  await expect(types(machine({ P: { Type: 'Parallel', Branches, End: true } }))).resolves.toEqual([
    'ExecutionStarted', 'ParallelStateEntered', 'ParallelStateStarted', 'WaitStateEntered', 'FailStateEntered',
    'WaitStateAborted', 'ParallelStateFailed', 'ExecutionFailed',
  ]);
});

test('an expression that fails', async () => {
  const { history } = await run(machine({ A: { Type: 'Pass', Output: { x: '{% $missing %}' }, End: true } }));
  expect(history.events()[2]).toMatchObject({
    type: 'EvaluationFailed',
    evaluationFailedEventDetails: { error: 'States.QueryEvaluationError', location: 'Output/x', state: 'A' },
  });
});

test('an execution that times out points at no event', async () => {
  const { history } = await run(machine({ A: { Type: 'Wait', Seconds: 9, End: true } }, { TimeoutSeconds: 1 }));
  expect(history.events().at(-1)).toMatchObject({
    type: 'ExecutionTimedOut', previousEventId: 0, executionTimedOutEventDetails: { error: 'States.Timeout' },
  });
});

test('25,000 events fail the execution, whatever catches', async () => {
  const definition = machine({
    A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], Next: 'B' }),
    B: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'C' }], Default: 'A' },
    C: { Type: 'Succeed' },
  });
  const { outcome, history } = await run(definition, {}, () => null);
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining('25000') });
  expect(history.length).toBe(25_000);
});
