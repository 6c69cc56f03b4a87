import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { compareNumbers, normaliseNumber } from './decimal.ts';

export type Item = Record<string, AttributeValue>;

/** What an attribute holds, told apart by its type's letter. */
export type Typed =
  | { readonly type: 'S' | 'N'; readonly value: string }
  | { readonly type: 'B'; readonly value: Uint8Array }
  | { readonly type: 'BOOL'; readonly value: boolean }
  | { readonly type: 'NULL'; readonly value: true }
  | { readonly type: 'SS' | 'NS'; readonly value: readonly string[] }
  | { readonly type: 'L'; readonly value: readonly AttributeValue[] }
  | { readonly type: 'M'; readonly value: Readonly<Item> };

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function typed(attribute: AttributeValue): Typed {
  if (attribute.S !== undefined) return { type: 'S', value: attribute.S };
  if (attribute.N !== undefined) return { type: 'N', value: attribute.N };
  if (attribute.BOOL !== undefined) return { type: 'BOOL', value: attribute.BOOL };
  if (attribute.NULL !== undefined) return { type: 'NULL', value: true };
  if (attribute.M !== undefined) return { type: 'M', value: attribute.M };
  if (attribute.L !== undefined) return { type: 'L', value: attribute.L };
  if (attribute.SS !== undefined) return { type: 'SS', value: attribute.SS };
  if (attribute.NS !== undefined) return { type: 'NS', value: attribute.NS };
  if (attribute.B !== undefined) return { type: 'B', value: attribute.B };
  if (attribute.BS !== undefined) throw new NotModelledError('Binary sets (BS) are not modelled.');
  throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

/** A deep copy in the form in which DynamoDB keeps it. Refuses what DynamoDB refuses to keep. */
export function stored(attribute: AttributeValue): AttributeValue {
  const { type, value } = typed(attribute);
  switch (type) {
    case 'N':
      return { N: normaliseNumber(value) };
    case 'L':
      return { L: value.map(stored) };
    case 'M':
      return { M: storedItem(value) };
    case 'SS':
      return { SS: storedSet(value) };
    case 'NS':
      return { NS: storedSet(value.map(normaliseNumber)) };
    case 'B':
      return { B: Uint8Array.from(value) };
    case 'S':
    case 'BOOL':
    case 'NULL':
      return { ...attribute };
  }
}

export function storedItem(item: Readonly<Item>): Item {
  const copy: Item = {};
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) copy[name] = stored(value);
  }
  return copy;
}

function storedSet(members: readonly string[]): string[] {
  if (members.length === 0) throw invalid('One or more parameter values were invalid: An string set  may not be empty');
  if (new Set(members).size !== members.length) {
    throw invalid(`One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`);
  }
  return [...members];
}

export function isEqual(left: AttributeValue, right: AttributeValue): boolean {
  const [a, b] = [typed(left), typed(right)];
  if (a.type === 'N' && b.type === 'N') return compareNumbers(a.value, b.value) === 0;
  if ((a.type === 'S' && b.type === 'S') || (a.type === 'BOOL' && b.type === 'BOOL')) return a.value === b.value;
  if (a.type === 'NULL' && b.type === 'NULL') return true;
  if (a.type === 'B' && b.type === 'B') return Buffer.compare(a.value, b.value) === 0;
  if ((a.type === 'SS' && b.type === 'SS') || (a.type === 'NS' && b.type === 'NS')) {
    return a.value.length === b.value.length && a.value.every((member) => b.value.includes(member));
  }
  if (a.type === 'L' && b.type === 'L') {
    return a.value.length === b.value.length && a.value.every((member, index) => equalMembers(member, b.value[index]));
  }
  if (a.type === 'M' && b.type === 'M') {
    const names = Object.keys(a.value);
    return names.length === Object.keys(b.value).length && names.every((name) => equalMembers(a.value[name], b.value[name]));
  }
  return false;
}

function equalMembers(left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  return left !== undefined && right !== undefined && isEqual(left, right);
}

/** Negative, zero or positive; undefined for values that have no order between them. Text is ordered by UTF-8 bytes. */
export function compare(left: AttributeValue, right: AttributeValue): number | undefined {
  const [a, b] = [typed(left), typed(right)];
  if (a.type === 'S' && b.type === 'S') return compareText(a.value, b.value);
  if (a.type === 'N' && b.type === 'N') return compareNumbers(a.value, b.value);
  if (a.type === 'B' && b.type === 'B') return Buffer.compare(a.value, b.value);
  return undefined;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  // UTF-16 order is UTF-8 order as long as there are no surrogates.
  if (/[\uD800-\uFFFF]/u.test(left + right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
}

/** Size in bytes (developer guide, "DynamoDB item sizes and formats"). */
export function sizeOf(attribute: AttributeValue): number {
  const { type, value } = typed(attribute);
  switch (type) {
    case 'S':
      return Buffer.byteLength(value);
    case 'N':
      return numberSize(value);
    case 'B':
      return value.length;
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'SS':
      return value.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
    case 'NS':
      return value.reduce((sum, member) => sum + numberSize(member), 0);
    case 'L':
      return 3 + value.reduce((sum, member) => sum + 1 + sizeOf(member), 0);
    case 'M':
      return 3 + Object.keys(value).length + itemSize(value);
  }
}

function numberSize(text: string): number {
  const digits = text.replaceAll(/[^0-9]/gu, '').length;
  return Math.ceil(digits / 2) + 1 + Number(text.startsWith('-'));
}

export function itemSize(item: Readonly<Item>): number {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) size += Buffer.byteLength(name) + sizeOf(value);
  }
  return size;
}
