import * as z from 'zod';
import { getSaleLease, listLeases } from '../../functions/capacity/lease-records.ts';
import { type SaleLease, saleIdSchema } from '../../functions/capacity/lease.ts';
import { listVerdicts } from '../../functions/capacity/verdict-records.ts';
import { getEvidence } from '../../functions/platform/evidence.ts';
import { type ExitCode, exitCodes, wrongInput } from '../errors.ts';
import { facts, parisTime, table } from '../output.ts';
import { ledgerOf, type Session } from '../session.ts';

/** Where a sale stands, in a word. */
export function stateOf({ status, from, until, sale }: SaleLease, now: number): string {
  if (status === 'cancelled') return 'cancelled';
  if (now >= Date.parse(until)) return 'over';
  if (now >= Date.parse(sale.startsAt)) return 'open';
  return now >= Date.parse(from) ? 'preparing' : 'ahead';
}

export async function listSales(session: Session, isAll: boolean): Promise<ExitCode> {
  const { output } = session;
  const deployment = await session.deployment();
  const leases = await output.whileWaiting('Reading the ledger', listLeases(ledgerOf(deployment)));
  const now = Date.now();
  const sales = leases
    .filter((lease) => lease.kind === 'sale')
    .map((lease) => ({ ...lease, state: stateOf(lease, now) }))
    .filter(({ state }) => isAll || (state !== 'over' && state !== 'cancelled'))
    .toSorted((left, right) => Date.parse(left.sale.startsAt) - Date.parse(right.sale.startsAt));
  output.print(sales, () =>
    sales.length === 0
      ? [isAll ? 'No sale was ever registered.' : 'No sale is ahead. --all shows those that are over.']
      : table(
          ['SALE', 'STATE', 'OPENS', 'ENDS', 'FLOOR', 'NAME'],
          sales.map(({ id, state, floor, sale }) => [id, state, parisTime(sale.startsAt), parisTime(sale.endsAt), String(floor), sale.name]),
        ),
  );
  return exitCodes.done;
}

const reportSchema = z.looseObject({ summary: z.looseObject({ outcome: z.string() }) });

export async function showSale(session: Session, id: string): Promise<ExitCode> {
  const saleId = saleIdSchema.safeParse(id);
  if (!saleId.success) throw wrongInput(`id: ${JSON.stringify(id)} given, expected ${saleId.error.issues[0]?.message ?? 'the id of a sale'}.`);
  const { output } = session;
  const deployment = await session.deployment();
  const found = await output.whileWaiting('Reading the ledger', readSale(deployment.output('EvidenceBucketName'), ledgerOf(deployment), id));
  if (found === undefined) throw wrongInput(`id: there is no sale ${JSON.stringify(id)}.`, 'See `webmarket sale list --all` for those that there are.');
  const { lease, verdicts, report } = found;
  const { sale } = lease;
  const state = stateOf(lease, Date.now());
  output.print({ ...lease, state, verdicts: verdicts.map(({ at, ...verdict }) => ({ at: new Date(at).toISOString(), ...verdict })), report }, () => [
    `${output.heading(sale.name)} (${sale.id}, revision ${lease.revision})`,
    ...facts([
      ['State', state],
      ['Opens', `${parisTime(sale.startsAt)} in Paris`],
      ['Ends', `${parisTime(sale.endsAt)} in Paris`],
      ['Capacity', `from ${parisTime(lease.from)} to ${parisTime(lease.until)}`],
      ['Floor', `${lease.floor} instances, ceiling ${lease.ceiling}`],
      ['Expected', sale.expectedPeakRequestsPerSecond === undefined ? 'a floor was given, no peak' : `${sale.expectedPeakRequestsPerSecond} requests per second at the peak`],
      ...verdicts.map(({ at, kind, reason }) => [kind === 'ready' ? 'GO' : 'NO-GO', `${parisTime(new Date(at).toISOString())}  ${reason}`] as const),
      ['Report', report === undefined ? 'none yet' : `${report.outcome}: ${report.location}`],
    ]),
  ]);
  return exitCodes.done;
}

async function readSale(bucket: string, ledger: ReturnType<typeof ledgerOf>, id: string) {
  const lease = await getSaleLease(ledger, id);
  if (lease === undefined) return undefined;
  const key = `sales/${id}/report.json`;
  const [verdicts, report] = await Promise.all([listVerdicts(ledger, id), getEvidence(bucket, key)]);
  const parsed = report === undefined ? undefined : { outcome: reportSchema.parse(report).summary.outcome, location: `s3://${bucket}/${key}` };
  return { lease, verdicts: verdicts.toSorted((left, right) => left.at - right.at), report: parsed };
}
