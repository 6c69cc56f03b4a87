import type { Blocker } from './blocker.ts';
import { isBlockingProcess } from './preflight-group.ts';

/** One target of the load balancer, from `DescribeTargetHealth`, with the zone of its instance. */
export interface TargetFact {
  readonly zone: string;
  readonly state: 'healthy' | 'unhealthy' | 'initial' | 'draining' | 'unused' | 'unavailable' | 'unhealthy.draining';
}

/** One activity of the preparation, from `DescribeScalingActivities`. */
export interface ActivityFact {
  readonly activityId: string;
  /** `Successful`, `InProgress`, `Failed`, `Cancelled` … as AWS spells it. */
  readonly status: string;
  readonly description: string;
  readonly statusMessage?: string | undefined;
}

export interface ReadinessFacts {
  /** Healthy targets promised. */
  readonly wantedFloor: number;
  /** Zones that the group spans. */
  readonly zones: readonly string[];
  readonly targets: readonly TargetFact[];
  readonly group: {
    readonly minSize: number;
    readonly desired: number;
    readonly inService: number;
    readonly suspendedProcesses: readonly string[];
  };
  readonly activities: readonly ActivityFact[];
  /** Epoch milliseconds, as are the two below. */
  readonly now: number;
  /** When GO or NO-GO is due. */
  readonly gateAt: number;
  readonly opensAt: number;
}

export const readinessCodes = [
  'targets-missing',
  'zone-short',
  'all-targets-unhealthy',
  'floor-not-applied',
  'instances-not-in-service',
  'launch-failed',
  'process-suspended',
] as const;
export type ReadinessBlocker = Blocker<(typeof readinessCodes)[number]>;

export const readinessKinds = ['ready', 'not-yet', 'no-go'] as const;

export interface ReadinessVerdict {
  readonly kind: (typeof readinessKinds)[number];
  readonly healthy: number;
  readonly healthyByZone: Readonly<Record<string, number>>;
  /** Healthy targets missing to the floor. */
  readonly missing: number;
  /** Healthy targets missing to a zone's share; only zones that are short. */
  readonly missingByZone: Readonly<Record<string, number>>;
  /** Healthy targets left if the fullest zone fails now. */
  readonly remainingAfterZoneLoss: number;
  /** Empty when ready. Before the gate they are what stands in the way so far. */
  readonly blockers: readonly ReadinessBlocker[];
  readonly reason: string;
}

/**
 * GO or NO-GO.
 *
 * Ready means: as many healthy targets as the floor, and in each zone at least its even share,
 * rounded down (10 over 2 zones: 5 each; 10 over 3: 3 each). Auto Scaling's own spread differs by one
 * at most, so a sound group passes, and with Z zones the loss of one leaves (Z − 1) shares. A larger
 * surplus in one zone does not make up for a short one. With two zones or more at least two must
 * serve, however small the floor.
 *
 * Only target health counts. An answer over HTTP proves nothing: a load balancer whose targets are
 * all unhealthy sends requests to all of them (AWS, "Target group health": fail open).
 */
export function assessReadiness(facts: ReadinessFacts): ReadinessVerdict {
  const { wantedFloor, now, gateAt } = facts;
  const healthyByZone = countHealthy(facts);
  const counts = Object.values(healthyByZone);
  const healthy = counts.reduce((sum, count) => sum + count, 0);
  const missing = Math.max(0, wantedFloor - healthy);
  const missingByZone = findShortZones(facts, healthyByZone);
  const remainingAfterZoneLoss = healthy - Math.max(0, ...counts);
  const figures = { healthy, healthyByZone, missing, missingByZone, remainingAfterZoneLoss };
  const servingZones = counts.filter((count) => count > 0).length;
  const enoughZones = servingZones >= Math.min(2, facts.zones.length, wantedFloor);
  if (missing === 0 && Object.keys(missingByZone).length === 0 && enoughZones) {
    const reason = `${healthy} healthy targets for a floor of ${wantedFloor}, ${remainingAfterZoneLoss} after the loss of a zone`;
    return { kind: 'ready', ...figures, blockers: [], reason };
  }
  const kind = now >= gateAt ? 'no-go' : 'not-yet';
  const blockers = [...findCauses(facts), ...findShortfalls(facts, figures)];
  const when = kind === 'no-go' ? 'at the gate' : `${Math.ceil((gateAt - now) / 60_000)} minutes before the gate`;
  const reason = `${healthy} of ${wantedFloor} targets healthy ${when}: ${blockers.map(({ code }) => code).join(', ')}`;
  return { kind, ...figures, blockers, reason };
}

