import * as z from 'zod';

/**
 * What was observed of the shop for as long as the advice looks back. Goes from step to step through the workflow, and into the
 * evidence.
 */
export const observationSchema = z.object({
  /** ISO 8601: from the first hour that anything is known of, within the time looked back at, to the last whole hour. */
  from: z.string(),
  until: z.string(),
  days: z.object({ observed: z.number(), wanted: z.int() }),
  hours: z.object({
    /** Hours between `from` and `until`. */
    all: z.int(),
    /** Of them, those of which CloudWatch knows the size of the group. The others are unknown, and not zero. */
    seen: z.int(),
    /** Of those, the ones in which a sale, a surge or their descent held capacity: they say nothing about ordinary days. */
    inEvents: z.int(),
  }),
  /** Ordinary hours by the fewest instances in service in them: `[instances, hours]`, ascending. */
  hoursByInstances: z.array(z.tuple([z.int(), z.int()])),
  /** Instances of the group by type, now. */
  instanceTypes: z.record(z.string(), z.int()),
  /** `unknown` where it could not be read. */
  database: z.union([
    z.object({ id: z.string(), instanceClass: z.string(), engine: z.string(), isMultiAz: z.boolean(), createdAt: z.string().optional() }),
    z.literal('unknown'),
  ]),
});
export type Observation = z.infer<typeof observationSchema>;
