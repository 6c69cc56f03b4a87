import type { DrillReport } from '../drill-report.ts';
import { secondsOf } from '../measurement.ts';

/** The course of a failover as a picture and as a list; instants in epoch milliseconds. */

export interface Span {
  readonly from: number;
  readonly until: number;
  /** `well`: writes are committed, or the database is available; `away`: they are not; `other`: any other state. */
  readonly kind: 'well' | 'away' | 'other';
  readonly label: string;
}

export interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

export interface Moment {
  readonly at: number;
  readonly source: string;
  readonly what: string;
}

export interface Timeline {
  readonly from: number;
  readonly until: number;
  /** What seconds are counted from: the act, or the first thing that is known of a failover that nobody asked for. */
  readonly origin: number;
  readonly originName: string;
  readonly lanes: readonly Lane[];
  /** Everything that is known of it, the earliest first. */
  readonly moments: readonly Moment[];
}

/** Undefined where nothing is known of a failover. */
export function timelineOf(report: DrillReport): Timeline | undefined {
  const moments = momentsOf(report);
  const [first] = moments;
  if (first === undefined) return undefined;
  const times = moments.map(({ at }) => at);
  const [low, high] = [Math.min(...times), Math.max(...times)];
  const span = Math.max(high - low, 60_000);
  // More room after the last moment than before the first: what is so from then on has a name.
  const [from, until] = [low - span * 0.08, high + span * 0.15];
  const begunAt = epochOf(report.act?.begunAt);
  return {
    from, until, moments,
    origin: begunAt ?? first.at,
    originName: begunAt === undefined ? 'what is known first' : 'the act',
    lanes: [actLane(report), ...clientLanes(report, from, until), statusLane(report, until), zoneLane(report, from, until), eventLane(report)].filter(
      ({ spans, marks }) => spans.length + marks.length > 0,
    ),
  };
}

function momentsOf({ act, probe, failover }: DrillReport): Moment[] {
  return [
    ...moment(act?.begunAt, 'Workflow', 'The failover is asked for'),
    ...moment(act?.acceptedAt, 'Workflow', 'RDS accepts it'),
    ...(probe?.writers ?? []).flatMap(({ writer, lastCommitBefore, firstCommitAfter }) => [
      ...moment(lastCommitBefore, clientName(writer), 'Last commit before'),
      ...moment(firstCommitAfter, clientName(writer), 'First commit after'),
    ]),
    ...(failover?.statuses ?? []).flatMap(({ at, status }) => moment(at, 'Status', status)),
    ...(failover?.events ?? []).flatMap(({ at, message }) => moment(at, 'RDS event', message)),
    ...moment(failover?.settledAt, 'Workflow', settledWords(failover)),
  ].toSorted((left, right) => left.at - right.at);
}

/** None where the instant is not known. */
function moment(instant: string | undefined, source: string, what: string): Moment[] {
  const at = epochOf(instant);
  return at === undefined ? [] : [{ at, source, what }];
}

function settledWords(failover: DrillReport['failover']): string {
  switch (failover?.outcome) {
    case undefined:
    case 'pending':
      return 'Still looked at';
    case 'swapped':
      return `Seen available in ${failover.zoneAfter ?? 'another zone'}`;
    case 'abandoned':
      return 'RDS has abandoned it';
    case 'timed-out':
      return 'Nobody waits any longer';
  }
}

function actLane({ act }: DrillReport): Lane {
  const marks = [{ at: epochOf(act?.begunAt), label: 'asked for' }, { at: epochOf(act?.acceptedAt), label: 'accepted' }];
  return { name: 'Act', spans: [], marks: marks.flatMap(({ at, label }) => (at === undefined ? [] : [{ at, label }])) };
}

function clientLanes({ probe }: DrillReport, from: number, until: number): Lane[] {
  if (probe === undefined) return [];
  const [begun = from, ended = until] = [epochOf(probe.startedAt), epochOf(probe.endedAt)];
  const [left, right] = [Math.max(from, begun), Math.min(until, ended)];
  return probe.writers.map(({ writer, lastCommitBefore, firstCommitAfter, outageSeconds, acknowledged }) => {
    const [last, first] = [epochOf(lastCommitBefore), epochOf(firstCommitAfter)];
    const spans: Span[] = [];
    if (acknowledged === 0) spans.push({ from: left, until: right, kind: 'away', label: 'never wrote' });
    else if (last === undefined && first === undefined) spans.push({ from: left, until: right, kind: 'well', label: '' });
    else {
      if (last !== undefined) spans.push({ from: left, until: last, kind: 'well', label: '' });
      spans.push({ from: last ?? left, until: first ?? right, kind: 'away', label: first === undefined ? 'not back' : outageSeconds === undefined ? '' : secondsOf(outageSeconds) });
      if (first !== undefined) spans.push({ from: first, until: right, kind: 'well', label: '' });
    }
    return { name: clientName(writer), spans: spans.filter((span) => span.until > span.from), marks: [] };
  });
}

function statusLane({ failover }: DrillReport, until: number): Lane {
  const statuses = failover?.statuses ?? [];
  const spans = statuses.flatMap(({ at, status }, index): Span[] => {
    const [begun, next] = [epochOf(at), epochOf(statuses[index + 1]?.at) ?? until];
    return begun === undefined || next <= begun ? [] : [{ from: begun, until: next, kind: status === 'available' ? 'well' : 'other', label: status }];
  });
  return { name: 'Status', spans, marks: [] };
}

function zoneLane({ failover }: DrillReport, from: number, until: number): Lane {
  if (failover === undefined) return { name: 'Zone', spans: [], marks: [] };
  const { outcome, zoneBefore, zoneAfter = zoneBefore, settledAt } = failover;
  const settled = outcome === 'swapped' ? (epochOf(settledAt) ?? until) : until;
  const after: Span[] = settled < until ? [{ from: settled, until, kind: 'other', label: zoneAfter }] : [];
  return { name: 'Zone', spans: [{ from, until: settled, kind: 'other', label: zoneBefore }, ...after], marks: [] };
}

function eventLane({ failover }: DrillReport): Lane {
  const marks = (failover?.events ?? []).flatMap(({ at }) => epochOf(at) ?? []).toSorted((left, right) => left - right);
  return { name: 'RDS events', spans: [], marks: marks.map((at, index) => ({ at, label: String(index + 1) })) };
}

function clientName(writer: string): string {
  return writer === 'pooled' ? 'Pooled client' : 'Fresh client';
}

function epochOf(instant: string | undefined): number | undefined {
  const milliseconds = Date.parse(instant ?? '');
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
