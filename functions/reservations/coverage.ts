import type { CommitmentKind, CommitmentOffer } from '../platform/prices.ts';
import type { Commitments } from './commitments.ts';
import type { Observation } from './observation.ts';
import { ratePerHour } from './reckoning.ts';
import { familyOf, instancesFor, isPlanEligible } from './sizes.ts';

/** What is committed already, in instances of what the shop runs on. */
export interface Coverage {
  /** By what is for one family: reservations, and savings plans of the family. */
  readonly ofFamily: number;
  /** By plans that follow whatever runs. */
  readonly ofAny: number;
  /** Why it is not known, one sentence each; then the figures are worth nothing. */
  readonly unknown: readonly string[];
}

type Plan = Exclude<Commitments['savingsPlans'], 'unknown'>[number];

/** Which of our kinds AWS's names of plans are; `none` is for something that the shop does not have. */
const planKinds: Readonly<Record<string, CommitmentKind | 'none'>> = {
  EC2Instance: 'ec2-instance-savings-plan', Compute: 'compute-savings-plan', Database: 'database-savings-plan', SageMaker: 'none',
};

export function coverageOfInstances(instanceType: string, { instances, savingsPlans }: Commitments, offers: readonly CommitmentOffer[]): Coverage {
  const reserved = instances === 'unknown' ? 0 : sum(instances.map(({ type, count, isSizeFlexible }) => (isSizeFlexible || type === instanceType ? count * instancesFor(type, instanceType) : 0)));
  const ofFamily = coverageByPlans(savingsPlans, 'ec2-instance-savings-plan', offers, ({ family }) => family === undefined || family === familyOf(instanceType));
  const ofAny = coverageByPlans(savingsPlans, 'compute-savings-plan', offers, () => true);
  const unread = instances === 'unknown' ? ['What is reserved of EC2 could not be read.'] : [];
  return { ofFamily: reserved + ofFamily.instances, ofAny: ofAny.instances, unknown: [...unread, ...unreadPlans(savingsPlans), ...ofFamily.unknown, ...ofAny.unknown] };
}

type Database = Exclude<Observation['database'], 'unknown'>;

/** A standby counts as much as the instance, for reservations of the one kind and of the other. */
export function coverageOfDatabase(database: Database, { databases, savingsPlans }: Commitments, offers: readonly CommitmentOffer[]): Coverage {
  const { engine, instanceClass, isMultiAz } = database;
  const ours = databases === 'unknown' ? [] : databases.filter((reservation) => reservation.engine === engine);
  const reserved = sum(ours.map((reservation) => (reservation.count * instancesFor(reservation.type, instanceClass) * (reservation.isMultiAz ? 2 : 1)) / (isMultiAz ? 2 : 1)));
  const ofAny = coverageByPlans(savingsPlans, 'database-savings-plan', offers, () => isPlanEligible(instanceClass));
  const unread = databases === 'unknown' ? ['What is reserved of RDS could not be read.'] : [];
  return { ofFamily: reserved, ofAny: ofAny.instances, unknown: [...unread, ...unreadPlans(savingsPlans), ...ofAny.unknown] };
}

function unreadPlans(plans: Commitments['savingsPlans']): string[] {
  if (plans === 'unknown') return ['Which savings plans there are could not be read.'];
  const strange = plans.filter(({ kind }) => !Object.hasOwn(planKinds, kind));
  return strange.map(({ kind }) => `There is a savings plan of the type ${kind}, and what it is for is not known here.`);
}

/**
 * A plan is so much money an hour; how many instances that pays for depends on its own rate, which is not read. The cheapest
 * rate of the table is taken: rather is too much taken for covered than too little.
 */
function coverageByPlans(
  plans: Commitments['savingsPlans'],
  kind: CommitmentKind,
  offers: readonly CommitmentOffer[],
  isOurs: (plan: Plan) => boolean,
): { readonly instances: number; readonly unknown: readonly string[] } {
  const ours = plans === 'unknown' ? [] : plans.filter((plan) => planKinds[plan.kind] === kind && isOurs(plan));
  if (ours.length === 0) return { instances: 0, unknown: [] };
  const rates = offers.filter((offer) => offer.kind === kind).map(ratePerHour);
  if (rates.length === 0) return { instances: 0, unknown: [`There is a ${kind} already, and the price table has no rate that says for how much of this it pays.`] };
  return { instances: sum(ours.map(({ perHourUsd }) => perHourUsd)) / Math.min(...rates), unknown: [] };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
