import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { Connectivity, Database } from './database.ts';
import type { EventLog, EventName } from './event-log.ts';
import { drawForced, drawUnplanned, type FailoverTimes } from './failover-times.ts';

/** How long an instance is `rebooting` whose failover is abandoned, in milliseconds. */
const abandonedMilliseconds = { low: 5000, high: 30_000 };

/** Makes the standby of an instance its primary: on request, or because the primary died. */
export class Failovers {
  /** Whether RDS accepts the next request and abandons it. A scenario sets it. */
  isNextAbandoned = false;

  readonly #account: Account;
  readonly #events: EventLog;
  readonly #onConnectivityChange: ((database: Database) => void)[] = [];
  readonly #underWay = new Set<Database>();
  /** Until when a further request is abandoned, epoch milliseconds. */
  readonly #abandonsUntil = new Map<Database, number>();

  constructor(account: Account, events: EventLog) {
    this.#account = account;
    this.#events = events;
  }

  onConnectivityChange(listener: (database: Database) => void): void {
    this.#onConnectivityChange.push(listener);
  }

  /** Accepts a request, or throws what RDS answers. What comes of it is seen later. */
  force(database: Database): void {
    const { id, isMultiAz } = database.definition;
    if (database.status === 'storage-optimization') throw new NotModelledError(`A failover of ${id} during storage-optimization is not modelled.`);
    if (database.status !== 'available' || this.#underWay.has(database)) {
      throw new AwsError('InvalidDBInstanceStateFault', 'Instance cannot currently reboot due to an in-progress management operation.');
    }
    if (!isMultiAz) {
      throw new AwsError('InvalidParameterCombination', `ForceFailover cannot be specified: the DB instance ${id} is not configured for Multi-AZ.`);
    }
    const now = this.#account.clock.now();
    database.status = 'rebooting';
    if (this.isNextAbandoned || now < (this.#abandonsUntil.get(database) ?? 0)) {
      this.isNextAbandoned = false;
      this.#abandon(database);
      return;
    }
    this.#run(database, drawForced(this.#account.random.stream('rds.failover'), now), 'requested');
  }

  /** The primary dies at once. */
  crash(database: Database): void {
    const { id, isMultiAz } = database.definition;
    if (!isMultiAz) throw new NotModelledError(`The recovery of ${id}, which has no standby, is not modelled.`);
    if (database.status !== 'available' || this.#underWay.has(database)) throw new NotModelledError(`The loss of ${id} while it is ${database.status} or fails over is not modelled.`);
    this.#run(database, drawUnplanned(this.#account.random.stream('rds.failover'), this.#account.clock.now()), 'unhealthy');
  }

  #abandon(database: Database): void {
    const { clock, random } = this.#account;
    const { low, high } = abandonedMilliseconds;
    clock.at(clock.now() + random.stream('rds.failover').integer(low, high), () => {
      database.status = 'available';
      this.#events.record(database, 'abandoned');
      this.#note(database, 'abandoned', 'is not made to fail over: RDS abandons the request');
    });
  }

  #run(database: Database, times: FailoverTimes, reason: EventName & ('requested' | 'unhealthy')): void {
    const { clock } = this.#account;
    this.#underWay.add(database);
    this.#abandonsUntil.set(database, times.abandonsUntil);
    clock.at(times.startsAt, () => {
      database.status = 'rebooting';
      this.#events.record(database, 'started');
    });
    clock.at(times.losesAt, () => {
      database.generation += 1;
      this.#note(database, 'primary-lost', `loses its primary in ${database.availabilityZone}`);
      this.#become(database, times.shutDownUntil === undefined ? 'hanging' : 'refused');
    });
    if (times.shutDownUntil !== undefined) clock.at(times.shutDownUntil, () => this.#become(database, 'hanging'));
    clock.at(times.movesAt, () => {
      database.promoteStandby();
      this.#become(database, 'refused');
    });
    clock.at(times.servesAt, () => {
      database.parameterApplyStatus = 'in-sync';
      this.#note(database, 'primary-serves', `serves again, from ${database.availabilityZone}`);
      this.#become(database, 'open');
    });
    clock.at(times.restartedAt, () => this.#events.record(database, 'restarted'));
    clock.at(times.completesAt, () => {
      this.#events.record(database, 'completed');
      this.#events.record(database, reason);
    });
    clock.at(times.availableAt, () => {
      database.status = 'available';
      this.#underWay.delete(database);
    });
    clock.at(times.showsAt, () => database.showZones());
  }

  #become(database: Database, connectivity: Connectivity): void {
    database.connectivity = connectivity;
    for (const listener of this.#onConnectivityChange) listener(database);
  }

  #note(database: Database, what: string, text: string): void {
    const { id } = database.definition;
    this.#account.note(`rds.${what}`, `The database ${id} ${text}.`, { database: id });
  }
}
