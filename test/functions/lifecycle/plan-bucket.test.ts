import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import { versionsOf } from '../../../functions/lifecycle/read-bucket.ts';
import { AwsError } from '../../../simulator/kernel/aws-error.ts';
import { errorOf } from '../platform/session.ts';
import { foreign, shipped } from './facts.ts';
import { buckets, type LifecycleScene, openLifecycleScene } from './lifecycle-scene.ts';

let scene: LifecycleScene;
beforeEach(() => {
  scene = openLifecycleScene();
});
afterEach(() => scene.close());

const hour = 3_600_000;
const asked = () => scene.messages('lifecycle.approval-asked');

describe('a bucket', () => {
  test('without a configuration has no rules, and gets ours', async () => {
    expect(await scene.plan('documents')).toEqual({ verdict: 'write' });
    const { plan, act, ending } = await scene.recordOf('documents');
    expect(plan).toMatchObject({ bucket: 'documents', blockers: [], foreignRules: 0, isDestructive: false, changes: [{ kind: 'add', ruleId: 'webmarket-old-documents' }] });
    expect([act, ending]).toEqual([undefined, undefined]);
    expect(scene.rules('documents')).toEqual([]);
  });

  test('whose rules stand is left in peace, and its versions are not listed', async () => {
    await scene.plan('documents');
    await scene.write('documents');
    scene.calls.length = 0;
    expect(await scene.plan('documents', 'run-2')).toEqual({ verdict: 'unchanged' });
    expect(scene.calls).not.toContain('ListObjectVersions');
  });

  test.each([
    ['its configuration', 'GetBucketLifecycleConfiguration'],
    ['its versioning', 'GetBucketVersioning'],
  ])('of which nobody may read %s is refused, whatever stands', async (_what, operation) => {
    scene.break(operation);
    expect(await scene.plan('documents')).toEqual({ verdict: 'refused' });
    const { plan } = await scene.recordOf('documents');
    expect(plan.blockers).toEqual([expect.objectContaining({ code: 'unread' })]);
    expect(scene.calls).not.toContain('ListObjectVersions');
  });

  test('that is gone, or is somebody else’s, is not one without rules', async () => {
    scene.environment = { ...scene.environment, BUCKETS: JSON.stringify({ ...buckets, documents: 'no-such-bucket' }) };
    expect(await scene.plan('documents')).toEqual({ verdict: 'refused' });
    scene.environment = { ...scene.environment, BUCKETS: JSON.stringify(buckets), ACCOUNT_ID: '999999999999' };
    expect(await scene.plan('documents', 'run-2')).toEqual({ verdict: 'refused' });
    expect((await scene.recordOf('documents', 'run-2')).plan.blockers[0]).toMatchObject({ code: 'unread', message: expect.stringContaining('AccessDenied') });
  });

  test.each(['throttled', 'unavailable'] as const)('that cannot be read for the moment (%s) is tried again', async (fault) => {
    scene.break('GetBucketLifecycleConfiguration', fault);
    expect((await errorOf(scene.plan('documents'))).name).toBe('Transient');
    scene.break();
    expect(await scene.plan('documents')).toEqual({ verdict: 'write' });
  });

  test('is planned once a run: what is repeated finds the first plan, and looks at nothing', async () => {
    await scene.plan('documents');
    scene.set('documents', [foreign('exports', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } })]);
    scene.calls.length = 0;
    expect(await scene.plan('documents')).toEqual({ verdict: 'write' });
    expect(scene.calls).toEqual(['GetItem']);
    expect((await scene.recordOf('documents')).plan.foreignRules).toBe(0);
  });

  test('in a dry run is planned and counted, and nobody is asked', async () => {
    scene.configure({ mode: 'dry-run' });
    scene.place('productImages', 'a.jpg', 100);
    expect(await scene.plan('productImages')).toEqual({ verdict: 'dry-run' });
    expect((await scene.recordOf('productImages')).plan).toMatchObject({ isDestructive: true, effect: { deleted: { isComplete: true } }, saving: { pricesAsOf: '2027-03-01' } });
    expect(scene.messages()).toEqual([]);
  });
});

