import { createDriver, type DatabaseConnection, type DatabaseTarget, type Engine } from '../../../../../functions/failover-drill/probe/engine.ts';
import type { ProbeDriver } from '../../../../../functions/failover-drill/probe/driver.ts';
import { prepare } from '../../../../../functions/failover-drill/probe/database-preparation.ts';
import { mysqlEngine } from '../../../../../functions/failover-drill/probe/mysql-driver.ts';
import { mysqlPreparation, probeDatabase } from '../../../../../functions/failover-drill/probe/mysql-sql.ts';
import { postgres } from '../../../../../functions/failover-drill/probe/postgres-driver.ts';
import { probeUser } from '../../../../../functions/failover-drill/probe/postgres-sql.ts';
import { type Authority, makeAuthority, makeIdentity } from './certificate.ts';
import { MariadbServer, mariadbPath } from './mariadb-server.ts';
import { PostgresServer } from './postgres-server.ts';

/** A real server with the probe's user and table, as the drivers reach it. */
export interface TestDatabase {
  readonly engine: Engine;
  readonly port: number;
  readonly authority: Authority;
  /** How the probe connects, by way of `port`. */
  target(port: number, changes?: Partial<DatabaseTarget>): DatabaseTarget;
  driver(port: number, changes?: Partial<DatabaseTarget>): ProbeDriver;
  /** A connection as the probe's user, to say anything by. */
  connect(port: number, changes?: Partial<DatabaseTarget>): Promise<DatabaseConnection>;
  /** Runs a statement as administrator, past the probe. */
  execute(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export const administrator = { user: 'webmarket_admin', password: 'administrator' } as const;
const probePassword = 'a token';

type Server = Pick<TestDatabase, 'port' | 'stop'> & { execute(sql: string): Promise<Record<string, unknown>[]> };

function databaseOf(engine: Engine, server: Server, authority: Authority): TestDatabase {
  const target = (port: number, changes: Partial<DatabaseTarget> = {}): DatabaseTarget => ({
    host: 'localhost',
    port,
    database: engine === postgres ? 'postgres' : probeDatabase,
    user: probeUser,
    certificateAuthorities: [authority.certificate],
    connectMilliseconds: 500,
    queryMilliseconds: 500,
    ...changes,
  });
  return {
    engine,
    port: server.port,
    authority,
    target,
    driver: (port, changes) => createDriver(engine, target(port, changes), () => Promise.resolve(probePassword)),
    connect: (port, changes) => engine.connect(target(port, changes), changes?.user === administrator.user ? administrator.password : probePassword),
    execute: (sql) => server.execute(sql),
    stop: () => server.stop(),
  };
}

/** PostgreSQL with what RDS has in it: a role that takes tokens, and an administrator that is no superuser. */
export async function startPostgres(): Promise<TestDatabase> {
  const authority = makeAuthority('Test Root');
  const passwords = { [probeUser]: probePassword, [administrator.user]: administrator.password };
  const server = await PostgresServer.start({ identity: makeIdentity('localhost', authority), passwords });
  await server.execute(`
    CREATE ROLE rds_iam;
    CREATE ROLE webmarket_admin LOGIN CREATEROLE;
    GRANT rds_iam TO webmarket_admin WITH ADMIN OPTION;
    ALTER DATABASE postgres OWNER TO webmarket_admin;
    CREATE TABLE orders (id bigint PRIMARY KEY);
    INSERT INTO orders VALUES (1)`);
  const database = databaseOf(postgres, server, authority);
  const connection = await database.connect(server.port, administrator);
  await prepare('postgres', connection);
  await connection.close();
  return database;
}

/** MariaDB has no tokens: here the user has a password. Undefined where no server is installed. */
export async function startMariadb(): Promise<TestDatabase | undefined> {
  if (mariadbPath === undefined) return undefined;
  const authority = makeAuthority('Test Root');
  const server = await MariadbServer.start(mariadbPath, makeIdentity('localhost', authority));
  const { createDatabase, createTable, allowTable } = mysqlPreparation;
  const createUser = `CREATE USER '${probeUser}'@'%' IDENTIFIED BY '${probePassword}' REQUIRE SSL`;
  for (const sql of ['CREATE DATABASE shop', 'CREATE TABLE shop.orders (id bigint PRIMARY KEY)', createDatabase, createTable, createUser, allowTable]) await server.execute(sql);
  return databaseOf(mysqlEngine, server, authority);
}
