import dns from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotWritten } from '../../../../functions/failover-drill/probe/driver.ts';
import { systemClock } from '../../../../functions/failover-drill/probe/probe-clock.ts';
import type { ProbeProgress } from '../../../../functions/failover-drill/probe/probe-records.ts';
import type { ProbeReport, WriterReport } from '../../../../functions/failover-drill/probe/probe-report.ts';
import { probe, type ProbeSettings } from '../../../../functions/failover-drill/probe/probe.ts';
import { makeAuthority } from './support/certificate.ts';
import { FaultyProxy } from './support/faulty-proxy.ts';
import { mariadbPath } from './support/mariadb-server.ts';
import { startMariadb, startPostgres, type TestDatabase } from './support/test-database.ts';

/** The real drivers against real servers, in real time, with a network between them that goes wrong. */

const intervalMilliseconds = 100;
/** What a busy machine may add to any step; one that is busier still is asked again. */
const slackMilliseconds = 300;
(import.meta as unknown as { readonly jest: { retryTimes(times: number, options: object): void } }).jest.retryTimes(2, { logErrorsBeforeRetry: true });

interface ProbeInProgress {
  readonly runId: string;
  readonly report: Promise<ProbeReport>;
  readonly notes: readonly ProbeProgress[];
}

let runs = 0;

function begin(database: TestDatabase, proxy: FaultyProxy, changes: Partial<ProbeSettings> = {}): ProbeInProgress {
  const runId = `drill/${(runs += 1)}`;
  const notes: ProbeProgress[] = [];
  const report = probe(
    {
      runId,
      deadline: Date.now() + 60_000,
      limits: { withoutOutage: 20_000, withoutCommit: 5000, reserve: 10_000 },
      intervalMilliseconds,
      steadyCommits: 5,
      noteMilliseconds: 200,
      ...changes,
    },
    {
      clock: systemClock,
      driver: database.driver(proxy.port),
      resolve: () => Promise.resolve(['127.0.0.1']),
      note: (progress) => Promise.resolve(notes.push(progress) > 0),
      warn: () => undefined,
    },
  ).then((made) => {
    if (made === undefined) throw new Error('The probe was taken over by nobody.');
    return made;
  });
  return { runId, report, notes };
}

/** Waits until both clients have been writing for some intervals: how soon they do depends on the machine. */
async function writing({ notes }: ProbeInProgress): Promise<void> {
  while ((notes.at(-1)?.acknowledged ?? 0) < 12) await sleep(20);
}

function clientOf({ writers }: ProbeReport, name: WriterReport['writer']): WriterReport {
  const found = writers.find(({ writer }) => writer === name);
  if (found === undefined) throw new Error(`The report has no ${name} client.`);
  return found;
}

/** What the table told, and how many writes nobody answered. */
function countsOf({ verification, writers }: ProbeReport): { readonly lost: number; readonly ambiguous: number; readonly phantom: number; readonly unanswered: number } {
  if (verification.status === 'unread') throw new Error(`The table was not read: ${verification.reason}`);
  const { lost, ambiguousPresent, ambiguousAbsent, phantom } = verification;
  const unanswered = writers.reduce((sum, writer) => sum + writer.unanswered, 0);
  return { lost: lost.count, ambiguous: ambiguousPresent.count + ambiguousAbsent.count, phantom: phantom.count, unanswered };
}

