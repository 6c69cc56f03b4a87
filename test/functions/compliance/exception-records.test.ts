import { followFile, listExceptions } from '../../../functions/compliance/exception-records.ts';
import type { Exception } from '../../../functions/compliance/exceptions.ts';
import { Defect } from '../../../functions/platform/errors.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import { errorOf, openSession, type Session, table } from '../platform/session.ts';
import { now } from './builders.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

const ledger = new Ledger(table);
const exceptionOf = (changes: Partial<Exception> = {}): Exception => ({
  check: 'SG1', resource: 'sg-1', owner: 'payments', reason: 'a partner until summer', expiresAt: '2027-02-01T00:00:00+01:00', ...changes,
});
const follow = (...file: Exception[]) => session.run(() => followFile(ledger, file, now));
const listed = () => session.run(() => listExceptions(ledger));
const byHand = exceptionOf({ resource: 'sg-9', owner: 'somebody' });

describe('the exceptions of the file', () => {
  test('stand in the ledger; loading them again changes nothing', async () => {
    const file = [exceptionOf(), exceptionOf({ check: 'SG4' }), exceptionOf({ resource: 'sg-2' })];
    expect(await follow(...file)).toEqual({ written: 3, removed: 0 });
    expect(await follow(...file)).toEqual({ written: 0, removed: 0 });
    expect(new Set(await listed())).toEqual(new Set(file));
  });

  test('follow it: what changed is written, what is gone is removed', async () => {
    await follow(exceptionOf(), exceptionOf({ resource: 'sg-2' }));
    expect(await follow(exceptionOf({ expiresAt: '2027-03-01T00:00:00+01:00' }))).toEqual({ written: 1, removed: 1 });
    expect(await listed()).toEqual([exceptionOf({ expiresAt: '2027-03-01T00:00:00+01:00' })]);
  });

  test('leave those alone that were entered by hand', async () => {
    await session.run(() => ledger.write({ type: 'exception', id: 'SG1/sg-9', revision: 1, value: { exception: byHand, origin: 'hand' } }));
    await follow(exceptionOf());
    expect(await follow()).toEqual({ written: 0, removed: 1 });
    expect(await listed()).toEqual([byHand]);
  });

  test('go before one by hand about the same thing', async () => {
    await session.run(() => ledger.write({ type: 'exception', id: 'SG1/sg-9', revision: 1, value: { exception: byHand, origin: 'hand' } }));
    const file = exceptionOf({ resource: 'sg-9' });
    expect(await follow(file)).toEqual({ written: 1, removed: 0 });
    expect(await listed()).toEqual([file]);
  });

  test('stay in the ledger as long as they are in force, however far away that is, and until long after', async () => {
    await follow(exceptionOf({ expiresAt: '2029-01-01T00:00:00Z' }), exceptionOf({ resource: 'sg-2', expiresAt: '2026-01-01T00:00:00Z' }));
    const records = await session.run(() => ledger.list('exception'));
    const days = records.map(({ id, expiresAt = 0 }) => [id, Math.round((expiresAt - now / 1000) / 86_400)]);
    expect(Object.fromEntries(days)).toEqual({ 'SG1/sg-1': 400 + 711, 'SG1/sg-2': 400 });
  });

  test('that are malformed in the ledger are a defect: nobody can say what they cover', async () => {
    await session.run(() => ledger.write({ type: 'exception', id: 'SG1/sg-1', revision: 1, value: { exception: { check: 'SG1' }, origin: 'file' } }));
    expect(await errorOf(listed())).toBeInstanceOf(Defect);
  });
});
