import type { Account } from '../../../kernel/account.ts';
import type { ServerEnd } from '../line.ts';
import type { DatabaseServer, ServerSession } from '../server.ts';
import { SignIn } from '../sign-in.ts';

/** The server's side of a connection: it cuts what arrives into messages, and handles one after the other. */
export abstract class Conversation implements ServerEnd {
  protected readonly account: Account;
  protected readonly server: DatabaseServer;
  protected readonly session: ServerSession;
  protected readonly signIn: SignIn;

  #unread: Buffer = Buffer.alloc(0);
  #work: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(account: Account, server: DatabaseServer, session: ServerSession) {
    this.account = account;
    this.server = server;
    this.session = session;
    this.signIn = new SignIn(account, server);
  }

  receive(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (let message = this.#cut(); message !== undefined; message = this.#cut()) {
      const whole = message;
      this.#work = this.#work.then(() => (this.#isOver ? undefined : this.handle(whole))).catch((error: unknown) => this.account.clock.fail(error));
    }
  }

  close(): void {
    this.server.close(this.session);
  }

  /** How many bytes the first message has; undefined before that can be told. */
  protected abstract lengthOf(unread: Buffer): number | undefined;
  protected abstract handle(message: Buffer): Promise<void>;

  protected reply(...parts: readonly Buffer[]): void {
    this.session.line.reply(Buffer.concat(parts));
  }

  /** Says nothing more, and hears nothing. */
  protected hangUp(): void {
    this.#isOver = true;
    this.close();
    this.session.line.end();
  }

  #cut(): Buffer | undefined {
    const length = this.lengthOf(this.#unread);
    if (length === undefined || this.#unread.length < length) return undefined;
    const message = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return message;
  }
}
