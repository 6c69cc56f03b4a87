import { HOUR_MILLISECONDS, MINUTE_MILLISECONDS, toEpoch, toInstant } from './instant.ts';
import type { Lease, SaleLease } from './lease.ts';
import { type CapacityModel, instancesFor } from './model.ts';
import { SETTLING_MINUTES } from './sale-phases.ts';
import { instancePricePerHour, type InstancePrices } from '../platform/prices.ts';

/** One minute of the shop. A figure that the metrics did not have is null, never 0. */
export interface SaleSample {
  /** Start of the minute, epoch milliseconds. */
  readonly at: number;
  readonly requestsPerSecond: number | null;
  readonly inService: number | null;
  readonly healthy: number | null;
  /** Requests in this minute answered by the load balancer itself with 5xx, or turned away. */
  readonly refusedRequests: number | null;
}

/** A readiness verdict as it was recorded. `at` in epoch milliseconds. */
export interface RecordedVerdict {
  readonly at: number;
  readonly kind: 'ready' | 'not-yet' | 'no-go';
  readonly reason: string;
}

export interface SaleReportFacts {
  /** The sale's lease, as it ended. */
  readonly lease: SaleLease;
  /** Every other lease, of any time: those that overlapped are named. */
  readonly otherLeases: readonly Lease[];
  readonly model: CapacityModel;
  readonly samples: readonly SaleSample[];
  readonly verdicts: readonly RecordedVerdict[];
  readonly prices: InstancePrices;
  readonly instanceType: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface SaleSummary {
  readonly saleId: string;
  readonly name: string;
  readonly outcome: 'held' | 'cut-short' | 'never-opened';
  /** Verdict that stood at the opening: the last one before it that is GO or NO-GO. */
  readonly verdict: { readonly kind: 'go' | 'no-go'; readonly at: string; readonly reason: string } | null;
  readonly floor: number;
  readonly readyAt: string | null;
  /** Negative when the floor was reached after the opening; null when never. */
  readonly readyMinutesBeforeOpening: number | null;
  readonly expectedPeakRequestsPerSecond: number | null;
  readonly peakRequestsPerSecond: number | null;
  readonly peakAt: string | null;
  readonly peakPercentOfExpected: number | null;
  /** Minutes of the sale with fewer healthy targets than the floor. */
  readonly minutesBelowFloor: number;
  readonly refusedRequests: number;
  /** From the lease's beginning to the end of its descent. */
  readonly instanceHoursAboveBaseline: number;
  /** Of those, the ones that neither the baseline nor the load asked for. */
  readonly idleInstanceHours: number;
  readonly cost: SaleCost;
  readonly descentFinishedAt: string | null;
  readonly descentMinutes: number | null;
  readonly overlappingLeaseIds: readonly string[];
  /** Minutes of the lease and its descent for which a figure is missing; the totals leave them out. */
  readonly unobservedMinutes: number;
}

/** Amounts in USD, on-demand, before taxes, reservations and surplus CPU credits. Null without a price. */
export interface SaleCost {
  readonly aboveBaselineUsd: number | null;
  readonly idleFloorUsd: number | null;
  readonly instanceType: string;
  readonly pricePerHourUsd: number | null;
  readonly pricesAsOf: string;
  readonly source: string;
}

/**
 * What a sale was, in figures, from the minutes observed. The idle floor is the price of certainty:
 * instances kept that the load, with the model's headroom, did not need.
 */
export function summariseSale(facts: SaleReportFacts): SaleSummary {
  const { lease, model, prices, instanceType } = facts;
  const spans = spansOf(facts);
  const whole = facts.samples.filter(({ at }) => at >= spans.from && at < spans.end).toSorted((a, b) => a.at - b.at);
  const open = whole.filter(({ at }) => at >= spans.opensAt && at < spans.until);
  const readyAt = whole.find(({ at, healthy }) => at < spans.until && healthy !== null && healthy >= lease.floor)?.at;
  const peak = findPeak(open);
  const expected = lease.sale.expectedPeakRequestsPerSecond;
  const hours = countInstanceHours(whole, model);
  const price = instancePricePerHour(prices, instanceType);
  const descentFinishedAt = findDescentEnd(whole, spans.until, model);
  return {
    saleId: lease.sale.id,
    name: lease.sale.name,
    outcome: outcomeOf(lease, spans),
    verdict: findVerdict(facts, spans.opensAt),
    floor: lease.floor,
    readyAt: instantOrNull(readyAt),
    readyMinutesBeforeOpening: readyAt === undefined ? null : Math.round((spans.opensAt - readyAt) / MINUTE_MILLISECONDS),
    expectedPeakRequestsPerSecond: expected ?? null,
    peakRequestsPerSecond: peak?.requestsPerSecond ?? null,
    peakAt: instantOrNull(peak?.at),
    peakPercentOfExpected: peak === undefined || expected === undefined ? null : round((100 * peak.requestsPerSecond) / expected),
    minutesBelowFloor: open.filter(({ healthy }) => healthy !== null && healthy < lease.floor).length,
    refusedRequests: open.reduce((sum, { refusedRequests }) => sum + (refusedRequests ?? 0), 0),
    instanceHoursAboveBaseline: round(hours.aboveBaseline),
    idleInstanceHours: round(hours.idle),
    cost: {
      aboveBaselineUsd: price === undefined ? null : round(hours.aboveBaseline * price),
      idleFloorUsd: price === undefined ? null : round(hours.idle * price),
      instanceType,
      pricePerHourUsd: price ?? null,
      pricesAsOf: prices.asOf,
      source: prices.source,
    },
    descentFinishedAt: instantOrNull(descentFinishedAt),
    descentMinutes: descentFinishedAt === undefined ? null : Math.round((descentFinishedAt - spans.until) / MINUTE_MILLISECONDS),
    overlappingLeaseIds: findOverlapping(facts, spans),
    unobservedMinutes: countUnobserved(whole, spans),
  };
}

/** Epoch milliseconds. `end`: the end of the descent, or now when that is still to come. */
interface Spans {
  readonly from: number;
  readonly opensAt: number;
  readonly until: number;
  readonly end: number;
}

function spansOf({ lease, model, now }: SaleReportFacts): Spans {
  const from = toEpoch(lease.from);
  const until = toEpoch(lease.until);
  // A lease cancelled before it began raised nothing, so nothing is counted.
  const over = until <= from ? from : until + (model.descent.windowMinutes + SETTLING_MINUTES) * MINUTE_MILLISECONDS;
  return { from, until, opensAt: toEpoch(lease.sale.startsAt), end: Math.min(now, over) };
}

function outcomeOf(lease: SaleLease, { until, opensAt }: Spans): SaleSummary['outcome'] {
  if (until <= opensAt) return 'never-opened';
  return lease.status === 'cancelled' ? 'cut-short' : 'held';
}

function findVerdict({ verdicts }: SaleReportFacts, opensAt: number): SaleSummary['verdict'] {
  const pronounced = verdicts
    .filter(({ at, kind }) => at <= opensAt && kind !== 'not-yet')
    .toSorted((a, b) => a.at - b.at)
    .at(-1);
  if (pronounced === undefined) return null;
  return { kind: pronounced.kind === 'ready' ? 'go' : 'no-go', at: toInstant(pronounced.at), reason: pronounced.reason };
}

function findPeak(samples: readonly SaleSample[]): { at: number; requestsPerSecond: number } | undefined {
  let peak: { at: number; requestsPerSecond: number } | undefined;
  for (const { at, requestsPerSecond } of samples) {
    if (requestsPerSecond === null) continue;
    if (peak === undefined || requestsPerSecond > peak.requestsPerSecond) peak = { at, requestsPerSecond };
  }
  return peak;
}

/**
 * Instance hours above the baseline, and of those the idle ones. A minute without a load figure
 * counts as needed: the report must not call capacity idle on a guess.
 */
function countInstanceHours(samples: readonly SaleSample[], model: CapacityModel): { aboveBaseline: number; idle: number } {
  let aboveBaseline = 0;
  let idle = 0;
  for (const { inService, requestsPerSecond } of samples) {
    if (inService === null) continue;
    aboveBaseline += Math.max(0, inService - model.baseline.floor);
    if (requestsPerSecond === null) continue;
    idle += Math.max(0, inService - Math.max(model.baseline.floor, instancesFor(requestsPerSecond, model)));
  }
  const minutesPerHour = HOUR_MILLISECONDS / MINUTE_MILLISECONDS;
  return { aboveBaseline: aboveBaseline / minutesPerHour, idle: idle / minutesPerHour };
}

/** First minute after the end with no more instances than the baseline, or the load, asks for. */
function findDescentEnd(samples: readonly SaleSample[], until: number, model: CapacityModel): number | undefined {
  const down = samples.find(
    ({ at, inService, requestsPerSecond }) =>
      at >= until &&
      inService !== null &&
      inService <= Math.max(model.baseline.floor, requestsPerSecond === null ? 0 : instancesFor(requestsPerSecond, model)),
  );
  return down?.at;
}

function findOverlapping({ lease, otherLeases }: SaleReportFacts, { from, until }: Spans): string[] {
  return otherLeases
    .filter(({ id }) => id !== lease.id)
    .filter((other) => toEpoch(other.until) > toEpoch(other.from) && toEpoch(other.from) < until && toEpoch(other.until) > from)
    .map(({ id }) => id)
    .toSorted();
}

function countUnobserved(samples: readonly SaleSample[], { from, end }: Spans): number {
  const complete = samples.filter(({ requestsPerSecond, inService, healthy }) => requestsPerSecond !== null && inService !== null && healthy !== null);
  const observed = new Set(complete.map(({ at }) => Math.floor(at / MINUTE_MILLISECONDS)));
  return Math.max(0, Math.round((end - from) / MINUTE_MILLISECONDS) - observed.size);
}

function instantOrNull(epochMilliseconds: number | undefined): string | null {
  return epochMilliseconds === undefined ? null : toInstant(epochMilliseconds);
}

/** Two decimals are what a reader compares; more would claim a precision that minutes do not give. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
