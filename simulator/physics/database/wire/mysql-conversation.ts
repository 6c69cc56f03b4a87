import { createHash } from 'node:crypto';
import type { Account } from '../../../kernel/account.ts';
import { NotModelledError } from '../../../kernel/aws-error.ts';
import type { DatabaseServer, ServerSession } from '../server.ts';
import { DatabaseRefusal } from '../sql/errors.ts';
import { countParameters } from '../sql/parse.ts';
import type { Result } from '../sql/queries.ts';
import type { Value } from '../sql/syntax.ts';
import { Conversation } from './conversation.ts';
import { capabilities, errorPacket, fastAuthentication, greeting, okPacket, PacketReader, passwordPlugin, preparedPackets, rowPackets, switchTo } from './mysql-packets.ts';

/** Whom the client says that it is. */
interface Introduction {
  readonly user: string;
  readonly database: string;
  readonly proof: Buffer;
  readonly plugin: string;
}

const command = { quit: 0x01, query: 0x03, ping: 0x0e, prepare: 0x16, execute: 0x17, closeStatement: 0x19 } as const;

/** A MySQL server's side of a connection. */
export class MysqlConversation extends Conversation {
  readonly #nonce: Buffer;
  #sequence = 0;
  #introduction: Introduction | undefined;
  #isSignedIn = false;
  readonly #statements = new Map<number, { readonly sql: string; readonly parameters: number }>();

  constructor(account: Account, server: DatabaseServer, session: ServerSession) {
    super(account, server, session);
    const random = account.random.stream('database.wire');
    // A nonce has no zero bytes.
    this.#nonce = Buffer.from(Array.from({ length: 20 }, () => random.integer(1, 127)));
    this.#send(greeting(server.database.definition.engineVersion, random.integer(10, 100_000), this.#nonce));
  }

  protected lengthOf(unread: Buffer): number | undefined {
    return unread.length < 4 ? undefined : unread.readUIntLE(0, 3) + 4;
  }

  protected async handle(packet: Buffer): Promise<void> {
    this.#sequence = (packet[3] ?? 0) + 1;
    const body = packet.subarray(4);
    try {
      if (this.#isSignedIn) await this.#command(body);
      else if (this.#introduction === undefined) await this.#introduce(body);
      else await this.#signIn(this.#introduction, body);
    } catch (error) {
      if (!(error instanceof DatabaseRefusal)) throw error;
      this.#send(errorPacket(error));
      if (!this.#isSignedIn) this.hangUp();
    }
  }

  async #introduce(body: Buffer): Promise<void> {
    const reader = new PacketReader(body, 0);
    const flags = reader.uint(4);
    reader.bytes(28);
    // A request for TLS is the beginning of an introduction, which comes again afterwards.
    if ((flags & capabilities.tls) !== 0 && reader.rest().length === 0) return;
    const user = reader.terminated();
    const proof = reader.bytes((flags & capabilities.lengthEncodedAuthentication) === 0 ? reader.uint(1) : reader.lengthEncoded());
    const database = (flags & capabilities.connectWithDatabase) === 0 ? '' : reader.terminated();
    const plugin = (flags & capabilities.pluginAuthentication) === 0 ? '' : reader.terminated();
    this.#introduction = { user, database, proof, plugin };
    this.signIn.needEncryption(this.session, user, database);
    if (this.signIn.usesToken(user)) this.#send(switchTo('mysql_clear_password', Buffer.alloc(0)));
    else if (plugin === passwordPlugin) await this.#signIn(this.#introduction, proof);
    else this.#send(switchTo(passwordPlugin, Buffer.concat([this.#nonce, Buffer.from([0])])));
  }

  async #signIn({ user, database }: Introduction, proof: Buffer): Promise<void> {
    if (this.signIn.usesToken(user)) await this.signIn.byToken(this.session, user, proof.toString('utf8').replace(/\0$/u, ''));
    else {
      const password = this.signIn.passwordOf(user);
      this.signIn.byPassword(this.session, user, password !== undefined && scramble(password, this.#nonce).equals(proof));
      this.#send(fastAuthentication);
    }
    this.signIn.enter(this.session, user, database);
    this.#isSignedIn = true;
    this.#send(okPacket(0));
  }

  async #command(body: Buffer): Promise<void> {
    const reader = new PacketReader(body, 1);
    switch (body[0]) {
      case command.quit:
        this.hangUp();
        return;
      case command.ping:
        this.#send(okPacket(0));
        return;
      case command.query:
        this.#show(await this.#run(reader.rest().toString('utf8'), []), false);
        return;
      case command.prepare: {
        const sql = reader.rest().toString('utf8');
        const statement = { sql, parameters: countParameters(sql, 'mysql') };
        const id = this.#statements.size + 1;
        this.#statements.set(id, statement);
        this.#send(...preparedPackets(id, statement.parameters));
        return;
      }
      case command.execute: {
        const statement = this.#statements.get(reader.uint(4));
        if (statement === undefined) throw new NotModelledError('A statement that was not prepared is not modelled.');
        reader.bytes(5);
        this.#show(await this.#run(statement.sql, reader.parameters(statement.parameters)), true);
        return;
      }
      case command.closeStatement:
        return;
      default:
        throw new NotModelledError(`The command ${body[0]} of a MySQL client is not modelled.`);
    }
  }

  #run(sql: string, parameters: readonly Value[]): Promise<Result> {
    return this.server.execute(this.session, sql, parameters);
  }

  #show({ columns, rows, affected }: Result, isBinary: boolean): void {
    if (columns === undefined) this.#send(okPacket(affected));
    else this.#send(...rowPackets(columns, rows, isBinary));
  }

  #send(...bodies: readonly Buffer[]): void {
    const packets = bodies.map((body) => {
      const head = Buffer.alloc(4);
      head.writeUIntLE(body.length, 0, 3);
      head[3] = this.#sequence % 256;
      this.#sequence += 1;
      return Buffer.concat([head, body]);
    });
    this.reply(...packets);
  }
}

/** What proves a password without showing it (`caching_sha2_password`). */
function scramble(password: string, nonce: Buffer): Buffer {
  const once = digest(Buffer.from(password));
  const mask = digest(digest(once), nonce);
  return Buffer.from(once.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

function digest(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
