import type { CommitmentOffer } from '../platform/prices.ts';
import type { SubjectAdvice } from './advice.ts';
import type { AdvicePrices } from './advice-prices.ts';
import type { Commitments } from './commitments.ts';
import { coverageOfDatabase } from './coverage.ts';
import { daysBetween, dayOf } from './hours-of-use.ts';
import type { Observation } from './observation.ts';
import type { ReservationSettings } from './settings.ts';
import { judge, tooEarly, unknown } from './verdict.ts';

interface Knowledge {
  readonly observation: Observation;
  /** Undefined while it is too early to look. */
  readonly commitments: Commitments | undefined;
  readonly prices: AdvicePrices;
  readonly settings: ReservationSettings;
}

type Database = Exclude<Observation['database'], 'unknown'>;

/** What would have paid for the database, which runs in every hour since its creation. */
export function adviseOnDatabase({ observation, commitments, prices, settings }: Knowledge): SubjectAdvice {
  const { database, days, until } = observation;
  if (commitments === undefined) return tooEarly('database', dayOf(days.observed, days.wanted));
  if (database === 'unknown') return unknown('database', ['The database could not be read; the log of ObserveUsage says why.']);
  const { createdAt, engine, instanceClass } = database;
  if (createdAt === undefined) return unknown('database', ['RDS does not say since when the database stands.']);
  const age = daysBetween(Date.parse(createdAt), Date.parse(until));
  if (age < days.wanted) return tooEarly('database', dayOf(Math.max(0, age), days.wanted));
  const onDemandPerHour = onDemandOf(database, prices);
  const offers = prices.commitments.offers.filter((offer) => offer.for === instanceClass && (offer.engine ?? engine) === engine).map((offer) => offerFor(offer, database));
  const coverage = coverageOfDatabase(database, commitments, offers);
  const reasons = [
    ...coverage.unknown,
    ...(onDemandPerHour === undefined ? [`The price table has no on-demand price of ${engine} on ${instanceClass}.`] : []),
    ...(offers.length === 0 ? [`The price table has no offer for ${engine} on ${instanceClass}.`] : []),
  ];
  if (onDemandPerHour === undefined || reasons.length > 0) return unknown('database', reasons);
  const hours = Math.max(1, observation.hours.all);
  const uncovered = [{ instances: Math.max(0, 1 - coverage.ofFamily - coverage.ofAny), hours }];
  return judge('database', { offers, onDemandPerHour, use: [{ instances: 1, hours }], uncovered: { ofFamily: uncovered, ofAny: uncovered }, settings });
}

/** The price table quotes an instance with its standby; without one, half of it. */
function shareOf({ isMultiAz }: Database): number {
  return isMultiAz ? 1 : 0.5;
}

function onDemandOf(database: Database, { databases }: AdvicePrices): number | undefined {
  const byEngine: Readonly<Record<string, Readonly<Record<string, number>>>> = databases.multiAzOnDemandPerHour;
  const byClass = Object.hasOwn(byEngine, database.engine) ? byEngine[database.engine] : undefined;
  const price = byClass !== undefined && Object.hasOwn(byClass, database.instanceClass) ? byClass[database.instanceClass] : undefined;
  return price === undefined ? undefined : price * shareOf(database);
}

function offerFor(offer: CommitmentOffer, database: Database): CommitmentOffer {
  return { ...offer, upfrontUsd: offer.upfrontUsd * shareOf(database), perHour: offer.perHour * shareOf(database) };
}
