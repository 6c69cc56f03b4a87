import * as z from 'zod';
import { Defect } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { readHealth } from '../platform/shop-health.ts';
import { complianceVariables } from './environment.ts';
import { judgeHealth } from './health.ts';
import { getRepair, repairReferenceSchema } from './repair-records.ts';

const { LEDGER_TABLE, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, COMPLIANCE_SETTINGS } = complianceVariables;

/** Compares the health of the shop's targets with what it was before the write. */
export const handler = createHandler({
  input: repairReferenceSchema.extend({ writtenAt: z.iso.datetime({ offset: true }) }),
  environment: { LEDGER_TABLE, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, COMPLIANCE_SETTINGS },
  handle: async ({ writtenAt, ...reference }, { environment, now }) => {
    const repair = await getRepair(new Ledger(environment.LEDGER_TABLE), reference);
    if (repair?.healthBefore === undefined) throw new Defect(`The repair ${reference.repairId} has no health from before its write.`);
    const seconds = (now - Date.parse(writtenAt)) / 1000;
    const of = environment.COMPLIANCE_SETTINGS.healthMinutes * 60;
    return { reason: '', ...judgeHealth(repair.healthBefore, await readHealth(environment, now), { seconds, of }) };
  },
});
