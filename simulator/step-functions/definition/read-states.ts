import { isRecord } from '../json.ts';
import { branchFields, choiceRuleFields, processorFields, stateFields } from './fields.ts';
import { checkGraph } from './graph.ts';
import type { ChoiceRule, MapState, Program, State, StateType, TaskState, WaitState } from './program.ts';
import { readEffects, readErrorHandling } from './read-effects.ts';
import { type DefinitionReader, nonNegativeInteger, percentage, positiveInteger } from './reader.ts';

type Fields = Readonly<Record<string, unknown>>;

const stateNameLimit = 80;

/** What every level of a definition shares. */
export interface ReadingContext {
  readonly reader: DefinitionReader;
  /** The state machine's own; a state inside a branch or an item processor falls back to it, too. */
  readonly isJsonata: boolean;
  /** Names are unique in the whole machine (States Language specification). */
  readonly names: Set<string>;
}

function isStateType(type: string): type is StateType {
  return Object.hasOwn(stateFields, type);
}

/** `StartAt` and `States` of a machine, a branch or an item processor. */
export function readProgram(context: ReadingContext, fields: Fields, location: string): Program {
  const { reader } = context;
  const startAt = reader.requiredString(fields, 'StartAt', location);
  const states = new Map<string, State>();
  const definitions = fields['States'];
  if (!isRecord(definitions) || Object.keys(definitions).length === 0) {
    reader.problem(location, 'These fields are required: [States]');
    return { startAt, states };
  }
  for (const [name, definition] of Object.entries(definitions)) {
    const at = `${location}/States/${name}`;
    if (name.length === 0 || name.length > stateNameLimit) reader.problem(at, `State names have 1 to ${stateNameLimit} characters`);
    if (context.names.has(name)) reader.problem(at, `DUPLICATE_STATE_NAME: the state name '${name}' is used twice`);
    context.names.add(name);
    const state = readState(context, name, reader.record(definition, at), at);
    if (state !== undefined) states.set(name, state);
  }
  const program = { startAt, states };
  if (states.size === Object.keys(definitions).length) checkGraph(reader, program, location);
  return program;
}

function readState(context: ReadingContext, name: string, fields: Fields, location: string): State | undefined {
  const { reader } = context;
  const type = reader.requiredString(fields, 'Type', location);
  if (!isStateType(type)) {
    if (typeof fields['Type'] === 'string') {
      reader.problem(`${location}/Type`, `Value should be one of the following: [${Object.keys(stateFields).join(', ')}]`);
    }
    return undefined;
  }
  if (!checkQueryLanguage(context, fields, location)) return undefined;
  reader.checkFields(fields, stateFields[type], location);
  const effects = readEffects(reader, fields, location);
  switch (type) {
    case 'Pass':
      return { name, type, ...effects, next: readNext(reader, fields, location) };
    case 'Task':
      return readTask(reader, name, fields, location);
    case 'Choice':
      return { name, type, ...effects, ...readChoices(reader, fields, location) };
    case 'Wait':
      return { name, type, ...effects, next: readNext(reader, fields, location), until: readUntil(reader, fields, location) };
    case 'Succeed':
      return { name, type, ...effects };
    case 'Fail':
      return {
        name, type,
        error: reader.stringTemplate(fields, 'Error', location),
        cause: reader.stringTemplate(fields, 'Cause', location),
      };
    case 'Parallel':
      return {
        name, type, ...effects,
        ...readErrorHandling(reader, fields, location),
        next: readNext(reader, fields, location),
        arguments: reader.template(fields, 'Arguments', location),
        branches: readBranches(context, fields, location),
      };
    case 'Map':
      return readMap(context, name, fields, location);
  }
}

/** False where the state is in JSONPath: nothing else about it can be checked. */
function checkQueryLanguage({ reader, isJsonata }: ReadingContext, fields: Fields, location: string): boolean {
  const language = fields['QueryLanguage'];
  if (language === undefined ? isJsonata : language === 'JSONata') return true;
  if (language !== undefined && language !== 'JSONPath') {
    reader.problem(`${location}/QueryLanguage`, 'Value should be one of the following: [JSONPath, JSONata]');
  } else if (language === 'JSONPath' && isJsonata) {
    reader.problem(location, `'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine`);
  } else {
    reader.unsupported(location, `The QueryLanguage 'JSONPath' is not modelled: set "QueryLanguage": "JSONata"`);
  }
  return false;
}

function readNext(reader: DefinitionReader, fields: Fields, location: string): string | undefined {
  const next = reader.string(fields, 'Next', location);
  const end = fields['End'];
  if (end !== undefined && typeof end !== 'boolean') reader.problem(`${location}/End`, 'Expected value of type [BOOLEAN]');
  if (fields['Next'] === undefined && end !== true) reader.problem(location, 'One of the fields Next and End is required');
  if (next !== undefined && end === true) reader.problem(location, 'The fields Next and End exclude each other');
  return next;
}

