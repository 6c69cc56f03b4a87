import { describeQuestion, describeRun } from '../../../functions/lifecycle/announcements.ts';
import { metricNamespace } from '../../../functions/lifecycle/metrics.ts';
import { bucketRoles } from '../../../functions/lifecycle/settings.ts';
import { putEvidence } from '../../../functions/platform/evidence.ts';
import type { FaultKind } from '../../../simulator/kernel/faults.ts';
import { bucket, errorOf } from '../platform/session.ts';
import { foreign } from './facts.ts';
import { ledger, type LifecycleScene, openLifecycleScene } from './lifecycle-scene.ts';
import { planOf, reportOf, resultOf } from './report-fixtures.ts';

let scene: LifecycleScene;
beforeEach(() => {
  scene = openLifecycleScene();
});
afterEach(() => scene.close());

const hour = 3_600_000;
const reports = () => scene.messages('lifecycle.report');
const files = (): string[] => scene.account.s3.objects(bucket, 'lifecycle/').map(({ key }) => key);
const resultIn = (role: string, runId?: string) => scene.filed(runId).buckets.find((result) => result.role === role);

function metric(metricName: string): { count: number; sum: number } | undefined {
  return scene.account.cloudWatch.series({ namespace: metricNamespace, metricName, dimensions: {} }).aggregate(0, Infinity);
}

/** Everything declared stands: approved where that is needed. */
async function settle(): Promise<void> {
  await scene.tend('first');
  for (const role of ['productImages', 'logs', 'evidence'] as const) await scene.answer(role);
  await scene.tend('second');
  await scene.wait(10_000);
}

describe('a run', () => {
  test('is filed as JSON and as a page, told and measured', async () => {
    expect(await scene.tend('run-1')).toEqual({ productImages: 'asked', documents: 'written', logs: 'asked', evidence: 'asked' });
    expect(files()).toEqual(['lifecycle/2027-01-13/run-1/report.html', 'lifecycle/2027-01-13/run-1/report.json']);
    expect(scene.filed()).toMatchObject({ schemaVersion: 1, runId: 'run-1', cause: 'schedule', mode: 'enforce' });
    expect(scene.filed().buckets.map(({ role }) => role)).toEqual(bucketRoles);
    expect(scene.page()).toContain('<h1>An approval is wanted</h1>');
    expect(reports()).toEqual([expect.objectContaining({ key: 'lifecycle/run-1/report', severity: 'info', subject: 'Storage lifecycle: 3 waiting for an answer, 1 written' })]);
    expect(reports()[0]?.text).toContain(`s3://${bucket}/lifecycle/2027-01-13/run-1/report.html`);
    expect([metric('BucketsAsDeclared'), metric('BucketsAwaitingApproval'), metric('BucketsRefused'), metric('BucketsFailed')].map((found) => found?.sum)).toEqual([1, 3, 0, 0]);
  });

  test('in which nobody planned a bucket has failed for it, and says so', async () => {
    await scene.plan('documents');
    expect((await scene.report()).outcomes).toEqual({ productImages: 'failed', documents: 'failed', logs: 'failed', evidence: 'failed' });
    expect(resultIn('logs')).toMatchObject({ bucket: 'logs', reason: expect.stringContaining('could not be planned') });
    expect(resultIn('documents')).toMatchObject({ reason: expect.stringContaining('was not begun') });
    expect(reports()[0]).toMatchObject({ severity: 'warning' });
    expect(metric('BucketsFailed')?.sum).toBe(4);
  });

  test('whose write S3 refused, or of which nobody knows how it ended, has failed for the bucket, and says how far it came', async () => {
    await scene.plan('documents');
    scene.break('PutBucketLifecycleConfiguration');
    await errorOf(scene.write('documents'));
    scene.break();
    await scene.report();
    expect(resultIn('documents')?.reason).toContain('S3 refused the write: AccessDenied');
    await scene.plan('documents', 'run-2');
    scene.break('PutBucketLifecycleConfiguration', 'unavailable');
    await errorOf(scene.write('documents', 'run-2'));
    scene.break();
    await scene.report('run-2');
    expect(resultIn('documents', 'run-2')?.reason).toContain('how it ended is not known');
  });

  test('of what was approved names who allowed it', async () => {
    await settle();
    expect(resultIn('productImages', 'second')).toMatchObject({ outcome: 'written', approver: 'Grace' });
    expect(reports()[1]?.text).toContain('written, allowed by Grace');
  });

  test('in which a rule of others lets something go too early is told as critical', async () => {
    scene.set('documents', [foreign('tidy-up', { Filter: { Prefix: 'invoices/' }, Expiration: { Days: 365 }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } })]);
    expect(await scene.tend('run-1')).toMatchObject({ documents: 'refused' });
    expect(reports()[0]).toMatchObject({ severity: 'critical', detail: { blockers: { documents: expect.arrayContaining(['retention-overlap']) } } });
    expect(scene.rules('documents')).toHaveLength(1);
  });
});

