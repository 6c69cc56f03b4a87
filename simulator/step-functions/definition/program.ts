import type { Template } from '../language/template.ts';

/** `Assign` and `Output`, wherever a definition may carry them. */
export interface Effects {
  /** Variables by name, each with its own template. */
  readonly assign: readonly (readonly [string, Template])[] | undefined;
  readonly output: Template | undefined;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitterStrategy: 'FULL' | 'NONE';
}

export interface Catcher extends Effects {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

export interface ErrorHandling {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

interface StateBase {
  readonly name: string;
}

/** Undefined ends the branch. */
interface Continues {
  readonly next: string | undefined;
}

export interface PassState extends StateBase, Continues, Effects {
  readonly type: 'Pass';
}

export interface TaskState extends StateBase, Continues, Effects, ErrorHandling {
  readonly type: 'Task';
  readonly resource: string;
  readonly arguments: Template | undefined;
  readonly credentials: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
}

export interface ChoiceRule extends Effects {
  readonly condition: Template;
  readonly next: string;
}

export interface ChoiceState extends StateBase, Effects {
  readonly type: 'Choice';
  readonly rules: readonly ChoiceRule[];
  readonly default: string | undefined;
}

export interface WaitState extends StateBase, Continues, Effects {
  readonly type: 'Wait';
  readonly until: { readonly field: 'Seconds' | 'Timestamp'; readonly template: Template };
}

export interface SucceedState extends StateBase, Effects {
  readonly type: 'Succeed';
}

export interface FailState extends StateBase {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

export interface ParallelState extends StateBase, Continues, Effects, ErrorHandling {
  readonly type: 'Parallel';
  readonly arguments: Template | undefined;
  readonly branches: readonly Program[];
}

export interface MapState extends StateBase, Continues, Effects, ErrorHandling {
  readonly type: 'Map';
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly processor: Program;
  readonly maxConcurrency: Template | undefined;
  readonly toleratedFailureCount: Template | undefined;
  readonly toleratedFailurePercentage: Template | undefined;
}

export type State =
  | PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;

export type StateType = State['type'];

/** States of a machine, a branch or an item processor. */
export interface Program {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A definition that was checked and compiled. */
export interface StateMachineProgram extends Program {
  readonly comment: string | undefined;
  readonly timeoutSeconds: number | undefined;
}
