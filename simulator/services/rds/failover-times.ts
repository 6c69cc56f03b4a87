import type { Random } from '../../kernel/random.ts';

/** When each thing of a failover happens. All in epoch milliseconds. */
export interface FailoverTimes {
  /** The primary is lost. */
  readonly losesAt: number;
  /** RDS begins to act, and says so. */
  readonly startsAt: number;
  /** An orderly server turns connections away until then, and its host is gone afterwards. Undefined: it just dies. */
  readonly shutDownUntil: number | undefined;
  /** The name stands for the standby's address; its server is not up yet. */
  readonly movesAt: number;
  readonly servesAt: number;
  /** RDS says that the server restarted. */
  readonly restartedAt: number;
  readonly completesAt: number;
  readonly availableAt: number;
  /** RDS shows the new zones. */
  readonly showsAt: number;
  /** A request before then is accepted, and abandoned. */
  readonly abandonsUntil: number;
}

/**
 * In seconds. From the request, or the loss, until the instance is available it takes 60 to 120 (user guide, "Multi-AZ DB
 * instance deployments"). A request is acted on after 7 to 16, and the zones are shown up to six minutes after the start, in
 * runs that were published: docs/fidelity/rds.md. The rest is decided.
 */
const seconds = {
  total: [60, 120], request: [7, 16], detection: [5, 25], shutDown: [1, 5], untilShown: [60, 360], abandoning: [60, 600],
} as const;
/** Shares of the time from the start until the instance is available. */
const serving = [0.4, 0.9] as const;
const moving = [0.3, 0.9] as const;
/** How often the old server is stopped in order; in most reports it is just gone. */
const shutDownShare = 0.25;
/** An event is dated up to so many milliseconds after what it tells. */
const restartedMilliseconds = 3000;

/** Draws the course of a failover that is asked for at `now`. */
export function drawForced(random: Random, now: number): FailoverTimes {
  const startsAt = now + draw(random, seconds.request);
  const losesAt = startsAt + random.integer(0, 1000);
  const isOrderly = random.next() < shutDownShare;
  const shutDown = draw(random, seconds.shutDown);
  return drawRest(random, { now, losesAt, startsAt, shutDownUntil: isOrderly ? losesAt + shutDown : undefined });
}

/** Draws the course of a failover after the primary died at `now`. */
export function drawUnplanned(random: Random, now: number): FailoverTimes {
  return drawRest(random, { now, losesAt: now, startsAt: now + draw(random, seconds.detection), shutDownUntil: undefined });
}

type Beginning = Pick<FailoverTimes, 'losesAt' | 'startsAt' | 'shutDownUntil'> & { readonly now: number };

function drawRest(random: Random, { now, ...beginning }: Beginning): FailoverTimes {
  const availableAt = now + draw(random, seconds.total);
  // Whatever was drawn before: the standby takes over after the primary is gone, and RDS has begun.
  const goneAt = Math.max(beginning.startsAt, beginning.shutDownUntil ?? beginning.losesAt);
  const servesAt = goneAt + Math.round((availableAt - goneAt) * random.between(...serving));
  const movesAt = goneAt + Math.round((servesAt - goneAt) * random.between(...moving));
  const completesAt = random.integer(servesAt, availableAt);
  return {
    ...beginning,
    movesAt,
    servesAt,
    restartedAt: servesAt + random.integer(0, restartedMilliseconds),
    completesAt,
    availableAt,
    showsAt: Math.max(availableAt, beginning.startsAt + draw(random, seconds.untilShown)),
    abandonsUntil: completesAt + draw(random, seconds.abandoning),
  };
}

function draw(random: Random, [low, high]: readonly [number, number]): number {
  return random.integer(low * 1000, high * 1000);
}
