import { evaluate, failure, machine, output, passing, task } from './machines.ts';
import { compileDefinition, TaskError } from '../../../simulator/step-functions/index.ts';

const queryError = 'States.QueryEvaluationError';

describe('rule 1: JSONata 2.0.6 with the functions that Step Functions adds', () => {
  test.each(['$states.input.a ?? 1', '$states.input.a ?: 1'])('operators of later versions are refused: %s', (source) => {
    expect(() => compileDefinition(passing(`{% ${source} %}`))).toThrow('INVALID_JSONATA_EXPRESSION');
  });

  test.each(['$eval("1+1")', '$randomSeeded(1)'])('%s is no function', async (source) => {
    await expect(failure(passing(`{% ${source} %}`))).resolves.toMatchObject({
      error: queryError, cause: expect.stringContaining('T1006'),
    });
  });

  test.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2,3], 10)', [[1, 2, 3]]],
    ['$partition([1,2,3,4], 2.9)', [[1, 2], [3, 4]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(3, 3, 1)', 3],
    ['$hash("abc", "MD5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$hash("abc", "SHA-1")', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['$parse("{\\"a\\":[1,null]}")', { a: [1, null] }],
    ['$random() < 1', true],
    ['$length($uuid())', 36],
  ])('%s', async (source, value) => {
    await expect(evaluate(source)).resolves.toEqual(value);
  });

  test.each(['$range(1, 5)', '$range(5, 1, 1)', '$partition([], 2)', '$partition([1], 0)', '$hash("abc")'])(
    '%s gives nothing', async (source) => {
      await expect(failure(passing(`{% ${source} %}`))).resolves.toMatchObject({ cause: expect.stringContaining('(undefined)') });
    },
  );

  test.each([[1, 0.7308781907032909], [42, 0.7275636800328681]])(
    '$random(%d) is the first nextDouble of java.util.Random', async (seed, value) => {
      await expect(evaluate(`$random(${seed})`)).resolves.toBe(value);
    },
  );

  test('$now and $millis are virtual time', async () => {
    await expect(evaluate('[$now(), $millis(), $now("[Y]")]')).resolves.toEqual(['2026-11-27T06:00:00.000Z', 1795759200000, '2026']);
  });
});

describe('rule 2: only {% at the very start and %} at the very end make an expression', () => {
  test('at any depth', async () => {
    await expect(output(passing({ a: [{ b: '{% 1 + 1 %}' }], c: '{%2%}' }))).resolves.toEqual({ a: [{ b: 2 }], c: 2 });
  });

  test.each([' {% 1 %} ', '{% 1 %} ', '$states.input', '{% 1', '{%}'])('%j is a literal', async (text) => {
    await expect(output(passing({ 'key.$': text }))).resolves.toEqual({ 'key.$': text });
  });
});

