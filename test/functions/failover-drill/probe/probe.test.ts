import type { ProbeClock } from '../../../../functions/failover-drill/probe/probe-clock.ts';
import type { ProbeProgress } from '../../../../functions/failover-drill/probe/probe-records.ts';
import { type ProbeReport, probeReportSchema } from '../../../../functions/failover-drill/probe/probe-report.ts';
import { probe, type ProbeSeams, type ProbeSettings } from '../../../../functions/failover-drill/probe/probe.ts';
import { VirtualClock } from '../../../../simulator/kernel/clock.ts';
import { type Answer, type Script, ScriptedDatabase, settings as durability } from './support/scripted-database.ts';

/** The probe in virtual time, against a database that does what a script says. */

const start = Date.parse('2027-01-13T07:00:00.000Z');
const minutes = (count: number): number => count * 60_000;

interface Played {
  readonly report: ProbeReport | undefined;
  readonly database: ScriptedDatabase;
  readonly notes: readonly ProbeProgress[];
  readonly warnings: readonly string[];
  /** Milliseconds from the beginning to the end. */
  readonly took: number;
}

interface Scene {
  readonly script?: Script;
  readonly settings?: Partial<ProbeSettings>;
  readonly seams?: (clock: ProbeClock) => Partial<ProbeSeams>;
}

async function play({ script, settings, seams }: Scene = {}): Promise<Played> {
  const time = VirtualClock.detached(start);
  const clock: ProbeClock = { now: () => time.now(), after: (milliseconds, act) => time.at(time.now() + milliseconds, act) };
  const database = new ScriptedDatabase(clock, script);
  const notes: ProbeProgress[] = [];
  const warnings: string[] = [];
  const report = await time.runWhilePending(
    probe(
      { runId: 'run', deadline: start + minutes(12), limits: { withoutOutage: minutes(5), withoutCommit: minutes(1), reserve: 20_000 }, ...settings },
      {
        clock,
        driver: database,
        resolve: () => Promise.resolve([time.now() < start + 30_000 ? '10.0.1.10' : '10.0.2.10']),
        note: (progress) => Promise.resolve(notes.push(progress) > 0),
        warn: (message) => warnings.push(message),
        ...seams?.(clock),
      },
    ),
  );
  return { report, database, notes, warnings, took: time.now() - start };
}

/** An answer between two instants, in seconds from the beginning. */
function between<T>(from: number, to: number, answer: T): (now: number) => T | 'ok' {
  return (now) => (now >= start + from * 1000 && now < start + to * 1000 ? answer : 'ok');
}

/** Nobody can connect, and connections that stood break at the first write. */
function outage(from: number, to: number): Script {
  return { connect: between<Answer>(from, to, 'fail'), insert: between<Answer>(from, to, 'break') };
}

test('an outage is measured from the last commit before to the first one after', async () => {
  const { report, notes } = await play({ script: outage(20.2, 92.7) });

  expect(report).toMatchObject({ ended: 'recovered', intervalMilliseconds: 500, addresses: { before: ['10.0.1.10'], after: ['10.0.2.10'] }, durability });
  for (const writer of report?.writers ?? []) {
    expect(writer).toMatchObject({ lastCommitBefore: '2027-01-13T07:00:20.000Z', firstCommitAfter: '2027-01-13T07:01:33.000Z', outageSeconds: 73 });
  }
  // 41 commits before, then 145 ticks of nothing, then 20 commits.
  const [pooled, fresh] = report?.writers ?? [];
  expect(pooled).toMatchObject({ writer: 'pooled', acknowledged: 61, refused: 144, unanswered: 1 });
  expect(fresh).toMatchObject({ writer: 'fresh', acknowledged: 61, refused: 145, unanswered: 0 });
  expect(report?.verification).toMatchObject({ status: 'read', lost: { count: 0 }, ambiguousAbsent: { count: 1, examples: [{ writer: 'pooled', id: 42 }] }, ambiguousPresent: { count: 0 }, phantom: { count: 0 } });
  expect([...new Set(notes.map(({ state }) => state))]).toEqual(['starting', 'writing', 'outage', 'recovering']);
  expect(probeReportSchema.safeParse(report).success).toBe(true);
});

