import { findReport, Notebook } from '../../../../functions/failover-drill/probe/notebook.ts';
import { systemClock } from '../../../../functions/failover-drill/probe/probe-clock.ts';
import { getProgress, type ProbeProgress } from '../../../../functions/failover-drill/probe/probe-records.ts';
import type { ProbeReport } from '../../../../functions/failover-drill/probe/probe-report.ts';
import { handler } from '../../../../functions/failover-drill/run-probe.ts';
import { Ledger } from '../../../../functions/platform/ledger.ts';
import { contextOf } from './support/context.ts';
import { openSession, type Session, table } from '../../platform/session.ts';

let session: Session;

beforeEach(() => {
  session = openSession();
});

afterEach(() => session.close());

const report: ProbeReport = {
  startedAt: '2027-01-13T07:00:00.000Z',
  endedAt: '2027-01-13T07:02:00.000Z',
  ended: 'recovered',
  intervalMilliseconds: 500,
  writers: [],
  verification: { status: 'unread', reason: 'Nobody is there.' },
  addresses: { before: [], after: [] },
  durability: [],
};

function progressOf(runId: string, changes: Partial<ProbeProgress> = {}): ProbeProgress {
  return { runId, startedAt: report.startedAt, at: new Date().toISOString(), state: 'writing', acknowledged: 3, ...changes };
}

function endOf(runId: string): ProbeProgress {
  return progressOf(runId, { state: 'ended', report });
}

const ledger = new Ledger(table);
const filing = (seconds: number): Parameters<Notebook['file']>[1] => ({ clock: systemClock, deadline: Date.now() + seconds * 1000, warn: () => undefined });

test('of two runs the later one goes on, and the earlier one is told at its next note', async () => {
  const [earlier, later] = [new Notebook(ledger, 'd'), new Notebook(ledger, 'd')];
  const answers = await session.run(async () => [
    await earlier.note(progressOf('a')),
    await later.note(progressOf('b')),
    await earlier.note(progressOf('a')),
    await later.note(progressOf('b')),
    await earlier.file(endOf('a'), filing(60)),
    await later.file(endOf('b'), filing(60)),
  ]);

  expect(answers).toEqual([true, true, false, true, false, true]);
  expect((await session.run(() => getProgress(ledger, 'd')))?.runId).toBe('b');
});

test('a report that stands is never written over, be it by a note of its own run that was held up', async () => {
  const own = new Notebook(ledger, 'd');
  const answers = await session.run(async () => [
    await own.note(progressOf('a')),
    await own.file(endOf('a'), filing(60)),
    await own.note(progressOf('a')),
    await new Notebook(ledger, 'd').note(progressOf('b')),
    await new Notebook(ledger, 'd').file(endOf('b'), filing(60)),
    await own.file(endOf('a'), filing(60)),
  ]);

  // Its own late note is no reason to stop; those of others are.
  expect(answers).toEqual([true, true, true, false, false, true]);
  expect(await session.run(() => getProgress(ledger, 'd'))).toMatchObject({ runId: 'a', state: 'ended', report: { ended: 'recovered' } });
});

test.each(['reply-lost', 'throttled', 'unavailable', 'timed-out'] as const)('a report is filed in spite of %s', async (fault) => {
  const own = new Notebook(ledger, 'd');
  await session.run(() => own.note(progressOf('a')));
  session.fail('PutItem', fault, 7);
  await expect(session.run(() => own.file(endOf('a'), filing(60)))).resolves.toBe(true);

  expect(await session.run(() => getProgress(ledger, 'd'))).toMatchObject({ state: 'ended', report: { ended: 'recovered' } });
});

test('a report that cannot be filed is tried until the deadline, and not beyond', async () => {
  const own = new Notebook(ledger, 'd');
  session.fail('PutItem', 'unavailable', 10_000);
  const from = session.clock.now();
  await expect(session.run(() => own.file(endOf('a'), filing(20)))).rejects.toThrow(/ServiceUnavailable|unavailable|503|No answer/iu);

  expect(session.clock.now() - from).toBeGreaterThan(15_000);
  expect(session.clock.now() - from).toBeLessThan(20_000);
});

test('a drill that nobody measured has no report, and nothing is waited for', async () => {
  const from = session.clock.now();

  await expect(session.run(() => findReport(ledger, 'd', systemClock))).resolves.toBeUndefined();
  expect(session.clock.now() - from).toBeLessThan(1000);
});

test('a run that died is given up once it has been silent for ten seconds', async () => {
  await session.run(() => new Notebook(ledger, 'd').note(progressOf('a')));
  const from = session.clock.now();

  await expect(session.run(() => findReport(ledger, 'd', systemClock))).resolves.toBeUndefined();
  expect(session.clock.now() - from).toBeGreaterThan(9000);
  expect(session.clock.now() - from).toBeLessThan(12_000);
});

test('a run that goes on noting is left alone', async () => {
  const own = new Notebook(ledger, 'd');
  await session.run(() => own.note(progressOf('a')));
  const next = session.run(async () => {
    setTimeout(() => void own.note(progressOf('a')), 3000);
    return findReport(ledger, 'd', systemClock);
  });

  await expect(next).rejects.toMatchObject({ name: 'Transient' });
});

test('a run that ends while it is waited for has its report', async () => {
  const own = new Notebook(ledger, 'd');
  await session.run(() => own.note(progressOf('a')));
  const found = session.run(async () => {
    setTimeout(() => void own.file(endOf('a'), filing(60)), 3000);
    return findReport(ledger, 'd', systemClock);
  });

  await expect(found).resolves.toMatchObject({ ended: 'recovered' });
});

test('a probe that is called again for a drill with a report answers with it, and writes nothing', async () => {
  session.environment = { LEDGER_TABLE: table, DATABASE_HOST: 'database.test', DATABASE_PORT: '5432', DATABASE_NAME: 'shop', DATABASE_ENGINE: 'postgres' };
  await session.run(() => new Notebook(ledger, 'd').file(endOf('a'), filing(60)));
  const answer = await session.run(() => handler({ drillId: 'd', mode: 'drill' }, contextOf(600)));

  expect(answer).toEqual({ ended: 'recovered' });
  expect(await session.run(() => getProgress(ledger, 'd'))).toMatchObject({ runId: 'a' });
});
