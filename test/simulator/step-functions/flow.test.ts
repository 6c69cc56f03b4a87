import { TaskError } from '../../../simulator/step-functions/index.ts';
import { failure, machine, output, run, task } from './machines.ts';

const queryError = 'States.QueryEvaluationError';
const each = (states: Readonly<Record<string, unknown>>) => ({ StartAt: Object.keys(states)[0], States: states });
const same = each({ Same: { Type: 'Succeed' } });
const map = (fields: Readonly<Record<string, unknown>>) => machine({ M: { Type: 'Map', ItemProcessor: same, End: true, ...fields } });

describe('rule 23: Items', () => {
  test('an array literal may hold expressions', async () => {
    await expect(output(map({ Items: [1, '{% $states.input.two %}', { three: '{% 3 %}' }] }), { two: 2 })).resolves.toEqual([1, 2, { three: 3 }]);
  });

  test.each([['a string', '{% "text" %}', 'string'], ['an object', '{% {"a": 1} %}', 'object']])('%s is named by its type', async (_, Items, type) => {
    await expect(failure(map({ Items }))).resolves.toMatchObject({ error: queryError, cause: expect.stringContaining(`'${type}'`) });
  });

  test('absent, the input must be an array', async () => {
    await expect(output(map({}), [1, 2])).resolves.toEqual([1, 2]);
    await expect(failure(map({}), { a: 1 })).resolves.toMatchObject({
      error: queryError, cause: expect.stringContaining('Map state input must be an array but was: object'),
    });
  });

  test('no items give no results', async () => {
    await expect(output(map({ Items: [] }))).resolves.toEqual([]);
  });
});

describe('rule 24: ItemSelector', () => {
  test("$states.input is the Map's input, the item is in the context", async () => {
    const ItemSelector = { all: '{% $states.input.id %}', item: '{% $states.context.Map.Item.Value %}', index: '{% $states.context.Map.Item.Index %}' };
    await expect(output(map({ Items: '{% $states.input.items %}', ItemSelector }), { id: 'x', items: ['a', 'b'] })).resolves.toEqual([
      { all: 'x', item: 'a', index: 0 }, { all: 'x', item: 'b', index: 1 },
    ]);
  });

  test("without it, the item is the iteration's input", async () => {
    const ItemProcessor = each({ I: { Type: 'Pass', Output: ['{% $states.input %}', '{% $states.context.Map.Item.Index %}'], End: true } });
    await expect(output(map({ Items: ['a', 'b'], ItemProcessor }))).resolves.toEqual([['a', 0], ['b', 1]]);
  });
});

const failOn = (...bad: number[]) => (call: { arguments: unknown }) => {
  if (bad.includes(Number(call.arguments))) throw new TaskError('Bad', 'item');
  return call.arguments;
};

describe('rule 25: tolerated failures and concurrency', () => {
  const ItemProcessor = each({ I: task() });
  const Items = [0, 1, 2, 3];
  test('without a tolerance the first failure is the failure of the Map', async () => {
    await expect(failure(map({ Items, ItemProcessor }), {}, failOn(2))).resolves.toEqual({ error: 'Bad', cause: 'item' });
  });

  test.each([
    [{ ToleratedFailureCount: 1 }, [1], true],
    [{ ToleratedFailureCount: 1 }, [1, 2], false],
    [{ ToleratedFailurePercentage: 50 }, [1, 2], true],
    [{ ToleratedFailurePercentage: 49 }, [1, 2], false],
    [{ ToleratedFailureCount: '{% 1 + 1 %}' }, [1, 2], true],
    [{ ToleratedFailurePercentage: '{% 25 %}' }, [1, 2], false],
  ])('%j with %j failing: %p', async (fields, bad, succeeds) => {
    const { outcome } = await run(map({ Items, ItemProcessor, ...fields }), {}, failOn(...bad));
    expect(outcome).toMatchObject(succeeds
      ? { status: 'SUCCEEDED', output: Items.filter((item) => !bad.includes(item)) }
      : { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  });

  test.each([[1, 60], [2, 30], [4, 20], [0, 10], ['{% 3 %}', 20]])('MaxConcurrency %p takes %d seconds for six items', async (MaxConcurrency, seconds) => {
    const waiting = each({ W: { Type: 'Wait', Seconds: 10, End: true } });
    const { outcome, elapsedSeconds } = await run(map({ Items: [1, 2, 3, 4, 5, 6], ItemProcessor: waiting, MaxConcurrency }));
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: [1, 2, 3, 4, 5, 6] });
    expect(elapsedSeconds).toBe(seconds);
  });

  test('results are in the order of the items', async () => {
    const waiting = each({ W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } });
    await expect(output(map({ Items: [3, 1, 2], ItemProcessor: waiting }))).resolves.toEqual([3, 1, 2]);
  });
});

