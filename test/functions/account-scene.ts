import type { Account } from '../../simulator/kernel/account.ts';
import type { PublishedMessage } from '../../simulator/services/sns.ts';
import type { Execution } from '../../simulator/step-functions/service/execution.ts';
import { paris } from '../../rehearsal/paris.ts';
import { Stage } from '../../rehearsal/stage.ts';
import type { Synthesis } from '../../rehearsal/synthesis.ts';
import { ordinaryDays } from '../../rehearsal/visitors.ts';
import { prepareShop } from '../../rehearsal/world.ts';

/** What the tests of every capability do with an account in which the shop stands. */

export const minute = 60_000;
export const hour = 60 * minute;

export interface Setting {
  readonly synthesis: Synthesis;
  /** Paris time at which the account is empty. */
  readonly startsAt: string;
  /** Minutes until the story begins. */
  readonly settlingMinutes: number;
  /** What is unlike an ordinary day. @default nothing */
  readonly prepare?: ((account: Account) => void) | undefined;
}

/** Plays a story in an account of its own, in which a shop of 60 requests per second has settled. */
export function playIn<T>({ synthesis, startsAt, settlingMinutes, prepare }: Setting, story: (stage: Stage) => Promise<T>): Promise<T> {
  const options = {
    synthesis,
    seed: 1,
    startsAt: paris(startsAt),
    prepare: (account: Account): void => {
      prepareShop(account, synthesis.config);
      account.shop.visitors = ordinaryDays(60);
      prepare?.(account);
    },
  };
  return Stage.open(options, async (stage) => {
    await stage.until(stage.startedAt + settlingMinutes * minute, 'settling');
    return story(stage);
  });
}

export function wait(stage: Stage, milliseconds: number): Promise<void> {
  return stage.until(stage.now + milliseconds, 'scene');
}

/** Messages of a kind, `<capability>.<event>`. */
export function told(stage: Stage, kind: string): readonly PublishedMessage[] {
  return stage.account.sns.messages.filter(({ attributes }) => attributes['kind'] === kind);
}

/** What the detail of a message says of one thing. */
export function detailOf(message: PublishedMessage | undefined, field: string): unknown {
  const { detail } = JSON.parse(message?.message ?? '{"detail":{}}') as { readonly detail: Readonly<Record<string, unknown>> };
  return detail[field];
}

/** Executions of a workflow, by its output of the stack: `SaleScaling`, `SurgeScaling`, … */
export function executionsOf(stage: Stage, workflow: string): readonly Execution[] {
  const arn = stage.output(`${workflow}Arn`);
  return stage.account.stepFunctions.executions.filter(({ machine }) => machine.arn === arn);
}
