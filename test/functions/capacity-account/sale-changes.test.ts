import { leaseOf, reportOf } from '../../../rehearsal/promises/evidence.ts';
import { type Synthesis, synthesise } from '../../../rehearsal/synthesis.ts';
import {
  at, executionsOf, floorsBetween, groupNow, healing, highestFloor, lowestFloor, minute, play, reportedOnce, reportsOf, saleExecutions,
  saleOf, told, until,
} from './scene.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesise('production');
});

const baseline = 3;

describe('a sale that passes undisturbed', () => {
  // The report is written at the end of the descent's window, before the last step of the descent has shown.
  test('its report says how long the descent took', async () => {
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T09:00' })] }, async (stage) => {
      await until(stage, '10:15');
      expect(told(stage, 'sale.report')[0]?.message).toContain('Back at the baseline');
    });
  });
});

describe('a sale that is extended', () => {
  test('while it runs: the floor is kept to the new end, the old execution ends, and there is one report', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '09:30');
      expect(await stage.registerSale({ action: 'extend', saleId: 'soldes', endsAt: '2027-01-13T11:00' })).toMatchObject({ status: 'registered' });
      await until(stage, '09:45');
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r1': 'SUCCEEDED', 'sale-soldes-r2': 'RUNNING' });
      await until(stage, '12:05');
      expect(lowestFloor(stage, at('08:00'), at('11:00'))).toBe(13);
      expect(lowestFloor(stage, at('11:50') + healing, stage.now)).toBe(baseline);
      expect(groupNow(stage).min).toBe(baseline);
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r1': 'SUCCEEDED', 'sale-soldes-r2': 'SUCCEEDED' });
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect((await reportOf(stage, 'soldes'))?.summary.outcome).toBe('held');
      expect(told(stage, 'sale.extended')).toHaveLength(1);
      expect(told(stage, 'sale.no-go')).toHaveLength(0);
    });
  });

  test('a minute before its end: the descent does not begin at the old end', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '09:59');
      await stage.registerSale({ action: 'extend', saleId: 'soldes', endsAt: '2027-01-13T10:30' });
      await until(stage, '11:35');
      expect(lowestFloor(stage, at('08:00'), at('10:30'))).toBe(13);
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r1': 'SUCCEEDED', 'sale-soldes-r2': 'SUCCEEDED' });
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect(groupNow(stage).min).toBe(baseline);
    });
  });

  test('before its lead time: only the new revision has an execution', async () => {
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T09:00' })] }, async (stage) => {
      await stage.registerSale({ action: 'extend', saleId: 'soldes', endsAt: '2027-01-13T09:30' });
      await until(stage, '10:35');
      expect(lowestFloor(stage, at('08:00'), at('09:30'))).toBe(13);
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r2': 'SUCCEEDED' });
      expect(told(stage, 'sale.go')).toHaveLength(1);
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
    });
  });

  test('after its end: refused, with the field named', async () => {
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T09:00' })] }, async (stage) => {
      await until(stage, '09:05');
      const answer = await stage.registerSale({ action: 'extend', saleId: 'soldes', endsAt: '2027-01-13T11:00' });
      expect(answer).toMatchObject({ status: 'refused', issues: [{ code: 'sale-ended', field: 'saleId' }] });
      expect(leaseOf(stage, 'soldes').revision).toBe(1);
    });
  });
});

describe('a sale that is brought forward', () => {
  const late = saleOf({ startsAt: '2027-01-13T10:00', endsAt: '2027-01-13T10:30' });

  test('before its lead time: the whole lead time is kept before the new opening', async () => {
    await play({ synthesis, sales: [late] }, async (stage) => {
      await stage.registerSale({ action: 'bring-forward', saleId: 'soldes', startsAt: '2027-01-13T08:00' });
      await until(stage, '08:00');
      expect(highestFloor(stage, stage.startedAt, at('06:54'))).toBe(baseline);
      expect(lowestFloor(stage, at('06:55') + healing, at('08:00'))).toBe(13);
      expect(told(stage, 'sale.go').map((message) => message.at <= at('07:46'))).toEqual([true]);
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r2': 'RUNNING' });
    });
  });

  test('within its lead time: the running execution makes place for one that knows the new gate', async () => {
    await play({ synthesis, sales: [saleOf({ startsAt: '2027-01-13T08:30' })] }, async (stage) => {
      await until(stage, '07:26');
      await stage.registerSale({ action: 'bring-forward', saleId: 'soldes', startsAt: '2027-01-13T08:00' });
      await until(stage, '08:00');
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r1': 'SUCCEEDED', 'sale-soldes-r2': 'RUNNING' });
      const go = told(stage, 'sale.go').filter(({ message }) => message.includes('r2'));
      expect(go.map((message) => message.at <= at('07:46'))).toEqual([true]);
      expect(lowestFloor(stage, at('07:25') + healing, at('08:00'))).toBe(13);
    });
  });

  test('into less than its lead time: the operator hears it, and capacity is raised at once', async () => {
    await play({ synthesis, sales: [late] }, async (stage) => {
      const answer = await stage.registerSale({ action: 'bring-forward', saleId: 'soldes', startsAt: '2027-01-13T07:00' });
      expect(answer['warnings']).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'lead-cut-short' })]));
      const raisedBy = stage.now + healing;
      await until(stage, '07:05');
      expect(lowestFloor(stage, raisedBy, stage.now)).toBe(13);
    });
  });
});

