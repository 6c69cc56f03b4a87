import { handler as checkFailover } from '../../../functions/failover-drill/check-failover.ts';
import { handler as checkShop } from '../../../functions/failover-drill/check-shop.ts';
import { context, errorOf } from '../platform/session.ts';
import { type DrillScene, ledger, openDrillScene } from './drill-scene.ts';
import { drillOf, plan } from './facts.ts';

let scene: DrillScene;
beforeEach(() => {
  scene = openDrillScene();
});
afterEach(() => scene.close());

const drillId = 'drill-1';
const act = () => scene.put(drillOf({ drillId, state: 'acting', plan, act: { begunAt: scene.at(0) } }));
const check = () => scene.run(() => checkFailover({ drillId }, context));
const seen = async () => (await scene.drill()).failover;
const event = (seconds: number, Message: string, category = 'failover') => ({ Date: new Date(scene.at(seconds)), Message, EventCategories: [category] });
const moved = () => Object.assign(scene.database, { AvailabilityZone: 'eu-west-3b', SecondaryAvailabilityZone: 'eu-west-3a', DBInstanceStatus: 'available' });

describe('a look at a failover', () => {
  test('after another tells how it went, from the first restart to the zone that shows it late', async () => {
    await act();
    expect(await check()).toEqual({ verdict: 'waiting' });
    await scene.wait(20_000);
    scene.database.DBInstanceStatus = 'rebooting';
    scene.answers.events.push(event(-5, 'Multi-AZ instance failover started.'));
    expect(await check()).toEqual({ verdict: 'waiting' });
    await scene.wait(60_000);
    scene.database.DBInstanceStatus = 'available';
    scene.answers.events.push(event(-10, 'Multi-AZ instance failover completed'), event(-30, 'DB instance restarted', 'availability'));
    expect(await check()).toEqual({ verdict: 'waiting' });
    await scene.wait(120_000);
    moved();
    expect(await check()).toEqual({ verdict: 'done' });
    expect(await seen()).toMatchObject({
      outcome: 'swapped', zoneBefore: 'eu-west-3a', zoneAfter: 'eu-west-3b', eventSeconds: expect.closeTo(55, 0), settledAt: expect.stringContaining('07:03:2'),
      statuses: [{ status: 'available' }, { status: 'rebooting' }, { status: 'available' }],
      events: [{ message: 'Multi-AZ instance failover started.' }, { message: 'DB instance restarted' }, { message: 'Multi-AZ instance failover completed' }],
    });
  });

  test('that RDS abandoned is over at once', async () => {
    await act();
    scene.answers.events.push(event(1, 'Abandoning user requested failover since a failover recently occurred on the database instance.'));
    await scene.wait(10_000);
    expect(await check()).toEqual({ verdict: 'done' });
    expect(await seen()).toMatchObject({ outcome: 'abandoned', zoneBefore: 'eu-west-3a', zoneAfter: 'eu-west-3a' });
  });

  test('that moved nothing is over after its time, and not before', async () => {
    await act();
    await scene.wait(7 * 60_000);
    expect(await check()).toEqual({ verdict: 'waiting' });
    await scene.wait(60_000);
    expect(await check()).toEqual({ verdict: 'done' });
    expect((await seen())?.outcome).toBe('timed-out');
  });

  test('that has settled reads and writes nothing more', async () => {
    await act();
    moved();
    await check();
    const before = await scene.run(() => ledger.get('drill', drillId));
    scene.fail('DescribeDBInstances', 'denied', Infinity);
    expect(await check()).toEqual({ verdict: 'done' });
    expect(await scene.run(() => ledger.get('drill', drillId))).toEqual(before);
  });

  test('that shows nothing new writes nothing', async () => {
    await act();
    await check();
    const before = await scene.run(() => ledger.get('drill', drillId));
    await scene.wait(10_000);
    await check();
    expect(await scene.run(() => ledger.get('drill', drillId))).toEqual(before);
  });

  test.each(['denied', 'throttled'] as const)('does without the events when they are %s', async (fault) => {
    await act();
    moved();
    scene.fail('DescribeEvents', fault, Infinity);
    expect(await check()).toEqual({ verdict: 'done' });
    expect(await seen()).toMatchObject({ outcome: 'swapped', events: [] });
  });

  test('leaves out events from well before the act', async () => {
    scene.answers.events.push(event(-300, 'Multi-AZ instance failover completed'), event(-30, 'DB instance restarted', 'availability'));
    await act();
    await check();
    expect((await seen())?.events.map(({ message }) => message)).toEqual(['DB instance restarted']);
  });

  test('does not do without the database', async () => {
    await act();
    scene.fail('DescribeDBInstances', 'throttled', Infinity);
    expect((await errorOf(check())).name).toBe('Transient');
    scene.fail('DescribeDBInstances', 'denied', Infinity);
    expect((await errorOf(check())).name).toBe('Refused');
    expect(await seen()).toBeUndefined();
  });

  test('of a drill that forced none is a defect', async () => {
    await scene.put(drillOf({ drillId, plan }));
    expect((await errorOf(check())).name).toBe('Defect');
  });

  test('of an observation counts from its opening, and takes in the events before it', async () => {
    const failover = { outcome: 'pending' as const, zoneBefore: 'eu-west-3a', statuses: [], events: [{ at: scene.at(-600), message: 'Multi-AZ instance failover completed' }] };
    await scene.put(drillOf({ drillId, kind: 'observation', openedAt: scene.at(0), plan, failover }));
    scene.answers.events.push(event(-680, 'Multi-AZ instance failover started.'));
    expect(await check()).toEqual({ verdict: 'waiting' });
    expect(await seen()).toMatchObject({ eventSeconds: expect.closeTo(80, 0) });
    moved();
    expect(await check()).toEqual({ verdict: 'done' });
    expect(await seen()).toMatchObject({ outcome: 'swapped', zoneAfter: 'eu-west-3b' });
  });
});

describe('a look at the shop', () => {
  const settle = () => scene.put(drillOf({ drillId, state: 'acting', failover: { outcome: 'swapped', zoneBefore: 'a', statuses: [], events: [], settledAt: scene.at(0) } }));
  const look = () => scene.run(() => checkShop({ drillId }, context));
  const health = async () => (await scene.drill()).healthAfter ?? [];

  test('is written down minute by minute, until it was watched long enough', async () => {
    await settle();
    const verdicts: string[] = [];
    for (let half = 0; half < 11; half += 1) {
      scene.answers.healthy = half < 4 ? 1 : 2;
      scene.answers.unhealthy = half < 4 ? 1 : 0;
      verdicts.push((await look()).verdict);
      await scene.wait(30_000);
    }
    expect(verdicts).toEqual([...Array.from({ length: 10 }, () => 'watching'), 'done']);
    expect((await health()).map(({ healthy, unhealthy }) => `${healthy}+${unhealthy}`)).toEqual(['1+1', '1+1', '2+0', '2+0', '2+0', '2+0']);
  });

  test('is done once at least, however late it comes', async () => {
    await settle();
    await scene.wait(20 * 60_000);
    expect(await look()).toEqual({ verdict: 'done' });
    expect(await health()).toHaveLength(1);
  });

  test('whose answer was lost is not written twice', async () => {
    await settle();
    scene.fail('PutItem', 'reply-lost', 1);
    await look();
    await look();
    expect(await health()).toHaveLength(1);
  });

  test('before the failover has settled is a defect', async () => {
    await scene.put(drillOf({ drillId, state: 'acting' }));
    expect((await errorOf(look())).name).toBe('Defect');
  });
});
