import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BucketDefinition } from '../../../simulator/services/s3.ts';
import { type FakeAccount, fakeAccount, putRole, sessionOf } from './fake-account.ts';

interface StoredBody {
  transformToString(): Promise<string>;
  transformToByteArray(): Promise<Uint8Array>;
}

function withBucket(definition: Partial<BucketDefinition> = {}): FakeAccount {
  const fake = fakeAccount();
  fake.account.s3.putBucket({ name: 'evidence', isVersioned: false, encryption: { algorithm: 'AES256' }, tags: {}, ...definition });
  return fake;
}

const object = { Bucket: 'evidence', Key: 'runs/1.json' };

function put(fake: FakeAccount, rest: object = {}) {
  return fake.call('S3', 'PutObject', { ...object, Body: '{"run":1}', ...rest });
}

describe('objects', () => {
  test('what was put is got, as text and as bytes', async () => {
    const fake = withBucket();
    await put(fake, { Body: new Uint8Array([0xc3, 0xa9]), ContentType: 'text/plain' });
    const first = await fake.call<{ Body: StoredBody }>('S3', 'GetObject', object);
    expect(await first.Body.transformToString()).toBe('é');
    const second = await fake.call<{ Body: StoredBody; ContentLength: number }>('S3', 'GetObject', object);
    expect([...(await second.Body.transformToByteArray())]).toEqual([0xc3, 0xa9]);
    expect(second).toMatchObject({ ContentLength: 2, ContentType: 'text/plain', ServerSideEncryption: 'AES256' });
  });

  test('IfNoneMatch * writes once: the second is PreconditionFailed, 412', async () => {
    const fake = withBucket();
    await put(fake, { IfNoneMatch: '*' });
    await expect(put(fake, { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed', statusCode: 412 });
  });

  test('IfMatch wants the ETag that stands', async () => {
    const fake = withBucket();
    const { ETag: etag } = await put(fake);
    await put(fake, { IfMatch: etag, Body: 'second' });
    await expect(put(fake, { IfMatch: etag })).rejects.toMatchObject({ statusCode: 412 });
  });

  test('a missing key is NoSuchKey to who may list, and AccessDenied to who may not', async () => {
    const fake = withBucket();
    const reader = sessionOf(putRole(fake, { name: 'Reader', actions: ['s3:GetObject'] }));
    const lister = sessionOf(putRole(fake, { name: 'Lister', actions: ['s3:GetObject', 's3:ListBucket'] }));
    await expect(fake.call('S3', 'GetObject', object, lister)).rejects.toMatchObject({ name: 'NoSuchKey', statusCode: 404 });
    await expect(fake.call('S3', 'GetObject', object, reader)).rejects.toMatchObject({ name: 'AccessDenied', statusCode: 403 });
    await expect(fake.call('S3', 'HeadObject', object, lister)).rejects.toMatchObject({ name: 'NotFound', statusCode: 404 });
  });

  test('a bucket that does not exist is NoSuchBucket', async () => {
    await expect(put(fakeAccount())).rejects.toMatchObject({ name: 'NoSuchBucket', statusCode: 404 });
  });

  test('a listing comes in the order of keys, page by page, folded at the delimiter', async () => {
    const fake = withBucket();
    for (const key of ['b/2', 'a', 'b/1', 'c']) await put(fake, { Key: key });
    const folded = await fake.call('S3', 'ListObjectsV2', { Bucket: 'evidence', Delimiter: '/' });
    expect(folded).toMatchObject({ KeyCount: 3, Contents: [{ Key: 'a' }, { Key: 'c' }], CommonPrefixes: [{ Prefix: 'b/' }] });
    const first = await fake.call('S3', 'ListObjectsV2', { Bucket: 'evidence', Prefix: 'b/', MaxKeys: 1 });
    expect(first).toMatchObject({ IsTruncated: true, Contents: [{ Key: 'b/1' }] });
    const token = { ContinuationToken: first['NextContinuationToken'] };
    const second = await fake.call('S3', 'ListObjectsV2', { Bucket: 'evidence', Prefix: 'b/', MaxKeys: 1, ...token });
    expect(second).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'b/2' }] });
  });
});

