import { NotModelledError } from '../../../kernel/aws-error.ts';
import { DatabaseRefusal } from '../sql/errors.ts';
import type { Value } from '../sql/syntax.ts';
import { Conversation } from './conversation.ts';
import {
  askForPassword, backendKey, bindComplete, closeComplete, errorResponse, FrontendReader, parameterStatus, parseComplete, readyForQuery, resultMessages,
  signedIn, tlsIsWelcome,
} from './postgres-messages.ts';

const tlsRequestCode = 80_877_103;
const protocolVersion = 196_608;

/** A PostgreSQL server's side of a connection. Passwords come in clear text, under TLS, whatever the method. */
export class PostgresConversation extends Conversation {
  /** Messages before the start-up have no type. */
  #hasBegun = false;
  #who: { readonly user: string; readonly database: string } | undefined;
  #isSignedIn = false;
  /** After an error everything is skipped up to the next Sync. */
  #isFailed = false;
  #answers: Buffer[] = [];
  readonly #statements = new Map<string, string>();
  readonly #portals = new Map<string, { readonly sql: string; readonly parameters: readonly Value[] }>();
  #isDescribed = false;

  protected lengthOf(unread: Buffer): number | undefined {
    if (this.#hasBegun) return unread.length < 5 ? undefined : unread.readInt32BE(1) + 1;
    if (unread.length < 8) return undefined;
    if (unread.readInt32BE(4) !== tlsRequestCode) this.#hasBegun = true;
    return unread.readInt32BE(0);
  }

  protected async handle(message: Buffer): Promise<void> {
    if (this.#who === undefined) {
      this.#start(message);
      return;
    }
    const type = String.fromCodePoint(message[0] ?? 0);
    const reader = new FrontendReader(message, 5);
    if (!this.#isSignedIn) await this.#signIn(this.#who, reader.text());
    else if (type === 'X') this.hangUp();
    else if (type === 'Q') await this.#query(reader.text());
    else if (type === 'S') this.#sync();
    else if (!this.#isFailed) await this.#extended(type, reader);
  }

  #start(message: Buffer): void {
    const reader = new FrontendReader(message, 4);
    const code = reader.int32();
    if (code === tlsRequestCode) {
      this.reply(tlsIsWelcome);
      return;
    }
    if (code !== protocolVersion) throw new NotModelledError(`The PostgreSQL protocol ${code} is not modelled.`);
    const options: Record<string, string> = {};
    for (let name = reader.text(); name !== ''; name = reader.text()) options[name] = reader.text();
    const user = options['user'] ?? '';
    const database = options['database'] ?? user;
    this.#who = { user, database };
    this.#refusing('FATAL', () => {
      this.signIn.needEncryption(this.session, user, database);
      this.reply(askForPassword);
    });
  }

  async #signIn({ user, database }: { readonly user: string; readonly database: string }, password: string): Promise<void> {
    try {
      if (this.signIn.usesToken(user)) await this.signIn.byToken(this.session, user, password);
      else this.signIn.byPassword(this.session, user, password === this.signIn.passwordOf(user));
      this.signIn.enter(this.session, user, database);
    } catch (error) {
      this.#refuse(error, 'FATAL');
      return;
    }
    this.#isSignedIn = true;
    const { engineVersion } = this.server.database.definition;
    const random = this.account.random.stream('database.wire');
    const status = { server_version: engineVersion, client_encoding: 'UTF8', DateStyle: 'ISO, MDY', integer_datetimes: 'on', standard_conforming_strings: 'on', TimeZone: 'UTC' };
    this.reply(
      signedIn,
      ...Object.entries(status).map(([name, value]) => parameterStatus(name, value)),
      backendKey(random.integer(500, 32_000), random.integer(1, 2_000_000_000)),
      readyForQuery,
    );
  }

  async #query(sql: string): Promise<void> {
    try {
      this.reply(...resultMessages(await this.server.execute(this.session, sql, []), 'rows'), readyForQuery);
    } catch (error) {
      this.#refuse(error, 'ERROR');
      this.reply(readyForQuery);
    }
  }

  async #extended(type: string, reader: FrontendReader): Promise<void> {
    switch (type) {
      case 'P':
        this.#statements.set(reader.text(), reader.text());
        this.#answers.push(parseComplete);
        return;
      case 'B':
        this.#portals.set(reader.text(), { sql: this.#statements.get(reader.text()) ?? '', parameters: reader.parameters() });
        this.#answers.push(bindComplete);
        return;
      case 'D':
        this.#isDescribed = true;
        return;
      case 'E':
        await this.#execute(reader.text());
        return;
      case 'C':
        this.#answers.push(closeComplete);
        return;
      case 'H':
        this.#flush();
        return;
      default:
        throw new NotModelledError(`The message "${type}" of a PostgreSQL client is not modelled.`);
    }
  }

  async #execute(portalName: string): Promise<void> {
    const portal = this.#portals.get(portalName);
    if (portal === undefined) throw new NotModelledError('A portal that was not bound is not modelled.');
    try {
      const result = await this.server.execute(this.session, portal.sql, portal.parameters);
      this.#answers.push(...resultMessages(result, this.#isDescribed ? 'always' : 'never'));
    } catch (error) {
      if (!(error instanceof DatabaseRefusal)) throw error;
      this.#answers.push(errorResponse(error, 'ERROR'));
      this.#isFailed = true;
    }
    this.#isDescribed = false;
  }

  #sync(): void {
    this.#isFailed = false;
    this.#answers.push(readyForQuery);
    this.#flush();
  }

  #flush(): void {
    this.reply(...this.#answers);
    this.#answers = [];
  }

  #refusing(severity: 'ERROR' | 'FATAL', act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#refuse(error, severity);
    }
  }

  #refuse(error: unknown, severity: 'ERROR' | 'FATAL'): void {
    if (!(error instanceof DatabaseRefusal)) throw error;
    this.reply(errorResponse(error, severity));
    if (severity === 'FATAL') this.hangUp();
  }
}
