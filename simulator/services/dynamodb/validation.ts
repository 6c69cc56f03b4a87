import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { invalid, type Item, itemSize, typed } from './attribute-value.ts';
import type { KeyAttribute, KeySchema, TableDefinition } from './table.ts';

export const maxItemBytes = 400 * 1024;

/** The parameters that came before expressions, and reports of consumed capacity. */
const unmodelled = [
  'AttributesToGet', 'AttributeUpdates', 'ConditionalOperator', 'Expected', 'KeyConditions', 'QueryFilter',
  'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics', 'ScanFilter', 'Segment', 'TotalSegments',
] as const;

export function refuseUnmodelled(operationName: string, input: object): void {
  const given = input as Readonly<Record<string, unknown>>;
  for (const parameter of unmodelled) {
    if (given[parameter] !== undefined && given[parameter] !== 'NONE') {
      throw new NotModelledError(`${parameter} of DynamoDB ${operationName} is not modelled.`);
    }
  }
}

export function keyAttributes({ hash, range }: KeySchema): readonly KeyAttribute[] {
  return range === undefined ? [hash] : [hash, range];
}

/** Refuses a `Key` that has not exactly the table's key attributes, of their types. */
export function validateKey(definition: TableDefinition, key: Readonly<Item> | undefined): Item {
  const attributes = keyAttributes(definition.keys);
  const isComplete =
    key !== undefined &&
    Object.keys(key).length === attributes.length &&
    attributes.every(({ name, type }) => isOfType(key[name], type));
  if (!isComplete) throw invalid('The provided key element does not match the schema');
  for (const attribute of attributes) refuseEmptyKey(attribute, key);
  return key;
}

/** Refuses an item to put that lacks a key, or has a key, also of an index, of a wrong type. */
export function validateItem(definition: TableDefinition, item: Readonly<Item>): void {
  for (const attribute of keyAttributes(definition.keys)) {
    const { name, type } = attribute;
    const value = item[name];
    if (value === undefined) throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    if (!isOfType(value, type)) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typed(value).type}`,
      );
    }
    refuseEmptyKey(attribute, item);
  }
  validateIndexKeys(definition, item);
  if (itemSize(item) > maxItemBytes) throw invalid('Item size has exceeded the maximum allowed size');
}

export function validateUpdatedItem(definition: TableDefinition, item: Readonly<Item>): void {
  validateIndexKeys(definition, item);
  if (itemSize(item) > maxItemBytes) throw invalid('Item size to update has exceeded the maximum allowed size');
}

function validateIndexKeys(definition: TableDefinition, item: Readonly<Item>): void {
  for (const index of definition.indexes) {
    for (const { name, type } of keyAttributes(index.keys)) {
      const value = item[name];
      if (value === undefined || isOfType(value, type)) continue;
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for Index Key ${name} ` +
          `Expected: ${type} Actual: ${typed(value).type} IndexName: ${index.name}`,
      );
    }
  }
}

function refuseEmptyKey({ name, type }: KeyAttribute, item: Readonly<Item>): void {
  const value = item[name];
  if (type === 'S' && value?.S === '') {
    throw invalid(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
        `string value. Key: ${name}`,
    );
  }
}

export function isOfType(value: AttributeValue | undefined, type: KeyAttribute['type']): boolean {
  return value !== undefined && typed(value).type === type;
}
