import * as fc from 'fast-check';
import { z } from 'zod';
import { APPLICATION_LCU, capacityModelSchema, instancesFor, MINIMUM_RESERVATION_LCU, reservationFor } from '../../../functions/capacity/model.ts';
import { model } from './fixtures.ts';

/** Paths of the fields that the schema complains about. */
function refusedFields(change: Parameters<typeof model>[0] | Record<string, unknown>): string[] {
  const parsed = capacityModelSchema.safeParse({ ...model(), ...change });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
}

describe('capacity model', () => {
  it('accepts the ordinary model', () => {
    expect(refusedFields({})).toEqual([]);
  });

  it.each([
    ['floor above ceiling', { baseline: { floor: 7, ceiling: 6 } }, 'baseline.floor'],
    ['ceiling above maxCeiling', { maxCeiling: 5 }, 'baseline.ceiling'],
    ['gate not inside the lead time', { gateMinutes: 90 }, 'gateMinutes'],
    ['boot longer than the time before the gate', { bootSeconds: 3600, gateMinutes: 31 }, 'bootSeconds'],
    ['low CPU not below high', { surge: { cpuHighPercent: 40, cpuLowPercent: 40, holdMinutes: 5, factorPercent: 150 } }, 'surge.cpuLowPercent'],
    ['step longer than the window', { descent: { stepMinutes: 30, windowMinutes: 20 } }, 'descent.stepMinutes'],
    ['window longer than an hour', { descent: { stepMinutes: 10, windowMinutes: 61 } }, 'descent.windowMinutes'],
    ['surge that does not grow', { surge: { cpuHighPercent: 70, cpuLowPercent: 40, holdMinutes: 5, factorPercent: 100 } }, 'surge.factorPercent'],
  ])('names the field: %s', (_rule, change, field) => {
    expect(refusedFields(change)).toEqual([field]);
  });

  it('reports every contradiction at once', () => {
    expect(refusedFields({ baseline: { floor: 7, ceiling: 6 }, gateMinutes: 200 })).toEqual(['baseline.floor', 'gateMinutes']);
  });

  it('refuses a field that it does not know', () => {
    expect(capacityModelSchema.safeParse({ ...model(), maximum: 3 }).success).toBe(false);
  });

  it('accepts a boot that just fits before the gate', () => {
    expect(refusedFields({ bootSeconds: 3600, gateMinutes: 30 })).toEqual([]);
  });

  it('describes every field in its JSON Schema', () => {
    const schema = z.toJSONSchema(capacityModelSchema);
    const undescribed = Object.entries(schema.properties ?? {}).filter(([, property]) => typeof property === 'object' && property.description === undefined);
    expect(undescribed).toEqual([]);
  });
});

describe('instancesFor', () => {
  it.each([
    [0, 0],
    [-5, 0],
    [Number.NaN, 0],
    [1, 1],
    [250, 6],
    [251, 7],
    [800, 20],
  ])('%d requests a second take %d instances', (requestsPerSecond, instances) => {
    expect(instancesFor(requestsPerSecond, model())).toBe(instances);
  });

  it('does not buy an instance for decimal noise', () => {
    expect(instancesFor(100, model({ headroomPercent: 10, requestsPerSecondPerInstance: 1.1 }))).toBe(100);
  });

  it('always carries the load with its headroom, and not one instance more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 300 }), (load, each, headroom) => {
        const instances = instancesFor(load, model({ requestsPerSecondPerInstance: each, headroomPercent: headroom }));
        const needed = load * (100 + headroom);
        expect(instances * each * 100).toBeGreaterThanOrEqual(needed);
        expect((instances - 1) * each * 100).toBeLessThan(needed);
      }),
    );
  });
});

describe('reservationFor', () => {
  it('reserves the peak with headroom, by the configured ratio', () => {
    expect(reservationFor(5000, model())).toBe(240);
  });

  it('never asks for less than the smallest reservation', () => {
    expect(reservationFor(10, model())).toBe(MINIMUM_RESERVATION_LCU);
  });

  it('with a new connection for every request, one unit carries what AWS says', () => {
    const ratio = { enabled: true, requestsPerSecondPerLcu: APPLICATION_LCU.newConnectionsPerSecond };
    expect(reservationFor(25 * 500, model({ headroomPercent: 0, loadBalancerReservation: ratio }))).toBe(500);
  });
});
