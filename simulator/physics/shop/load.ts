import type { Target, TargetGroup } from '../../services/elastic-load-balancing/target-group.ts';

/** What one instance can do in a minute. */
export interface Capacity {
  /** Requests a second with every vCPU at 100 %. */
  readonly requestsPerSecond: number;
  /** Whether its application answers at all. */
  readonly isAnswering: boolean;
  /**
   * The share of the minute, 0 to 1, in which it has its database. Without, it answers every page with an error, and its
   * health check all the same.
   */
  readonly databaseShare: number;
}

/** What became of the requests of a target group in a minute. */
export interface GroupLoad {
  readonly group: TargetGroup;
  /** Requests that reached a target, in the minute. */
  readonly routed: number;
  readonly served: number;
  /** Answered 5xx by targets that had more than they can serve, or no database. */
  readonly refusedByTargets: number;
  /** Answered 5xx by the load balancer: no target, or one that does not answer. */
  readonly refusedByBalancer: number;
  readonly responseTime: ResponseTime | undefined;
}

/** In seconds. */
export interface ResponseTime {
  readonly minimum: number;
  readonly mean: number;
  readonly maximum: number;
}

const minuteSeconds = 60;
/** Beyond this utilisation the queueing formula would go to infinity; time-outs end it before. */
const maximumUtilisation = 0.97;
/** Chosen so that the 95th percentile lies at about three times the mean, as with exponential service times. */
const maximumOverMean = 4;

/** Targets that requests go to. With no healthy target the load balancer fails open to all (ALB user guide). */
export function routableTargets(group: TargetGroup): Target[] {
  const targets = [...group.targets.values()];
  const healthy = targets.filter(({ state }) => state === 'healthy');
  return healthy.length > 0 ? healthy : targets.filter(({ state }) => state === 'initial' || state === 'unhealthy');
}

/**
 * Divides one minute's load evenly over the targets of a group. `use` is told the share of its vCPUs that a target
 * wants, and gives the share that it gets.
 */
export function divideLoad(
  group: TargetGroup,
  requestsPerSecond: number,
  options: { readonly baseResponseSeconds: number; capacityOf(target: Target): Capacity; use(target: Target, wanted: number): number },
): GroupLoad {
  const targets = routableTargets(group);
  const total = requestsPerSecond * minuteSeconds;
  if (targets.length === 0) return { group, routed: 0, served: 0, refusedByTargets: 0, refusedByBalancer: total, responseTime: undefined };
  const share = requestsPerSecond / targets.length;
  let served = 0;
  let refusedByTargets = 0;
  let refusedByBalancer = 0;
  let weightedSeconds = 0;
  let slowest = 0;
  for (const target of targets) {
    const { databaseShare, isAnswering, requestsPerSecond: capacity } = options.capacityOf(target);
    if (!isAnswering) {
      refusedByBalancer += share * minuteSeconds;
      continue;
    }
    if (databaseShare === 0) {
      refusedByTargets += share * minuteSeconds;
      continue;
    }
    const wanted = share / capacity;
    // Errors cost next to nothing: its vCPUs are busy while the database is there.
    const given = options.use(target, Math.min(1, wanted) * databaseShare);
    const isShort = given < wanted * databaseShare;
    // Not `given * capacity` where everything was given: its rounding would count as requests refused.
    const servedHere = isShort ? given * capacity : share * databaseShare;
    const utilisation = isShort ? maximumUtilisation : Math.min(maximumUtilisation, wanted);
    const seconds = options.baseResponseSeconds / (1 - utilisation);
    served += servedHere * minuteSeconds;
    refusedByTargets += (share - servedHere) * minuteSeconds;
    weightedSeconds += seconds * servedHere * minuteSeconds;
    slowest = Math.max(slowest, seconds);
  }
  const responseTime = served === 0 ? undefined : { minimum: options.baseResponseSeconds / 2, mean: weightedSeconds / served, maximum: slowest * maximumOverMean };
  return { group, routed: total, served, refusedByTargets, refusedByBalancer, responseTime };
}