describe('versions', () => {
  test('a deletion hides the object behind a marker; its versions stay', async () => {
    const fake = withBucket({ isVersioned: true });
    const { VersionId: versionId } = await put(fake);
    expect(await fake.call('S3', 'DeleteObject', object)).toMatchObject({ DeleteMarker: true });
    await expect(fake.call('S3', 'GetObject', object)).rejects.toMatchObject({ name: 'NoSuchKey' });
    const old = await fake.call<{ Body: StoredBody }>('S3', 'GetObject', { ...object, VersionId: versionId });
    expect(await old.Body.transformToString()).toBe('{"run":1}');
    await put(fake, { IfNoneMatch: '*' });
  });

  test('object lock keeps a version until its retention ends', async () => {
    const fake = withBucket({ isVersioned: true, retention: { mode: 'COMPLIANCE', milliseconds: 86_400_000 } });
    const { VersionId: versionId } = await put(fake);
    const remove = () => fake.call('S3', 'DeleteObject', { ...object, VersionId: versionId });
    await expect(remove()).rejects.toMatchObject({ name: 'AccessDenied' });
    await fake.clock.runUntil(fake.clock.now() + 86_400_000);
    await remove();
    expect(fake.account.s3.objects('evidence')).toEqual([]);
  });
});

describe('permissions', () => {
  test('a bucket policy that wants encryption named denies a put without it', async () => {
    const fake = withBucket();
    const writer = sessionOf(putRole(fake, { actions: ['s3:PutObject'], resource: 'arn:aws:s3:::evidence/*' }));
    fake.account.s3.putBucketPolicy('evidence', {
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::evidence/*',
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
      },
    });
    const putAs = (rest: object) => fake.call('S3', 'PutObject', { ...object, Body: 'x', ...rest }, writer);
    await expect(putAs({})).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(putAs({ ServerSideEncryption: 'AES256' })).resolves.toMatchObject({ ServerSideEncryption: 'AES256' });
  });

  test('the conditions that the CDK writes for secure transport and for log delivery are decided', async () => {
    const fake = withBucket();
    const writer = sessionOf(putRole(fake, { actions: ['s3:PutObject'] }));
    const onBucket = { Principal: { AWS: '*' }, Action: 's3:*', Resource: 'arn:aws:s3:::evidence/*' };
    const denyBelow = (version: string) =>
      fake.account.s3.putBucketPolicy('evidence', {
        Statement: [
          { ...onBucket, Effect: 'Deny', Condition: { NumericLessThan: { 's3:TlsVersion': version } } },
          { ...onBucket, Effect: 'Deny', Condition: { StringNotEquals: { 'aws:ResourceAccount': '123456789012' } } },
        ],
      });
    const write = () => fake.call('S3', 'PutObject', { ...object, Body: 'x' }, writer);
    denyBelow('1.2');
    await expect(write()).resolves.toHaveProperty('ETag');
    denyBelow('1.4');
    await expect(write()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a bucket with a key of the customer\'s wants the key too', async () => {
    const fake = fakeAccount();
    const { arn: kmsKeyArn } = fake.account.kms.createKey(undefined);
    fake.account.s3.putBucket({ name: 'evidence', isVersioned: false, encryption: { algorithm: 'aws:kms', kmsKeyArn }, tags: {} });
    const roleArn = putRole(fake, { actions: ['s3:PutObject'] });
    const write = () => fake.call('S3', 'PutObject', { ...object, Body: 'x' }, sessionOf(roleArn));
    await expect(write()).rejects.toMatchObject({ message: expect.stringContaining('kms:GenerateDataKey') });
    putRole(fake, { actions: ['s3:PutObject', 'kms:GenerateDataKey*'] });
    await expect(write()).resolves.toMatchObject({ SSEKMSKeyId: kmsKeyArn });
  });
});

describe('assets', () => {
  test('the text of an asset is read from where the deployment said it lies', () => {
    const fake = fakeAccount();
    const path = join(mkdtempSync(join(tmpdir(), 'asset-')), 'machine.asl.json');
    writeFileSync(path, '{"StartAt":"A"}');
    fake.account.s3.registerAsset('assets', 'abc.json', path);
    expect(fake.account.s3.assetText('assets', 'abc.json')).toBe('{"StartAt":"A"}');
    expect(() => fake.account.s3.assetText('assets', 'other.json')).toThrow('other.json');
  });
});
