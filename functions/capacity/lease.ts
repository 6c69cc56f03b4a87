import * as z from 'zod';
import { instantSchema, MINUTE_MILLISECONDS, toEpoch } from './instant.ts';
import { type CapacityModel, instancesFor } from './model.ts';

/**
 * A lease is a claim on capacity for a time: `[from, until)`. What the group should be is computed
 * from all of them and the clock, and never remembered, so overlap, early end, extension and
 * cancellation need no special case.
 */

export const leaseStatuses = ['active', 'cancelled'] as const;

/**
 * Minutes between two reconciliations. A sale's lease starts this much before its lead time: a lost
 * trigger then costs nothing of the lead.
 */
export const RECONCILIATION_MINUTES = 5;

const saleIdPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const SALE_ID_FORMAT = 'lower-case letters and digits with single hyphens between them, at most 40 characters';

/** It becomes part of an execution name, `sale-<id>-r<revision>`, which Step Functions limits to 80 characters. */
export const saleIdSchema = z
  .string({ error: SALE_ID_FORMAT })
  .max(40, { error: SALE_ID_FORMAT })
  .regex(saleIdPattern, { error: SALE_ID_FORMAT })
  .describe(`Identifier: ${SALE_ID_FORMAT}.`);

const count = z.int().min(1);

const leaseFields = {
  id: z.string().min(1).max(80),
  floor: count,
  ceiling: count,
  from: instantSchema,
  until: instantSchema,
  revision: count,
  status: z.enum(leaseStatuses),
};

export const saleFactsSchema = z.object({
  id: saleIdSchema,
  name: z.string(),
  startsAt: instantSchema,
  endsAt: instantSchema,
  leadMinutes: count,
  expectedPeakRequestsPerSecond: z.number().gt(0).optional(),
});

export const surgeFactsSchema = z.object({
  grantedAt: instantSchema,
  desiredAtGrant: z.int().min(0),
  /** Name of the execution that was granted the lease and looks after it. */
  heldBy: z.string().min(1),
});

/**
 * A lease as the ledger holds it; attributes that are not the lease's own (keys, expiry) are
 * dropped. Instants are UTC, ISO-8601.
 */
export const leaseSchema = z
  .discriminatedUnion('kind', [
    z.object({ ...leaseFields, kind: z.literal('sale'), sale: saleFactsSchema }),
    z.object({ ...leaseFields, kind: z.literal('surge'), surge: surgeFactsSchema }),
    z.object({ ...leaseFields, kind: z.literal('rehearsal') }),
  ])
  .superRefine((lease, context) => {
    if (lease.floor > lease.ceiling) {
      context.addIssue({ code: 'custom', path: ['floor'], message: `must not be above ceiling (${lease.ceiling})` });
    }
    if (toEpoch(lease.until) < toEpoch(lease.from)) {
      context.addIssue({ code: 'custom', path: ['until'], message: `must not be before from (${lease.from})` });
    }
  });

export type Lease = z.infer<typeof leaseSchema>;
export type SaleLease = Extract<Lease, { kind: 'sale' }>;
export type SurgeLease = Extract<Lease, { kind: 'surge' }>;

export const leasePhases = ['pending', 'active', 'descending', 'over', 'void'] as const;
export type LeasePhase = (typeof leasePhases)[number];

/**
 * Where a lease stands at `now` (epoch milliseconds). `void`: cancelled before it began, so it
 * never raised anything and has nothing to bring down.
 */
export function leasePhaseAt(lease: Lease, model: CapacityModel, now: number): LeasePhase {
  const from = toEpoch(lease.from);
  const until = toEpoch(lease.until);
  if (until <= from) return 'void';
  if (now < from) return 'pending';
  if (now < until) return 'active';
  return now < until + model.descent.windowMinutes * MINUTE_MILLISECONDS ? 'descending' : 'over';
}

/**
 * Where a sale's lease begins, in epoch milliseconds: its lead time plus one reconciliation before
 * the opening.
 */
