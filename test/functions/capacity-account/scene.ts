import type { Account } from '../../../simulator/kernel/account.ts';
import { paris } from '../../../rehearsal/paris.ts';
import { ledgerItems, samplesBetween } from '../../../rehearsal/promises/evidence.ts';
import type { SaleRequest } from '../../../rehearsal/scenario.ts';
import { registerSale } from '../../../rehearsal/sale-story.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import type { Synthesis } from '../../../rehearsal/synthesis.ts';
import { detailOf, executionsOf, minute, playIn, told } from '../account-scene.ts';

export { detailOf, executionsOf, minute, told } from '../account-scene.ts';

/**
 * From something that happened to a reconciliation that has dealt with it, in milliseconds: five minutes from one to
 * the next, and the minute within which EventBridge Scheduler calls.
 */
export const healing = 6 * minute + 15_000;

/** Paris time of the day on which the scenes play. */
export function at(time: string): number {
  return paris(`2027-01-13T${time}`);
}

/** A sale of two hours on that day; its lease begins at 06:55. */
export function saleOf(change: Partial<SaleRequest> = {}): SaleRequest {
  return {
    id: 'soldes',
    name: 'Soldes',
    startsAt: '2027-01-13T08:00',
    endsAt: '2027-01-13T10:00',
    floor: 13,
    ...change,
  };
}

export interface Scene {
  readonly synthesis: Synthesis;
  /** Paris time at which the account is empty; half an hour later the sales are registered. @default '2027-01-13T06:00' */
  readonly startsAt?: string;
  /** Registered one after the other. @default none */
  readonly sales?: readonly SaleRequest[];
  /** What is unlike an ordinary day. @default nothing */
  readonly prepare?: (account: Account) => void;
}

/** Plays a story in an account of its own, in which a shop of 60 requests per second has settled. */
export function play<T>({ synthesis, startsAt = '2027-01-13T06:00', sales = [], prepare }: Scene, story: (stage: Stage) => Promise<T>): Promise<T> {
  return playIn({ synthesis, startsAt, settlingMinutes: 30, prepare }, async (stage) => {
    for (const sale of sales) await registerSale(stage, sale);
    return story(stage);
  });
}

/** Lets time pass until `time` of the day on which the scenes play. */
export function until(stage: Stage, time: string): Promise<void> {
  return stage.until(at(time), 'scene');
}

/** MinSize minute by minute; the second time is left out. */
export function floorsBetween(stage: Stage, from: number, end: number): number[] {
  return samplesBetween(stage, from, end).map(({ minSize }) => minSize);
}

export function lowestFloor(stage: Stage, from: number, end: number): number {
  const floors = floorsBetween(stage, from, end);
  if (floors.length === 0) throw new Error('There is not a minute between these times.');
  return Math.min(...floors);
}

export function highestFloor(stage: Stage, from: number, end: number): number {
  const floors = floorsBetween(stage, from, end);
  if (floors.length === 0) throw new Error('There is not a minute between these times.');
  return Math.max(...floors);
}

/** Bounds and wanted size of the shop's group as they are now. */
export function groupNow(stage: Stage): { readonly min: number; readonly max: number; readonly desired: number } {
  const { min, max, desired } = stage.account.autoScaling.group(stage.output('AutoScalingGroupName'));
  return { min, max, desired };
}

/** Somebody at the console changes the group. */
export function changeGroup(stage: Stage, change: { readonly MinSize?: number; readonly MaxSize?: number }): Promise<unknown> {
  const AutoScalingGroupName = stage.output('AutoScalingGroupName');
  return stage.asOperator('Auto Scaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName, ...change });
}

/** Names and ends of the executions that accompanied sales. */
export function saleExecutions(stage: Stage): Readonly<Record<string, string>> {
  return Object.fromEntries(executionsOf(stage, 'SaleScaling').map(({ name, status }) => [name, status]));
}

/** How often a sale's report was written, and how often it was told. */
export function reportsOf(stage: Stage, saleId: string): { readonly versions: number; readonly messages: number } {
  return {
    versions: stage.account.s3.versions(stage.output('EvidenceBucketName'), `sales/${saleId}/report.json`).length,
    messages: told(stage, 'sale.report').filter((message) => detailOf(message, 'saleId') === saleId).length,
  };
}

export const reportedOnce = { versions: 1, messages: 1 } as const;

/** What a registration may write: leases, and the messages that were told. */
export function registrations(stage: Stage): readonly Record<string, unknown>[] {
  return ledgerItems(stage).filter(({ type, id, value }) => {
    const { kind } = value as { readonly kind?: string };
    return type === 'notification' ? /^(sale|capacity)\./u.test(kind ?? '') : String(id).startsWith('lease/');
  });
}
