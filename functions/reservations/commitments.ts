import * as z from 'zod';

const reservation = z.object({ type: z.string(), count: z.int(), endsAt: z.string() });

/** `kind` as AWS names it; an `EC2Instance` plan is for one family. */
const savingsPlan = z.object({ kind: z.string(), family: z.string().optional(), perHourUsd: z.number(), endsAt: z.string() });

/** What Cost Explorer counts in: the smallest size of a family, `24` of `t3.nano`. */
const suggestion = z.object({ count: z.number(), of: z.string(), monthlySavingUsd: z.number() });

/** What is committed already, and what AWS itself would advise. Each is `unknown` where it could not be read: that is not none. */
export const commitmentsSchema = z.object({
  instances: z.union([
    // A reservation of a zone is for its very type; one of a Region serves the other sizes of its family too.
    z.array(reservation.extend({ isSizeFlexible: z.boolean() })),
    z.literal('unknown'),
  ]),
  databases: z.union([z.array(reservation.extend({ engine: z.string(), isMultiAz: z.boolean() })), z.literal('unknown')]),
  savingsPlans: z.union([z.array(savingsPlan), z.literal('unknown')]),
  /** Cost Explorer's own advice, a second opinion over at most 60 days that knows nothing of sales. */
  costExplorer: z.union([
    z.object({
      lookBackDays: z.int(),
      instances: suggestion.optional(),
      databases: suggestion.optional(),
      savingsPlan: z.object({ perHourUsd: z.number(), monthlySavingUsd: z.number() }).optional(),
    }),
    z.literal('unknown'),
  ]),
  /** Why something is unknown, one sentence each. */
  unread: z.array(z.string()),
});
export type Commitments = z.infer<typeof commitmentsSchema>;
