import * as z from 'zod';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { announcementSchema, describeAnnouncement } from './announcements.ts';
import { capacityVariables } from './environment.ts';
import { getSaleLease } from './lease-records.ts';
import { saleReferenceSchema } from './sale-reference.ts';
import { recordVerdict } from './verdict-records.ts';

const { LEDGER_TABLE, TOPIC_ARN } = capacityVariables;

/** Tells of one event of a sale, once. A sale that was revised meanwhile has nothing to tell under its old revision. */
export const handler = createHandler({
  input: z.object({ sale: saleReferenceSchema }).and(announcementSchema),
  environment: { LEDGER_TABLE, TOPIC_ARN },
  handle: async (input, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const lease = await getSaleLease(ledger, input.sale.saleId);
    if (lease === undefined || lease.revision !== input.sale.revision) return { told: false };
    if (input.event === 'go' || input.event === 'no-go') {
      const kind = input.event === 'go' ? 'ready' : 'no-go';
      await recordVerdict(ledger, input.sale, { at: now, kind, reason: input.readiness.reason });
    }
    await notify(describeAnnouncement(input, lease), { ledger, topicArn: environment.TOPIC_ARN, now });
    return { told: true };
  },
});
