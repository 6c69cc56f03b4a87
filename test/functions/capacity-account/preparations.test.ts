import { leaseOf } from '../../../rehearsal/promises/evidence.ts';
import { paris } from '../../../rehearsal/paris.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../../rehearsal/synthesis.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import {
  at, detailOf, executionsOf, groupNow, healing, minute, play, registrations, reportedOnce, reportsOf, saleOf, told, until,
} from './scene.ts';

const day = 86_400_000;

let synthesis: Synthesis;
/** The load balancer's capacity is reserved for every sale whose peak is known. */
let reserving: Synthesis;
beforeAll(() => {
  synthesis = synthesise('production');
  reserving = synthesise('production', (config) => {
    const { capacity } = config;
    return { ...config, capacity: { ...capacity, loadBalancerReservation: { ...capacity.loadBalancerReservation, enabled: true } } };
  });
});

type Codes = readonly { readonly code: string }[];

const codesOf = (blockers: unknown): string[] => (blockers as Codes).map(({ code }) => code);

/** Codes of the blockers that each message of a kind names. */
function blockersTold(stage: Stage, kind: string): string[][] {
  return told(stage, kind).map((message) => codesOf(detailOf(message, 'blockers')));
}

describe('a registration that makes no sense is refused, its field named and nothing written', () => {
  const sale = saleOf({ id: 'autre' });
  test.each([
    { what: 'an end before the start', request: { ...sale, endsAt: '2027-01-13T07:00' }, code: 'end-before-start', field: 'sale.endsAt' },
    { what: 'a start that has passed', request: { ...sale, startsAt: '2027-01-13T06:00' }, code: 'start-in-past', field: 'sale.startsAt' },
    { what: 'a floor above the ceiling', request: { ...sale, floor: 41 }, code: 'floor-above-maximum', field: 'sale.floor' },
    { what: 'an unknown field', request: { ...sale, flor: 9 }, code: 'unknown-field', field: 'sale.flor' },
    {
      what: 'a local time that the clock change skips',
      request: { ...sale, startsAt: '2027-03-28T02:30', endsAt: '2027-03-28T12:00' },
      code: 'time-nonexistent',
      field: 'sale.startsAt',
    },
    { what: 'the id of another sale', request: saleOf({ floor: 9 }), code: 'id-taken', field: 'sale.id' },
    { what: 'the id of the surge', request: { ...sale, id: 'surge' }, code: 'id-reserved', field: 'sale.id' },
  ])('$what', async ({ request, code, field }) => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      const before = registrations(stage);
      const answer = await stage.registerSale({ action: 'add', sale: request });
      expect(answer).toMatchObject({ status: 'refused', code: 'invalid-sale' });
      expect(answer['issues']).toEqual(expect.arrayContaining([expect.objectContaining({ code, field })]));
      expect(answer['message']).toContain(field);
      expect(registrations(stage)).toEqual(before);
    });
  });

  test('several things wrong at once are all named', async () => {
    await play({ synthesis }, async (stage) => {
      const request = { ...sale, endsAt: '2027-01-13T07:00', floor: 41, flor: 9 };
      const answer = await stage.registerSale({ action: 'add', sale: request });
      expect(codesOf(answer['issues']).toSorted()).toEqual(['end-before-start', 'floor-above-maximum', 'unknown-field']);
    });
  });

  test('the same registration a second time is unchanged, and told once', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      expect(await stage.registerSale({ action: 'add', sale: saleOf() })).toMatchObject({ status: 'unchanged' });
      expect(leaseOf(stage, 'soldes').revision).toBe(1);
      expect(told(stage, 'sale.registered')).toHaveLength(1);
    });
  });

  test('an operator who is not a workflow hears of a request that is none at all', async () => {
    await play({ synthesis }, async (stage) => {
      expect(await stage.registerSale({ action: 'remove', saleId: 'soldes' })).toMatchObject({ status: 'refused', issues: [{ field: 'action' }] });
      expect(await stage.registerSale(null)).toMatchObject({ status: 'refused' });
      expect(registrations(stage)).toEqual([]);
    });
  });
});

