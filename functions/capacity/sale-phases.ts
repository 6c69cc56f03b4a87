import { MINUTE_MILLISECONDS, SECOND_MILLISECONDS, toEpoch, toInstant } from './instant.ts';
import { RECONCILIATION_MINUTES, type SaleLease } from './lease.ts';
import type { CapacityModel } from './model.ts';

/**
 * Pacing of the execution that accompanies one revision of a sale. It wakes, looks, and waits
 * again. One execution may have 25,000 history events (AWS Step Functions quotas) and a sale may
 * last weeks, so each phase has a bounded number of wakes: `MAXIMUM_WAKES` in all, which leaves each
 * wake about 35 events.
 */

export const salePhases = ['superseded', 'preparing', 'gate', 'holding', 'descending', 'finished'] as const;
export type SalePhase = (typeof salePhases)[number];

/**
 * Minutes after the last step down in which the group follows it: the report then tells of a descent that is over, and
 * the execution takes the last step itself should no reconciliation come.
 */
export const SETTLING_MINUTES = 10;

const PREPARING_WAKES = 120;
const GATE_WAKES = 60;
const HOLDING_WAKES = 400;
const DESCENDING_WAKES = 60 + SETTLING_MINUTES;

/** Upper bound of the wakes of one execution; each phase may add one at its end. */
export const MAXIMUM_WAKES = PREPARING_WAKES + GATE_WAKES + HOLDING_WAKES + DESCENDING_WAKES + 6;

export interface SaleWake {
  readonly phase: SalePhase;
  /** When to look again, UTC, ISO-8601. Now, when there is nothing to wait for. */
  readonly wakeAt: string;
  readonly reason: string;
}

export interface SalePhaseFacts {
  /** The lease as the execution's revision knows it. */
  readonly lease: SaleLease;
  /** Revision in the ledger now; leave out when the lease is gone. */
  readonly currentRevision?: number | undefined;
  readonly model: CapacityModel;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The phase of a sale and when to look again. A newer revision has an execution of its own, so an
 * older one is `superseded` and ends. While preparing, and between gate and opening, readiness is
 * looked at about once a minute.
 */
export function nextWake({ lease, currentRevision, model, now }: SalePhaseFacts): SaleWake {
  if (currentRevision !== lease.revision) {
    const reason = `revision ${lease.revision} was replaced by ${currentRevision ?? 'none'}`;
    return { phase: 'superseded', wakeAt: toInstant(now), reason };
  }
  const from = toEpoch(lease.from);
  const until = toEpoch(lease.until);
  const over = until + (model.descent.windowMinutes + SETTLING_MINUTES) * MINUTE_MILLISECONDS;
  if (until <= from || now >= over) {
    const reason = until <= from ? 'the lease was cancelled before it began' : 'the descent window has passed';
    return { phase: 'finished', wakeAt: toInstant(now), reason };
  }
  if (now >= until) return wake('descending', now, nextStepAt(model, until, now), over, 'the next step down');

  const opensAt = toEpoch(lease.sale.startsAt);
  const gateAt = opensAt - model.gateMinutes * MINUTE_MILLISECONDS;
  if (now < from) return wake('preparing', now, from, until, 'the lease begins');
  if (now < gateAt) {
    const pause = Math.max(MINUTE_MILLISECONDS, (gateAt - from) / PREPARING_WAKES);
    return wake('preparing', now, Math.min(gateAt, now + pause), until, 'readiness is looked at again');
  }
  if (now < opensAt) {
    const pause = Math.max(MINUTE_MILLISECONDS, (opensAt - gateAt) / GATE_WAKES);
    return wake('gate', now, Math.min(opensAt, now + pause), until, 'the sale opens, or readiness is looked at again');
  }
  const pause = Math.max(RECONCILIATION_MINUTES * MINUTE_MILLISECONDS, (until - from) / HOLDING_WAKES);
  return wake('holding', now, now + pause, until, 'the sale is looked at again');
}

/** Wakes at whole seconds, rounded up, never beyond the end of the phase and always ahead of now. */
function wake(phase: SalePhase, now: number, at: number, end: number, reason: string): SaleWake {
  const wholeSecond = Math.ceil(Math.max(at, now + 1) / SECOND_MILLISECONDS) * SECOND_MILLISECONDS;
  const wakeAt = Math.max(now + 1, Math.min(wholeSecond, Math.ceil(end)));
  return { phase, wakeAt: toInstant(wakeAt), reason: `${phase}: ${reason}` };
}

function nextStepAt(model: CapacityModel, until: number, now: number): number {
  const step = model.descent.stepMinutes * MINUTE_MILLISECONDS;
  return until + (Math.floor((now - until) / step) + 1) * step;
}
