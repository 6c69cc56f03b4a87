import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { capacityVariables } from './environment.ts';
import { getSaleLease } from './lease-records.ts';
import { nextWake } from './sale-phases.ts';
import { assessSaleReadiness } from './sale-readiness.ts';
import { saleReferenceSchema } from './sale-reference.ts';

const { LEDGER_TABLE, GROUP_NAME, TARGET_GROUP_ARN, CAPACITY_MODEL } = capacityVariables;

/** One look before the gate: ready, not yet (and when to look again), no-go at the gate, or superseded. */
export const handler = createHandler({
  input: saleReferenceSchema,
  environment: { LEDGER_TABLE, GROUP_NAME, TARGET_GROUP_ARN, CAPACITY_MODEL },
  handle: async ({ saleId, revision }, { environment, now }) => {
    const lease = await getSaleLease(new Ledger(environment.LEDGER_TABLE), saleId);
    if (lease === undefined || lease.revision !== revision) return { verdict: 'superseded' as const };
    const { wakeAt } = nextWake({ lease, currentRevision: revision, model: environment.CAPACITY_MODEL, now });
    const { kind, healthy, blockers, reason } = await assessSaleReadiness(lease, environment, now);
    return { verdict: kind, wakeAt, healthy, floor: lease.floor, blockers, reason };
  },
});
