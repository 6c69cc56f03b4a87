import { readExpression, readQualifiedName } from './parse-queries.ts';
import type { ColumnDefinition, ColumnType, Grantable, Statement } from './syntax.ts';
import type { Cursor } from './tokens.ts';

/** What follows `CREATE`. */
export function readCreate(cursor: Cursor): Statement {
  if (cursor.accepts('ROLE')) return readPostgresRole(cursor, false);
  if (cursor.accepts('USER')) return cursor.engine === 'postgres' ? readPostgresRole(cursor, true) : readMysqlUser(cursor);
  if (cursor.accepts('SCHEMA')) return { kind: 'create-namespace', what: cursor.engine === 'postgres' ? 'schema' : 'database', ...readOptionalName(cursor) };
  if (cursor.accepts('DATABASE')) return { kind: 'create-namespace', what: 'database', ...readOptionalName(cursor) };
  if (cursor.accepts('TABLE')) return readTable(cursor);
  throw cursor.unsupported('what is created');
}

function readOptionalName(cursor: Cursor): { readonly isOptional: boolean; readonly name: string } {
  return { isOptional: cursor.accepts('IF', 'NOT', 'EXISTS'), name: cursor.name() };
}

/** PostgreSQL: `CREATE USER` is `CREATE ROLE … LOGIN`. */
function readPostgresRole(cursor: Cursor, isUser: boolean): Statement {
  const name = cursor.name();
  cursor.accepts('WITH');
  let canLogin = isUser;
  while (cursor.peek()?.kind === 'word') {
    if (cursor.accepts('LOGIN')) canLogin = true;
    else if (cursor.accepts('NOLOGIN')) canLogin = false;
    else if (!['NOSUPERUSER', 'NOCREATEDB', 'NOCREATEROLE', 'INHERIT', 'NOREPLICATION'].some((word) => cursor.accepts(word))) break;
  }
  return { kind: 'create-user', name, canLogin, isByToken: false, isOptional: false };
}

function readMysqlUser(cursor: Cursor): Statement {
  const isOptional = cursor.accepts('IF', 'NOT', 'EXISTS');
  const name = readMysqlAccount(cursor);
  cursor.expects('IDENTIFIED', 'WITH');
  const plugin = cursor.peek()?.kind === 'string' ? cursor.text() : cursor.name();
  if (plugin.toLowerCase() !== 'awsauthenticationplugin') throw cursor.unsupported(`the plugin ${plugin}`);
  cursor.expects('AS');
  if (cursor.text() !== 'RDS') throw cursor.unsupported('the text of the plugin');
  cursor.accepts('REQUIRE', 'SSL');
  return { kind: 'create-user', name, canLogin: true, isByToken: true, isOptional };
}

/** `'name'@'%'`: accounts of one host only are not modelled. */
export function readMysqlAccount(cursor: Cursor): string {
  const readPart = (): string => (cursor.peek()?.kind === 'string' ? cursor.text() : cursor.name());
  const name = readPart();
  if (cursor.accepts('@') && readPart() !== '%') throw cursor.unsupported('an account of one host');
  return name;
}

function readTable(cursor: Cursor): Statement {
  const isOptional = cursor.accepts('IF', 'NOT', 'EXISTS');
  const table = readQualifiedName(cursor);
  const columns: ColumnDefinition[] = [];
  const primaryKey: string[] = [];
  cursor.group(() => {
    if (cursor.accepts('PRIMARY', 'KEY')) primaryKey.push(...cursor.group(() => cursor.name()));
    else columns.push(readColumn(cursor, primaryKey));
  });
  if (cursor.accepts('ENGINE', '=') && cursor.name().toLowerCase() !== 'innodb') throw cursor.unsupported('the storage engine');
  if (primaryKey.length === 0) throw cursor.unsupported('a table without a primary key');
  // Columns of a primary key are never null.
  const whole = columns.map((column) => (primaryKey.includes(column.name) ? { ...column, isNullable: false } : column));
  return { kind: 'create-table', table, columns: whole, primaryKey, isOptional };
}

const typeNames: Readonly<Record<string, ColumnType>> = {
  bigint: 'bigint',
  int8: 'bigint',
  boolean: 'boolean',
  char: 'text',
  datetime: 'timestamp',
  int: 'integer',
  integer: 'integer',
  int4: 'integer',
  text: 'text',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  uuid: 'text',
  varchar: 'text',
};

function readColumn(cursor: Cursor, primaryKey: string[]): ColumnDefinition {
  const name = cursor.name();
  const typeName = cursor.name().toLowerCase();
  const type = typeNames[typeName];
  if (type === undefined) throw cursor.unsupported(`the type ${typeName}`);
  if (cursor.sees('(')) cursor.group(() => cursor.next());
  cursor.accepts('UNSIGNED');
  if (type === 'timestamp') cursor.accepts('WITH', 'TIME', 'ZONE');
  let isNullable = true;
  let byDefault: ColumnDefinition['default'];
  for (;;) {
    if (cursor.accepts('NOT', 'NULL')) isNullable = false;
    else if (cursor.accepts('PRIMARY', 'KEY')) primaryKey.push(name);
    else if (cursor.accepts('DEFAULT')) byDefault = readExpression(cursor);
    else if (!cursor.accepts('NULL')) return { name, type, isNullable, default: byDefault };
  }
}

const privilegeNames = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE', 'CREATE', 'CONNECT', 'TEMPORARY'];

/** What follows `GRANT` or `REVOKE`. */
export function readGrant(cursor: Cursor, kind: 'grant' | 'revoke'): Statement {
  const words = readPrivileges(cursor);
  const isRole = !cursor.sees('ON');
  const on: Grantable = isRole ? { kind: 'role', name: String(words[0]) } : readGrantable(cursor);
  cursor.expects(kind === 'grant' ? 'TO' : 'FROM');
  const grantees = cursor.list(() => (cursor.engine === 'mysql' ? readMysqlAccount(cursor) : cursor.name()));
  const privileges = words.map((word) => word.toUpperCase());
  const unknown = privileges.find((privilege) => privilege !== 'ALL' && !privilegeNames.includes(privilege));
  if (isRole ? words.length !== 1 || cursor.engine === 'mysql' : unknown !== undefined) throw cursor.unsupported('the privilege');
  return { kind, privileges: isRole ? [] : privileges, on, grantees };
}

function readPrivileges(cursor: Cursor): string[] {
  return cursor.list(() => {
    const word = cursor.name();
    if (word.toUpperCase() === 'ALL') cursor.accepts('PRIVILEGES');
    return word;
  });
}

function readGrantable(cursor: Cursor): Grantable {
  cursor.expects('ON');
  if (cursor.engine === 'postgres' && cursor.accepts('SCHEMA')) return { kind: 'schema', name: cursor.name() };
  if (cursor.engine === 'postgres' && cursor.accepts('DATABASE')) return { kind: 'database', name: cursor.name() };
  cursor.accepts('TABLE');
  if (cursor.engine === 'mysql' && cursor.peek(1)?.kind === 'mark' && isStar(cursor)) {
    const database = cursor.name();
    cursor.expects('.', '*');
    return { kind: 'tables-of', database };
  }
  return { kind: 'table', table: readQualifiedName(cursor) };
}

function isStar(cursor: Cursor): boolean {
  const [dot, star] = [cursor.peek(1), cursor.peek(2)];
  return dot?.kind === 'mark' && dot.text === '.' && star?.kind === 'mark' && star.text === '*';
}
