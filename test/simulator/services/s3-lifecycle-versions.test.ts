import type { DeleteMarkerEntry, ListObjectVersionsCommandOutput, ObjectVersion } from '@aws-sdk/client-s3';
import { type FakeAccount, fakeAccount, putRole, sessionOf } from './fake-account.ts';

const day = 86_400_000;

function withBucket(isVersioned = true): FakeAccount {
  const fake = fakeAccount();
  fake.account.s3.putBucket({ name: 'documents', isVersioned, encryption: { algorithm: 'AES256' }, tags: {} });
  return fake;
}

const list = (fake: FakeAccount, rest: object = {}) =>
  fake.call<ListObjectVersionsCommandOutput>('S3', 'ListObjectVersions', { Bucket: 'documents', ...rest });

/** Every page of a listing, by the markers that each gives. */
async function pages(fake: FakeAccount, rest: object = {}): Promise<{ versions: ObjectVersion[]; markers: DeleteMarkerEntry[]; pages: number }> {
  const found = { versions: [] as ObjectVersion[], markers: [] as DeleteMarkerEntry[], pages: 0 };
  let next: object | undefined = {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await list(fake, { ...rest, ...next });
    found.versions.push(...(page.Versions ?? []));
    found.markers.push(...(page.DeleteMarkers ?? []));
    found.pages += 1;
    next = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
  return found;
}

describe('a listing of versions', () => {
  test('shows every version, the newest of a key first, and delete markers apart', async () => {
    const fake = withBucket();
    const put = (Key: string, Body: string) => fake.call('S3', 'PutObject', { Bucket: 'documents', Key, Body });
    const { VersionId: first } = await put('b', 'one');
    const { VersionId: second } = await put('b', 'second');
    await put('a', 'x');
    const { VersionId: marker } = await fake.call('S3', 'DeleteObject', { Bucket: 'documents', Key: 'b' });
    const LastModified = new Date('2027-01-06T07:00:00Z');
    expect(await list(fake)).toEqual({
      Name: 'documents',
      Prefix: '',
      KeyMarker: '',
      VersionIdMarker: '',
      MaxKeys: 1000,
      IsTruncated: false,
      Versions: [
        { Key: 'a', VersionId: expect.any(String), IsLatest: true, Size: 1, StorageClass: 'STANDARD', ETag: expect.stringMatching(/^"/u), LastModified },
        expect.objectContaining({ Key: 'b', VersionId: second, IsLatest: false, Size: 6 }),
        expect.objectContaining({ Key: 'b', VersionId: first, IsLatest: false, Size: 3 }),
      ],
      DeleteMarkers: [{ Key: 'b', VersionId: marker, IsLatest: true, LastModified }],
    });
  });

  test.each([1, 2, 3, 7, 1000])('by pages of %i shows each once, in order', async (MaxKeys) => {
    const fake = withBucket();
    const at = fake.clock.now() - 10 * day;
    for (const key of ['z', 'a/2', 'a/1', 'é', 'b']) for (let index = 0; index < 3; index += 1) fake.account.s3.place('documents', { key, bytes: index, at: at + index });
    const whole = await pages(fake, { MaxKeys });
    expect(whole.versions.map(({ Key: key, Size: size }) => `${key}:${size}`)).toEqual(
      ['a/1', 'a/2', 'b', 'z', 'é'].flatMap((key) => [`${key}:2`, `${key}:1`, `${key}:0`]),
    );
    expect(whole.pages).toBe(Math.ceil(15 / MaxKeys));
    const under = await pages(fake, { MaxKeys, Prefix: 'a/' });
    expect(under.versions.map(({ Key: key }) => key)).toEqual(['a/1', 'a/1', 'a/1', 'a/2', 'a/2', 'a/2']);
  });

  test('gives at most a thousand at once, and twenty thousand in a moment', async () => {
    const fake = withBucket();
    for (let index = 0; index < 20_000; index += 1) fake.account.s3.place('documents', { key: `k${index}`, bytes: 1, at: 0 });
    expect((await list(fake, { MaxKeys: 5000 })).Versions).toHaveLength(1000);
    const whole = await pages(fake);
    expect(whole.pages).toBe(20);
    expect(new Set(whole.versions.map(({ Key: key }) => key)).size).toBe(20_000);
  });

  test('leaves nothing out where the version of the last page is gone', async () => {
    const fake = withBucket();
    for (let index = 0; index < 3; index += 1) fake.account.s3.place('documents', { key: 'a', bytes: index, at: index });
    const first = await list(fake, { MaxKeys: 2 });
    await fake.call('S3', 'DeleteObject', { Bucket: 'documents', Key: 'a', VersionId: first.NextVersionIdMarker });
    const second = await list(fake, { KeyMarker: first.NextKeyMarker, VersionIdMarker: first.NextVersionIdMarker });
    expect(second.Versions?.map(({ Size: size }) => size)).toContain(0);
  });

  test('wants a key with the marker of a version, and a permission to which a prefix can be a condition', async () => {
    const fake = withBucket();
    await expect(list(fake, { VersionIdMarker: 'x' })).rejects.toMatchObject({ name: 'InvalidArgument' });
    const roleArn = putRole(fake, { actions: [] });
    fake.account.iam.putRolePolicy('Caller', 'Allowed', {
      Statement: { Effect: 'Allow', Action: 's3:ListBucketVersions', Resource: '*', Condition: { StringEquals: { 's3:prefix': 'a/' } } },
    });
    const as = (rest: object) => fake.call('S3', 'ListObjectVersions', { Bucket: 'documents', ...rest }, sessionOf(roleArn));
    await expect(as({})).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(as({ Prefix: 'a/' })).resolves.toMatchObject({ Prefix: 'a/' });
  });

  test('of a bucket without versioning shows the version null', async () => {
    const fake = withBucket(false);
    fake.account.s3.place('documents', { key: 'a', bytes: 1, at: 0 });
    expect((await list(fake)).Versions).toMatchObject([{ Key: 'a', VersionId: 'null', IsLatest: true }]);
  });
});

describe('a version that is placed', () => {
  test('has its size and age without content: whoever reads it ends the run', async () => {
    const fake = withBucket();
    const at = fake.clock.now() - 400 * day;
    fake.account.s3.place('documents', { key: 'video', bytes: 5_000_000_000_000, at, storageClass: 'GLACIER_IR', tags: { kind: 'film' } });
    const head = await fake.call('S3', 'HeadObject', { Bucket: 'documents', Key: 'video' });
    expect(head).toMatchObject({ ContentLength: 5_000_000_000_000, LastModified: new Date(at), StorageClass: 'GLACIER_IR' });
    expect(await fake.call('S3', 'ListObjectsV2', { Bucket: 'documents' })).toMatchObject({ Contents: [{ Size: 5_000_000_000_000 }] });
    expect(fake.account.s3.objects('documents')).toMatchObject([{ tags: { kind: 'film' }, noncurrentSince: undefined }]);
    await expect(fake.call('S3', 'GetObject', { Bucket: 'documents', Key: 'video' })).rejects.toThrow('placed without content');
  });

  test('makes the one before it noncurrent when it was written, and gives way to a put of now', async () => {
    const fake = withBucket();
    const now = fake.clock.now();
    fake.account.s3.place('documents', { key: 'a', bytes: 1, at: now - 3 * day });
    fake.account.s3.place('documents', { key: 'a', bytes: 2, at: now - 2 * day });
    await fake.call('S3', 'PutObject', { Bucket: 'documents', Key: 'a', Body: 'xyz' });
    const sinces = () => fake.account.s3.versions('documents', 'a').map(({ size, noncurrentSince }) => [size, noncurrentSince]);
    expect(sinces()).toEqual([[1, now - 2 * day], [2, now], [3, undefined]]);
    const newest = fake.account.s3.versions('documents', 'a').at(-1)?.versionId;
    await fake.call('S3', 'DeleteObject', { Bucket: 'documents', Key: 'a', VersionId: newest });
    expect(sinces()).toEqual([[1, now - 2 * day], [2, undefined]]);
  });

  test('is neither of tomorrow nor older than what is there', () => {
    const fake = withBucket();
    const now = fake.clock.now();
    fake.account.s3.place('documents', { key: 'a', bytes: 1, at: now - day });
    expect(() => fake.account.s3.place('documents', { key: 'a', bytes: 1, at: now - 2 * day })).toThrow('before the version that is there');
    expect(() => fake.account.s3.place('documents', { key: 'b', bytes: 1, at: now + 1 })).toThrow('to come');
  });
});

test('an object in an archive is not read, though it can be looked at', async () => {
  const fake = withBucket();
  await fake.call('S3', 'PutObject', { Bucket: 'documents', Key: 'old', Body: 'x', StorageClass: 'DEEP_ARCHIVE' });
  await expect(fake.call('S3', 'GetObject', { Bucket: 'documents', Key: 'old' })).rejects.toMatchObject({
    name: 'InvalidObjectState',
    statusCode: 403,
    members: { StorageClass: 'DEEP_ARCHIVE' },
  });
  expect(await fake.call('S3', 'HeadObject', { Bucket: 'documents', Key: 'old' })).toMatchObject({ StorageClass: 'DEEP_ARCHIVE' });
});
