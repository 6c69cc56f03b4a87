import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { capacityVariables } from './environment.ts';
import { getSaleLease } from './lease-records.ts';
import { nextWake } from './sale-phases.ts';
import { assessSaleReadiness } from './sale-readiness.ts';
import { saleReferenceSchema } from './sale-reference.ts';

const { LEDGER_TABLE, GROUP_NAME, TARGET_GROUP_ARN, CAPACITY_MODEL } = capacityVariables;

/** One look at a sale after its verdict: its phase, when to look again, and whether a sale that was refused is ready now. */
export const handler = createHandler({
  input: saleReferenceSchema,
  environment: { LEDGER_TABLE, GROUP_NAME, TARGET_GROUP_ARN, CAPACITY_MODEL },
  handle: async ({ saleId, revision }, { environment, now }) => {
    const lease = await getSaleLease(new Ledger(environment.LEDGER_TABLE), saleId);
    if (lease === undefined) return { phase: 'superseded' as const, ready: true };
    const wake = nextWake({
      lease: { ...lease, revision },
      currentRevision: lease.revision,
      model: environment.CAPACITY_MODEL,
      now,
    });
    const isUnderWay = wake.phase === 'preparing' || wake.phase === 'gate' || wake.phase === 'holding';
    const readiness = isUnderWay ? await assessSaleReadiness(lease, environment, now) : undefined;
    // Ready unless it is known not to be: nobody is woken for a sale that is over.
    return { ...wake, ready: readiness === undefined || readiness.kind === 'ready', readiness: readiness?.reason ?? '' };
  },
});
