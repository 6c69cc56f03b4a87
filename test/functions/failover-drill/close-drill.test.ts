import { handler } from '../../../functions/failover-drill/close-drill.ts';
import { type Drill, drillLock, drillLockSeconds, findDrill, openDrill } from '../../../functions/failover-drill/drill-records.ts';
import { drillReportSchema, type DrillReport } from '../../../functions/failover-drill/drill-report.ts';
import { metricNamespace } from '../../../functions/failover-drill/metrics.ts';
import { noteProgress } from '../../../functions/failover-drill/probe/probe-records.ts';
import type { ProbeReport } from '../../../functions/failover-drill/probe/probe-report.ts';
import { Defect } from '../../../functions/platform/errors.ts';
import { putEvidence } from '../../../functions/platform/evidence.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import type { FaultKind } from '../../../simulator/kernel/faults.ts';
import { bucket, context, errorOf, openSession, type Session, table, topicArn } from '../platform/session.ts';
import { at, calmProbeOf, databaseId, drillOf, observationOf, probeOf, settings, token, untouchedOf } from './report-fixtures.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
  session.environment = { LEDGER_TABLE: table, EVIDENCE_BUCKET: bucket, TOPIC_ARN: topicArn, DATABASE_ID: databaseId, DRILL_SETTINGS: JSON.stringify(settings) };
});
afterEach(() => session.close());

const ledger = new Ledger(table);
const { drillId } = drillOf();
const lock = drillLock(databaseId);

async function prepare(drill: Drill = drillOf(), probe: ProbeReport | 'none' = probeOf()): Promise<void> {
  await session.run(async () => {
    await openDrill(ledger, drill, Date.now());
    await ledger.lock(lock, drill.drillId, drillLockSeconds);
    const report = probe === 'none' ? {} : { report: probe };
    await noteProgress(ledger, drill.drillId, { runId: 'run-1', startedAt: at(-25), at: at(104), state: 'ended', acknowledged: 421, ...report }, true);
  });
}

const close = (event: object = { drillId }) => session.run(() => handler(event, context));
const drillNow = (id = drillId) => session.run(() => findDrill(ledger, id));
const owner = () => session.run(() => ledger.lockOwner(lock));
const files = (): string[] => session.account.s3.objects(bucket, 'drills/').map(({ key }) => key);
const text = (name: string, id = drillId): string => new TextDecoder().decode(session.account.s3.objects(bucket, `drills/${id}/${name}`)[0]?.body);
const report = (id = drillId): DrillReport => drillReportSchema.parse(JSON.parse(text('report.json', id)));
const messages = () => session.account.sns.messages.map(({ message }) => JSON.parse(message) as { kind: string; severity: string; key: string; text: string });

function metric(metricName: string): { count: number; sum: number } | undefined {
  const series = session.account.cloudWatch.series({ namespace: metricNamespace, metricName, dimensions: { DatabaseId: databaseId } });
  return series.aggregate(0, Infinity);
}

describe('a drill that went its whole way', () => {
  test('is judged, filed as JSON and as a page, told, measured and closed, and its lock given back', async () => {
    await prepare();
    expect(await close()).toEqual({ outcome: 'passed' });
    expect(files()).toEqual([`drills/${drillId}/report.html`, `drills/${drillId}/report.json`]);
    expect(report()).toMatchObject({ outcome: 'passed', measured: { outageSeconds: 74.5, lostCommits: 0 }, probe: probeOf() });
    expect(text('report.html')).toContain('<h1>The drill passed</h1>');
    expect(messages()).toEqual([expect.objectContaining({ kind: 'drill.report', severity: 'info', key: `drill/${drillId}/end` })]);
    expect(messages()[0]?.text).toContain(`s3://${bucket}/drills/${drillId}/report.html`);
    expect([metric('RecoverySeconds'), metric('LostCommits'), metric('DrillPassed')]).toEqual([expect.objectContaining({ count: 1, sum: 74.5 }), expect.objectContaining({ count: 1, sum: 0 }), expect.objectContaining({ count: 1, sum: 1 })]);
    expect(await drillNow()).toMatchObject({ state: 'closed', outcome: 'passed', closedAt: report().closedAt });
    expect(await owner()).toBeUndefined();
  });

  test('and of which the probe left nothing fails, and measures nothing', async () => {
    await prepare(drillOf(), 'none');
    expect(await close()).toEqual({ outcome: 'failed' });
    expect(report().measured).toEqual({});
    expect(metric('RecoverySeconds')).toBeUndefined();
    expect(metric('LostCommits')).toBeUndefined();
    expect(metric('DrillPassed')).toMatchObject({ sum: 0 });
    expect(messages()[0]).toMatchObject({ severity: 'critical' });
  });

  test('and of which the probe left what nobody can read has a report all the same', async () => {
    await prepare();
    await session.run(async () => {
      const record = await ledger.get('probe', drillId);
      await ledger.write({ type: 'probe', id: drillId, revision: (record?.revision ?? 0) + 1, value: { state: 'nonsense' } });
    });
    expect(await close()).toEqual({ outcome: 'failed' });
    expect(report().judgements[0]?.statement).toContain('malformed');
  });

  test('has its token nowhere', async () => {
    await prepare();
    await close();
    for (const written of [text('report.json'), text('report.html'), JSON.stringify(messages()), session.printed.join('\n')]) expect(written).not.toContain(token);
  });
});