describe('what a change takes on its first day', () => {
  test('is counted over all pages of the listing', async () => {
    for (let index = 0; index < 12; index += 1) scene.place('productImages', `${index}.jpg`, 100, 1024);
    await scene.plan('productImages');
    // Of each, those stay that were replaced less than 30 days ago, up to the next midnight.
    const { deleted } = (await scene.recordOf('productImages')).plan.effect ?? {};
    expect(deleted).toMatchObject({ isComplete: true, objects: 12 * 70 });
    expect(scene.calls.filter((operation) => operation === 'ListObjectVersions')).toHaveLength(2);
  });

  test.each([
    ['there are more versions than are counted', () => scene.configure({ maxVersionsCounted: 1000 }), 60_000, 'more than 1000 versions'],
    ['nobody may list them', () => scene.break('ListObjectVersions'), 60_000, 'AccessDenied'],
    ['the listing is throttled', () => scene.break('ListObjectVersions', 'throttled'), 60_000, 'could not be listed'],
    ['the time is up', () => undefined, 30_000, 'The time was up after 0 versions'],
  ])('is at least what was counted where %s, and the question says so', async (_why, prepare, remaining, remark) => {
    for (let index = 0; index < 12; index += 1) scene.place('productImages', `${index}.jpg`, 100, 1024);
    prepare();
    expect(await scene.plan('productImages', 'run-1', remaining)).toEqual({ verdict: 'ask' });
    const { plan } = await scene.recordOf('productImages');
    expect(plan.effect?.deleted).toMatchObject({ isComplete: false });
    expect(plan.remarks).toContainEqual(expect.stringContaining(remark));
    expect(asked()[0]?.text).toContain(remark);
    expect(asked()[0]?.text).toMatch(/gone for good: (at least|nothing among what was counted)/u);
  });

  test('is counted as S3 lists it: versions and delete markers together, by the bytes of the key, the newest first', () => {
    const at = (seconds: number): Date => new Date(seconds * 1000);
    const page: Pick<ListObjectVersionsCommandOutput, 'Versions' | 'DeleteMarkers'> = {
      Versions: [
        { Key: 'a', LastModified: at(5), IsLatest: false, Size: 7, StorageClass: 'STANDARD' },
        { Key: 'a', LastModified: at(3), IsLatest: false, Size: 8 },
        { Key: '\uffee', LastModified: at(1), IsLatest: true, Size: 1 },
        { Key: '\u{1f600}', LastModified: at(1), IsLatest: true, Size: 1 },
      ],
      DeleteMarkers: [{ Key: 'a', LastModified: at(5), IsLatest: true }, { Key: 'a', LastModified: at(4), IsLatest: false }],
    };
    expect(versionsOf(page).map(({ key, modifiedAt, isDeleteMarker, size }) => [key, modifiedAt / 1000, isDeleteMarker, size])).toEqual([
      ['a', 5, true, 0], ['a', 5, false, 7], ['a', 4, true, 0], ['a', 3, false, 8], ['\uffee', 1, false, 1], ['\u{1f600}', 1, false, 1],
    ]);
  });
});

