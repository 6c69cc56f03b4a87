import type { Account } from '../../kernel/account.ts';
import type { Instance } from '../../services/ec2/instances.ts';
import type { Database } from '../../services/rds.ts';

/** In epoch milliseconds; an outage that goes on has no end. */
interface Outage {
  readonly database: Database;
  readonly from: number;
  until: number;
}

/** When databases took no connections: without one the shop answers its pages with errors. */
export class DatabaseOutages {
  readonly #account: Account;
  /** In the order of their beginnings. */
  #outages: Outage[] = [];

  constructor(account: Account) {
    this.#account = account;
    account.rds.onConnectivityChange((database) => this.#follow(database));
  }

  /** The share of a time, 0 to 1, in which every database of an instance's VPC served: which of them its pages need is not known. */
  servedShare(instance: Instance, from: number, until: number): number {
    if (this.#outages.length === 0) return 1;
    let away = 0;
    let counted = from;
    for (const outage of this.#outages) {
      if (this.#account.rds.subnetOf(outage.database)?.vpcId !== instance.subnet.vpcId) continue;
      const end = Math.min(outage.until, until);
      away += Math.max(0, end - Math.max(outage.from, counted));
      counted = Math.max(counted, end);
    }
    return 1 - away / (until - from);
  }

  /** Outages that were over by then are not asked for any more. */
  forget(before: number): void {
    if (this.#outages.length > 0) this.#outages = this.#outages.filter(({ until }) => until > before);
  }

  #follow(database: Database): void {
    const now = this.#account.clock.now();
    const last = this.#outages.findLast((outage) => outage.database === database);
    const isAway = database.connectivity !== 'open';
    if (last?.until === Infinity) {
      if (!isAway) last.until = now;
    } else if (isAway) {
      this.#outages.push({ database, from: now, until: Infinity });
    }
  }
}
