import { NotWritten, type ProbeDriver, type ProbeSession } from './driver.ts';
import { pause, type ProbeClock, within } from './probe-clock.ts';
import type { WriterLog } from './writer-log.ts';

/**
 * A driver's own time-outs come first; a call that they forget is given up after so long. Drivers are known to wait for
 * minutes on a connection whose other end is gone.
 */
const patienceMilliseconds = { connect: 3000, query: 3000, close: 1000 } as const;

interface ProbeClientOptions {
  readonly runId: string;
  readonly intervalMilliseconds: number;
  /** Whether it keeps its connection from write to write. */
  readonly keepsSession: boolean;
  readonly log: WriterLog;
  readonly clock: ProbeClock;
  readonly driver: ProbeDriver;
}

/** One of the two clients: writes at every tick, or at the next one if the write before is not over yet. */
export class ProbeClient {
  readonly #options: ProbeClientOptions;
  #session: ProbeSession | undefined;
  #isStopping = false;

  constructor(options: ProbeClientOptions) {
    this.#options = options;
  }

  /** Writes until it is told to stop, and lets go of its connection. Never rejects: what goes wrong is in the log. */
  async run(): Promise<void> {
    const { clock, intervalMilliseconds } = this.#options;
    const startedAt = clock.now();
    while (!this.#isStopping) {
      await this.#attempt();
      await pause(clock, intervalMilliseconds - ((clock.now() - startedAt) % intervalMilliseconds));
    }
    await this.#retire();
  }

  /** A write that is under way is seen to its end: cutting it off would count as a failure of the database. */
  stop(): void {
    this.#isStopping = true;
  }

  async #attempt(): Promise<void> {
    const { log, clock, runId, keepsSession } = this.#options;
    const id = log.begin();
    const from = clock.now();
    try {
      const session = await this.#connected();
      await within(clock, patienceMilliseconds.query, session.insert(runId, { writer: log.writer, id }));
      log.acknowledge(id, { from, to: clock.now() });
    } catch (error) {
      log.fail(id, error instanceof NotWritten ? 'refused' : 'unanswered', { from, to: clock.now() }, messageOf(error));
      // What comes back from a connection after a failure is anybody's guess.
      this.#drop();
    }
    if (!keepsSession) await this.#retire();
  }

  async #connected(): Promise<ProbeSession> {
    if (this.#session !== undefined) return this.#session;
    try {
      this.#session = await connectWithin(this.#options.driver, this.#options.clock);
    } catch (error) {
      throw new NotWritten(messageOf(error), { cause: error });
    }
    return this.#session;
  }

  #drop(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  async #retire(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await retire(session, this.#options.clock);
  }
}

/** A session, or an error in seconds; one that comes after that is destroyed. */
export async function connectWithin(driver: ProbeDriver, clock: ProbeClock): Promise<ProbeSession> {
  const connecting = driver.connect();
  try {
    return await within(clock, patienceMilliseconds.connect, connecting);
  } catch (error) {
    void destroyWhenConnected(connecting);
    throw error;
  }
}

async function destroyWhenConnected(connecting: Promise<ProbeSession>): Promise<void> {
  const session = await connecting.catch(() => undefined);
  session?.destroy();
}

/** Says good-bye, and drops the connection in any case. */
export async function retire(session: ProbeSession, clock: ProbeClock): Promise<void> {
  await within(clock, patienceMilliseconds.close, session.close()).catch(() => undefined);
  session.destroy();
}

/** One query of a session, or an error in seconds. */
export function queryWithin<Value>(clock: ProbeClock, query: Promise<Value>): Promise<Value> {
  return within(clock, patienceMilliseconds.query, query);
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where a name has several addresses, Node.js tells of each in an error of its own.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return error.message === '' && first !== undefined ? messageOf(first) : error.message;
}
