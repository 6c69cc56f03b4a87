import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { BucketDefinition, PlacedVersion } from '../../../simulator/services/s3.ts';
import { type FakeAccount, fakeAccount } from './fake-account.ts';

const day = 86_400_000;
const kibibyte = 1024;
const large = 200 * kibibyte;

function withBucket(definition: Partial<BucketDefinition> = {}): FakeAccount {
  const fake = fakeAccount();
  fake.account.s3.putBucket({ name: 'documents', isVersioned: true, encryption: { algorithm: 'AES256' }, tags: {}, ...definition });
  return fake;
}

async function rules(fake: FakeAccount, given: readonly Partial<LifecycleRule>[], minimumSize?: string): Promise<void> {
  await fake.call('S3', 'PutBucketLifecycleConfiguration', {
    Bucket: 'documents',
    LifecycleConfiguration: { Rules: given.map((rule) => ({ Status: 'Enabled', Filter: { Prefix: '' }, ...rule })) },
    TransitionDefaultMinimumObjectSize: minimumSize,
  });
}

/** Until the rules of the `nights` next nights have run. */
function nights(fake: FakeAccount, count = 1): Promise<void> {
  return fake.clock.runUntil((Math.floor(fake.clock.now() / day) + count) * day + 2 * 3_600_000);
}

function place(fake: FakeAccount, key: string, ageDays: number, rest: Partial<PlacedVersion> = {}): void {
  fake.account.s3.place('documents', { key, bytes: large, at: fake.clock.now() - ageDays * day, ...rest });
}

const done = ({ account }: FakeAccount) => account.s3.lifecycleActions.map(({ key, kind }) => `${key} ${kind}`);
const classOf = ({ account }: FakeAccount, key: string) => account.s3.versions('documents', key).at(-1)?.storageClass;
const keys = ({ account }: FakeAccount) => account.s3.objects('documents').map(({ key }) => key);

describe('time', () => {
  test('days are added to the age and rounded up to the next midnight UTC', async () => {
    const fake = withBucket({ isVersioned: false });
    // It is the 6th, 07:00: what was written at 06:00 of the 3rd is three days old now, and due at the midnight after.
    fake.account.s3.place('documents', { key: 'due', bytes: 1, at: Date.parse('2027-01-03T06:00:00Z') });
    fake.account.s3.place('documents', { key: 'next', bytes: 1, at: Date.parse('2027-01-04T00:05:00Z') });
    await rules(fake, [{ Expiration: { Days: 3 } }]);
    await fake.clock.runUntil(Date.parse('2027-01-06T23:59:59Z'));
    expect(keys(fake)).toEqual(['due', 'next']);
    await fake.clock.runUntil(Date.parse('2027-01-07T02:00:00Z'));
    expect(keys(fake)).toEqual(['next']);
    await fake.clock.runUntil(Date.parse('2027-01-08T02:00:00Z'));
    expect(keys(fake)).toEqual([]);
    expect(fake.account.s3.lifecycleActions[0]).toEqual({
      at: expect.any(Number),
      bucket: 'documents',
      key: 'due',
      versionId: 'null',
      kind: 'deleted',
      bytes: 1,
      modifiedAt: Date.parse('2027-01-03T06:00:00Z'),
      storageClass: 'STANDARD',
    });
  });

  test('a date that has come applies to everything, and to what is written later too', async () => {
    const fake = withBucket({ isVersioned: false });
    place(fake, 'a', 1);
    await rules(fake, [{ Expiration: { Date: new Date('2027-01-08T00:00:00Z') } }]);
    await nights(fake);
    expect(keys(fake)).toEqual(['a']);
    await nights(fake);
    expect(keys(fake)).toEqual([]);
    await fake.call('S3', 'PutObject', { Bucket: 'documents', Key: 'b', Body: 'x' });
    await nights(fake);
    expect(keys(fake)).toEqual([]);
  });

  test('nothing runs while no bucket has a rule that is switched on', async () => {
    const fake = withBucket();
    place(fake, 'a', 400);
    const isIdle = async () => {
      await expect(fake.clock.runWhilePending(new Promise(() => {}))).rejects.toThrow('Virtual time cannot move');
      return true;
    };
    expect(await isIdle()).toBe(true);
    await rules(fake, [{ Status: 'Disabled', Expiration: { Days: 1 } }]);
    expect(await isIdle()).toBe(true);
    await rules(fake, [{ Expiration: { Days: 1 } }]);
    await fake.call('S3', 'DeleteBucketLifecycle', { Bucket: 'documents' });
    expect(await isIdle()).toBe(true);
    expect(done(fake)).toEqual([]);
  });

  test('a timer a day is all there is, and a day on which nothing happened leaves no trace', async () => {
    const fake = withBucket({ isVersioned: false });
    place(fake, 'a', 1);
    place(fake, 'b', 1);
    await rules(fake, [{ Expiration: { Days: 3 } }]);
    await nights(fake, 10);
    const told = fake.account.occurrences.filter(({ kind }) => kind === 's3.lifecycle');
    expect(told.map(({ text }) => text)).toEqual(['Lifecycle rules of documents deleted 2, hid 0 and moved 0 versions, and removed 0 delete markers.']);
  });

  test('is the same for the same seed', async () => {
    const runs = [];
    for (const _ of [1, 2]) {
      const fake = withBucket();
      place(fake, 'a', 10);
      await rules(fake, [{ Expiration: { Days: 3 }, NoncurrentVersionExpiration: { NoncurrentDays: 2 } }]);
      await nights(fake, 8);
      runs.push(fake.account.s3.lifecycleActions);
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).toHaveLength(3);
  });
});

