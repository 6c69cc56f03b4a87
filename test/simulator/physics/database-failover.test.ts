import { closeHost, outside } from '../kernel/fixtures/host.ts';
import { type DatabaseHost, type DatabaseHostOptions, type Engine, engines, openDatabaseHost, query, wait } from './database-host.ts';
import type { Reply, Step } from './handlers/client.ts';

afterEach(closeHost);

const queryMilliseconds = 2000;
const insertInto = (engine: Engine, id: number) => query(`INSERT INTO t (id) VALUES (${engine === 'postgres' ? '$1' : '?'})`, [id], queryMilliseconds);

async function open(engine: Engine, options: DatabaseHostOptions = {}): Promise<DatabaseHost> {
  const host = openDatabaseHost(engine, options);
  await host.ask([query('CREATE TABLE t (id bigint PRIMARY KEY)')]);
  return host;
}

async function rows(host: DatabaseHost): Promise<number[]> {
  const { results } = await host.ask([query('SELECT id FROM t ORDER BY id')]);
  return ((results[0]?.rows ?? []) as { readonly id: string | number }[]).map(({ id }) => Number(id));
}

/** Loses the primary at an instant, and has the next life begin a minute later. */
async function failOver(host: DatabaseHost, at: number): Promise<void> {
  await host.clock.runUntil(at);
  host.become('hanging');
  await host.clock.runUntil(at + 60_000);
  host.become('open', { isNewLife: true });
}

/** Writes of one connection, one every `every` milliseconds. */
function writes(engine: Engine, count: number, every: number): Step[] {
  return Array.from({ length: count }, (_none, index) => [insertInto(engine, index + 1), wait(every)]).flat();
}

/** What became of every insert of `writes`. */
function fates({ results }: Reply): ('acknowledged' | 'failed')[] {
  return results.filter((_result, index) => index % 2 === 0).map(({ error }) => (error === undefined ? 'acknowledged' : 'failed'));
}

const seeds = Array.from({ length: 40 }, (_none, index) => index + 1);

