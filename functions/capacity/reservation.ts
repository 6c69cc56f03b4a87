import { type Lease, leasePhaseAt } from './lease.ts';
import { type CapacityModel, reservationFor } from './model.ts';

/** What `DescribeCapacityReservation` says of one load balancer. */
export interface ReservationFacts {
  /** Load balancer capacity units asked for; 0 where nothing is reserved. */
  readonly reservedLcus: number;
  /** Of two a day. */
  readonly decreasesRemaining: number;
  /** A change that has not come to its end: a further one is refused (`PriorRequestNotComplete`). */
  readonly isChanging: boolean;
}

export type ReservationDecision =
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'reserve'; readonly lcus: number; readonly reason: string }
  | { readonly kind: 'reset'; readonly reason: string };

/**
 * The reservation that the active sales want. It is raised as soon as it is wanted, and given back in one step when
 * the last sale is over: decreases are limited to two a day, so none is spent on steps between.
 */
export function decideReservation(
  leases: readonly Lease[],
  model: CapacityModel,
  facts: ReservationFacts,
  now: number,
): ReservationDecision {
  const wantedLcus = wantedReservation(leases, model, now);
  const { reservedLcus, decreasesRemaining, isChanging } = facts;
  if (wantedLcus > reservedLcus) {
    if (isChanging) return { kind: 'hold', reason: 'the change before is not complete' };
    return { kind: 'reserve', lcus: wantedLcus, reason: `the active sales want ${wantedLcus} LCU, ${reservedLcus} are reserved` };
  }
  if (wantedLcus > 0 || reservedLcus === 0) return { kind: 'hold', reason: `${reservedLcus} LCU stand` };
  if (isChanging) return { kind: 'hold', reason: 'the change before is not complete' };
  if (decreasesRemaining === 0) return { kind: 'hold', reason: 'no decrease is left today' };
  return { kind: 'reset', reason: 'no sale is active' };
}

/** LCU that the active sales want; 0 without one whose peak is known. */
export function wantedReservation(leases: readonly Lease[], model: CapacityModel, now: number): number {
  const peaks = leases
    .filter((lease) => lease.kind === 'sale')
    .filter((lease) => leasePhaseAt(lease, model, now) === 'active')
    .flatMap(({ sale }) => sale.expectedPeakRequestsPerSecond ?? []);
  return peaks.length === 0 ? 0 : reservationFor(Math.max(...peaks), model);
}
