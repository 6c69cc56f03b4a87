import { Ledger, type LedgerRecord } from '../../../functions/platform/ledger.ts';
import { Transient } from '../../../functions/platform/errors.ts';
import { errorOf, openSession, type Session, table } from './session.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

const ledger = new Ledger(table);

function record(change: Partial<LedgerRecord> = {}): LedgerRecord {
  return { type: 'lease', id: 'soldes', revision: 1, value: { floor: 9 }, ...change };
}

/** Resolves when `release` is called: work that takes as long as a test wants. */
function pause(): { readonly ended: Promise<void>; readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { ended: promise, release: resolve };
}

describe('a write', () => {
  test('of a first revision stands where there was nothing', async () => {
    expect(await session.run(() => ledger.write(record({ expiresAt: 1_900_000_000 })))).toBe(true);
    expect(await session.run(() => ledger.get('lease', 'soldes'))).toEqual(record({ expiresAt: 1_900_000_000 }));
    expect(await session.run(() => ledger.get('lease', 'autre'))).toBeUndefined();
  });

  test('of the next revision replaces the one before', async () => {
    await session.run(() => ledger.write(record()));
    expect(await session.run(() => ledger.write(record({ revision: 2, value: { floor: 12 } })))).toBe(true);
    expect(await session.run(() => ledger.get('lease', 'soldes'))).toMatchObject({ revision: 2, value: { floor: 12 } });
  });

  test.each([
    ['of a first revision, where somebody wrote another', record({ value: { floor: 12 } })],
    ['that skips a revision', record({ revision: 3 })],
  ])('%s gives false, and leaves what stands', async (_what, late) => {
    await session.run(() => ledger.write(record()));
    expect(await session.run(() => ledger.write(late))).toBe(false);
    expect(await session.run(() => ledger.get('lease', 'soldes'))).toEqual(record());
  });

  test('that somebody else was faster with gives false, and leaves theirs', async () => {
    await session.run(() => ledger.write(record()));
    const [first, second] = await session.run(() =>
      Promise.all([ledger.write(record({ revision: 2, value: { floor: 12 } })), ledger.write(record({ revision: 2, value: { floor: 15 } }))]),
    );
    expect([first, second].filter(Boolean)).toHaveLength(1);
    const winner = first ? 12 : 15;
    expect(await session.run(() => ledger.get('lease', 'soldes'))).toMatchObject({ revision: 2, value: { floor: winner } });
  });

  test('whose reply was lost and that is repeated gives true', async () => {
    session.fail('PutItem', 'reply-lost', 1);
    expect(await session.run(() => ledger.write(record()))).toBe(true);
    expect(session.account.calls.mishaps.map(({ fault, error }) => fault ?? error)).toEqual(['reply-lost', 'ConditionalCheckFailedException']);
  });

  test('that stands already gives true, in whatever order its members come', async () => {
    await session.run(() => ledger.write(record({ value: { floor: 9, sale: { id: 'soldes', name: undefined } } })));
    expect(await session.run(() => ledger.write(record({ value: { sale: { id: 'soldes' }, floor: 9 } })))).toBe(true);
  });

  test('that AWS refuses is thrown, and not taken for a race', async () => {
    session.fail('PutItem', 'denied', Infinity);
    expect((await errorOf(session.run(() => ledger.write(record())))).name).toBe('AccessDeniedException');
  });
});

describe('a list', () => {
  test('gives every record of a type by id, over every page, and none of another type', async () => {
    const text = 'x'.repeat(300_000);
    await session.run(async () => {
      for (const id of ['c', 'a', 'e', 'b', 'd']) await ledger.write(record({ id, value: { text } }));
      await ledger.write(record({ type: 'notification', id: 'a' }));
    });
    const before = session.account.calls.successes('DynamoDB', 'Query');
    const found = await session.run(() => ledger.list('lease'));
    expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
    // A page holds one megabyte.
    expect(session.account.calls.successes('DynamoDB', 'Query') - before).toBe(2);
  });
});

