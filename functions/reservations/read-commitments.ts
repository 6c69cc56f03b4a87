import { Refused, Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { adviceRequestSchema } from './advice.ts';
import type { Commitments } from './commitments.ts';
import { readReservedDatabases, readReservedInstances, readSavingsPlans } from './held-commitments.ts';
import { askCostExplorer } from './second-opinion.ts';
import { orUnknown } from './unknown.ts';

/** What is committed already, and what AWS itself would advise. Reads only. */
export const handler = createHandler({
  input: adviceRequestSchema,
  environment: {},
  handle: async (): Promise<Commitments> => {
    const unread: string[] = [];
    const read = <Value>(what: string, from: () => Promise<Value>): Promise<Value | 'unknown'> =>
      orUnknown(from, { on: [Refused], because: (reason) => unread.push(`${what} could not be read: ${reason}`) });
    const [instances, databases, savingsPlans] = await Promise.all([
      read('What is reserved of EC2', readReservedInstances),
      read('What is reserved of RDS', readReservedDatabases),
      read('Which savings plans there are', readSavingsPlans),
    ]);
    // Last, and only once: it costs money, and the advice does without it.
    const costExplorer = await orUnknown(askCostExplorer, { on: [Refused, Transient], because: (reason) => unread.push(`Cost Explorer has no opinion: ${reason}`) });
    return { instances, databases, savingsPlans, costExplorer, unread: unread.toSorted() };
  },
});
