import type { Account } from '../../kernel/account.ts';
import { tokenFault } from './iam-token.ts';
import type { DatabaseServer, ServerSession } from './server.ts';
import { isByToken } from './sql/definitions.ts';
import { DatabaseRefusal } from './sql/errors.ts';
import { hasAnythingIn, needDatabase } from './sql/privileges.ts';
import { needsEncryption } from './sql/settings.ts';

/** Checking a token asks IAM, in milliseconds. */
const tokenMilliseconds = { low: 15, high: 60 };

/** Who signs in to a database server, and how. */
export class SignIn {
  readonly #account: Account;
  readonly #server: DatabaseServer;

  constructor(account: Account, server: DatabaseServer) {
    this.#account = account;
    this.#server = server;
  }

  /** Throws before anybody is asked for a password. */
  needEncryption(session: ServerSession, user: string, database: string): void {
    const { engine, catalogue, parameters } = this.#server;
    if (session.line.isEncrypted) return;
    if (!needsEncryption(engine, parameters) && !isByToken(catalogue, user)) return;
    if (engine === 'postgres') {
      throw new DatabaseRefusal('insecure', `no pg_hba.conf entry for host "${session.clientAddress}", user "${user}", database "${database}", no encryption`);
    }
    if (!needsEncryption(engine, parameters)) throw this.#refusal(session, user);
    throw new DatabaseRefusal('insecure', 'Connections using insecure transport are prohibited while --require_secure_transport=ON.');
  }

  usesToken(user: string): boolean {
    return isByToken(this.#server.catalogue, user);
  }

  /** The password of the administrator, which RDS keeps in a secret; undefined for all who have none. */
  passwordOf(user: string): string | undefined {
    const { catalogue, database } = this.#server;
    const { secretArn } = database.definition;
    return user === catalogue.administrator && secretArn !== undefined ? this.#account.secretsManager.passwordIn(secretArn) : undefined;
  }

  /** Lets a user in by the text of its token. */
  async byToken(session: ServerSession, user: string, token: string): Promise<void> {
    const { clock, iam, random, region } = this.#account;
    await clock.sleep(random.stream('database.network').integer(tokenMilliseconds.low, tokenMilliseconds.high));
    const { address, definition, resourceId } = this.#server.database;
    const use = { host: address, port: definition.port, user, region, now: clock.now() };
    const fault = definition.hasIamAuthentication ? tokenFault(token, use) : 'IAM authentication is off for the instance';
    if (fault !== undefined) throw this.#refusal(session, user, `the token does not serve: ${fault}`);
    const decision = iam.decide(session.principal, { action: 'rds-db:connect', resource: this.#account.arn('rds-db', `dbuser:${resourceId}/${user}`) });
    if (!decision.allowed) throw this.#refusal(session, user, decision.reason);
  }

  byPassword(session: ServerSession, user: string, isRight: boolean): void {
    if (!isRight) throw this.#refusal(session, user, 'the password is wrong, or there is no such user');
  }

  /** Opens a database for a user who is who he says. */
  enter(session: ServerSession, user: string, database: string): void {
    const { catalogue, engine } = this.#server;
    const entering = { ...session, user, database };
    const found = catalogue.databases.get(database);
    if (engine === 'postgres') {
      if (catalogue.roles.get(user)?.canLogin !== true) throw new DatabaseRefusal('not-a-login', `role "${user}" is not permitted to log in`);
      if (found === undefined) throw new DatabaseRefusal('no-such-database', `database "${database}" does not exist`);
      needDatabase(catalogue, entering, found, 'CONNECT');
    } else if (database !== '') {
      if (found === undefined) throw new DatabaseRefusal('no-such-database', `Unknown database '${database}'`);
      if (!hasAnythingIn(catalogue, entering, found)) throw new DatabaseRefusal('database-denied', `Access denied for user '${user}'@'%' to database '${database}'`);
    }
    session.user = user;
    session.database = database;
  }

  /** The client is not told why; the log of the server would be, and the timeline is. */
  #refusal({ clientAddress }: ServerSession, user: string, reason = 'encryption is missing'): DatabaseRefusal {
    this.#account.note('database.sign-in-refused', `${this.#server.id} refused ${user}: ${reason}.`, { database: this.#server.id, user, reason });
    if (this.#server.engine === 'mysql') return new DatabaseRefusal('bad-password', `Access denied for user '${user}'@'${clientAddress}' (using password: YES)`);
    return this.usesToken(user)
      ? new DatabaseRefusal('bad-token', `PAM authentication failed for user "${user}"`)
      : new DatabaseRefusal('bad-password', `password authentication failed for user "${user}"`);
  }
}
