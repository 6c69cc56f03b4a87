import type { Drill } from '../../../functions/failover-drill/drill-records.ts';
import { handler as force } from '../../../functions/failover-drill/force-failover.ts';
import { hashDrillPlan } from '../../../functions/failover-drill/plan.ts';
import type { ProbeProgress } from '../../../functions/failover-drill/probe/probe-records.ts';
import { AwsError } from '../../../simulator/kernel/aws-error.ts';
import { noFaults } from '../../../simulator/kernel/faults.ts';
import { context, errorOf } from '../platform/session.ts';
import { type DrillScene, ledger, lock, openDrillScene } from './drill-scene.ts';
import { drillOf, plan } from './facts.ts';

let scene: DrillScene;
beforeEach(() => {
  scene = openDrillScene();
});
afterEach(() => scene.close());

const drillId = 'drill-1';
const planHash = hashDrillPlan(plan);
const approvalOf = (changes: object = {}): NonNullable<Drill['approval']> => ({
  token: 't', planHash, askedAt: scene.at(-600), expiresAt: scene.at(600), decision: 'approved', approver: 'Grace', ...changes,
});
const progressOf = (changes: Partial<ProbeProgress> = {}): ProbeProgress => ({ runId: 'run-1', startedAt: scene.at(-30), at: scene.at(-3), state: 'writing', acknowledged: 20, ...changes });
const forcing = () => scene.run(() => force({ drillId }, context));

/** A drill that is cleared and measured: one thing of it is not as it should be. */
async function prepare(changes: Partial<Drill> = {}, { progress = progressOf(), owner = drillId }: { progress?: ProbeProgress | null; owner?: string | null } = {}): Promise<void> {
  await scene.put(drillOf({ drillId, state: 'cleared', clearedAt: scene.at(-60), plan, planHash, approval: approvalOf(), ...changes }));
  if (progress !== null) await scene.putRecord({ type: 'probe', id: drillId, value: progress });
  if (owner !== null) await scene.run(() => ledger.lock(lock, owner, 600));
}

