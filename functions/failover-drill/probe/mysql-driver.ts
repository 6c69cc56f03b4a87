import mysql from 'mysql2/promise';
import type { DatabaseConnection, DatabaseTarget, Engine, Row } from './engine.ts';
import { mysqlProbeStatements } from './mysql-sql.ts';

export const mysqlEngine: Engine = { name: 'mysql', connect, isRefusal, statements: mysqlProbeStatements };

async function connect(target: DatabaseTarget, password: string): Promise<DatabaseConnection> {
  const { host, port, database, user, certificateAuthorities, connectMilliseconds, queryMilliseconds } = target;
  const connection = await mysql.createConnection({
    host,
    port,
    database,
    user,
    password,
    // Without `verifyIdentity` the driver takes any server that an authority vouches for.
    ssl: { ca: [...certificateAuthorities], rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' },
    // RDS asks for a token in clear text; this driver speaks of nothing before TLS stands.
    enableCleartextPlugin: true,
    connectTimeout: connectMilliseconds,
    timezone: 'Z',
  });
  return new MysqlConnection(connection, queryMilliseconds);
}

/** What the driver keeps to itself: the connection under the promises, whose socket can be dropped at once. */
interface CoreConnection {
  readonly stream: { destroy(): void };
}

class MysqlConnection implements DatabaseConnection {
  readonly #connection: mysql.Connection;
  readonly #timeout: number;
  isBroken = false;

  constructor(connection: mysql.Connection, timeout: number) {
    this.#connection = connection;
    this.#timeout = timeout;
    // A connection that breaks between two queries says so here; without a listener it would end the process.
    connection.on('error', () => (this.isBroken = true));
    connection.on('end', () => (this.isBroken = true));
  }

  async query(sql: string, values: readonly (string | number | Date)[] = []): Promise<Row[]> {
    const [rows] = await this.#connection.query<mysql.RowDataPacket[]>({ sql, values: [...values], timeout: this.#timeout });
    // A statement that gives no rows gives one object about itself.
    return Array.isArray(rows) ? rows : [];
  }

  close(): Promise<void> {
    return this.#connection.end();
  }

  destroy(): void {
    this.isBroken = true;
    this.#connection.destroy();
    // The driver only says that it will send no more, and would wait for the other end, which may be gone.
    (this.#connection as unknown as { readonly connection: CoreConnection }).connection.stream.destroy();
  }
}

/**
 * Answers after which a commit may stand all the same: the server goes away (1053), the commit itself failed (1180), a hook
 * after it did (3100), or the connection was killed at work (1317, 1927). The class 08 of SQLSTATE is that of connections.
 */
const openNumbers: readonly (number | undefined)[] = [1053, 1180, 1317, 1927, 3100];

/** Only what the server itself answered has an SQLSTATE. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { sqlState, errno } = error as mysql.QueryError & { readonly sqlState?: string };
  return sqlState !== undefined && !sqlState.startsWith('08') && !openNumbers.includes(errno);
}
