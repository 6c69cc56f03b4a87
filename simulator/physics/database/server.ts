import type { Account } from '../../kernel/account.ts';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { Random } from '../../kernel/random.ts';
import type { Database } from '../../services/rds.ts';
import type { Line } from './line.ts';
import { Catalogue } from './sql/catalogue.ts';
import { changeGrants, createSpace, createTable, createUser } from './sql/definitions.ts';
import { parseStatement } from './sql/parse.ts';
import { insert, remove, type Result, select, showSetting, type Undo } from './sql/queries.ts';
import { type Parameters, unsafeMilliseconds } from './sql/settings.ts';
import type { Engine, Statement, Value } from './sql/syntax.ts';

/** Reading a statement and finding its rows, in milliseconds. */
const workMilliseconds = { low: 1, high: 3 };
/** A commit, which the standby in the other zone has to confirm, in milliseconds. */
const commitMilliseconds = { low: 2, high: 9 };
/** How long a primary that clients have lost goes on with what it has, at most, in milliseconds. */
const fenceMilliseconds = 400;
const longestUnsafeMilliseconds = 1000;

/** One connection as the server keeps it. */
export interface ServerSession {
  readonly line: Line;
  readonly principal: Principal;
  readonly clientAddress: string;
  readonly generation: number;
  user: string;
  database: string;
  /** Nothing that it does takes effect any more. */
  isFenced: boolean;
}

/** The database server of one instance: what it holds, who is connected, and what a failover does to both. */
export class DatabaseServer {
  readonly id: string;
  readonly engine: Engine;
  readonly catalogue: Catalogue;

  readonly #account: Account;
  readonly #random: Random;
  readonly #sessions = new Set<ServerSession>();
  /** Changes of rows that a crash might still lose, oldest first. */
  readonly #recent: { readonly at: number; readonly undo: Undo }[] = [];
  #isUp = true;
  #running = 0;

  constructor(account: Account, { definition }: Database) {
    const { engine } = definition;
    if (engine !== 'postgres' && engine !== 'mysql') throw new NotModelledError(`Databases of ${engine} take no connections in the simulated account.`);
    this.id = definition.id;
    this.engine = engine;
    this.catalogue = new Catalogue(engine, definition.masterUsername, definition.databaseName);
    this.#account = account;
    this.#random = account.random.stream(`database/${definition.id}`);
  }

  get database(): Database {
    return this.#account.rds.database(this.id);
  }

  /** Parameters that its group sets. */
  get parameters(): Parameters {
    return this.#account.rds.parameters(this.database.definition.parameterGroup);
  }

  /** Whether a statement is under way. */
  get isBusy(): boolean {
    return this.#running > 0;
  }

  open(line: Line, client: Pick<ServerSession, 'principal' | 'clientAddress'>): ServerSession {
    const { generation } = this.database;
    const session: ServerSession = { ...client, line, generation, user: '', database: '', isFenced: false };
    this.#sessions.add(session);
    return session;
  }

  close(session: ServerSession): void {
    this.#sessions.delete(session);
  }

  /** Executes one statement; throws `DatabaseRefusal`. Never answers a session whose server died meanwhile. */
  async execute(session: ServerSession, sql: string, parameters: readonly Value[]): Promise<Result> {
    const { clock } = this.#account;
    const statement = parseStatement(sql, this.engine);
    const isRead = statement.kind === 'select' || statement.kind === 'show';
    this.#running += 1;
    await clock.sleep(this.#random.integer(workMilliseconds.low, workMilliseconds.high));
    if (!isRead) await clock.sleep(this.#random.integer(commitMilliseconds.low, commitMilliseconds.high));
    this.#running -= 1;
    if (session.isFenced) return new Promise(() => {});
    return this.#carryOut(session, statement, parameters);
  }

  /** To be called when the instance takes connections again, or no longer, or begins another life. */
  follow(): void {
    const { connectivity, generation } = this.database;
    const lost = [...this.#sessions].filter((session) => connectivity !== 'open' || session.generation !== generation);
    const wasUp = this.#isUp;
    this.#isUp = connectivity === 'open';
    if (connectivity === 'refused') this.#shutDown(lost);
    else if (lost.length > 0 || (wasUp && !this.#isUp)) this.#die(lost);
  }

  /** An orderly end: what was committed is safe, and clients are told. */
  #shutDown(sessions: readonly ServerSession[]): void {
    for (const session of sessions) {
      session.isFenced = true;
      session.line.end();
      this.close(session);
    }
  }

  /**
   * The primary is lost. Clients hear of it or do not; what they had sent may still be committed, and is then in
   * the standby as well, for as long as the primary's storage goes on, which may be no time at all.
   */
  #die(sessions: readonly ServerSession[]): void {
    for (const session of sessions) {
      session.line.die(this.#random.next() < 0.5 ? 'reset' : 'silently');
      this.close(session);
    }
    const { clock } = this.#account;
    const delay = this.#random.next() < 0.5 ? 0 : this.#random.integer(1, fenceMilliseconds);
    const fence = (): void => {
      for (const session of sessions) {
        session.isFenced = true;
        session.line.sever();
      }
      this.#loseCommits();
    };
    if (delay === 0) fence();
    else clock.at(clock.now() + delay, fence);
  }

  /** Commits that were acknowledged before they were safe are gone: the last of them, up to a drawn instant. */
  #loseCommits(): void {
    const now = this.#account.clock.now();
    const lostMilliseconds = this.#random.between(0, unsafeMilliseconds(this.engine, this.parameters));
    const lost = this.#recent.splice(0).filter(({ at }) => at > now - lostMilliseconds);
    for (const { undo } of lost.toReversed()) undo();
    if (lost.length === 0) return;
    this.#account.note('database.commits-lost', `${lost.length} commits of ${this.id} were not safe when its primary was lost.`, { database: this.id, count: lost.length });
  }

  #carryOut(session: ServerSession, statement: Statement, parameters: readonly Value[]): Result {
    const { catalogue } = this;
    const evaluation = { parameters, now: this.#account.clock.now() };
    switch (statement.kind) {
      case 'select':
        return select(catalogue, session, statement, { ...evaluation, settings: this.parameters });
      case 'show':
        return showSetting(catalogue, this.parameters, statement.name);
      case 'insert':
        return this.#commit(insert(catalogue, session, statement, evaluation));
      case 'delete':
        return this.#commit(remove(catalogue, session, statement, evaluation));
      case 'create-user':
        createUser(catalogue, session, statement, { hasTokens: this.database.definition.hasIamAuthentication });
        return done('CREATE ROLE');
      case 'create-namespace':
        createSpace(catalogue, session, statement);
        return done(statement.what === 'schema' ? 'CREATE SCHEMA' : 'CREATE DATABASE');
      case 'create-table':
        createTable(catalogue, session, statement);
        return done('CREATE TABLE');
      case 'grant':
      case 'revoke':
        changeGrants(catalogue, session, statement);
        return done(statement.kind === 'grant' ? 'GRANT' : 'REVOKE');
    }
  }

  #commit({ result, undo }: { readonly result: Result; readonly undo: Undo }): Result {
    const at = this.#account.clock.now();
    while (this.#recent.length > 0 && (this.#recent[0]?.at ?? at) < at - longestUnsafeMilliseconds) this.#recent.shift();
    this.#recent.push({ at, undo });
    return result;
  }
}

function done(tag: string): Result {
  return { tag, columns: undefined, rows: [], affected: 0 };
}
