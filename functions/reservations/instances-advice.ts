import { instancePricePerHour } from '../platform/prices.ts';
import type { SubjectAdvice } from './advice.ts';
import type { AdvicePrices } from './advice-prices.ts';
import type { Commitments } from './commitments.ts';
import { coverageOfInstances } from './coverage.ts';
import { dayOf } from './hours-of-use.ts';
import type { Observation } from './observation.ts';
import type { Use } from './reckoning.ts';
import type { ReservationSettings } from './settings.ts';
import { judge, tooEarly, unknown } from './verdict.ts';

interface Knowledge {
  readonly instanceType: string;
  readonly observation: Observation;
  /** Undefined while it is too early to look. */
  readonly commitments: Commitments | undefined;
  readonly prices: AdvicePrices;
  readonly settings: ReservationSettings;
}

/** What would have paid for the instances of the group, on ordinary hours. */
export function adviseOnInstances({ instanceType, observation, commitments, prices, settings }: Knowledge): SubjectAdvice {
  const { days, hours } = observation;
  if (commitments === undefined || days.observed < days.wanted) {
    return tooEarly('instances', hours.seen === 0 ? `Day 0 of ${days.wanted}: CloudWatch knows no hour of the group yet.` : dayOf(days.observed, days.wanted));
  }
  const onDemandPerHour = instancePricePerHour(prices.instances, instanceType);
  const offers = prices.commitments.offers.filter((offer) => offer.for === instanceType);
  const coverage = coverageOfInstances(instanceType, commitments, offers);
  const reasons = [
    ...unseen(observation, settings),
    ...coverage.unknown,
    ...(onDemandPerHour === undefined ? [`The price table has no on-demand price of ${instanceType}.`] : []),
    ...(offers.length === 0 ? [`The price table has no offer for ${instanceType}.`] : []),
  ];
  if (onDemandPerHour === undefined || reasons.length > 0) return unknown('instances', reasons);
  const use = observation.hoursByInstances.map(([instances, each]): Use => ({ instances, hours: each }));
  const { own, all } = countTypes(observation.instanceTypes, instanceType);
  const uncovered = use.map(({ instances, hours: each }) => {
    // What runs of other types now is taken to have run as large a part of every hour: CloudWatch counts no types.
    const ofType = all === 0 ? instances : Math.floor((instances * own) / all);
    const left = instances - Math.min(ofType, coverage.ofFamily) - coverage.ofAny;
    return { hours: each, ofAny: Math.max(0, left), ofFamily: Math.max(0, ofType - coverage.ofFamily - coverage.ofAny) };
  });
  return judge('instances', {
    offers,
    onDemandPerHour,
    use,
    uncovered: { ofFamily: uncovered.map((each) => ({ hours: each.hours, instances: each.ofFamily })), ofAny: uncovered.map((each) => ({ hours: each.hours, instances: each.ofAny })) },
    settings,
  });
}

/** Instances now: those of the first choice of type, and all. */
export function countTypes(types: Observation['instanceTypes'], firstChoice: string): { readonly own: number; readonly all: number } {
  const all = Object.values(types).reduce((sum, count) => sum + count, 0);
  return { own: Object.hasOwn(types, firstChoice) ? (types[firstChoice] ?? 0) : 0, all };
}

function unseen({ hours }: Observation, { seenHoursPercent }: ReservationSettings): string[] {
  if (hours.seen * 100 < hours.all * seenHoursPercent) {
    const percent = Math.floor((hours.seen / hours.all) * 1000) / 10;
    return [`CloudWatch knows ${percent} % of the hours of these days, and ${seenHoursPercent} % are wanted.`];
  }
  return hours.seen === hours.inEvents ? ['A sale, a surge or a rehearsal held capacity in every hour that was seen: there was no ordinary one.'] : [];
}
