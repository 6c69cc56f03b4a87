import type { Account } from '../kernel/account.ts';
import { NotModelledError } from '../kernel/aws-error.ts';
import type { Cancel } from '../kernel/clock.ts';
import { type AwsService, operation } from '../kernel/service.ts';
import { type DeadLetter, deliver, type RetryPolicy } from './delivery/retries.ts';
import { callOfArn, send, type TargetCall } from './delivery/target-call.ts';
import { busNameOf, forwarded, forwardedEntry, isBusArn, regionOfArn, wholeSeconds } from './eventbridge/bus.ts';
import { payloadFor, type TargetInput } from './eventbridge/input.ts';
import { compilePattern } from './eventbridge/pattern.ts';
import { parseScheduleExpression, type ScheduleExpression } from './scheduler/expression.ts';

/** An event as rules see it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface PublishedEvent {
  /** For example `aws.autoscaling`. */
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
  /** @default 'default' */
  readonly busName?: string;
  /** Where it happened, and whose bus gets it. @default the account's Region */
  readonly region?: string;
  /** When it happened, epoch milliseconds. @default now */
  readonly at?: number;
  /** Drawn by the publisher, so that its events move no other draws. @default drawn here */
  readonly id?: string;
}

export interface RuleTarget extends TargetInput {
  readonly id: string;
  readonly arn: string;
  readonly roleArn: string | undefined;
  readonly retryPolicy: RetryPolicy;
  readonly deadLetterArn: string | undefined;
}

export interface RuleDefinition {
  readonly name: string;
  /** Its Region is the rule's. */
  readonly arn: string;
  readonly busName: string;
  readonly isEnabled: boolean;
  readonly eventPattern: unknown;
  /** `cron(…)` or `rate(…)`, in UTC. */
  readonly scheduleExpression: string | undefined;
  readonly targets: readonly RuleTarget[];
}

/** What becomes of an event on its way to the targets of one rule. Events of AWS services are best effort: any may happen. */
export type EventDelivery = 'once' | 'twice' | 'lost' | { readonly delaySeconds: number };

interface PutEventsInput {
  readonly Entries?: readonly {
    readonly Source?: string;
    readonly DetailType?: string;
    readonly Detail?: string;
    readonly EventBusName?: string;
    readonly Resources?: readonly string[];
    /** Only of an event that a rule of another bus sends on. */
    readonly [forwarded]?: BusEvent;
  }[];
}

interface PutEventsOutput {
  readonly FailedEntryCount: number;
  readonly Entries: readonly { readonly EventId?: string; readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
}

interface StandingRule {
  readonly definition: RuleDefinition;
  readonly region: string;
  readonly matches: (event: unknown) => boolean;
  cancel: Cancel;
}

/** From an event to the call of a target, in milliseconds: about half a second is what AWS publishes as typical. */
const deliveryMilliseconds = { low: 500, high: 2000 };
/** A doubled event comes again this much later. */
const doubleMilliseconds = { low: 200, high: 20_000 };

/** Simulated EventBridge: buses, rules with patterns or schedules, best-effort delivery. */
export class EventBridge implements AwsService {
  readonly sdkId = 'EventBridge';
  readonly statesName = 'eventbridge';
  readonly statesErrorPrefix = 'EventBridge';
  /** Set by a scenario to lose, double or delay events. */
  deliver: (event: BusEvent, rule: RuleDefinition) => EventDelivery = () => 'once';
  /** Events that were given up. */
  readonly deadLetters: DeadLetter[] = [];

