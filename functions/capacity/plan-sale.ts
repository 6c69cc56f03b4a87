import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import type { Blocker } from './blocker.ts';
import { recordStarted } from './due-workflows.ts';
import { capacityVariables } from './environment.ts';
import { getSaleLease } from './lease-records.ts';
import { saleExecutionName } from './reconciliation.ts';
import { nextWake, type SalePhase } from './sale-phases.ts';
import { preflightSale } from './sale-preflight.ts';
import { saleReferenceSchema } from './sale-reference.ts';

const { LEDGER_TABLE, GROUP_NAME, LOAD_BALANCER_ARN, CAPACITY_MODEL } = capacityVariables;

interface SalePlan {
  readonly phase: SalePhase;
  readonly feasible: boolean;
  readonly blockers: readonly Blocker[];
  readonly warnings: readonly Blocker[];
  readonly reason: string;
}

/** The first state of a sale's execution: is this revision still the one, is there time, and what stands in the way. */
export const handler = createHandler({
  input: saleReferenceSchema,
  environment: { LEDGER_TABLE, GROUP_NAME, LOAD_BALANCER_ARN, CAPACITY_MODEL },
  handle: async ({ saleId, revision }, { environment, now }): Promise<SalePlan> => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const lease = await getSaleLease(ledger, saleId);
    if (lease === undefined || lease.revision !== revision) {
      const reason = `revision ${revision} was replaced by ${lease?.revision ?? 'none'}`;
      return { phase: 'superseded', feasible: true, blockers: [], warnings: [], reason };
    }
    await recordStarted(ledger, saleExecutionName(saleId, revision), now);
    const { phase, reason } = nextWake({ lease, currentRevision: revision, model: environment.CAPACITY_MODEL, now });
    if (phase === 'descending' || phase === 'finished') return { phase, feasible: true, blockers: [], warnings: [], reason };
    const { feasible, blockers, warnings, reason: verdict } = await preflightSale(lease, environment);
    return { phase, feasible, blockers, warnings, reason: verdict };
  },
});
