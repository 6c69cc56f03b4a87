import type { Program, State } from './program.ts';
import type { DefinitionReader } from './reader.ts';

interface Transition {
  readonly to: string;
  /** The field that names the target, below its state. */
  readonly field: string;
}

function transitionsOf(state: State): readonly Transition[] {
  const transitions: Transition[] = [];
  const add = (to: string | undefined, field: string): void => {
    if (to !== undefined) transitions.push({ to, field });
  };
  if ('next' in state) add(state.next, 'Next');
  if (state.type === 'Choice') {
    state.rules.forEach((rule, index) => add(rule.next, `Choices[${index}]/Next`));
    add(state.default, 'Default');
  }
  if ('catchers' in state) state.catchers.forEach((catcher, index) => add(catcher.next, `Catch[${index}]/Next`));
  return transitions;
}

function isTerminal(state: State): boolean {
  return state.type === 'Succeed' || state.type === 'Fail' || ('next' in state && state.next === undefined);
}

/** AWS refuses targets that do not exist, states that nothing leads to, and graphs that can never end. */
export function checkGraph(reader: DefinitionReader, program: Program, location: string): void {
  const reached = new Set<string>();
  let isComplete = true;
  const queue: (Transition & { readonly at: string })[] = [{ to: program.startAt, field: 'StartAt', at: location }];
  for (let head = queue.shift(); head !== undefined; head = queue.shift()) {
    const { to, field, at } = head;
    const state = program.states.get(to);
    if (state === undefined) {
      isComplete = false;
      reader.problems.push({ location: `${at}/${field}`, message: `MISSING_TRANSITION_TARGET: Missing '${field}' target: ${to}` });
    } else if (!reached.has(to)) {
      reached.add(to);
      queue.push(...transitionsOf(state).map((transition) => ({ ...transition, at: `${location}/States/${to}` })));
    }
  }
  for (const name of program.states.keys()) {
    if (!reached.has(name)) {
      reader.problems.push({ location: `${location}/States/${name}`, message: `MISSING_TRANSITION_TARGET: State "${name}" is not reachable.` });
    }
  }
  // With a target missing nobody can tell where the graph would have led.
  if (isComplete && ![...program.states.values()].some((state) => reached.has(state.name) && isTerminal(state))) {
    reader.problems.push({ location, message: 'MISSING_END_STATE: No terminal state' });
  }
}
