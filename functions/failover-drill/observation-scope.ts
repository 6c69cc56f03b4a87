import { type Drill, drillLockSeconds } from './drill-records.ts';

/** An event of RDS as EventBridge brings it. */
export interface FailoverEvent {
  readonly sourceIdentifier: string;
  /** `RDS-EVENT-0013` */
  readonly eventId: string;
  readonly message: string;
  /** ISO 8601: when it happened, not when it came. */
  readonly at: string;
}

/**
 * Events that say that the database moves, or has moved, to its standby. An activation (RDS-EVENT-0050, 0051) is none: RDS
 * recovered the primary in the zone where it was. Source: RDS user guide, "Amazon RDS event categories and event messages".
 */
const failoverEventIds: ReadonlySet<string> = new Set(['RDS-EVENT-0013', 'RDS-EVENT-0015', 'RDS-EVENT-0049']);

/** An event that is older came so late that there is nothing left to see. */
const freshMinutes = 30;

/** Why there is nothing to observe; undefined where there is. */
export function reasonToIgnore(event: FailoverEvent, databaseId: string, now: number): string | undefined {
  const { sourceIdentifier, eventId, message, at } = event;
  if (sourceIdentifier.toLowerCase() !== databaseId.toLowerCase()) return `It is of ${sourceIdentifier}, and not of ${databaseId}.`;
  if (!failoverEventIds.has(eventId)) return `${eventId} ("${message}") is no failover to the standby.`;
  if (now - Date.parse(at) > freshMinutes * 60_000) return `It happened at ${at}, more than ${freshMinutes} minutes ago.`;
  return undefined;
}

/** The drill or observation to whose failover an event belongs that comes late, doubled or after the others. */
export function findCovering(drills: readonly Drill[], event: FailoverEvent, failoverMinutes: number): Drill | undefined {
  const at = Date.parse(event.at);
  return drills.find((drill) => {
    const begunAt = begunAtOf(drill, failoverMinutes);
    if (begunAt === undefined) return false;
    const endedAt = drill.closedAt === undefined ? begunAt + drillLockSeconds * 1000 : Date.parse(drill.closedAt);
    return at >= begunAt && at <= endedAt;
  });
}

/**
 * The earliest instant at which the failover of a drill can have begun, epoch milliseconds. That of an observation had begun
 * before the event that told of it; ours not before the act, clocks aside.
 */
function begunAtOf({ kind, act, failover, openedAt }: Drill, failoverMinutes: number): number | undefined {
  if (act !== undefined) return Date.parse(act.begunAt) - 60_000;
  if (kind === 'drill') return undefined;
  return Math.min(Date.parse(openedAt), ...(failover?.events ?? []).map(({ at }) => Date.parse(at))) - failoverMinutes * 60_000;
}
