import { closeHost } from '../kernel/fixtures/host.ts';
import { type DatabaseHost, type Engine, engines, openDatabaseHost, probe, query } from './database-host.ts';
import type { StepResult } from './handlers/client.ts';

afterEach(closeHost);

/** Placeholders of the engine: `$1, $2` or `?, ?`. */
const marks = (engine: Engine, count: number) => Array.from({ length: count }, (_none, index) => (engine === 'postgres' ? `$${index + 1}` : '?'));
const schema = (engine: Engine) => (engine === 'postgres' ? 'CREATE SCHEMA IF NOT EXISTS drills' : 'CREATE DATABASE IF NOT EXISTS drills');
const table = (engine: Engine) => `CREATE TABLE IF NOT EXISTS drills.writes (
  run_id ${engine === 'postgres' ? 'text' : 'varchar(100)'} NOT NULL, writer ${engine === 'postgres' ? 'text' : 'VARCHAR(16)'} NOT NULL, id bigint NOT NULL,
  written_at ${engine === 'postgres' ? 'timestamptz' : 'DATETIME(3)'} NOT NULL DEFAULT ${engine === 'postgres' ? 'now()' : 'CURRENT_TIMESTAMP(3)'}, note ${engine === 'postgres' ? 'text' : 'TEXT'},
  PRIMARY KEY (run_id, writer, id))`;
const createUser = (engine: Engine) =>
  engine === 'postgres' ? [`CREATE ROLE ${probe} LOGIN`, `GRANT rds_iam TO ${probe}`] : [`CREATE USER IF NOT EXISTS '${probe}'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'`];
const grantee = (engine: Engine) => (engine === 'postgres' ? `"${probe}"` : `'${probe}'@'%'`);
const insert = (engine: Engine, id: unknown, writer = 'fresh') => query(`INSERT INTO drills.writes (run_id, writer, id) VALUES (${marks(engine, 3).join(', ')})`, ['run', writer, id]);
const asProbe = { user: probe, password: { isToken: true } } as const;

/** The administrator's statements, all of which must succeed. */
async function prepare(host: DatabaseHost, statements: readonly string[]): Promise<readonly StepResult[]> {
  const { results } = await host.ask(statements.map((sql) => query(sql)));
  for (const { error } of results) if (error !== undefined) throw new Error(error.message);
  return results;
}

const rowsOf = (results: readonly StepResult[]) => results.map(({ rows, error }) => error?.code ?? rows);