test('what was committed and is gone is lost; what nobody answered and is there is not', async () => {
  const script: Script = { connect: between<Answer>(10, 40, 'fail'), insert: between(10, 40, 'break-after' as const) };
  const { report } = await play({
    script,
    seams: (clock) => {
      const database = new ScriptedDatabase(clock, script);
      const forgetful = async (): Promise<Awaited<ReturnType<ScriptedDatabase['connect']>>> => {
        const session = await database.connect();
        // The last two commits of the fresh client before the outage never reached the standby.
        return { ...session, readWrites: async (run) => (await session.readWrites(run)).filter(({ writer, id }) => !(writer === 'fresh' && (id === 19 || id === 20))) };
      };
      return { driver: { connect: forgetful } };
    },
  });

  expect(report?.verification).toMatchObject({
    lost: { count: 2, examples: [{ writer: 'fresh', id: 19 }, { writer: 'fresh', id: 20 }] },
    ambiguousPresent: { count: 1, examples: [{ writer: 'pooled', id: 21 }] },
    ambiguousAbsent: { count: 0 },
    phantom: { count: 0 },
  });
});

test('what only one client felt may be its own hiccup: the outage of both is waited for', async () => {
  const { report } = await play({
    script: {
      connect: between<Answer>(60, 90, 'fail'),
      insert: (now, { writer }) => (now === start + 5000 && writer === 'pooled' ? 'break' : between<Answer>(60, 90, 'break')(now)),
    },
  });

  expect(report?.ended).toBe('recovered');
  expect(report?.writers.map(({ outageSeconds }) => outageSeconds)).toEqual([30.5, 30.5]);
});

test('a hiccup of one client alone is an outage at the limit', async () => {
  const { report, took } = await play({ script: { insert: (now, { writer }) => (now === start + 5000 && writer === 'pooled' ? 'break' : 'ok') } });

  expect(report?.ended).toBe('recovered');
  expect(took).toBeGreaterThanOrEqual(minutes(5));
  expect(report?.writers.map(({ outageSeconds }) => outageSeconds)).toEqual([1, undefined]);
});

test('without an outage the probe ends at its limit', async () => {
  const { report, took } = await play();

  expect(report?.ended).toBe('no-outage');
  expect(took).toBeGreaterThanOrEqual(minutes(5));
  expect(took).toBeLessThan(minutes(5) + 3000);
  expect(report?.writers.every(({ attempts, acknowledged }) => attempts === acknowledged && attempts >= 600)).toBe(true);
});

test('an outage that begins before the limit is seen to its end', async () => {
  const { report } = await play({ script: outage(299, 400) });

  expect(report?.ended).toBe('recovered');
  expect(report?.writers[1]?.outageSeconds).toBe(101.5);
});

test('a database that never commits is given up after a minute', async () => {
  const { report, took } = await play({ script: { connect: () => 'fail' } });

  expect(report).toMatchObject({ ended: 'never-wrote', verification: { status: 'unread', reason: 'Nobody is there.' }, durability: [] });
  expect(took).toBeLessThan(minutes(1) + 35_000);
});

test('the report is made before the deadline, though nothing ever answers any more', async () => {
  const silent = between<Answer>(30, 10_000, 'hang');
  const { report, took } = await play({
    script: { connect: silent, insert: silent, ask: silent, close: silent },
    seams: (clock) => ({ resolve: () => (clock.now() > start ? new Promise(() => undefined) : Promise.resolve(['10.0.1.10'])), note: () => new Promise(() => undefined) }),
    settings: { deadline: start + minutes(2) },
  });

  expect(report).toMatchObject({ ended: 'time-short', verification: { status: 'unread' }, addresses: { before: ['10.0.1.10'], after: [] } });
  expect(took).toBeLessThan(minutes(2) - 2000);
  expect(took).toBeGreaterThan(minutes(2) - 20_000);
  const [pooled] = report?.writers ?? [];
  expect(pooled).toMatchObject({ lastCommitBefore: '2027-01-13T07:00:29.500Z', unanswered: 1 });
  expect(pooled?.outageSeconds).toBeUndefined();
});

test('a driver that forgets its time-outs is given up, and what it brings later is destroyed', async () => {
  const { report, database } = await play({ script: { connect: (now) => (now === start + 10_000 ? { afterMilliseconds: 8000 } : 'ok'), insert: (now, { writer }) => (now === start + 20_000 && writer === 'pooled' ? 'hang' : 'ok') } });

  const [pooled, fresh] = report?.writers ?? [];
  expect(pooled).toMatchObject({ unanswered: 1, refused: 0, slowestAttemptMilliseconds: 3000 });
  expect(fresh).toMatchObject({ unanswered: 0, refused: 1, slowestAttemptMilliseconds: 3000 });
  expect(database.sessions.every(({ isDestroyed }) => isDestroyed)).toBe(true);
});

