import type { ProbeDriver, ProbeSession } from './driver.ts';
import { endingOf, type ProbeLimits, stateOf } from './ending.ts';
import { connectWithin, messageOf, ProbeClient, queryWithin, retire } from './probe-client.ts';
import { pause, type ProbeClock, within } from './probe-clock.ts';
import type { ProbeProgress } from './probe-records.ts';
import { type DurabilitySetting, probeWriters, type ProbeReport, type Verification } from './probe-report.ts';
import { verify } from './verification.ts';
import { WriterLog } from './writer-log.ts';

export interface ProbeSettings {
  readonly runId: string;
  /** Epoch milliseconds at which this process ends, whatever it is doing. */
  readonly deadline: number;
  readonly limits: ProbeLimits;
  /** @default 500 */
  readonly intervalMilliseconds?: number;
  /** Commits in a row after which a client is back. @default 20 */
  readonly steadyCommits?: number;
  /** @default 3000 */
  readonly noteMilliseconds?: number;
  /** For how long reading the table is tried. @default 30000 */
  readonly verifyMilliseconds?: number;
}

/** What the probe works with; a test has its own. */
export interface ProbeSeams {
  readonly clock: ProbeClock;
  readonly driver: ProbeDriver;
  /** What the name of the endpoint resolves to now. */
  readonly resolve: () => Promise<string[]>;
  /** Notes progress outside of the database. False: a later run has taken over, and this one stops. */
  readonly note: (progress: ProbeProgress) => Promise<boolean>;
  /** Tells people of something that went wrong beside the measurement. */
  readonly warn: (message: string, error: Error) => void;
}

const keptDays = 7;
/** So long before the deadline the table is not tried once more: one try and the filing of the report take as long. */
const lastReadMilliseconds = 15_000;
const patienceMilliseconds = { lookup: 2000, note: 5000 } as const;
const betweenReadsMilliseconds = 1000;

/**
 * Writes by two clients until it has seen an outage from its beginning to its end, or its limit, and says what they felt
 * and what became of their writes. Undefined when another run took over. Nothing that goes wrong keeps the report from being
 * made; it says then what is not known.
 */
export async function probe(settings: ProbeSettings, seams: ProbeSeams): Promise<ProbeReport | undefined> {
  const run = new ProbeRun(settings, seams);
  const ended = await run.write();
  return ended === undefined ? undefined : run.conclude(ended);
}

class ProbeRun {
  readonly #settings: Required<ProbeSettings>;
  readonly #seams: ProbeSeams;
  readonly #startedAt: number;
  readonly #logs: readonly WriterLog[];
  #firstCommitAt: number | undefined;
  #durability: DurabilitySetting[] = [];
  #before: string[] = [];
  #isSuperseded = false;
  /** The note that is under way. */
  #noting: Promise<void> | undefined;

  constructor(settings: ProbeSettings, seams: ProbeSeams) {
    this.#settings = { intervalMilliseconds: 500, steadyCommits: 20, noteMilliseconds: 3000, verifyMilliseconds: 30_000, ...settings };
    this.#seams = seams;
    this.#startedAt = seams.clock.now();
    this.#logs = probeWriters.map((writer) => new WriterLog(writer, this.#settings.steadyCommits));
  }

