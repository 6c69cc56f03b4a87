import type { InstanceDetails, ReservationPurchaseRecommendation, ReservationPurchaseRecommendationDetail } from '@aws-sdk/client-cost-explorer';
import type { Account } from '../../kernel/account.ts';
import { type CommitmentKind, type CostExplorerPrices, offerPerUnit, standbyFactor, type UnitPrice } from './prices.ts';
import { monthHours, type RecommendationRequest, text } from './recommendation-request.ts';
import { normalizedUnits, smallestDatabaseClass, smallestInstance } from './units.ts';
import { databasePools, instancePools, lookBackFrom, type UsagePool } from './usage.ts';

/** What a pool of usage would be reserved as. */
interface Candidate {
  readonly pool: UsagePool;
  readonly offer: UnitPrice;
  /** Normalised units of one reservation of the smallest size, in which they are counted. */
  readonly unitsEach: number;
  readonly details: InstanceDetails;
}

/** What the best number of reservations would have been worth over the hours looked back at. */
interface Result {
  readonly count: number;
  readonly saving: number;
  readonly usedUnitHours: number;
}

const engineNames: Readonly<Record<string, string>> = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' };

/** Details of what to reserve of EC2, a family each; empty where nothing would save. */
export function instanceAdvice(account: Account, prices: CostExplorerPrices, request: RecommendationRequest): ReservationPurchaseRecommendationDetail[] {
  const lookBack = lookBackFrom(account.clock.now(), request.days);
  return instancePools(account, { prices, lookBack }).flatMap((pool) => {
    const offer = offerOf(prices, pool, 'ec2-reserved-instance', request);
    if (offer === undefined) return [];
    const type = smallestInstance(pool.family);
    const EC2InstanceDetails = {
      Family: pool.family,
      InstanceType: type,
      Region: account.region,
      AvailabilityZone: 'NA',
      Platform: 'Linux/UNIX',
      Tenancy: 'shared',
      CurrentGeneration: true,
      SizeFlexEligible: true,
    };
    return detailOf(account, { pool, offer, unitsEach: normalizedUnits(type), details: { EC2InstanceDetails } }, request);
  });
}

/** Details of what to reserve of RDS: an engine, family and deployment each. */
export function databaseAdvice(account: Account, prices: CostExplorerPrices, request: RecommendationRequest): ReservationPurchaseRecommendationDetail[] {
  const lookBack = lookBackFrom(account.clock.now(), request.days);
  return databasePools(account, { prices, lookBack }).flatMap((pool) => {
    const offer = offerOf(prices, pool, 'rds-reserved-instance', request);
    if (offer === undefined) return [];
    const type = smallestDatabaseClass(pool.family);
    const isMultiAz = pool.isMultiAz === true;
    const RDSInstanceDetails = {
      Family: pool.family,
      InstanceType: type,
      Region: account.region,
      DatabaseEngine: engineNames[pool.engine ?? ''] ?? pool.engine,
      DeploymentOption: isMultiAz ? 'Multi-AZ' : 'Single-AZ',
      LicenseModel: 'No license required',
      CurrentGeneration: true,
      SizeFlexEligible: true,
    };
    const unitsEach = normalizedUnits(type) * (isMultiAz ? standbyFactor : 1);
    return detailOf(account, { pool, offer, unitsEach, details: { RDSInstanceDetails } }, request);
  });
}

/** One page of details as the API gives them; nothing to reserve is a list without recommendations. */
export function describeAdvice(
  details: readonly ReservationPurchaseRecommendationDetail[],
  asked: Pick<ReservationPurchaseRecommendation, 'LookbackPeriodInDays' | 'TermInYears' | 'PaymentOption' | 'ServiceSpecification'>,
): ReservationPurchaseRecommendation[] {
  if (details.length === 0) return [];
  const saving = details.reduce((sum, detail) => sum + Number(detail.EstimatedMonthlySavingsAmount), 0);
  const onDemand = details.reduce((sum, detail) => sum + Number(detail.EstimatedMonthlyOnDemandCost), 0);
  return [
    {
      AccountScope: 'PAYER',
      ...asked,
      RecommendationDetails: [...details],
      RecommendationSummary: {
        TotalEstimatedMonthlySavingsAmount: text(saving),
        TotalEstimatedMonthlySavingsPercentage: text((saving / onDemand) * 100),
        CurrencyCode: 'USD',
      },
    },
  ];
}

function offerOf(prices: CostExplorerPrices, { family, engine }: UsagePool, kind: CommitmentKind, { years, payment }: RecommendationRequest): UnitPrice | undefined {
  return offerPerUnit(prices, { kind, family, years, payment, ...(engine === undefined ? {} : { engine }) });
}

function detailOf(account: Account, candidate: Candidate, { years }: RecommendationRequest): ReservationPurchaseRecommendationDetail[] {
  const best = bestCount(candidate);
  if (best.count === 0) return [];
  const { pool, offer, unitsEach } = candidate;
  const hours = pool.units.length;
  const sum = pool.units.reduce((total, units) => total + units, 0);
  const [least, most] = [Math.min(...pool.units), Math.max(...pool.units)];
  const units = best.count * unitsEach;
  const onDemandCost = sum * pool.onDemandPerUnit;
  const termCost = units * offer.effectivePerHour * monthHours * 12 * years;
  const replacedPerMonth = (best.usedUnitHours / hours) * pool.onDemandPerUnit * monthHours;
  return [
    {
      AccountId: account.id,
      InstanceDetails: candidate.details,
      RecommendedNumberOfInstancesToPurchase: text(best.count),
      RecommendedNormalizedUnitsToPurchase: text(units),
      MinimumNumberOfInstancesUsedPerHour: text(least / unitsEach),
      MinimumNormalizedUnitsUsedPerHour: text(least),
      MaximumNumberOfInstancesUsedPerHour: text(most / unitsEach),
      MaximumNormalizedUnitsUsedPerHour: text(most),
      AverageNumberOfInstancesUsedPerHour: text(sum / hours / unitsEach),
      AverageNormalizedUnitsUsedPerHour: text(sum / hours),
      AverageUtilization: text((best.usedUnitHours / (units * hours)) * 100),
      EstimatedBreakEvenInMonths: text(termCost / replacedPerMonth),
      CurrencyCode: 'USD',
      EstimatedMonthlySavingsAmount: text((best.saving / hours) * monthHours),
      EstimatedMonthlySavingsPercentage: text((best.saving / onDemandCost) * 100),
      EstimatedMonthlyOnDemandCost: text((onDemandCost / hours) * monthHours),
      EstimatedReservationCostForLookbackPeriod: text(onDemandCost - best.saving),
      UpfrontCost: text(units * offer.upfront),
      RecurringStandardMonthlyCost: text(units * offer.perHour * monthHours),
    },
  ];
}

/**
 * Every number is tried, and the one that would have saved most is taken (GetReservationPurchaseRecommendation). Each
 * further reservation is used less than the one before it, so that the first that does not pay for itself ends the search.
 */
function bestCount({ pool, offer, unitsEach }: Candidate): Result {
  const cost = unitsEach * offer.effectivePerHour * pool.units.length;
  let best: Result = { count: 0, saving: 0, usedUnitHours: 0 };
  for (;;) {
    const reserved = best.count * unitsEach;
    const used = pool.units.reduce((sum, units) => sum + Math.min(unitsEach, Math.max(0, units - reserved)), 0);
    const gain = used * pool.onDemandPerUnit - cost;
    if (gain <= 0) return best;
    best = { count: best.count + 1, saving: best.saving + gain, usedUnitHours: best.usedUnitHours + used };
  }
}