function countHealthy({ zones, targets }: ReadinessFacts): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(zones.toSorted().map((zone) => [zone, 0]));
  for (const { zone, state } of targets) {
    if (state === 'healthy') counts[zone] = (counts[zone] ?? 0) + 1;
  }
  return counts;
}

function findShortZones({ zones, wantedFloor }: ReadinessFacts, healthyByZone: Readonly<Record<string, number>>): Record<string, number> {
  const share = Math.floor(wantedFloor / Math.max(1, zones.length));
  const short = zones.map((zone) => [zone, share - (healthyByZone[zone] ?? 0)] as const).filter(([, lacking]) => lacking > 0);
  return Object.fromEntries(short);
}

/** Why instances are missing: what an operator can act on. */
function findCauses({ group, activities, wantedFloor }: ReadinessFacts): ReadinessBlocker[] {
  const causes: ReadinessBlocker[] = [];
  for (const process of group.suspendedProcesses.filter(isBlockingProcess)) {
    causes.push({ code: 'process-suspended', message: `Process ${process} of the group is suspended.`, evidence: { process } });
  }
  // UpdateAutoScalingGroup succeeds and the launch fails later; only the activities tell why.
  const failed = activities.filter(({ status }) => status === 'Failed' || status === 'Cancelled');
  const byMessage = Map.groupBy(failed, ({ statusMessage, description }) => statusMessage ?? description);
  for (const [message, alike] of byMessage) {
    const activityIds = alike.map(({ activityId }) => activityId);
    causes.push({ code: 'launch-failed', message, evidence: { count: alike.length, activityIds: activityIds.slice(0, 10) } });
  }
  if (group.minSize < wantedFloor) {
    const evidence = { minSize: group.minSize, wantedFloor };
    causes.push({ code: 'floor-not-applied', message: `MinSize is ${group.minSize}, ${wantedFloor} is wanted.`, evidence });
  }
  return causes;
}

/** What is missing, where. */
function findShortfalls(
  { group, targets, wantedFloor }: ReadinessFacts,
  figures: Pick<ReadinessVerdict, 'healthy' | 'healthyByZone' | 'missing' | 'missingByZone'>,
): ReadinessBlocker[] {
  const shortfalls: ReadinessBlocker[] = [];
  const states = Object.fromEntries([...Map.groupBy(targets, ({ state }) => state)].map(([state, alike]) => [state, alike.length]));
  if (targets.length > 0 && figures.healthy === 0) {
    shortfalls.push({
      code: 'all-targets-unhealthy',
      message: 'No target is healthy. The load balancer fails open and sends requests to all of them: answers over HTTP prove nothing.',
      evidence: { states },
    });
  }
  if (group.inService < wantedFloor) {
    shortfalls.push({
      code: 'instances-not-in-service',
      message: `${group.inService} of ${wantedFloor} instances are in service.`,
      evidence: { inService: group.inService, desired: group.desired, wantedFloor },
    });
  }
  if (figures.missing > 0) {
    const message = `${figures.missing} healthy targets are missing to the floor of ${wantedFloor}.`;
    shortfalls.push({ code: 'targets-missing', message, evidence: { healthy: figures.healthy, wantedFloor, states } });
  }
  for (const [zone, lacking] of Object.entries(figures.missingByZone)) {
    const message = `${zone} lacks ${lacking} healthy targets to its share.`;
    shortfalls.push({ code: 'zone-short', message, evidence: { zone, healthy: figures.healthyByZone[zone] ?? 0, lacking } });
  }
  if (shortfalls.length === 0) {
    const message = 'Every healthy target is in one zone: its loss would end the sale.';
    shortfalls.push({ code: 'zone-short', message, evidence: { healthyByZone: figures.healthyByZone } });
  }
  return shortfalls;
}
