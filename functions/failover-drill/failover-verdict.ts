import type { Failover } from './failover.ts';

/** Where the database ran before is not known. */
export const unknownZone = 'unknown';

/** What was seen in one look. */
export interface FailoverLook {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly status: string | undefined;
  readonly zone: string | undefined;
  readonly events: Failover['events'];
}

/** What a failover is judged by. */
export interface FailoverSubject {
  /** A request of ours can be abandoned; a failover that nobody asked for cannot. */
  readonly isRequested: boolean;
  /** Where the standby was; undefined where any other zone will do. */
  readonly standbyZone: string | undefined;
  /** Where RDS showed the database when the record was opened. */
  readonly zoneAtOpening: string | undefined;
  /** Epoch milliseconds from which its time counts. */
  readonly begunAt: number;
  readonly limitMinutes: number;
}

/** Messages of RDS, without the full stop that some have. Source: RDS user guide, "Amazon RDS event categories and event messages". */
const messages = {
  started: /^multi-az instance failover started/iu,
  completed: /^multi-az (?:instance failover completed|failover to standby complete)/iu,
  abandoned: /^abandoning user requested failover/iu,
} as const;

/** A failover with another look at it: what is new is added, and what it amounts to is judged. One that has settled stays. */
export function lookAtFailover(failover: Failover, look: FailoverLook, subject: FailoverSubject): Failover {
  if (failover.outcome !== 'pending') return failover;
  const events = mergeEvents(failover.events, look.events);
  const eventSeconds = secondsBetween(events);
  const seen: Failover = {
    ...failover,
    statuses: withStatus(failover.statuses, look),
    events,
    ...(eventSeconds === undefined ? {} : { eventSeconds }),
  };
  const outcome = judge(seen, look, subject);
  const zoneBefore = hasLeftOpening(seen, look, subject) ? (subject.zoneAtOpening ?? unknownZone) : seen.zoneBefore;
  const isTelling = outcome !== 'pending' || (zoneBefore !== unknownZone && look.zone !== zoneBefore);
  return {
    ...seen,
    outcome,
    zoneBefore,
    ...(isTelling && look.zone !== undefined ? { zoneAfter: look.zone } : {}),
    ...(outcome === 'pending' ? {} : { settledAt: new Date(look.now).toISOString() }),
  };
}

/**
 * The zone decides, which may show the move minutes after it. Only where nobody knows in which zone the database ran, and it
 * leaves none while it is watched, does the event decide that says completed: there is nothing else.
 */
function judge(failover: Failover, look: FailoverLook, subject: FailoverSubject): Failover['outcome'] {
  const isAvailable = look.status === 'available';
  if (isAvailable && hasMoved(failover, look, subject)) return 'swapped';
  const isCompleted = has(failover, 'completed');
  const isStill = look.zone === failover.zoneBefore && !has(failover, 'started') && !isCompleted;
  if (subject.isRequested && isAvailable && isStill && has(failover, 'abandoned')) return 'abandoned';
  if (look.now < subject.begunAt + subject.limitMinutes * 60_000) return 'pending';
  return isAvailable && isCompleted && failover.zoneBefore === unknownZone ? 'swapped' : 'timed-out';
}

function hasMoved(failover: Failover, look: FailoverLook, subject: FailoverSubject): boolean {
  if (failover.zoneBefore === unknownZone) return hasLeftOpening(failover, look, subject);
  return look.zone !== undefined && look.zone !== failover.zoneBefore && (subject.standbyZone === undefined || look.zone === subject.standbyZone);
}

function hasLeftOpening({ zoneBefore }: Failover, { zone }: FailoverLook, { zoneAtOpening }: FailoverSubject): boolean {
  return zoneBefore === unknownZone && zone !== undefined && zoneAtOpening !== undefined && zone !== zoneAtOpening;
}

function has({ events }: Pick<Failover, 'events'>, kind: keyof typeof messages): boolean {
  return events.some(({ message }) => messages[kind].test(message));
}

function withStatus(statuses: Failover['statuses'], { status, now }: FailoverLook): Failover['statuses'] {
  if (status === undefined || statuses.at(-1)?.status === status) return statuses;
  return [...statuses, { at: new Date(now).toISOString(), status }];
}

/** In order of time, each once: they come late, doubled and in any order. */
function mergeEvents(known: Failover['events'], more: Failover['events']): Failover['events'] {
  const byIdentity = new Map([...known, ...more].map((event) => [`${Date.parse(event.at)} ${event.message.trim().replace(/\.$/u, '')}`, event]));
  return [...byIdentity.values()].toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at) || (left.message < right.message ? -1 : 1));
}

/** Between the first event that says started and the first one after it that says completed, in seconds. */
function secondsBetween(events: Failover['events']): number | undefined {
  const started = events.find(({ message }) => messages.started.test(message));
  if (started === undefined) return undefined;
  const completed = events.find(({ at, message }) => messages.completed.test(message) && Date.parse(at) >= Date.parse(started.at));
  return completed === undefined ? undefined : (Date.parse(completed.at) - Date.parse(started.at)) / 1000;
}
