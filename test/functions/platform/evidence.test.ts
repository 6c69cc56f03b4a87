import { putEvidence } from '../../../functions/platform/evidence.ts';
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