describe.each(engines)('%s: rows', (engine) => {
  const open = async (): Promise<DatabaseHost> => {
    const host = openDatabaseHost(engine);
    await prepare(host, [schema(engine), table(engine)]);
    return host;
  };
  const [first] = marks(engine, 1);

  test('are inserted once, read in order, and deleted', async () => {
    const host = await open();
    const read = query(`SELECT writer, id FROM drills.writes WHERE run_id = ${first} ORDER BY writer, id DESC`, ['run']);
    const { results } = await host.ask([
      insert(engine, 2), insert(engine, 10), insert(engine, 1, 'pooled'), read, insert(engine, 2),
      query(`DELETE FROM drills.writes WHERE run_id = ${first} AND id >= 2`, ['run']), read,
    ]);
    // The driver of PostgreSQL gives a bigint as text, that of MySQL as a number.
    const id = (value: number) => (engine === 'postgres' ? String(value) : value);
    expect(results[3]?.rows).toEqual([{ writer: 'fresh', id: id(10) }, { writer: 'fresh', id: id(2) }, { writer: 'pooled', id: id(1) }]);
    const duplicate = engine === 'postgres' ? { code: '23505', message: 'duplicate key value violates unique constraint "writes_pkey"' } : { code: 'ER_DUP_ENTRY', message: "Duplicate entry 'run-fresh-2' for key 'writes.PRIMARY'" };
    expect(results[4]?.error).toMatchObject(duplicate);
    expect(results[6]?.rows).toEqual([{ writer: 'pooled', id: id(1) }]);
  });

  test('have the time of their commit where a column says so, and are found by it', async () => {
    const host = await open();
    const before = new Date(host.clock.now());
    await host.ask([insert(engine, 1)]);
    const after = new Date(host.clock.now());
    const found = (operator: string, at: Date) => query(`SELECT id, written_at, note FROM drills.writes WHERE written_at ${operator} ${first}`, [at]);
    const { results } = await host.ask([found('<', before), found('>=', before), found('<', after)]);
    expect(results.map(({ rows }) => (rows as unknown[]).length)).toEqual([0, 1, 1]);
    const [row] = (results[1]?.rows ?? []) as { readonly written_at: string; readonly note: null }[];
    expect(row?.note).toBeNull();
    expect(Date.parse(row?.written_at ?? '')).toBeGreaterThan(before.getTime());
    expect(Date.parse(row?.written_at ?? '')).toBeLessThan(after.getTime());
  });

  test('that lack what a column demands, or hold what it cannot, are refused', async () => {
    const host = await open();
    const missing = query(`INSERT INTO drills.writes (run_id, id) VALUES (${marks(engine, 2).join(', ')})`, ['run', 1]);
    expect(rowsOf((await host.ask([missing, insert(engine, 'x')])).results)).toEqual(engine === 'postgres' ? ['23502', '22P02'] : ['ER_BAD_NULL_ERROR', 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD']);
  });

  test('are counted, and their highest is found; several are inserted at once, and others ignored', async () => {
    const host = await open();
    const again = engine === 'postgres' ? ['INSERT INTO', 'ON CONFLICT DO NOTHING'] : ['INSERT IGNORE INTO', ''];
    const { results } = await host.ask([
      query(`INSERT INTO drills.writes (run_id, writer, id) VALUES ('run', 'a', 1), ('run', 'a', 2)`),
      query(`${again[0]} drills.writes (run_id, writer, id) VALUES ('run', 'a', 2), ('run', 'a', 3) ${again[1]}`),
      query('SELECT count(*) AS number, max(id) AS highest FROM drills.writes'),
      query("SELECT id FROM drills.writes WHERE id IN (1, 3) ORDER BY id LIMIT 1"),
    ]);
    expect(results[2]?.rows).toEqual([engine === 'postgres' ? { number: '3', highest: '3' } : { number: 3, highest: 3 }]);
    expect(results[3]?.rows).toHaveLength(1);
  });

  test('of a table, schema or column that is not there are an error', async () => {
    const host = await open();
    const { results } = await host.ask([query('SELECT id FROM drills.other'), query('SELECT other FROM drills.writes'), query('CREATE TABLE nowhere.t (id bigint PRIMARY KEY)')]);
    expect(rowsOf(results)).toEqual(engine === 'postgres' ? ['42P01', '42703', '3F000'] : ['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR', 'ER_BAD_DB_ERROR']);
  });
});

describe.each(engines)('%s: users and privileges', (engine) => {
  const select = query('SELECT id FROM drills.writes');
  const remove = query('DELETE FROM drills.writes WHERE id = 1');
  const denied = engine === 'postgres' ? '42501' : 'ER_TABLEACCESS_DENIED_ERROR';

  const open = async (grants: readonly string[]): Promise<DatabaseHost> => {
    const host = openDatabaseHost(engine);
    await prepare(host, [schema(engine), table(engine), ...createUser(engine), ...grants]);
    return host;
  };
  const usage = engine === 'postgres' ? [`GRANT USAGE ON SCHEMA drills TO ${grantee(engine)}`] : [];
  const database = engine === 'postgres' ? {} : { database: 'drills' };

  test('a user does what it was granted, and nothing else', async () => {
    const host = await open([...usage, `GRANT SELECT, INSERT ON drills.writes TO ${grantee(engine)}`]);
    const { results } = await host.ask([insert(engine, 1), select, remove], { ...asProbe, ...database });
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, undefined, denied]);
    expect(results[2]?.error?.message).toMatch(engine === 'postgres' ? /^permission denied for table writes$/u : /^DELETE command denied to user 'webmarket_probe'@'10\.0\.0\.\d+' for table 'writes'$/u);
  });

  test('to delete by a condition takes reading as well', async () => {
    const host = await open([...usage, `GRANT INSERT, DELETE ON drills.writes TO ${grantee(engine)}`]);
    expect(rowsOf((await host.ask([remove], { ...asProbe, ...database })).results)).toEqual([denied]);
    await prepare(host, [`GRANT SELECT ON drills.writes TO ${grantee(engine)}`]);
    expect((await host.ask([remove], { ...asProbe, ...database })).results[0]?.error).toBeUndefined();
  });

  test('what is revoked is gone', async () => {
    const host = await open([...usage, `GRANT ALL PRIVILEGES ON drills.writes TO ${grantee(engine)}`]);
    expect((await host.ask([select], { ...asProbe, ...database })).results[0]?.error).toBeUndefined();
    await prepare(host, [`REVOKE ALL ON drills.writes FROM ${grantee(engine)}`]);
    const after = await host.ask([select], { ...asProbe, ...(engine === 'postgres' ? {} : { database: '' }) });
    expect(rowsOf(after.results)).toEqual([denied]);
  });

  test('nobody but the administrator creates users, schemas and tables, or grants', async () => {
    const host = await open([...usage, `GRANT SELECT ON drills.writes TO ${grantee(engine)}`]);
    const statements = [...createUser(engine).slice(0, 1).map((sql) => sql.replace(probe, 'other')), schema(engine).replace('drills', 'more'), 'CREATE TABLE drills.more (id bigint PRIMARY KEY)', `GRANT INSERT ON drills.writes TO ${grantee(engine)}`];
    const { results } = await host.ask(statements.map((sql) => query(sql)), { ...asProbe, ...database });
    expect(results.map(({ error }) => error?.code)).toEqual(
      engine === 'postgres' ? ['42501', '42501', '42501', '42501'] : ['ER_SPECIFIC_ACCESS_DENIED_ERROR', 'ER_SPECIFIC_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR', 'ER_SPECIFIC_ACCESS_DENIED_ERROR'],
    );
  });

  test('a statement that makes what is there already is an error, or does nothing if it says so', async () => {
    const host = await open([]);
    const twice = engine === 'postgres' ? [`CREATE ROLE ${probe} LOGIN`, 'CREATE SCHEMA drills', table(engine).replace('IF NOT EXISTS ', '')] : [`CREATE USER '${probe}' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'`, 'CREATE DATABASE drills', table(engine).replace('IF NOT EXISTS ', '')];
    expect(rowsOf((await host.ask(twice.map((sql) => query(sql)))).results)).toEqual(engine === 'postgres' ? ['42710', '42P06', '42P07'] : ['ER_CANNOT_USER', 'ER_DB_CREATE_EXISTS', 'ER_TABLE_EXISTS_ERROR']);
    await prepare(host, [schema(engine), table(engine)]);
  });

  test('who is there can be asked', async () => {
    const host = await open([]);
    const ask = engine === 'postgres' ? (name: string) => query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]) : (name: string) => query('SELECT User FROM mysql.user WHERE User = ?', [name]);
    const { results } = await host.ask([ask(probe), ask('nobody')]);
    expect(results.map(({ rows }) => (rows as unknown[]).length)).toEqual([1, 0]);
  });
});

