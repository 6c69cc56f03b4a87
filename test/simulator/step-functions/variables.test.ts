import { TaskError } from '../../../simulator/step-functions/index.ts';
import { machine, output, task } from './machines.ts';

const failing = () => { throw new TaskError('Shop.Closed', '{"errorType":"Shop.Closed"}'); };

test('rule 8: Output and Assign both see the variables as they were on entry', async () => {
  const definition = machine({
    A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
    B: { Type: 'Pass', Assign: { x: '{% $x + 1 %}', y: '{% $x %}' }, Output: { seen: '{% $x %}' }, Next: 'C' },
    C: { Type: 'Pass', Output: { seen: '{% $states.input.seen %}', x: '{% $x %}', y: '{% $y %}' }, End: true },
  });
  await expect(output(definition)).resolves.toEqual({ seen: 1, x: 2, y: 1 });
});

describe("rule 9: a matched Choice rule uses its own Assign and Output, the state's apply to Default only", () => {
  const definition = machine({
    A: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.size = 1 %}', Next: 'B', Assign: { by: 'rule' }, Output: 'rule' },
        { Condition: '{% $states.input.size = 2 %}', Next: 'B', Assign: { by: 'bare rule' } },
      ],
      Default: 'B',
      Assign: { by: 'state' },
      Output: 'state',
    },
    B: { Type: 'Pass', Output: ['{% $by %}', '{% $states.input %}'], End: true },
  });

  test.each([
    [1, ['rule', 'rule']],
    [2, ['bare rule', { size: 2 }]],
    [3, ['state', 'state']],
  ])('size %d', async (size, expected) => {
    await expect(output(definition, { size })).resolves.toEqual(expected);
  });
});

describe('rule 10: a Catch has its own Assign and Output', () => {
  test('without Output the next state gets Error and Cause, Cause a string', async () => {
    const definition = machine({
      A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], Output: 'never', Assign: { x: 'never' } }),
      B: { Type: 'Succeed' },
    });
    await expect(output(definition, {}, failing)).resolves.toEqual({ Error: 'Shop.Closed', Cause: '{"errorType":"Shop.Closed"}' });
  });

  test('it sees input, context and errorOutput, and no result', async () => {
    const seen = '{% {"input": $states.input, "name": $states.context.State.Name, "error": $states.errorOutput.Error, ' +
      '"type": $parse($states.errorOutput.Cause).errorType, "result": $exists($states.result)} %}';
    const definition = machine({
      A: task({ Catch: [{ ErrorEquals: ['Shop.Closed'], Next: 'B', Assign: { seen }, Output: '{% $states.input.id %}' }] }),
      B: { Type: 'Pass', Output: ['{% $seen %}', '{% $states.input %}'], End: true },
    });
    await expect(output(definition, { id: 7 }, failing)).resolves.toEqual([
      { input: { id: 7 }, name: 'A', error: 'Shop.Closed', type: 'Shop.Closed', result: false }, 7,
    ]);
  });
});

describe('rule 11: what a branch or an iteration assigns stays inside it', () => {
  test('it reads what is outside', async () => {
    const inner = { StartAt: 'I', States: { I: { Type: 'Pass', Assign: { x: '{% $x + 1 %}' }, Next: 'J' }, J: { Type: 'Pass', Output: '{% $x %}', End: true } } };
    const definition = machine({
      A: { Type: 'Pass', Assign: { x: 10 }, Next: 'M' },
      M: { Type: 'Map', Items: [1, 2], ItemProcessor: inner, Next: 'B' },
      B: { Type: 'Pass', Output: { inside: '{% $states.input %}', outside: '{% $x %}' }, End: true },
    });
    await expect(output(definition)).resolves.toEqual({ inside: [11, 11], outside: 10 });
  });

  test("a Catch's Assign on the Parallel is seen after it", async () => {
    const branch = { StartAt: 'I', States: { I: { Type: 'Fail', Error: 'Broken' } } };
    const definition = machine({
      A: { Type: 'Parallel', Branches: [branch], End: true, Catch: [{ ErrorEquals: ['Broken'], Assign: { why: '{% $states.errorOutput.Error %}' }, Next: 'B' }] },
      B: { Type: 'Pass', Output: '{% $why %}', End: true },
    });
    await expect(output(definition)).resolves.toBe('Broken');
  });
});

test('rule 12: keys of Output are not variables', async () => {
  const definition = machine({
    A: { Type: 'Pass', Output: { x: 1 }, Next: 'B' },
    B: { Type: 'Pass', Output: '{% $exists($x) %}', End: true },
  });
  await expect(output(definition)).resolves.toBe(false);
});

test("rule 13: no Arguments sends the state's input, {} sends {}", async () => {
  const echo = { Output: '{% $states.result %}' };
  await expect(output(machine({ A: task(echo) }), { id: 1 })).resolves.toEqual({ id: 1 });
  await expect(output(machine({ A: task({ ...echo, Arguments: {} }) }), { id: 1 })).resolves.toEqual({});
});
