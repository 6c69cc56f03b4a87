import { leaseOf, ledgerItems } from '../../../rehearsal/promises/evidence.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../../rehearsal/synthesis.ts';
import type { ScheduledInvocation, TriggerDelivery } from '../../../simulator/services/scheduler.ts';
import {
  at, executionsOf, floorsBetween, groupNow, healing, highestFloor, lowestFloor, minute, play, reportedOnce, reportsOf, saleExecutions, saleOf,
  told, until,
} from './scene.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesise('production');
});

const baseline = 3;
const short = saleOf({ endsAt: '2027-01-13T09:00' });

/** Loses every trigger of Scheduler between two times, and delivers the others. */
function loseBetween(from: number, end: number): (invocation: ScheduledInvocation) => TriggerDelivery {
  return ({ scheduledAt }) => (scheduledAt >= from && scheduledAt < end ? 'lost' : 'once');
}

/** Kinds of everything told about sales, in order, without the alarms. */
function saleMessages(stage: Stage): unknown[] {
  return stage.account.sns.messages.map(({ attributes }) => attributes['kind']).filter((kind) => kind?.startsWith('sale.') === true);
}

const ordinaryMessages = ['sale.registered', 'sale.go', 'sale.report'];

describe('a trigger that comes twice', () => {
  test('every trigger of Scheduler: one execution, one message an event, one report, and no more writes than without', async () => {
    const run = (delivery: TriggerDelivery): Promise<{ messages: unknown[]; writes: number }> =>
      play({ synthesis, sales: [short] }, async (stage) => {
        stage.account.scheduler.deliver = () => delivery;
        await until(stage, '10:15');
        expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r1': 'SUCCEEDED' });
        expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
        expect(groupNow(stage).min).toBe(baseline);
        return { messages: saleMessages(stage), writes: stage.account.calls.successes('Auto Scaling', 'UpdateAutoScalingGroup') };
      });
    const once = await run('once');
    expect(await run('twice')).toEqual(once);
    expect(once.messages).toEqual(ordinaryMessages);
  });

  test('a sale workflow started by hand beside the one that runs: no second message, no second report', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      await until(stage, '07:20');
      await stage.start('SaleScaling', 'by-hand', { saleId: 'soldes', revision: 1 });
      await until(stage, '10:15');
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r1': 'SUCCEEDED', 'by-hand': 'SUCCEEDED' });
      expect(saleMessages(stage)).toEqual(ordinaryMessages);
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect(lowestFloor(stage, at('08:00'), at('09:00'))).toBe(13);
      expect(groupNow(stage).min).toBe(baseline);
    });
  });

  test('a sale workflow started by hand before the lease begins: it waits, and raises nothing early', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      await stage.start('SaleScaling', 'by-hand', { saleId: 'soldes', revision: 1 });
      await until(stage, '08:00');
      expect(highestFloor(stage, stage.startedAt, at('06:54'))).toBe(baseline);
      expect(lowestFloor(stage, at('06:55') + healing, at('08:00'))).toBe(13);
      expect(told(stage, 'sale.go')).toHaveLength(1);
    });
  });

  test('an execution of an old revision, started by hand: it ends and tells nothing', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      await stage.registerSale({ action: 'extend', saleId: 'soldes', endsAt: '2027-01-13T09:30' });
      await until(stage, '08:10');
      const before = saleMessages(stage);
      await stage.start('SaleScaling', 'old', { saleId: 'soldes', revision: 1 });
      await until(stage, '08:15');
      expect(saleExecutions(stage)).toMatchObject({ old: 'SUCCEEDED' });
      expect(saleMessages(stage)).toEqual(before);
    });
  });
});

