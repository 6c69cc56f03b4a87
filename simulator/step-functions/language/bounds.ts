import type jsonata from 'jsonata';

/** AWS: one expression may nest 100 evaluations; `1+1+…+1` passes with 100 terms and fails with 101. */
const maximumDepth = 100;

/** AWS: one value may hold 6,990,256 bytes, a number counted as eight and a character as one. */
const maximumValueBytes = 6_990_256;

/**
 * AWS bounds the time of an evaluation (five seconds in the Java library). Steps stand in for time here: the
 * number must not depend on the speed of the machine.
 */
const maximumSteps = 1_000_000;

/** One node of the syntax tree that is being evaluated. */
interface OpenEvaluation {
  readonly node: object;
  /** Members of this array or object that wait for their turn. */
  readonly waiting: (() => void)[];
}

/** What one evaluation has used up. Bound under a name that no expression can write. */
export interface EvaluationBudget {
  /** Epoch milliseconds that the whole evaluation sees. */
  readonly now: number;
  steps: number;
  /** Innermost last. */
  readonly open: OpenEvaluation[];
}

export const budgetBinding = ' budget';

export function newBudget(now: number): EvaluationBudget {
  return { now, steps: 0, open: [] };
}

function boundExceeded(message: string): Error {
  return Object.assign(new Error(message), { code: 'U1001' });
}

export function memoryLimitExceeded(): Error {
  return new Error('Expression evaluation memory limit exceeded');
}

interface Frame {
  lookup(name: string | symbol): unknown;
  timestamp: Date;
}

function budgetOf(frame: Frame): EvaluationBudget {
  return frame.lookup(budgetBinding) as EvaluationBudget;
}

function openEvaluation(budget: EvaluationBudget, node: object): void {
  budget.open.push({ node, waiting: [] });
  const depth = budget.open.length;
  if (depth > maximumDepth) {
    throw boundExceeded(
      'Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive. ' +
      `Depth=${depth} max=${maximumDepth}`,
    );
  }
}

/**
 * JSONata starts all members of an array or object at once. The hook makes each wait for the one before it, so
 * that what is open at a time is one line of nested evaluations, and its length is the depth.
 */
function enter(node: object, container: object | undefined, frame: Frame): void | Promise<void> {
  const budget = budgetOf(frame);
  // JSONata puts the time of the real clock into the outermost frame; frames opened later copy it from there.
  if (budget.steps === 0) frame.timestamp = new Date(budget.now);
  budget.steps += 1;
  if (budget.steps > maximumSteps) throw boundExceeded('Expression evaluation timeout: Check for infinite loop');
  const holder = container === undefined ? undefined : budget.open.findLast((evaluation) => evaluation.node === container);
  if (holder === undefined || holder === budget.open.at(-1)) {
    openEvaluation(budget, node);
    return undefined;
  }
  return new Promise((resolve, reject) => {
    holder.waiting.push(() => {
      try {
        openEvaluation(budget, node);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

function leave(frame: Frame, result: unknown): void {
  const { open } = budgetOf(frame);
  open.pop();
  open.at(-1)?.waiting.shift()?.();
  const bytes = typeof result === 'string' ? result.length : Array.isArray(result) ? result.length * 8 : 0;
  if (bytes > maximumValueBytes) throw memoryLimitExceeded();
}

interface SyntaxMembers {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly expressions?: unknown;
  readonly lhs?: unknown;
  readonly group?: { readonly lhs?: unknown };
}

/** Members of the tree that lead back up or hold no nodes. */
const skippedMembers = new Set(['slot', 'ancestor', 'seekingParent', 'signature']);

/** Finds, for every member that is evaluated beside others, the node that starts it. */
function findContainers(root: object): ReadonlyMap<object, object> {
  const containers = new Map<object, object>();
  const seen = new Set<object>();
  const addValues = (pairs: unknown, container: object): void => {
    if (!Array.isArray(pairs)) return;
    for (const pair of pairs as readonly unknown[]) {
      const value: unknown = Array.isArray(pair) ? pair[1] : undefined;
      if (typeof value === 'object' && value !== null) containers.set(value, container);
    }
  };
  const visit = (value: object): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const node = value as SyntaxMembers;
    if (node.type === 'unary' && node.value === '[' && Array.isArray(node.expressions)) {
      for (const item of node.expressions as readonly object[]) containers.set(item, value);
    }
    if (node.type === 'unary' && node.value === '{') addValues(node.lhs, value);
    addValues(node.group?.lhs, value);
    for (const [member, inner] of Object.entries(value) as [string, unknown][]) {
      if (!skippedMembers.has(member) && typeof inner === 'object' && inner !== null) visit(inner);
    }
  };
  visit(root);
  return containers;
}

/** Bounds every evaluation of a compiled expression, by the hooks that JSONata keeps for this purpose. */
export function bindBounds(expression: jsonata.Expression): void {
  const containers = findContainers(expression.ast());
  const hooks = expression as { assign(name: string | symbol, value: unknown): void };
  hooks.assign(Symbol.for('jsonata.__evaluate_entry'), (node: object, _input: unknown, frame: Frame) => (
    enter(node, containers.get(node), frame)
  ));
  hooks.assign(Symbol.for('jsonata.__evaluate_exit'), (_node: object, _input: unknown, frame: Frame, result: unknown) => {
    leave(frame, result);
  });
}
