import type { Account } from '../../kernel/account.ts';
import type { Database } from './database.ts';

/** What of a database makes its price. */
export interface MeteredDatabase {
  readonly engine: string;
  readonly instanceClass: string;
  readonly isMultiAz: boolean;
}

/** A database as it was from one change of what it costs to the next, or to now. Epoch milliseconds. */
export interface DatabaseRun extends MeteredDatabase {
  readonly from: number;
  readonly until: number;
}

interface OpenRun extends MeteredDatabase {
  readonly from: number;
}

/** When which databases ran, by what RDS bills them for. A database is never deleted here. */
export class DatabaseUsage {
  readonly #account: Account;
  readonly #open = new Map<Database, OpenRun>();
  /** Changes of class or deployment are few: none is forgotten. */
  readonly #ended: DatabaseRun[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  /** To be called once a database was created or changed. */
  observe(database: Database): void {
    const { engine, instanceClass, isMultiAz } = database.definition;
    const open = this.#open.get(database);
    if (open !== undefined && open.engine === engine && open.instanceClass === instanceClass && open.isMultiAz === isMultiAz) return;
    const now = this.#account.clock.now();
    if (open !== undefined) this.#ended.push({ ...open, until: now });
    this.#open.set(database, { engine, instanceClass, isMultiAz, from: now });
  }

  runs(): readonly DatabaseRun[] {
    const until = this.#account.clock.now();
    return [...this.#ended, ...[...this.#open.values()].map((run) => ({ ...run, until }))];
  }
}
