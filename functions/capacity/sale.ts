import type { Blocker } from './blocker.ts';
import { MINUTE_MILLISECONDS, toEpoch, toInstant } from './instant.ts';
import { type SaleLease, saleLeaseStart } from './lease.ts';
import { type CapacityModel, instancesFor } from './model.ts';
import { formatParisTime } from './paris-time.ts';
import { checkSaleFigures, checkSpan, checkStart, type SaleIssue } from './sale-checks.ts';
import type { AddRequest, BringForwardRequest, ExtendRequest, Registration } from './sale-request.ts';

/**
 * Decisions of the one writer of sales. The write is conditional on the revision read, so of two
 * writers one decides again.
 */
export type RegistrationDecision =
  | {
      readonly kind: 'write';
      readonly lease: SaleLease;
      /** Condition of the write: the revision that must still stand, or that no such lease exists. */
      readonly expectedRevision: number | 'absent';
      readonly warnings: readonly Blocker[];
      readonly reason: string;
    }
  | { readonly kind: 'unchanged'; readonly lease: SaleLease; readonly reason: string }
  | { readonly kind: 'refused'; readonly issues: readonly SaleIssue[] };

/**
 * Decides a parsed request against the sale's lease in the ledger, if there is one. A repeated
 * identical request is `unchanged`, which is success: the caller may not have heard the first
 * answer. `now` in epoch milliseconds.
 */
export function decideRegistration(
  request: Registration,
  existing: SaleLease | undefined,
  model: CapacityModel,
  now: number,
): RegistrationDecision {
  switch (request.action) {
    case 'add':
      return decideAdd(request, existing, model, now);
    case 'extend':
      return decideExtend(request, existing, now);
    case 'bring-forward':
      return decideBringForward(request, existing, now);
    case 'cancel':
      return decideCancel(request.saleId, existing, now);
    default:
      return request satisfies never;
  }
}

/**
 * Adds a sale. An id is never used twice, even after its sale: evidence and executions are named by
 * it. The ceiling leaves target tracking as much room above the floor as a surge would add.
 */
export function decideAdd(
  { sale }: AddRequest,
  existing: SaleLease | undefined,
  model: CapacityModel,
  now: number,
): RegistrationDecision {
  if (existing !== undefined && isSameSale(sale, existing)) {
    return { kind: 'unchanged', lease: existing, reason: `sale ${sale.id} is registered already, as revision ${existing.revision}` };
  }
  const startsAt = toEpoch(sale.startsAt);
  const endsAt = toEpoch(sale.endsAt);
  const issues = checkSaleFigures({ ...sale, startsAt, endsAt }, 'sale.', model, now);
  if (existing !== undefined) {
    issues.unshift({ code: 'id-taken', field: 'sale.id', value: sale.id, expected: `an id not used before: ${describe(existing)}` });
  }
  if (issues.length > 0) return { kind: 'refused', issues };

  const peak = sale.expectedPeakRequestsPerSecond;
  const floor = Math.max(model.baseline.floor, sale.floor ?? instancesFor(peak ?? 0, model));
  const room = Math.ceil((floor * model.surge.factorPercent) / 100);
  const ceiling = Math.min(model.maxCeiling, Math.max(model.baseline.ceiling, room));
  const leadMinutes = sale.leadMinutes ?? model.leadMinutes;
  const lease: SaleLease = {
    id: sale.id,
    kind: 'sale',
    floor,
    ceiling,
    from: toInstant(saleLeaseStart(startsAt, leadMinutes)),
    until: sale.endsAt,
    revision: 1,
    status: 'active',
    sale: {
      id: sale.id,
      name: sale.name,
      startsAt: sale.startsAt,
      endsAt: sale.endsAt,
      leadMinutes,
      ...(peak === undefined ? {} : { expectedPeakRequestsPerSecond: peak }),
    },
  };
  return {
    kind: 'write',
    lease,
    expectedRevision: 'absent',
    warnings: warnOfShortLead(lease, now),
    reason: `sale ${sale.id} wants ${floor} instances from ${formatParisTime(toEpoch(lease.from))}`,
  };
}

/** Moves the end of a sale that is not over to a later time. Its capacity stays as it is. */
export function decideExtend(request: ExtendRequest, existing: SaleLease | undefined, now: number): RegistrationDecision {
  const refusal = refuseUnlessOpen(request.saleId, existing, now);
  if (existing === undefined || refusal !== undefined) return { kind: 'refused', issues: refusal ?? [] };
  const endsAt = toEpoch(request.endsAt);
  const current = toEpoch(existing.sale.endsAt);
  if (endsAt === current) {
    return { kind: 'unchanged', lease: existing, reason: `sale ${existing.id} ends at ${formatParisTime(current)} already` };
  }
  const issues = checkSpan(toEpoch(existing.sale.startsAt), endsAt, 'endsAt');
  if (endsAt < current) {
    issues.unshift({
      code: 'end-not-later',
      field: 'endsAt',
      value: formatParisTime(endsAt),
      expected: `a time after the present end (${formatParisTime(current)}); to end a sale early, cancel it`,
    });
  }
  if (issues.length > 0) return { kind: 'refused', issues };
  return rewrite(existing, { until: request.endsAt, sale: { ...existing.sale, endsAt: request.endsAt } }, [], `it ends at ${formatParisTime(endsAt)}`);
}

