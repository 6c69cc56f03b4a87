import { handler as answer } from '../../../functions/failover-drill/answer-drill-approval.ts';
import { handler as clear } from '../../../functions/failover-drill/clear-drill.ts';
import { handler as plan } from '../../../functions/failover-drill/plan-drill.ts';
import { handler as requestApproval } from '../../../functions/failover-drill/request-drill-approval.ts';
import { context, errorOf } from '../platform/session.ts';
import { type DrillScene, ledger, lock, openDrillScene } from './drill-scene.ts';

let scene: DrillScene;
beforeEach(() => {
  scene = openDrillScene();
});
afterEach(() => scene.close());

const drillId = 'drill-1';
const minute = 60_000;
const open = (request: object = {}) => scene.run(() => plan({ drillId, request: { requester: 'Ada', reason: 'The quarterly drill.', ...request } }, context));
const ask = (token = 'token-1') => scene.run(() => requestApproval({ drillId, token }, context));
const clearing = () => scene.run(() => clear({ drillId }, context));

async function say(change: object = {}): Promise<unknown> {
  const { planHash } = await scene.drill();
  return scene.run(() => answer({ drillId, planHash, decision: 'approved', approver: 'Grace', ...change }, context));
}

describe('a question', () => {
  test('is put to people with everything that they need for an answer', async () => {
    await open();
    await ask();
    const { planHash = '' } = await scene.drill();
    const [message, ...more] = scene.account.sns.messages;
    expect(more).toEqual([]);
    expect(message?.attributes['kind']).toBe('drill.approval-asked');
    const { text } = JSON.parse(message?.message ?? '{}') as { text: string };
    for (const part of ['Ada', 'The quarterly drill.', 'eu-west-3a', 'eu-west-3b', drillId, planHash, '2027-01-13T08:00:00']) expect(text).toContain(part);
    expect(await scene.drill()).toMatchObject({ state: 'awaiting-approval', approval: { token: 'token-1', planHash, expiresAt: expect.stringContaining('2027-01-13T08:00:00') } });
  });

  test('put a second time is the same one, told once, with a new token', async () => {
    await open();
    await ask();
    const first = (await scene.drill()).approval;
    await scene.wait(minute);
    await ask('token-2');
    expect((await scene.drill()).approval).toEqual({ ...first, token: 'token-2' });
    expect(scene.account.sns.messages).toHaveLength(1);
  });

  test('put a second time after its answer lets the workflow go on by it', async () => {
    await open();
    await ask();
    await say();
    await ask('token-2');
    expect(scene.resumed).toEqual(['token-1', 'token-2']);
    expect((await scene.drill()).approval).toMatchObject({ decision: 'approved', token: 'token-2' });
  });

  test.each([
    ['a dry run', { dryRun: true }],
    ['a request that is refused', { reason: 'no' }],
  ])('is not put for %s', async (_what, request) => {
    await open(request);
    expect((await errorOf(ask())).name).toBe('Defect');
    expect(scene.account.sns.messages).toEqual([]);
  });
});

describe('an answer', () => {
  beforeEach(async () => {
    await open();
    await ask();
  });

  test('by a second person is written down', async () => {
    expect(await say({ comment: 'Go.' })).toEqual({ status: 'accepted', drillId, decision: 'approved' });
    expect((await scene.drill()).approval).toMatchObject({ decision: 'approved', approver: 'Grace', comment: 'Go.' });
    expect(scene.resumed).toEqual(['token-1']);
  });

  test('given twice is accepted twice, and another one is not', async () => {
    await say();
    expect(await say()).toMatchObject({ status: 'accepted' });
    expect(await say({ decision: 'rejected' })).toMatchObject({ status: 'refused', code: 'answered-already' });
    expect((await scene.drill()).approval?.decision).toBe('approved');
  });

  test.each([
    ['by who asked', { approver: ' ADA ' }, 'own-request'],
    ['to another plan', { planHash: 'f'.repeat(64) }, 'plan-altered'],
    ['to no drill', { drillId: 'drill-9' }, 'unknown-drill'],
    ['with a field too many', { force: true }, 'invalid-answer'],
    ['without a name', { approver: '' }, 'invalid-answer'],
    ['to a drill with an odd name', { drillId: '../drill' }, 'invalid-answer'],
  ])('%s is refused, and written nowhere', async (_what, change, code) => {
    expect(await say(change)).toMatchObject({ status: 'refused', code });
    expect((await scene.drill()).approval?.decision).toBeUndefined();
    expect(scene.resumed).toEqual([]);
  });

  test('by who asked may be a no', async () => {
    expect(await say({ approver: 'Ada', decision: 'rejected' })).toMatchObject({ status: 'accepted', decision: 'rejected' });
  });

  test('that comes late is refused', async () => {
    await scene.wait(60 * minute);
    expect(await say()).toMatchObject({ status: 'refused', code: 'expired' });
  });

  test('to a drill that ended without one is refused', async () => {
    await scene.put({ ...(await scene.drill()), state: 'closed', outcome: 'error' });
    expect(await say()).toMatchObject({ status: 'refused', code: 'not-awaiting' });
  });
});

