export { compileDefinition } from './definition/compile-definition.ts';
export type { StateMachineProgram } from './definition/program.ts';
export { type DefinitionProblem, InvalidDefinition, TaskError } from './errors.ts';
export { ExecutionHistory, type HistoryEvent, type HistoryRecorder } from './history.ts';
export { interpret, type InterpretOptions, type Outcome } from './interpreter/interpret.ts';
export type { TaskCall, TaskRunner } from './interpreter/task-call.ts';
export type { Json, JsonObject } from './json.ts';
