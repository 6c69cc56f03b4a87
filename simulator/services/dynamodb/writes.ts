import type { AttributeValue, ReturnValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/aws-error.ts';
import { invalid, type Item, storedItem } from './attribute-value.ts';
import { project } from './expressions/document.ts';
import { applyUpdate, holds } from './expressions/evaluate.ts';
import { parseCondition, parseUpdate } from './expressions/parse.ts';
import { Placeholders } from './expressions/reader.ts';
import type { Path } from './expressions/syntax.ts';
import { keyOf, type Table } from './table.ts';
import { keyAttributes, validateItem, validateKey, validateUpdatedItem } from './validation.ts';

/** What all four kinds of write have in common, in the shapes of their requests. */
interface WriteRequest {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

export interface PutRequest extends WriteRequest {
  readonly Item?: Record<string, AttributeValue> | undefined;
}

export interface KeyedRequest extends WriteRequest {
  readonly Key?: Record<string, AttributeValue> | undefined;
}

export interface UpdateRequest extends KeyedRequest {
  readonly UpdateExpression?: string | undefined;
}

/** A write that was checked as far as the request alone tells; nothing is read or changed yet. */
export interface PreparedWrite {
  readonly table: Table;
  readonly key: Item;
  readonly isMet: (current: Readonly<Item>) => boolean;
  readonly returnsItemOnFailure: boolean;
  /** The item as it will be; undefined for a deletion. Absent for a condition check, which writes nothing. */
  readonly next?: (current: Item | undefined) => Item | undefined;
  /** The paths that an update names. */
  readonly updatedPaths: readonly Path[];
}

export function preparePut(table: Table, request: PutRequest): PreparedWrite {
  const placeholders = new Placeholders(request);
  const isMet = condition(request, placeholders);
  placeholders.finish(request.ConditionExpression !== undefined);
  const item = storedItem(request.Item ?? {});
  validateItem(table.definition, item);
  return { table, key: keyOf(item, table.definition.keys), ...common(request), isMet, next: () => item, updatedPaths: [] };
}

export function prepareDelete(table: Table, request: KeyedRequest): PreparedWrite {
  return { ...prepareCheck(table, request), next: () => undefined };
}

export function prepareCheck(table: Table, request: KeyedRequest): PreparedWrite {
  const placeholders = new Placeholders(request);
  const isMet = condition(request, placeholders);
  placeholders.finish(request.ConditionExpression !== undefined);
  const key = validateKey(table.definition, request.Key);
  return { table, key, ...common(request), isMet, updatedPaths: [] };
}

export function prepareUpdate(table: Table, request: UpdateRequest): PreparedWrite {
  const placeholders = new Placeholders(request);
  const { UpdateExpression: expression } = request;
  const actions = expression === undefined ? [] : parseUpdate(expression, placeholders);
  const isMet = condition(request, placeholders);
  placeholders.finish(expression !== undefined || request.ConditionExpression !== undefined);
  const { definition } = table;
  const key = validateKey(definition, request.Key);
  const updatedPaths = actions.map((action) => action.path);
  for (const { name } of keyAttributes(definition.keys)) {
    if (updatedPaths.some(([first]) => first === name)) {
      throw invalid(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
    }
  }
  const next = (current: Item | undefined): Item => {
    const item = applyUpdate(actions, current ?? storedItem(key));
    validateUpdatedItem(definition, item);
    return item;
  };
  return { table, key, ...common(request), isMet, next, updatedPaths };
}

function condition(request: WriteRequest, placeholders: Placeholders): PreparedWrite['isMet'] {
  if (request.ConditionExpression === undefined) return () => true;
  const parsed = parseCondition('ConditionExpression', request.ConditionExpression, placeholders);
  return (current) => holds(parsed, current);
}

function common(request: WriteRequest): Pick<PreparedWrite, 'returnsItemOnFailure'> {
  return { returnsItemOnFailure: request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' };
}

/** Carries out one write. Gives the attributes that `ReturnValues` asks for. */
export function commit(write: PreparedWrite, returnValues: ReturnValue | undefined): { readonly Attributes?: Item } {
  const current = write.table.read(write.key, false);
  if (!write.isMet(current ?? {})) {
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
      members: write.returnsItemOnFailure && current !== undefined ? { Item: storedItem(current) } : {},
    });
  }
  const next = write.next?.(current);
  if (next !== undefined || current !== undefined) write.table.write(write.key, next);
  const attributes = returned(write, returnValues, current, next);
  return attributes === undefined || Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
}

function returned(
  write: PreparedWrite,
  returnValues: ReturnValue | undefined,
  current: Item | undefined,
  next: Item | undefined,
): Item | undefined {
  switch (returnValues) {
    case undefined:
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return current === undefined ? undefined : storedItem(current);
    case 'ALL_NEW':
      return next === undefined ? undefined : storedItem(next);
    case 'UPDATED_OLD':
      return project(current ?? {}, write.updatedPaths);
    case 'UPDATED_NEW':
      return project(next ?? {}, write.updatedPaths);
    default:
      return returnValues satisfies never;
  }
}
