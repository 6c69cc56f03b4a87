import type { Account } from '../kernel/account.ts';
import type { AwsService, Operation } from '../kernel/service.ts';

export interface LogGroup {
  readonly name: string;
  /** Undefined keeps for ever. Nothing expires in the simulated account. */
  readonly retentionDays: number | undefined;
}

export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** Lines that are kept of one group; of the older ones, only the number. */
const maxLines = 5_000;

interface Stored {
  group: LogGroup;
  /** Between `maxLines` and twice as many before it is cut. */
  lines: LogLine[];
  total: number;
}

/** Simulated CloudWatch Logs: the latest lines of every group. */
export class Logs implements AwsService {
  readonly sdkId = 'CloudWatch Logs';
  readonly statesName = 'cloudwatchlogs';
  readonly statesErrorPrefix = 'CloudWatchLogs';
  readonly operations: Readonly<Record<string, Operation>> = {};

  readonly #account: Account;
  readonly #groups = new Map<string, Stored>();

  constructor(account: Account) {
    this.#account = account;
  }

  putGroup(group: LogGroup): void {
    const current = this.#groups.get(group.name);
    if (current === undefined) this.#groups.set(group.name, { group, lines: [], total: 0 });
    else current.group = group;
  }

  get groups(): readonly LogGroup[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  /** Adds a line. A group that does not exist is made, as Lambda makes its own. */
  append(groupName: string, text: string): void {
    let stored = this.#groups.get(groupName);
    if (stored === undefined) {
      stored = { group: { name: groupName, retentionDays: undefined }, lines: [], total: 0 };
      this.#groups.set(groupName, stored);
    }
    stored.lines.push({ at: this.#account.clock.now(), text });
    stored.total += 1;
    if (stored.lines.length >= 2 * maxLines) stored.lines = stored.lines.slice(-maxLines);
  }

  /** The latest lines of a group, oldest first. */
  lines(groupName: string): readonly LogLine[] {
    return this.#groups.get(groupName)?.lines.slice(-maxLines) ?? [];
  }

  /** How many lines a group ever got. */
  total(groupName: string): number {
    return this.#groups.get(groupName)?.total ?? 0;
  }
}
