import * as z from 'zod';
import { Defect } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import type { RecordedVerdict } from './sale-report.ts';

const recordType = 'verdict';
const keptDays = 400;

const verdictSchema = z.object({ at: z.number(), kind: z.enum(['ready', 'no-go']), reason: z.string() });

/** Records a verdict on one revision of a sale. The first of its kind stands. */
export async function recordVerdict(
  ledger: Ledger,
  sale: { readonly saleId: string; readonly revision: number },
  verdict: z.infer<typeof verdictSchema>,
): Promise<void> {
  const expiresAt = Math.floor(verdict.at / 1000) + keptDays * 86_400;
  const id = `${sale.saleId}/r${sale.revision}/${verdict.kind}`;
  if ((await ledger.get(recordType, id)) !== undefined) return;
  await ledger.write({ type: recordType, id, revision: 1, value: verdict, expiresAt });
}

/** Every verdict on a sale, of all its revisions. */
export async function listVerdicts(ledger: Ledger, saleId: string): Promise<RecordedVerdict[]> {
  const records = await ledger.list(recordType);
  return records
    .filter(({ id }) => id.startsWith(`${saleId}/`))
    .map(({ id, value }) => {
      const result = verdictSchema.safeParse(value);
      if (!result.success) throw new Defect(`The verdict ${id} in the ledger is malformed: ${result.error.message}`);
      return result.data;
    });
}
