import dns from 'node:dns/promises';
import net from 'node:net';
import timers from 'node:timers';
import tls from 'node:tls';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { currentCaller } from '../../../simulator/kernel/caller.ts';
import { closeHost, openHost } from './fixtures/host.ts';

afterEach(closeHost);

const replaced = () => [Reflect.get(net.Socket.prototype, 'connect'), tls.connect, tls.createSecureContext, dns.lookup, timers.setTimeout, timers.setInterval] as const;

test('what a closed host had replaced is as before', () => {
  const before = replaced();
  openHost();
  expect(replaced().filter((value, index) => value === before[index])).toEqual([]);
  closeHost();
  expect(replaced().every((value, index) => value === before[index])).toBe(true);
});

describe('without a caller, code keeps the real network', () => {
  /** A server of this process, which hangs up at once. */
  async function withServer(use: (port: number) => Promise<void>): Promise<void> {
    const server = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    try {
      await use((server.address() as net.AddressInfo).port);
    } finally {
      server.close();
    }
  }

  test('drivers reach a server of the process, and say what it does', async () => {
    openHost();
    await withServer(async (port) => {
      const client = new Client({ host: '127.0.0.1', port, user: 'x', database: 'x', password: 'x' });
      await expect(client.connect()).rejects.toThrow(/Connection terminated unexpectedly|ECONNRESET/u);
      await expect(createConnection({ host: '127.0.0.1', port, user: 'x' })).rejects.toMatchObject({ code: expect.stringMatching(/PROTOCOL_CONNECTION_LOST|ECONNRESET/u) });
    });
  });

  test('names are looked up by the system', async () => {
    openHost();
    await expect(dns.lookup('127.0.0.1', { all: true })).resolves.toEqual([{ address: '127.0.0.1', family: 4 }]);
  });
});

describe('for a caller', () => {
  test('a name that no database has is not known, to look-ups and to drivers', async () => {
    const host = openHost();
    const name = 'gone.c0.eu-west-3.rds.amazonaws.com';
    const notFound = { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name, message: `getaddrinfo ENOTFOUND ${name}` };
    await expect(host.asInvocation(() => dns.lookup(name, { all: true }))).rejects.toMatchObject(notFound);
    await expect(host.asInvocation(() => dns.lookup(name))).rejects.toMatchObject(notFound);
    await expect(host.asInvocation(() => new Client({ host: name, user: 'x', password: 'x' }).connect())).rejects.toMatchObject(notFound);
    await expect(host.asInvocation(() => createConnection({ host: name, user: 'x' }))).rejects.toMatchObject(notFound);
  });

  test('timers of the module keep the caller, as those of the process do', async () => {
    const host = openHost();
    const seen: (string | undefined)[] = [];
    await host.asInvocation(() => new Promise<void>((resolve) => {
      timers.setTimeout(() => {
        seen.push(currentCaller()?.name);
        resolve();
      }, 20);
    }), { name: 'Waiter' });
    expect(seen).toEqual(['Waiter']);
  });

  test.each([
    ['a socket of the file system', () => net.connect('/tmp/nothing.sock')],
    ['TLS by itself', () => tls.connect({ host: 'example.org', port: 443 })],
  ])('%s ends the run', async (_what, connect) => {
    const host = openHost();
    const code = async (): Promise<void> => {
      try {
        connect();
      } catch {
        // The product would go on.
      }
    };
    await expect(host.asInvocation(code)).rejects.toMatchObject({ name: 'NotModelledError' });
  });
});
