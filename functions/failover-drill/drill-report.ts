import type { Approval } from '../platform/approval.ts';
import type { Drill, DrillOutcome } from './drill-records.ts';
import type { ProbeReport } from './probe/probe-report.ts';

/** One objective, and what was measured. */
export interface Judgement {
  readonly objective: 'recovery' | 'lost-commits' | 'failover' | 'shop-health';
  readonly isMet: boolean;
  /** One sentence with both figures. */
  readonly statement: string;
}

/** The evidence of one drill in one file, `drills/<drillId>/report.json`. Instants are ISO 8601. */
export interface DrillReport extends Omit<Drill, 'approval' | 'state' | 'outcome' | 'closedAt'> {
  readonly schemaVersion: 1;
  /** Without the token by which the workflow went on. */
  readonly approval?: Omit<Approval, 'token'>;
  readonly closedAt: string;
  readonly outcome: DrillOutcome;
  /** Why it ended so, in a sentence. */
  readonly explanation: string;
  readonly judgements: readonly Judgement[];
  /** Undefined where it was not measured: that is never zero. */
  readonly measured: { readonly outageSeconds?: number; readonly lostCommits?: number };
  readonly probe?: ProbeReport;
  /** What the figures do not say. */
  readonly limits: readonly string[];
}
