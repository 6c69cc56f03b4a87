import * as z from 'zod';
import { Defect, Refused, Transient } from '../../../functions/platform/errors.ts';
import { createHandler } from '../../../functions/platform/handler.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import { context, errorOf, openSession, type Session, table } from './session.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
  session.environment = { LEDGER_TABLE: table };
});
afterEach(() => session.close());

const create = () =>
  createHandler({
    input: z.object({ saleId: z.string(), revision: z.int().min(1) }),
    environment: { LEDGER_TABLE: z.string().min(1) },
    handle: async ({ saleId, revision }, { environment, now, requestId }) => {
      const record = await new Ledger(environment.LEDGER_TABLE).get('lease', saleId);
      return { saleId, revision, now, requestId, table: environment.LEDGER_TABLE, isKnown: record !== undefined };
    },
  });

const event = { saleId: 'soldes', revision: 1 };

describe('a handler', () => {
  test('is given its event, its environment, the time and the id of the request', async () => {
    const beganAt = session.clock.now();
    const answer = await session.run(() => create()(event, context));
    expect(answer).toEqual({ saleId: 'soldes', revision: 1, now: beganAt, requestId: 'request-1', table, isKnown: false });
  });

  test('whose event is wrong fails as Defect, every wrong field named', async () => {
    const error = await errorOf(session.run(() => create()({ revision: 0 }, context)));
    expect(error).toBeInstanceOf(Defect);
    expect(error.message).toContain('saleId');
    expect(error.message).toContain('revision');
  });

  test('that AWS throttles beyond the SDK\'s own tries fails as Transient, with what AWS said', async () => {
    session.fail('GetItem', 'throttled', Infinity);
    const error = await errorOf(session.run(() => create()(event, context)));
    expect(error).toBeInstanceOf(Transient);
    expect(error.message).toContain('ProvisionedThroughputExceededException');
    expect(error.cause).toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(session.account.calls.mishaps).toHaveLength(3);
  });

  test('that AWS throttles once goes on: the SDK tries again', async () => {
    session.fail('GetItem', 'throttled', 1);
    expect(await session.run(() => create()(event, context))).toMatchObject({ isKnown: false });
  });

  test('that may not do what it tries fails as Refused', async () => {
    session.fail('GetItem', 'denied', Infinity);
    expect(await errorOf(session.run(() => create()(event, context)))).toBeInstanceOf(Refused);
  });

  test('parses its environment once: a warm start costs nothing', async () => {
    const handler = create();
    await session.run(() => handler(event, context));
    session.environment = { LEDGER_TABLE: '' };
    expect(await session.run(() => handler(event, context))).toMatchObject({ table });
  });

  test('whose environment is wrong fails as Defect, the variable named, and starts once it is put right', async () => {
    const handler = create();
    session.environment = {};
    const error = await errorOf(session.run(() => handler(event, context)));
    expect(error).toBeInstanceOf(Defect);
    expect(error.message).toContain('LEDGER_TABLE');
    session.environment = { LEDGER_TABLE: table };
    expect(await session.run(() => handler(event, context))).toMatchObject({ table });
  });

  test('logs a failure with its request, as JSON', async () => {
    await errorOf(session.run(() => create()({}, context)));
    const lines = session.printed.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(lines).toEqual([expect.objectContaining({ level: 'ERROR', function_request_id: 'request-1' })]);
  });
});
