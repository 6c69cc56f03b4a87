import * as z from 'zod';

/** What was seen of a failover from outside: evidence beside what the probe measured. Instants are ISO 8601. */
export const failoverSchema = z.object({
  /**
   * `pending` while it is looked at; `swapped`: the database runs in another zone and is available; `abandoned`: RDS accepted
   * the request and said that it does nothing; `timed-out`: none of these in time.
   */
  outcome: z.enum(['pending', 'swapped', 'abandoned', 'timed-out']),
  zoneBefore: z.string(),
  zoneAfter: z.string().optional(),
  /** Each status with the instant at which it was first seen. */
  statuses: z.array(z.object({ at: z.string(), status: z.string() })),
  /** Of RDS: best effort, in any order; none is missed if it is missing. */
  events: z.array(z.object({ at: z.string(), message: z.string() })),
  /** Between the events that say started and completed, where both came, in seconds. */
  eventSeconds: z.number().optional(),
  settledAt: z.string().optional(),
});

export type Failover = z.infer<typeof failoverSchema>;

/**
 * When the database was available again, as far as it was seen to be anything else before; else when its failover was
 * settled. The zones may show the swap minutes later: whoever watches the shop need not wait for them.
 */
export function backAt({ statuses, settledAt }: Failover): string | undefined {
  const back = statuses.findLast(({ status }, index) => status === 'available' && index > 0);
  return back?.at ?? settledAt;
}
