import type { Commitments } from './commitments.ts';
import { countTypes } from './instances-advice.ts';
import type { Observation } from './observation.ts';

interface Known {
  readonly instanceType: string;
  readonly observation: Observation;
  readonly commitments: Commitments;
}

/** What the figures of an advice do not say. Only where there are figures. */
export function limitsOf({ instanceType, observation, commitments }: Known): string[] {
  const { hours, database } = observation;
  return [
    `Reckoned as if the term were like the ordinary hours of the days observed: ${hours.seen - hours.inEvents} of ${hours.all} hours. In ${hours.inEvents} a sale, a surge, a rehearsal or a descent held capacity, and ${hours.all - hours.seen} are unknown.`,
    'Of every hour the fewest instances in service count: what ran for a part of it is in no figure.',
    'Every option is reckoned as if it alone were taken. Two of them for the same use do not save twice.',
    'Reservations and savings plans serve the whole account, and all accounts that are billed with it, in an order of AWS’s own: other use may take them.',
    'CPU credits, storage and traffic are paid as before. Commitments that are queued to begin later are not counted.',
    ...otherTypes(observation, instanceType),
    ...(database === 'unknown' ? [] : ['The database counts as it stands now for every hour since its creation: a change of class, or a time in which it was stopped, is not seen.']),
    ...ends(commitments),
  ];
}

function otherTypes({ instanceTypes }: Observation, instanceType: string): string[] {
  const { own, all } = countTypes(instanceTypes, instanceType);
  if (own === all) return [];
  const others = Object.entries(instanceTypes).filter(([type]) => type !== instanceType).map(([type, count]) => `${count} ${type}`).toSorted();
  return [`Not all that runs now is ${instanceType}: ${others.join(', ')} of ${all} instances. Types are not counted by the hour, so as large a part of every hour is taken to be of others; what is for the family of ${instanceType} does not cover it, and a compute savings plan is reckoned at the rate of ${instanceType} for all.`];
}

/** What is committed counts as if it went on; the earliest end is said. */
function ends({ instances, databases, savingsPlans }: Commitments): string[] {
  const all = [instances, databases, savingsPlans].flatMap((each) => (each === 'unknown' ? [] : each.map(({ endsAt }) => endsAt)));
  const [first] = all.toSorted();
  if (first === undefined) return [];
  return [`What is committed already is taken to go on; the first of it ends on ${first.slice(0, 10)}. How much a savings plan pays for is reckoned at the cheapest rate of the price table.`];
}
