import type { FaultKind } from '../../../simulator/kernel/faults.ts';
import { errorOf } from '../platform/session.ts';
import { foreign } from './facts.ts';
import { type LifecycleScene, openLifecycleScene, workflowArn } from './lifecycle-scene.ts';

let scene: LifecycleScene;
beforeEach(async () => {
  scene = openLifecycleScene();
  await scene.plan('productImages');
});
afterEach(() => scene.close());

const hour = 3_600_000;

describe('an answer', () => {
  test('of yes is written down, and starts a run that is named after it', async () => {
    expect(await scene.answer('productImages', { comment: 'Seen.' })).toEqual({ status: 'accepted', role: 'productImages', decision: 'approved' });
    const { approval, plan } = await scene.question('productImages');
    expect(approval).toMatchObject({ decision: 'approved', approver: 'Grace', comment: 'Seen.' });
    const askedAt = Math.floor(Date.parse(approval.askedAt) / 1000);
    expect(scene.started).toEqual([{ stateMachineArn: workflowArn, name: `approval-productImages-${plan.planHash.slice(0, 16)}-${askedAt}`, input: '{"cause":"approval"}' }]);
  });

  test('of no is written down, and starts nothing', async () => {
    expect(await scene.answer('productImages', { decision: 'rejected' })).toMatchObject({ status: 'accepted', decision: 'rejected' });
    expect((await scene.question('productImages')).approval.decision).toBe('rejected');
    expect(scene.started).toEqual([]);
  });

  test('given twice is accepted twice, and starts one run; another one is refused', async () => {
    await scene.answer('productImages');
    const { approval } = await scene.question('productImages');
    expect(await scene.answer('productImages')).toMatchObject({ status: 'accepted' });
    expect(await scene.answer('productImages', { decision: 'rejected' })).toMatchObject({ status: 'refused', code: 'answered-already' });
    expect(await scene.answer('productImages', { approver: 'Ada' })).toMatchObject({ status: 'refused', code: 'answered-already' });
    expect((await scene.question('productImages')).approval).toEqual(approval);
    expect(scene.started).toHaveLength(1);
  });

  test('to the same plan, asked again after it had expired, starts another run', async () => {
    await scene.answer('productImages');
    await scene.wait(72 * hour);
    await scene.plan('productImages', 'run-2');
    await scene.answer('productImages');
    expect(new Set(scene.started.map(({ name }) => name)).size).toBe(2);
  });

  test.each([
    ['to another plan', { planHash: 'f'.repeat(64) }, 'plan-altered'],
    ['to a bucket of which nothing is asked', { role: 'documents' }, 'not-awaiting'],
    ['to no bucket of ours', { role: 'secrets' }, 'invalid-answer'],
    ['with a field too many', { force: true }, 'invalid-answer'],
    ['without a name', { approver: ' ' }, 'invalid-answer'],
  ])('%s is refused, written nowhere, and starts nothing', async (_what, change, code) => {
    expect(await scene.answer('productImages', change)).toMatchObject({ status: 'refused', code, message: expect.any(String) });
    expect((await scene.question('productImages')).approval.decision).toBeUndefined();
    expect(scene.started).toEqual([]);
  });

  test('that comes late is refused', async () => {
    await scene.wait(72 * hour);
    expect(await scene.answer('productImages')).toMatchObject({ status: 'refused', code: 'expired' });
    expect(scene.started).toEqual([]);
  });

  test('to a plan that another one has replaced is refused', async () => {
    const { planHash } = (await scene.question('productImages')).plan;
    scene.set('productImages', [foreign('thumbnails', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })]);
    await scene.plan('productImages', 'run-2');
    expect(await scene.answer('productImages', { planHash })).toMatchObject({ status: 'refused', code: 'plan-altered' });
    expect(scene.started).toEqual([]);
  });
});

describe('whatever goes wrong', () => {
  const kinds: readonly FaultKind[] = ['throttled', 'denied', 'reply-lost', 'reply-lost-for-good'];
  const cases = (['GetItem', 'PutItem', 'StartExecution'] as const).flatMap((operation) => kinds.map((fault) => ({ operation, fault })));

  test.each(cases)('with $operation ($fault), the same answer again is accepted, and one run is started', async ({ operation, fault }) => {
    const { planHash } = (await scene.question('productImages')).plan;
    scene.fail(operation, fault, fault === 'reply-lost' || fault === 'denied' ? 1 : 3);
    // A write or a start whose reply was lost is found by the SDK's own retry.
    const isHealed = fault === 'reply-lost' || (fault === 'reply-lost-for-good' && operation !== 'GetItem');
    expect(await scene.answerOf('productImages', planHash).then(() => true, () => false)).toBe(isHealed);
    scene.break();
    expect(await scene.answer('productImages')).toMatchObject({ status: 'accepted' });
    expect(scene.started).toHaveLength(1);
    expect((await scene.question('productImages')).approval).toMatchObject({ decision: 'approved', approver: 'Grace' });
  });

  test('a start that was lost is made up for by the next run, whatever its cause', async () => {
    scene.break('StartExecution');
    await errorOf(scene.answer('productImages'));
    scene.break();
    expect(await scene.tend('weekly')).toMatchObject({ productImages: 'written' });
    expect(scene.started).toEqual([]);
  });
});