describe('a removal', () => {
  const found = (): Promise<LedgerRecord | undefined> => session.run(() => ledger.get('lease', 'soldes'));

  test('takes a record away that is still as it was read', async () => {
    await session.run(() => ledger.write(record()));
    await session.run(() => ledger.remove('lease', 'soldes', 1));
    expect(await found()).toBeUndefined();
  });

  test('leaves one that was changed since', async () => {
    await session.run(() => ledger.write(record()));
    await session.run(() => ledger.write(record({ revision: 2, value: { floor: 12 } })));
    await session.run(() => ledger.remove('lease', 'soldes', 1));
    expect(await found()).toMatchObject({ revision: 2 });
  });

  test('of what is gone already changes nothing, nor does one whose reply was lost', async () => {
    await session.run(() => ledger.write(record()));
    session.fail('DeleteItem', 'reply-lost', 1);
    await session.run(() => ledger.remove('lease', 'soldes', 1));
    await session.run(() => ledger.remove('lease', 'soldes', 1));
    expect(await found()).toBeUndefined();
  });

  test('that is refused is thrown', async () => {
    await session.run(() => ledger.write(record()));
    session.fail('DeleteItem', 'denied', Infinity);
    await errorOf(session.run(() => ledger.remove('lease', 'soldes', 1)));
    expect(await found()).toEqual(record());
  });
});

describe('a lock', () => {
  const take = (owner: string, work: () => Promise<string> = () => Promise.resolve(owner)): Promise<string> => ledger.withLock('capacity', owner, 90, work);

  test('is taken, and free again after the work', async () => {
    expect(await session.run(() => take('first'))).toBe('first');
    expect(await session.run(() => take('second'))).toBe('second');
  });

  test('is free again after work that failed, whose error is thrown', async () => {
    const failing = session.run(() => take('first', () => Promise.reject(new RangeError('work failed'))));
    await expect(failing).rejects.toThrow('work failed');
    expect(await session.run(() => take('second'))).toBe('second');
  });

  test('that another owner holds is refused as Transient, and the work is not done', async () => {
    const { ended, release } = pause();
    let isDone = false;
    const work = (): Promise<string> => {
      isDone = true;
      return Promise.resolve('second');
    };
    const error = await session.run(async () => {
      const first = take('first', () => ended.then(() => 'first'));
      await new Promise((resolve) => {
        setTimeout(resolve, 1000);
      });
      const refused = await errorOf(take('second', work));
      release();
      await first;
      return refused;
    });
    expect(error).toBeInstanceOf(Transient);
    expect(error.message).toContain('capacity');
    expect(isDone).toBe(false);
  });

  test('whose owner died is his again at once, and anybody\'s after it has expired', async () => {
    await session.runForAMinute(() => take('first', () => new Promise(() => undefined)));
    expect(await errorOf(session.run(() => take('second')))).toBeInstanceOf(Transient);
    await session.clock.runUntil(session.clock.now() + 60_000);
    expect(await session.run(() => take('second'))).toBe('second');
    await session.runForAMinute(() => take('first', () => new Promise(() => undefined)));
    expect(await session.run(() => take('first'))).toBe('first');
  });

  test('whose reply was lost is taken by the same owner all the same', async () => {
    session.fail('UpdateItem', 'reply-lost', 1);
    expect(await session.run(() => take('first'))).toBe('first');
  });

  test('that cannot be released does not fail what was done', async () => {
    session.fail('DeleteItem', 'denied', Infinity);
    expect(await session.run(() => take('first'))).toBe('first');
  });

  test('that expired and that another took is not released by its first owner', async () => {
    const { ended, release } = pause();
    await session.runForAMinute(() => take('first', () => ended.then(() => 'first')));
    await session.clock.runUntil(session.clock.now() + 60_000);
    await session.runForAMinute(() => take('second', () => new Promise(() => undefined)));
    release();
    await session.clock.runUntil(session.clock.now() + 5000);
    expect(await errorOf(session.run(() => take('third')))).toBeInstanceOf(Transient);
  });
});
