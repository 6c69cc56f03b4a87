import { NotModelledError } from '../../kernel/aws-error.ts';
import { type TermYears, termSeconds } from './commitments.ts';
import { familyOf, normalizedUnits } from './units.ts';

export type CommitmentKind = 'ec2-reserved-instance' | 'ec2-instance-savings-plan' | 'compute-savings-plan' | 'rds-reserved-instance' | 'database-savings-plan';
export type OfferPayment = 'no-upfront' | 'partial-upfront' | 'all-upfront';

/** What one commitment costs. What AWS does not offer has none, and is never recommended. */
export interface CommitmentPrice {
  readonly kind: CommitmentKind;
  /** The instance type or database class whose use is paid by it; other sizes of the family cost in proportion. */
  readonly for: string;
  /** Of a database: `postgres`, `mysql`. A class is one instance with its standby. */
  readonly engine?: string | undefined;
  readonly years: TermYears;
  readonly payment: OfferPayment;
  readonly upfrontUsd: number;
  /** Paid every hour of the term. */
  readonly perHour: number;
}

/** What Cost Explorer reckons with. A story gives it: the simulated account has no price table of its own. */
export interface CostExplorerPrices {
  /** Linux on demand, USD an hour, by instance type. */
  readonly instancesPerHour: Readonly<Record<string, number>>;
  /** On demand with a standby, USD an hour, by engine and class. Without a standby it is half of it. */
  readonly multiAzDatabasesPerHour: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly offers: readonly CommitmentPrice[];
}

/** A commitment to one normalised unit. USD. */
export interface UnitPrice {
  readonly upfront: number;
  readonly perHour: number;
  /** With the upfront part spread over the term. */
  readonly effectivePerHour: number;
}

export interface OfferQuery {
  readonly kind: CommitmentKind;
  readonly family: string;
  readonly engine?: string;
  readonly years: TermYears;
  readonly payment: OfferPayment;
}

/** A database with its standby counts double (RDS user guide, "Size-flexible reserved DB instances"). */
export const standbyFactor = 2;

export function onDemandPerUnit(prices: CostExplorerPrices, family: string): number {
  return perUnitOf(prices.instancesPerHour, family, 1, `on demand of the instance family ${family}`);
}

/** Of databases, a unit is one of the primary or of its standby: both cost the same. */
export function databasePerUnit(prices: CostExplorerPrices, engine: string, family: string): number {
  return perUnitOf(prices.multiAzDatabasesPerHour[engine] ?? {}, family, standbyFactor, `on demand of ${engine} on the class family ${family}`);
}

/** Undefined where there is no such offer. */
export function offerPerUnit(prices: CostExplorerPrices, query: OfferQuery): UnitPrice | undefined {
  const offer = prices.offers.find(
    ({ kind, for: type, engine, years, payment }) =>
      kind === query.kind && familyOf(type) === query.family && years === query.years && payment === query.payment && (engine ?? query.engine) === query.engine,
  );
  if (offer === undefined) return undefined;
  const isDatabase = offer.kind === 'rds-reserved-instance' || offer.kind === 'database-savings-plan';
  const units = normalizedUnits(offer.for) * (isDatabase ? standbyFactor : 1);
  const spread = offer.upfrontUsd / (termSeconds(offer.years) / 3600);
  return { upfront: offer.upfrontUsd / units, perHour: offer.perHour / units, effectivePerHour: (offer.perHour + spread) / units };
}

function perUnitOf(perHour: Readonly<Record<string, number>>, family: string, factor: number, what: string): number {
  const [type, price] = Object.entries(perHour).find(([name]) => familyOf(name) === family) ?? [];
  if (type === undefined || price === undefined) throw new NotModelledError(`The prices given to Cost Explorer lack the price ${what}.`);
  return price / (normalizedUnits(type) * factor);
}
