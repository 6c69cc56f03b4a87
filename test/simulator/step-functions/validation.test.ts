import { readdirSync, readFileSync } from 'node:fs';
import { NotModelledError } from '../../../simulator/kernel/aws-error.ts';
import { compileDefinition, InvalidDefinition } from '../../../simulator/step-functions/index.ts';
import { machine, task } from './machines.ts';

const end = { Type: 'Succeed' };
const retry = (fields: object) => machine({ A: task({ Retry: [{ ErrorEquals: ['X'], ...fields }] }) });
const itemProcessor = { StartAt: 'I', States: { I: end } };

describe('refused at creation', () => {
  test.each([
    ['no object', 7, 'Expected value of type [OBJECT]'],
    ['no States', { QueryLanguage: 'JSONata', StartAt: 'A' }, '[States]'],
    ['no StartAt', machine({ A: end }, { StartAt: undefined }), '[StartAt]'],
    ['an unknown start', machine({ A: end }, { StartAt: 'B' }), "Missing 'StartAt' target: B"],
    ['an unknown Next', machine({ A: { Type: 'Pass', Next: 'B' } }), "Missing 'Next' target: B at /States/A/Next"],
    ['an unknown Catch target', machine({ A: task({ Catch: [{ ErrorEquals: ['X'], Next: 'B' }] }) }), '/States/A/Catch[0]/Next'],
    ['a state that nothing leads to', machine({ A: end, B: end }), 'State "B" is not reachable'],
    ['a graph without an end', machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }), 'MISSING_END_STATE'],
    ['neither Next nor End', machine({ A: { Type: 'Pass' } }), 'Next and End'],
    ['both Next and End', machine({ A: { Type: 'Pass', Next: 'B', End: true }, B: end }), 'exclude each other'],
    ['an unknown type', machine({ A: { Type: 'Jump', End: true } }), '/States/A/Type'],
    ['an unknown field', machine({ A: { ...end, Colour: 'red' } }), "Field 'Colour' is not supported"],
    ['TimeoutSeconds on a Pass', machine({ A: { Type: 'Pass', End: true, TimeoutSeconds: 1 } }), "Field 'TimeoutSeconds'"],
    ['Retry on a Wait', machine({ A: { Type: 'Wait', Seconds: 1, End: true, Retry: [] } }), "Field 'Retry'"],
    ['Assign on a Succeed', machine({ A: { ...end, Assign: { x: 1 } } }), "Field 'Assign'"],
    ['two names alike', machine({ A: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: end } }], End: true } }), 'DUPLICATE_STATE_NAME'],
    ['a variable named states', machine({ A: { Type: 'Pass', Assign: { states: 1 }, End: true } }), "'states' is reserved"],
    ['a variable that is no name', machine({ A: { Type: 'Pass', Assign: { 'a-b': 1 }, End: true } }), 'not a valid variable name'],
    ['no Choices', machine({ A: { Type: 'Choice', Choices: [], Default: 'B' }, B: end }), '[Choices]'],
    ['Seconds and Timestamp', machine({ A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } }), 'Exactly one'],
    ['a Map without a processor', machine({ A: { Type: 'Map', End: true } }), '[ItemProcessor]'],
    ['no Branches', machine({ A: { Type: 'Parallel', Branches: [], End: true } }), '[Branches]'],
    ['a heartbeat as long as the time-out', machine({ A: task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }) }), 'HeartbeatSeconds must be smaller'],
    ['an unknown query language', machine({ A: end }, { QueryLanguage: 'jsonata' }), '/QueryLanguage'],
    ['a JSONPath state in a JSONata machine', machine({ A: { ...end, QueryLanguage: 'JSONPath' } }), "can not be 'JSONPath'"],
    ['QueryLanguage on a branch', machine({ A: { Type: 'Map', ItemProcessor: { ...itemProcessor, QueryLanguage: 'JSONata' }, End: true } }), "Field 'QueryLanguage'"],
    ['an interval of nothing', retry({ IntervalSeconds: 0 }), 'a positive integer'],
    ['a rate below 1', retry({ BackoffRate: 0.5 }), 'at least 1'],
    ['a cap below the interval', retry({ IntervalSeconds: 10, MaxDelaySeconds: 5 }), 'MaxDelaySeconds must be greater'],
    ['an unknown jitter', retry({ JitterStrategy: 'HALF' }), '[FULL, NONE]'],
    ['no error names', retry({ ErrorEquals: [] }), 'non-empty'],
    ['States.ALL in company', retry({ ErrorEquals: ['States.ALL', 'X'] }), 'must appear alone'],
  ])('%s', (_, definition, message) => {
    expect(() => compileDefinition(definition)).toThrow(message);
    expect(() => compileDefinition(definition)).toThrow(InvalidDefinition);
  });

  test('every problem is listed, with its place', () => {
    const definition = machine({ A: { Type: 'Pass', Output: { x: ['{% phone %}'] }, Colour: 1, Next: 'B' } });
    expect(() => compileDefinition(definition)).toThrow(expect.objectContaining({
      problems: ['/States/A/Colour', '/States/A/Output/x[0]', '/States/A/Next'].map((location) => expect.objectContaining({ location })),
    }));
  });
});