describe('expiry', () => {
  test('hides a current object behind a delete marker; later the version goes, and the marker the night after', async () => {
    const fake = withBucket();
    place(fake, 'a', 10);
    await rules(fake, [{ Expiration: { Days: 3 }, NoncurrentVersionExpiration: { NoncurrentDays: 2 } }]);
    await nights(fake);
    expect(keys(fake)).toEqual([]);
    expect(fake.account.s3.versions('documents', 'a')).toMatchObject([{ noncurrentSince: expect.any(Number) }, { isDeleteMarker: true, size: 0 }]);
    await nights(fake, 2);
    expect(done(fake)).toEqual(['a hidden']);
    await nights(fake);
    expect(done(fake)).toEqual(['a hidden', 'a deleted']);
    expect(fake.account.s3.lifecycleActions[1]?.noncurrentSince).toBe(fake.account.s3.lifecycleActions[0]?.at);
    await nights(fake);
    expect(done(fake)).toEqual(['a hidden', 'a deleted', 'a marker-removed']);
    expect(fake.account.s3.versions('documents', 'a')).toEqual([]);
  });

  test('by itself lets a bucket with versions only grow', async () => {
    const fake = withBucket();
    place(fake, 'a', 10);
    await rules(fake, [{ Expiration: { Days: 3 } }]);
    await nights(fake, 20);
    expect(fake.account.s3.versions('documents', 'a')).toHaveLength(2);
  });

  test('the shorter of two is honoured', async () => {
    const fake = withBucket({ isVersioned: false });
    place(fake, 'logs/a', 10);
    place(fake, 'b', 10);
    await rules(fake, [{ Expiration: { Days: 365 } }, { Filter: { Prefix: 'logs/' }, Expiration: { Days: 9 } }]);
    await nights(fake);
    expect(keys(fake)).toEqual(['b']);
  });

  test('of markers alone takes those behind which nothing is left, and no others', async () => {
    const fake = withBucket();
    place(fake, 'kept', 5);
    place(fake, 'gone', 5);
    for (const Key of ['kept', 'gone']) await fake.call('S3', 'DeleteObject', { Bucket: 'documents', Key });
    const [version] = fake.account.s3.versions('documents', 'gone');
    await fake.call('S3', 'DeleteObject', { Bucket: 'documents', Key: 'gone', VersionId: version?.versionId });
    await rules(fake, [{ Expiration: { ExpiredObjectDeleteMarker: false } }]);
    await nights(fake);
    expect(done(fake)).toEqual([]);
    await rules(fake, [{ Expiration: { ExpiredObjectDeleteMarker: true } }]);
    await nights(fake);
    expect(done(fake)).toEqual(['gone marker-removed']);
  });

  test('by days takes a lonely marker when it is old enough', async () => {
    const fake = withBucket();
    await fake.call('S3', 'DeleteObject', { Bucket: 'documents', Key: 'a' });
    await rules(fake, [{ Expiration: { Days: 2 } }]);
    await nights(fake, 2);
    expect(done(fake)).toEqual([]);
    await nights(fake);
    expect(done(fake)).toEqual(['a marker-removed']);
  });
});

