import { NotModelledError } from '../../../kernel/aws-error.ts';
import { type Catalogue, keyOfRow, type Row, type Session, type Table } from './catalogue.ts';
import { DatabaseRefusal } from './errors.ts';
import { needTable } from './privileges.ts';
import { mysqlVariable, type Parameters, settingOf } from './settings.ts';
import type { ColumnDefinition, ColumnType, Condition, Select, SelectItem, Statement, Value } from './syntax.ts';
import { systemTable } from './system-tables.ts';
import { asColumnValue, compares, type Evaluation, orderOf, valueOf } from './values.ts';

type Of<Kind extends Statement['kind']> = Extract<Statement, { readonly kind: Kind }>;

export interface ResultColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export interface Result {
  /** What PostgreSQL calls it: `SELECT 1`, `INSERT 0 1`, `CREATE ROLE`. */
  readonly tag: string;
  /** Undefined where the statement gives no rows, which is not the same as none. */
  readonly columns: readonly ResultColumn[] | undefined;
  readonly rows: readonly (readonly Value[])[];
  readonly affected: number;
}

/** What undoes a change of rows, as a crash does that lost it. */
export type Undo = () => void;

/** A table as a select reads it: the user's own, or one of the system. */
export interface Source {
  readonly columns: readonly Pick<ColumnDefinition, 'name' | 'type'>[];
  readonly rows: readonly Row[];
}

export function insert(catalogue: Catalogue, session: Session, statement: Of<'insert'>, evaluation: Evaluation): { result: Result; undo: Undo } {
  const table = catalogue.table(statement.table, session);
  needTable(catalogue, session, table, 'INSERT');
  const rows = statement.rows.map((expressions) => {
    if (expressions.length !== statement.columns.length) throw new NotModelledError('An INSERT with other values than columns is not modelled.');
    return rowOf(catalogue, table, statement.columns, expressions.map((expression) => valueOf(expression, evaluation)), evaluation);
  });
  const added = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOfRow(table, row);
    if (!table.rows.has(key) && !added.has(key)) added.set(key, row);
    else if (!statement.ignoresDuplicates) throw duplicate(catalogue, table, row);
  }
  for (const [key, row] of added) table.rows.set(key, row);
  const undo = (): void => {
    for (const key of added.keys()) table.rows.delete(key);
  };
  return { result: { tag: `INSERT 0 ${added.size}`, columns: undefined, rows: [], affected: added.size }, undo };
}

export function remove(catalogue: Catalogue, session: Session, statement: Of<'delete'>, evaluation: Evaluation): { result: Result; undo: Undo } {
  const table = catalogue.table(statement.table, session);
  needTable(catalogue, session, table, 'DELETE');
  // What a condition reads, its user must be allowed to read (both engines, reference of DELETE).
  if (statement.where.length > 0) needTable(catalogue, session, table, 'SELECT');
  const removed = [...table.rows].filter(([, row]) => isMet(catalogue, { columns: table.columns, rows: [] }, statement.where, row, evaluation));
  for (const [key] of removed) table.rows.delete(key);
  const undo = (): void => {
    for (const [key, row] of removed) table.rows.set(key, row);
  };
  return { result: { tag: `DELETE ${removed.length}`, columns: undefined, rows: [], affected: removed.length }, undo };
}

export function select(catalogue: Catalogue, session: Session, statement: Select, context: Evaluation & { readonly settings: Parameters }): Result {
  const source = statement.from === undefined ? { columns: [], rows: [{}] } : sourceOf(catalogue, session, statement.from);
  const found = source.rows.filter((row) => isMet(catalogue, source, statement.where, row, context));
  for (const { column, isDescending } of statement.orderBy.toReversed()) {
    columnOf(catalogue, source, column);
    found.sort((one, other) => (isDescending ? -1 : 1) * orderOf(one[column] ?? null, other[column] ?? null));
  }
  const rows = statement.limit === undefined ? found : found.slice(0, statement.limit);
  const items = statement.items.flatMap((item) => (item.kind === 'all' ? source.columns.map(({ name }) => ({ kind: 'column', column: name, as: name }) as const) : [item]));
  const columns = items.map((item) => ({ name: item.as, type: typeOf(catalogue, source, item, context) }));
  const isAggregate = items.some(({ kind }) => kind === 'count' || kind === 'maximum');
  const shown = (isAggregate ? [rows] : rows.map((row) => [row])).map((group) => items.map((item) => show(catalogue, item, group, context)));
  return { tag: `SELECT ${shown.length}`, columns, rows: shown, affected: shown.length };
}

