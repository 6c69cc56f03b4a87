import { getEvidence, putEvidence, putEvidenceBody, putLargeEvidence } from '../../../functions/platform/evidence.ts';
import { bucket, errorOf, openSession, type Session } from './session.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

const key = 'sales/soldes/report.json';

/** Every version of the evidence, parsed. */
function versions(): unknown[] {
  return session.account.s3.versions(bucket, key).map(({ body }) => JSON.parse(new TextDecoder().decode(body)));
}

describe('evidence', () => {
  test('is one JSON document', async () => {
    expect(await session.run(() => putEvidence(bucket, key, { run: 1 }))).toBe(true);
    expect(versions()).toEqual([{ run: 1 }]);
    expect(session.account.s3.objects(bucket)[0]?.contentType).toBe('application/json');
  });

  test('is never replaced: the second of two runs leaves what stands, and hears it', async () => {
    await session.run(() => putEvidence(bucket, key, { run: 1 }));
    expect(await session.run(() => putEvidence(bucket, key, { run: 2 }))).toBe(false);
    expect(versions()).toEqual([{ run: 1 }]);
  });

  test('whose reply was lost stands once', async () => {
    session.fail('PutObject', 'reply-lost', 1);
    await session.run(() => putEvidence(bucket, key, { run: 1 }));
    expect(versions()).toEqual([{ run: 1 }]);
  });

  test('that S3 refuses is thrown: nobody takes it for written', async () => {
    session.fail('PutObject', 'denied', Infinity);
    expect((await errorOf(session.run(() => putEvidence(bucket, key, { run: 1 })))).name).toBe('AccessDenied');
    expect(versions()).toEqual([]);
  });
});

describe('evidence that is read back', () => {
  test('is what was written', async () => {
    await session.run(() => putEvidence(bucket, key, { run: 1 }));
    expect(await session.run(() => getEvidence(bucket, key))).toEqual({ run: 1 });
  });

  test('and that is large was compressed on its way', async () => {
    const document = { lines: Array.from({ length: 10_000 }, () => 'the same line') };
    expect(await session.run(() => putLargeEvidence(bucket, key, document))).toBe(true);
    const [object] = session.account.s3.objects(bucket);
    expect(object?.body.length).toBeLessThan(2000);
    expect(await session.run(() => getEvidence(bucket, key))).toEqual(document);
  });

  test('and that is large is never replaced either', async () => {
    await session.run(() => putLargeEvidence(bucket, key, { run: 1 }));
    expect(await session.run(() => putLargeEvidence(bucket, key, { run: 2 }))).toBe(false);
    expect(await session.run(() => getEvidence(bucket, key))).toEqual({ run: 1 });
  });

  test('and that is not there is undefined', async () => {
    expect(await session.run(() => getEvidence(bucket, key))).toBeUndefined();
  });

  test('and that S3 refuses is thrown: it is not the same as absent', async () => {
    await session.run(() => putEvidence(bucket, key, { run: 1 }));
    session.fail('GetObject', 'denied', Infinity);
    expect((await errorOf(session.run(() => getEvidence(bucket, key)))).name).toBe('AccessDenied');
  });

  test('and that is not JSON is thrown', async () => {
    await session.run(() => putEvidenceBody(bucket, key, { body: '<html>', contentType: 'text/html' }));
    expect((await errorOf(session.run(() => getEvidence(bucket, key)))).name).toBe('SyntaxError');
  });
});
