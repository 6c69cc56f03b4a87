import type { DescribeEventsCommandInput, DescribeEventsCommandOutput } from '@aws-sdk/client-rds';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { Database } from './database.ts';
import { pageByMarker } from './paging.ts';

interface EventKind {
  /** Undefined: RDS documents none, so that nothing can be said of it on EventBridge. */
  readonly id: string | undefined;
  readonly categories: readonly string[];
  readonly message: string;
}

/**
 * Events of an instance, with the messages that RDS really sends: the user guide, "Amazon RDS event categories and event
 * messages", puts a full stop behind each. Why it failed over is told without an id and without a category there.
 */
const eventKinds = {
  started: { id: 'RDS-EVENT-0013', categories: ['failover'], message: 'Multi-AZ instance failover started.' },
  restarted: { id: 'RDS-EVENT-0006', categories: ['availability'], message: 'DB instance restarted' },
  completed: { id: 'RDS-EVENT-0049', categories: ['failover'], message: 'Multi-AZ instance failover completed' },
  abandoned: {
    id: 'RDS-EVENT-0034',
    categories: ['failover'],
    message: 'Abandoning user requested failover since a failover recently occurred on the database instance.',
  },
  requested: { id: undefined, categories: [], message: 'The user requested a failover of the DB instance.' },
  unhealthy: { id: undefined, categories: [], message: 'The primary host of the RDS Multi-AZ instance is unhealthy.' },
} as const satisfies Readonly<Record<string, EventKind>>;

export type EventName = keyof typeof eventKinds;

interface RecordedEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly database: Database;
  readonly kind: EventKind;
}

const keptMilliseconds = 14 * 86_400_000;
const defaultMinutes = 60;
/** From what happens until `DescribeEvents` shows it, and until EventBridge has it: the order is not kept ("near-real time"). */
const delayMilliseconds = { listed: 8000, published: 15_000 } as const;

/** What RDS tells of its databases, best effort: late, and out of order. */
export class EventLog {
  /** Set by a scenario: events that RDS never tells, neither in its listing nor on EventBridge. */
  isLost: (name: EventName, database: Database) => boolean = () => false;

  readonly #account: Account;
  readonly #events: RecordedEvent[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  /** Something happens now, and is told soon. */
  record(database: Database, name: EventName): void {
    const { clock, random } = this.#account;
    const event: RecordedEvent = { at: clock.now(), database, kind: eventKinds[name] };
    const draws = random.stream('rds.events');
    const listed = draws.integer(0, delayMilliseconds.listed);
    const published = draws.integer(0, delayMilliseconds.published);
    if (this.isLost(name, database)) return;
    clock.at(event.at + listed, () => {
      const kept = this.#events.findIndex(({ at }) => at >= clock.now() - keptMilliseconds);
      this.#events.splice(0, kept === -1 ? this.#events.length : kept);
      this.#events.push(event);
    });
    clock.at(event.at + published, () => this.#publish(event));
  }

  describe(input: DescribeEventsCommandInput): Omit<DescribeEventsCommandOutput, '$metadata'> {
    const { SourceIdentifier: id, SourceType: type, EventCategories: categories = [] } = input;
    if (id !== undefined && type === undefined) {
      throw new AwsError('InvalidParameterCombination', 'SourceType must be provided when SourceIdentifier is.');
    }
    if (type !== undefined && type !== 'db-instance') throw new NotModelledError(`Events of the source type ${type} are not modelled.`);
    const { from, until } = this.#span(input);
    const found = this.#events
      .filter(({ at, database }) => at >= from && at <= until && (id === undefined || database.definition.id === id.toLowerCase()))
      .filter(({ kind }) => categories.length === 0 || categories.some((category) => kind.categories.includes(category)))
      .toSorted((left, right) => left.at - right.at);
    const { items, rest } = pageByMarker('DescribeEvents', found, input);
    return { Events: items.map(describeEvent), ...rest };
  }

  /** The last hour where nothing is said. */
  #span({ StartTime, EndTime, Duration: minutes }: DescribeEventsCommandInput): { readonly from: number; readonly until: number } {
    const now = this.#account.clock.now();
    const length = (minutes ?? defaultMinutes) * 60_000;
    const end = EndTime?.getTime() ?? (StartTime === undefined || minutes === undefined ? now : StartTime.getTime() + length);
    const from = StartTime?.getTime() ?? end - length;
    if (from > end) throw new NotModelledError('DescribeEvents with a StartTime after its EndTime is not modelled.');
    if (from < now - keptMilliseconds) throw new NotModelledError('DescribeEvents from before the 14 days that RDS keeps is not modelled.');
    return { from, until: end };
  }

  #publish({ at, database, kind }: RecordedEvent): void {
    if (kind.id === undefined) return;
    this.#account.eventBridge.publish({
      source: 'aws.rds',
      detailType: 'RDS DB Instance Event',
      at,
      id: this.#account.random.stream('rds.events').uuid(),
      resources: [database.arn],
      detail: {
        EventCategories: kind.categories,
        SourceType: 'DB_INSTANCE',
        SourceArn: database.arn,
        Date: new Date(at).toISOString(),
        Message: kind.message,
        SourceIdentifier: database.definition.id,
        EventID: kind.id,
      },
    });
  }
}

/** There is no id in it: those are on EventBridge only (API reference, Event). */
function describeEvent({ at, database, kind }: RecordedEvent): NonNullable<DescribeEventsCommandOutput['Events']>[number] {
  return {
    SourceIdentifier: database.definition.id,
    SourceType: 'db-instance',
    Message: kind.message,
    EventCategories: [...kind.categories],
    Date: new Date(at),
    SourceArn: database.arn,
  };
}
