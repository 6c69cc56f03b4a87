import * as z from 'zod';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { list } from './announcements.ts';
import { capacityVariables } from './environment.ts';
import { DAY_MILLISECONDS, toEpoch } from './instant.ts';
import { listLeases } from './lease-records.ts';
import type { Lease, SaleLease } from './lease.ts';
import { formatParisTime } from './paris-time.ts';
import { preflightSale } from './sale-preflight.ts';

const { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, LOAD_BALANCER_ARN, CAPACITY_MODEL } = capacityVariables;

/** A vCPU quota may take days to raise: a shortage is known this many days ahead. */
const daysAhead = 14;

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
      if (feasible) continue;
      const codes = blockers.map(({ code }) => code).toSorted();
      await notify(
        {
          key: `sale/${lease.id}/r${lease.revision}/preflight/${codes.join('+')}`,
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

function isUpcoming(lease: Lease, now: number): lease is SaleLease {
  if (lease.kind !== 'sale' || lease.status !== 'active') return false;
  const opensIn = toEpoch(lease.sale.startsAt) - now;
  return opensIn > 0 && opensIn <= daysAhead * DAY_MILLISECONDS;
}
