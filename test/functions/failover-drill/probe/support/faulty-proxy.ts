import net from 'node:net';

/** What happens to the next write of a connection, whatever is said on it. */
type Trap = 'swallow-reply' | 'swallow-statement';

interface Line {
  readonly client: net.Socket;
  readonly server: net.Socket;
  trap: Trap | undefined;
  /** Nothing passes any more, and nobody is told. */
  isStuck: boolean;
}

/** Stands between a client and a server, and lets the network go wrong: below TLS, so that it suits every protocol. */
export class FaultyProxy {
  readonly #targetPort: number;
  #listener: net.Server;
  /** In the order in which they came. */
  readonly #lines = new Set<Line>();
  #isHanging = false;
  port = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#listener = this.#makeListener();
  }

  static async start(targetPort: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(targetPort);
    await proxy.#listen(0);
    return proxy;
  }

  /** How many connections stand. */
  get connections(): number {
    return this.#lines.size;
  }

  /** Nobody listens here, and what stood is reset. */
  async refuse(): Promise<void> {
    const closed = new Promise((resolve) => this.#listener.close(resolve));
    this.cut();
    await closed;
  }

  /** Resets every connection; new ones pass. */
  cut(): void {
    for (const { client, server } of this.#lines) {
      client.resetAndDestroy();
      server.destroy();
    }
    this.#lines.clear();
  }

  /** Takes connections, and swallows what is said on them and on those that stand. */
  hang(): void {
    this.#isHanging = true;
    for (const line of this.#lines) line.isStuck = true;
  }

  /** Everything passes again; what hung is reset. */
  async forward(): Promise<void> {
    this.#isHanging = false;
    for (const line of this.#lines) if (line.isStuck) this.#reset(line);
    if (!this.#listener.listening) {
      this.#listener = this.#makeListener();
      await this.#listen(this.port);
    }
  }

  /** Lays a trap for what is said next on the oldest connection: that of a client which keeps its own. */
  trapOldest(trap: Trap): void {
    const [line] = this.#lines;
    if (line === undefined) throw new Error('There is no connection to lay a trap on.');
    line.trap = trap;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(port, '127.0.0.1', () => {
        this.port = (this.#listener.address() as net.AddressInfo).port;
        resolve();
      });
    });
  }

  #makeListener(): net.Server {
    return net.createServer((client) => {
      const server = net.connect(this.#targetPort, '127.0.0.1');
      const line: Line = { client, server, trap: undefined, isStuck: this.#isHanging };
      this.#lines.add(line);
      client.on('data', (bytes) => this.#toServer(line, bytes));
      server.on('data', (bytes) => this.#toClient(line, bytes));
      for (const socket of [client, server]) {
        socket.on('error', () => undefined);
        socket.on('close', () => this.#close(line));
      }
    });
  }

  #toServer(line: Line, bytes: Buffer): void {
    if (line.isStuck) return;
    if (line.trap === 'swallow-statement') this.#reset(line);
    else line.server.write(bytes);
  }

  #toClient(line: Line, bytes: Buffer): void {
    if (line.isStuck) return;
    // The server has answered: what it was told is done.
    if (line.trap === 'swallow-reply') this.#reset(line);
    else line.client.write(bytes);
  }

  #reset(line: Line): void {
    line.client.resetAndDestroy();
    this.#close(line);
  }

  #close(line: Line): void {
    if (line.isStuck && !line.client.destroyed) return;
    line.client.destroy();
    line.server.destroy();
    this.#lines.delete(line);
  }
}