  readonly #account: Account;
  readonly #rules = new Map<string, StandingRule>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    PutEvents: operation<PutEventsInput, PutEventsOutput>({
      authorise: (input) =>
        (input.Entries ?? []).map((entry) => ({
          action: 'events:PutEvents',
          resource: this.#busArn(entry.EventBusName ?? 'default'),
          context: { 'events:source': entry.Source ?? '', 'events:detail-type': entry.DetailType ?? '' },
        })),
      execute: (input) => this.#putEvents(input),
    }),
  };

  get rules(): readonly RuleDefinition[] {
    return [...this.#rules.values()].map(({ definition }) => definition);
  }

  putRule(definition: RuleDefinition): void {
    const account = this.#account;
    const region = regionOfArn(definition.arn);
    for (const target of definition.targets) refuseTarget(target, region, account.region);
    this.#rules.get(definition.arn)?.cancel();
    const matches = definition.eventPattern === undefined ? () => false : compilePattern(definition.eventPattern);
    const standing: StandingRule = { definition, region, matches, cancel: () => {} };
    this.#rules.set(definition.arn, standing);
    if (definition.scheduleExpression === undefined || !definition.isEnabled) return;
    const now = account.clock.now();
    this.#arm(standing, parseScheduleExpression(definition.scheduleExpression, 'UTC', now), now);
  }

  deleteRule(arn: string): void {
    this.#rules.get(arn)?.cancel();
    this.#rules.delete(arn);
  }

  /** Puts an event of an AWS service, or of the world outside, on a bus. Matching rules get it after a drawn delay. */
  publish(published: PublishedEvent): void {
    this.#publish(published);
  }

  #publish(published: PublishedEvent): BusEvent {
    const region = published.region ?? this.#account.region;
    const event: BusEvent = {
      version: '0',
      id: published.id ?? this.#account.random.stream('eventbridge').uuid(),
      'detail-type': published.detailType,
      source: published.source,
      account: this.#account.id,
      time: wholeSeconds(published.at ?? this.#account.clock.now()),
      region,
      resources: published.resources ?? [],
      detail: published.detail,
    };
    this.#offer(event, region, published.busName ?? 'default');
    return event;
  }

  /** Hands an event on a bus to the rules that match it. */
  #offer(event: BusEvent, busRegion: string, busName: string): void {
    for (const { definition, region, matches } of this.#rules.values()) {
      if (!definition.isEnabled || region !== busRegion || definition.busName !== busName || !matches(event)) continue;
      this.#dispatch(event, definition);
    }
  }

  #arm(standing: StandingRule, expression: ScheduleExpression, after: number): void {
    const dueAt = expression.next(after);
    if (dueAt === undefined) return;
    standing.cancel = this.#account.clock.at(dueAt, () => {
      this.#arm(standing, expression, dueAt);
      this.#dispatch(this.#scheduledEvent(standing.definition, dueAt), standing.definition);
    });
  }

  #scheduledEvent(rule: RuleDefinition, dueAt: number): BusEvent {
    return {
      version: '0',
      id: this.#account.random.stream('eventbridge').uuid(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: this.#account.id,
      time: wholeSeconds(dueAt),
      region: regionOfArn(rule.arn),
      resources: [rule.arn],
      detail: {},
    };
  }

  #dispatch(event: BusEvent, rule: RuleDefinition): void {
    const { clock, random } = this.#account;
    const draws = random.stream(`eventbridge/${rule.name}`);
    const arrivesAt = clock.now() + Math.round(draws.between(deliveryMilliseconds.low, deliveryMilliseconds.high));
    const delivery = this.deliver(event, rule);
    const arrive = (at: number): void => {
      for (const target of rule.targets) clock.at(at, () => this.#send(event, rule, target));
    };
    if (delivery === 'lost') {
      this.#note('lost', event, rule);
    } else if (delivery === 'twice') {
      this.#note('doubled', event, rule);
      arrive(arrivesAt);
      arrive(arrivesAt + Math.round(draws.between(doubleMilliseconds.low, doubleMilliseconds.high)));
    } else if (delivery === 'once') {
      arrive(arrivesAt);
    } else {
      this.#note('delayed', event, rule);
      arrive(arrivesAt + delivery.delaySeconds * 1000);
    }
  }

  #note(what: 'lost' | 'doubled' | 'delayed', event: BusEvent, rule: RuleDefinition): void {
    const text = `The event "${event['detail-type']}" of ${event.source} was ${what} on its way to ${rule.name}.`;
    this.#account.note(`eventbridge.event-${what}`, text, { eventId: event.id, ruleName: rule.name });
  }

  async #send(event: BusEvent, rule: RuleDefinition, target: RuleTarget): Promise<void> {
    const account = this.#account;
    const payload = payloadFor(target, event, rule);
    await deliver(account, {
      policy: target.retryPolicy,
      stream: 'eventbridge',
      attempt: () => {
        const sender = { service: 'events.amazonaws.com', sourceArn: rule.arn, roleArn: target.roleArn, session: event.id };
        return send(account, sender, isBusArn(target.arn) ? forward(event, target.arn) : callOfArn(target.arn, payload));
      },
      giveUp: (error, attempts) => {
        this.deadLetters.push({
          at: account.clock.now(),
          source: rule.name,
          queueArn: target.deadLetterArn,
          payload,
          attempts,
          error: error.name,
          message: error.message,
        });
        const text = `EventBridge gave an event for ${target.arn} up after ${attempts} attempts: ${error.name}: ${error.message}`;
        account.note('eventbridge.given-up', text, { eventId: event.id, ruleName: rule.name });
      },
    });
  }

  #busArn(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : this.#account.arn('events', `event-bus/${nameOrArn}`);
  }

  #putEvents(input: PutEventsInput): PutEventsOutput {
    const entries = (input.Entries ?? []).map((entry) => {
      const event = entry[forwarded];
      const busRegion = regionOfArn(this.#busArn(entry.EventBusName ?? 'default'));
      if (event !== undefined) {
        this.#offer(event, busRegion, busNameOf(entry.EventBusName));
        return { EventId: event.id };
      }
      if (busRegion !== this.#account.region) throw new NotModelledError(`PutEvents to ${entry.EventBusName}, in another Region, is not modelled.`);
      const { Source: source = '', DetailType: detailType = '', Detail: detail = '' } = entry;
      if (source === '' || detailType === '' || detail === '') {
        return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source, DetailType or Detail is not valid. Reason: it is required.' };
      }
      if (source.startsWith('aws.')) {
        return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
      }
      const parsed = parseDetail(detail);
      if (parsed === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
      const resources = entry.Resources ?? [];
      return { EventId: this.#publish({ source, detailType, detail: parsed, resources, busName: busNameOf(entry.EventBusName) }).id };
    });
    return { FailedEntryCount: entries.filter((entry) => 'ErrorCode' in entry).length, Entries: entries };
  }
}

/** What a rule may send to. Beyond the account's own Region, only buses are there to take something. */
function refuseTarget({ arn, roleArn, ...input }: RuleTarget, ruleRegion: string, homeRegion: string): void {
  if (!isBusArn(arn)) {
    if (ruleRegion !== homeRegion) throw new NotModelledError(`The target ${arn} of a rule in ${ruleRegion} is not modelled: event buses are.`);
    callOfArn(arn, '{}');
    return;
  }
  if (roleArn === undefined) throw new NotModelledError(`The target ${arn} without a role is not modelled: a bus's own policy is not.`);
  const transformed = (['Input', 'InputPath', 'InputTransformer'] as const).find((member) => input[member] !== undefined);
  if (transformed !== undefined) throw new NotModelledError(`${transformed} of the target ${arn} is not modelled: buses get whole events.`);
}

function forward(event: BusEvent, busArn: string): TargetCall {
  return { sdkId: 'EventBridge', operation: 'PutEvents', input: { Entries: [forwardedEntry(event, busArn)] } };
}

/** `Detail` must be the text of a JSON object. */
function parseDetail(detail: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(detail);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
