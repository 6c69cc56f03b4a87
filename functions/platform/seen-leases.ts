import * as z from 'zod';
import { Defect } from './errors.ts';
import type { Ledger } from './ledger.ts';

/** Of a claim on capacity, what capabilities beside that of capacity have to know; the ledger holds more. */
const seenLeaseSchema = z.object({
  id: z.string().min(1),
  kind: z.enum(['sale', 'surge', 'rehearsal']),
  status: z.enum(['active', 'cancelled']),
  /** It holds in `[from, until)`, ISO 8601. */
  from: z.iso.datetime(),
  until: z.iso.datetime(),
});
export type SeenLease = z.infer<typeof seenLeaseSchema>;

const recordType = 'capacity';
const prefix = 'lease/';

/** Every lease that the ledger holds, those that are over included. */
export async function listSeenLeases(ledger: Ledger): Promise<SeenLease[]> {
  return (await ledger.list(recordType))
    .filter(({ id }) => id.startsWith(prefix))
    .map(({ id, value }) => {
      const result = seenLeaseSchema.safeParse(value);
      if (!result.success) throw new Defect(`The lease ${id} in the ledger is malformed: ${z.prettifyError(result.error)}`);
      return result.data;
    });
}