function readTask(reader: DefinitionReader, name: string, fields: Fields, location: string): TaskState {
  const resource = reader.requiredString(fields, 'Resource', location);
  if (/^arn:[^:]+:states:[^:]+:[^:]+:activity:/.test(resource)) {
    reader.unsupported(`${location}/Resource`, 'Activities are not modelled');
  }
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = fields;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    reader.problem(location, 'HeartbeatSeconds must be smaller than TimeoutSeconds');
  }
  return {
    name, type: 'Task', resource,
    ...readEffects(reader, fields, location),
    ...readErrorHandling(reader, fields, location),
    next: readNext(reader, fields, location),
    arguments: reader.template(fields, 'Arguments', location),
    credentials: reader.template(fields, 'Credentials', location),
    timeoutSeconds: reader.numberTemplate(fields, 'TimeoutSeconds', positiveInteger, location),
    heartbeatSeconds: reader.numberTemplate(fields, 'HeartbeatSeconds', positiveInteger, location),
  };
}

function readChoices(
  reader: DefinitionReader,
  fields: Fields,
  location: string,
): { readonly rules: readonly ChoiceRule[]; readonly default: string | undefined } {
  const choices = reader.list(fields, 'Choices', location);
  if (choices.length === 0) reader.problem(location, 'These fields are required: [Choices]');
  const rules = choices.map((choice, index): ChoiceRule => {
    const at = `${location}/Choices[${index}]`;
    const rule = reader.record(choice, at);
    reader.checkFields(rule, choiceRuleFields, at);
    const condition = reader.template(rule, 'Condition', at);
    if (condition === undefined) reader.problem(at, 'These fields are required: [Condition]');
    return {
      condition: condition ?? { kind: 'literal', value: false },
      next: reader.requiredString(rule, 'Next', at),
      ...readEffects(reader, rule, at),
    };
  });
  return { rules, default: reader.string(fields, 'Default', location) };
}

function readUntil(reader: DefinitionReader, fields: Fields, location: string): WaitState['until'] {
  const seconds = reader.numberTemplate(fields, 'Seconds', nonNegativeInteger, location);
  const timestamp = reader.stringTemplate(fields, 'Timestamp', location);
  if ((fields['Seconds'] === undefined) === (fields['Timestamp'] === undefined)) {
    reader.problem(location, 'Exactly one of the fields Seconds and Timestamp is required');
  }
  if (timestamp !== undefined) return { field: 'Timestamp', template: timestamp };
  return { field: 'Seconds', template: seconds ?? { kind: 'literal', value: 0 } };
}

function readBranches(context: ReadingContext, fields: Fields, location: string): readonly Program[] {
  const { reader } = context;
  const branches = reader.list(fields, 'Branches', location);
  if (branches.length === 0) reader.problem(location, 'These fields are required: [Branches]');
  return branches.map((value, index) => {
    const at = `${location}/Branches[${index}]`;
    const branch = reader.record(value, at);
    reader.checkFields(branch, branchFields, at);
    return readProgram(context, branch, at);
  });
}

function readMap(context: ReadingContext, name: string, fields: Fields, location: string): MapState {
  const { reader } = context;
  const at = `${location}/ItemProcessor`;
  if (fields['ItemProcessor'] === undefined && fields['Iterator'] === undefined) {
    reader.problem(location, 'These fields are required: [ItemProcessor]');
  }
  const processor = isRecord(fields['ItemProcessor']) ? fields['ItemProcessor'] : undefined;
  if (processor !== undefined) {
    reader.checkFields(processor, processorFields, at);
    checkProcessorConfig(reader, processor['ProcessorConfig'], `${at}/ProcessorConfig`);
  }
  const items = fields['Items'];
  if (items !== undefined && typeof items !== 'string' && !Array.isArray(items)) {
    reader.problem(`${location}/Items`, 'Expected an array or a JSONata expression');
  }
  return {
    name, type: 'Map',
    ...readEffects(reader, fields, location),
    ...readErrorHandling(reader, fields, location),
    next: readNext(reader, fields, location),
    items: reader.template(fields, 'Items', location),
    itemSelector: reader.template(fields, 'ItemSelector', location),
    processor: processor === undefined ? { startAt: '', states: new Map() } : readProgram(context, processor, at),
    maxConcurrency: reader.numberTemplate(fields, 'MaxConcurrency', nonNegativeInteger, location),
    toleratedFailureCount: reader.numberTemplate(fields, 'ToleratedFailureCount', nonNegativeInteger, location),
    toleratedFailurePercentage: reader.numberTemplate(fields, 'ToleratedFailurePercentage', percentage, location),
  };
}

function checkProcessorConfig(reader: DefinitionReader, value: unknown, location: string): void {
  if (value === undefined) return;
  const config = reader.record(value, location);
  reader.checkFields(config, ['Mode', 'ExecutionType'], location);
  const mode = config['Mode'] ?? 'INLINE';
  if (mode === 'DISTRIBUTED') reader.unsupported(`${location}/Mode`, `Map mode 'DISTRIBUTED' is not modelled`);
  else if (mode !== 'INLINE') reader.problem(`${location}/Mode`, 'Value should be one of the following: [INLINE, DISTRIBUTED]');
}
