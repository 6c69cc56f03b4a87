import { Ledger } from '../../../functions/platform/ledger.ts';
import { type Notification, notify } from '../../../functions/platform/notifications.ts';
import { errorOf, openSession, type Session, table, topicArn } from './session.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

function notification(change: Partial<Notification> = {}): Notification {
  return { key: 'sale/soldes/r1/go', kind: 'sale.go', severity: 'info', subject: 'GO', text: 'The shop is ready.', ...change };
}

const tell = (what: Notification): Promise<void> => notify(what, { ledger: new Ledger(table), topicArn, now: Date.now() });

describe('a notification', () => {
  test('is one message: JSON with the text for people, attributes for filters', async () => {
    await session.run(() => tell(notification({ detail: { floor: 9 } })));
    const [message] = session.account.sns.messages;
    expect(message).toMatchObject({ subject: 'GO', topicArn, attributes: { kind: 'sale.go', severity: 'info' } });
    expect(JSON.parse(message?.message ?? '')).toEqual({ ...notification(), at: '2027-01-13T07:00:00.000Z', detail: { floor: 9 } });
  });

  test('is told once a key, whatever else it says', async () => {
    await session.run(() => tell(notification()));
    await session.run(() => tell(notification({ text: 'The shop is still ready.' })));
    await session.run(() => tell(notification({ key: 'sale/soldes/r2/go' })));
    expect(session.account.sns.messages).toHaveLength(2);
  });

  test('is told again when the process dies between telling and remembering, and never a third time', async () => {
    let deaths = 1;
    session.account.calls.onCall(({ operation }) => {
      if (operation !== 'Publish' || deaths === 0) return;
      deaths -= 1;
      session.isGone = true;
    });
    await session.runForAMinute(() => tell(notification()));
    expect(session.account.sns.messages).toHaveLength(1);
    session.isGone = false;
    await session.run(() => tell(notification()));
    await session.run(() => tell(notification()));
    expect(session.account.sns.messages).toHaveLength(2);
  });

  test('that could not be told is not remembered as told', async () => {
    session.fail('Publish', 'denied', 1);
    expect((await errorOf(session.run(() => tell(notification())))).name).toBe('AuthorizationErrorException');
    await session.run(() => tell(notification()));
    expect(session.account.sns.messages).toHaveLength(1);
  });

  test('has a subject that SNS takes, however long the given one is', async () => {
    await session.run(() => tell(notification({ subject: 'x'.repeat(150) })));
    expect(session.account.sns.messages[0]?.subject).toBe('x'.repeat(100));
  });

  test('is remembered for 90 days', async () => {
    await session.run(() => tell(notification()));
    const record = await session.run(() => new Ledger(table).get('notification', 'sale/soldes/r1/go'));
    expect(record?.expiresAt).toBe(Date.parse('2027-01-13T07:00:00Z') / 1000 + 90 * 86_400);
  });
});