describe('a drill that ended early', () => {
  test.each(['refused', 'dry-run', 'rejected', 'expired', 'altered', 'error'] as const)('%s has a report and one message, and no metrics', async (outcome) => {
    await prepare(untouchedOf({ blockers: [{ code: 'status', message: 'The status is stopped.' }] }), 'none');
    expect(await close({ drillId, outcome, reason: 'Because.' })).toEqual({ outcome });
    expect(report()).toMatchObject({ outcome, judgements: [], measured: {} });
    expect(messages()).toEqual([expect.objectContaining({ kind: `drill.${outcome}`, text: expect.stringContaining('Blocker status: The status is stopped.') })]);
    expect(metric('DrillPassed')).toBeUndefined();
    expect(await drillNow()).toMatchObject({ state: 'closed', outcome });
    expect(await owner()).toBeUndefined();
  });

  test('and yet touched the database is judged, whatever it is called', async () => {
    await prepare();
    expect(await close({ drillId, outcome: 'refused', reason: 'x' })).toEqual({ outcome: 'passed' });
  });

  test('as its workflow broke has what was measured, and has not passed', async () => {
    await prepare();
    expect(await close({ drillId, outcome: 'error', reason: 'Transient' })).toEqual({ outcome: 'error' });
    expect(report().measured).toEqual({ outageSeconds: 74.5, lostCommits: 0 });
    expect(metric('DrillPassed')).toMatchObject({ sum: 0 });
  });

  test('before it was written down is told, and leaves no record and no report', async () => {
    expect(await close({ drillId, outcome: 'error', reason: 'Transient' })).toEqual({ outcome: 'error' });
    expect(messages()).toEqual([expect.objectContaining({ kind: 'drill.error', severity: 'critical', text: expect.stringContaining('Transient') })]);
    expect(await drillNow()).toBeUndefined();
    expect(files()).toEqual([]);
  });
});

test('an observation is closed as one, without metrics', async () => {
  const observation = observationOf();
  await prepare(observation, calmProbeOf());
  expect(await close({ drillId: observation.drillId })).toEqual({ outcome: 'passed' });
  expect(report(observation.drillId)).toMatchObject({ kind: 'observation', measured: {} });
  expect(metric('DrillPassed')).toBeUndefined();
});

describe('closed again', () => {
  test('a drill is answered with its outcome, and nothing is done but to give the lock back', async () => {
    await prepare();
    await close();
    await session.run(() => ledger.lock(lock, drillId, drillLockSeconds));
    const calls = session.account.s3.versions(bucket, `drills/${drillId}/report.json`).length;
    expect(await close({ drillId, outcome: 'error', reason: 'x' })).toEqual({ outcome: 'passed' });
    expect(messages()).toHaveLength(1);
    expect(metric('DrillPassed')).toMatchObject({ count: 1 });
    expect(session.account.s3.versions(bucket, `drills/${drillId}/report.json`)).toHaveLength(calls);
    expect(await owner()).toBeUndefined();
  });

  test('a drill does not take the lock of another one', async () => {
    await prepare();
    await close();
    await session.run(() => ledger.lock(lock, 'another', drillLockSeconds));
    await close();
    expect(await owner()).toBe('another');
  });

  test('without its outcome is a defect', async () => {
    await prepare(drillOf({ state: 'closed' }));
    expect(await errorOf(close())).toBeInstanceOf(Defect);
  });
});

