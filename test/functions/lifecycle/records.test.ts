import { type BucketRun, findBucketRun, type LifecycleQuestion, openBucketRun, readQuestion, readTold, updateBucketRun, writeQuestion, writeTold } from '../../../functions/lifecycle/lifecycle-records.ts';
import { errorOf, openSession, type Session } from '../platform/session.ts';
import { ledger } from './lifecycle-scene.ts';
import { planOf } from './report-fixtures.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

const at = '2027-01-13T07:00:00.000Z';
const now = Date.parse(at);
const run: BucketRun = { runId: 'run-1', role: 'logs', plannedAt: at, plan: planOf('logs') };
const question: LifecycleQuestion = { role: 'logs', plan: planOf('logs'), approval: { planHash: planOf('logs').planHash, askedAt: at, expiresAt: '2027-01-16T07:00:00.000Z' } };
const find = () => session.run(() => findBucketRun(ledger, 'run-1', 'logs'));

describe('what a run did with a bucket', () => {
  test('is kept as it was planned first', async () => {
    expect(await session.run(() => openBucketRun(ledger, run, now))).toEqual(run);
    const second = { ...run, plan: planOf('logs', { verdict: 'refused' }) };
    expect(await session.run(() => openBucketRun(ledger, second, now))).toEqual(run);
    expect(await find()).toEqual(run);
  });

  test('is changed only as it was read', async () => {
    await session.run(() => openBucketRun(ledger, run, now));
    const acting = await session.run(() => updateBucketRun(ledger, run, { act: { begunAt: at } }, now));
    expect(await find()).toEqual(acting);
    expect((await errorOf(session.run(() => updateBucketRun(ledger, run, { act: { begunAt: at, approver: 'Ada' } }, now)))).name).toBe('Transient');
    expect(await find()).toEqual(acting);
  });

  test('is kept by run and bucket, and not for ever', async () => {
    await session.run(() => openBucketRun(ledger, run, now));
    await session.run(() => openBucketRun(ledger, { ...run, role: 'documents', plan: planOf('documents') }, now));
    expect((await find())?.role).toBe('logs');
    const record = await session.run(() => ledger.get('lifecycle-run', 'run-1/logs'));
    expect(record?.expiresAt).toBe(now / 1000 + 400 * 86_400);
  });

  test('that nobody can read is a defect, and not nothing', async () => {
    await session.run(() => ledger.write({ type: 'lifecycle-run', id: 'run-1/logs', revision: 1, value: { ...run, plan: 'splendid' } }));
    expect(await errorOf(find())).toMatchObject({ name: 'Defect', message: expect.stringContaining('run-1/logs') });
  });
});

describe('a question', () => {
  test('of two at once stands once: the other one looks again', async () => {
    const standing = await session.run(() => readQuestion(ledger, 'logs'));
    await session.run(() => writeQuestion(ledger, question, standing, now));
    const other = { ...question, approval: { ...question.approval, planHash: 'f'.repeat(64) } };
    expect((await errorOf(session.run(() => writeQuestion(ledger, other, standing, now)))).name).toBe('Transient');
    expect(await session.run(() => readQuestion(ledger, 'logs'))).toEqual({ revision: 1, value: question });
  });

  test.each(['reply-lost', 'reply-lost-for-good'] as const)('written twice, after a reply that was lost (%s), stands once', async (fault) => {
    const standing = await session.run(() => readQuestion(ledger, 'logs'));
    session.fail('PutItem', fault, 1);
    expect(await session.run(() => writeQuestion(ledger, question, standing, now))).toEqual(question);
    expect(await session.run(() => writeQuestion(ledger, question, standing, now))).toEqual(question);
    expect((await session.run(() => readQuestion(ledger, 'logs'))).revision).toBe(1);
  });
});

test('what was last told is written only where it changes', async () => {
  const told = { logs: { outcome: 'asked', planHash: question.plan.planHash, expiresAt: at } } as const;
  await session.run(async () => writeTold(ledger, told, await readTold(ledger), now));
  await session.run(async () => writeTold(ledger, { ...told }, await readTold(ledger), now));
  expect(await session.run(() => readTold(ledger))).toEqual({ revision: 1, value: told });
});