describe('rule 3: nothing fails the state, null does not', () => {
  test.each([
    ['Output', passing('{% $states.input.x %}')],
    ['Output/result', passing({ result: '{% $states.input.x %}' })],
    ['Output/a/b[1]', passing({ a: { b: [1, '{% $states.input.x %}'] } })],
    ['Assign/x', machine({ A: { Type: 'Pass', Assign: { x: '{% $states.input.x %}' }, End: true } })],
    ['Arguments/FunctionName', machine({ A: task({ Arguments: { FunctionName: '{% $states.input.x %}' } }) })],
    ['Choices[0]/Condition', machine({ A: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.x %}', Next: 'B' }] }, B: { Type: 'Succeed' } })],
    ['Seconds', machine({ A: { Type: 'Wait', Seconds: '{% $states.input.x %}', End: true } })],
  ])('%s', async (field, definition) => {
    const name = Object.keys(definition['States'] as object)[0];
    await expect(failure(definition)).resolves.toEqual({
      error: queryError,
      cause: `An error occurred while executing the state '${name}' (entered at the event id #2). The JSONata expression ` +
        `'$states.input.x' specified for the field '${field}' returned nothing (undefined).`,
    });
  });

  test('null is a value and keeps its key', async () => {
    await expect(output(passing({ a: '{% $states.input.x %}', b: ['{% null %}'] }), { x: null })).resolves.toEqual({ a: null, b: [null] });
  });
});

describe('rule 4: refused at creation', () => {
  test.each([
    ['phone', "Reference to 'phone' at the top level is not supported. at /States/Pass/Output"],
    ['$count(phone)', "Reference to 'phone' at the top level"],
    ['$map($states.input.a, function($x){ b })', "Reference to 'b' at the top level"],
    ['{"a": phone}', "Reference to 'phone' at the top level"],
    ['$$.phone', "Reference to '$$' is not supported."],
    ['$.phone', "Reference to '$' at the top level"],
    ['$states.errorOutput.Error', "'$states.errorOutput' is only supported in a Catch"],
    ['a[1,2)', 'INVALID_JSONATA_EXPRESSION'],
    ['', 'INVALID_JSONATA_EXPRESSION'],
  ])('%s', (source, message) => {
    expect(() => compileDefinition(passing(`{% ${source} %}`))).toThrow(message);
  });

  test.each([
    ['$states.input.items[value > 3].value', [4, 5]],
    ['$states.input.items.(value + 1)', [2, 5, 6]],
    ['$states.input.items^(>value).value', [5, 4, 1]],
    ['$states.input.items{$string(value): name}', { 1: 'a', 4: 'b', 5: 'c' }],
    ['$states.input.items ~> $map(function($item){ $item.value })', [1, 4, 5]],
    ['($x := $states.input.items[0]; $x.name)', 'a'],
    ['$filter($states.input.items, function($i){ $i.value = 1 })', { value: 1, name: 'a' }],
    ['$states.input.items[0] ~> |$|{"value": value * 2}|', { value: 2, name: 'a' }],
    ['$states.input.items[$ .value = 4].name', 'b'],
  ])('a name inside a later step is fine: %s', async (source, value) => {
    const items = [{ value: 1, name: 'a' }, { value: 4, name: 'b' }, { value: 5, name: 'c' }];
    await expect(evaluate(source, { items })).resolves.toEqual(value);
  });
});

const factorial = (n: number) => `($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(${n}))`;

const nestedMembers = (n: number) => `($f := function($n){ $n = 0 ? [] : {"a": [1, $f($n - 1)], "b": 2} }; $exists($f(${n})))`;

describe('rule 5: evaluation is bounded', () => {
  test.each([factorial(31), Array.from({ length: 100 }, () => '1').join('+'), '[1..873782] ~> $count()', '$count($range(1, 360145, 1))'])(
    'AWS evaluates %s', async (source) => {
      await expect(evaluate(source)).resolves.toEqual(expect.any(Number));
    },
  );

  test.each([
    ['Depth=101 max=100', factorial(32)],
    ['Depth=101 max=100', Array.from({ length: 101 }, () => '1').join('+')],
    ['infinite loop', '($f := function($n){ $f($n + 1) }; $f(0))'],
    ['memory limit', '[1..900000] ~> $count()'],
    ['memory limit', '$range(1, 360146, 1)'],
  ])('AWS refuses it: %s', async (message, source) => {
    await expect(failure(passing(`{% ${source} %}`))).resolves.toMatchObject({ error: queryError, cause: expect.stringContaining(message) });
  });

  test('and the failure can be caught', async () => {
    const definition = machine({
      A: task({ Arguments: `{% ${factorial(90)} %}`, Catch: [{ ErrorEquals: [queryError], Next: 'Caught' }] }),
      Caught: { Type: 'Pass', Output: 'caught', End: true },
    });
    await expect(output(definition)).resolves.toBe('caught');
  });

  test('wide objects are not deep', async () => {
    const members = Array.from({ length: 300 }, (_, index) => `"k${index}": [$states.input.a.b, {"c": ${index}}]`);
    await expect(evaluate(`{${members.join(',')}}`, { a: { b: 1 } })).resolves.toMatchObject({ k299: [1, { c: 299 }] });
  });

  test('recursion inside members counts', async () => {
    await expect(evaluate(nestedMembers(10))).resolves.toBe(true);
    await expect(failure(passing(`{% ${nestedMembers(50)} %}`))).resolves.toMatchObject({ cause: expect.stringContaining('Depth=101') });
  });

  test('members are evaluated in their order, groups too', async () => {
    const items = [{ k: 'a', v: 1 }, { k: 'b', v: 2 }, { k: 'a', v: 3 }];
    await expect(evaluate('$states.input.items{k: [v, {"sum": $sum(v)}]}', { items })).resolves.toEqual(
      { a: [1, 3, { sum: 4 }], b: [2, { sum: 2 }] },
    );
  });

  test('numbers that JSON cannot write become strings', async () => {
    await expect(output(passing({ a: '{% 1/0 %}', b: ['{% -1/0 %}'], c: '{% {"d": [0/0]} %}' }))).resolves.toEqual(
      { a: 'Infinity', b: ['-Infinity'], c: { d: ['NaN'] } },
    );
  });
});

test('rule 6: variables are bound, never pasted into the text', async () => {
  const text = `it's "quoted" != {% $x %} \\ $states`;
  const definition = machine({
    A: { Type: 'Pass', Assign: { text: '{% $states.input.text %}' }, Next: 'B' },
    B: { Type: 'Pass', Output: { same: '{% $text %}', differs: '{% $text != "x" %}' }, End: true },
  });
  await expect(output(definition, { text })).resolves.toEqual({ same: text, differs: true });
});

test('values leave an expression as plain JSON, without the flags of JSONata', async () => {
  const list = (await evaluate('$states.input.items.name', { items: [{ name: 'a' }, { name: 'b' }] })) as object;
  expect(Object.getOwnPropertyNames(list)).toEqual(['0', '1', 'length']);
});

test('a defect of a task passes through Retry and Catch and rejects the run', async () => {
  const definition = machine({
    A: task({ Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
    B: { Type: 'Succeed' },
  });
  const defect = new Error('not modelled');
  await expect(output(definition, {}, () => { throw defect; })).rejects.toBe(defect);
  await expect(output(definition, {}, () => { throw new TaskError('X'); })).resolves.toEqual({ Error: 'X', Cause: null });
});
