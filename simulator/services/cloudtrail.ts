import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import type { CallRequest } from '../kernel/calls.ts';
import { type AwsService, operation } from '../kernel/service.ts';
import { eventKind, eventRegion } from './cloudtrail/events.ts';
import { deploymentCaller, type OutsideIdentity, recordedCaller, type RecordedCaller } from './cloudtrail/identity.ts';
import { type CloudTrailRecord, PendingRecord, type RecordedCall } from './cloudtrail/record.ts';
import { describeTrail, groupNameOf, logs, mayWriteLogs, refuseUndeliverable, type Trail, type TrailDefinition, type TrailOutput } from './cloudtrail/trail.ts';

export type { CloudTrailRecord, RecordedCall };

/** Inputs and outputs in the shapes of the SDK's CloudTrail client (API reference, 2013-11-01). */
interface DescribeTrailsInput {
  readonly trailNameList?: readonly string[];
  readonly includeShadowTrails?: boolean;
}

interface TrailInput {
  readonly Name?: string;
}

interface TrailStatusOutput {
  readonly IsLogging: boolean;
  readonly StartLoggingTime?: Date;
  readonly StopLoggingTime?: Date;
  readonly LatestCloudWatchLogsDeliveryTime?: Date;
}

/** What became of a call of the account, as its caller heard. */
export interface CallResult {
  readonly output?: unknown;
  readonly error?: AwsError;
}

/** From the end of a call to EventBridge, in milliseconds. AWS publishes no figure: seconds are what users report. */
const eventMilliseconds = { low: 2_000, high: 20_000 };
/**
 * From the end of a call to CloudWatch Logs: "within an average of about 5 minutes of an API call. This time is not
 * guaranteed" (CloudTrail user guide, "Monitoring CloudTrail log files"). The spread around it is drawn.
 */
const logMilliseconds = { low: 60_000, high: 540_000 };

/** Simulated CloudTrail: trails, and a record of every management call while one of them logs. */
export class CloudTrail implements AwsService {
  readonly sdkId = 'CloudTrail';
  readonly statesName = 'cloudtrail';
  readonly statesErrorPrefix = 'CloudTrail';

