import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { Cancel } from '../kernel/clock.ts';
import type { AwsService, Operation } from '../kernel/service.ts';
import { type DeadLetter, deliver, type RetryPolicy } from './delivery/retries.ts';
import { send } from './delivery/target-call.ts';
import { parseScheduleExpression, type ScheduleExpression } from './scheduler/expression.ts';
import { defaultInput, refuseUnknownTarget, targetCall } from './scheduler/target.ts';

export interface ScheduleDefinition {
  readonly name: string;
  readonly groupName: string;
  readonly arn: string;
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  readonly expression: string;
  /** IANA name. */
  readonly timezone: string;
  readonly isEnabled: boolean;
  /** Epoch milliseconds; nothing is due before. */
  readonly startsAt: number | undefined;
  /** Epoch milliseconds; nothing is due after. */
  readonly endsAt: number | undefined;
  /** 0 without a flexible time window. */
  readonly windowMinutes: number;
  readonly targetArn: string;
  readonly roleArn: string;
  readonly input: string | undefined;
  readonly retryPolicy: RetryPolicy;
  readonly deadLetterArn: string | undefined;
}

/** One trigger of a schedule, before its target is called. Times are epoch milliseconds. */
export interface ScheduledInvocation {
  readonly scheduleName: string;
  readonly groupName: string;
  readonly scheduledAt: number;
  /** When the target will be called, without the scenario's doing. */
  readonly invokedAt: number;
}

/** What becomes of a trigger. Scheduler promises at least once; `lost` is beyond what it promises. */
export type TriggerDelivery = 'once' | 'twice' | 'lost' | { readonly delaySeconds: number };

interface StandingSchedule {
  readonly definition: ScheduleDefinition;
  readonly expression: ScheduleExpression;
  cancel: Cancel;
}

/** Scheduler calls within the minute that the expression names (user guide, "Schedule types": 60 second precision). */
const precisionMilliseconds = 60_000;
/** The second call of a doubled trigger comes this much later. */
const doubleMilliseconds = { low: 500, high: 30_000 };

/** Simulated EventBridge Scheduler. */
export class Scheduler implements AwsService {
  readonly sdkId = 'Scheduler';
  readonly statesName = 'scheduler';
  readonly statesErrorPrefix = 'Scheduler';
  readonly operations: Readonly<Record<string, Operation>> = {};
  /** Set by a scenario to lose, double or delay triggers. */
  deliver: (invocation: ScheduledInvocation) => TriggerDelivery = () => 'once';
  /** Triggers that were given up. */
  readonly deadLetters: DeadLetter[] = [];

  readonly #account: Account;
  readonly #schedules = new Map<string, StandingSchedule>();

  constructor(account: Account) {
    this.#account = account;
  }

