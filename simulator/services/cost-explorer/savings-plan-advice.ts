import type { SavingsPlansPurchaseRecommendationDetail, SavingsPlansPurchaseRecommendationSummary } from '@aws-sdk/client-cost-explorer';
import type { Account } from '../../kernel/account.ts';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { type CommitmentKind, type CostExplorerPrices, offerPerUnit } from './prices.ts';
import { monthHours, type RecommendationRequest, text } from './recommendation-request.ts';
import { byDiscount, databasePools, instancePools, lookBackFrom, type RatedPool, type UsagePool } from './usage.ts';

const kinds: Readonly<Record<string, CommitmentKind>> = {
  COMPUTE_SP: 'compute-savings-plan',
  EC2_INSTANCE_SP: 'ec2-instance-savings-plan',
  DATABASE_SP: 'database-savings-plan',
};

/** What a commitment of so much an hour would have done over the hours looked back at. USD. */
interface Outcome {
  readonly commitment: number;
  readonly saving: number;
  /** Of the commitment, what usage would have drawn. */
  readonly drawn: number;
}

export interface SavingsPlanAdvice {
  readonly details: SavingsPlansPurchaseRecommendationDetail[];
  readonly summary: SavingsPlansPurchaseRecommendationSummary | undefined;
}

/** Which commitments would have saved most: one for all compute or databases, or one a family of instances. */
export function savingsPlanAdvice(account: Account, prices: CostExplorerPrices, type: string, request: RecommendationRequest): SavingsPlanAdvice {
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined) throw new NotModelledError(`Recommendations of ${type} are not modelled.`);
  const lookBack = lookBackFrom(account.clock.now(), request.days);
  const pools = kind === 'database-savings-plan' ? databasePools(account, { prices, lookBack }) : instancePools(account, { prices, lookBack });
  const rated = pools.flatMap((pool) => rate(prices, pool, kind, request));
  const groups = kind === 'ec2-instance-savings-plan' ? rated.map((pool) => [pool]) : [rated];
  const details = groups.flatMap((group) => detailOf(account, byDiscount(group), kind, upfrontShareOf(prices, kind, request)));
  return { details, summary: details.length === 0 ? undefined : summarise(details, lookBack.hours) };
}

function rate(prices: CostExplorerPrices, pool: UsagePool, kind: CommitmentKind, { years, payment }: RecommendationRequest): RatedPool[] {
  const { family, engine } = pool;
  const offer = offerPerUnit(prices, { kind, family, years, payment, ...(engine === undefined ? {} : { engine }) });
  return offer === undefined ? [] : [{ pool, rate: offer.effectivePerHour }];
}

/** The part of a commitment that is paid at its beginning, 0 to 1. */
function upfrontShareOf({ offers }: CostExplorerPrices, kind: CommitmentKind, { years, payment }: RecommendationRequest): number {
  const offer = offers.find((candidate) => candidate.kind === kind && candidate.years === years && candidate.payment === payment);
  if (offer === undefined) return 0;
  const spread = offer.upfrontUsd / (years * 8760);
  return spread / (spread + offer.perHour);
}

function detailOf(account: Account, group: readonly RatedPool[], kind: CommitmentKind, upfrontShare: number): SavingsPlansPurchaseRecommendationDetail[] {
  const best = bestCommitment(group);
  const [first] = group;
  if (best === undefined || first === undefined) return [];
  const hours = first.pool.units.length;
  const spends = hourlyOnDemand(group);
  const onDemand = spends.reduce((sum, spend) => sum + spend, 0);
  const cost = best.commitment * hours;
  const isOfFamily = kind === 'ec2-instance-savings-plan';
  return [
    {
      SavingsPlansDetails: {
        ...(isOfFamily ? { Region: account.region, InstanceFamily: first.pool.family } : {}),
        OfferingId: account.random.stream('cost-explorer.id').uuid(),
      },
      AccountId: account.id,
      CurrencyCode: 'USD',
      UpfrontCost: text(cost * upfrontShare),
      EstimatedROI: text((best.saving / cost) * 100),
      EstimatedSPCost: text(cost),
      EstimatedOnDemandCost: text(onDemand - best.saving - cost),
      EstimatedOnDemandCostWithCurrentCommitment: text(onDemand),
      EstimatedSavingsAmount: text(best.saving),
      EstimatedSavingsPercentage: text((best.saving / onDemand) * 100),
      HourlyCommitmentToPurchase: text(best.commitment),
      EstimatedAverageUtilization: text((best.drawn / cost) * 100),
      EstimatedMonthlySavingsAmount: text((best.saving / hours) * monthHours),
      CurrentMinimumHourlyOnDemandSpend: text(Math.min(...spends)),
      CurrentMaximumHourlyOnDemandSpend: text(Math.max(...spends)),
      CurrentAverageHourlyOnDemandSpend: text(onDemand / hours),
    },
  ];
}

/** Commitments have three decimals here; the best is what some hour draws, or just below it. */
function bestCommitment(group: readonly RatedPool[]): Outcome | undefined {
  const hours = group[0]?.pool.units.length ?? 0;
  const candidates = new Set<number>();
  for (let hour = 0; hour < hours; hour += 1) {
    const drawn = group.reduce((sum, { pool, rate: perUnit }) => sum + (pool.units[hour] ?? 0) * perUnit, 0);
    candidates.add(Math.floor(drawn * 1000 + 1e-6) / 1000);
  }
  const outcomes = [...candidates].map((commitment) => outcomeOf(group, commitment, hours)).filter(({ saving }) => saving > 0);
  return outcomes.toSorted((left, right) => right.saving - left.saving)[0];
}

function outcomeOf(group: readonly RatedPool[], commitment: number, hours: number): Outcome {
  let replaced = 0;
  let drawn = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    let left = commitment;
    for (const { pool, rate: perUnit } of group) {
      const units = Math.min(pool.units[hour] ?? 0, left / perUnit);
      left -= units * perUnit;
      replaced += units * pool.onDemandPerUnit;
    }
    drawn += commitment - left;
  }
  return { commitment, saving: replaced - commitment * hours, drawn };
}

function hourlyOnDemand(group: readonly RatedPool[]): number[] {
  const hours = group[0]?.pool.units.length ?? 0;
  return Array.from({ length: hours }, (_value, hour) => group.reduce((sum, { pool }) => sum + (pool.units[hour] ?? 0) * pool.onDemandPerUnit, 0));
}

function summarise(details: readonly SavingsPlansPurchaseRecommendationDetail[], hours: number): SavingsPlansPurchaseRecommendationSummary {
  const total = (member: keyof SavingsPlansPurchaseRecommendationDetail): number => details.reduce((sum, detail) => sum + Number(detail[member]), 0);
  const [saving, cost, onDemand] = [total('EstimatedSavingsAmount'), total('EstimatedSPCost'), total('EstimatedOnDemandCostWithCurrentCommitment')];
  return {
    CurrencyCode: 'USD',
    EstimatedROI: text((saving / cost) * 100),
    EstimatedTotalCost: text(onDemand - saving),
    CurrentOnDemandSpend: text(onDemand),
    EstimatedOnDemandCostWithCurrentCommitment: text(onDemand),
    EstimatedSavingsAmount: text(saving),
    TotalRecommendationCount: text(details.length),
    DailyCommitmentToPurchase: text((cost / hours) * 24),
    HourlyCommitmentToPurchase: text(cost / hours),
    EstimatedSavingsPercentage: text((saving / onDemand) * 100),
    EstimatedMonthlySavingsAmount: text((saving / hours) * monthHours),
  };
}
