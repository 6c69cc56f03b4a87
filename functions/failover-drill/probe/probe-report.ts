import * as z from 'zod';

/** One client keeps its connection, as a pool does; the other opens one for every write. */
export const probeWriters = ['pooled', 'fresh'] as const;
export type ProbeWriter = (typeof probeWriters)[number];

/** What one client felt. Instants are ISO 8601 with milliseconds. */
const writerReportSchema = z.object({
  writer: z.enum(probeWriters),
  attempts: z.int(),
  /** Writes of which the database said that they are committed. */
  acknowledged: z.int(),
  /** Writes that did not reach the database: no connection, or an answer that says no. */
  refused: z.int(),
  /** Writes that were sent, and of which nothing was heard. */
  unanswered: z.int(),
  /** Of its longest outage: the last commit before the first failure, and the first one after the last failure. */
  lastCommitBefore: z.string().optional(),
  firstCommitAfter: z.string().optional(),
  /** Between these two, in seconds; undefined without an outage, or while it lasts. */
  outageSeconds: z.number().optional(),
  slowestAttemptMilliseconds: z.number(),
  /** What went wrong, in the driver's words, and how often; the most frequent first. */
  errors: z.array(z.object({ message: z.string(), count: z.int() })),
});
export type WriterReport = z.infer<typeof writerReportSchema>;

/** A write of the probe: each client counts its own from 1, without gaps. */
export const probeWriteSchema = z.object({ writer: z.enum(probeWriters), id: z.int() });
export type ProbeWrite = z.infer<typeof probeWriteSchema>;

const writesSchema = z.object({
  count: z.int(),
  /** The first hundred. */
  examples: z.array(probeWriteSchema),
});

/** What the table held afterwards, beside what was acknowledged. */
const verificationSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('read'),
    /** Acknowledged, and missing. */
    lost: writesSchema,
    /** Sent without an answer, and there all the same. */
    ambiguousPresent: writesSchema,
    /** Sent without an answer, and missing. */
    ambiguousAbsent: writesSchema,
    /** There, and never sent, or refused. */
    phantom: writesSchema,
  }),
  z.object({ status: z.literal('unread'), reason: z.string() }),
]);
export type Verification = z.infer<typeof verificationSchema>;

/** A setting of the server on which "acknowledged means kept" rests. */
const durabilitySettingSchema = z.object({ name: z.string(), value: z.string(), isSafe: z.boolean() });
export type DurabilitySetting = z.infer<typeof durabilitySettingSchema>;

export const probeReportSchema = z.object({
  startedAt: z.string(),
  endedAt: z.string(),
  /**
   * `recovered`: an outage was seen from its beginning to its end; `no-outage`: none within the limit; `time-short`: the
   * function's time ran out first; `never-wrote`: not one write was ever acknowledged.
   */
  ended: z.enum(['recovered', 'no-outage', 'time-short', 'never-wrote']),
  intervalMilliseconds: z.int(),
  writers: z.array(writerReportSchema),
  verification: verificationSchema,
  /** What the name of the endpoint resolved to. */
  addresses: z.object({ before: z.array(z.string()), after: z.array(z.string()) }),
  durability: z.array(durabilitySettingSchema),
});
export type ProbeReport = z.infer<typeof probeReportSchema>;

/** The larger of what the clients felt, in seconds: the shop has both kinds. Undefined where none saw an outage through. */
export function measuredOutageSeconds({ writers }: ProbeReport): number | undefined {
  const seconds = writers.flatMap(({ outageSeconds }) => outageSeconds ?? []);
  return seconds.length === 0 ? undefined : Math.max(...seconds);
}
