import * as z from 'zod';
import { Defect } from '../platform/errors.ts';
import type { Ledger, LedgerRecord } from '../platform/ledger.ts';
import { capacityRecords } from './lease-records.ts';
import type { AppliedBounds } from './reconciliation.ts';

const boundsSchema = z.object({ minSize: z.int().min(0), maxSize: z.int().min(0) });
const appliedSchema = boundsSchema.extend({ previous: boundsSchema.optional() });

/** What a reconciliation wrote last, and how often one wrote before. */
export interface AppliedRecord {
  readonly bounds: AppliedBounds;
  readonly revision: number;
}

const prefix = 'applied-bounds/';

/** What was written last to a group, among the records of this capability. */
export function appliedAmong(records: readonly LedgerRecord[], groupName: string): AppliedRecord | undefined {
  const record = records.find(({ id }) => id === `${prefix}${groupName}`);
  if (record === undefined) return undefined;
  const result = appliedSchema.safeParse(record.value);
  if (!result.success) throw new Defect(`The bounds recorded for ${groupName} are malformed: ${result.error.message}`);
  return { bounds: result.data, revision: record.revision };
}

/** Records bounds over those of `revision`, 0 for none. False when somebody else recorded meanwhile. */
export function putApplied(ledger: Ledger, groupName: string, bounds: AppliedBounds, revision: number): Promise<boolean> {
  return ledger.write({ type: capacityRecords, id: `${prefix}${groupName}`, revision: revision + 1, value: { ...bounds } });
}
