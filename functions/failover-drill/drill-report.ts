import * as z from 'zod';
import { approvalSchema } from '../platform/approval.ts';
import { type Drill, drillOutcomes, drillSchema } from './drill-records.ts';
import type { Measurement } from './measurement.ts';
import { type ProbeReport, probeReportSchema } from './probe/probe-report.ts';
import type { Verdict } from './verdict.ts';

const objectiveNames = ['recovery', 'lost-commits', 'failover', 'writing', 'shop-health'] as const;

/** What each is about, for people. */
export const objectiveWords: Readonly<Record<(typeof objectiveNames)[number], string>> = {
  recovery: 'recovery',
  'lost-commits': 'lost commits',
  failover: 'the failover itself',
  writing: 'writing again',
  'shop-health': 'health of the shop',
};

/** One objective, and what was measured. */
const judgementSchema = z.object({
  objective: z.enum(objectiveNames),
  /** False as well where it could not be measured. */
  isMet: z.boolean(),
  isMeasured: z.boolean(),
  /** One sentence with both figures, or with why there is none. */
  statement: z.string(),
});

export type Judgement = z.infer<typeof judgementSchema>;

/** Makes judgements of one objective. */
export function judgedAs(objective: Judgement['objective']): (isMet: boolean, statement: string, isMeasured?: boolean) => Judgement {
  return (isMet, statement, isMeasured = true) => ({ objective, isMet, isMeasured, statement });
}

/** The evidence of one drill in one file, `drills/<drillId>/report.json`. Instants are ISO 8601. */
export const drillReportSchema = drillSchema.omit({ approval: true, state: true, outcome: true, closedAt: true }).extend({
  schemaVersion: z.literal(1),
  /** Without the token by which the workflow went on. */
  approval: approvalSchema.omit({ token: true }).optional(),
  closedAt: z.string(),
  outcome: z.enum(drillOutcomes),
  /** Why it ended so, in a sentence. */
  explanation: z.string(),
  objectives: z.object({ rtoSeconds: z.int(), maxLostCommits: z.int() }),
  /** Empty where nothing was done to the database. */
  judgements: z.array(judgementSchema),
  /** Undefined where it was not measured: that is never zero. */
  measured: z.object({ outageSeconds: z.number().optional(), lostCommits: z.int().optional() }),
  probe: probeReportSchema.optional(),
  /** What is wrong with the measurement itself. */
  defects: z.array(z.string()),
  /** What the figures do not say. */
  limits: z.array(z.string()),
});

export type DrillReport = z.infer<typeof drillReportSchema>;

/** Where the evidence of a drill lies. */
export function reportKey(drillId: string, file: 'report.json' | 'report.html'): string {
  return `drills/${drillId}/${file}`;
}

interface Conclusion {
  readonly outcome: DrillReport['outcome'];
  readonly explanation: string;
  readonly closedAt: string;
}

/** Everything that is known of a drill, in one value. */
export function compileReport(drill: Drill, probe: Measurement<ProbeReport>, verdict: Verdict, conclusion: Conclusion): DrillReport {
  const { approval, state: _, outcome: _outcome, closedAt: _closedAt, ...kept } = drill;
  return {
    schemaVersion: 1,
    ...kept,
    ...(approval === undefined ? {} : { approval: withoutToken(approval) }),
    ...conclusion,
    ...verdict,
    ...(probe.kind === 'unmeasured' ? {} : { probe: probe.value }),
    limits: verdict.judgements.length === 0 ? [] : limitsOf(drill, probe.kind === 'unmeasured' ? undefined : probe.value),
  };
}

function withoutToken(approval: NonNullable<Drill['approval']>): NonNullable<DrillReport['approval']> {
  const { token: _, ...rest } = approval;
  return rest;
}

function limitsOf({ kind, act }: Drill, probe: ProbeReport | undefined): string[] {
  const seconds = (probe?.intervalMilliseconds ?? 500) / 1000;
  return [
    'A forced failover is gentler than a crash: the primary is shut down in order, and the standby has nothing to recover. A lost zone or a broken host takes longer.',
    `The outage is that of two clients inside the VPC which write every ${seconds} s: it is known to about ${seconds} s, and shorter ones pass unseen. Clients with longer time-outs, or that keep a resolved address, are away for longer.`,
    'Lost commits are looked for among the writes of the probe alone. Writes that were sent and never answered are counted apart: nobody was promised that they are kept, or that they are not.',
    'The events of RDS are best effort: they come late, out of order, or not at all. They stand beside the measurement and decide nothing.',
    ...(kind === 'observation' ? ['Nobody asked for this failover: it was over, or under way, when the observation began. What came before was not measured.'] : []),
    ...(kind === 'drill' && probe !== undefined && act !== undefined && probe.startedAt > act.begunAt
      ? ['The probe began, or began again, after the failover was asked for: what was written before that is in none of its figures.']
      : []),
  ];
}
