import type { Ledger, LedgerRecord } from '../platform/ledger.ts';
import { capacityRecords } from './lease-records.ts';
import { type Lease, leasePhaseAt } from './lease.ts';
import type { CapacityModel } from './model.ts';
import { dueSales } from './reconciliation.ts';

/** An execution that should be running and, as far as the ledger knows, is not. */
export interface DueWorkflow {
  readonly workflow: 'sale-scaling' | 'surge-scaling';
  /** Name of the execution: starting it twice is harmless. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const prefix = 'workflow/';
const keptDays = 90;

/** Notes that the execution `name` has begun; it is not due any more. */
export async function recordStarted(ledger: Ledger, name: string, now: number): Promise<void> {
  const expiresAt = Math.floor(now / 1000) + keptDays * 86_400;
  if ((await ledger.get(capacityRecords, `${prefix}${name}`)) !== undefined) return;
  const value = { startedAt: new Date(now).toISOString() };
  await ledger.write({ type: capacityRecords, id: `${prefix}${name}`, revision: 1, value, expiresAt });
}

/** Sales whose time has come, and the surge whose alarm is red although nothing answers it. */
export function findDueWorkflows(
  records: readonly LedgerRecord[],
  leases: readonly Lease[],
  model: CapacityModel,
  surgeAlarmState: string | undefined,
  now: number,
): DueWorkflow[] {
  const started = records.filter(({ id }) => id.startsWith(prefix)).map(({ id }) => id.slice(prefix.length));
  const sales = dueSales(model, leases, now, new Set(started));
  return [
    ...sales.map(({ saleId, revision, executionName }): DueWorkflow => ({
      workflow: 'sale-scaling',
      name: executionName,
      input: { saleId, revision },
    })),
    ...(surgeAlarmState === 'ALARM' && !isSurgeHeld(leases, model, now) ? [dueSurge(now)] : []),
  ];
}

function isSurgeHeld(leases: readonly Lease[], model: CapacityModel, now: number): boolean {
  return leases.some((lease) => lease.kind === 'surge' && leasePhaseAt(lease, model, now) === 'active');
}

/** Named by the minute: two reconciliations that run beside each other start one. */
function dueSurge(now: number): DueWorkflow {
  const minute = new Date(now).toISOString().slice(0, 16).replaceAll(':', '-');
  return { workflow: 'surge-scaling', name: `surge-${minute}`, input: {} };
}
