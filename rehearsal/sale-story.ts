import { paris } from './paris.ts';
import type { SaleRequest } from './scenario.ts';
import type { Stage } from './stage.ts';

const minute = 60_000;

/** The instants of a sale that a story turns on, in epoch milliseconds. */
export interface SaleTimes {
  /** The lease begins. */
  readonly from: number;
  readonly gateAt: number;
  readonly opensAt: number;
  readonly endsAt: number;
  /** The floor is to be back at the baseline. */
  readonly downAt: number;
}

interface LeadTimes {
  readonly leadMinutes: number;
  readonly gateMinutes: number;
  readonly descent: { readonly windowMinutes: number };
}

/** A reconciliation comes every five minutes; a lease begins that much before its lead time. */
const reconciliationMinutes = 5;

export function timesOf(sale: SaleRequest, model: LeadTimes): SaleTimes {
  const opensAt = paris(sale.startsAt);
  const endsAt = paris(sale.endsAt);
  const leadMinutes = sale.leadMinutes ?? model.leadMinutes;
  return {
    from: opensAt - (leadMinutes + reconciliationMinutes) * minute,
    gateAt: opensAt - model.gateMinutes * minute,
    opensAt,
    endsAt,
    downAt: endsAt + (model.descent.windowMinutes + reconciliationMinutes) * minute,
  };
}

/** How often an operator tries before giving up, a minute apart. */
const operatorTries = 5;

/**
 * Registers a sale by hand. An error that may pass is tried again, as a person would. A refusal ends the rehearsal: its
 * message is for whoever wrote the sale.
 */
export async function registerSale(stage: Stage, sale: SaleRequest): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const answer = await stage.registerSale({ action: 'add', sale });
    if (answer['status'] === 'refused') throw new RefusedSaleError(String(answer['message']));
    if (answer['status'] !== 'failed') {
      stage.step(`Registered sale ${sale.id}: ${String(answer['reason'])}${describeBlockers(answer)}`);
      return;
    }
    if (tries === operatorTries) throw new Error(`register-sale failed ${tries} times: ${JSON.stringify(answer)}`);
    stage.step(`register-sale failed (${String(answer['errorType'])}); the operator tries again`);
    await stage.until(stage.now + minute, stage.account.phase);
  }
}

function describeBlockers(answer: Readonly<Record<string, unknown>>): string {
  const blockers = (answer['blockers'] ?? []) as readonly { readonly code: string }[];
  return blockers.length === 0 ? '' : `; blockers: ${blockers.map(({ code }) => code).join(', ')}`;
}

/** The sale that was to be rehearsed is not one that could be registered. */
export class RefusedSaleError extends Error {
  override readonly name = 'RefusedSaleError';
}

/** Lets a registered sale pass, phase by phase, and what an hour after its end looks like. */
export async function playSale(stage: Stage, sale: SaleRequest): Promise<void> {
  const times = timesOf(sale, stage.config.capacity);
  await stage.until(times.from, 'before the sale');
  stage.step('Lead time begins: capacity is raised');
  await stage.until(times.gateAt, 'raise');
  stage.step('The gate: GO or NO-GO is due');
  await stage.until(times.opensAt, 'gate');
  stage.step(`${sale.name} opens`);
  await stage.until(times.endsAt, 'hold');
  stage.step(`${sale.name} ends: the descent begins`);
  await stage.until(times.downAt, 'descent');
  await stage.until(Math.max(times.downAt, times.endsAt + 60 * minute) + 15 * minute, 'afterwards');
}