describe('what is told', () => {
  test('is nothing where all stands as declared', async () => {
    await settle();
    const before = scene.messages().length;
    expect(await scene.tend('third')).toEqual({ productImages: 'unchanged', documents: 'unchanged', logs: 'unchanged', evidence: 'unchanged' });
    expect(scene.messages()).toHaveLength(before);
    expect(scene.page('third')).toContain('<h1>All rules stand as declared</h1>');
  });

  test('of a dry run is told when it differs from what was told last', async () => {
    scene.configure({ mode: 'dry-run' });
    await scene.tend('run-1');
    await scene.tend('run-2');
    expect(reports()).toHaveLength(1);
    scene.set('logs', [foreign('mine', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })]);
    await scene.tend('run-3');
    expect(reports()).toHaveLength(2);
    scene.set('logs', []);
    await scene.tend('run-4');
    expect(reports()).toHaveLength(3);
    expect(scene.messages()).toHaveLength(3);
  });

  test('of a question is told when it is put, and not while it waits, nor after a no', async () => {
    scene.configure({});
    await scene.tend('run-1');
    await scene.tend('run-2');
    expect(reports()).toHaveLength(1);
    await scene.answer('logs', { decision: 'rejected', comment: 'Not yet.' });
    await scene.tend('run-3');
    expect(reports()).toHaveLength(1);
    expect(resultIn('logs', 'run-3')).toMatchObject({ outcome: 'asked', reason: expect.stringMatching(/^Grace rejected it at .*: Not yet\.\. Nobody is asked again before 2027-01-16/u) });
    await scene.wait(72 * hour);
    await scene.tend('run-4');
    expect(reports()).toHaveLength(2);
  });

  test('is not forgotten because one run could not plan', async () => {
    await scene.tend('run-1');
    scene.break('GetBucketVersioning', 'unavailable');
    expect(await scene.tend('run-2')).toMatchObject({ logs: 'failed' });
    scene.break();
    await scene.tend('run-3');
    expect(reports().map(({ key }) => key)).toEqual(['lifecycle/run-1/report', 'lifecycle/run-2/report']);
  });

  test('of what was refused is told by every run', async () => {
    scene.break('GetBucketLifecycleConfiguration');
    await scene.tend('run-1');
    await scene.tend('run-2');
    expect(reports().map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });
});