  get schedules(): readonly ScheduleDefinition[] {
    return [...this.#schedules.values()].map(({ definition }) => definition);
  }

  /** Creates a schedule, or replaces it. The role must let Scheduler assume it, as `CreateSchedule` demands. */
  putSchedule(definition: ScheduleDefinition): void {
    const account = this.#account;
    refuseUnknownTarget(account, definition.targetArn);
    const decision = account.iam.canAssume('scheduler.amazonaws.com', definition.roleArn, this.#groupArn(definition));
    if (!decision.allowed) {
      const message = `The execution role you provide must allow AWS EventBridge Scheduler to assume the role: ${decision.reason}`;
      throw new AwsError('ValidationException', message);
    }
    this.#schedules.get(definition.arn)?.cancel();
    const now = account.clock.now();
    const expression = parseScheduleExpression(definition.expression, definition.timezone, definition.startsAt ?? now);
    const standing: StandingSchedule = { definition, expression, cancel: () => {} };
    this.#schedules.set(definition.arn, standing);
    // A rate without a start date calls at once (user guide, "Rate-based schedules").
    if (definition.isEnabled) this.#arm(standing, Math.max(now, definition.startsAt ?? now) - 1);
  }

  #groupArn({ groupName }: ScheduleDefinition): string {
    return this.#account.arn('scheduler', `schedule-group/${groupName}`);
  }

  #arm(standing: StandingSchedule, after: number): void {
    const { definition, expression } = standing;
    const scheduledAt = expression.next(after);
    if (scheduledAt === undefined || scheduledAt > (definition.endsAt ?? Number.POSITIVE_INFINITY)) return;
    standing.cancel = this.#account.clock.at(scheduledAt, () => {
      this.#arm(standing, scheduledAt);
      this.#trigger(definition, scheduledAt);
    });
  }

  #trigger(definition: ScheduleDefinition, scheduledAt: number): void {
    const { clock, random } = this.#account;
    const draws = random.stream(`scheduler/${definition.name}`);
    const room = Math.max(precisionMilliseconds, definition.windowMinutes * 60_000);
    const invokedAt = scheduledAt + Math.floor(draws.next() * room);
    const { name: scheduleName, groupName } = definition;
    const delivery = this.deliver({ scheduleName, groupName, scheduledAt, invokedAt });
    const invoke = (at: number): void => {
      clock.at(at, () => this.#invoke(definition, scheduledAt));
    };
    if (delivery === 'lost') {
      this.#note('lost', definition, scheduledAt);
    } else if (delivery === 'twice') {
      this.#note('doubled', definition, scheduledAt);
      invoke(invokedAt);
      invoke(invokedAt + Math.round(draws.between(doubleMilliseconds.low, doubleMilliseconds.high)));
    } else if (delivery === 'once') {
      invoke(invokedAt);
    } else {
      this.#note('delayed', definition, scheduledAt);
      invoke(invokedAt + delivery.delaySeconds * 1000);
    }
  }

  #note(what: 'lost' | 'doubled' | 'delayed', { name }: ScheduleDefinition, scheduledAt: number): void {
    const text = `The trigger of ${name} for ${new Date(scheduledAt).toISOString()} was ${what}.`;
    this.#account.note(`scheduler.trigger-${what}`, text, { scheduleName: name, scheduledAt });
  }

  async #invoke(definition: ScheduleDefinition, scheduledAt: number): Promise<void> {
    const account = this.#account;
    const template = definition.input ?? defaultInput(account, definition.arn);
    let payload = template;
    await deliver(account, {
      policy: definition.retryPolicy,
      stream: 'scheduler',
      attempt: async (number) => {
        const executionId = account.random.stream('scheduler').hex(16);
        payload = fill(template, definition, { scheduledAt, executionId, number });
        const sender = {
          service: 'scheduler.amazonaws.com',
          // Scheduler sends the ARN of the group, not of the schedule (user guide, "Confused deputy prevention").
          sourceArn: this.#groupArn(definition),
          roleArn: definition.roleArn,
          session: executionId,
        };
        await send(account, sender, targetCall(account, definition.targetArn, payload));
      },
      giveUp: (error, attempts) => {
        this.deadLetters.push({
          at: account.clock.now(),
          source: definition.name,
          queueArn: definition.deadLetterArn,
          payload,
          attempts,
          error: error.name,
          message: error.message,
        });
        const text = `Scheduler gave ${definition.name} up after ${attempts} attempts: ${error.name}: ${error.message}`;
        account.note('scheduler.given-up', text, { scheduleName: definition.name, scheduledAt });
      },
    });
  }
}

/** Puts values for the context attributes (user guide, "Adding context attributes"). */
function fill(
  template: string,
  definition: ScheduleDefinition,
  invocation: { readonly scheduledAt: number; readonly executionId: string; readonly number: number },
): string {
  if (!template.includes('<aws.scheduler.')) return template;
  return template
    .replaceAll('<aws.scheduler.schedule-arn>', definition.arn)
    .replaceAll('<aws.scheduler.scheduled-time>', new Date(invocation.scheduledAt).toISOString().replace(/\.\d{3}Z$/u, 'Z'))
    .replaceAll('<aws.scheduler.execution-id>', invocation.executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(invocation.number));
}