describe('a sale that is cancelled', () => {
  test('before its lead time: nothing is ever raised, nothing runs and nothing is reported', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '06:50');
      expect(await stage.registerSale({ action: 'cancel', saleId: 'soldes' })).toMatchObject({ status: 'registered' });
      await until(stage, '11:05');
      expect(highestFloor(stage, stage.startedAt, stage.now)).toBe(baseline);
      expect(executionsOf(stage, 'SaleScaling')).toEqual([]);
      expect(stage.account.calls.successes('Auto Scaling', 'UpdateAutoScalingGroup')).toBe(0);
      expect(told(stage, 'sale.cancelled')).toHaveLength(1);
      expect(reportsOf(stage, 'soldes')).toEqual({ versions: 0, messages: 0 });
    });
  });

  test('while it runs: the floor comes down in equal steps, and the report says that it was cut short', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await until(stage, '08:31');
      await stage.registerSale({ action: 'cancel', saleId: 'soldes' });
      await until(stage, '09:40');
      const floors = [...new Set(floorsBetween(stage, at('08:00'), stage.now))];
      expect(floors).toEqual([13, 11, 9, 7, 5, 3]);
      expect(lowestFloor(stage, at('08:31'), at('08:41'))).toBe(13);
      expect(highestFloor(stage, at('09:21') + healing, stage.now)).toBe(baseline);
      expect(saleExecutions(stage)).toEqual({ 'sale-soldes-r1': 'SUCCEEDED', 'sale-soldes-r2': 'SUCCEEDED' });
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect((await reportOf(stage, 'soldes'))?.summary.outcome).toBe('cut-short');
    });
  });

  test('while another runs: the floor of the other stays', async () => {
    const other = saleOf({ id: 'autre', floor: 7 });
    await play({ synthesis, sales: [saleOf(), other] }, async (stage) => {
      await until(stage, '08:30');
      await stage.registerSale({ action: 'cancel', saleId: 'soldes' });
      await until(stage, '11:05');
      expect([...new Set(floorsBetween(stage, at('08:00'), at('10:00')))]).toEqual([13, 11, 9, 7]);
      expect(lowestFloor(stage, at('08:00'), at('10:00'))).toBe(7);
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect(reportsOf(stage, 'autre')).toEqual(reportedOnce);
      expect(groupNow(stage).min).toBe(baseline);
    });
  });

  test('a second time: unchanged, and told once', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      await stage.registerSale({ action: 'cancel', saleId: 'soldes' });
      expect(await stage.registerSale({ action: 'cancel', saleId: 'soldes' })).toMatchObject({ status: 'unchanged' });
      expect(leaseOf(stage, 'soldes').revision).toBe(2);
      expect(told(stage, 'sale.cancelled')).toHaveLength(1);
    });
  });
});

describe('sales that overlap', () => {
  test('the highest floor wins, from the lead time of the second to its end', async () => {
    const second = saleOf({ id: 'flash', startsAt: '2027-01-13T09:00', endsAt: '2027-01-13T09:40', floor: 18, leadMinutes: 20 });
    await play({ synthesis, sales: [saleOf(), second] }, async (stage) => {
      await until(stage, '11:05');
      expect(highestFloor(stage, stage.startedAt, at('08:34'))).toBe(13);
      expect(lowestFloor(stage, at('08:35') + healing, at('09:40'))).toBe(18);
      expect(lowestFloor(stage, at('08:00'), at('10:00'))).toBe(13);
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
      expect(reportsOf(stage, 'flash')).toEqual(reportedOnce);
      expect(groupNow(stage).min).toBe(baseline);
    });
  });

  test('one that begins where the other ends: no dip at the boundary', async () => {
    const next = saleOf({ id: 'suite', startsAt: '2027-01-13T09:00', endsAt: '2027-01-13T10:00', leadMinutes: 20 });
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T09:00' }), next] }, async (stage) => {
      await until(stage, '10:00');
      expect(floorsBetween(stage, at('08:00'), at('10:00')).every((floor) => floor === 13)).toBe(true);
      expect(Math.min(...stage.account.shop.samples.filter((sample) => sample.at >= at('07:45')).map(({ healthy }) => healthy))).toBe(13);
    });
  });

  test('a smaller one that begins during a descent: the floor comes down to it and no further', async () => {
    const next = saleOf({ id: 'suite', startsAt: '2027-01-13T09:30', endsAt: '2027-01-13T10:30', floor: 6, leadMinutes: 20 });
    await play({ synthesis, sales: [saleOf({ endsAt: '2027-01-13T09:00' }), next] }, async (stage) => {
      await until(stage, '10:35');
      const floors = floorsBetween(stage, at('08:00'), at('10:30'));
      expect(floors.every((floor, index) => index === 0 || floor <= (floors[index - 1] ?? 0))).toBe(true);
      expect(floors.at(-1)).toBe(6);
      expect(lowestFloor(stage, at('09:05'), at('09:05') + 20 * minute)).toBeGreaterThanOrEqual(6);
    });
  });
});