export function showSetting(catalogue: Catalogue, settings: Parameters, name: string): Result {
  return { tag: 'SHOW', columns: [{ name, type: 'text' }], rows: [[settingOf(catalogue.engine, settings, name)]], affected: 1 };
}

function sourceOf(catalogue: Catalogue, session: Session, name: NonNullable<Select['from']>): Source {
  const ofSystem = systemTable(catalogue, session, name);
  if (ofSystem !== undefined) return ofSystem;
  const table = catalogue.table(name, session);
  needTable(catalogue, session, table, 'SELECT');
  return { columns: table.columns, rows: [...table.rows.values()] };
}

function show(catalogue: Catalogue, item: Exclude<SelectItem, { kind: 'all' }>, rows: readonly Row[], context: Evaluation & { readonly settings: Parameters }): Value {
  switch (item.kind) {
    case 'column':
      return rows[0]?.[item.column] ?? null;
    case 'count':
      return rows.length;
    case 'maximum':
      return rows.map((row) => row[item.column] ?? null).filter((value) => value !== null).toSorted(orderOf).at(-1) ?? null;
    case 'expression':
      return valueOf(item.expression, context);
    case 'setting': {
      const name = String(valueOf(item.name, context));
      return catalogue.engine === 'mysql' ? mysqlVariable(context.settings, name) : settingOf('postgres', context.settings, name);
    }
  }
}

function typeOf(catalogue: Catalogue, source: Source, item: Exclude<SelectItem, { kind: 'all' }>, context: Evaluation & { readonly settings: Parameters }): ColumnType {
  switch (item.kind) {
    case 'column':
    case 'maximum':
      return columnOf(catalogue, source, item.column).type;
    case 'count':
      return 'bigint';
    case 'setting':
    case 'expression': {
      const value = show(catalogue, item, [], context);
      if (value instanceof Date) return 'timestamp';
      if (typeof value === 'boolean') return 'boolean';
      return typeof value === 'number' ? 'integer' : 'text';
    }
  }
}

function isMet(catalogue: Catalogue, source: Source, where: readonly Condition[], row: Row, evaluation: Evaluation): boolean {
  return where.every((condition) => {
    const column = columnOf(catalogue, source, condition.column);
    const value = row[column.name] ?? null;
    const among = condition.kind === 'in' ? condition.among : [condition.to];
    const operator = condition.kind === 'in' ? '=' : condition.operator;
    return among.some((expression) => compares(value, operator, asColumnValue(valueOf(expression, evaluation), column)));
  });
}

function columnOf({ engine }: Catalogue, { columns }: Source, name: string): Pick<ColumnDefinition, 'name' | 'type'> {
  const found = columns.find((column) => column.name === name || (engine === 'mysql' && column.name.toLowerCase() === name.toLowerCase()));
  if (found === undefined) throw new DatabaseRefusal('no-such-column', engine === 'postgres' ? `column "${name}" does not exist` : `Unknown column '${name}' in 'field list'`);
  return found;
}

function rowOf(catalogue: Catalogue, table: Table, columns: readonly string[], values: readonly Value[], evaluation: Evaluation): Row {
  for (const name of columns) columnOf(catalogue, { columns: table.columns, rows: [] }, name);
  const entries = table.columns.map((column) => {
    const index = columns.indexOf(column.name);
    const byDefault = column.default === undefined ? null : valueOf(column.default, evaluation);
    const value = asColumnValue(index === -1 ? byDefault : (values[index] ?? null), column);
    if (value === null && !column.isNullable) {
      const message = catalogue.engine === 'postgres' ? `null value in column "${column.name}" of relation "${table.name.name}" violates not-null constraint` : `Column '${column.name}' cannot be null`;
      throw new DatabaseRefusal('missing-value', message);
    }
    return [column.name, value] as const;
  });
  return Object.fromEntries(entries);
}

function duplicate({ engine }: Catalogue, table: Table, row: Row): DatabaseRefusal {
  const text = table.primaryKey.map((column) => String(row[column])).join('-');
  return new DatabaseRefusal(
    'duplicate-key',
    engine === 'postgres' ? `duplicate key value violates unique constraint "${table.name.name}_pkey"` : `Duplicate entry '${text}' for key '${table.name.name}.PRIMARY'`,
  );
}
