import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine, passing, task } from './machines.ts';

const script = fileURLToPath(new URL('../../../simulator/step-functions/run.ts', import.meta.url));
let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'run-')); });
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function execute(...args: string[]): { status: number | null; out: unknown; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', script, ...args], { encoding: 'utf8' });
  return { status, out: stdout.trim() === '' ? undefined : JSON.parse(stdout), error: stderr };
}

const given = (definition: unknown, input: unknown = {}) => [file('definition.json', definition), file('input.json', input)];
const invoking = machine({
  Probe: task({ Arguments: { FunctionName: 'arn:aws:lambda:eu-west-3:123456789012:function:probe:live' }, Retry: [{ ErrorEquals: ['Busy'] }] }),
});

test('a run that succeeds', () => {
  expect(execute(...given(passing('{% $states.input.n + 1 %}'), { n: 1 }))).toEqual({ status: 0, out: { status: 'SUCCEEDED', output: 2 }, error: '' });
});

test.each([
  [machine({ A: { Type: 'Fail', Error: 'E', Cause: 'c' } }), { error: 'E', cause: 'c' }],
  [machine({ A: { Type: 'Fail' } }), {}],
  [machine({ A: { Type: 'Wait', Seconds: 90, End: true } }, { TimeoutSeconds: 60 }), { error: 'States.Timeout' }],
])('a run that fails exits with 0, too', (definition, failure) => {
  expect(execute(...given(definition))).toEqual({ status: 0, out: { status: 'FAILED', ...failure }, error: '' });
});

test.each(['Probe', 'arn:aws:states:::lambda:invoke', 'probe', 'arn:aws:lambda:eu-west-3:123456789012:function:probe:live'])('a plain value is the result, named by %s', (name) => {
  expect(execute(...given(invoking), '--task', `${name}=${file('result.json', { Payload: { ready: true } })}`).out).toEqual(
    { status: 'SUCCEEDED', output: { Payload: { ready: true } } },
  );
});

test('an object with Error and Cause is a plain value, too', () => {
  expect(execute(...given(invoking), `--task=Probe=${file('result.json', { Error: 'Busy', Cause: '' })}`).out).toEqual(
    { status: 'SUCCEEDED', output: { Error: 'Busy', Cause: '' } },
  );
});

test('calls can be scripted', () => {
  const script = { '0-1': { Throw: { Error: 'Busy' } }, 2: { DelaySeconds: 3600, Return: 'ready' } };
  expect(execute(...given(invoking), '--task', `Probe=${file('script.json', script)}`).out).toEqual({ status: 'SUCCEEDED', output: 'ready' });
  expect(execute(...given(invoking), '--task', `Probe=${file('throw.json', { Throw: { Error: 'Shut', Cause: 'c' } })}`).out).toEqual(
    { status: 'FAILED', error: 'Shut', cause: 'c' },
  );
});

test.each([
  ['no files', () => [], 'Give a definition and an input'],
  ['a missing file', () => ['nowhere.json', file('input.json', {})], 'Cannot read the definition nowhere.json'],
  ['no JSON', () => [file('bad.json', '{'), file('input.json', {})], 'is not JSON'],
  ['an invalid definition', () => given(passing('{% phone %}')), "Reference to 'phone'"],
  ['JSONPath', () => given({ StartAt: 'A', States: { A: { Type: 'Succeed' } } }), 'JSONPath'],
  ['a task without a stand-in', () => given(machine({ A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: { Type: 'Succeed' } })), "the state 'A'"],
  ['a bad --task', () => [...given(invoking), '--task', 'Probe'], '--task takes'],
  ['an unknown option', () => ['--fast'], '--fast'],
])('%s: a message on standard error, and exit code 2', (_, args, message) => {
  const { status, out, error } = execute(...args());
  expect({ status, out }).toEqual({ status: 2, out: undefined });
  expect(error).toContain(message);
});