describe.each(engines)('%s: a failover', (engine) => {
  test('keeps every commit that was acknowledged; new connections reach the new primary', async () => {
    for (const seed of seeds.slice(0, 8)) {
      const host = await open(engine, { seed });
      const at = host.clock.now() + 5000;
      const reply = host.begin(writes(engine, 20, 500));
      await failOver(host, at);
      const fate = fates(await host.clock.runWhilePending(reply));
      const acknowledged = fate.flatMap((one, index) => (one === 'acknowledged' ? [index + 1] : []));
      expect(acknowledged.length).toBeGreaterThan(5);
      expect(acknowledged.length).toBeLessThan(15);
      expect(await rows(host)).toEqual(expect.arrayContaining(acknowledged));
      closeHost();
    }
  });

  test('leaves connections that stand hanging, or resets them: drawn, and both happen', async () => {
    const told = new Set<unknown>();
    for (const seed of seeds.slice(0, 12)) {
      const host = await open(engine, { seed });
      const at = host.clock.now() + 3000;
      const reply = host.begin([wait(5000), insertInto(engine, 1)]);
      await failOver(host, at);
      const { results, events } = await host.clock.runWhilePending(reply);
      told.add(events.length > 0 ? events[0]?.code : results[1]?.error?.message);
      closeHost();
    }
    const silence = engine === 'postgres' ? 'Query read timeout' : 'Query inactivity timeout';
    expect(told).toEqual(new Set(['ECONNRESET', silence]));
  });

  test('gives a statement that hangs no answer before the driver gives up, by an error of the driver\'s own', async () => {
    const host = await open(engine, { seed: await seedWhereItHangs(engine) });
    const at = host.clock.now() + 3000;
    const reply = host.begin([wait(5000), insertInto(engine, 1)]);
    await failOver(host, at);
    const { results } = await host.clock.runWhilePending(reply);
    expect(results[1]?.error).toMatchObject(engine === 'postgres' ? { message: 'Query read timeout' } : { code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
    expect(results[1]?.tookMilliseconds).toBe(queryMilliseconds);
    // The old primary was out of reach by then.
    expect(await rows(host)).toEqual([]);
  });

  test('without a time-out of the driver, a statement hangs until the system gives up after a quarter of an hour', async () => {
    const host = await open(engine, { seed: await seedWhereItHangs(engine) });
    const at = host.clock.now() + 3000;
    const reply = host.begin([wait(5000), query('INSERT INTO t (id) VALUES (1)')]);
    reply.catch(() => {});
    await failOver(host, at);
    // The function's own time-out is sooner.
    await expect(host.clock.runWhilePending(reply)).rejects.toThrow('Task timed out after 900.00 seconds');
  });

  test('a statement under way is in the table or not: drawn, and both happen', async () => {
    const found = new Set<number>();
    for (const seed of seeds) {
      const host = await open(engine, { seed });
      const startedAt = host.clock.now();
      const before = host.account.databaseServers.serverOf(host.database());
      const reply = host.begin([insertInto(engine, 1)]);
      // Step by step, until the statement has reached the server.
      while (!before.isBusy && host.clock.now() < startedAt + 2000) await host.clock.runUntil(host.clock.now() + 1);
      await failOver(host, host.clock.now() + 1);
      const { results } = await host.clock.runWhilePending(reply);
      if (results[0]?.error !== undefined) found.add((await rows(host)).length);
      closeHost();
      if (found.size === 2) break;
    }
    expect(found).toEqual(new Set([0, 1]));
  });

  test('commits that are not durable are lost from its last part of a second, and no others', async () => {
    const parameters: Readonly<Record<string, string>> = engine === 'postgres' ? { synchronous_commit: 'off' } : { innodb_flush_log_at_trx_commit: '2' };
    const unsafe = engine === 'postgres' ? 600 : 1000;
    let lostAtAll = 0;
    for (const seed of seeds.slice(0, 15)) {
      const host = await open(engine, { seed, parameters });
      const at = host.clock.now() + 5000;
      const reply = host.begin(writes(engine, 70, 90));
      await failOver(host, at);
      const fate = fates(await host.clock.runWhilePending(reply));
      const kept = await rows(host);
      const lost = fate.flatMap((one, index) => (one === 'acknowledged' && !kept.includes(index + 1) ? [index + 1] : []));
      lostAtAll += lost.length;
      expect(lost.length).toBeLessThanOrEqual(Math.ceil(unsafe / 90) + 1);
      // What is kept is what came first.
      expect(lost.every((id) => kept.filter((other) => other > id).length <= 5)).toBe(true);
      closeHost();
    }
    expect(lostAtAll).toBeGreaterThan(5);
  });
});

/** A seed by which the connection is not reset. */
async function seedWhereItHangs(engine: Engine): Promise<number> {
  for (const seed of seeds) {
    const host = await open(engine, { seed });
    const at = host.clock.now() + 3000;
    const reply = host.begin([wait(5000), { do: 'drop' }]);
    await failOver(host, at);
    const { events } = await host.clock.runWhilePending(reply);
    closeHost();
    if (events.every(({ at: heardAt }) => heardAt > at + 1000)) return seed;
  }
  throw new Error('Every connection is reset.');
}

describe.each(engines)('%s: a shutdown in order', (engine) => {
  test('tells clients, keeps what is not durable, and refuses until it is over', async () => {
    const parameters: Record<string, string> = engine === 'postgres' ? { synchronous_commit: 'off' } : { innodb_flush_log_at_trx_commit: '0', sync_binlog: '0' };
    const host = await open(engine, { parameters });
    const reply = host.begin([insertInto(engine, 1), wait(4000), insertInto(engine, 2)]);
    await host.clock.runUntil(host.clock.now() + 2000);
    host.become('refused');
    const { results, events } = await host.clock.runWhilePending(reply);
    expect(results[0]?.error).toBeUndefined();
    expect(events).toMatchObject([engine === 'postgres' ? { message: 'Connection terminated unexpectedly' } : { code: 'PROTOCOL_CONNECTION_LOST' }]);
    expect(results[2]?.error).toBeDefined();
    expect(await host.ask([], { password: 'any' })).toMatchObject({ connected: false, error: { code: 'ECONNREFUSED' } });
    host.become('open', { isNewLife: true });
    expect(await rows(host)).toEqual([1]);
  });
});

test.each(engines)('%s: a connection that hangs can be dropped at once', async (engine) => {
  const host = await open(engine, { seed: await seedWhereItHangs(engine) });
  const at = host.clock.now() + 3000;
  const reply = host.begin([wait(5000), { do: 'drop' }]);
  await failOver(host, at);
  const { events, results } = await host.clock.runWhilePending(reply);
  expect(results[1]).toEqual({ tookMilliseconds: 0 });
  // The driver of PostgreSQL says of it what it says of a server that hangs up.
  expect(events.map(({ message }) => message)).toEqual(engine === 'postgres' ? ['Connection terminated unexpectedly'] : []);
});

test.each(engines)('%s: a failover that RDS is asked for breaks connections, moves the address, and keeps the rows', async (engine) => {
  const host = await open(engine);
  const addressBefore = host.database().primaryAddress;
  const reply = host.begin([insertInto(engine, 1), { do: 'lookup' }, wait(150_000), insertInto(engine, 2), { do: 'lookup' }, { do: 'drop' }]);
  await host.clock.runUntil(host.clock.now() + 3000);
  const input = { DBInstanceIdentifier: 'shop', ForceFailover: true };
  await host.account.call({ principal: outside, sdkId: 'RDS', operation: 'RebootDBInstance', input });
  const { results } = await host.clock.runWhilePending(reply);
  const addresses = [results[1], results[4]].map((result) => ((result?.rows ?? []) as { readonly address: string }[])[0]?.address);
  expect(addresses[0]).toBe(addressBefore);
  expect(addresses[1]).toBe(host.database().primaryAddress);
  expect(addresses[1]).not.toBe(addressBefore);
  expect(results[3]?.error).toBeDefined();
  expect(await rows(host)).toEqual([1]);
});
