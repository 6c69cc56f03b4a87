import { isIP } from 'node:net';
import type { Account } from '../kernel/account.ts';
import type { Caller } from '../kernel/caller.ts';
import type { Database } from '../services/rds.ts';
import { type Answer, type ClientEnd, Line, type ServerEnd } from './database/line.ts';
import { clientAddress, isReached } from './database/reach.ts';
import { DatabaseServer } from './database/server.ts';
import { MysqlConversation } from './database/wire/mysql-conversation.ts';
import { PostgresConversation } from './database/wire/postgres-conversation.ts';

/** What a client connects to, and who it is. */
export interface Call {
  readonly host: string;
  readonly port: number;
  readonly caller: Caller;
}

/**
 * The database servers behind the instances of RDS: what they hold, and who may reach them and sign in. Drivers
 * talk to them in the protocol of the engine, over connections that a failover breaks.
 */
export class DatabaseServers {
  readonly #account: Account;
  readonly #servers = new Map<string, DatabaseServer>();

  constructor(account: Account) {
    this.#account = account;
    account.rds.onConnectivityChange(({ definition }) => this.#servers.get(definition.id)?.follow());
  }

  /** The address behind a name; undefined where there is none. An address stands for itself. */
  resolve(host: string): string | undefined {
    if (isIP(host) !== 0) return host;
    return this.#account.rds.databases.find(({ address }) => address === host.toLowerCase())?.primaryAddress;
  }

  /** Begins a connection; `client` is told what becomes of it. */
  dial(call: Call, client: ClientEnd): Line {
    const address = this.resolve(call.host);
    return new Line(this.#account, client, () => this.#answer(call, address));
  }

  /** What the instance holds, for who wants to look at it from outside. */
  serverOf(database: Database): DatabaseServer {
    const { id } = database.definition;
    let server = this.#servers.get(id);
    if (server === undefined) {
      server = new DatabaseServer(this.#account, database);
      this.#servers.set(id, server);
    }
    return server;
  }

  /** The name was looked up once: a connection goes to that address, whatever the name stands for later. */
  #answer({ port, caller }: Call, address: string | undefined): Answer {
    if (address === undefined) return { kind: 'unknown-host' };
    const database = this.#account.rds.databases.find(({ primaryAddress }) => primaryAddress === address);
    const network = caller.invocationId === undefined ? undefined : this.#account.lambda.networkOf(caller.invocationId);
    if (database === undefined || !isReached(this.#account, network, database, address)) return { kind: 'silence', address };
    if (database.connectivity === 'hanging') return { kind: 'silence', address };
    // The firewall lets the database's own port through; on any other nobody would answer.
    if (port !== database.definition.port) return { kind: 'silence', address };
    if (database.connectivity === 'refused') return { kind: 'refused', address };
    const from = { principal: caller.principal, clientAddress: clientAddress(this.#account, network) };
    return { kind: 'accepted', address, serverName: database.address, open: (line) => this.#open(this.serverOf(database), line, from) };
  }

  #open(server: DatabaseServer, line: Line, from: Parameters<DatabaseServer['open']>[1]): ServerEnd {
    const session = server.open(line, from);
    return server.engine === 'postgres' ? new PostgresConversation(this.#account, server, session) : new MysqlConversation(this.#account, server, session);
  }
}