describe('a failover', () => {
  test('is forced when everything stands', async () => {
    await prepare();
    expect(await forcing()).toEqual({ outcome: 'accepted' });
    expect(scene.reboots).toEqual([{ DBInstanceIdentifier: 'shop', ForceFailover: true }]);
    expect(await scene.drill()).toMatchObject({ state: 'acting', act: { begunAt: expect.any(String), acceptedAt: expect.any(String), invocation: 'request-1' } });
  });

  test.each<[string, () => Partial<Drill>, { owner?: string | null }]>([
    ['that is not cleared', () => ({ state: 'awaiting-approval' }), {}],
    ['that is said to be under way, without an act', () => ({ state: 'acting' }), {}],
    ['that is closed', () => ({ state: 'closed' }), {}],
    ['that is an observation', () => ({ kind: 'observation' }), {}],
    ['that is a dry run', () => ({ isDryRun: true }), {}],
    ['that was cleared, nobody knows when', () => ({ clearedAt: 'once' }), {}],
    ['that was cleared ten minutes ago', () => ({ clearedAt: scene.at(-600) }), {}],
    ['whose plan was altered in the ledger', () => ({ plan: { ...plan, primaryZone: 'eu-west-3c' } }), {}],
    ['whose plan is for another database', () => ({ plan: { ...plan, databaseId: 'other' }, planHash: hashDrillPlan({ ...plan, databaseId: 'other' }), approval: approvalOf({ planHash: hashDrillPlan({ ...plan, databaseId: 'other' }) }) }), {}],
    ['without an approval', () => ({ approval: undefined }), {}],
    ['that nobody answered', () => ({ approval: approvalOf({ decision: undefined }) }), {}],
    ['that was rejected', () => ({ approval: approvalOf({ decision: 'rejected' }) }), {}],
    ['whose approval has expired', () => ({ approval: approvalOf({ expiresAt: scene.at(0) }) }), {}],
    ['whose approval is of another plan', () => ({ approval: approvalOf({ planHash: 'f'.repeat(64) }) }), {}],
    ['that does not hold the lock', () => ({}), { owner: null }],
    ['whose lock another one holds', () => ({}), { owner: 'drill-2' }],
  ])('of a drill %s is not forced', async (_what, changes, around) => {
    await prepare(changes(), around);
    const before = await scene.drill();
    expect((await errorOf(forcing())).name).toBe('Defect');
    expect(scene.reboots).toEqual([]);
    expect(await scene.drill()).toEqual(before);
  });

  test.each<[string, () => ProbeProgress | null, 'Transient' | 'Refused']>([
    ['has not been heard of', () => null, 'Transient'],
    ['is starting', () => progressOf({ state: 'starting', acknowledged: 0 }), 'Transient'],
    ['has written too little', () => progressOf({ acknowledged: 19 }), 'Transient'],
    ['has been silent for 15 seconds', () => progressOf({ at: scene.at(-15) }), 'Transient'],
    ['sees an outage', () => progressOf({ state: 'outage' }), 'Refused'],
    ['saw an outage end', () => progressOf({ state: 'recovering' }), 'Refused'],
    ['has ended', () => progressOf({ state: 'ended' }), 'Refused'],
  ])('is not forced while the probe %s', async (_what, progress, name) => {
    await prepare({}, { progress: progress() });
    expect((await errorOf(forcing())).name).toBe(name);
    expect(scene.reboots).toEqual([]);
    expect((await scene.drill()).act).toBeUndefined();
  });

  test('is forced once, however often it is asked for', async () => {
    await prepare();
    await forcing();
    expect(await forcing()).toEqual({ outcome: 'accepted' });
    expect(scene.reboots).toHaveLength(1);
  });

  test('is forced once by two that ask at the same moment', async () => {
    await prepare();
    const other = { ...context, awsRequestId: 'request-2' };
    const both = await scene.run(() => Promise.allSettled([force({ drillId }, context), force({ drillId }, other)]));
    expect(scene.reboots).toHaveLength(1);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    ['whose answer is lost', 'reply-lost' as const, 1],
    ['that a broken server answers', 'unavailable' as const, 0],
  ])('%s is not asked for again: nobody knows', async (_what, fault, made) => {
    await prepare();
    scene.fail('RebootDBInstance', fault, 1);
    expect(await forcing()).toEqual({ outcome: 'unknown' });
    expect(await forcing()).toEqual({ outcome: 'unknown' });
    expect(scene.reboots).toHaveLength(made);
    expect(await scene.drill()).toMatchObject({ state: 'acting', act: { begunAt: expect.any(String) } });
  });

  test('is recorded before it is made: a process that dies over it leaves it to what is seen', async () => {
    await prepare();
    const die = ({ operation }: { readonly operation: string }): undefined => {
      if (operation === 'RebootDBInstance') scene.isGone = true;
    };
    scene.account.faults = { faultFor: die };
    await scene.runForAMinute(() => force({ drillId }, context));
    expect(scene.reboots).toHaveLength(1);
    scene.isGone = false;
    scene.account.faults = noFaults;
    expect(await scene.drill()).toMatchObject({ state: 'acting', act: { begunAt: expect.any(String) } });
    expect(await forcing()).toEqual({ outcome: 'unknown' });
    expect(scene.reboots).toHaveLength(1);
  });

  test('that RDS throttles is asked for again by the next try', async () => {
    await prepare();
    scene.fail('RebootDBInstance', 'throttled', 1);
    expect((await errorOf(forcing())).name).toBe('Transient');
    // Once, and not as often as the SDK would: its own tries are off.
    expect(scene.account.calls.mishaps.filter(({ operation }) => operation === 'RebootDBInstance')).toHaveLength(1);
    expect(await scene.drill()).toMatchObject({ state: 'cleared' });
    expect((await scene.drill()).act).toBeUndefined();
    expect(await forcing()).toEqual({ outcome: 'accepted' });
    expect(scene.reboots).toHaveLength(1);
  });

  test.each(['InvalidDBInstanceStateFault', 'KMSKeyNotAccessibleFault', 'AccessDenied'])('that RDS refuses by %s has not been made', async (name) => {
    await prepare();
    scene.rebootError = new AwsError(name, 'Instance shop is not in available state.');
    const error = await errorOf(forcing());
    expect(error.name).toBe('Refused');
    expect(error.message).toContain(name);
    expect((await scene.drill()).act).toBeUndefined();
  });

  test('is not made when it cannot be recorded', async () => {
    await prepare();
    scene.fail('PutItem', 'denied', Infinity);
    await errorOf(forcing());
    expect(scene.reboots).toEqual([]);
  });

  test('that RDS took is made, even if that cannot be written down', async () => {
    await prepare();
    let puts = 0;
    scene.account.faults = { faultFor: ({ operation }) => (operation === 'PutItem' && (puts += 1) > 1 ? 'denied' : undefined) };
    expect(await forcing()).toEqual({ outcome: 'accepted' });
    expect((await scene.drill()).act?.acceptedAt).toBeUndefined();
    expect(await forcing()).toEqual({ outcome: 'unknown' });
    expect(scene.reboots).toHaveLength(1);
  });
});
