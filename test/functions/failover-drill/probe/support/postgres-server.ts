import net from 'node:net';
import tls from 'node:tls';
import { PGlite } from '@electric-sql/pglite';
import type { Identity } from './certificate.ts';

/** Codes that stand in place of a version at the beginning of a connection. */
const startupCodes = { encryption: 80_877_103, cancellation: 80_877_102, version3: 196_608 } as const;

interface PostgresServerOptions {
  /** Without one, there is no TLS. */
  readonly identity?: Identity;
  /** Who may connect, with which password: asked for in clear text, as RDS asks for a token. */
  readonly passwords: Readonly<Record<string, string>>;
}

/**
 * A real PostgreSQL (PGlite) behind a port. PGlite has one session: what connections say is run one statement after the other,
 * each under the role of its connection. Signing in is done here, as PGlite knows nobody.
 */
export class PostgresServer {
  readonly database: PGlite;
  readonly #options: PostgresServerOptions;
  readonly #listener: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #turn: Promise<unknown> = Promise.resolve();
  port = 0;

  private constructor(database: PGlite, options: PostgresServerOptions) {
    this.database = database;
    this.#options = options;
    this.#listener = net.createServer((socket) => this.#accept(socket));
  }

  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const server = new PostgresServer(await PGlite.create(), options);
    await new Promise<void>((resolve) => server.#listener.listen(0, '127.0.0.1', resolve));
    server.port = (server.#listener.address() as net.AddressInfo).port;
    return server;
  }

  /** Runs statements as the superuser, between those of connections. */
  execute<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    return this.#inTurn(async () => {
      await this.database.exec('RESET ROLE');
      const results = await this.database.exec(sql);
      return (results.at(-1)?.rows ?? []) as Row[];
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#listener.close(resolve));
    await this.#inTurn(() => this.database.close());
  }

  #accept(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    new Connection(socket, this.#options, (user, messages) => this.#run(user, messages)).begin();
  }

  #run(user: string, messages: Buffer): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      await this.database.exec(`SET ROLE "${user}"`);
      return this.database.execProtocolRaw(messages);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** One client: begins without a word of the protocol's own, may change to TLS, signs in, and then says what it wants. */
class Connection {
  #socket: net.Socket;
  readonly #options: PostgresServerOptions;
  readonly #run: (user: string, messages: Buffer) => Promise<Uint8Array>;
  #received: Buffer = Buffer.alloc(0);
  /** What is not run yet: up to a Sync or a Query. */
  #pending: Buffer[] = [];
  #state: 'startup' | 'password' | 'ready' = 'startup';
  #user = '';

  constructor(socket: net.Socket, options: PostgresServerOptions, run: (user: string, messages: Buffer) => Promise<Uint8Array>) {
    this.#socket = socket;
    this.#options = options;
    this.#run = run;
  }

  begin(): void {
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes));
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const header = this.#state === 'startup' ? 0 : 1;
      if (this.#received.length < header + 4) return;
      const length = header + this.#received.readInt32BE(header);
      if (this.#received.length < length) return;
      const message = this.#received.subarray(0, length);
      this.#received = this.#received.subarray(length);
      if (this.#state === 'startup') this.#startUp(message);
      else this.#take(message);
    }
  }

  #startUp(message: Buffer): void {
    const code = message.readInt32BE(4);
    if (code === startupCodes.encryption) return this.#encrypt();
    if (code !== startupCodes.version3) {
      this.#socket.destroy();
      return;
    }
    const words = message.subarray(8).toString('utf8').split('\0');
    this.#user = words[words.indexOf('user') + 1] ?? '';
    this.#state = 'password';
    this.#send('R', int32(3));
  }

  #encrypt(): void {
    const { identity } = this.#options;
    this.#socket.write(identity === undefined ? 'N' : 'S');
    if (identity === undefined) return;
    this.#socket.removeAllListeners('data');
    this.#socket = new tls.TLSSocket(this.#socket, { isServer: true, cert: identity.certificate, key: identity.key });
    this.begin();
  }

  #take(message: Buffer): void {
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === 'X') {
      this.#socket.end();
      return;
    }
    if (this.#state === 'password') return this.#signIn(message.subarray(5, -1).toString('utf8'));
    this.#pending.push(message);
    if (type !== 'S' && type !== 'Q') return;
    const messages = Buffer.concat(this.#pending);
    this.#pending = [];
    void this.#run(this.#user, messages).then((answer) => this.#socket.write(answer));
  }

  #signIn(password: string): void {
    if (this.#options.passwords[this.#user] !== password) {
      this.#send('E', Buffer.from(`SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "${this.#user}"\0\0`));
      this.#socket.end();
      return;
    }
    this.#state = 'ready';
    this.#send('R', int32(0));
    this.#send('S', Buffer.from('server_version\x0018.0\0'));
    this.#send('S', Buffer.from('client_encoding\0UTF8\0'));
    this.#send('K', Buffer.concat([int32(1), int32(1)]));
    this.#send('Z', Buffer.from('I'));
  }

  #send(type: string, body: Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from(type), int32(body.length + 4), body]));
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
