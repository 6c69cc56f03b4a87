import { readdirSync, readFileSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { compileDefinition } from '../../simulator/step-functions/index.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number | string;
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

/** A task that waits for a person is given the time that the configuration says; every other one says it here. */
function isBounded({ TimeoutSeconds, Resource }: State): boolean {
  if (typeof TimeoutSeconds === 'number') return TimeoutSeconds > 0;
  return Resource?.endsWith('.waitForTaskToken') === true && /^\{% \$[a-zA-Z.]+Seconds %\}$/u.test(TimeoutSeconds ?? '');
}

/** Errors that stand for nearly all others (Step Functions, "Error names"): `States.TaskFailed` is any but a time-out. */
const broadErrors = ['States.ALL', 'States.TaskFailed'];

/** Where a run may go on whatever a task says, and what tells of it then. */
const goesOn: ReadonlySet<string> = new Set([
  // Without the report users are unread, and the checks of users say that they were not evaluated.
  'nightly-compliance.asl.json RequestCredentialReport',
  // The repair is an execution of its own that tells of its failure; the second look tells what is left.
  'nightly-compliance.asl.json Repair',
  // A bucket without a result is reported as one that failed, and people are told.
  'storage-lifecycle.asl.json PlanBucket',
  'storage-lifecycle.asl.json WriteBucket',
]);

describe.each(definitions)('%s', (file, machine) => {
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
    expect(tasks.filter(({ state }) => !isBounded(state)).map(({ name }) => name)).toEqual([]);
    const retriers = tasks.flatMap(({ state }) => state.Retry ?? []).filter(({ MaxAttempts }) => MaxAttempts !== 0);
    expect(retriers.length).toBeGreaterThan(0);
    for (const retrier of retriers) {
      expect(retrier).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number) });
      expect(retrier.ErrorEquals).not.toContain('States.ALL');
    }
  });

  test('catches what a function throws, and never ends a States.ALL in success', () => {
    const states = statesOf(machine);
    // What a task inside a Map does not catch fails the Map, which has to.
    const invoking = states.filter(({ name, state, ...each }) => each.machine === machine && ['Task', 'Map'].includes(state.Type) && name !== 'AnnounceFailure');
    expect(invoking.filter(({ state }) => state.Catch === undefined).map(({ name }) => name)).toEqual([]);
    expect(invoking.filter(({ state }) => !(state.Catch ?? []).some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))).map(({ name }) => name)).toEqual([]);
    const successes = states.flatMap(({ name, state, ...each }) =>
      (state.Catch ?? [])
        .filter(({ ErrorEquals }) => ErrorEquals.some((error) => broadErrors.includes(error)))
        .filter(({ Next }) => [...endsFrom(Next, each.machine)].join() !== 'Fail')
        .map(({ ErrorEquals }) => ({ where: `${file} ${name}`, ErrorEquals })),
    );
    expect(successes.filter(({ where, ErrorEquals }) => ErrorEquals.includes('States.ALL') || !goesOn.has(where))).toEqual([]);
  });

  test('has no state that nothing leads to, and none that leads nowhere', () => {
    for (const each of new Set(statesOf(machine).map((state) => state.machine))) {
      const next = Object.values(each.States).flatMap(({ Next, Default, Choices = [], Catch = [] }) => [Next, Default, ...[...Choices, ...Catch].map((other) => other.Next)]);
      const reached = new Set([each.StartAt, ...next.filter((name) => name !== undefined)]);
      expect([...reached].toSorted()).toEqual(Object.keys(each.States).toSorted());
    }
  });
});
