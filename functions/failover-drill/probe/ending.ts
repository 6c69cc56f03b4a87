import type { ProbeProgress } from './probe-records.ts';
import type { ProbeReport } from './probe-report.ts';
import type { WriterLog } from './writer-log.ts';

/** When the probe has seen enough. All in milliseconds. */
export interface ProbeLimits {
  /** An outage that did not begin so long after the first commit is not waited for any longer. */
  readonly withoutOutage: number;
  /** A database that never committed so long after the first attempt is given up. */
  readonly withoutCommit: number;
  /** What must be left until the deadline, for reading the table and filing the report. */
  readonly reserve: number;
}

type WriterState = Pick<WriterLog, 'acknowledged' | 'hasFailed' | 'isOut' | 'isSteady'>;

export interface ProbeState {
  /** Epoch milliseconds, like all instants here. */
  readonly now: number;
  readonly startedAt: number;
  readonly deadline: number;
  readonly firstCommitAt: number | undefined;
  readonly writers: readonly WriterState[];
}

/**
 * How the probe ends now; undefined while it goes on. What only one client felt may be a hiccup of its own: a failover breaks
 * every connection, so that the probe goes on to its limit then. An outage is seen to its end, also beyond the limit.
 */
export function endingOf({ now, startedAt, deadline, firstCommitAt, writers }: ProbeState, limits: ProbeLimits): ProbeReport['ended'] | undefined {
  const isOver = writers.every(({ hasFailed, isSteady }) => !hasFailed || isSteady);
  const isFelt = writers.some(({ hasFailed }) => hasFailed);
  if (isOver && writers.every(({ hasFailed }) => hasFailed)) return 'recovered';
  if (deadline - now < limits.reserve) return firstCommitAt === undefined ? 'never-wrote' : 'time-short';
  if (firstCommitAt === undefined) return now - startedAt >= limits.withoutCommit ? 'never-wrote' : undefined;
  if (now - firstCommitAt < limits.withoutOutage || !isOver) return undefined;
  return isFelt ? 'recovered' : 'no-outage';
}

/** What is told of a probe that goes on. */
export function stateOf(writers: readonly WriterState[]): ProbeProgress['state'] {
  if (writers.every(({ acknowledged }) => acknowledged === 0)) return 'starting';
  if (writers.some(({ isOut }) => isOut)) return 'outage';
  return writers.some(({ hasFailed, isSteady }) => hasFailed && !isSteady) ? 'recovering' : 'writing';
}
