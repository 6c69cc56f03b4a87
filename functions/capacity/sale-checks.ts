import { DAY_MILLISECONDS, MINUTE_MILLISECONDS } from './instant.ts';
import { type CapacityModel, instancesFor } from './model.ts';
import { formatParisTime } from './paris-time.ts';

/** One thing wrong with a request. `field` is a path, `expected` a phrase that completes "expected …". */
export interface SaleIssue {
  readonly code: string;
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;
}

/** A sale longer than this is taken for a slip of the pen; the law allows four weeks. */
export const MAXIMUM_SALE_DAYS = 60;

/** A start further away than this is taken for a mistyped year. */
export const MAXIMUM_NOTICE_DAYS = 366;

/** The figures of a sale as far as they are known. Instants in epoch milliseconds. */
export interface SaleFigures {
  readonly startsAt?: number | undefined;
  readonly endsAt?: number | undefined;
  readonly floor?: number | undefined;
  readonly expectedPeakRequestsPerSecond?: number | undefined;
  readonly leadMinutes?: number | undefined;
}

/**
 * Everything wrong with the figures of a new sale, given what is known of them: a figure that is
 * missing or malformed has been reported already and is not judged here. `prefix` precedes the
 * field names: `sale.`.
 */
export function checkSaleFigures(figures: SaleFigures, prefix: string, model: CapacityModel, now: number): SaleIssue[] {
  return [
    ...checkTimes(figures, prefix, now),
    ...checkCapacity(figures, prefix, model),
    ...checkLead(figures, prefix, model),
  ];
}

function checkTimes({ startsAt, endsAt }: SaleFigures, prefix: string, now: number): SaleIssue[] {
  const issues: SaleIssue[] = [];
  if (startsAt !== undefined) issues.push(...checkStart(startsAt, `${prefix}startsAt`, now));
  if (startsAt !== undefined && endsAt !== undefined) issues.push(...checkSpan(startsAt, endsAt, `${prefix}endsAt`));
  return issues;
}

/** A start must be ahead, and not absurdly far. */
export function checkStart(startsAt: number, field: string, now: number): SaleIssue[] {
  const value = formatParisTime(startsAt);
  if (startsAt <= now) {
    return [{ code: 'start-in-past', field, value, expected: `a time after now (${formatParisTime(now)})` }];
  }
  if (startsAt > now + MAXIMUM_NOTICE_DAYS * DAY_MILLISECONDS) {
    return [{ code: 'start-too-far', field, value, expected: `a time within ${MAXIMUM_NOTICE_DAYS} days: is the year right?` }];
  }
  return [];
}

/** An end must follow its start, and the sale must not be longer than sales are. */
export function checkSpan(startsAt: number, endsAt: number, field: string): SaleIssue[] {
  const value = formatParisTime(endsAt);
  if (endsAt <= startsAt) {
    return [{ code: 'end-before-start', field, value, expected: `a time after the start (${formatParisTime(startsAt)})` }];
  }
  if (endsAt - startsAt > MAXIMUM_SALE_DAYS * DAY_MILLISECONDS) {
    return [{ code: 'sale-too-long', field, value, expected: `an end within ${MAXIMUM_SALE_DAYS} days of the start` }];
  }
  return [];
}

function checkCapacity(figures: SaleFigures, prefix: string, model: CapacityModel): SaleIssue[] {
  const { floor, expectedPeakRequestsPerSecond: peak } = figures;
  const issues: SaleIssue[] = [];
  if (floor !== undefined && floor > model.maxCeiling) {
    issues.push({
      code: 'floor-above-maximum',
      field: `${prefix}floor`,
      value: floor,
      expected: `at most maxCeiling (${model.maxCeiling} instances)`,
    });
  }
  if (floor !== undefined && floor < model.baseline.floor) {
    issues.push({
      code: 'floor-below-baseline',
      field: `${prefix}floor`,
      value: floor,
      expected: `at least the baseline's floor (${model.baseline.floor} instances)`,
    });
  }
  if (peak !== undefined && instancesFor(peak, model) > model.maxCeiling) {
    const carried = Math.floor((model.maxCeiling * model.requestsPerSecondPerInstance * 100) / (100 + model.headroomPercent));
    issues.push({
      code: 'peak-above-maximum',
      field: `${prefix}expectedPeakRequestsPerSecond`,
      value: peak,
      expected: `at most ${carried} requests per second: ${instancesFor(peak, model)} instances would be needed, maxCeiling is ${model.maxCeiling}`,
    });
  }
  return issues;
}

function checkLead({ leadMinutes }: SaleFigures, prefix: string, model: CapacityModel): SaleIssue[] {
  if (leadMinutes === undefined) return [];
  const shortest = model.gateMinutes + Math.max(1, Math.ceil((model.bootSeconds * 1000) / MINUTE_MILLISECONDS));
  if (leadMinutes >= shortest) return [];
  return [
    {
      code: 'lead-too-short',
      field: `${prefix}leadMinutes`,
      value: leadMinutes,
      expected: `at least ${shortest} minutes: an instance must boot before the gate, ${model.gateMinutes} minutes before the opening`,
    },
  ];
}
