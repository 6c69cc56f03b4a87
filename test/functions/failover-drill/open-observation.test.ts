import type { Drill } from '../../../functions/failover-drill/drill-records.ts';
import { unknownZone } from '../../../functions/failover-drill/failover-verdict.ts';
import { handler as open } from '../../../functions/failover-drill/open-observation.ts';
import type { DrillPlan } from '../../../functions/failover-drill/plan.ts';
import { context, errorOf } from '../platform/session.ts';
import { type DrillScene, ledger, lock, openDrillScene } from './drill-scene.ts';
import { drillOf } from './facts.ts';

let scene: DrillScene;
beforeEach(() => {
  scene = openDrillScene();
});
afterEach(() => scene.close());

const eventOf = (changes: object = {}) => ({ sourceIdentifier: 'shop', eventId: 'RDS-EVENT-0013', message: 'Multi-AZ instance failover started.', at: scene.at(-20), ...changes });
const openWith = (changes: object = {}, observationId = 'observation-1') => scene.run(() => open({ observationId, event: eventOf(changes) }, context));
const record = (drillId = 'observation-1') => scene.drill(drillId);
const owner = () => scene.run(() => ledger.lockOwner(lock));
const planOf = (changes: Partial<DrillPlan> = {}): DrillPlan => ({
  databaseId: 'shop', resourceId: 'db-SHOP', engine: 'postgres', engineVersion: '17.4', instanceClass: 'db.m6g.large', primaryZone: 'eu-west-3b', standbyZone: 'eu-west-3a',
  endpoint: { address: 'shop', port: 5432 }, parameterGroups: [], objectives: { rtoSeconds: 120, maxLostCommits: 0 }, ...changes,
});
/** A drill that looked at the database a day ago. */
const earlier = (changes: Partial<Drill> = {}): Drill => drillOf({ openedAt: scene.at(-86_400), state: 'closed', closedAt: scene.at(-86_000), outcome: 'dry-run', plan: planOf(), ...changes });

describe('an event of RDS', () => {
  test('that tells of a failover opens an observation, which holds the lock', async () => {
    expect(await openWith()).toEqual({ verdict: 'observe', reason: 'RDS-EVENT-0013: Multi-AZ instance failover started.' });
    expect(await owner()).toBe('observation-1');
    expect(await record()).toMatchObject({
      kind: 'observation', requester: 'RDS', state: 'opened', plan: { primaryZone: 'eu-west-3a' },
      failover: { outcome: 'pending', statuses: [{ status: 'available' }], events: [{ at: '2027-01-13T06:59:40.000Z', message: 'Multi-AZ instance failover started.' }] },
    });
  });

  test.each<[string, () => object, string]>([
    ['of another database', () => ({ sourceIdentifier: 'other' }), 'of other'],
    ['that tells of a restart', () => ({ eventId: 'RDS-EVENT-0006', message: 'DB instance restarted' }), 'no failover'],
    ['that tells of a recovery in its own zone', () => ({ eventId: 'RDS-EVENT-0050', message: 'Multi-AZ instance activation started.' }), 'no failover'],
    ['that tells that nothing was done', () => ({ eventId: 'RDS-EVENT-0034', message: 'Abandoning user requested failover' }), 'no failover'],
    ['that is more than half an hour old', () => ({ at: scene.at(-1801) }), 'more than 30 minutes'],
  ])('%s is ignored, and leaves nothing', async (_what, changes, reason) => {
    expect(await openWith(changes())).toEqual({ verdict: 'ignored', reason: expect.stringContaining(reason) });
    expect(await owner()).toBeUndefined();
    expect(await scene.run(() => ledger.list('drill'))).toEqual([]);
  });

  test.each(['RDS-EVENT-0015', 'RDS-EVENT-0049'])('is taken also when only the end was told, by %s', async (eventId) => {
    expect(await openWith({ eventId, sourceIdentifier: 'SHOP' })).toMatchObject({ verdict: 'observe' });
  });

  test('is ignored while a drill or another observation runs', async () => {
    await scene.run(() => ledger.lock(lock, 'drill-7', 600));
    expect(await openWith()).toEqual({ verdict: 'ignored', reason: expect.stringContaining('drill-7') });
    expect(await owner()).toBe('drill-7');
  });

  test.each<[string, () => Drill, number, boolean]>([
    ['our own failover', () => earlier({ act: { begunAt: scene.at(-1200) }, closedAt: scene.at(-600) }), -1100, true],
    ['our own failover, by a clock that is behind', () => earlier({ act: { begunAt: scene.at(-1200) }, closedAt: scene.at(-600) }), -1250, true],
    ['our own failover, whose record nobody closed', () => earlier({ act: { begunAt: scene.at(-1200) }, closedAt: undefined }), -30, true],
    ['a failover after the end of ours', () => earlier({ act: { begunAt: scene.at(-1200) }, closedAt: scene.at(-600) }), -599, false],
    ['a failover before ours', () => earlier({ act: { begunAt: scene.at(-1200) }, closedAt: scene.at(-600) }), -1300, false],
    ['a failover beside a drill that forced none', () => earlier({ openedAt: scene.at(-1200), closedAt: scene.at(-600) }), -1100, false],
    ['the start of a failover that was observed from its end', () => earlier({ kind: 'observation', openedAt: scene.at(-1200), closedAt: scene.at(-600) }), -1400, true],
    ['a failover after one that was observed', () => earlier({ kind: 'observation', openedAt: scene.at(-1200), closedAt: scene.at(-600) }), -500, false],
  ])('that tells late of %s', async (_what, drill, seconds, isCovered) => {
    await scene.put(drill());
    expect((await openWith({ at: scene.at(seconds) })).verdict).toBe(isCovered ? 'ignored' : 'observe');
    expect(await owner()).toBe(isCovered ? undefined : 'observation-1');
  });

  test('that comes twice under one name opens one observation', async () => {
    await openWith();
    const first = await record();
    await scene.wait(5000);
    expect(await openWith()).toMatchObject({ verdict: 'observe' });
    expect(await record()).toEqual(first);
  });

  test('that comes again after its observation has ended is ignored', async () => {
    await openWith();
    await scene.put({ ...(await record()), state: 'closed', closedAt: scene.at(0) });
    await scene.run(() => ledger.unlock(lock, 'observation-1'));
    expect(await openWith()).toMatchObject({ verdict: 'ignored' });
    expect(await owner()).toBeUndefined();
  });

  test('that comes beside another of the same failover opens one observation', async () => {
    const both = await scene.run(() =>
      Promise.all([
        open({ observationId: 'observation-1', event: eventOf() }, context),
        open({ observationId: 'observation-2', event: eventOf({ eventId: 'RDS-EVENT-0049' }) }, context),
      ]),
    );
    expect(both.map(({ verdict }) => verdict).toSorted()).toEqual(['ignored', 'observe']);
    expect(await scene.run(() => ledger.list('drill'))).toHaveLength(1);
  });

  test('is a defect without an instant', async () => {
    expect((await errorOf(openWith({ at: 'soon' }))).name).toBe('Defect');
  });
});

