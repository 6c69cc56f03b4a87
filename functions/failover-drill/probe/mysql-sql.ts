/** Everything that is ever said to a MySQL server, by the probe and by whoever prepares its table. */

/** The database that the probe's one table is in: none of the shop's. */
export const probeDatabase = 'webmarket_probe';

/** What the probe says. It may do no more than these. */
export const mysqlProbeStatements = {
  insert: 'INSERT INTO webmarket_probe.probe_commits (run, writer, id) VALUES (?, ?, ?)',
  readWrites: 'SELECT writer, id FROM webmarket_probe.probe_commits WHERE run = ?',
  deleteBefore: 'DELETE FROM webmarket_probe.probe_commits WHERE written_at < ?',
  settings: {
    innodb_flush_log_at_trx_commit: 'SELECT @@GLOBAL.innodb_flush_log_at_trx_commit AS setting',
    sync_binlog: 'SELECT @@GLOBAL.sync_binlog AS setting',
  },
} as const;

/** What the administrator says, once. Each may be repeated, but for `createUser`, which `findUser` decides. */
export const mysqlPreparation = {
  createDatabase: 'CREATE DATABASE IF NOT EXISTS webmarket_probe',
  createTable: `CREATE TABLE IF NOT EXISTS webmarket_probe.probe_commits (
    run varchar(200) NOT NULL,
    writer varchar(20) NOT NULL,
    id bigint NOT NULL,
    written_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (run, writer, id)
  ) ENGINE = InnoDB`,
  findUser: `SELECT plugin FROM mysql.user WHERE User = 'webmarket_probe'`,
  /** RDS takes a token for a password, and only over TLS: it crosses the network as it is. */
  createUser: `CREATE USER 'webmarket_probe'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL`,
  allowTable: `GRANT SELECT, INSERT, DELETE ON webmarket_probe.probe_commits TO 'webmarket_probe'@'%'`,
} as const;
