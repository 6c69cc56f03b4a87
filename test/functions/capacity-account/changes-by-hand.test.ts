import type { EnvironmentConfig } from '../../../infra/config.ts';
import { samplesBetween } from '../../../rehearsal/promises/evidence.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../../rehearsal/synthesis.ts';
import {
  at, changeGroup, detailOf, executionsOf, groupNow, healing, highestFloor, lowestFloor, minute, play, reportedOnce,
  reportsOf, saleOf, told, until,
} from './scene.ts';

let synthesis: Synthesis;
/** Every instance gets a larger volume: the launch template and the group change, no bound does. */
let largerVolumes: Synthesis;
let largerBaseline: Synthesis;
beforeAll(() => {
  const change = (changed: (config: EnvironmentConfig) => EnvironmentConfig): Synthesis => synthesise('production', changed);
  synthesis = change((config) => config);
  largerVolumes = change((config) => ({ ...config, web: { ...config.web, volumeGib: config.web.volumeGib + 10 } }));
  largerBaseline = change((config) => ({ ...config, capacity: { ...config.capacity, baseline: { floor: 4, ceiling: 10 } } }));
});

const baseline = { min: 3, max: 8 };

/** What was told of changes by hand: bound, value found, and what became of it. */
function changesTold(stage: Stage): unknown[] {
  return told(stage, 'capacity.changed-by-hand').map((message) =>
    ['bound', 'found', 'outcome'].map((field) => detailOf(message, field)).join(' '),
  );
}

describe('a change by hand during a sale', () => {
  test('MinSize lowered: healed by the next reconciliation, and told once', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '08:31');
      await changeGroup(stage, { MinSize: 3 });
      await stage.until(stage.now + healing, 'healing');
      expect(groupNow(stage).min).toBe(13);
      await until(stage, '09:30');
      expect(lowestFloor(stage, at('08:31') + healing, stage.now)).toBe(13);
      // With few visitors, target tracking scales in as soon as MinSize lets it; what is missing has to boot again.
      const bootMilliseconds = stage.config.capacity.bootSeconds * 1000;
      const afterwards = samplesBetween(stage, at('08:31') + healing + bootMilliseconds, stage.now);
      expect(Math.min(...afterwards.map(({ healthy }) => healthy))).toBe(13);
      expect(changesTold(stage)).toEqual(['minSize 3 reverted']);
    });
  });

  test('MinSize raised above the floor: kept until the lease ends, told when found and when it goes', async () => {
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T09:00' })] }, async (stage) => {
      await until(stage, '08:31');
      await changeGroup(stage, { MinSize: 16 });
      await until(stage, '09:00');
      expect(lowestFloor(stage, at('08:32'), at('09:00'))).toBe(16);
      await until(stage, '10:15');
      expect(highestFloor(stage, at('09:00') + healing, stage.now)).toBe(13);
      expect(groupNow(stage)).toMatchObject(baseline);
      expect(changesTold(stage)).toEqual(['minSize 16 kept', 'minSize 16 reverted']);
    });
  });

  test('MinSize raised in the minutes after the raise itself: kept and told once all the same', async () => {
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T08:30' })] }, async (stage) => {
      const raised = (): boolean => groupNow(stage).min === 13;
      await until(stage, '06:54');
      while (!raised()) await stage.until(stage.now + 200, 'raise');
      await changeGroup(stage, { MinSize: 16 });
      await until(stage, '07:45');
      expect(groupNow(stage).min).toBe(16);
      expect(changesTold(stage)).toEqual(['minSize 16 kept']);
    });
  });

  test('MinSize lowered, and raised above the floor as soon as it is healed: each change is told once', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '08:31');
      await changeGroup(stage, { MinSize: 3 });
      while (groupNow(stage).min === 3) await stage.until(stage.now + 1000, 'healing');
      await changeGroup(stage, { MinSize: 16 });
      await until(stage, '09:30');
      expect(groupNow(stage).min).toBe(16);
      expect(changesTold(stage)).toEqual(['minSize 3 reverted', 'minSize 16 kept']);
    });
  });

  test('MinSize lowered, and the call that heals it is throttled: healed by the next attempt, and told once', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '08:31');
      await changeGroup(stage, { MinSize: 3 });
      let throttled = 0;
      stage.account.faults = {
        faultFor: ({ operation }) => {
          if (operation !== 'UpdateAutoScalingGroup' || throttled === 3) return undefined;
          throttled += 1;
          return 'throttled';
        },
      };
      await stage.until(stage.now + healing + minute, 'healing');
      expect(throttled).toBe(3);
      expect(groupNow(stage).min).toBe(13);
      expect(changesTold(stage)).toEqual(['minSize 3 reverted']);
    });
  });

  // The message is named by the revision of what the reconciliation recorded last, and the second sale records anew.
  test('MinSize raised above the floor, and another sale begins: still told once', async () => {
    const second = saleOf({ id: 'flash', startsAt: '2027-01-13T09:00', endsAt: '2027-01-13T09:40', floor: 16, leadMinutes: 20 });
    await play({ synthesis, sales: [saleOf(), second] }, async (stage) => {
      await until(stage, '08:11');
      await changeGroup(stage, { MinSize: 18 });
      await until(stage, '09:30');
      expect(lowestFloor(stage, at('08:12'), stage.now)).toBe(18);
      expect(changesTold(stage)).toEqual(['minSize 18 kept']);
    });
  });

  test('MaxSize lowered below the floor: both bounds are healed by the next reconciliation, each told once', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '08:31');
      const before = groupNow(stage);
      await changeGroup(stage, { MinSize: 3, MaxSize: 5 });
      expect(groupNow(stage).desired).toBe(5);
      await stage.until(stage.now + healing, 'healing');
      expect(groupNow(stage)).toEqual(before);
      await until(stage, '08:55');
      expect(samplesBetween(stage, at('08:50'), stage.now).every(({ healthy }) => healthy >= 13)).toBe(true);
      expect(changesTold(stage)).toEqual(['minSize 3 reverted', 'maxSize 5 reverted']);
    });
  });

  test('MaxSize raised beyond what the orchestrator may write: kept, and the sale goes on to its report', async () => {
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T09:00' })] }, async (stage) => {
      await until(stage, '08:31');
      await changeGroup(stage, { MaxSize: 60 });
      await until(stage, '09:00');
      expect(groupNow(stage)).toMatchObject({ min: 13, max: 60 });
      await until(stage, '10:15');
      expect(groupNow(stage)).toMatchObject(baseline);
      expect(changesTold(stage)).toEqual(['maxSize 60 kept', 'maxSize 60 reverted']);
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect(executionsOf(stage, 'CapacityReconciliation').filter(({ status }) => status === 'FAILED')).toEqual([]);
    });
  });
});

