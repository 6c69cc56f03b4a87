import { Defect } from '../platform/errors.ts';
import type { Ledger, LedgerRecord } from '../platform/ledger.ts';
import { toEpoch } from './instant.ts';
import { type Lease, leaseSchema, type SaleLease } from './lease.ts';

/** How long the record of a lease is kept after its end, in days: reservation advice looks back over a quarter. */
const keptDays = 400;

/** Records of this capability share a type, so that one consistent query shows all that a reconciliation decides on. */
export const capacityRecords = 'capacity';

const prefix = 'lease/';

/** Every lease that the ledger holds, those that are over included. */
export async function listLeases(ledger: Ledger): Promise<Lease[]> {
  return leasesAmong(await ledger.list(capacityRecords));
}

/** The leases among the records of this capability. */
export function leasesAmong(records: readonly LedgerRecord[]): Lease[] {
  return records.filter(({ id }) => id.startsWith(prefix)).map(({ id, value }) => parseLease(id, value));
}

export async function getLease(ledger: Ledger, id: string): Promise<Lease | undefined> {
  const record = await ledger.get(capacityRecords, `${prefix}${id}`);
  return record === undefined ? undefined : parseLease(id, record.value);
}

/** The lease of a sale, or undefined where no sale has this id. */
export async function getSaleLease(ledger: Ledger, saleId: string): Promise<SaleLease | undefined> {
  const lease = await getLease(ledger, saleId);
  return lease?.kind === 'sale' ? lease : undefined;
}

/** Writes a lease over the revision before it. False when somebody else wrote meanwhile. */
export function putLease(ledger: Ledger, lease: Lease): Promise<boolean> {
  const expiresAt = Math.floor(toEpoch(lease.until) / 1000) + keptDays * 86_400;
  return ledger.write({ type: capacityRecords, id: `${prefix}${lease.id}`, revision: lease.revision, value: lease, expiresAt });
}

function parseLease(id: string, value: unknown): Lease {
  const result = leaseSchema.safeParse(value);
  if (!result.success) throw new Defect(`The lease ${id} in the ledger is malformed: ${result.error.message}`);
  return result.data;
}
