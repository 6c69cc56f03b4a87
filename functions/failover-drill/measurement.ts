import type { Drill } from './drill-records.ts';
import type { ProbeProgress } from './probe/probe-records.ts';
import { measuredOutageSeconds, type ProbeReport, type ProbeWriter, probeWriters } from './probe/probe-report.ts';

/** A figure, or why there is none. It is never zero for want of one. */
export type Measurement<Value> = { readonly kind: 'measured'; readonly value: Value } | { readonly kind: 'unmeasured'; readonly reason: string };

/** Clocks of two functions are not the same to the millisecond. */
const clockToleranceMilliseconds = 2000;

/** What the probe came to. Most drills that measure nothing measure nothing because there is no report. */
export function probeReportOf(progress: ProbeProgress | undefined): Measurement<ProbeReport> {
  if (progress === undefined) return unmeasured('the probe never began');
  if (progress.report !== undefined) return { kind: 'measured', value: progress.report };
  return unmeasured(`the probe did not come to its end: it was last heard of at ${progress.at}, ${stateWords[progress.state]}, after ${countOf(progress.acknowledged, 'acknowledged write')}`);
}

const stateWords: Readonly<Record<ProbeProgress['state'], string>> = {
  starting: 'before its first write',
  writing: 'writing',
  outage: 'in the outage',
  recovering: 'soon after the outage',
  ended: 'at its end',
};

/** How long the clients of the probe could not write during this drill, in seconds: the longer of the two. */
export function measureOutage({ act }: Drill, probe: Measurement<ProbeReport>): Measurement<number> {
  if (probe.kind === 'unmeasured') return probe;
  const reason = whyNoOutage(probe.value) ?? whyAnotherOutage(probe.value, act?.begunAt);
  if (reason !== undefined) return unmeasured(reason);
  const seconds = measuredOutageSeconds(probe.value);
  return seconds === undefined || !(seconds > 0) ? unmeasured('the probe reports an outage without its length') : { kind: 'measured', value: seconds };
}

function whyNoOutage(probe: ProbeReport): string | undefined {
  switch (probe.ended) {
    case 'never-wrote':
      return 'not one write of the probe was ever acknowledged';
    case 'no-outage':
      return 'the probe saw no outage';
    case 'time-short':
      return 'the time of the probe ran out before it had seen an outage to its end';
    case 'recovered': {
      const away = writersAway(probe);
      if (away.length > 0) return `the ${away.join(' and the ')} client had not committed again when the probe ended`;
      // A failover breaks every connection: what one client felt alone is something else.
      const calm = probe.writers.filter(({ lastCommitBefore }) => lastCommitBefore === undefined).map(({ writer }) => writer);
      return calm.length === 0 ? undefined : `the ${calm.join(' and the ')} client felt no outage, and a failover breaks every connection`;
    }
  }
}

/** An outage that was over before the failover was asked for is not that of the failover. */
function whyAnotherOutage({ writers }: ProbeReport, begunAt: string | undefined): string | undefined {
  if (begunAt === undefined) return 'the failover was never asked for';
  const ends = writers.flatMap(({ firstCommitAfter }) => (firstCommitAfter === undefined ? [] : Date.parse(firstCommitAfter)));
  const isBefore = ends.length > 0 && Math.max(...ends) < Date.parse(begunAt) - clockToleranceMilliseconds;
  return isBefore ? 'the outage that the probe saw was over before the failover was asked for' : undefined;
}

/** The clients that could not commit when the probe ended, or never could. */
export function writersAway({ writers }: ProbeReport): ProbeWriter[] {
  return probeWriters.filter((name) => {
    const found = writers.find(({ writer }) => writer === name);
    if (found === undefined || found.acknowledged === 0) return true;
    return found.firstCommitAfter === undefined && found.lastCommitBefore !== undefined;
  });
}

/** What became of the writes that were acknowledged. */
export interface Loss {
  readonly lost: number;
  readonly ambiguous: number;
  readonly phantom: number;
}

export function measureLoss({ kind }: Drill, probe: Measurement<ProbeReport>): Measurement<Loss> {
  if (kind === 'observation') return unmeasured('nobody wrote numbered rows before the failover');
  if (probe.kind === 'unmeasured') return probe;
  const { verification, writers } = probe.value;
  if (verification.status === 'unread') return unmeasured(`the table of the probe could not be read afterwards: ${withoutFullStop(verification.reason)}`);
  if (writers.every(({ acknowledged }) => acknowledged === 0)) return unmeasured('not one write of the probe was ever acknowledged');
  const { lost, ambiguousPresent, ambiguousAbsent, phantom } = verification;
  return { kind: 'measured', value: { lost: lost.count, ambiguous: ambiguousPresent.count + ambiguousAbsent.count, phantom: phantom.count } };
}

/** `1 commit`, `2 commits` */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Seconds for people, to a tenth, rounded up: what misses its objective by a hair must not read as if it met it. */
export function secondsOf(seconds: number): string {
  return `${Math.ceil(Number((seconds * 10).toFixed(3))) / 10} s`;
}

function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.$/u, '');
}

export function unmeasured(reason: string): { readonly kind: 'unmeasured'; readonly reason: string } {
  return { kind: 'unmeasured', reason };
}