describe('an observation', () => {
  test('is opened of a database that nobody may look at, and says so', async () => {
    scene.fail('DescribeDBInstances', 'denied', Infinity);
    expect(await openWith()).toMatchObject({ verdict: 'observe' });
    const { plan, remarks, failover } = await record();
    expect(plan).toBeUndefined();
    expect(remarks).toContainEqual(expect.stringContaining('could not be looked at'));
    expect(failover).toMatchObject({ zoneBefore: unknownZone, statuses: [] });
  });

  test('is opened of a database that is not available', async () => {
    scene.database.DBInstanceStatus = 'rebooting';
    expect(await openWith()).toMatchObject({ verdict: 'observe' });
    expect((await record()).failover?.statuses).toEqual([{ at: expect.any(String), status: 'rebooting' }]);
  });

  test('is tried again when RDS throttles, and holds no lock until then', async () => {
    scene.fail('DescribeDBInstances', 'throttled', Infinity);
    expect((await errorOf(openWith())).name).toBe('Transient');
    expect(await owner()).toBeUndefined();
  });

  const swapped = { outcome: 'swapped' as const, zoneBefore: 'eu-west-3b', zoneAfter: 'eu-west-3a', statuses: [], events: [] };
  test.each<[string, () => Drill[], string, string]>([
    ['no record', () => [], unknownZone, 'No record says'],
    ['a drill that was refused, and RDS shows another', () => [earlier()], 'eu-west-3b', 'RDS showed eu-west-3a'],
    ['a drill of the same zone', () => [earlier({ plan: planOf({ primaryZone: 'eu-west-3a' }) })], 'eu-west-3a', 'showed that zone still'],
    ['the failover of that drill, which came after it', () => [earlier({ failover: { ...swapped, settledAt: scene.at(-86_100) } })], 'eu-west-3a', 'showed that zone still'],
    ['the newest of two', () => [earlier({ failover: { ...swapped, settledAt: scene.at(-86_100) } }), earlier({ drillId: 'drill-2', openedAt: scene.at(-40_000) })], 'eu-west-3b', 'drill-2'],
    ['an observation, by where it ended', () => [earlier({ kind: 'observation', plan: planOf(), failover: { ...swapped, settledAt: scene.at(-86_100) } })], 'eu-west-3a', 'still'],
    ['an observation that saw no end', () => [earlier({ kind: 'observation', failover: { ...swapped, outcome: 'timed-out', settledAt: scene.at(-86_100) } })], unknownZone, 'No record says'],
    ['another instance of that name', () => [earlier({ plan: planOf({ resourceId: 'db-OTHER' }) })], unknownZone, 'No record says'],
  ])('knows the zone before from %s', async (_what, drills, zoneBefore, remark) => {
    for (const drill of drills()) await scene.put(drill);
    await openWith();
    const { failover, remarks } = await record();
    expect(failover?.zoneBefore).toBe(zoneBefore);
    expect(remarks).toEqual([expect.stringContaining(remark)]);
  });
});
