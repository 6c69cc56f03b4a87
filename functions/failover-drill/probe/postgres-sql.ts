/** Everything that is ever said to a PostgreSQL server, by the probe and by whoever prepares its table. */

/** The name of the probe's user, and of the schema that its one table is in. */
export const probeUser = 'webmarket_probe';

/** What the probe says. It may do no more than these. */
export const postgresProbeStatements = {
  insert: 'INSERT INTO webmarket_probe.probe_commits (run, writer, id) VALUES ($1, $2, $3)',
  readWrites: 'SELECT writer, id FROM webmarket_probe.probe_commits WHERE run = $1',
  deleteBefore: 'DELETE FROM webmarket_probe.probe_commits WHERE written_at < $1',
  settings: {
    synchronous_commit: `SELECT current_setting('synchronous_commit') AS setting`,
    fsync: `SELECT current_setting('fsync') AS setting`,
    full_page_writes: `SELECT current_setting('full_page_writes') AS setting`,
  },
  /** `p` is permanent, `u` is UNLOGGED: emptied by every crash. */
  tableKind: {
    name: 'persistence of the table',
    sql: `SELECT relpersistence AS setting FROM pg_class WHERE relname = 'probe_commits'`,
    safe: 'p',
  },
} as const;

/** What the administrator says, once. Each may be repeated, but for `createUser`, which `findUser` decides. */
export const postgresPreparation = {
  findUser: `SELECT rolname FROM pg_roles WHERE rolname = 'webmarket_probe'`,
  createUser: 'CREATE ROLE webmarket_probe LOGIN',
  /** From then on RDS takes a token for a password, and nothing else. */
  signInByToken: 'GRANT rds_iam TO webmarket_probe',
  createSchema: 'CREATE SCHEMA IF NOT EXISTS webmarket_probe',
  createTable: `CREATE TABLE IF NOT EXISTS webmarket_probe.probe_commits (
    run varchar(200) NOT NULL,
    writer varchar(20) NOT NULL,
    id bigint NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run, writer, id)
  )`,
  allowSchema: 'GRANT USAGE ON SCHEMA webmarket_probe TO webmarket_probe',
  allowTable: 'GRANT SELECT, INSERT, DELETE ON webmarket_probe.probe_commits TO webmarket_probe',
} as const;
