import { Defect } from '../platform/errors.ts';
import type { CommitmentKind, CommitmentOffer } from '../platform/prices.ts';
import type { AdviceOption } from './advice.ts';

/** AWS turns amounts of an hour into those of a month by it. */
export const monthHours = 730;
/** Terms have 365 days a year (EC2 API reference, DescribeReservedInstances: 31536000 | 94608000 seconds). */
const yearHours = 8760;

/** So many hours in which so many instances ran; a savings plan may leave a part of one. */
export interface Use {
  readonly instances: number;
  readonly hours: number;
}

/** What an offer is weighed against. USD an hour and instance. */
export interface Weighing {
  readonly onDemandPerHour: number;
  /** All that ran in ordinary hours: what is saved is a share of its bill. */
  readonly use: readonly Use[];
  /** Of it, what this offer could be for and nothing is committed to yet. */
  readonly uncovered: readonly Use[];
}

/** An offer is either for whole instances or for so much an hour, in thousandths of a dollar, which the console takes. */
const planSteps = 1000;

export function isSavingsPlan(kind: CommitmentKind): boolean {
  return kind.endsWith('savings-plan');
}

/** What one instance costs an hour of the term, with what is paid at once spread over it. */
export function ratePerHour({ years, payment, kind, upfrontUsd, perHour, ...offer }: CommitmentOffer): number {
  const rate = perHour + upfrontUsd / (years * yearHours);
  if (rate <= 0) throw new Defect(`The price table has ${kind} of ${offer.for}, ${years} years, ${payment}, for nothing.`);
  return rate;
}

/** The quantity of this offer that would have saved most, which may be none, and what is to be known of it. */
export function weigh(offer: CommitmentOffer, weighing: Weighing): Omit<AdviceOption, 'reversibility' | 'refusal'> {
  const { onDemandPerHour, use } = weighing;
  const rate = ratePerHour(offer);
  const instances = bestInstances(offer.kind, rate, weighing);
  const saving = savingPerHour(instances, rate, weighing);
  const bill = onDemandPerHour * averageOf(use);
  return {
    kind: offer.kind,
    for: offer.for,
    years: offer.years,
    payment: offer.payment,
    quantity: isSavingsPlan(offer.kind) ? rounded(instances * rate, 3) : instances,
    commitmentUsdPerHour: rounded(instances * rate, 5),
    upfrontUsd: rounded(instances * offer.upfrontUsd, 2),
    savingUsdPerMonth: rounded(saving * monthHours, 2),
    effectiveSavingPercent: bill === 0 ? 0 : rounded((saving / bill) * 100, 2),
    headlineSavingPercent: rounded((1 - rate / onDemandPerHour) * 100, 2),
    breakEvenPercent: rounded((rate / onDemandPerHour) * 100, 2),
    worstLossUsd: rounded(instances * rate * offer.years * yearHours, 2),
  };
}

/** Instances that ran at once, on an average of the hours; 0 where there are none. */
export function averageOf(use: readonly Use[]): number {
  const hours = use.reduce((sum, each) => sum + each.hours, 0);
  return hours === 0 ? 0 : use.reduce((sum, each) => sum + each.instances * each.hours, 0) / hours;
}

/**
 * What is saved grows with the quantity up to a point, and falls from there on; the point is among what some hour used. Of two
 * that save as much, the smaller.
 */
function bestInstances(kind: CommitmentKind, rate: number, weighing: Weighing): number {
  const candidates = isSavingsPlan(kind)
    ? weighing.uncovered.map(({ instances }) => Math.floor(instances * rate * planSteps + 1e-6) / planSteps / rate)
    : Array.from({ length: Math.ceil(Math.max(0, ...weighing.uncovered.map(({ instances }) => instances))) + 1 }, (_, count) => count);
  let best = { instances: 0, saving: 0 };
  for (const instances of candidates.toSorted((left, right) => left - right)) {
    const saving = savingPerHour(instances, rate, weighing);
    if (saving > best.saving + 1e-9) best = { instances, saving };
  }
  return best.instances;
}

/** USD, on an average of the hours: what would have been paid on demand, less what is paid whether it is used or not. */
function savingPerHour(committed: number, rate: number, { onDemandPerHour, uncovered }: Weighing): number {
  const used = averageOf(uncovered.map(({ instances, hours }) => ({ instances: Math.min(instances, committed), hours })));
  return used * onDemandPerHour - committed * rate;
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