describe('a question', () => {
  test('is put where something would go for good, with everything that is needed for an answer', async () => {
    scene.place('productImages', 'a.jpg', 100);
    expect(await scene.plan('productImages')).toEqual({ verdict: 'ask' });
    const { plan, approval } = await scene.question('productImages');
    expect(approval).toEqual({ planHash: plan.planHash, askedAt: expect.stringContaining('2027-01-13T07:00'), expiresAt: expect.stringContaining('2027-01-16T07:00') });
    const [message] = asked();
    expect(message).toMatchObject({ severity: 'warning', detail: { role: 'productImages', planHash: plan.planHash } });
    for (const part of ['webmarket-replaced-images', plan.planHash, approval.expiresAt, 'gone for good: 70 versions, 70.0 MiB']) expect(message?.text).toContain(part);
    expect(scene.rules('productImages')).toEqual([]);
  });

  test('stands for all runs until it expires, and is told once', async () => {
    await scene.plan('productImages');
    const first = await scene.question('productImages');
    await scene.plan('productImages');
    await scene.wait(71 * hour);
    await scene.plan('productImages', 'run-2');
    expect(await scene.question('productImages')).toEqual(first);
    expect(asked()).toHaveLength(1);
    await scene.wait(hour);
    await scene.plan('productImages', 'run-3');
    expect((await scene.question('productImages')).approval.askedAt).toContain('2027-01-16T07:00');
    expect(asked()).toHaveLength(2);
  });

  test('is put anew when the plan is another one', async () => {
    await scene.plan('productImages');
    const first = await scene.question('productImages');
    scene.set('productImages', [foreign('thumbnails', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })]);
    await scene.wait(hour);
    await scene.plan('productImages', 'run-2');
    expect((await scene.question('productImages')).plan.planHash).not.toBe(first.plan.planHash);
    expect(asked()).toHaveLength(2);
    // The first run comes back to it, late: what was asked since stands.
    await scene.plan('productImages');
    expect((await scene.question('productImages')).plan.planHash).not.toBe(first.plan.planHash);
    expect(asked()).toHaveLength(2);
  });

  test('that was answered no is not put again before it expires', async () => {
    await scene.plan('productImages');
    await scene.answer('productImages', { decision: 'rejected' });
    expect(await scene.plan('productImages', 'run-2')).toEqual({ verdict: 'ask' });
    expect((await scene.question('productImages')).approval.decision).toBe('rejected');
    expect(asked()).toHaveLength(1);
    await scene.wait(72 * hour);
    await scene.plan('productImages', 'run-3');
    expect((await scene.question('productImages')).approval.decision).toBeUndefined();
    expect(asked()).toHaveLength(2);
  });

  test('that was told, and answered no, is not told again because nobody could remember that it was', async () => {
    let puts = 0;
    scene.account.faults = { faultFor: ({ operation }) => (operation === 'PutItem' && (puts += 1) > 2 ? 'denied' : undefined) };
    await errorOf(scene.plan('productImages'));
    expect(asked()).toHaveLength(1);
    scene.break();
    await scene.answer('productImages', { decision: 'rejected' });
    await scene.plan('productImages', 'run-2');
    expect(asked()).toHaveLength(1);
  });

  test('that was answered yes lets the next run write, as long as the answer is valid', async () => {
    await scene.plan('productImages');
    await scene.answer('productImages');
    expect(await scene.plan('productImages', 'run-2')).toEqual({ verdict: 'write' });
    await scene.wait(72 * hour);
    expect(await scene.plan('productImages', 'run-3')).toEqual({ verdict: 'ask' });
  });

  test.each(['denied', 'throttled', 'reply-lost-for-good'] as const)('that could not be told (%s) is told by the repetition', async (fault) => {
    scene.break('Publish', fault);
    await errorOf(scene.plan('productImages'));
    const first = await scene.question('productImages');
    scene.break();
    expect(await scene.plan('productImages')).toEqual({ verdict: 'ask' });
    expect(await scene.question('productImages')).toEqual(first);
    expect(new Set(asked().map(({ key }) => key)).size).toBe(1);
  });
});

describe('a change that was approved and carried out', () => {
  const carryOut = async (): Promise<void> => {
    await scene.plan('productImages');
    await scene.answer('productImages');
    await scene.plan('productImages', 'run-2');
    expect(await scene.write('productImages', 'run-2')).toEqual({ outcome: 'written' });
    await scene.wait(10_000);
  };

  test('and that somebody takes back is not made again by the same approval', async () => {
    await carryOut();
    await scene.wait(hour);
    scene.set('productImages', []);
    expect(await scene.plan('productImages', 'run-3')).toEqual({ verdict: 'ask' });
    expect(asked()).toHaveLength(2);
    expect((await scene.question('productImages')).carriedOut).toBeUndefined();
  });

  test('is not asked for again only because S3 still shows what stood before it', async () => {
    await carryOut();
    const late = scene.clock.now() + 8000;
    scene.show((read) => {
      if (scene.clock.now() >= late) return read();
      throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', { statusCode: 404 });
    });
    expect(await scene.plan('productImages', 'run-3')).toEqual({ verdict: 'unchanged' });
    expect(asked()).toHaveLength(1);
  });
});

test('what is declared is what is planned with: the delivered rules are refused nowhere on empty buckets', async () => {
  for (const role of Object.keys(buckets) as (keyof typeof buckets)[]) {
    await scene.plan(role);
    expect((await scene.recordOf(role)).plan.blockers).toEqual([]);
    expect((await scene.recordOf(role)).plan.changes.length).toBeGreaterThanOrEqual(shipped.buckets[role].rules.length);
  }
});
