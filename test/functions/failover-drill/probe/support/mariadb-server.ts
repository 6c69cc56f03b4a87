import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import type { Identity } from './certificate.ts';

/** The server, where one is installed: on the path, or where packages put it. */
export const mariadbPath = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => join(folder, 'mariadbd'))
  .find((path) => existsSync(path));

const startSeconds = 30;
/** The server refuses to run as root unless it is told so. */
const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];

/** A real MariaDB with an empty data folder, and TLS. */
export class MariadbServer {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly port: number;

  private constructor(folder: string, process: ChildProcess, port: number) {
    this.#folder = folder;
    this.#process = process;
    this.port = port;
  }

  static async start(path: string, identity: Identity): Promise<MariadbServer> {
    const folder = mkdtempSync(join(tmpdir(), 'webmarket-mariadb-'));
    const data = join(folder, 'data');
    const base = dirname(dirname(path));
    execFileSync(join(base, 'bin/mariadb-install-db'), ['--no-defaults', `--basedir=${base}`, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...asUser], { stdio: 'pipe' });
    writeFileSync(join(folder, 'certificate.pem'), identity.certificate);
    writeFileSync(join(folder, 'key.pem'), identity.key, { mode: 0o600 });
    const port = await freePort();
    const child = spawn(path, [
      '--no-defaults', `--basedir=${base}`, `--datadir=${data}`, `--socket=${join(folder, 'socket')}`, '--bind-address=127.0.0.1', `--port=${port}`,
      `--ssl-cert=${join(folder, 'certificate.pem')}`, `--ssl-key=${join(folder, 'key.pem')}`, '--innodb-buffer-pool-size=16M', ...asUser,
    ], { stdio: 'ignore' });
    const server = new MariadbServer(folder, child, port);
    await server.#waitUntilReady();
    return server;
  }

  /** Runs a statement as administrator. */
  async execute<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    const connection = await mysql.createConnection({ socketPath: join(this.#folder, 'socket'), user: 'root' });
    try {
      const [rows] = await connection.query(sql);
      return rows as Row[];
    } finally {
      connection.destroy();
    }
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #waitUntilReady(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.execute('SELECT 1');
        return;
      } catch (error) {
        if (tries >= startSeconds * 10) throw error;
        await sleep(100);
      }
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
