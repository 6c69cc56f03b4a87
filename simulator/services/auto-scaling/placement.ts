import type { Subnet } from '../ec2/network.ts';
import type { Group, Member, TerminationPolicy } from './group.ts';

const hourMilliseconds = 3_600_000;

/** Pending and running instances a zone, for every zone of the group. */
export function countsByZone(group: Group): Map<string, number> {
  const counts = new Map(group.settings.subnets.map(({ availabilityZone }) => [availabilityZone, 0]));
  for (const { instance, lifecycle } of group.members.values()) {
    const zone = instance.subnet.availabilityZone;
    if (lifecycle !== 'Terminating') counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return counts;
}

/** The subnet whose zone has the fewest instances, among those that have not just failed. */
export function nextSubnet(group: Group, failedZones: ReadonlySet<string>): Subnet | undefined {
  const counts = countsByZone(group);
  const candidates = group.settings.subnets.filter(({ availabilityZone }) => !failedZones.has(availabilityZone));
  return minimumBy(candidates, ({ availabilityZone }) => counts.get(availabilityZone) ?? 0);
}

/**
 * The instance to end: the zone with the most instances first, then the group's termination policies in turn
 * (EC2 Auto Scaling user guide, "How termination policies work"). Unhealthy ones go before all others.
 */
export function nextToTerminate(group: Group, now: number): Member | undefined {
  const candidates = group.active().filter(({ isProtected, isRebalancing, lifecycle }) => !isProtected && !(isRebalancing && lifecycle === 'Pending'));
  const unhealthy = candidates.find(({ health }) => health === 'Unhealthy');
  if (unhealthy !== undefined) return unhealthy;
  const counts = countsByZone(group);
  let left = keepMinima(candidates, (member) => -(counts.get(member.instance.subnet.availabilityZone) ?? 0));
  for (const policy of group.settings.terminationPolicies) left = keepByPolicy(left, policy, now);
  return minimumBy(left, ({ instance }) => instance.launchedAt);
}

function keepByPolicy(members: readonly Member[], policy: TerminationPolicy, now: number): Member[] {
  const untilNextHour = ({ instance }: Member): number => hourMilliseconds - ((now - instance.launchedAt) % hourMilliseconds);
  switch (policy) {
    case 'OldestInstance':
      return keepMinima(members, ({ instance }) => instance.launchedAt);
    case 'NewestInstance':
      return keepMinima(members, ({ instance }) => -instance.launchedAt);
    case 'OldestLaunchTemplate':
      return keepMinima(members, ({ templateVersion }) => templateVersion);
    case 'ClosestToNextInstanceHour':
      return keepMinima(members, untilNextHour);
    case 'Default':
      return keepMinima(keepMinima(members, ({ templateVersion }) => templateVersion), untilNextHour);
    // A group with a launch template and On-Demand instances in order of priority has nothing to tell apart by these.
    case 'AllocationStrategy':
    case 'OldestLaunchConfiguration':
      return [...members];
  }
}

function keepMinima<T>(items: readonly T[], measure: (item: T) => number): T[] {
  const minimum = Math.min(...items.map(measure));
  return items.filter((item) => measure(item) === minimum);
}

function minimumBy<T>(items: readonly T[], measure: (item: T) => number): T | undefined {
  let best: T | undefined;
  for (const item of items) if (best === undefined || measure(item) < measure(best)) best = item;
  return best;
}