export function saleLeaseStart(startsAt: number, leadMinutes: number): number {
  return startsAt - (leadMinutes + RECONCILIATION_MINUTES) * MINUTE_MILLISECONDS;
}

/** What the Auto Scaling group should be. `floor` becomes MinSize, `ceiling` MaxSize. */
export interface WantedCapacity {
  readonly floor: number;
  readonly ceiling: number;
  readonly activeLeaseIds: readonly string[];
  readonly descendingLeaseIds: readonly string[];
  /** Whether a lease that ended is still being brought down. */
  readonly descending: boolean;
  readonly reason: string;
}

/**
 * The size wanted at `now` (epoch milliseconds), a pure function of its arguments.
 *
 * The floor is the highest of the baseline, the active leases and the leases being brought down;
 * the ceiling likewise, never below the floor, and both never above `maxCeiling`. The ceiling stays
 * up during a descent, because lowering MaxSize below the size cuts desired at once.
 *
 * `loadRequestsPerSecond` is the load observed; leave it out when the metric is missing.
 */
export function wantedCapacity(
  model: CapacityModel,
  leases: readonly Lease[],
  now: number,
  loadRequestsPerSecond?: number,
): WantedCapacity {
  const active = leases.filter((lease) => leasePhaseAt(lease, model, now) === 'active');
  const descending = leases.filter((lease) => leasePhaseAt(lease, model, now) === 'descending');
  const claims = [
    { floor: model.baseline.floor, ceiling: model.baseline.ceiling, because: 'the baseline' },
    ...active.map((lease) => ({ floor: lease.floor, ceiling: lease.ceiling, because: `${lease.kind} ${lease.id}` })),
    ...descending.map((lease) => ({
      floor: descentFloor(lease, model, now, loadRequestsPerSecond),
      ceiling: lease.ceiling,
      because: `the descent of ${lease.kind} ${lease.id}`,
    })),
  ];
  const highest = claims.reduce((best, claim) => (claim.floor > best.floor ? claim : best));
  const floor = Math.min(model.maxCeiling, highest.floor);
  const ceiling = Math.min(model.maxCeiling, Math.max(floor, ...claims.map((claim) => claim.ceiling)));
  const clamped = highest.floor > floor ? `, held at maxCeiling (${highest.floor} asked)` : '';
  return {
    floor,
    ceiling,
    activeLeaseIds: active.map((lease) => lease.id).toSorted(),
    descendingLeaseIds: descending.map((lease) => lease.id).toSorted(),
    descending: descending.length > 0,
    reason: `floor ${floor} for ${highest.because}${clamped}; ceiling ${ceiling}`,
  };
}

/**
 * Floor of a lease in its descent window. It keeps its floor for one step, then comes down in equal
 * steps and reaches the baseline with the last whole step of the window. Inside the window it never
 * goes below what the observed load needs; when the load is unknown it stays one step behind the
 * schedule. The window's end is a hard end either way: from there on target tracking alone decides,
 * so a metric that never returns cannot keep a sale's capacity up for ever.
 */
function descentFloor(
  lease: Lease,
  model: CapacityModel,
  now: number,
  loadRequestsPerSecond: number | undefined,
): number {
  const base = model.baseline.floor;
  if (lease.floor <= base) return base;
  const { stepMinutes, windowMinutes } = model.descent;
  const steps = Math.floor(windowMinutes / stepMinutes);
  const stepsDone = Math.floor((now - toEpoch(lease.until)) / (stepMinutes * MINUTE_MILLISECONDS));
  const afterStep = (step: number): number => {
    const left = Math.max(0, steps - Math.max(0, step));
    return base + Math.ceil(((lease.floor - base) * left) / steps);
  };
  if (loadRequestsPerSecond === undefined) return afterStep(stepsDone - 1);
  return Math.max(afterStep(stepsDone), Math.min(lease.floor, instancesFor(loadRequestsPerSecond, model)));
}
