import type { GetMetricDataCommandInput, PutMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import type { StartExecutionCommandInput, StartExecutionCommandOutput } from '@aws-sdk/client-sfn';
import type { Account } from '../../simulator/kernel/account.ts';
import type { CallRecord } from '../../simulator/kernel/calls.ts';
import type { Principal } from '../../simulator/kernel/principal.ts';
import type { Execution } from '../../simulator/services/step-functions.ts';
import { meterDynamoDb } from './dynamodb-meter.ts';
import { historyBytes, lineBytes } from './log-bytes.ts';
import { watch } from './watch.ts';

/** So much of one rate, by the physical id that CloudFormation knows the resource by whose usage it is. */
export interface Metered {
  readonly rate: string;
  readonly owner: string;
  readonly what: string;
  readonly amount: number;
  readonly isEstimated: boolean;
}

const hourMilliseconds = 3_600_000;

/** Requests of CloudWatch that are charged (CloudWatch pricing, "API requests"); the others are free. */
const chargedMetricRequests: ReadonlySet<string> = new Set(['GetMetricStatistics', 'ListMetrics', 'PutMetricData']);

/** Counts what is paid for in an account, from its first call on. Whose it is, is known once the account is deployed. */
export class Meter {
  readonly #account: Account;
  readonly #metered = new Map<string, { -readonly [Member in keyof Metered]: Metered[Member] }>();
  /** Executions that have not ended, by ARN. */
  readonly #open = new Map<string, Execution>();
  readonly #known = new Set<string>();
  /** Role and metric → the hours in which it was sent. */
  readonly #metricHours = new Map<string, { readonly owner: string; readonly what: string; readonly hours: Set<number> }>();

  constructor(account: Account) {
    this.#account = account;
    account.calls.onCall((record) => this.#count(record));
    meterDynamoDb(account, (rate, owner, amount) => this.add(rate, owner, amount));
    this.#watchMetrics();
    this.#watchExecutions();
    this.#watchLogs();
    this.#watchSchedules();
  }

  add(rate: string, owner: string, amount: number, { what = '', isEstimated = false } = {}): void {
    const key = [rate, owner, what, isEstimated].join('\n');
    const metered = this.#metered.get(key);
    if (metered === undefined) this.#metered.set(key, { rate, owner, what, amount, isEstimated });
    else metered.amount += amount;
  }

  /** Everything so far, executions included that are still running. */
  read(): readonly Metered[] {
    for (const execution of this.#open.values()) this.#measure(execution);
    const hours = [...this.#metricHours.values()].map(({ owner, what, hours: { size: amount } }) => ({
      rate: 'metric-hours', owner, what, amount, isEstimated: false,
    }));
    return [...this.#metered.values(), ...hours];
  }

  #count({ principal, sdkId, operation, outcome, authorisations }: CallRecord): void {
    if (outcome !== 'succeeded') return;
    const role = roleOf(principal);
    if (sdkId === 'SNS' && operation === 'Publish') this.add('sns-requests', authorisations[0]?.resource ?? '', 1);
    if (role === undefined) return;
    if (sdkId === 'S3' && !operation.startsWith('Delete')) this.add(/^(Put|Copy|Post|List|Create|Complete|Upload)/u.test(operation) ? 's3-writes' : 's3-reads', role, 1);
    if (sdkId === 'CloudWatch' && chargedMetricRequests.has(operation)) this.add('metric-requests', role, 1);
    if (sdkId === 'Secrets Manager') this.add('secret-requests', role, 1);
    if (sdkId === 'Cost Explorer') this.add('cost-explorer-requests', role, 1);
    if (sdkId === 'EventBridge' && operation === 'PutEvents') this.add('custom-events', role, 1);
  }

  #watchMetrics(): void {
    const { cloudWatch, clock } = this.#account;
    watch<GetMetricDataCommandInput, unknown>(cloudWatch, 'GetMetricData', ({ input, call }) => {
      const read = (input.MetricDataQueries ?? []).filter(({ MetricStat }) => MetricStat !== undefined).length;
      this.add('metrics-read', roleOf(call.principal) ?? '', read);
    });
    watch<PutMetricDataCommandInput, unknown>(cloudWatch, 'PutMetricData', ({ input: { Namespace, MetricData = [] }, call, output }) => {
      const owner = roleOf(call.principal);
      if (owner === undefined || output === undefined) return;
      for (const { MetricName, Dimensions = [], Timestamp } of MetricData) {
        const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).toSorted();
        const key = [Namespace, MetricName, ...dimensions].join('\n');
        const seen = this.#metricHours.get(key) ?? { owner, what: String(MetricName), hours: new Set<number>() };
        this.#metricHours.set(key, seen);
        seen.hours.add(Math.floor(new Date(Timestamp ?? clock.now()).getTime() / hourMilliseconds));
      }
    });
  }

  #watchExecutions(): void {
    const { stepFunctions, clock } = this.#account;
    watch<StartExecutionCommandInput, StartExecutionCommandOutput>(stepFunctions, 'StartExecution', ({ output }) => {
      const arn = output?.executionArn;
      // An execution of that name may run already: then nothing was started.
      if (arn === undefined || this.#known.has(arn)) return;
      this.#known.add(arn);
      const execution = stepFunctions.executions.find((each) => each.arn === arn);
      if (execution === undefined) throw new Error(`The execution ${arn} was started and is not there.`);
      this.#open.set(arn, execution);
      stepFunctions.whenEnded(arn).then(() => this.#close(execution), (error: unknown) => clock.fail(error));
    });
  }

  #close(execution: Execution): void {
    this.#open.delete(execution.arn);
    this.#measure(execution);
  }

  /** What an execution has come to. Its history is there as long as it runs, and a while longer. */
  #measure({ arn, machine, history }: Execution): void {
    if (history === undefined) throw new Error(`The history of ${arn} is gone before it was measured.`);
    const events = history.events();
    this.add('state-transitions', machine.arn, transitionsIn(events.map(({ type }) => type)));
    this.add('traces', machine.arn, 1);
    this.add('log-bytes', machine.arn, historyBytes(arn, events), { what: 'Workflows', isEstimated: true });
  }

  #watchLogs(): void {
    const { logs } = this.#account;
    const append = logs.append.bind(logs);
    logs.append = (group, text) => {
      this.add('log-bytes', group, lineBytes(text), { what: 'Functions' });
      append(group, text);
    };
  }

  /** Scenarios may take the place of what delivers triggers: the account asks whoever is there last. */
  #watchSchedules(): void {
    const { scheduler } = this.#account;
    let deliver = scheduler.deliver;
    Object.defineProperty(scheduler, 'deliver', {
      configurable: true,
      get: () => (invocation: Parameters<typeof deliver>[0]) => {
        this.add('scheduler-invocations', invocation.scheduleName, 1);
        return deliver(invocation);
      },
      set: (next: typeof deliver) => {
        deliver = next;
      },
    });
  }
}

/** Name of the role whose session calls; undefined for services and people. */
function roleOf(principal: Principal): string | undefined {
  return principal.kind === 'role' ? principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1) : undefined;
}

/** States that were entered, and what was tried again (Step Functions pricing: a retry is a transition). */
export function transitionsIn(types: readonly string[]): number {
  const count = (pattern: RegExp): number => types.filter((type) => pattern.test(type)).length;
  const retries = [
    [/^TaskScheduled$/u, /^TaskStateEntered$/u],
    [/^MapStateStarted$/u, /^MapStateEntered$/u],
    [/^ParallelStateStarted$/u, /^ParallelStateEntered$/u],
  ] as const;
  return retries.reduce((sum, [begun, entered]) => sum + Math.max(0, count(begun) - count(entered)), count(/StateEntered$/u));
}
