import { readdirSync, readFileSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { compileDefinition } from '../../simulator/step-functions/index.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly JitterStrategy?: string; readonly MaxDelaySeconds?: number; readonly MaxAttempts?: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly ItemProcessor?: Machine;
}

interface Machine {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const folder = new URL('../../state-machines/', import.meta.url);
const definitions = readdirSync(folder).map((file): [string, Machine] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Machine,
]);

/** Every state of a machine, those inside a Map too, with its name and the machine that it stands in. */
function statesOf(machine: Machine): { name: string; state: State; machine: Machine }[] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    { name, state, machine },
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ]);
}

/** Types of the states in which a path from `name` can end. */
function endsFrom(name: string, machine: Machine, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return new Set();
  seen.add(name);
  const state = machine.States[name];
  const next = [state?.Next, state?.Default, ...(state?.Choices ?? []).map((choice) => choice.Next)].filter((each) => each !== undefined);
  return next.length === 0 ? new Set([state?.Type ?? 'missing']) : new Set(next.flatMap((each) => [...endsFrom(each, machine, seen)]));
}

describe.each(definitions)('%s', (_file, machine) => {
  test('is valid by the published schema, and by the interpreter', () => {
    const { errors } = aslValidator(machine);
    expect(errors).toEqual([]);
    expect(() => compileDefinition(machine)).not.toThrow();
  });

  test('names JSONata once, at the top, and says what it is for', () => {
    expect(machine.QueryLanguage).toBe('JSONata');
    expect(machine.Comment).toMatch(/\.$/u);
  });

  test('names its states in PascalCase, its choices as questions', () => {
    const states = statesOf(machine);
    expect(states.map(({ name }) => name).filter((name) => !/^[A-Z][A-Za-z]+$/u.test(name))).toEqual([]);
    const choices = states.filter(({ state }) => state.Type === 'Choice').map(({ name }) => name);
    expect(choices.filter((name) => !/^(Is|Has|Are|Did)[A-Z]/u.test(name))).toEqual([]);
  });

  test('bounds every task in time, and retries with full jitter and a longest delay', () => {
    const tasks = statesOf(machine).filter(({ state }) => state.Type === 'Task');
    expect(tasks.filter(({ state }) => !((state.TimeoutSeconds ?? 0) > 0)).map(({ name }) => name)).toEqual([]);
    const retriers = tasks.flatMap(({ state }) => state.Retry ?? []).filter(({ MaxAttempts }) => MaxAttempts !== 0);
    expect(retriers.length).toBeGreaterThan(0);
    for (const retrier of retriers) {
      expect(retrier).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number) });
      expect(retrier.ErrorEquals).not.toContain('States.ALL');
    }
  });

  test('catches what a function throws, and never ends a States.ALL in success', () => {
    const own = statesOf(machine).filter((each) => each.machine === machine);
    const invoking = own.filter(({ name, state }) => state.Type === 'Task' && name !== 'AnnounceFailure');
    expect(invoking.filter(({ state }) => state.Catch === undefined).map(({ name }) => name)).toEqual([]);
    const catchers = own.flatMap(({ state }) => state.Catch ?? []).filter(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
    expect(catchers.map(({ Next }) => [...endsFrom(Next, machine)])).toEqual(catchers.map(() => ['Fail']));
  });
});