describe('whatever goes wrong', () => {
  const operations = ['PutObject', 'Publish', 'PutMetricData', 'PutItem'] as const;
  const kinds: readonly FaultKind[] = ['throttled', 'unavailable', 'denied', 'reply-lost', 'reply-lost-for-good'];
  const cases = operations.flatMap((operation) => kinds.map((fault) => ({ operation, fault })));

  test.each(cases)('with $operation ($fault), the lock is given back, and the next call leaves one report that everything agrees with', async ({ operation, fault }) => {
    await prepare();
    session.fail(operation, fault, fault === 'reply-lost' ? 1 : 3);
    const first = await close().catch(() => undefined);
    expect(await owner()).toBeUndefined();
    // Minutes later the workflow, which has given up, closes it as broken.
    session.fail(operation, fault, 0);
    await session.clock.runUntil(session.clock.now() + 600_000);
    const { outcome } = (await close({ drillId, outcome: 'error', reason: 'Transient' })) as { outcome: string };
    expect(session.account.s3.versions(bucket, `drills/${drillId}/report.json`)).toHaveLength(1);
    expect(session.account.s3.versions(bucket, `drills/${drillId}/report.html`)).toHaveLength(1);
    const filed = report();
    expect(outcome).toBe(filed.outcome);
    expect(first ?? { outcome }).toEqual({ outcome });
    expect(text('report.html')).toContain(filed.outcome === 'passed' ? 'The drill passed' : 'The drill broke');
    expect(await drillNow()).toMatchObject({ state: 'closed', outcome, closedAt: filed.closedAt });
    // Told again only where nobody could know, or remember, that it was told: the same message under the same key.
    expect(messages().length).toBeLessThanOrEqual(operation === 'Publish' || operation === 'PutItem' ? 4 : 1);
    expect(new Set(messages().map(({ key, kind }) => `${key} ${kind}`)).size).toBe(1);
    // Twice in the same minute at most where a reply was lost: no average and no extreme changes.
    for (const name of ['RecoverySeconds', 'LostCommits', 'DrillPassed']) {
      const { count = 0, sum = 0 } = metric(name) ?? {};
      expect(count).toBeGreaterThan(0);
      expect(sum / count).toBe({ RecoverySeconds: 74.5, LostCommits: 0, DrillPassed: filed.outcome === 'passed' ? 1 : 0 }[name]);
    }
    expect(await owner()).toBeUndefined();
  });

  test('with the page alone, the report that stands is the one that is told: a repetition does not judge anew', async () => {
    await prepare();
    let puts = 0;
    session.account.faults = { faultFor: ({ operation }) => (operation === 'PutObject' && (puts += 1) > 1 ? 'denied' : undefined) };
    await errorOf(close());
    expect(files()).toEqual([`drills/${drillId}/report.json`]);
    session.account.faults = { faultFor: () => undefined };
    expect(await close({ drillId, outcome: 'error', reason: 'Refused' })).toEqual({ outcome: 'passed' });
    expect(text('report.html')).toContain('<h1>The drill passed</h1>');
    expect(messages()).toEqual([expect.objectContaining({ kind: 'drill.report' })]);
  });

  test('with the lock, the drill is closed, and the next call gives it back', async () => {
    await prepare();
    session.fail('DeleteItem', 'denied', 1);
    await errorOf(close());
    expect(await drillNow()).toMatchObject({ state: 'closed', outcome: 'passed' });
    expect(await owner()).toBe(drillId);
    await close();
    expect(await owner()).toBeUndefined();
    expect(messages()).toHaveLength(1);
  });

  test('with the report and the lock, it is the report that is told', async () => {
    await prepare();
    session.account.faults = { faultFor: ({ operation }) => (operation === 'PutObject' || operation === 'DeleteItem' ? 'denied' : undefined) };
    expect((await errorOf(close())).message).toContain('AccessDenied');
    expect(session.printed.join('\n')).toContain('The lock could not be given back');
  });

  test('with what stands in the evidence, nothing is made up: it is a defect', async () => {
    await prepare();
    await session.run(() => putEvidence(bucket, `drills/${drillId}/report.json`, { schemaVersion: 1, outcome: 'splendid' }));
    expect(await errorOf(close())).toBeInstanceOf(Defect);
    expect(messages()).toEqual([]);
    expect(await drillNow()).toMatchObject({ state: 'acting' });
    expect(await owner()).toBeUndefined();
  });
});
