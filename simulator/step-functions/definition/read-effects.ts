import { isRecord } from '../json.ts';
import type { ReferenceRules } from '../language/references.ts';
import type { Template } from '../language/template.ts';
import { statesErrors } from '../errors.ts';
import { catcherFields, retrierFields } from './fields.ts';
import type { Catcher, Effects, ErrorHandling, Retrier } from './program.ts';
import { atLeastOne, type DefinitionReader, nonNegativeInteger, positiveInteger } from './reader.ts';

type Fields = Readonly<Record<string, unknown>>;

const variableName = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const variableNameLimit = 80;

const inState: ReferenceRules = { mayReadErrorOutput: false };
const inCatcher: ReferenceRules = { mayReadErrorOutput: true };

/** `Assign` and `Output` of a state, a choice rule or a catcher. */
export function readEffects(
  reader: DefinitionReader,
  fields: Fields,
  location: string,
  rules: ReferenceRules = inState,
): Effects {
  return { assign: readAssign(reader, fields, location, rules), output: reader.template(fields, 'Output', location, rules) };
}

function readAssign(
  reader: DefinitionReader,
  fields: Fields,
  location: string,
  rules: ReferenceRules,
): Effects['assign'] {
  const assign = fields['Assign'];
  if (assign === undefined) return undefined;
  const at = `${location}/Assign`;
  if (!isRecord(assign)) {
    reader.problem(at, 'Expected value of type [OBJECT]');
    return undefined;
  }
  const variables: [string, Template][] = [];
  for (const name of Object.keys(assign)) {
    if (name === 'states') reader.problem(`${at}/${name}`, `The variable name 'states' is reserved`);
    else if (!variableName.test(name) || name.length > variableNameLimit) {
      reader.problem(`${at}/${name}`, `'${name}' is not a valid variable name`);
    }
    const template = reader.template(assign, name, at, rules);
    if (template !== undefined) variables.push([name, template]);
  }
  return variables;
}

export function readErrorHandling(reader: DefinitionReader, fields: Fields, location: string): ErrorHandling {
  const retriers = reader.list(fields, 'Retry', location).map(
    (retrier, index) => readRetrier(reader, retrier, `${location}/Retry[${index}]`),
  );
  const catchers = reader.list(fields, 'Catch', location).map(
    (catcher, index) => readCatcher(reader, catcher, `${location}/Catch[${index}]`),
  );
  checkWildcards(reader, retriers, `${location}/Retry`);
  checkWildcards(reader, catchers, `${location}/Catch`);
  return { retriers, catchers };
}

function readRetrier(reader: DefinitionReader, value: unknown, location: string): Retrier {
  const fields = reader.record(value, location);
  reader.checkFields(fields, retrierFields, location);
  const jitter = reader.string(fields, 'JitterStrategy', location) ?? 'NONE';
  if (jitter !== 'FULL' && jitter !== 'NONE') {
    reader.problem(`${location}/JitterStrategy`, 'Value should be one of the following: [FULL, NONE]');
  }
  const intervalSeconds = reader.number(fields, 'IntervalSeconds', positiveInteger, location) ?? 1;
  const maxDelaySeconds = reader.number(fields, 'MaxDelaySeconds', positiveInteger, location);
  if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds) {
    reader.problem(`${location}/MaxDelaySeconds`, 'MaxDelaySeconds must be greater than IntervalSeconds');
  }
  return {
    errorEquals: readErrorEquals(reader, fields, location),
    intervalSeconds,
    maxDelaySeconds,
    maxAttempts: reader.number(fields, 'MaxAttempts', nonNegativeInteger, location) ?? 3,
    backoffRate: reader.number(fields, 'BackoffRate', atLeastOne, location) ?? 2,
    jitterStrategy: jitter === 'FULL' ? 'FULL' : 'NONE',
  };
}

function readCatcher(reader: DefinitionReader, value: unknown, location: string): Catcher {
  const fields = reader.record(value, location);
  reader.checkFields(fields, catcherFields, location);
  return {
    errorEquals: readErrorEquals(reader, fields, location),
    next: reader.requiredString(fields, 'Next', location),
    ...readEffects(reader, fields, location, inCatcher),
  };
}

function readErrorEquals(reader: DefinitionReader, fields: Fields, location: string): readonly string[] {
  const names = reader.list(fields, 'ErrorEquals', location);
  if (names.length === 0) reader.problem(location, 'ErrorEquals must be a non-empty array of error names');
  return names.filter((name): name is string => {
    if (typeof name !== 'string') reader.problem(`${location}/ErrorEquals`, 'Expected value of type [STRING]');
    return typeof name === 'string';
  });
}

/** `States.ALL` must appear alone, and in the last retrier or catcher (States Language specification). */
function checkWildcards(
  reader: DefinitionReader,
  handlers: readonly { readonly errorEquals: readonly string[] }[],
  location: string,
): void {
  handlers.forEach(({ errorEquals }, index) => {
    if (!errorEquals.includes(statesErrors.all)) return;
    const at = `${location}[${index}]`;
    if (errorEquals.length > 1) reader.problem(at, `${statesErrors.all} must appear alone in ErrorEquals`);
    if (index < handlers.length - 1) reader.problem(at, `${statesErrors.all} must be in the last element`);
  });
}