describe('rule 7: fields of JSONPath are refused in a JSONata machine', () => {
  test.each(['InputPath', 'OutputPath', 'ResultPath', 'ResultSelector', 'Parameters', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'])('%s', (field) => {
    expect(() => compileDefinition(machine({ A: task({ [field]: '$.x' }) }))).toThrow(`field '${field}' is only supported for the 'JSONPath'`);
  });

  test('Variable in a Choice, ItemsPath in a Map, Result in a Pass', () => {
    const choice = machine({ A: { Type: 'Choice', Choices: [{ Variable: '$.x', BooleanEquals: true, Next: 'B' }] }, B: end });
    expect(() => compileDefinition(choice)).toThrow("field 'Variable'");
    expect(() => compileDefinition(machine({ A: { Type: 'Map', ItemsPath: '$.x', ItemProcessor: itemProcessor, End: true } }))).toThrow("'ItemsPath'");
    expect(() => compileDefinition(machine({ A: { Type: 'Pass', Result: 1, End: true } }))).toThrow("field 'Result'");
  });
});

describe('what is not modelled names itself', () => {
  const map = (fields: object) => machine({ A: { Type: 'Map', ItemProcessor: itemProcessor, End: true, ...fields } });

  test.each([
    ['JSONPath', { StartAt: 'A', States: { A: end } }, 'JSONPath'],
    ['DISTRIBUTED', map({ ItemProcessor: { ...itemProcessor, ProcessorConfig: { Mode: 'DISTRIBUTED' } } }), 'DISTRIBUTED'],
    ['ItemReader', map({ ItemReader: {} }), 'ItemReader'],
    ['ResultWriter', map({ ResultWriter: {} }), 'ResultWriter'],
    ['ItemBatcher', map({ ItemBatcher: {} }), 'ItemBatcher'],
    ['activities', machine({ A: task({ Resource: 'arn:aws:states:eu-west-3:123456789012:activity:people' }) }), 'Activities'],
  ])('%s', (_, definition, message) => {
    expect(() => compileDefinition(definition)).toThrow(message);
    expect(() => compileDefinition(definition)).toThrow(NotModelledError);
  });
});

test('a machine may set JSONata on each of its states', () => {
  expect(() => compileDefinition({ StartAt: 'A', States: { A: { ...end, QueryLanguage: 'JSONata' } } })).not.toThrow();
});

const folder = new URL('../../../state-machines/', import.meta.url);

test.each(readdirSync(folder).filter((file) => file.endsWith('.asl.json')))('the product\'s %s is accepted', (file) => {
  expect(() => compileDefinition(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))).not.toThrow();
});