describe('a change by hand on an ordinary day', () => {
  test.each([
    { change: { MinSize: 6 }, message: 'minSize 6 reverted' },
    { change: { MinSize: 1 }, message: 'minSize 1 reverted' },
    { change: { MaxSize: 20 }, message: 'maxSize 20 reverted' },
    { change: { MaxSize: 4 }, message: 'maxSize 4 reverted' },
  ])('$change is reverted by the next reconciliation and told once', async ({ change, message }) => {
    await play({ synthesis }, async (stage) => {
      await changeGroup(stage, change);
      await stage.until(stage.now + healing, 'healing');
      expect(groupNow(stage)).toMatchObject(baseline);
      await stage.until(stage.now + 20 * minute, 'afterwards');
      expect(changesTold(stage)).toEqual([message]);
    });
  });

  test('made a second time an hour later, it is told a second time', async () => {
    await play({ synthesis }, async (stage) => {
      await changeGroup(stage, { MinSize: 6 });
      await stage.until(stage.now + 60 * minute, 'first');
      await changeGroup(stage, { MinSize: 6 });
      await stage.until(stage.now + 20 * minute, 'second');
      expect(changesTold(stage)).toEqual(['minSize 6 reverted', 'minSize 6 reverted']);
    });
  });
});

describe('a deployment during a sale', () => {
  test('of a changed launch template: MinSize never falls below the floor, and the wanted size is not touched', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '08:31');
      const before = groupNow(stage);
      await stage.deploy(largerVolumes);
      expect(groupNow(stage)).toEqual(before);
      await until(stage, '11:15');
      expect(lowestFloor(stage, at('08:00'), at('10:00'))).toBe(13);
      const desired = samplesBetween(stage, at('08:00'), at('10:00')).map((sample) => sample.desired);
      expect([...new Set(desired)]).toEqual([13]);
      expect(groupNow(stage)).toMatchObject(baseline);
      expect(changesTold(stage)).toEqual([]);
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
    });
  });

  test('of a changed baseline: the next reconciliation puts the floor back, and the sale ends at the new baseline', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '08:31');
      await stage.deploy(largerBaseline);
      const deployedAt = stage.now;
      await until(stage, '11:15');
      expect(lowestFloor(stage, deployedAt + healing, at('10:00'))).toBe(13);
      expect(groupNow(stage)).toMatchObject({ min: 4, max: 10 });
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
    });
  });

  // CloudFormation sends a bound that the template changed, whatever the group's is: the new baseline's ceiling cuts the wanted size.
});
