import { readDocuments } from './promises/evidence.ts';
import type { Stage } from './stage.ts';

/** What is read of an advice. */
export interface AdviceEvidence {
  readonly adviceId: string;
  readonly at: string;
  readonly subjects: readonly {
    readonly subject: 'instances' | 'database';
    readonly verdict: string;
    readonly reason: string;
    readonly uncovered?: number;
    readonly advised?: number;
    readonly options: readonly {
      readonly kind: string;
      readonly quantity: number;
      readonly commitmentUsdPerHour: number;
      readonly savingUsdPerMonth: number;
      readonly effectiveSavingPercent: number;
      readonly headlineSavingPercent: number;
      readonly refusal?: string;
    }[];
  }[];
  readonly observation: {
    readonly days: { readonly observed: number; readonly wanted: number };
    readonly hours: { readonly all: number; readonly seen: number; readonly inEvents: number };
    readonly hoursByInstances: readonly (readonly [number, number])[];
  };
  readonly commitments?: { readonly costExplorer: unknown };
}

/** Every advice that was filed, the oldest first. */
export async function adviceReports(stage: Stage): Promise<AdviceEvidence[]> {
  const reports = await readDocuments<AdviceEvidence>(stage, 'reservations/', '/advice.json');
  return reports.toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at));
}

export function subjectOf(report: AdviceEvidence | undefined, subject: 'instances' | 'database'): AdviceEvidence['subjects'][number] | undefined {
  return report?.subjects.find((each) => each.subject === subject);
}

/** Somebody asks for an advice outside of the monthly one. */
export async function askForAdvice(stage: Stage, adviceId: string): Promise<void> {
  stage.step(`Somebody asks what to reserve: ${adviceId}`);
  await stage.start('ReservationAdvice', adviceId);
}