/** Moves the start of a sale that has not opened to an earlier time, still ahead. */
export function decideBringForward(
  request: BringForwardRequest,
  existing: SaleLease | undefined,
  now: number,
): RegistrationDecision {
  const refusal = refuseUnlessOpen(request.saleId, existing, now);
  if (existing === undefined || refusal !== undefined) return { kind: 'refused', issues: refusal ?? [] };
  const startsAt = toEpoch(request.startsAt);
  const current = toEpoch(existing.sale.startsAt);
  if (startsAt === current) {
    return { kind: 'unchanged', lease: existing, reason: `sale ${existing.id} starts at ${formatParisTime(current)} already` };
  }
  const issues = [...checkStart(startsAt, 'startsAt', now), ...checkSpan(startsAt, toEpoch(existing.sale.endsAt), 'startsAt')];
  const value = formatParisTime(startsAt);
  if (startsAt > current) {
    issues.unshift({ code: 'start-not-earlier', field: 'startsAt', value, expected: `a time before the present start (${formatParisTime(current)})` });
  }
  if (current <= now) {
    issues.unshift({ code: 'sale-open', field: 'saleId', value: request.saleId, expected: `a sale that has not opened: ${describe(existing)}` });
  }
  if (issues.length > 0) return { kind: 'refused', issues };
  const from = toInstant(saleLeaseStart(startsAt, existing.sale.leadMinutes));
  const change = { from, sale: { ...existing.sale, startsAt: request.startsAt } };
  return rewrite(existing, change, warnOfShortLead({ ...existing, ...change }, now), `it starts at ${value}`);
}

/**
 * Cancels a sale. The lease ends now and is brought down step by step like any other; one that had
 * not begun ends where it would have begun, so it never was active.
 */
export function decideCancel(saleId: string, existing: SaleLease | undefined, now: number): RegistrationDecision {
  if (existing?.status === 'cancelled') {
    return { kind: 'unchanged', lease: existing, reason: `sale ${saleId} is cancelled already` };
  }
  const refusal = refuseUnlessOpen(saleId, existing, now);
  if (existing === undefined || refusal !== undefined) return { kind: 'refused', issues: refusal ?? [] };
  const until = toInstant(Math.max(toEpoch(existing.from), now));
  return rewrite(existing, { status: 'cancelled', until }, [], 'it is cancelled');
}

function rewrite(existing: SaleLease, change: Partial<SaleLease>, warnings: readonly Blocker[], what: string): RegistrationDecision {
  const lease = { ...existing, ...change, revision: existing.revision + 1 };
  return {
    kind: 'write',
    lease,
    expectedRevision: existing.revision,
    warnings,
    reason: `revision ${lease.revision} of sale ${existing.id}: ${what}`,
  };
}

function refuseUnlessOpen(saleId: string, existing: SaleLease | undefined, now: number): SaleIssue[] | undefined {
  const refuse = (code: string, expected: string): SaleIssue[] => [{ code, field: 'saleId', value: saleId, expected }];
  if (existing === undefined) return refuse('sale-unknown', 'a registered sale');
  if (existing.status === 'cancelled') return refuse('sale-cancelled', `a sale that is not cancelled: ${describe(existing)}`);
  if (toEpoch(existing.until) <= now) return refuse('sale-ended', `a sale that is not over: ${describe(existing)}`);
  return undefined;
}

/** Whether a request to add describes the sale that stands. What it leaves to the model may have any value. */
function isSameSale(sale: AddRequest['sale'], { floor, sale: standing, status }: SaleLease): boolean {
  return (
    status === 'active' &&
    sale.name === standing.name &&
    toEpoch(sale.startsAt) === toEpoch(standing.startsAt) &&
    toEpoch(sale.endsAt) === toEpoch(standing.endsAt) &&
    sale.expectedPeakRequestsPerSecond === standing.expectedPeakRequestsPerSecond &&
    (sale.floor === undefined || sale.floor === floor) &&
    (sale.leadMinutes === undefined || sale.leadMinutes === standing.leadMinutes)
  );
}

function describe({ id, status, revision, sale }: SaleLease): string {
  const span = `from ${formatParisTime(toEpoch(sale.startsAt))} to ${formatParisTime(toEpoch(sale.endsAt))}`;
  return `${id} is ${status}, ${span}, revision ${revision}`;
}

function warnOfShortLead(lease: SaleLease, now: number): Blocker[] {
  const remainingMinutes = Math.floor((toEpoch(lease.sale.startsAt) - now) / MINUTE_MILLISECONDS);
  if (remainingMinutes >= lease.sale.leadMinutes) return [];
  return [
    {
      code: 'lead-cut-short',
      message: `${remainingMinutes} of ${lease.sale.leadMinutes} minutes of lead time remain: capacity is wanted at once and may not be ready at the gate`,
      evidence: { remainingMinutes, leadMinutes: lease.sale.leadMinutes },
    },
  ];
}
