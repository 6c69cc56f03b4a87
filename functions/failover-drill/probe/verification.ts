import type { ProbeWrite, Verification } from './probe-report.ts';
import type { WriterLog } from './writer-log.ts';

type Writes = Extract<Verification, { readonly status: 'read' }>['lost'];

const maximumExamples = 100;

/** Compares what the table holds with what was heard of every write. */
export function verify(logs: readonly Pick<WriterLog, 'writes'>[], found: readonly ProbeWrite[]): Verification {
  const present = new Set(found.map(keyOf));
  const sent = logs.flatMap((log) => log.writes());
  const of = (fate: string, isPresent: boolean): ProbeWrite[] =>
    sent.filter(({ write, fate: heard }) => heard === fate && present.has(keyOf(write)) === isPresent).map(({ write }) => write);
  const known = new Set(sent.map(({ write }) => keyOf(write)));
  const neverSent = found.filter((write) => !known.has(keyOf(write)));
  return {
    status: 'read',
    lost: countOf(of('acknowledged', false)),
    ambiguousPresent: countOf(of('unanswered', true)),
    ambiguousAbsent: countOf(of('unanswered', false)),
    phantom: countOf([...of('refused', true), ...neverSent]),
  };
}

function keyOf({ writer, id }: ProbeWrite): string {
  return `${writer} ${id}`;
}

function countOf(writes: readonly ProbeWrite[]): Writes {
  return { count: writes.length, examples: writes.slice(0, maximumExamples) };
}
