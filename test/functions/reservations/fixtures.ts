import type { AdvicePrices } from '../../../functions/reservations/advice-prices.ts';
import type { Commitments } from '../../../functions/reservations/commitments.ts';
import { type AdviceInput, compileAdvice } from '../../../functions/reservations/compile-advice.ts';
import type { Observation } from '../../../functions/reservations/observation.ts';
import type { ReservationSettings } from '../../../functions/reservations/settings.ts';
import type { AdviceReport, SubjectAdvice } from '../../../functions/reservations/advice.ts';
import type { CommitmentKind, CommitmentOffer } from '../../../functions/platform/prices.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

/** A database that has stood for longer than is wanted. */
export const database = { id: 'shop', instanceClass: 'db.m6g.large', engine: 'postgres', isMultiAz: true, createdAt: '2026-09-01T00:00:00.000Z' };

export function settingsOf(changes: Partial<ReservationSettings> = {}): ReservationSettings {
  return { observationDays: 90, seenHoursPercent: 95, settled: { instanceFamily: true, databaseEngine: true }, longestTermYears: 1, leastSavingUsdPerMonth: 5, ...changes };
}

/** One of an offer, a year, nothing upfront. */
export function offerOf(kind: CommitmentKind, perHour: number, changes: Partial<CommitmentOffer> = {}): CommitmentOffer {
  const isDatabase = kind === 'rds-reserved-instance' || kind === 'database-savings-plan';
  return { kind, for: isDatabase ? 'db.m6g.large' : 't3.medium', years: 1, payment: 'no-upfront', upfrontUsd: 0, perHour, ...changes };
}

/** Round figures, to reckon with by hand: a t3.medium costs $0.05 on demand, the database with its standby $0.40. */
export const offers: readonly CommitmentOffer[] = [
  offerOf('ec2-reserved-instance', 0.03),
  offerOf('ec2-instance-savings-plan', 0.032),
  offerOf('compute-savings-plan', 0.04),
  offerOf('ec2-reserved-instance', 0.02, { years: 3 }),
  offerOf('rds-reserved-instance', 0.3, { engine: 'postgres' }),
  offerOf('rds-reserved-instance', 0, { engine: 'postgres', payment: 'all-upfront', upfrontUsd: 0.28 * 8760 }),
  offerOf('rds-reserved-instance', 0.29, { engine: 'mysql' }),
  offerOf('database-savings-plan', 0.34),
];

export function pricesOf(given: readonly CommitmentOffer[] = offers): AdvicePrices {
  return {
    instances: { asOf: '2026-11-01', source: 'test', linuxOnDemandPerHour: { 't3.medium': 0.05, 't3a.medium': 0.045, 't3.large': 0.1 } },
    databases: {
      asOf: '2026-11-02', source: 'test',
      multiAzOnDemandPerHour: { postgres: { 'db.m6g.large': 0.4, 'db.m7g.large': 0.42 }, mysql: { 'db.m6g.large': 0.38 } },
    },
    commitments: { asOf: '2026-11-03', source: 'test', offers: [...given] },
  };
}

/** 91 days, all of them seen: three instances in 1,600 hours and four in 400, the rest in sales. */
export function observationOf(changes: Partial<Observation> = {}): Observation {
  return {
    from: '2026-10-14T06:00:00.000Z', until: '2027-01-13T06:00:00.000Z', days: { observed: 91, wanted: 90 }, hours: { all: 2184, seen: 2184, inEvents: 184 },
    hoursByInstances: [[3, 1600], [4, 400]], instanceTypes: { 't3.medium': 3 }, database, ...changes,
  };
}

export function commitmentsOf(changes: Partial<Commitments> = {}): Commitments {
  return { instances: [], databases: [], savingsPlans: [], costExplorer: 'unknown', unread: [], ...changes };
}

export function inputOf(changes: Partial<AdviceInput> = {}): AdviceInput {
  return {
    adviceId: 'advice-1', at: '2027-01-13T07:00:00.000Z', instanceType: 't3.medium', observation: observationOf(), commitments: commitmentsOf(), prices: pricesOf(),
    settings: settingsOf(), ...changes,
  };
}

export function adviceOf(changes: Partial<AdviceInput> = {}): AdviceReport {
  return compileAdvice(inputOf(changes));
}

export function subjectOf(report: AdviceReport, subject: SubjectAdvice['subject']): SubjectAdvice {
  const found = report.subjects.find((each) => each.subject === subject);
  if (found === undefined) throw new Error(`The advice says nothing of ${subject}.`);
  return found;
}

export function onInstances(changes: Partial<AdviceInput> = {}): SubjectAdvice {
  return subjectOf(adviceOf(changes), 'instances');
}

export function onDatabase(changes: Partial<AdviceInput> = {}): SubjectAdvice {
  return subjectOf(adviceOf(changes), 'database');
}

/** The option that is advised, by kind. */
export function advisedKind({ options, advised }: SubjectAdvice): string | undefined {
  return options[advised ?? -1]?.kind;
}

/** Refusals by kind and term, `taken` where there is none. */
export function refusalsOf({ options }: SubjectAdvice): Record<string, string> {
  return Object.fromEntries(options.map(({ kind, years, payment, refusal }) => [`${kind} ${years} ${payment}`, refusal ?? 'none']));
}