describe('a trigger that is lost', () => {
  test('the first of the lease: the next one raises the floor within its five minutes of reserve', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      stage.account.scheduler.deliver = loseBetween(at('06:55'), at('06:56'));
      await until(stage, '08:00');
      expect(stage.account.occurrences.filter(({ kind }) => kind === 'scheduler.trigger-lost')).toHaveLength(1);
      expect(lowestFloor(stage, at('07:00') + healing, at('08:00'))).toBe(13);
      expect(saleMessages(stage)).toEqual(['sale.registered', 'sale.go']);
    });
  });

  test('all of half an hour around the beginning of the lead time: GO comes before the gate, and the silence is told', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      stage.account.scheduler.deliver = loseBetween(at('06:40'), at('07:11'));
      await until(stage, '08:00');
      expect(highestFloor(stage, stage.startedAt, at('07:10'))).toBe(baseline);
      expect(lowestFloor(stage, at('07:10') + healing, at('08:00'))).toBe(13);
      expect(told(stage, 'sale.go').map((message) => message.at < at('07:45'))).toEqual([true]);
      const silence = stage.account.sns.messages.filter(({ message }) => message.includes('ReconciliationSilent') && message.includes('ALARM'));
      expect(silence.some((message) => message.at > at('06:40') && message.at < at('07:11'))).toBe(true);
    });
  });

  const withoutReconciliation = <T>(story: (stage: Stage) => Promise<T>): Promise<T> =>
    play({ synthesis, sales: [short] }, async (stage) => {
      stage.account.scheduler.deliver = loseBetween(at('08:00'), at('23:00'));
      await until(stage, '10:15');
      return story(stage);
    });

  test('all of them from the opening on: the workflow alone holds the floor, brings it down in steps and reports', async () => {
    await withoutReconciliation(async (stage) => {
      expect(lowestFloor(stage, at('08:00'), at('09:00'))).toBe(13);
      expect(new Set(floorsBetween(stage, at('09:00'), at('09:50')))).toEqual(new Set([13, 11, 9, 7, 5]));
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
    });
  });

  // The workflow ends when the window does, which is when the last step is due: that step is the reconciliation's.
  test('all of them from the opening on: the workflow alone reaches the baseline', async () => {
    await withoutReconciliation((stage) => {
      expect(groupNow(stage).min).toBe(baseline);
      return Promise.resolve();
    });
  });

  test('the workflow is stopped by hand: the reconciliation alone holds the floor and brings it down', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      await until(stage, '07:50');
      for (const { arn } of executionsOf(stage, 'SaleScaling')) await stage.asOperator('SFN', 'StopExecution', { executionArn: arn });
      await until(stage, '10:15');
      expect(lowestFloor(stage, at('08:00'), at('09:00'))).toBe(13);
      expect(groupNow(stage).min).toBe(baseline);
    });
  });
});

describe('a trigger that is hours late', () => {
  test('a sale workflow that is started after the sale ends at once, reports once and raises nothing', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      stage.account.scheduler.deliver = loseBetween(at('06:40'), at('11:00'));
      await until(stage, '11:30');
      expect(reportsOf(stage, 'soldes')).toEqual({ versions: 0, messages: 0 });
      await stage.start('SaleScaling', 'late', { saleId: 'soldes', revision: 1 });
      await stage.start('SaleScaling', 'late-again', { saleId: 'soldes', revision: 1 });
      await until(stage, '11:40');
      expect(saleExecutions(stage)).toEqual({ late: 'SUCCEEDED', 'late-again': 'SUCCEEDED' });
      expect(reportsOf(stage, 'soldes').versions).toBe(1);
      expect(highestFloor(stage, stage.startedAt, stage.now)).toBe(baseline);
      expect(told(stage, 'sale.go')).toHaveLength(0);
      expect(told(stage, 'sale.no-go')).toHaveLength(0);
    });
  });

  test('started during the descent, it goes on with the descent and reports once', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      await until(stage, '07:50');
      for (const { arn } of executionsOf(stage, 'SaleScaling')) await stage.asOperator('SFN', 'StopExecution', { executionArn: arn });
      await until(stage, '09:15');
      await stage.start('SaleScaling', 'late', { saleId: 'soldes', revision: 1 });
      await until(stage, '10:15');
      expect(saleExecutions(stage)).toMatchObject({ late: 'SUCCEEDED' });
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect(groupNow(stage).min).toBe(baseline);
    });
  });

  test('a reconciliation that comes hours late does what its time wants, not what it missed', async () => {
    await play({ synthesis, sales: [short] }, async (stage) => {
      stage.account.scheduler.deliver = ({ scheduledAt }) =>
        scheduledAt >= at('06:55') && scheduledAt < at('07:00') ? { delaySeconds: 4 * 3600 } : 'once';
      await until(stage, '11:30');
      expect(lowestFloor(stage, at('07:00') + healing, at('09:00'))).toBe(13);
      expect(highestFloor(stage, at('09:50') + healing, stage.now)).toBe(baseline);
    });
  });
});

