import type { DurabilitySetting, ProbeWrite } from './probe-report.ts';

/**
 * A write that is surely not in the database: it never left, or the database said no. Any other error of
 * {@link ProbeSession.insert} leaves open what became of it.
 */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

/** One connection to the database. Every call ends by itself, in seconds, whatever the network does. */
export interface ProbeSession {
  /** Resolves when the database says that the write is committed; rejects with {@link NotWritten} when it surely is not. */
  insert(runId: string, write: ProbeWrite): Promise<void>;
  /** All that the table holds of a run. */
  readWrites(runId: string): Promise<ProbeWrite[]>;
  readDurability(): Promise<DurabilitySetting[]>;
  /** Removes rows of runs that nobody looks at any more. */
  deleteWritesBefore(instant: Date): Promise<void>;
  /** Says good-bye. After that, or when it fails, the session is destroyed. */
  close(): Promise<void>;
  /** Drops the connection at once, and may be called at any time and twice. */
  destroy(): void;
}

export interface ProbeDriver {
  connect(): Promise<ProbeSession>;
}