describe('a zone without capacity', () => {
  test('NO-GO at the gate; once AWS has instances again, the sale is told to be ready after all, once', async () => {
    await play({ synthesis, sales: [saleOf()] }, async (stage) => {
      const { network, web } = stage.config;
      const [, zone = ''] = network.availabilityZones;
      const setCapacity = (available: 'none' | 'unlimited'): void => {
        for (const type of [web.instanceType, ...web.fallbackInstanceTypes]) stage.account.ec2.setCapacity(zone, type, available);
      };
      setCapacity('none');
      await until(stage, '07:50');
      const noGo = told(stage, 'sale.no-go');
      expect(noGo.map((message) => message.at >= at('07:45') && message.at <= at('07:47'))).toEqual([true]);
      expect(noGo[0]?.message).toContain('InsufficientInstanceCapacity');
      setCapacity('unlimited');
      await until(stage, '11:15');
      expect(told(stage, 'sale.late-go').map((message) => message.at < at('08:30'))).toEqual([true]);
      expect(told(stage, 'sale.no-go')).toHaveLength(1);
      expect(told(stage, 'sale.go')).toHaveLength(0);
      expect(reportsOf(stage, 'soldes')).toEqual(reportedOnce);
    });
  });
});

describe('a blocker is named while there is time', () => {
  const suspend = (stage: Stage, process: string): Promise<unknown> => processes(stage, 'SuspendProcesses', process);
  const resume = (stage: Stage, process: string): Promise<unknown> => processes(stage, 'ResumeProcesses', process);

  function processes(stage: Stage, operation: string, process: string): Promise<unknown> {
    const AutoScalingGroupName = stage.output('AutoScalingGroupName');
    return stage.asOperator('Auto Scaling', operation, { AutoScalingGroupName, ScalingProcesses: [process] });
  }

  /** A sale so many days after the day on which the scenes play. */
  const inDays = (days: number): ReturnType<typeof saleOf> => {
    const date = new Date(at('12:00') + days * day).toISOString().slice(0, 10);
    return saleOf({ startsAt: `${date}T08:00`, endsAt: `${date}T10:00` });
  };

  /** The mornings matter, and nothing between them: the five-minute triggers are left out. */
  const onlyMornings = (stage: Stage): void => {
    stage.account.scheduler.deliver = ({ scheduleName }) => (scheduleName.includes('EveryMorning') ? 'once' : 'lost');
  };

  test('a suspended process: by the registration, and by the daily preflight once and not every day', async () => {
    await play({ synthesis }, async (stage) => {
      onlyMornings(stage);
      await suspend(stage, 'AddToLoadBalancer');
      const answer = await stage.registerSale({ action: 'add', sale: inDays(5) });
      expect(answer).toMatchObject({ status: 'registered', feasible: false });
      expect(codesOf(answer['blockers'])).toEqual(['process-suspended']);
      expect(answer['blockers']).toEqual([expect.objectContaining({ evidence: expect.objectContaining({ process: 'AddToLoadBalancer' }) as unknown })]);
      expect(told(stage, 'sale.registered').map(({ attributes }) => attributes['severity'])).toEqual(['critical']);
      await stage.until(at('12:00') + 2 * day, 'three mornings');
      expect(executionsOf(stage, 'SalePreflight').map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
      expect(blockersTold(stage, 'sale.preflight-blocked')).toEqual([['process-suspended']]);
    });
  });

  test('another process is suspended instead: that is a change, and it is told', async () => {
    await play({ synthesis, sales: [inDays(5)] }, async (stage) => {
      onlyMornings(stage);
      await suspend(stage, 'AddToLoadBalancer');
      await stage.until(at('12:00'), 'first morning');
      await resume(stage, 'AddToLoadBalancer');
      await suspend(stage, 'Launch');
      await stage.until(at('12:00') + day, 'second morning');
      expect(told(stage, 'sale.preflight-blocked').map(({ message }) => /Process (\w+)/u.exec(message)?.[1])).toEqual(['AddToLoadBalancer', 'Launch']);
    });
  });

  test('a blocker that was removed and comes back is told again', async () => {
    await play({ synthesis, sales: [inDays(5)] }, async (stage) => {
      onlyMornings(stage);
      await suspend(stage, 'Launch');
      await stage.until(at('12:00'), 'first morning');
      await resume(stage, 'Launch');
      await stage.until(at('12:00') + day, 'second morning');
      await suspend(stage, 'Launch');
      await stage.until(at('12:00') + 2 * day, 'third morning');
      expect(blockersTold(stage, 'sale.preflight-blocked')).toEqual([['process-suspended'], ['process-suspended']]);
    });
  });

  test('a vCPU quota that is too small: told once, ten days before the sale', async () => {
    await play({ synthesis, sales: [inDays(10)] }, async (stage) => {
      onlyMornings(stage);
      stage.account.serviceQuotas.set('ec2', 'L-1216C47A', 16);
      await stage.until(at('12:00') + 2 * day, 'three mornings');
      expect(blockersTold(stage, 'sale.preflight-blocked')).toEqual([['vcpu-quota-exceeded']]);
      expect(told(stage, 'sale.preflight-blocked').map((message) => message.at < at('08:00'))).toEqual([true]);
    });
  });

  test('a sale that is more than two weeks ahead is not checked every morning yet', async () => {
    await play({ synthesis, sales: [inDays(15)] }, async (stage) => {
      onlyMornings(stage);
      await suspend(stage, 'Launch');
      await stage.until(at('12:00') + day, 'two mornings');
      expect(told(stage, 'sale.preflight-blocked')).toEqual([]);
      await stage.until(at('12:00') + 2 * day, 'third morning');
      expect(told(stage, 'sale.preflight-blocked')).toHaveLength(1);
    });
  });
});

describe('a reservation of the load balancer', () => {
  const peak = saleOf({ expectedPeakRequestsPerSecond: 900 });
  const { floor: _floor, ...sale } = peak;

  const reservedLcus = async (stage: Stage): Promise<number> => {
    const answer = await stage.asOperator('Elastic Load Balancing v2', 'DescribeCapacityReservation', { LoadBalancerArn: stage.output('LoadBalancerArn') });
    return (answer as { readonly MinimumLoadBalancerCapacity?: { readonly CapacityUnits: number } }).MinimumLoadBalancerCapacity?.CapacityUnits ?? 0;
  };

  const reserve = (stage: Stage, CapacityUnits: number): Promise<unknown> =>
    stage.asOperator('Elastic Load Balancing v2', 'ModifyCapacityReservation', {
      LoadBalancerArn: stage.output('LoadBalancerArn'),
      MinimumLoadBalancerCapacity: { CapacityUnits },
    });

  const prepare = (account: Stage['account']): void => account.serviceQuotas.set('elasticloadbalancing', 'L-8A66D0E6', 1000);

  test('stands from the lead time to the end of the sale, and is given back after it', async () => {
    await play({ synthesis: reserving, sales: [sale], prepare }, async (stage) => {
      expect(told(stage, 'sale.registered').map((message) => detailOf(message, 'blockers'))).toEqual([[]]);
      expect(await reservedLcus(stage)).toBe(0);
      await until(stage, '06:54');
      expect(await reservedLcus(stage)).toBe(0);
      await stage.until(at('06:55') + healing, 'lead');
      expect(await reservedLcus(stage)).toBe(100);
      await until(stage, '09:59');
      expect(await reservedLcus(stage)).toBe(100);
      await stage.until(at('10:00') + healing, 'afterwards');
      expect(await reservedLcus(stage)).toBe(0);
      expect(stage.account.calls.successes('Elastic Load Balancing v2', 'ModifyCapacityReservation')).toBe(2);
    });
  });

  test('is not asked for by a sale whose peak is not known', async () => {
    await play({ synthesis: reserving, sales: [saleOf()], prepare }, async (stage) => {
      await until(stage, '08:00');
      expect(await reservedLcus(stage)).toBe(0);
    });
  });

  test('waits for the next day when the two decreases of the day are spent', async () => {
    const evening = { ...sale, startsAt: '2027-01-13T22:00', endsAt: '2027-01-13T23:00', leadMinutes: 30 };
    await play({ synthesis: reserving, startsAt: '2027-01-13T19:00', sales: [evening], prepare }, async (stage) => {
      for (const units of [200, 300]) {
        await reserve(stage, units);
        await stage.until(stage.now + 45 * minute, 'by hand');
        // Nobody but a sale holds a reservation: the reconciliation gave it back.
        expect(await reservedLcus(stage)).toBe(0);
      }
      await until(stage, '23:59');
      expect(await reservedLcus(stage)).toBe(100);
      // The load balancer's day is UTC's.
      await stage.until(paris('2027-01-14T01:00') + healing, 'next day');
      expect(await reservedLcus(stage)).toBe(0);
      expect(stage.account.calls.mishaps.filter(({ operation }) => operation === 'ModifyCapacityReservation')).toEqual([]);
      expect(executionsOf(stage, 'CapacityReconciliation').filter(({ status }) => status === 'FAILED')).toEqual([]);
    });
  });

  test('that AWS cannot give does not keep the instances from being raised', async () => {
    await play({ synthesis: reserving, sales: [sale] }, async (stage) => {
      await until(stage, '08:00');
      expect(groupNow(stage).min).toBe(leaseOf(stage, 'soldes').floor);
      expect(blockersTold(stage, 'sale.plan-blocked')).toEqual([['lcu-quota-exceeded']]);
      expect(told(stage, 'sale.go')).toHaveLength(1);
      expect(told(stage, 'capacity.reservation-failed')).toHaveLength(1);
      expect(executionsOf(stage, 'CapacityReconciliation').filter(({ status }) => status === 'FAILED')).toEqual([]);
    });
  });
});

describe('the role of the one function that resizes the group', () => {
  async function resize(stage: Stage, change: Readonly<Record<string, unknown>>, operation = 'UpdateAutoScalingGroup'): Promise<unknown> {
    const role = stage.account.lambda.functions.find(({ logicalId }) => logicalId.includes('ReconcileCapacity'))?.roleArn;
    if (role === undefined) throw new Error('There is no function ReconcileCapacity.');
    const principal: Principal = { kind: 'role', roleArn: role, session: 'test' };
    const input = { AutoScalingGroupName: stage.output('AutoScalingGroupName'), ...change };
    return stage.account.call({ principal, sdkId: 'Auto Scaling', operation, input }).then(
      () => 'done',
      (error: unknown) => (error instanceof Error ? error.name : error),
    );
  }

  test('may not go beyond the ceiling, below the baseline or around MinSize', async () => {
    await play({ synthesis }, async (stage) => {
      const { maxCeiling, baseline } = stage.config.capacity;
      expect(await resize(stage, { MaxSize: maxCeiling + 1 })).toBe('AccessDenied');
      expect(await resize(stage, { MinSize: baseline.floor, MaxSize: maxCeiling + 1 })).toBe('AccessDenied');
      expect(await resize(stage, { MinSize: baseline.floor - 1 })).toBe('AccessDenied');
      expect(await resize(stage, { DesiredCapacity: 5 }, 'SetDesiredCapacity')).toBe('AccessDenied');
      expect(groupNow(stage)).toEqual({ min: baseline.floor, max: baseline.ceiling, desired: baseline.floor });
    });
  });

  test('may do what the model allows', async () => {
    await play({ synthesis }, async (stage) => {
      const { maxCeiling, baseline } = stage.config.capacity;
      expect(await resize(stage, { MinSize: maxCeiling, MaxSize: maxCeiling })).toBe('done');
      expect(await resize(stage, { MinSize: baseline.floor })).toBe('done');
    });
  });
});
