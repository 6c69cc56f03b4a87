import type { AwsError } from '../../../kernel/aws-error.ts';
import { typed } from '../attribute-value.ts';
import { type ExpressionKind, type Placeholders, Reader } from './reader.ts';
import { type Comparator, comparators, type Condition, type Operand, type Path, type UpdateAction, type UpdateOperand } from './syntax.ts';

export function parseCondition(kind: ExpressionKind, text: string, placeholders: Placeholders): Condition {
  const reader = new Reader(kind, text, placeholders);
  const condition = readOr(reader);
  if (!reader.isAtEnd) throw reader.syntaxError();
  return condition;
}

export function parseProjection(text: string, placeholders: Placeholders): readonly Path[] {
  const reader = new Reader('ProjectionExpression', text, placeholders);
  const paths = [reader.readPath()];
  while (reader.take(',')) paths.push(reader.readPath());
  if (!reader.isAtEnd) throw reader.syntaxError();
  refuseOverlaps(reader, paths);
  return paths;
}

export function parseUpdate(text: string, placeholders: Placeholders): readonly UpdateAction[] {
  const reader = new Reader('UpdateExpression', text, placeholders);
  const actions: UpdateAction[] = [];
  const sections = new Set<string>();
  while (!reader.isAtEnd) {
    const section = reader.peek().toUpperCase();
    if (section !== 'SET' && section !== 'REMOVE' && section !== 'ADD' && section !== 'DELETE') throw reader.syntaxError();
    reader.next();
    if (sections.has(section)) {
      throw reader.fail(`The "${section}" section can only be used once in an update expression;`);
    }
    sections.add(section);
    do actions.push(readUpdateAction(reader, section));
    while (reader.take(','));
  }
  refuseOverlaps(reader, actions.map((action) => action.path));
  return actions;
}

function readOr(reader: Reader): Condition {
  let left = readAnd(reader);
  while (reader.take('OR')) left = { kind: 'or', left, right: readAnd(reader) };
  return left;
}

function readAnd(reader: Reader): Condition {
  let left = readNot(reader);
  while (reader.take('AND')) left = { kind: 'and', left, right: readNot(reader) };
  return left;
}

function readNot(reader: Reader): Condition {
  if (reader.take('NOT')) return { kind: 'not', condition: readNot(reader) };
  if (reader.take('(')) {
    const condition = readOr(reader);
    reader.expect(')');
    return condition;
  }
  return readPredicate(reader);
}

function readPredicate(reader: Reader): Condition {
  const isCall = reader.peek(1) === '(';
  if (isCall && reader.peek() !== 'size') return readFunction(reader);
  const operand = readOperand(reader);
  if (reader.take('BETWEEN')) {
    const low = readOperand(reader);
    reader.expect('AND');
    return { kind: 'between', operand, low, high: readOperand(reader) };
  }
  if (reader.take('IN')) {
    reader.expect('(');
    const choices = [readOperand(reader)];
    while (reader.take(',')) choices.push(readOperand(reader));
    reader.expect(')');
    return { kind: 'in', operand, choices };
  }
  const comparator = reader.peek();
  if (!isComparator(comparator)) throw reader.syntaxError();
  reader.next();
  const right = readOperand(reader);
  if (comparator !== '=' && comparator !== '<>') {
    for (const side of [operand, right]) refuseUnordered(reader, comparator, side);
  }
  return { kind: 'compare', comparator, left: operand, right };
}

function isComparator(token: string): token is Comparator {
  return (comparators as readonly string[]).includes(token);
}

function readFunction(reader: Reader): Condition {
  const name = reader.next();
  reader.expect('(');
  const condition = readArguments(reader, name);
  reader.expect(')');
  return condition;
}