test('in PostgreSQL a table is out of reach without its schema', async () => {
  const host = openDatabaseHost('postgres');
  await prepare(host, [schema('postgres'), table('postgres'), ...createUser('postgres'), `GRANT SELECT ON drills.writes TO ${probe}`]);
  expect((await host.ask([query('SELECT id FROM drills.writes')], asProbe)).results[0]?.error).toMatchObject({ code: '42501', message: 'permission denied for schema drills' });
});

test('in MySQL a user opens no database in which nothing is its own', async () => {
  const host = openDatabaseHost('mysql');
  await prepare(host, createUser('mysql'));
  expect(await host.ask([], asProbe)).toMatchObject({ connected: false, error: { code: 'ER_DBACCESS_DENIED_ERROR' } });
});

describe('parameters of the server', () => {
  test('are what the group of the instance says, or what RDS does', async () => {
    const postgres = openDatabaseHost('postgres', { parameters: { synchronous_commit: 'off' } });
    const shown = await prepare(postgres, ['SHOW synchronous_commit', "SELECT current_setting('synchronous_commit') AS value", 'SHOW fsync']);
    expect(rowsOf(shown)).toEqual([[{ synchronous_commit: 'off' }], [{ value: 'off' }], [{ fsync: 'on' }]]);
    closeHost();
    const mysql = openDatabaseHost('mysql', { parameters: { sync_binlog: '0', require_secure_transport: 'ON' } });
    const selected = await prepare(mysql, ['SELECT @@GLOBAL.innodb_flush_log_at_trx_commit AS flush, @@GLOBAL.sync_binlog AS binlog', 'SELECT @@GLOBAL.require_secure_transport']);
    expect(rowsOf(selected)).toEqual([[{ flush: 1, binlog: 0 }], [{ '@@GLOBAL.require_secure_transport': 1 }]]);
  });
});

test.each([
  ['postgres', 'UPDATE drills.writes SET id = 2'],
  ['postgres', 'SELECT version()'],
  ['postgres', 'SHOW shared_buffers'],
  ['postgres', 'CREATE UNLOGGED TABLE t (id bigint PRIMARY KEY)'],
  ['postgres', 'SELECT 1; SELECT 2'],
  ['mysql', 'BEGIN'],
  ['mysql', 'SELECT id FROM a JOIN b'],
] as const)('%s: a statement that is not modelled ends the run: %s', async (engine, sql) => {
  await expect(openDatabaseHost(engine).ask([query(sql)])).rejects.toMatchObject({ name: 'NotModelledError' });
});
