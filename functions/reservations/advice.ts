import * as z from 'zod';
import { commitmentKinds } from '../platform/prices.ts';
import { commitmentsSchema } from './commitments.ts';
import { observationSchema } from './observation.ts';

/**
 * `too-early`: observed for less than the time wanted. `unsettled`: what it would bind is not decided. `unknown`: something that
 * the answer depends on is not known. `nothing`: it is known, and there is nothing to buy. `advised`: with the option to take.
 */
export const adviceVerdicts = ['too-early', 'unsettled', 'unknown', 'nothing', 'advised'] as const;
export type AdviceVerdict = (typeof adviceVerdicts)[number];

/** One commitment that could be made, reckoned on the ordinary hours that were observed. */
export const adviceOptionSchema = z.object({
  kind: z.enum(commitmentKinds),
  for: z.string(),
  years: z.literal([1, 3]),
  payment: z.enum(['no-upfront', 'partial-upfront', 'all-upfront']),
  /** Instances committed to, or the hourly commitment of a savings plan. */
  quantity: z.number(),
  commitmentUsdPerHour: z.number(),
  upfrontUsd: z.number(),
  /** Against on-demand, all ordinary hours together. */
  savingUsdPerMonth: z.number(),
  /** Share of the bill of this subject that is saved; the headline is what is saved of an hour that is covered. */
  effectiveSavingPercent: z.number(),
  headlineSavingPercent: z.number(),
  /** Share of the hours in which what is committed to must be used, for it to cost no more than on-demand. */
  breakEvenPercent: z.number(),
  /** What is still to be paid if nothing of it is needed from the first day. */
  worstLossUsd: z.number(),
  /** How one gets out of it, in a sentence. */
  reversibility: z.string(),
  /** Absent where it can be taken. */
  refusal: z.enum(['unsettled', 'term-too-long', 'saves-too-little', 'not-eligible']).optional(),
});
export type AdviceOption = z.infer<typeof adviceOptionSchema>;

export const subjectAdviceSchema = z.object({
  subject: z.enum(['instances', 'database']),
  verdict: z.enum(adviceVerdicts),
  /** One sentence: `Day 47 of 90.` */
  reason: z.string(),
  /** What runs in ordinary hours and is not committed to yet, which may be none. */
  uncovered: z.number().optional(),
  options: z.array(adviceOptionSchema),
  /** Index into `options` of the one to take. */
  advised: z.int().optional(),
});
export type SubjectAdvice = z.infer<typeof subjectAdviceSchema>;

/** The evidence of one advice, `reservations/<day>/<adviceId>/advice.json`. */
export const adviceReportSchema = z.object({
  schemaVersion: z.literal(1),
  adviceId: z.string(),
  at: z.string(),
  subjects: z.array(subjectAdviceSchema),
  observation: observationSchema,
  /** Absent while it is too early to look. */
  commitments: commitmentsSchema.optional(),
  pricesAsOf: z.object({ instances: z.string(), databases: z.string(), commitments: z.string() }),
  /** What the figures do not say. */
  limits: z.array(z.string()),
});
export type AdviceReport = z.infer<typeof adviceReportSchema>;

export const adviceRequestSchema = z.object({
  /** Name of the execution: unique to the advice, the same for every retry. */
  adviceId: z.string().regex(/^[\w-]{1,80}$/u),
  /** ISO 8601, the start of the execution. */
  startedAt: z.iso.datetime(),
});

export function reportKey({ adviceId, startedAt }: z.infer<typeof adviceRequestSchema>, file: 'advice.json' | 'advice.html'): string {
  return `reservations/${startedAt.slice(0, 10)}/${adviceId}/${file}`;
}
