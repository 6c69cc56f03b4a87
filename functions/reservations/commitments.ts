import * as z from 'zod';

const reservation = z.object({ type: z.string(), count: z.int(), endsAt: z.string() });

/** What is committed already, and what AWS itself would advise. Each is `unknown` where it could not be read: that is not none. */
export const commitmentsSchema = z.object({
  instances: z.union([z.array(reservation), z.literal('unknown')]),
  databases: z.union([z.array(reservation.extend({ engine: z.string(), isMultiAz: z.boolean() })), z.literal('unknown')]),
  savingsPlans: z.union([z.array(z.object({ kind: z.string(), perHourUsd: z.number(), endsAt: z.string() })), z.literal('unknown')]),
  /** Cost Explorer's own advice, a second opinion over at most 60 days that knows nothing of sales. */
  costExplorer: z.union([
    z.object({
      lookBackDays: z.int(),
      instances: z.object({ count: z.number(), monthlySavingUsd: z.number() }).optional(),
      databases: z.object({ count: z.number(), monthlySavingUsd: z.number() }).optional(),
      savingsPlan: z.object({ perHourUsd: z.number(), monthlySavingUsd: z.number() }).optional(),
    }),
    z.literal('unknown'),
  ]),
  /** Why something is unknown, one sentence each. */
  unread: z.array(z.string()),
});
export type Commitments = z.infer<typeof commitmentsSchema>;
