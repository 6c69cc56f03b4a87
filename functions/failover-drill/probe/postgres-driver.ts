import { Client, DatabaseError } from 'pg';
import type { DatabaseConnection, DatabaseTarget, Engine, Row } from './engine.ts';
import { postgresProbeStatements } from './postgres-sql.ts';

export const postgres: Engine = { name: 'postgres', connect, isRefusal, statements: postgresProbeStatements };

async function connect(target: DatabaseTarget, password: string): Promise<DatabaseConnection> {
  const connection = new PostgresConnection(target, password);
  await connection.open();
  return connection;
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: Client;
  isBroken = false;

  constructor({ host, port, database, user, certificateAuthorities, connectMilliseconds, queryMilliseconds }: DatabaseTarget, password: string) {
    this.#client = new Client({
      host,
      port,
      database,
      user,
      password,
      ssl: { ca: [...certificateAuthorities], rejectUnauthorized: true, servername: host },
      connectionTimeoutMillis: connectMilliseconds,
      // The client stops waiting, and the server stops working: a write that nobody waits for must not happen later.
      query_timeout: queryMilliseconds,
      statement_timeout: queryMilliseconds,
      application_name: 'webmarket-probe',
    });
    // A connection that breaks between two queries says so here; without a listener it would end the process.
    this.#client.on('error', () => (this.isBroken = true));
    this.#client.on('end', () => (this.isBroken = true));
  }

  async open(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  async query(sql: string, values: readonly (string | number | Date)[] = []): Promise<Row[]> {
    const { rows } = await this.#client.query<Record<string, unknown>>(sql, [...values]);
    return rows;
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  destroy(): void {
    this.isBroken = true;
    this.#client.connection.stream.destroy();
  }
}

/**
 * Answers after which a commit may stand all the same, by SQLSTATE: the connection or the server went away while it worked
 * (08, 57P), it says itself that it does not know (40003), or it broke (XX, 58).
 */
const openStates = /^(?:08|57P|40003|XX|58)/u;

/** Only what the server itself answered has a severity; what the driver finds out for itself is no word on the write. */
function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity !== undefined && error.code !== undefined && !openStates.test(error.code);
}