test('a write that takes longer than an interval is not doubled', async () => {
  const { report } = await play({ script: { insert: (now) => (now < start + 100_000 ? { afterMilliseconds: 700 } : 'ok') } });

  for (const { attempts, acknowledged, slowestAttemptMilliseconds } of report?.writers ?? []) {
    expect(slowestAttemptMilliseconds).toBe(700);
    expect(acknowledged).toBe(attempts);
    // Every second tick in the first 100 seconds, every tick in the 200 that follow.
    expect(attempts).toBeGreaterThanOrEqual(499);
    expect(attempts).toBeLessThanOrEqual(505);
  }
});

test('a ledger that is away stops nobody, and is tried again at the next note', async () => {
  let isAway = true;
  const noted: ProbeProgress[] = [];
  const { report, warnings } = await play({
    script: outage(20.2, 50),
    seams: (clock) => ({
      note: (progress) => {
        isAway = clock.now() < start + 15_000;
        if (isAway) return Promise.reject(new Error('throttled'));
        noted.push(progress);
        return Promise.resolve(true);
      },
    }),
  });

  expect(report?.ended).toBe('recovered');
  expect(warnings.length).toBe(5);
  expect(noted[0]).toMatchObject({ runId: 'run', state: 'writing', at: '2027-01-13T07:00:15.000Z' });
  expect(noted.length).toBeGreaterThan(5);
});

test('a ledger that does not answer holds up no write', async () => {
  const { report } = await play({ script: outage(20.2, 50), seams: () => ({ note: () => new Promise(() => undefined) }) });

  expect(report?.writers[1]).toMatchObject({ outageSeconds: 30, acknowledged: 61 });
});

test('a run that another one has taken over stops, and reports nothing', async () => {
  const { report, database, took } = await play({ seams: (clock) => ({ note: () => Promise.resolve(clock.now() < start + 30_000) }) });

  expect(report).toBeUndefined();
  expect(took).toBeLessThan(32_000);
  expect(database.sessions.every(({ isDestroyed }) => isDestroyed)).toBe(true);
});

test('what goes wrong at the beginning costs what is beside the measurement, not the measurement', async () => {
  const { report, warnings, database } = await play({
    script: { ...outage(20.2, 50), ask: (now, what) => (now < start + 50_000 && what !== 'read' ? 'hang' : 'ok') },
    seams: (clock) => ({ resolve: () => (clock.now() < start + 10_000 ? new Promise(() => undefined) : Promise.resolve(['10.0.2.10'])) }),
  });

  expect(report).toMatchObject({ ended: 'recovered', durability, addresses: { before: [], after: ['10.0.2.10'] } });
  expect(report?.writers[0]?.outageSeconds).toBe(30);
  expect(warnings.length).toBe(2);
  expect(database.deletedBefore).toEqual([]);
});

test('rows of a week ago are removed at the beginning', async () => {
  const { database } = await play({ script: outage(5, 10) });

  expect(database.deletedBefore).toEqual([new Date(start - 7 * 86_400_000)]);
});

test('the table is read again and again, until it is read', async () => {
  let reads = 0;
  const { report } = await play({ script: { ...outage(5, 10), ask: (_now, what) => (what === 'read' && (reads += 1) < 4 ? 'fail' : 'ok') } });

  expect(reads).toBe(4);
  expect(report?.verification.status).toBe('read');
});

test('the write that is under way at the end is seen to its end', async () => {
  // The fresh client is back first, and slow when the pooled one has committed often enough: at 24.5 seconds.
  const { report, database, took } = await play({
    script: { insert: (now, { writer }) => (writer === 'pooled' ? between<Answer>(5, 15, 'fail')(now) : now >= start + 20_000 ? { afterMilliseconds: 1900 } : between<Answer>(5, 7, 'fail')(now)) },
  });

  expect(report?.ended).toBe('recovered');
  expect(took).toBeGreaterThan(25_900);
  expect(report?.writers.map(({ unanswered, slowestAttemptMilliseconds }) => ({ unanswered, slowestAttemptMilliseconds }))).toEqual([
    { unanswered: 0, slowestAttemptMilliseconds: 0 },
    { unanswered: 0, slowestAttemptMilliseconds: 1900 },
  ]);
  expect(database.table.length).toBe(report?.writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0));
});
