import type { ProbeWrite, ProbeWriter, WriterReport } from './probe-report.ts';

/** What became of a write. One that was begun is `unanswered` until something is heard of it. */
export type Fate = 'acknowledged' | 'refused' | 'unanswered';

/** From the last commit before the first failure to the first one after the last; open while that is still to come. */
interface Outage {
  readonly before: number;
  after: number | undefined;
}

/** So many different errors are told of; a database that is away has a few. */
const maximumErrors = 20;
const maximumMessageLength = 300;

/**
 * The books of one client: what it tried, what became of it, and when it could not write. Instants are epoch
 * milliseconds. A failure before its first commit begins no outage: nobody knows since when that lasts.
 */
export class WriterLog {
  readonly writer: ProbeWriter;
  /** Fate of write 1, 2, … */
  readonly #fates: Fate[] = [];
  readonly #counts: Record<Fate, number> = { acknowledged: 0, refused: 0, unanswered: 0 };
  readonly #errors = new Map<string, number>();
  readonly #outages: Outage[] = [];
  readonly #steadyCommits: number;
  #lastCommit: number | undefined;
  #commitsInARow = 0;
  #slowest = 0;

  /** A client is back after `steadyCommits` commits in a row; a failure before that belongs to the same outage. */
  constructor(writer: ProbeWriter, steadyCommits: number) {
    this.writer = writer;
    this.#steadyCommits = steadyCommits;
  }

  /** Begins the next write, and gives its number. */
  begin(): number {
    this.#counts.unanswered += 1;
    return this.#fates.push('unanswered');
  }

  acknowledge(id: number, span: { readonly from: number; readonly to: number }): void {
    this.#settle(id, 'acknowledged', span);
    const outage = this.#outages.at(-1);
    if (outage !== undefined) outage.after ??= span.to;
    this.#lastCommit = span.to;
    this.#commitsInARow += 1;
  }

  fail(id: number, fate: 'refused' | 'unanswered', span: { readonly from: number; readonly to: number }, message: string): void {
    this.#settle(id, fate, span);
    this.#noteError(message);
    if (this.#lastCommit !== undefined) this.#noteOutage(this.#lastCommit);
    this.#commitsInARow = 0;
  }

  get attempts(): number {
    return this.#fates.length;
  }

  get acknowledged(): number {
    return this.#counts.acknowledged;
  }

  /** Whether it ever failed after it had committed. */
  get hasFailed(): boolean {
    return this.#outages.length > 0;
  }

  /** Whether it cannot commit now, though it could before. */
  get isOut(): boolean {
    const outage = this.#outages.at(-1);
    return outage !== undefined && outage.after === undefined;
  }

  /** Whether it has committed often enough in a row. */
  get isSteady(): boolean {
    return this.#commitsInARow >= this.#steadyCommits;
  }

  /** Its writes with what became of them, in their order. */
  writes(): { readonly write: ProbeWrite; readonly fate: Fate }[] {
    return this.#fates.map((fate, index) => ({ write: { writer: this.writer, id: index + 1 }, fate }));
  }

  report(): WriterReport {
    const outage = this.#longestOutage();
    return {
      writer: this.writer,
      attempts: this.attempts,
      ...this.#counts,
      ...(outage === undefined ? {} : { lastCommitBefore: new Date(outage.before).toISOString() }),
      ...(outage?.after === undefined
        ? {}
        : { firstCommitAfter: new Date(outage.after).toISOString(), outageSeconds: (outage.after - outage.before) / 1000 }),
      slowestAttemptMilliseconds: this.#slowest,
      errors: [...this.#errors].map(([message, count]) => ({ message, count })).toSorted((left, right) => right.count - left.count),
    };
  }

  /** One that is still open is the longest: nobody knows its end. */
  #longestOutage(): Outage | undefined {
    const length = ({ before, after }: Outage): number => (after === undefined ? Infinity : after - before);
    return this.#outages.toSorted((left, right) => length(right) - length(left))[0];
  }

  #settle(id: number, fate: Fate, { from, to }: { readonly from: number; readonly to: number }): void {
    const before = this.#fates[id - 1];
    if (before === undefined) throw new RangeError(`The ${this.writer} client never began write ${id}.`);
    this.#fates[id - 1] = fate;
    this.#counts[before] -= 1;
    this.#counts[fate] += 1;
    this.#slowest = Math.max(this.#slowest, to - from);
  }

  #noteError(text: string): void {
    const message = text.slice(0, maximumMessageLength);
    const count = this.#errors.get(message);
    if (count !== undefined || this.#errors.size < maximumErrors) this.#errors.set(message, (count ?? 0) + 1);
  }

  #noteOutage(lastCommit: number): void {
    const outage = this.#outages.at(-1);
    if (outage !== undefined && !this.isSteady) outage.after = undefined;
    else this.#outages.push({ before: lastCommit, after: undefined });
  }
}
