import { GetReservationPurchaseRecommendationCommand, GetSavingsPlansPurchaseRecommendationCommand } from '@aws-sdk/client-cost-explorer';
import { costExplorer } from '../platform/clients.ts';
import { Refused } from '../platform/errors.ts';
import type { Commitments } from './commitments.ts';

type Opinion = Exclude<Commitments['costExplorer'], 'unknown'>;

/** The longest that Cost Explorer looks back, and the shortest term, of which it is asked alone: every call costs a cent. */
const asked = { LookbackPeriodInDays: 'SIXTY_DAYS', TermInYears: 'ONE_YEAR', PaymentOption: 'NO_UPFRONT' } as const;
const lookBackDays = 60;

/** Three calls, $0.03, one after the other: where it is not enabled, the first says so, and is the last. */
export async function askCostExplorer(): Promise<Opinion> {
  const instances = await askForReservations('Amazon Elastic Compute Cloud - Compute');
  const databases = await askForReservations('Amazon Relational Database Service');
  const { SavingsPlansPurchaseRecommendation: plans } = await costExplorer().send(new GetSavingsPlansPurchaseRecommendationCommand({ ...asked, SavingsPlansType: 'COMPUTE_SP' }));
  const { HourlyCommitmentToPurchase: perHour, EstimatedMonthlySavingsAmount: saving } = plans?.SavingsPlansPurchaseRecommendationSummary ?? {};
  return { lookBackDays, instances, databases, savingsPlan: { perHourUsd: amount(perHour), monthlySavingUsd: amount(saving) } };
}

/** A recommendation of nothing comes as an empty list. */
async function askForReservations(service: string): Promise<NonNullable<Opinion['instances']>> {
  const { Recommendations = [] } = await costExplorer().send(new GetReservationPurchaseRecommendationCommand({ ...asked, Service: service }));
  const details = Recommendations.flatMap(({ RecommendationDetails = [] }) => RecommendationDetails);
  const types = details.map(({ InstanceDetails: each }) => each?.EC2InstanceDetails?.InstanceType ?? each?.RDSInstanceDetails?.InstanceType ?? 'unnamed');
  return {
    count: details.reduce((sum, { RecommendedNumberOfInstancesToPurchase: count }) => sum + amount(count), 0),
    of: [...new Set(types)].join(', '),
    monthlySavingUsd: details.reduce((sum, { EstimatedMonthlySavingsAmount: saving }) => sum + amount(saving), 0),
  };
}

/** Amounts come as text; none is nothing. */
function amount(text: string | undefined): number {
  const value = Number(text ?? 0);
  if (!Number.isFinite(value)) throw new Refused(`It names an amount that is none: ${text}.`);
  return value;
}
