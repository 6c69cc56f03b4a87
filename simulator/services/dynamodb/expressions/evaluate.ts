import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { compare, invalid, isEqual, type Item, sizeOf, stored, typed } from '../attribute-value.ts';
import { addNumbers, subtractNumbers } from '../decimal.ts';
import { attributeAt, removeAttribute, setAttribute } from './document.ts';
import type { Comparator, Condition, Operand, UpdateAction, UpdateOperand } from './syntax.ts';

/** Whether `item` (empty, where there is none) meets the condition. */
export function holds(condition: Condition, item: Readonly<Item>): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'compare':
      return compares(condition.comparator, valueOf(condition.left, item), valueOf(condition.right, item));
    case 'between': {
      const value = valueOf(condition.operand, item);
      return compares('>=', value, valueOf(condition.low, item)) && compares('<=', value, valueOf(condition.high, item));
    }
    case 'in': {
      const value = valueOf(condition.operand, item);
      return condition.choices.some((choice) => compares('=', value, valueOf(choice, item)));
    }
    case 'attribute_exists':
      return attributeAt(item, condition.path) !== undefined;
    case 'attribute_not_exists':
      return attributeAt(item, condition.path) === undefined;
    case 'attribute_type': {
      const value = attributeAt(item, condition.path);
      return value !== undefined && typed(value).type === condition.type;
    }
    case 'begins_with':
      return beginsWith(valueOf(condition.operand, item), valueOf(condition.argument, item));
    case 'contains':
      return contains(valueOf(condition.operand, item), valueOf(condition.argument, item));
  }
}

function valueOf(operand: Operand, item: Readonly<Item>): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return attributeAt(item, operand.path);
    case 'size': {
      const value = attributeAt(item, operand.path);
      const size = value === undefined ? undefined : countOf(value);
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** What `size(path)` gives: characters of text as bytes, members of collections; nothing for the other types. */
function countOf(attribute: AttributeValue): number | undefined {
  const { type, value } = typed(attribute);
  switch (type) {
    case 'S':
    case 'B':
      return sizeOf(attribute);
    case 'SS':
    case 'NS':
    case 'L':
      return value.length;
    case 'M':
      return Object.keys(value).length;
    case 'N':
    case 'BOOL':
    case 'NULL':
      return undefined;
  }
}

/** An attribute that is absent, or of another type, differs from everything and is ordered against nothing. */
function compares(comparator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return isEqual(left, right);
  if (comparator === '<>') return !isEqual(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  return value?.S !== undefined && prefix?.S !== undefined && value.S.startsWith(prefix.S);
}

function contains(value: AttributeValue | undefined, member: AttributeValue | undefined): boolean {
  if (value === undefined || member === undefined) return false;
  if (value.S !== undefined) return member.S !== undefined && value.S.includes(member.S);
  if (value.SS !== undefined) return member.S !== undefined && value.SS.includes(member.S);
  if (value.NS !== undefined) return value.NS.some((number) => isEqual({ N: number }, member));
  return value.L?.some((element) => isEqual(element, member)) ?? false;
}

/** The item after the update. Every operand is read from `item` as it was before (developer guide, "Update expressions"). */
export function applyUpdate(actions: readonly UpdateAction[], item: Readonly<Item>): Item {
  const result: Item = {};
  for (const [name, value] of Object.entries(item)) result[name] = stored(value);
  for (const action of actions) {
    if (action.kind === 'SET') setAttribute(result, action.path, stored(operandValue(action.operand, item)));
    if (action.kind === 'ADD') setAttribute(result, action.path, sum(attributeAt(item, action.path), action.value));
    if (action.kind === 'DELETE') deleteMembers(result, action);
  }
  // From the back, so that removing one element of a list does not move the next.
  const removals = actions.filter((action) => action.kind === 'REMOVE');
  for (const action of removals.toSorted((left, right) => position(right) - position(left))) {
    removeAttribute(result, action.path);
  }
  return result;
}

function position(action: UpdateAction): number {
  return Number(action.path.at(-1)) || 0;
}

function operandValue(operand: UpdateOperand, item: Readonly<Item>): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = attributeAt(item, operand.path);
      if (value !== undefined) return value;
      throw invalid('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return attributeAt(item, operand.path) ?? operandValue(operand.fallback, item);
    case 'list_append': {
      const [left, right] = [operandValue(operand.left, item).L, operandValue(operand.right, item).L];
      if (left === undefined || right === undefined) throw wrongOperand();
      return { L: [...left, ...right] };
    }
    case '+':
    case '-': {
      const [left, right] = [operandValue(operand.left, item).N, operandValue(operand.right, item).N];
      if (left === undefined || right === undefined) throw wrongOperand();
      return { N: operand.kind === '+' ? addNumbers(left, right) : subtractNumbers(left, right) };
    }
  }
}

function sum(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return stored(value);
  if (current.N !== undefined && value.N !== undefined) return { N: addNumbers(current.N, value.N) };
  if (current.SS !== undefined && value.SS !== undefined) return { SS: [...new Set([...current.SS, ...value.SS])] };
  if (current.NS !== undefined && value.NS !== undefined) {
    return { NS: [...new Set([...current.NS, ...(stored(value).NS ?? [])])] };
  }
  throw wrongOperand();
}

function deleteMembers(item: Item, action: Extract<UpdateAction, { kind: 'ADD' | 'DELETE' }>): void {
  const current = attributeAt(item, action.path);
  if (current === undefined) return;
  const [before, gone] = [typed(current), typed(stored(action.value))];
  if (before.type !== gone.type || !(before.type === 'SS' || before.type === 'NS')) throw wrongOperand();
  const members = before.value.filter((member) => !(gone.value as readonly string[]).includes(member));
  if (members.length === 0) removeAttribute(item, action.path);
  else setAttribute(item, action.path, before.type === 'SS' ? { SS: members } : { NS: members });
}

function wrongOperand(): ReturnType<typeof invalid> {
  return invalid('An operand in the update expression has an incorrect data type');
}