  /** Writes until there is an ending. All that is beside the writing never holds it up. */
  async write(): Promise<ProbeReport['ended'] | undefined> {
    const { clock, driver } = this.#seams;
    const { runId, intervalMilliseconds } = this.#settings;
    const clients = this.#logs.map((log) => new ProbeClient({ runId, intervalMilliseconds, keepsSession: log.writer === 'pooled', log, clock, driver }));
    const beside = Promise.all([this.#lookUp().then((addresses) => (this.#before = addresses)), this.#prepare()]);
    const running = Promise.all(clients.map((client) => client.run()));
    const ended = await this.#watch();
    for (const client of clients) client.stop();
    await Promise.all([running, beside, this.#noting]);
    return this.#isSuperseded ? undefined : ended;
  }

  async conclude(ended: ProbeReport['ended']): Promise<ProbeReport> {
    const [verification, after] = await Promise.all([this.#verify(), this.#lookUp()]);
    return {
      startedAt: this.#instant(this.#startedAt),
      endedAt: this.#instant(this.#seams.clock.now()),
      ended,
      intervalMilliseconds: this.#settings.intervalMilliseconds,
      writers: this.#logs.map((log) => log.report()),
      verification,
      addresses: { before: this.#before, after },
      durability: this.#durability,
    };
  }

  /** Looks at the books at every tick, and notes now and then what they say. Undefined when another run takes over. */
  async #watch(): Promise<ProbeReport['ended'] | undefined> {
    const { clock } = this.#seams;
    const { intervalMilliseconds, noteMilliseconds, deadline, limits } = this.#settings;
    let notedAt = -Infinity;
    for (;;) {
      const now = clock.now();
      if (this.#firstCommitAt === undefined && this.#acknowledged() > 0) this.#firstCommitAt = now;
      const ended = endingOf({ now, startedAt: this.#startedAt, deadline, firstCommitAt: this.#firstCommitAt, writers: this.#logs }, limits);
      if (ended !== undefined || this.#isSuperseded) return ended;
      if (this.#noting === undefined && now - notedAt >= noteMilliseconds) {
        notedAt = now;
        this.#noting = this.#note().finally(() => (this.#noting = undefined));
      }
      await pause(clock, intervalMilliseconds);
    }
  }

  async #note(): Promise<void> {
    const { clock, note, warn } = this.#seams;
    const progress: ProbeProgress = {
      runId: this.#settings.runId,
      startedAt: this.#instant(this.#startedAt),
      at: this.#instant(clock.now()),
      state: stateOf(this.#logs),
      acknowledged: this.#acknowledged(),
    };
    try {
      const isOurs = await within(clock, patienceMilliseconds.note, note(progress));
      this.#isSuperseded ||= !isOurs;
    } catch (error) {
      warn('The progress of the probe could not be noted; the next note follows.', asError(error));
    }
  }

  /** What is worth knowing of the server, and rows of earlier runs out of the way. */
  async #prepare(): Promise<void> {
    const { clock, warn } = this.#seams;
    try {
      await this.#inSession(async (session) => {
        this.#durability = await queryWithin(clock, session.readDurability());
        await queryWithin(clock, session.deleteWritesBefore(new Date(this.#startedAt - keptDays * 86_400_000)));
      });
    } catch (error) {
      warn('The server could not be asked for its settings, or rows of earlier runs stay where they are.', asError(error));
    }
  }

  /** Reads the table by a new connection, and tries again until it is read or time is up. */
  async #verify(): Promise<Verification> {
    const { clock } = this.#seams;
    const { runId, deadline, verifyMilliseconds } = this.#settings;
    const until = Math.min(clock.now() + verifyMilliseconds, deadline - lastReadMilliseconds);
    for (;;) {
      try {
        return await this.#inSession(async (session) => {
          const found = await queryWithin(clock, session.readWrites(runId));
          if (this.#durability.length === 0) await this.#readDurabilityLate(session);
          return verify(this.#logs, found);
        });
      } catch (error) {
        if (clock.now() + betweenReadsMilliseconds > until) return { status: 'unread', reason: messageOf(error) };
        await pause(clock, betweenReadsMilliseconds);
      }
    }
  }

  async #readDurabilityLate(session: ProbeSession): Promise<void> {
    try {
      this.#durability = await queryWithin(this.#seams.clock, session.readDurability());
    } catch (error) {
      this.#seams.warn('The server could not be asked for its settings.', asError(error));
    }
  }

  async #inSession<Value>(work: (session: ProbeSession) => Promise<Value>): Promise<Value> {
    const { clock, driver } = this.#seams;
    const session = await connectWithin(driver, clock);
    try {
      return await work(session);
    } finally {
      await retire(session, clock);
    }
  }

  async #lookUp(): Promise<string[]> {
    const { clock, resolve, warn } = this.#seams;
    try {
      return await within(clock, patienceMilliseconds.lookup, resolve());
    } catch (error) {
      warn('The name of the database could not be looked up.', asError(error));
      return [];
    }
  }

  #acknowledged(): number {
    return this.#logs.reduce((sum, log) => sum + log.acknowledged, 0);
  }

  #instant(milliseconds: number): string {
    return new Date(milliseconds).toISOString();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}