  readonly #account: Account;
  readonly #trails = new Map<string, Trail>();
  readonly #people = new Map<string, OutsideIdentity>();
  readonly #listeners: ((record: CloudTrailRecord) => void)[] = [];
  #logging: readonly Trail[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    DescribeTrails: operation<DescribeTrailsInput, { readonly trailList: readonly TrailOutput[] }>({
      authorise: () => [{ action: 'cloudtrail:DescribeTrails', resource: '*' }],
      execute: (input) => ({ trailList: this.#describe(input) }),
    }),
    GetTrailStatus: operation<TrailInput, TrailStatusOutput>({
      authorise: (input) => [{ action: 'cloudtrail:GetTrailStatus', resource: this.#arn(input.Name ?? '') }],
      execute: (input) => statusOf(this.#find(input.Name)),
    }),
    StartLogging: operation<TrailInput, object>({
      authorise: (input) => [{ action: 'cloudtrail:StartLogging', resource: this.#arn(input.Name ?? '') }],
      execute: (input) => {
        this.#switch(this.#find(input.Name), true);
        return {};
      },
    }),
    StopLogging: operation<TrailInput, object>({
      authorise: (input) => [{ action: 'cloudtrail:StopLogging', resource: this.#arn(input.Name ?? '') }],
      execute: (input) => {
        this.#switch(this.#find(input.Name), false);
        return {};
      },
    }),
  };

  /** The trails that log now. The same list until that changes. */
  get logging(): readonly Trail[] {
    return this.#logging;
  }

  /** Creates a trail or changes it; throws where CloudTrail could not deliver. */
  putTrail(definition: TrailDefinition): Trail {
    const arn = this.#arn(definition.name);
    refuseUndeliverable(this.#account, arn, definition);
    const trail: Trail = this.#trails.get(arn) ?? {
      arn,
      definition,
      isLogging: false,
      startedAt: undefined,
      stoppedAt: undefined,
      latestLogsDeliveryAt: undefined,
    };
    trail.definition = definition;
    this.#trails.set(arn, trail);
    if (trail.isLogging !== definition.isLogging) this.#switch(trail, definition.isLogging);
    return trail;
  }

  deleteTrail(name: string): void {
    this.#trails.delete(this.#arn(name));
    this.#refresh();
  }

  /** Says who `name` of the world outside is in records: an IAM user of another name, or root. */
  identify(name: string, identity: OutsideIdentity): void {
    this.#people.set(name, identity);
  }

  /** Calls `listener` with every record, those of reads included, when the call ends. A record costs time: for tests and reports. */
  onRecord(listener: (record: CloudTrailRecord) => void): void {
    this.#listeners.push(listener);
  }

  /** Records a call that went through the account. `before` is what {@link logging} was when it began: a trail sees itself stopped. */
  observe(request: CallRequest, result: CallResult, before: readonly Trail[]): void {
    if (before.length === 0 && this.#logging.length === 0) return;
    const trails = before === this.#logging ? before : [...new Set([...before, ...this.#logging])];
    const at = this.#account.clock.now();
    this.#record({ ...result, ...request }, trails, () => recordedCaller(this.#account, request, this.#people, at));
  }

  /** Records what CloudFormation changed for a stack of `region`. */
  observeDeployment(calls: readonly RecordedCall[], region: string): void {
    const at = this.#account.clock.now();
    for (const call of calls) this.#record(call, this.#logging, () => deploymentCaller(this.#account, region, at));
  }

  #record(call: RecordedCall, trails: readonly Trail[], caller: () => RecordedCaller): void {
    const account = this.#account;
    const kind = eventKind(call.sdkId, call.operation);
    if (kind === 'data') return;
    const region = eventRegion(call.sdkId, account.region);
    const interested = trails.filter((trail) => logs(trail, kind, region, account.region));
    if (interested.length === 0) return;
    const record = new PendingRecord(call, {
      accountId: account.id,
      region: account.region,
      at: account.clock.now(),
      caller,
      newId: () => account.random.stream('cloudtrail/id').uuid(),
    });
    for (const listener of this.#listeners) listener(record.complete());
    // Reads reach EventBridge only through rules that ask for them, which are not modelled.
    if (kind === 'write') this.#publish(record.complete());
    for (const trail of interested) this.#deliverToLogs(trail, record);
  }

  #publish(record: CloudTrailRecord): void {
    const { clock, random } = this.#account;
    const { low, high } = eventMilliseconds;
    const draws = random.stream('cloudtrail/eventbridge');
    const id = draws.uuid();
    clock.at(clock.now() + Math.round(draws.between(low, high)), () => {
      this.#account.eventBridge.publish({
        id,
        source: `aws.${record.eventSource.slice(0, record.eventSource.indexOf('.'))}`,
        detailType: 'AWS API Call via CloudTrail',
        detail: record,
        region: record.awsRegion,
        at: Date.parse(record.eventTime),
      });
    });
  }

  /** What no filter of the group matches, and nobody reads, is not carried there: its lines could not be seen. */
  #deliverToLogs(trail: Trail, record: PendingRecord): void {
    const { logGroupArn } = trail.definition;
    if (logGroupArn === undefined) return;
    const { clock, random, logs: logGroups } = this.#account;
    const groupName = groupNameOf(logGroupArn);
    if (!logGroups.isOfInterest(groupName, record)) return;
    const line = record.complete();
    const { low, high } = logMilliseconds;
    clock.at(clock.now() + Math.round(random.stream('cloudtrail/logs').between(low, high)), () => {
      if (!mayWriteLogs(this.#account, trail.definition, trail.arn)) return;
      trail.latestLogsDeliveryAt = clock.now();
      logGroups.deliver(groupName, line);
    });
  }

  #switch(trail: Trail, isLogging: boolean): void {
    trail.isLogging = isLogging;
    if (isLogging) trail.startedAt = this.#account.clock.now();
    else if (trail.startedAt !== undefined) trail.stoppedAt = this.#account.clock.now();
    this.#refresh();
  }

  #refresh(): void {
    this.#logging = [...this.#trails.values()].filter(({ isLogging }) => isLogging);
  }

  #describe(input: DescribeTrailsInput): TrailOutput[] {
    const other = Object.keys(input).find((member) => member !== 'trailNameList' && member !== 'includeShadowTrails');
    if (other !== undefined) throw new NotModelledError(`${other} of DescribeTrails is not modelled.`);
    const { trailNameList: names = [] } = input;
    const arns = names.map((name) => this.#arn(name));
    const chosen = [...this.#trails.values()].filter(({ arn }) => names.length === 0 || arns.includes(arn));
    return chosen.map((trail) => describeTrail(trail, this.#account.region));
  }

  #find(name: string | undefined): Trail {
    const arn = this.#arn(name ?? '');
    const trail = this.#trails.get(arn);
    if (trail !== undefined) return trail;
    throw new AwsError('TrailNotFoundException', `Unknown trail: ${arn} for the user: ${this.#account.id}`);
  }

  #arn(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : this.#account.arn('cloudtrail', `trail/${nameOrArn}`);
  }
}

function statusOf(trail: Trail): TrailStatusOutput {
  const { isLogging, startedAt, stoppedAt, latestLogsDeliveryAt } = trail;
  return {
    IsLogging: isLogging,
    ...(startedAt === undefined ? {} : { StartLoggingTime: new Date(startedAt) }),
    ...(stoppedAt === undefined ? {} : { StopLoggingTime: new Date(stoppedAt) }),
    ...(latestLogsDeliveryAt === undefined ? {} : { LatestCloudWatchLogsDeliveryTime: new Date(latestLogsDeliveryAt) }),
  };
}