function describeEngine(name: string, start: () => Promise<TestDatabase>, outageMilliseconds: number): void {
  let database: TestDatabase;
  let proxy: FaultyProxy;

  beforeAll(async () => {
    database = await start();
  });

  afterAll(() => database.stop());

  beforeEach(async () => {
    proxy = await FaultyProxy.start(database.port);
  });

  afterEach(() => proxy.stop());

  test(`${name}: an outage is measured to one interval, by both clients, and nothing is lost`, async () => {
    const inProgress = begin(database, proxy);
    const { report, notes } = inProgress;
    await writing(inProgress);
    const downAt = Date.now();
    await proxy.refuse();
    await sleep(outageMilliseconds);
    await proxy.forward();
    const upAt = Date.now();
    const made = await report;

    expect(made.ended).toBe('recovered');
    for (const { writer, lastCommitBefore = '', firstCommitAfter = '', outageSeconds, acknowledged, refused } of made.writers) {
      expect({ writer, early: Date.parse(lastCommitBefore) > downAt - intervalMilliseconds - slackMilliseconds }).toEqual({ writer, early: true });
      expect(Date.parse(lastCommitBefore)).toBeLessThan(downAt + slackMilliseconds);
      expect(Date.parse(firstCommitAfter)).toBeGreaterThanOrEqual(upAt - 50);
      expect(Date.parse(firstCommitAfter)).toBeLessThan(upAt + intervalMilliseconds + slackMilliseconds);
      expect(outageSeconds).toBe((Date.parse(firstCommitAfter) - Date.parse(lastCommitBefore)) / 1000);
      expect(acknowledged).toBeGreaterThanOrEqual(10);
      expect(refused).toBeGreaterThan(outageMilliseconds / intervalMilliseconds / 2);
    }
    // A write that was under way when the line was cut may be there, or not; every client has one at most.
    const { unanswered, ...found } = countsOf(made);
    expect(found).toEqual({ lost: 0, ambiguous: unanswered, phantom: 0 });
    for (const writer of made.writers) expect(writer.unanswered).toBeLessThanOrEqual(1);
    expect(new Set(notes.map(({ state }) => state))).toEqual(new Set(['starting', 'writing', 'outage', 'recovering']));
    expect(made.addresses).toEqual({ before: ['127.0.0.1'], after: ['127.0.0.1'] });
    expect(made.durability.length).toBeGreaterThan(0);
  });

  test(`${name}: what is lost, what nobody knows, and what nobody sent are counted apart`, async () => {
    const inProgress = begin(database, proxy);
    const { runId, report } = inProgress;
    await writing(inProgress);
    proxy.trapOldest('swallow-reply');
    await sleep(900);
    proxy.trapOldest('swallow-statement');
    await sleep(900);
    await database.execute(`DELETE FROM webmarket_probe.probe_commits WHERE run = '${runId}' AND writer = 'pooled' AND id = 2`);
    await database.execute(`INSERT INTO webmarket_probe.probe_commits (run, writer, id) VALUES ('${runId}', 'fresh', 99999)`);
    const user = database.engine.name === 'postgres' ? 'webmarket_probe' : `'webmarket_probe'@'%'`;
    await database.execute(`REVOKE INSERT ON webmarket_probe.probe_commits FROM ${user}`);
    await sleep(400);
    await database.execute(`GRANT INSERT ON webmarket_probe.probe_commits TO ${user}`);
    const made = await report;

    expect(made.ended).toBe('recovered');
    expect(made.verification).toMatchObject({
      status: 'read',
      lost: { count: 1, examples: [{ writer: 'pooled', id: 2 }] },
      ambiguousPresent: { count: 1, examples: [{ writer: 'pooled' }] },
      ambiguousAbsent: { count: 1, examples: [{ writer: 'pooled' }] },
      phantom: { count: 1, examples: [{ writer: 'fresh', id: 99_999 }] },
    });
    expect(clientOf(made, 'pooled')).toMatchObject({ unanswered: 2 });
    expect(clientOf(made, 'fresh')).toMatchObject({ unanswered: 0 });
    for (const { refused, errors } of made.writers) {
      expect(refused).toBeGreaterThan(0);
      expect(errors.some(({ message }) => message.includes('denied'))).toBe(true);
    }
  });

  test(`${name}: a server that takes connections and says nothing holds nobody longer than the time-outs`, async () => {
    const inProgress = begin(database, proxy);
    const { report } = inProgress;
    await writing(inProgress);
    proxy.hang();
    await sleep(1500);
    await proxy.forward();
    const made = await report;

    expect(made.ended).toBe('recovered');
    for (const { outageSeconds = 0, slowestAttemptMilliseconds } of made.writers) {
      expect(outageSeconds).toBeGreaterThan(1.4);
      // The last attempt may have begun a moment before the server came back.
      expect(outageSeconds).toBeLessThan(1.5 + (500 + 2 * intervalMilliseconds + 2 * slackMilliseconds) / 1000);
      expect(slowestAttemptMilliseconds).toBeGreaterThanOrEqual(450);
      expect(slowestAttemptMilliseconds).toBeLessThan(500 + 2 * slackMilliseconds);
    }
    // The one had said what it wanted before it waited; the other waited for a connection.
    expect(clientOf(made, 'pooled').unanswered).toBe(1);
    expect(clientOf(made, 'fresh').refused).toBeGreaterThan(0);
    const { unanswered, ...found } = countsOf(made);
    expect(found).toEqual({ lost: 0, ambiguous: unanswered, phantom: 0 });
  });

  test(`${name}: without an outage the probe ends at its limit, and leaves no connection behind`, async () => {
    const { report } = begin(database, proxy, { limits: { withoutOutage: 700, withoutCommit: 5000, reserve: 10_000 } });
    const made = await report;
    await sleep(100);

    expect(made.ended).toBe('no-outage');
    expect(made.verification).toMatchObject({ status: 'read', lost: { count: 0 }, ambiguousPresent: { count: 0 }, ambiguousAbsent: { count: 0 }, phantom: { count: 0 } });
    expect(proxy.connections).toBe(0);
  });

  test(`${name}: a server that another authority vouches for is not written to`, async () => {
    const stranger = makeAuthority('Stranger');

    await expect(database.driver(proxy.port, { certificateAuthorities: [stranger.certificate] }).connect()).rejects.toThrow(/certificate|self-signed/u);
  });

  test(`${name}: nor is one whose certificate has another name`, async () => {
    const real = dns.lookup;
    const restore = replaceLookup((host, ...rest) => Reflect.apply(real, dns, [host === 'other.test' ? 'localhost' : host, ...rest]));
    try {
      await expect(database.driver(proxy.port, { host: 'other.test' }).connect()).rejects.toThrow(/altnames|Hostname\/IP/u);
    } finally {
      restore();
    }
  });

  test(`${name}: a write that the server refuses is surely not there; one on a connection that broke before never left`, async () => {
    const session = await database.driver(proxy.port).connect();
    await session.insert('twice', { writer: 'pooled', id: 1 });

    await expect(session.insert('twice', { writer: 'pooled', id: 1 })).rejects.toBeInstanceOf(NotWritten);
    proxy.cut();
    await sleep(200);
    await expect(session.insert('twice', { writer: 'pooled', id: 2 })).rejects.toBeInstanceOf(NotWritten);
    await expect(database.driver(proxy.port).connect().then((other) => other.readWrites('twice'))).resolves.toEqual([{ writer: 'pooled', id: 1 }]);
  });

  test(`${name}: rows of a week ago go, those of today stay`, async () => {
    await database.execute(`INSERT INTO webmarket_probe.probe_commits (run, writer, id, written_at) VALUES ('old', 'pooled', 1, '2020-01-01 00:00:00')`);
    const session = await database.driver(proxy.port).connect();
    await session.insert('new', { writer: 'pooled', id: 1 });
    await session.deleteWritesBefore(new Date(Date.now() - 7 * 86_400_000));

    await expect(session.readWrites('old')).resolves.toEqual([]);
    await expect(session.readWrites('new')).resolves.toEqual([{ writer: 'pooled', id: 1 }]);
    await session.close();
  });

  test(`${name}: the probe's user may do to its table what the probe does, and nothing else`, async () => {
    const connection = await database.connect(proxy.port);
    const shop = database.engine.name === 'postgres' ? 'public' : 'shop';
    const forbidden = [
      `UPDATE webmarket_probe.probe_commits SET id = 1`,
      `TRUNCATE TABLE webmarket_probe.probe_commits`,
      `DROP TABLE webmarket_probe.probe_commits`,
      `CREATE TABLE webmarket_probe.another (id bigint)`,
      `CREATE TABLE ${shop}.another (id bigint)`,
      `SELECT id FROM ${shop}.orders`,
      `INSERT INTO ${shop}.orders VALUES (2)`,
      `CREATE ROLE another`,
    ];

    for (const sql of forbidden) await expect(connection.query(sql)).rejects.toThrow(/denied|must be owner/u);
    connection.destroy();
  });
}

/** Puts another look-up of names in the place of Node.js's own, which sockets use; gives what puts it back. */
function replaceLookup(lookup: (host: string, ...rest: unknown[]) => unknown): () => void {
  const real = dns.lookup;
  dns.lookup = lookup as typeof dns.lookup;
  return () => {
    dns.lookup = real;
  };
}

describe('PostgreSQL', () => {
  describeEngine('PostgreSQL', startPostgres, 3000);
});

const describeIfInstalled = mariadbPath === undefined ? describe.skip : describe;

describeIfInstalled(`MySQL${mariadbPath === undefined ? ' (skipped: no mariadbd is installed)' : ''}`, () => {
  describeEngine('MySQL', async () => {
    const database = await startMariadb();
    if (database === undefined) throw new Error('No mariadbd is installed.');
    return database;
  }, 1500);
});
