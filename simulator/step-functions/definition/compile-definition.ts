import { NotModelledError } from '../../kernel/aws-error.ts';
import { InvalidDefinition } from '../errors.ts';
import { isRecord } from '../json.ts';
import { machineFields } from './fields.ts';
import type { StateMachineProgram } from './program.ts';
import { readProgram } from './read-states.ts';
import { DefinitionReader, positiveInteger } from './reader.ts';

/**
 * Checks a definition as CreateStateMachine does, and compiles its expressions.
 *
 * Throws {@link InvalidDefinition} with every problem that AWS would refuse; `NotModelledError` for a valid
 * definition that asks for something this interpreter does not have (JSONPath, distributed Map).
 */
export function compileDefinition(definition: unknown): StateMachineProgram {
  const reader = new DefinitionReader();
  if (!isRecord(definition)) throw new InvalidDefinition([{ location: '/', message: 'Expected value of type [OBJECT]' }]);
  reader.checkFields(definition, machineFields, '');
  const language = definition['QueryLanguage'];
  if (language !== undefined && language !== 'JSONPath' && language !== 'JSONata') {
    reader.problem('/QueryLanguage', 'Value should be one of the following: [JSONPath, JSONata]');
  }
  const program = readProgram(
    { reader, isJsonata: language !== undefined && language !== 'JSONPath', names: new Set() },
    definition,
    '',
  );
  const timeoutSeconds = reader.number(definition, 'TimeoutSeconds', positiveInteger, '');
  const comment = reader.string(definition, 'Comment', '');
  if (reader.problems.length > 0) throw new InvalidDefinition(reader.problems);
  if (reader.notModelled.length > 0) {
    const list = reader.notModelled.map(({ location, message }) => `${message} at ${location}`);
    throw new NotModelledError(list.join('; '));
  }
  return { ...program, comment, timeoutSeconds };
}
