import type {
  AttributeValue,
  GetItemCommandInput,
  GetItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { invalid, isEqual, type Item, itemSize, storedItem } from './attribute-value.ts';
import { project } from './expressions/document.ts';
import { holds } from './expressions/evaluate.ts';
import { parseCondition, parseProjection } from './expressions/parse.ts';
import { Placeholders } from './expressions/reader.ts';
import type { Condition, Operand, Path } from './expressions/syntax.ts';
import { compareBy, type IndexDefinition, keyOf, type KeySchema, type Table } from './table.ts';
import { isOfType, keyAttributes, refuseUnmodelled, validateKey } from './validation.ts';

/** A page ends after this much was read, before filtering (developer guide, "Query operations"). */
const maxPageBytes = 1024 * 1024;

type Output<T> = Omit<T, '$metadata'>;

export type KeyRead = Pick<
  GetItemCommandInput,
  'Key' | 'ConsistentRead' | 'ProjectionExpression' | 'ExpressionAttributeNames'
>;

/** One item by its key; also the part of a batch or of a transaction. */
export function getItem(table: Table, input: KeyRead): Output<GetItemCommandOutput> {
  const placeholders = new Placeholders(input);
  const paths = projection(input.ProjectionExpression, placeholders);
  placeholders.finish(paths !== undefined);
  const key = validateKey(table.definition, input.Key);
  const item = table.read(key, input.ConsistentRead !== true && table.drawIsLagging());
  return item === undefined ? {} : { Item: shown(item, paths) };
}

function projection(expression: string | undefined, placeholders: Placeholders): readonly Path[] | undefined {
  return expression === undefined ? undefined : parseProjection(expression, placeholders);
}

function shown(item: Readonly<Item>, paths: readonly Path[] | undefined): Item {
  return paths === undefined ? storedItem(item) : project(item, paths);
}

export function query(table: Table, input: QueryCommandInput): Output<QueryCommandOutput> {
  refuseUnmodelled('Query', input);
  const index = indexOf(table, input.IndexName, input.ConsistentRead);
  const keys = index?.keys ?? table.definition.keys;
  if (input.KeyConditionExpression === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const placeholders = new Placeholders(input);
  const keyCondition = parseCondition('KeyConditionExpression', input.KeyConditionExpression, placeholders);
  const page = pageRequest(input, placeholders, keys);
  const hash = hashIn(keyCondition, keys);
  const isLagging = input.ConsistentRead !== true && (index?.isGlobal === true || table.drawIsLagging());
  const candidates =
    index === undefined
      ? table.partition(hash, isLagging)
      : indexItems(table, index, isLagging).filter((item) => equalAt(item, keys.hash.name, hash));
  const items = candidates.filter((item) => holds(keyCondition, item));
  const direction = input.ScanIndexForward === false ? -1 : 1;
  const order = (left: Readonly<Item>, right: Readonly<Item>): number => {
    return keys.range === undefined ? 0 : direction * compareBy(keys.range.name, left, right);
  };
  return paginate(table, index, direction === 1 ? items : items.toReversed(), { ...page, order });
}

export function scan(table: Table, input: ScanCommandInput): Output<QueryCommandOutput> {
  refuseUnmodelled('Scan', input);
  const index = indexOf(table, input.IndexName, input.ConsistentRead);
  const page = pageRequest(input, new Placeholders(input), undefined);
  const isLagging = input.ConsistentRead !== true && table.drawIsLagging();
  const items = index === undefined ? table.all(isLagging) : indexItems(table, index, isLagging);
  const order = (left: Readonly<Item>, right: Readonly<Item>): number => table.compareKeys(left, right);
  return paginate(table, index, items, { ...page, order });
}

function indexOf(table: Table, name: string | undefined, isConsistent: boolean | undefined): IndexDefinition | undefined {
  if (name === undefined) return undefined;
  const index = table.definition.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw invalid(`The table does not have the specified index: ${name}`);
  if (index.isGlobal && isConsistent === true) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  return index;
}

/** The items that an index holds: those that have all its keys, with the attributes that it projects. */
function indexItems(table: Table, index: IndexDefinition, isLagging: boolean): Item[] {
  const names = keyAttributes(index.keys).map(({ name }) => name);
  const items = table.all(isLagging).filter((item) => names.every((name) => item[name] !== undefined));
  const range = index.keys.range?.name;
  const sorted = range === undefined ? items : items.toSorted((left, right) => compareBy(range, left, right));
  if (index.projection === 'ALL') return sorted;
  const projected = index.projection === 'KEYS_ONLY' ? [] : index.projection;
  return sorted.map((item) => {
    const result = keyOf(item, table.definition.keys, index.keys);
    for (const name of projected) if (item[name] !== undefined) result[name] = item[name];
    return result;
  });
}

type Order = (left: Readonly<Item>, right: Readonly<Item>) => number;

interface PageRequest {
  readonly filter: Condition | undefined;
  readonly paths: readonly Path[] | undefined;
  readonly limit: number;
  readonly startKey: Readonly<Item> | undefined;
  readonly isCount: boolean;
}

function pageRequest(
  input: QueryCommandInput | ScanCommandInput,
  placeholders: Placeholders,
  keys: KeySchema | undefined,
): PageRequest {
  const { FilterExpression: expression, Select: select } = input;
  const filter = expression === undefined ? undefined : parseCondition('FilterExpression', expression, placeholders);
  if (filter !== undefined && keys !== undefined) refuseKeysInFilter(filter, keys);
  const paths = projection(input.ProjectionExpression, placeholders);
  const isQuery = keys !== undefined;
  placeholders.finish(isQuery || filter !== undefined || paths !== undefined);
  if (select === 'ALL_PROJECTED_ATTRIBUTES') throw new NotModelledError(`Select ${select} of DynamoDB is not modelled.`);
  return {
    filter,
    paths,
    limit: input.Limit ?? Number.POSITIVE_INFINITY,
    startKey: input.ExclusiveStartKey,
    isCount: select === 'COUNT',
  };
}

/** A page of at most `limit` items and 1 MB. The filter comes after both (developer guide, "Query operations"). */
function paginate(
  table: Table,
  index: IndexDefinition | undefined,
  items: readonly Item[],
  page: PageRequest & { readonly order: Order },
): Output<QueryCommandOutput> {
  const schemas = index === undefined ? [table.definition.keys] : [table.definition.keys, index.keys];
  const start = page.startKey === undefined ? 0 : positionAfter(table, items, page.startKey, page.order);
  const found: Item[] = [];
  let bytes = 0;
  let position = start;
  for (; position < items.length && position - start < page.limit && bytes < maxPageBytes; position += 1) {
    const item = items[position] ?? {};
    bytes += storedSize(item);
    if (page.filter === undefined || holds(page.filter, item)) found.push(item);
  }
  const last = items[position - 1];
  // A limit that is just reached gives a key, even when nothing follows; DynamoDB does not look ahead.
  const isCut = position < items.length || (position > start && position - start === page.limit);
  return {
    Count: found.length,
    ScannedCount: position - start,
    ...(page.isCount ? {} : { Items: found.map((item) => shown(item, page.paths)) }),
    ...(isCut && last !== undefined ? { LastEvaluatedKey: keyOf(last, ...schemas) } : {}),
  };
}

/** Sizes of stored items, which never change. */
const sizes = new WeakMap<Readonly<Item>, number>();

function storedSize(item: Readonly<Item>): number {
  const known = sizes.get(item);
  if (known !== undefined) return known;
  const size = itemSize(item);
  sizes.set(item, size);
  return size;
}

function positionAfter(table: Table, items: readonly Item[], startKey: Readonly<Item>, order: Order): number {
  const names = keyAttributes(table.definition.keys).map(({ name }) => name);
  const isStart = (item: Readonly<Item>): boolean =>
    names.every((name) => {
      const value = startKey[name];
      return value !== undefined && equalAt(item, name, value);
    });
  const position = items.findIndex(isStart);
  if (position !== -1) return position + 1;
  // The item was deleted between the two pages: go on with the first that would have come after it.
  const next = items.findIndex((item) => order(item, startKey) > 0);
  return next === -1 ? items.length : next;
}

function equalAt(item: Readonly<Item>, name: string, value: AttributeValue): boolean {
  const actual = item[name];
  return actual !== undefined && isEqual(actual, value);
}

/** The partition that a key condition names. Refuses conditions on anything but the keys, each at most once. */
function hashIn(condition: Condition, keys: KeySchema): AttributeValue {
  const parts = conjuncts(condition).map((part) => ({ part, name: keyConditionName(part) }));
  if (new Set(parts.map(({ name }) => name)).size !== parts.length) {
    throw invalid('KeyConditionExpressions must only contain one condition per key');
  }
  const hashPart = parts.find(({ name }) => name === keys.hash.name)?.part;
  const others = parts.filter(({ name }) => name !== keys.hash.name);
  if (hashPart === undefined) throw invalid(`Query condition missed key schema element: ${keys.hash.name}`);
  const stranger = others.find(({ name }) => name !== keys.range?.name);
  if (stranger !== undefined) {
    throw invalid(`Query condition missed key schema element: ${keys.range?.name ?? keys.hash.name}`);
  }
  if (hashPart.kind !== 'compare' || hashPart.comparator !== '=' || hashPart.right.kind !== 'value') {
    throw invalid('Query key condition not supported');
  }
  if (!isOfType(hashPart.right.value, keys.hash.type)) {
    throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
  return hashPart.right.value;
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function keyConditionName(condition: Condition): string {
  const operand = subjectOf(condition);
  if (operand?.kind !== 'path') throw invalid('Invalid operator used in KeyConditionExpression');
  return operand.path[0];
}

function subjectOf(condition: Condition): Operand | undefined {
  if (condition.kind === 'compare') return condition.comparator === '<>' ? undefined : condition.left;
  return condition.kind === 'between' || condition.kind === 'begins_with' ? condition.operand : undefined;
}

function refuseKeysInFilter(filter: Condition, keys: KeySchema): void {
  const names = keyAttributes(keys).map(({ name }) => name);
  for (const [first] of pathsIn(filter)) {
    if (!names.includes(first)) continue;
    throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${first}`);
  }
}

function pathsIn(condition: Condition): readonly Path[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...pathsIn(condition.left), ...pathsIn(condition.right)];
    case 'not':
      return pathsIn(condition.condition);
    case 'compare':
      return pathsOf(condition.left, condition.right);
    case 'between':
      return pathsOf(condition.operand, condition.low, condition.high);
    case 'in':
      return pathsOf(condition.operand, ...condition.choices);
    case 'attribute_exists':
    case 'attribute_not_exists':
    case 'attribute_type':
      return [condition.path];
    case 'begins_with':
    case 'contains':
      return pathsOf(condition.operand, condition.argument);
  }
}

function pathsOf(...operands: readonly Operand[]): readonly Path[] {
  return operands.flatMap((operand) => (operand.kind === 'value' ? [] : [operand.path]));
}