describe('a surge', () => {
  const rushFrom = at('06:40');
  const rushUntil = at('07:30');
  const rushTo = (peak: number) => (time: number): number => (time >= rushFrom && time < rushUntil ? peak : 60);

  /** When the alarm went off, for the first time since the rush began. */
  const alarmAt = (stage: Stage): number =>
    stage.account.occurrences.find(({ kind, at: when, text }) => kind.startsWith('cloudwatch') && when >= rushFrom && /SurgeAlarm.*ALARM/u.test(text))?.at ?? NaN;

  const answerAt = (stage: Stage): number => stage.account.shop.samples.find(({ minSize }) => minSize > baseline)?.at ?? NaN;

  const rush = (peak: number) => ({
    synthesis,
    prepare: (account: Stage['account']) => {
      account.shop.visitors = rushTo(peak);
    },
  });

  test('whose event is lost is answered by the next reconciliation', async () => {
    await play(rush(700), async (stage) => {
      stage.account.eventBridge.deliver = () => 'lost';
      await until(stage, '07:20');
      expect(answerAt(stage) - alarmAt(stage)).toBeLessThanOrEqual(healing);
      expect(told(stage, 'surge.granted').length).toBeGreaterThanOrEqual(1);
    });
  });

  test('whose event comes twice has one holder, and each growth is told once', async () => {
    await play(rush(700), async (stage) => {
      stage.account.eventBridge.deliver = () => 'twice';
      await until(stage, '09:30');
      expect(answerAt(stage) - alarmAt(stage)).toBeLessThanOrEqual(2 * minute);
      const keys = told(stage, 'surge.granted').map(({ message }) => (JSON.parse(message) as { readonly key: string }).key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(told(stage, 'surge.released')).toHaveLength(1);
      expect(executionsOf(stage, 'SurgeScaling').every(({ status }) => status === 'SUCCEEDED')).toBe(true);
      expect(groupNow(stage).min).toBe(baseline);
    });
  });

  test('without end never asks for more instances than the ceiling', async () => {
    await play(rush(20_000), async (stage) => {
      await until(stage, '07:30');
      const { maxCeiling } = stage.config.capacity;
      expect(groupNow(stage)).toMatchObject({ max: maxCeiling, desired: maxCeiling });
      expect(Math.max(...stage.account.shop.samples.map((sample) => sample.desired))).toBe(maxCeiling);
      expect(executionsOf(stage, 'SurgeScaling').some(({ status }) => status === 'FAILED')).toBe(false);
      expect(stage.account.calls.mishaps.filter(({ outcome }) => outcome === 'denied')).toEqual([]);
    });
  });

  test('during a sale raises the floor above that of the sale, and leaves the sale\'s floor when it is over', async () => {
    const scene = { ...rush(0), sales: [saleOf({ floor: 5, endsAt: '2027-01-13T11:00' })] };
    await play(scene, async (stage) => {
      stage.account.shop.visitors = (time) => (time >= at('08:05') && time < at('08:50') ? 1100 : 60);
      await until(stage, '10:55');
      expect(highestFloor(stage, at('08:05'), at('08:55'))).toBeGreaterThan(5);
      expect(lowestFloor(stage, at('08:00'), at('10:55'))).toBe(5);
      expect(groupNow(stage).min).toBe(5);
      expect(leaseOf(stage, 'soldes').revision).toBe(1);
      expect(ledgerItems(stage).filter(({ id }) => id === 'lease/surge')).toHaveLength(1);
    });
  });
});
