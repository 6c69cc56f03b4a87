import type { Account } from '../../kernel/account.ts';
import type { InstanceFleet } from './instances.ts';

/** One instance of a type, from its launch to its end or to now. Epoch milliseconds. */
export interface InstanceRun {
  readonly type: string;
  readonly from: number;
  readonly until: number;
}

/** Nothing looks back further than Cost Explorer does, which is 60 days; a day more for its last whole one. */
const keptMilliseconds = 61 * 86_400_000;

/** When which instances ran: what EC2 meters, and bills by the hour. */
export class InstanceUsage {
  readonly #account: Account;
  readonly #fleet: InstanceFleet;
  /** In the order of their end. */
  #ended: InstanceRun[] = [];

  constructor(account: Account, fleet: InstanceFleet) {
    this.#account = account;
    this.#fleet = fleet;
    fleet.onEnd(({ type, launchedAt, terminatedAt }) => {
      const until = terminatedAt ?? account.clock.now();
      const firstKept = this.#ended.findIndex((run) => run.until >= until - keptMilliseconds);
      if (firstKept > 0) this.#ended = this.#ended.slice(firstKept);
      this.#ended.push({ type, from: launchedAt, until });
    });
  }

  /** What ran within the last 61 days, in no order. */
  runs(): readonly InstanceRun[] {
    const now = this.#account.clock.now();
    const running = this.#fleet.all().filter(({ terminatedAt }) => terminatedAt === undefined);
    return [...this.#ended.filter(({ until }) => until >= now - keptMilliseconds), ...running.map(({ type, launchedAt }) => ({ type, from: launchedAt, until: now }))];
  }
}
