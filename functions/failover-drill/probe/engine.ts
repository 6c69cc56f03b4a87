import * as z from 'zod';
import { durabilitySettings } from '../guards-durability.ts';
import { NotWritten, type ProbeDriver, type ProbeSession } from './driver.ts';
import { type DurabilitySetting, type ProbeWrite, probeWriteSchema } from './probe-report.ts';

/** Where to connect to, as whom, and whom to trust. */
export interface DatabaseTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Certificates in PEM of those who may vouch for the server; nobody else may. */
  readonly certificateAuthorities: readonly string[];
  /** For all that goes before the first query: the name, TCP, TLS, signing in. */
  readonly connectMilliseconds: number;
  readonly queryMilliseconds: number;
}

export type Row = Readonly<Record<string, unknown>>;

/** One connection of a driver, the same for both engines. Every query is a transaction of its own. */
export interface DatabaseConnection {
  /** Whether it is known to be of no use: nothing that is asked of it leaves. */
  readonly isBroken: boolean;
  query(sql: string, values?: readonly (string | number | Date)[]): Promise<Row[]>;
  close(): Promise<void>;
  destroy(): void;
}

/** What the two engines differ in. */
export interface Engine {
  readonly name: 'postgres' | 'mysql';
  connect(target: DatabaseTarget, password: string): Promise<DatabaseConnection>;
  /** Whether an error of an insert is the server's word that nothing was written. */
  isRefusal(error: unknown): boolean;
  readonly statements: {
    /** Takes the run, the writer and the id. */
    readonly insert: string;
    /** Takes the run; gives `writer` and `id`. */
    readonly readWrites: string;
    /** Takes an instant. */
    readonly deleteBefore: string;
    /** One value by the name of `setting` each, by the name of the setting. */
    readonly settings: Readonly<Record<string, string>>;
    /** Whether the table outlives a crash, where it may not; the same way. */
    readonly tableKind?: { readonly sql: string; readonly name: string; readonly safe: string };
  };
}

/** Connects to a target, by a new password every time: a token lives for a quarter of an hour. */
export function createDriver(engine: Engine, target: DatabaseTarget, password: () => Promise<string>): ProbeDriver {
  return { connect: async () => new EngineSession(engine, await engine.connect(target, await password())) };
}

const writeRowSchema = z.object({ writer: z.string(), id: z.coerce.number() }).pipe(probeWriteSchema);
const settingRowSchema = z.object({ setting: z.union([z.string(), z.number()]).transform(String) });

class EngineSession implements ProbeSession {
  readonly #engine: Engine;
  readonly #connection: DatabaseConnection;

  constructor(engine: Engine, connection: DatabaseConnection) {
    this.#engine = engine;
    this.#connection = connection;
  }

  async insert(runId: string, { writer, id }: ProbeWrite): Promise<void> {
    if (this.#connection.isBroken) throw new NotWritten('The connection broke before the write.');
    try {
      await this.#connection.query(this.#engine.statements.insert, [runId, writer, id]);
    } catch (error) {
      if (this.#engine.isRefusal(error)) throw new NotWritten((error as Error).message, { cause: error });
      throw error;
    }
  }

  async readWrites(runId: string): Promise<ProbeWrite[]> {
    const rows = await this.#connection.query(this.#engine.statements.readWrites, [runId]);
    return rows.map((row) => writeRowSchema.parse(row));
  }

  async readDurability(): Promise<DurabilitySetting[]> {
    const { settings, tableKind } = this.#engine.statements;
    const found: DurabilitySetting[] = [];
    for (const [name, sql] of Object.entries(settings)) {
      const value = await this.#readSetting(sql);
      found.push({ name, value, isSafe: (durabilitySettings[this.#engine.name][name] ?? []).includes(value.toLowerCase()) });
    }
    if (tableKind !== undefined) {
      const value = await this.#readSetting(tableKind.sql);
      found.push({ name: tableKind.name, value, isSafe: value === tableKind.safe });
    }
    return found;
  }

  async deleteWritesBefore(instant: Date): Promise<void> {
    await this.#connection.query(this.#engine.statements.deleteBefore, [instant]);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  destroy(): void {
    this.#connection.destroy();
  }

  async #readSetting(sql: string): Promise<string> {
    const [row] = await this.#connection.query(sql);
    return settingRowSchema.parse(row).setting;
  }
}