function readArguments(reader: Reader, name: string): Condition {
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      return { kind: name, path: reader.readPath() };
    case 'attribute_type': {
      const path = reader.readPath();
      reader.expect(',');
      const type = reader.readValue().S;
      if (type === undefined) throw wrongType(reader, name, 'not S');
      return { kind: name, path, type };
    }
    case 'begins_with':
    case 'contains': {
      const operand = readOperand(reader);
      reader.expect(',');
      const argument = readOperand(reader);
      const type = argument.kind === 'value' ? typed(argument.value).type : 'S';
      if (name === 'begins_with' && type !== 'S' && type !== 'B') throw wrongType(reader, name, type);
      return { kind: name, operand, argument };
    }
    default:
      throw reader.fail(`Invalid function name; function: ${name}`);
  }
}

function readOperand(reader: Reader): Operand {
  if (reader.peek().startsWith(':')) return { kind: 'value', value: reader.readValue() };
  if (reader.peek() === 'size' && reader.peek(1) === '(') {
    reader.next();
    reader.next();
    const path = reader.readPath();
    reader.expect(')');
    return { kind: 'size', path };
  }
  return { kind: 'path', path: reader.readPath() };
}

function refuseUnordered(reader: Reader, comparator: string, operand: Operand): void {
  if (operand.kind !== 'value') return;
  const { type } = typed(operand.value);
  if (type !== 'S' && type !== 'N' && type !== 'B') throw wrongType(reader, comparator, type);
}

function wrongType(reader: Reader, operator: string, type: string): AwsError {
  return reader.fail(`Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`);
}

function readUpdateAction(reader: Reader, section: UpdateAction['kind']): UpdateAction {
  const path = reader.readPath();
  switch (section) {
    case 'SET':
      reader.expect('=');
      return { kind: section, path, operand: readUpdateValue(reader) };
    case 'REMOVE':
      return { kind: section, path };
    case 'ADD':
    case 'DELETE': {
      const value = reader.readValue();
      const { type } = typed(value);
      const isFitting = type === 'SS' || type === 'NS' || (section === 'ADD' && type === 'N');
      if (!isFitting) throw wrongType(reader, section, type);
      return { kind: section, path, value };
    }
  }
}

function readUpdateValue(reader: Reader): UpdateOperand {
  const left = readUpdateOperand(reader);
  const operator = reader.peek();
  if (operator !== '+' && operator !== '-') return left;
  reader.next();
  const right = readUpdateOperand(reader);
  for (const side of [left, right]) {
    if (side.kind === 'value' && side.value.N === undefined) throw wrongType(reader, operator, typed(side.value).type);
  }
  return { kind: operator, left, right };
}

function readUpdateOperand(reader: Reader): UpdateOperand {
  if (reader.take('(')) {
    const operand = readUpdateValue(reader);
    reader.expect(')');
    return operand;
  }
  if (reader.peek().startsWith(':')) return { kind: 'value', value: reader.readValue() };
  if (reader.peek(1) !== '(') return { kind: 'path', path: reader.readPath() };
  const name = reader.next();
  reader.expect('(');
  const operand = readUpdateFunction(reader, name);
  reader.expect(')');
  return operand;
}

function readUpdateFunction(reader: Reader, name: string): UpdateOperand {
  switch (name) {
    case 'if_not_exists': {
      const path = reader.readPath();
      reader.expect(',');
      return { kind: name, path, fallback: readUpdateOperand(reader) };
    }
    case 'list_append': {
      const left = readUpdateOperand(reader);
      reader.expect(',');
      return { kind: name, left, right: readUpdateOperand(reader) };
    }
    default:
      throw reader.fail(`Invalid function name; function: ${name}`);
  }
}

function refuseOverlaps(reader: Reader, paths: readonly Path[]): void {
  for (const [index, path] of paths.entries()) {
    for (const other of paths.slice(index + 1)) {
      const length = Math.min(path.length, other.length);
      if (path.slice(0, length).some((part, position) => part !== other[position])) continue;
      throw reader.fail(
        `Two document paths overlap with each other; must remove or rewrite one of these paths; ` +
          `path one: [${path.join(', ')}], path two: [${other.join(', ')}]`,
      );
    }
  }
}