const until = (Timestamp: string) => machine({ A: { Type: 'Wait', Timestamp, End: true } });

describe('rule 26: Wait', () => {
  test.each([
    ['2026-11-27T06:01:00Z', 60],
    ['2026-11-27T07:01:00+01:00', 60],
    ['2026-11-27T06:00:00.500Z', 0.5],
    ['2020-01-01T00:00:00Z', 0],
    ['{% $fromMillis($millis() + 30000) %}', 30],
  ])('until %s', async (timestamp, seconds) => {
    const { outcome, elapsedSeconds } = await run(until(timestamp));
    expect(outcome.status).toBe('SUCCEEDED');
    expect(elapsedSeconds).toBe(seconds);
  });

  test.each(['2026-11-27 06:01:00Z', '2026-11-27T06:01:00', '2026-11-27', 'tomorrow', '2026-13-40T06:01:00Z', '{% 12 %}'])('%s is no timestamp', async (timestamp) => {
    await expect(failure(until(timestamp))).resolves.toMatchObject({ error: queryError });
  });

  test.each(['{% -1 %}', '{% 1.5 %}', '{% "10" %}'])('%s are no seconds', async (Seconds) => {
    await expect(failure(machine({ A: { Type: 'Wait', Seconds, End: true } }))).resolves.toMatchObject({ error: queryError });
  });
});

test.each([
  [{}, {}],
  [{ Error: 'E' }, { error: 'E' }],
  [{ Cause: '{% "c" & $states.input.n %}' }, { cause: 'c1' }],
  [{ Error: '{% "E" %}', Cause: 'c' }, { error: 'E', cause: 'c' }],
])('rule 27: Fail with %j', async (fields, expected) => {
  await expect(failure(machine({ A: { Type: 'Fail', ...fields } }), { n: 1 })).resolves.toEqual(expected);
});

const choice = (Condition: unknown) => machine({ A: { Type: 'Choice', Choices: [{ Condition, Next: 'B' }] }, B: { Type: 'Succeed' } });

describe('rule 28: Choice', () => {
  test.each(['{% 1 %}', '{% "true" %}', '{% null %}', '{% [true] %}'])('%s is no boolean', async (condition) => {
    await expect(failure(choice(condition))).resolves.toMatchObject({ error: queryError, cause: expect.stringContaining('Choices[0]/Condition') });
  });

  test('nothing matched and no Default', async () => {
    await expect(failure(choice('{% false %}'))).resolves.toMatchObject({ error: 'States.NoChoiceMatched' });
  });

  test('a rule after the one that matched is not evaluated', async () => {
    const definition = machine({
      A: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'B' }, { Condition: '{% $missing %}', Next: 'B' }] },
      B: { Type: 'Succeed', Output: 'done' },
    });
    await expect(output(definition)).resolves.toBe('done');
  });
});

const branch = (name: string, seconds: number) => each({
  [name]: { Type: 'Wait', Seconds: seconds, Output: `{% $states.input.n & '${name}' %}`, End: true },
});

describe('Parallel', () => {
  test('gives its Arguments to every branch and their outputs in order', async () => {
    const definition = machine({ P: { Type: 'Parallel', Arguments: { n: 1 }, Branches: [branch('a', 5), branch('b', 1)], End: true } });
    const { outcome, elapsedSeconds } = await run(definition);
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: ['1a', '1b'] });
    expect(elapsedSeconds).toBe(5);
  });

  test('the first branch that fails halts the others', async () => {
    const definition = machine({
      P: {
        Type: 'Parallel', End: true,
        Branches: [each({ Slow: { Type: 'Wait', Seconds: 100, End: true } }), each({ Soon: { Type: 'Wait', Seconds: 1, Next: 'Broken' }, Broken: { Type: 'Fail', Error: 'E' } })],
      },
    });
    const { outcome, elapsedSeconds } = await run(definition);
    expect(outcome).toEqual({ status: 'FAILED', error: 'E' });
    expect(elapsedSeconds).toBe(1);
  });

  test('is retried as a whole', async () => {
    const definition = machine({
      P: { Type: 'Parallel', Branches: [each({ T: task() })], Retry: [{ ErrorEquals: ['X'] }], Output: '{% $states.context.State.RetryCount %}', End: true },
    });
    let calls = 0;
    await expect(output(definition, {}, () => {
      calls += 1;
      if (calls < 3) throw new TaskError('X');
      return null;
    })).resolves.toBe(2);
  });
});

test('a Wait of a year is one', async () => {
  const { elapsedSeconds } = await run(machine({ A: { Type: 'Wait', Seconds: 31_536_000, End: true } }));
  expect(elapsedSeconds).toBe(31_536_000);
});