describe('noncurrent versions', () => {
  test('count their days from when the next one came, not from their own age', async () => {
    const fake = withBucket();
    place(fake, 'a', 400, { bytes: 1 });
    place(fake, 'a', 2, { bytes: 2 });
    await rules(fake, [{ NoncurrentVersionExpiration: { NoncurrentDays: 5 } }]);
    await nights(fake, 3);
    expect(done(fake)).toEqual([]);
    await nights(fake);
    expect(done(fake)).toEqual(['a deleted']);
    expect(fake.account.s3.versions('documents', 'a')).toMatchObject([{ size: 2 }]);
  });

  test('the newest of them stay where the rule keeps some', async () => {
    const fake = withBucket();
    for (let index = 0; index < 10; index += 1) place(fake, 'a', 100 - index, { bytes: index });
    await rules(fake, [{ NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 5 } }]);
    await nights(fake, 3);
    // One current and five noncurrent versions are left of ten.
    expect(fake.account.s3.versions('documents', 'a').map(({ size }) => size)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('move by their own transitions, but for the newest that stay where they are', async () => {
    const fake = withBucket();
    for (let index = 0; index < 4; index += 1) place(fake, 'a', 100 - index);
    await rules(fake, [{ NoncurrentVersionTransitions: [{ NoncurrentDays: 10, StorageClass: 'GLACIER_IR', NewerNoncurrentVersions: 1 }] }]);
    await nights(fake);
    expect(fake.account.s3.versions('documents', 'a').map(({ storageClass }) => storageClass)).toEqual(['GLACIER_IR', 'GLACIER_IR', 'STANDARD', 'STANDARD']);
  });

  test('that are delete markers go too, and no data with them', async () => {
    const fake = withBucket();
    await fake.call('S3', 'DeleteObject', { Bucket: 'documents', Key: 'a' });
    await fake.call('S3', 'PutObject', { Bucket: 'documents', Key: 'a', Body: 'x' });
    await rules(fake, [{ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }]);
    await nights(fake, 3);
    expect(done(fake)).toEqual(['a marker-removed']);
    expect(keys(fake)).toEqual(['a']);
  });
});

describe('transitions', () => {
  const to = (StorageClass: 'STANDARD_IA' | 'INTELLIGENT_TIERING' | 'GLACIER' | 'GLACIER_IR', Days: number) => ({ Transitions: [{ StorageClass, Days }] });

  test('leave age and version as they were', async () => {
    const fake = withBucket();
    place(fake, 'a', 100);
    const [before] = fake.account.s3.objects('documents').map(({ versionId, modifiedAt }) => ({ versionId, modifiedAt }));
    await rules(fake, [to('STANDARD_IA', 30)]);
    await nights(fake);
    expect(fake.account.s3.objects('documents')).toMatchObject([{ ...before, storageClass: 'STANDARD_IA' }]);
    expect(fake.account.s3.lifecycleActions).toMatchObject([{ kind: 'moved', storageClass: 'STANDARD_IA' }]);
    await nights(fake, 3);
    expect(done(fake)).toEqual(['a moved']);
  });

  test.each([
    ['all_storage_classes_128K', 'GLACIER', 'STANDARD'],
    [undefined, 'GLACIER', 'STANDARD'],
    ['varies_by_storage_class', 'GLACIER', 'GLACIER'],
    ['varies_by_storage_class', 'GLACIER_IR', 'STANDARD'],
  ] as const)('of small objects, in the mode %s to %s, end in %s', async (mode, target, expected) => {
    const fake = withBucket();
    place(fake, 'small', 100, { bytes: 128 * kibibyte - 1 });
    place(fake, 'enough', 100, { bytes: 128 * kibibyte });
    await rules(fake, [to(target, 90)], mode);
    await nights(fake);
    expect(classOf(fake, 'small')).toBe(expected);
    expect(classOf(fake, 'enough')).toBe(target);
  });

  test('a filter that speaks of sizes takes the place of the usual minimum', async () => {
    const fake = withBucket();
    place(fake, 'small', 100, { bytes: 11 });
    place(fake, 'smaller', 100, { bytes: 10 });
    await rules(fake, [{ ...to('STANDARD_IA', 30), Filter: { ObjectSizeGreaterThan: 10 } }]);
    await nights(fake);
    expect(classOf(fake, 'small')).toBe('STANDARD_IA');
    expect(classOf(fake, 'smaller')).toBe('STANDARD');
  });

  test('of several on one day the archive wins, then Intelligent-Tiering', async () => {
    const fake = withBucket();
    place(fake, 'archive', 100);
    place(fake, 'tiering', 100);
    await rules(fake, [
      { Filter: { Prefix: 'a' }, ...to('STANDARD_IA', 30) },
      { Filter: { Prefix: 'ar' }, ...to('GLACIER', 90) },
      { Filter: { Prefix: 't' }, ...to('GLACIER_IR', 30) },
      { Filter: { Prefix: 'ti' }, ...to('INTELLIGENT_TIERING', 30) },
    ]);
    await nights(fake);
    expect([classOf(fake, 'archive'), classOf(fake, 'tiering')]).toEqual(['GLACIER', 'INTELLIGENT_TIERING']);
  });

  test('never lead back to a warmer class', async () => {
    const fake = withBucket();
    place(fake, 'a', 100, { storageClass: 'GLACIER' });
    await rules(fake, [to('STANDARD_IA', 30)]);
    await nights(fake);
    expect(done(fake)).toEqual([]);
  });

  test('give way to deletion, and come before a delete marker, which comes the night after', async () => {
    const plain = withBucket({ isVersioned: false });
    place(plain, 'a', 400);
    const both = { Transitions: [{ StorageClass: 'GLACIER' as const, Days: 90 }], Expiration: { Days: 365 } };
    await rules(plain, [both]);
    await nights(plain);
    expect(done(plain)).toEqual(['a deleted']);
    const versioned = withBucket();
    place(versioned, 'a', 400);
    await rules(versioned, [both]);
    await nights(versioned);
    expect(done(versioned)).toEqual(['a moved']);
    await nights(versioned);
    expect(done(versioned)).toEqual(['a moved', 'a hidden']);
  });
});

describe('filters', () => {
  test.each<[string, LifecycleRule['Filter'], readonly string[]]>([
    ['a prefix', { Prefix: 'a/' }, ['a/plain', 'a/tagged']],
    ['a tag, with its value', { Tag: { Key: 'class', Value: 'public' } }, ['a/tagged', 'b/tagged']],
    ['a size, itself excluded', { ObjectSizeLessThan: 2 }, ['b/tagged']],
    ['all of an And', { And: { Prefix: 'b/', Tags: [{ Key: 'class', Value: 'public' }, { Key: 'year', Value: '2027' }] } }, []],
    ['an And of prefix and size', { And: { Prefix: 'b/', ObjectSizeGreaterThan: 1 } }, ['b/other']],
    ['nothing', {}, ['a/plain', 'a/tagged', 'b/other', 'b/tagged']],
  ])('%s', async (_, Filter, gone) => {
    const fake = withBucket({ isVersioned: false });
    place(fake, 'a/plain', 10, { bytes: 2 });
    place(fake, 'a/tagged', 10, { bytes: 2, tags: { class: 'public', more: 'x' } });
    place(fake, 'b/tagged', 10, { bytes: 1, tags: { class: 'public' } });
    place(fake, 'b/other', 10, { bytes: 2, tags: { class: 'private' } });
    await rules(fake, [{ Filter, Expiration: { Days: 1 } }]);
    await nights(fake);
    expect(fake.account.s3.lifecycleActions.map(({ key }) => key).toSorted()).toEqual(gone);
  });

  test('an old prefix is one as well', async () => {
    const fake = withBucket({ isVersioned: false });
    place(fake, 'a/1', 10);
    place(fake, 'b/1', 10);
    await rules(fake, [{ Filter: undefined, Prefix: 'a/', Expiration: { Days: 1 } }]);
    await nights(fake);
    expect(keys(fake)).toEqual(['b/1']);
  });
});

describe('what stands above the rules', () => {
  test('object lock keeps a version, lets a marker hide it, and lets it move', async () => {
    const fake = withBucket({ retention: { mode: 'COMPLIANCE', milliseconds: 30 * day } });
    place(fake, 'a', 10);
    await rules(fake, [
      { Expiration: { Days: 3 }, NoncurrentVersionExpiration: { NoncurrentDays: 4 }, NoncurrentVersionTransitions: [{ NoncurrentDays: 3, StorageClass: 'GLACIER_IR' }] },
    ]);
    await nights(fake, 10);
    expect(done(fake)).toEqual(['a hidden', 'a moved']);
    await nights(fake, 20);
    expect(done(fake)).toEqual(['a hidden', 'a moved', 'a deleted', 'a marker-removed']);
  });

  test('a policy that denies deletion does not', async () => {
    const fake = withBucket({ isVersioned: false });
    place(fake, 'a', 10);
    fake.account.s3.putBucketPolicy('documents', {
      Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::documents', 'arn:aws:s3:::documents/*'] },
    });
    await rules(fake, [{ Expiration: { Days: 1 } }]);
    await nights(fake);
    expect(done(fake)).toEqual(['a deleted']);
  });
});
