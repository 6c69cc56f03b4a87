import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import { type AwsService, operation } from '../kernel/service.ts';
import { compileMetricFilter, describeMetricFilter, type MetricFilter, type MetricFilterDefinition, type MetricFilterOutput } from './logs/metric-filter.ts';
import { pageOf } from './paging.ts';

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
  /** By name. */
  readonly filters: Map<string, MetricFilter>;
  /** Whether what services deliver stays, line by line. What functions print always does. */
  keepsDelivered: boolean;
}

/** Inputs and outputs in the shapes of the SDK's CloudWatch Logs client (API reference, 2014-03-28). */
interface DescribeMetricFiltersInput {
  readonly logGroupName?: string;
  readonly filterNamePrefix?: string;
  readonly metricName?: string;
  readonly metricNamespace?: string;
  readonly limit?: number;
  readonly nextToken?: string;
}

interface DescribeMetricFiltersOutput {
  readonly metricFilters: readonly MetricFilterOutput[];
  readonly nextToken?: string | undefined;
}

/** Simulated CloudWatch Logs: the latest lines of every group, and metrics made of them. */
export class Logs implements AwsService {
  readonly sdkId = 'CloudWatch Logs';
  readonly statesName = 'cloudwatchlogs';
  readonly statesErrorPrefix = 'CloudWatchLogs';

  readonly #account: Account;
  readonly #groups = new Map<string, Stored>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    DescribeMetricFilters: operation<DescribeMetricFiltersInput, DescribeMetricFiltersOutput>({
      // In policies, the ARN of a log group ends in `:*` (CloudWatch Logs user guide, "Identity and access management").
      authorise: ({ logGroupName = '' }) => [
        { action: 'logs:DescribeMetricFilters', resource: this.#account.arn('logs', `log-group:${logGroupName}:*`) },
      ],
      execute: (input) => this.#describeMetricFilters(input),
    }),
  };

  putGroup(group: LogGroup): void {
    const current = this.#groups.get(group.name);
    if (current === undefined) this.#create(group);
    else current.group = group;
  }

  deleteGroup(name: string): void {
    this.#groups.delete(name);
  }

  get groups(): readonly LogGroup[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  /** Creates a metric filter or changes it. A pattern that is not modelled throws. */
  putMetricFilter(definition: MetricFilterDefinition): void {
    const stored = this.#groups.get(definition.logGroupName);
    if (stored === undefined) throw noSuchGroup();
    const createdAt = stored.filters.get(definition.name)?.createdAt ?? this.#account.clock.now();
    stored.filters.set(definition.name, compileMetricFilter(definition, createdAt));
  }

  deleteMetricFilter(logGroupName: string, name: string): void {
    this.#groups.get(logGroupName)?.filters.delete(name);
  }

  /** Adds a line. A group that does not exist is made, as Lambda makes its own. */
  append(groupName: string, text: string): void {
    const stored = this.#groups.get(groupName) ?? this.#create({ name: groupName, retentionDays: undefined });
    this.#keep(stored, text);
    if (stored.filters.size === 0) return;
    const event = parseJson(text);
    if (event !== undefined) this.#count(stored, event);
  }

  /** From now on, what services deliver to the group can be read: `lines` gives it as JSON text. */
  keepDelivered(groupName: string): void {
    const stored = this.#groups.get(groupName);
    if (stored === undefined) throw noSuchGroup();
    stored.keepsDelivered = true;
  }

  /** Whether anything would come of delivering `event` to the group: a metric filter matches it, or its lines are kept. */
  isOfInterest(groupName: string, event: object): boolean {
    const stored = this.#groups.get(groupName);
    if (stored === undefined) return false;
    if (stored.keepsDelivered) return true;
    for (const { matches } of stored.filters.values()) if (matches(event)) return true;
    return false;
  }

  /** A log event of a service, in JSON. It reaches metric filters, and stays only where {@link keepDelivered} asked for it. */
  deliver(groupName: string, event: object): void {
    const stored = this.#groups.get(groupName);
    if (stored === undefined) return;
    if (stored.keepsDelivered) this.#keep(stored, JSON.stringify(event));
    this.#count(stored, event);
  }

  /** The latest lines of a group, oldest first. */
  lines(groupName: string): readonly LogLine[] {
    return this.#groups.get(groupName)?.lines.slice(-maxLines) ?? [];
  }

  /** How many lines a group ever got. */
  total(groupName: string): number {
    return this.#groups.get(groupName)?.total ?? 0;
  }

  #create(group: LogGroup): Stored {
    const stored: Stored = { group, lines: [], total: 0, filters: new Map(), keepsDelivered: false };
    this.#groups.set(group.name, stored);
    return stored;
  }

  #keep(stored: Stored, text: string): void {
    stored.lines.push({ at: this.#account.clock.now(), text });
    stored.total += 1;
    if (stored.lines.length >= 2 * maxLines) stored.lines = stored.lines.slice(-maxLines);
  }

  /** The data point bears the log event's time: when it came (user guide, "Creating metrics from log events using filters"). */
  #count({ filters }: Stored, event: unknown): void {
    for (const { definition, matches } of filters.values()) {
      if (!matches(event)) continue;
      const { metricNamespace: namespace, metricName, metricValue: value } = definition;
      this.#account.cloudWatch.putMetric({ namespace, metricName, dimensions: {}, value });
    }
  }

  #describeMetricFilters(input: DescribeMetricFiltersInput): DescribeMetricFiltersOutput {
    const { logGroupName, filterNamePrefix = '', metricName, metricNamespace } = input;
    if (logGroupName !== undefined && !this.#groups.has(logGroupName)) throw noSuchGroup();
    const all = [...this.#groups.values()].flatMap(({ filters }) => [...filters.values()]);
    const chosen = all
      .filter(
        ({ definition }) =>
          (logGroupName ?? definition.logGroupName) === definition.logGroupName &&
          definition.name.startsWith(filterNamePrefix) &&
          (metricName ?? definition.metricName) === definition.metricName &&
          (metricNamespace ?? definition.metricNamespace) === definition.metricNamespace,
      )
      // "The results are ASCII-sorted by filter name" (API reference, DescribeMetricFilters).
      .toSorted((left, right) => (left.definition.name < right.definition.name ? -1 : 1));
    const page = pageOf(chosen, { size: input.limit, defaultSize: 50, token: input.nextToken, badToken });
    return { metricFilters: page.items.map(describeMetricFilter), nextToken: page.nextToken };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A line that is no JSON matches no pattern for JSON.
    return undefined;
  }
}

function badToken(): AwsError {
  return new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
}

function noSuchGroup(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}
