import type { Health } from '../platform/shop-health.ts';
import type { Blocker } from './blocker.ts';
import type { AlarmFact, DrillSubject, FailoverEventFact } from './drill-facts.ts';
import type { Drill } from './drill-records.ts';
import type { SeenLease } from '../platform/seen-leases.ts';
import type { DrillSettings } from './settings.ts';

const hourMilliseconds = 3_600_000;

/** An alarm that does not exist guards nothing: that is told as something unread. */
export function guardAlarms(alarms: readonly AlarmFact[]): Blocker[] {
  return alarms.flatMap(({ name, state }): Blocker[] => {
    if (state === 'ALARM') return [{ code: 'alarm-red', message: `The alarm ${name} is in ALARM; none may be.` }];
    if (state === 'OK' || state === 'INSUFFICIENT_DATA') return [];
    const found = state === undefined ? 'There is no alarm of this name' : `Its state is ${state}`;
    return [{ code: 'facts-unread', message: `Whether the alarm ${name} is red is not known. ${found}.` }];
  });
}

/** Alarms that cannot say anything: not red, and not proved to be green either. */
export function remarkAlarms(alarms: readonly AlarmFact[]): string[] {
  return alarms.flatMap(({ name, state }) => (state === 'INSUFFICIENT_DATA' ? [`The alarm ${name} has too little data to say anything.`] : []));
}

/** Sales and surges that hold capacity now, or soon. What was cancelled holds until its end, if that is still to come. */
export function guardLeases(leases: readonly SeenLease[], { saleLeadHours }: DrillSettings, now: number): Blocker[] {
  return leases.flatMap(({ id, kind, from, until }): Blocker[] => {
    const [fromEpoch, untilEpoch] = [Date.parse(from), Date.parse(until)];
    if (kind === 'rehearsal' || untilEpoch <= now || untilEpoch <= fromEpoch) return [];
    if (fromEpoch <= now) return [{ code: 'lease-active', message: `The ${kind} ${id} holds capacity from ${from} until ${until}.` }];
    if (fromEpoch - now > saleLeadHours * hourMilliseconds) return [];
    return [{ code: 'lease-soon', message: `The ${kind} ${id} raises capacity at ${from}; ${saleLeadHours} hours before that are kept free.` }];
  });
}

export function guardLock(owner: string | undefined, { drillId, databaseId }: DrillSubject): Blocker[] {
  if (owner === undefined || owner === drillId) return [];
  return [{ code: 'drill-running', message: `${owner} is running on ${databaseId}; one drill or observation at a time.` }];
}

/** A failover that is remembered, by us or by RDS. */
interface PastFailover {
  readonly at: string;
  readonly what: string;
}

/** Failovers of the ledger: those that a drill forced, or may have, and those that were observed. */
export function pastFailovers(drills: readonly Drill[], drillId: string): PastFailover[] {
  return drills.flatMap((drill) => {
    if (drill.drillId === drillId) return [];
    if (drill.act !== undefined) return [{ at: drill.act.begunAt, what: `the drill ${drill.drillId}` }];
    return drill.kind === 'observation' ? [{ at: drill.failover?.events[0]?.at ?? drill.openedAt, what: `the observation ${drill.drillId}` }] : [];
  });
}

/** Every event of the category counts: one that says that a failover was abandoned says that there was one shortly before. */
export function pastFailoverEvents(events: readonly FailoverEventFact[]): PastFailover[] {
  return events.map(({ at, message }) => ({ at, what: `an event of RDS, "${message}"` }));
}

/** The latest failover, while it is too recent: RDS may accept another one and do nothing. */
export function guardCoolDown(failovers: readonly PastFailover[], { coolDownHours }: DrillSettings, now: number): Blocker[] {
  const latest = failovers.toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at))[0];
  if (latest === undefined || now - Date.parse(latest.at) >= coolDownHours * hourMilliseconds) return [];
  const fitAt = new Date(Date.parse(latest.at) + coolDownHours * hourMilliseconds).toISOString();
  return [{ code: 'cool-down', message: `The last failover was at ${latest.at} (${latest.what}); from ${fitAt} on it is ${coolDownHours} hours ago.` }];
}

/** RDS keeps its events for 14 days. */
const keptEventsHours = 14 * 24;

/** A cool-down that goes further back than RDS remembers rests on the ledger alone for the rest. */
export function remarkCoolDown({ coolDownHours }: DrillSettings): string[] {
  if (coolDownHours <= keptEventsHours) return [];
  return [`RDS keeps its events for ${keptEventsHours} hours: of failovers before that, only those in the ledger are known.`];
}

export function guardTargets({ healthy, unhealthy }: Health, floor: number): Blocker[] {
  if (healthy >= floor) return [];
  return [{ code: 'targets-below-floor', message: `${healthy} targets are healthy and ${unhealthy} are not; the floor of the group is ${floor}.` }];
}