describe('reported again', () => {
  test('a run is what it was: the first report stands, and nothing is told twice', async () => {
    for (const role of bucketRoles) await scene.plan(role);
    await scene.report();
    const first = scene.filed();
    // A try that came late, and that the report knows nothing of.
    await scene.write('documents');
    await scene.wait(60_000);
    expect((await scene.report()).outcomes).toMatchObject({ documents: 'failed', logs: 'asked' });
    expect(metric('BucketsFailed')).toMatchObject({ count: 2, sum: 2 });
    expect(scene.filed()).toEqual(first);
    expect(scene.account.s3.versions(bucket, files()[1] ?? '')).toHaveLength(1);
    expect(reports()).toHaveLength(1);
  });

  test('and what stands in the evidence cannot be read, nothing is made up: it is a defect', async () => {
    await scene.run(() => putEvidence(bucket, 'lifecycle/2027-01-13/run-1/report.json', { schemaVersion: 1 }));
    expect((await errorOf(scene.report())).name).toBe('Defect');
    expect(scene.messages()).toEqual([]);
  });

  const operations = ['GetItem', 'PutItem', 'PutObject', 'Publish', 'PutMetricData'] as const;
  const kinds: readonly FaultKind[] = ['throttled', 'denied', 'reply-lost', 'reply-lost-for-good'];
  const cases = operations.flatMap((operation) => kinds.map((fault) => ({ operation, fault })));

  test.each(cases)('after $operation went wrong ($fault), one report is left that everything agrees with', async ({ operation, fault }) => {
    for (const role of bucketRoles) await scene.plan(role);
    await scene.write('documents');
    scene.fail(operation, fault, fault === 'reply-lost' || fault === 'denied' ? 1 : 3);
    await scene.report().catch(() => undefined);
    scene.break();
    await scene.wait(60_000);
    expect((await scene.report()).outcomes).toEqual({ productImages: 'asked', documents: 'written', logs: 'asked', evidence: 'asked' });
    for (const file of files()) expect(scene.account.s3.versions(bucket, file)).toHaveLength(1);
    expect(files()).toHaveLength(2);
    expect(new Set(reports().map(({ key, text }) => `${key} ${text}`)).size).toBe(1);
    for (const [name, value] of [['BucketsAsDeclared', 1], ['BucketsAwaitingApproval', 3]] as const) {
      const { count = 0, sum = 0 } = metric(name) ?? {};
      expect(count).toBeGreaterThan(0);
      expect(sum / count).toBe(value);
    }
    expect((await scene.run(() => ledger.get('lifecycle-told', 'last')))?.value['logs']).toMatchObject({ outcome: 'asked' });
  });
});

describe('a message', () => {
  test('has a subject of one short line of ASCII, whatever is in it', () => {
    const report = reportOf(resultOf('logs', { outcome: 'written', approver: 'Zoë\nBcc: all', reason: '<script>\u2028' }));
    expect(describeRun(report, 's3://x').subject).toBe('Storage lifecycle: 1 written, 3 as declared');
    const worst = describeRun(reportOf(resultOf('logs', { outcome: 'failed' }), resultOf('documents', { outcome: 'refused' }), resultOf('evidence', { outcome: 'altered' }), resultOf('productImages', { outcome: 'asked' })), 's3://x');
    expect(worst.subject).toMatch(/^[\x20-\x7e]{1,100}$/u);
  });

  test.each([
    ['unchanged', 'info'], ['dry-run', 'info'], ['asked', 'info'], ['written', 'info'], ['refused', 'warning'], ['altered', 'warning'], ['failed', 'warning'],
  ] as const)('of a bucket that is %s is told as %s', (outcome, severity) => {
    expect(describeRun(reportOf(resultOf('logs', { outcome })), 's3://x').severity).toBe(severity);
  });

  test('of a write that does not read back as it was made is a warning', () => {
    expect(describeRun(reportOf(resultOf('logs', { outcome: 'written', reason: 'S3 still shows the old ones.' })), 's3://x').severity).toBe('warning');
  });

  test('of a thousand remarks fits into a message', () => {
    const remarks = Array.from({ length: 1000 }, (_, index) => `About rule ${index}: ${'x'.repeat(300)}`);
    const plan = planOf('logs', { remarks });
    const approval = { planHash: plan.planHash, askedAt: '2027-01-13T07:00:00.000Z', expiresAt: '2027-01-16T07:00:00.000Z' };
    for (const { text } of [describeRun(reportOf(resultOf('logs', { outcome: 'asked', plan })), 's3://x'), describeQuestion({ role: 'logs', plan, approval })]) {
      expect(text.length).toBeLessThan(20_000);
      expect(text).toContain('… and 980 more.');
    }
  });
});
