import { readCreate, readGrant } from './parse-definitions.ts';
import { readDelete, readInsert, readSelect } from './parse-queries.ts';
import type { Engine, Statement } from './syntax.ts';
import { Cursor } from './tokens.ts';

const parsed = new Map<string, Statement>();
const maximumParsed = 500;

/** Reads one statement of the few kinds that are modelled; throws `NotModelledError` for any other. */
export function parseStatement(sql: string, engine: Engine): Statement {
  const key = `${engine} ${sql}`;
  let statement = parsed.get(key);
  if (statement === undefined) {
    const cursor = new Cursor(sql, engine);
    statement = readStatement(cursor);
    cursor.atEnd();
    if (parsed.size < maximumParsed) parsed.set(key, statement);
  }
  return statement;
}

function readStatement(cursor: Cursor): Statement {
  if (cursor.accepts('SELECT')) return readSelect(cursor);
  if (cursor.accepts('INSERT')) return readInsert(cursor);
  if (cursor.accepts('DELETE')) return readDelete(cursor);
  if (cursor.accepts('CREATE')) return readCreate(cursor);
  if (cursor.accepts('GRANT')) return readGrant(cursor, 'grant');
  if (cursor.accepts('REVOKE')) return readGrant(cursor, 'revoke');
  if (cursor.engine === 'postgres' && cursor.accepts('SHOW')) return { kind: 'show', name: readSettingName(cursor) };
  throw cursor.unsupported('the kind of statement');
}

/** Names of extensions have a dot: `rds.force_ssl`. */
function readSettingName(cursor: Cursor): string {
  const first = cursor.name();
  return cursor.accepts('.') ? `${first}.${cursor.name()}` : first;
}

/** How many parameters a statement takes. */
export function countParameters(sql: string, engine: Engine): number {
  const cursor = new Cursor(sql, engine);
  let count = 0;
  for (let token = cursor.peek(); token !== undefined; token = cursor.peek()) {
    if (token.kind === 'parameter') count = Math.max(count, token.index + 1);
    cursor.next();
  }
  return count;
}
