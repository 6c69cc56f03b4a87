import * as z from 'zod';
import { Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { list } from './announcements.ts';
import type { Blocker } from './blocker.ts';
import { capacityVariables } from './environment.ts';
import { DAY_MILLISECONDS, toEpoch } from './instant.ts';
import { listLeases } from './lease-records.ts';
import type { Lease, SaleLease } from './lease.ts';
import { formatParisTime } from './paris-time.ts';
import { preflightSale } from './sale-preflight.ts';

const { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, LOAD_BALANCER_ARN, CAPACITY_MODEL } = capacityVariables;

/** A vCPU quota may take days to raise: a shortage is known this many days ahead. */
const daysAhead = 14;

const recordType = 'preflight';
/** How long the record is kept after the sale. */
const keptDays = 30;

/** The preflight of every sale of the next days. It tells of blockers when they appear or change, not every morning. */
export const handler = createHandler({
  input: z.object({}),
  environment: { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, LOAD_BALANCER_ARN, CAPACITY_MODEL },
  handle: async (_input, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const upcoming = (await listLeases(ledger)).filter((lease) => isUpcoming(lease, now));
    const checked: { saleId: string; feasible: boolean; reason: string }[] = [];
    for (const lease of upcoming) {
      const { feasible, blockers, reason } = await preflightSale(lease, environment);
      checked.push({ saleId: lease.id, feasible, reason });
      const change = await recordBlockers(ledger, lease, blockers);
      if (feasible) continue;
      await notify(
        {
          key: `sale/${lease.id}/r${lease.revision}/preflight/${change}`,
          kind: 'sale.preflight-blocked',
          severity: 'critical',
          subject: `Blockers for ${lease.id}, opening ${formatParisTime(toEpoch(lease.sale.startsAt))}`,
          text: list(blockers),
          detail: { saleId: lease.id, revision: lease.revision, blockers },
        },
        { ledger, topicArn: environment.TOPIC_ARN, now },
      );
    }
    return { checked };
  },
});

/**
 * Remembers what stood in the way of a sale when it was last looked at. Gives the number of this change: the same every
 * morning while the same blockers stand, another one when they change, go, or come back.
 */
async function recordBlockers(ledger: Ledger, lease: SaleLease, blockers: readonly Blocker[]): Promise<number> {
  const names = blockers.map(nameBlocker).toSorted();
  const record = await ledger.get(recordType, lease.id);
  const revision = record?.revision ?? 0;
  if (JSON.stringify(record?.value['blockers'] ?? []) === JSON.stringify(names)) return revision;
  const expiresAt = Math.floor(toEpoch(lease.until) / 1000) + (keptDays * DAY_MILLISECONDS) / 1000;
  const isWritten = await ledger.write({ type: recordType, id: lease.id, revision: revision + 1, value: { blockers: names }, expiresAt });
  if (!isWritten) throw new Transient('Another preflight wrote at the same moment.');
  return revision + 1;
}

/** What a blocker is about, without the figures that change every day. */
function nameBlocker({ code, evidence }: Blocker): string {
  return [code, evidence['process'], evidence['zone']].filter((part) => typeof part === 'string').join(':');
}

function isUpcoming(lease: Lease, now: number): lease is SaleLease {
  if (lease.kind !== 'sale' || lease.status !== 'active') return false;
  const opensIn = toEpoch(lease.sale.startsAt) - now;
  return opensIn > 0 && opensIn <= daysAhead * DAY_MILLISECONDS;
}