describe('a clearance', () => {
  const approve = async (): Promise<void> => {
    await open();
    await ask();
    await say();
  };

  test('of what is approved and stands as it did takes the lock', async () => {
    await approve();
    await scene.wait(minute);
    expect(await clearing()).toEqual({ verdict: 'go', outcome: '', reason: '' });
    expect(await scene.drill()).toMatchObject({
      state: 'cleared', clearedAt: expect.stringContaining('2027-01-13T07:01'), blockers: [], healthyFloor: 2, healthBefore: { healthy: 2, unhealthy: 0, errorPercent: 0 },
    });
    expect(await scene.run(() => ledger.lockOwner(lock))).toBe(drillId);
    expect(scene.reboots).toEqual([]);
  });

  test('whose answer was lost is given again', async () => {
    await approve();
    await clearing();
    await scene.wait(minute);
    expect(await clearing()).toMatchObject({ verdict: 'go' });
    expect((await scene.drill()).clearedAt).toContain('2027-01-13T07:01');
  });

  test('that is no longer given takes the one before back', async () => {
    await approve();
    await clearing();
    scene.answers.healthy = 1;
    expect(await clearing()).toMatchObject({ verdict: 'stop', outcome: 'refused' });
    expect((await scene.drill()).state).toBe('awaiting-approval');
  });

  const lateBy = (minutes: number) => async (): Promise<void> => {
    await approve();
    await scene.wait(minutes * minute);
  };
  test.each<[string, () => Promise<void>, string, string]>([
    ['that was rejected', async () => { await open(); await ask(); await say({ decision: 'rejected', comment: 'Not today.' }); }, 'rejected', 'Grace. Not today.'],
    ['that nobody answered', async () => { await open(); await ask(); }, 'expired', 'Nobody answered'],
    ['that nobody was asked about', async () => { await open(); await scene.put({ ...(await scene.drill()), state: 'awaiting-approval' }); }, 'expired', 'Nobody was asked'],
    ['that was approved too long ago', lateBy(60), 'expired', 'valid until'],
    ['whose database failed over since', async () => { await approve(); Object.assign(scene.database, { AvailabilityZone: 'eu-west-3b', SecondaryAvailabilityZone: 'eu-west-3a' }); }, 'altered', 'primaryZone from "eu-west-3a" to "eu-west-3b"'],
    ['whose shop has a red alarm now', async () => { await approve(); scene.answers.alarms = [{ AlarmName: 'errors', StateValue: 'ALARM' }]; }, 'refused', 'alarm-red'],
    ['of which a part cannot be read now', async () => { await approve(); scene.fail('DescribeEvents', 'denied', 1); }, 'refused', 'facts-unread'],
    ['while another drill runs', async () => { await approve(); await scene.run(() => ledger.lock(lock, 'drill-0', 600)); }, 'refused', 'drill-running'],
  ])('of a drill %s is not given', async (_what, prepare, outcome, reason) => {
    await prepare();
    expect(await clearing()).toEqual({ verdict: 'stop', outcome, reason: expect.stringContaining(reason) });
    expect(await scene.drill()).toMatchObject({ state: 'awaiting-approval' });
    expect((await scene.drill()).clearedAt).toBeUndefined();
    expect(await scene.run(() => ledger.lockOwner(lock))).not.toBe(drillId);
  });

  test('that is refused keeps every blocker in the record', async () => {
    await approve();
    scene.database.DBInstanceStatus = 'modifying';
    scene.answers.healthy = 0;
    await clearing();
    expect((await scene.drill()).blockers.map(({ code }) => code)).toEqual(['status', 'targets-below-floor']);
  });

  test('is taken by one of two drills that look at the same moment', async () => {
    await approve();
    const first = await scene.drill();
    await scene.put({ ...first, drillId: 'drill-2' });
    const both = await scene.run(() => Promise.all([clear({ drillId }, context), clear({ drillId: 'drill-2' }, context)]));
    expect(both.map(({ verdict }) => verdict).toSorted()).toEqual(['go', 'stop']);
    const owner = await scene.run(() => ledger.lockOwner(lock));
    expect((await scene.drill(owner)).state).toBe('cleared');
  });

  test.each<[string, object]>([
    ['that has begun', { state: 'acting', act: { begunAt: '2027-01-13T07:00:00.000Z' } }],
    ['that was taken back to cleared, and yet has an act', { state: 'cleared', act: { begunAt: '2027-01-13T07:00:00.000Z' } }],
    ['that is closed', { state: 'closed' }],
    ['that is an observation', { kind: 'observation' }],
    ['that is a dry run', { isDryRun: true }],
  ])('of a drill %s is a defect', async (_what, change) => {
    await approve();
    await scene.put({ ...(await scene.drill()), ...change });
    expect((await errorOf(clearing())).name).toBe('Defect');
    expect(await scene.run(() => ledger.lockOwner(lock))).toBeUndefined();
  });
});
