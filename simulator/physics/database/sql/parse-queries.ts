import type { Condition, Expression, Operator, QualifiedName, Select, SelectItem, Statement } from './syntax.ts';
import type { Cursor } from './tokens.ts';

export function readQualifiedName(cursor: Cursor): QualifiedName {
  const first = cursor.name();
  return cursor.accepts('.') ? { namespace: first, name: cursor.name() } : { namespace: undefined, name: first };
}

/** Calls of the current time; a precision is accepted, time is kept to the millisecond. */
const nowNames = ['NOW', 'CURRENT_TIMESTAMP', 'CLOCK_TIMESTAMP', 'STATEMENT_TIMESTAMP', 'UTC_TIMESTAMP'];

export function readExpression(cursor: Cursor): Expression {
  const expression = readSimpleExpression(cursor);
  // A cast of PostgreSQL: the column decides on the type here.
  while (cursor.accepts(':', ':')) {
    cursor.name();
    if (cursor.accepts('[')) cursor.expects(']');
  }
  return expression;
}

function readSimpleExpression(cursor: Cursor): Expression {
  for (const name of nowNames) {
    if (!cursor.accepts(name)) continue;
    if (cursor.accepts('(') && !cursor.accepts(')')) {
      cursor.next();
      cursor.expects(')');
    }
    return { kind: 'now' };
  }
  for (const [word, value] of [['TRUE', true], ['FALSE', false], ['NULL', null]] as const) {
    if (cursor.accepts(word)) return { kind: 'value', value };
  }
  const token = cursor.next();
  if (token.kind === 'parameter') return { kind: 'parameter', index: token.index };
  if (token.kind === 'number') return { kind: 'value', value: token.value };
  if (token.kind === 'string') return { kind: 'value', value: token.text };
  throw cursor.unsupported('an expression');
}

/** What follows `INSERT`. */
export function readInsert(cursor: Cursor): Statement {
  const ignores = cursor.engine === 'mysql' && cursor.accepts('IGNORE');
  cursor.expects('INTO');
  const table = readQualifiedName(cursor);
  const columns = cursor.group(() => cursor.name());
  cursor.expects('VALUES');
  const rows = cursor.list(() => cursor.group(() => readExpression(cursor)));
  const doesNothing = cursor.engine === 'postgres' && cursor.accepts('ON', 'CONFLICT');
  if (doesNothing) {
    if (cursor.sees('(')) cursor.group(() => cursor.name());
    cursor.expects('DO', 'NOTHING');
  }
  return { kind: 'insert', table, columns, rows, ignoresDuplicates: ignores || doesNothing };
}

/** What follows `DELETE`. */
export function readDelete(cursor: Cursor): Statement {
  cursor.expects('FROM');
  return { kind: 'delete', table: readQualifiedName(cursor), where: readWhere(cursor) };
}

/** What follows `SELECT`. */
export function readSelect(cursor: Cursor): Select {
  const items = cursor.list(() => readItem(cursor));
  const from = cursor.accepts('FROM') ? readQualifiedName(cursor) : undefined;
  const where = readWhere(cursor);
  const orderBy = cursor.accepts('ORDER', 'BY') ? cursor.list(() => readOrder(cursor)) : [];
  const limit = cursor.accepts('LIMIT') ? cursor.next() : undefined;
  if (limit !== undefined && limit.kind !== 'number') throw cursor.unsupported('the limit');
  return { kind: 'select', items, from, where, orderBy, limit: limit?.value };
}

function readOrder(cursor: Cursor): { readonly column: string; readonly isDescending: boolean } {
  const column = cursor.name();
  const isDescending = cursor.accepts('DESC');
  if (!isDescending) cursor.accepts('ASC');
  return { column, isDescending };
}

function readItem(cursor: Cursor): SelectItem {
  if (cursor.accepts('*')) return { kind: 'all' };
  if (cursor.accepts('COUNT', '(', '*', ')')) {
    const name = cursor.engine === 'postgres' ? 'count' : 'COUNT(*)';
    return { kind: 'count', as: readAlias(cursor, name) };
  }
  if (cursor.accepts('MAX', '(')) {
    const column = cursor.name();
    cursor.expects(')');
    return { kind: 'maximum', column, as: readAlias(cursor, cursor.engine === 'postgres' ? 'max' : `MAX(${column})`) };
  }
  if (cursor.engine === 'postgres' && cursor.accepts('CURRENT_SETTING', '(')) {
    const name = readExpression(cursor);
    cursor.expects(')');
    return { kind: 'setting', name, as: readAlias(cursor, 'current_setting') };
  }
  if (cursor.accepts('@@')) {
    const isGlobal = cursor.accepts('GLOBAL', '.');
    const name = cursor.name();
    return { kind: 'setting', name: { kind: 'value', value: name }, as: readAlias(cursor, `@@${isGlobal ? 'GLOBAL.' : ''}${name}`) };
  }
  const token = cursor.peek();
  if (token?.kind === 'word' && !nowNames.includes(token.text.toUpperCase())) {
    const column = cursor.name();
    return { kind: 'column', column, as: readAlias(cursor, column) };
  }
  const expression = readExpression(cursor);
  const name = expression.kind === 'value' && cursor.engine === 'mysql' ? String(expression.value) : '?column?';
  return { kind: 'expression', expression, as: readAlias(cursor, name) };
}

function readAlias(cursor: Cursor, otherwise: string): string {
  if (cursor.accepts('AS')) return cursor.name();
  const token = cursor.peek();
  const isName = token?.kind === 'word' && (token.isQuoted || !['FROM', 'WHERE', 'ORDER', 'LIMIT'].includes(token.text.toUpperCase()));
  return isName ? cursor.name() : otherwise;
}

const operators: Readonly<Record<string, Operator>> = { '=': '=', '<>': '<>', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

function readWhere(cursor: Cursor): Condition[] {
  const conditions: Condition[] = [];
  if (!cursor.accepts('WHERE')) return conditions;
  do conditions.push(readCondition(cursor));
  while (cursor.accepts('AND'));
  return conditions;
}

function readCondition(cursor: Cursor): Condition {
  const column = cursor.name();
  if (cursor.accepts('IN')) return { kind: 'in', column, among: cursor.group(() => readExpression(cursor)) };
  const token = cursor.next();
  const operator = token.kind === 'mark' ? operators[token.text] : undefined;
  if (operator === undefined) throw cursor.unsupported('the condition');
  return { kind: 'compare', column, operator, to: readExpression(cursor) };
}
