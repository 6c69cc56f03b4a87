import type { Lease, SaleLease, SurgeLease } from '../../../functions/capacity/lease.ts';
import type { CapacityModel } from '../../../functions/capacity/model.ts';

/** Builders with defaults, so that a test shows only the field it is about. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Epoch milliseconds of an ISO instant. */
export function at(instant: string): number {
  return Date.parse(instant);
}

/** ISO instant of epoch milliseconds. */
export function iso(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}

/** Winter sales of 2027 open at 8:00 in Paris. */
export const OPENS = at('2027-01-13T07:00:00Z');
export const ENDS = OPENS + 28 * DAY;

export function model(change: Partial<CapacityModel> = {}): CapacityModel {
  return {
    requestsPerSecondPerInstance: 50,
    headroomPercent: 20,
    bootSeconds: 180,
    baseline: { floor: 2, ceiling: 6 },
    maxCeiling: 40,
    leadMinutes: 90,
    gateMinutes: 30,
    descent: { stepMinutes: 10, windowMinutes: 60 },
    surge: { cpuHighPercent: 70, cpuLowPercent: 40, holdMinutes: 15, factorPercent: 150 },
    loadBalancerReservation: { enabled: false, requestsPerSecondPerLcu: 25 },
    ...change,
  };
}

export function saleLease(change: Partial<SaleLease> & { startsAt?: number; endsAt?: number } = {}): SaleLease {
  const { startsAt = OPENS, endsAt = ENDS, ...rest } = change;
  const id = rest.id ?? 'hiver-2027';
  return {
    id,
    kind: 'sale',
    floor: 20,
    ceiling: 30,
    from: iso(startsAt - 95 * MINUTE),
    until: iso(endsAt),
    revision: 1,
    status: 'active',
    sale: { id, name: 'Soldes d’hiver 2027', startsAt: iso(startsAt), endsAt: iso(endsAt), leadMinutes: 90, expectedPeakRequestsPerSecond: 800 },
    ...rest,
  };
}

export function rehearsalLease(change: Partial<Lease> = {}): Lease {
  return {
    id: 'trial',
    floor: 10,
    ceiling: 12,
    from: iso(OPENS),
    until: iso(OPENS + HOUR),
    revision: 1,
    status: 'active',
    ...change,
    kind: 'rehearsal',
  };
}

export function surgeLease(change: Partial<SurgeLease> = {}): SurgeLease {
  return {
    id: 'surge',
    kind: 'surge',
    floor: 6,
    ceiling: 40,
    from: iso(OPENS),
    until: iso(OPENS + 15 * MINUTE),
    revision: 1,
    status: 'active',
    surge: { grantedAt: iso(OPENS), desiredAtGrant: 4, heldBy: 'surge-1' },
    ...change,
  };
}
