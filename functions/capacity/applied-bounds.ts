import { z } from 'zod';
import { Defect } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import type { AppliedBounds } from './reconciliation.ts';

const boundsSchema = z.object({ minSize: z.int().min(0), maxSize: z.int().min(0) });
const appliedSchema = boundsSchema.extend({ previous: boundsSchema.optional() });

/** What a reconciliation wrote last, and how often one wrote before. */
export interface AppliedRecord {
  readonly bounds: AppliedBounds;
  readonly revision: number;
}

export async function getApplied(ledger: Ledger, groupName: string): Promise<AppliedRecord | undefined> {
  const record = await ledger.get('applied-bounds', groupName);
  if (record === undefined) return undefined;
  const result = appliedSchema.safeParse(record.value);
  if (!result.success) throw new Defect(`The bounds recorded for ${groupName} are malformed: ${result.error.message}`);
  return { bounds: result.data, revision: record.revision };
}

/** Records bounds over those of `revision`, 0 for none. False when somebody else recorded meanwhile. */
export function putApplied(ledger: Ledger, groupName: string, bounds: AppliedBounds, revision: number): Promise<boolean> {
  return ledger.write({ type: 'applied-bounds', id: groupName, revision: revision + 1, value: { ...bounds } });
}
