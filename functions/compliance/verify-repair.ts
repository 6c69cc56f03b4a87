import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { complianceVariables, placeVariables } from './environment.ts';
import { inspect } from './inspection.ts';
import { getRepair, repairReferenceSchema } from './repair-records.ts';

const { LEDGER_TABLE, COMPLIANCE_SETTINGS } = complianceVariables;

/** Reads the resource once more after the writes: a finding is closed by looking, not by having written. */
export const handler = createHandler({
  input: repairReferenceSchema,
  environment: { ...placeVariables, LEDGER_TABLE, COMPLIANCE_SETTINGS },
  handle: async (reference, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const repair = await getRepair(ledger, reference);
    if (repair === undefined) return { outcome: 'superseded' as const, reason: 'It is no longer under way.' };
    const { assessment } = await inspect([repair.resource], { ledger, environment, now });
    const checkIds = new Set(repair.findings.map(({ checkId }) => checkId));
    const silent = assessment.results.filter(({ id, status }) => status === 'not-evaluated' && checkIds.has(id));
    const keys = new Set(repair.findings.map(({ key }) => key));
    const left = assessment.findings.filter(({ key }) => keys.has(key));
    if (silent.length > 0) return { outcome: 'still-there' as const, reason: `${silent.map(({ id }) => id).join(', ')} could not be evaluated again.` };
    return left.length === 0
      ? { outcome: 'repaired' as const, reason: '' }
      : { outcome: 'still-there' as const, reason: left.map(({ message }) => message).join(' ').slice(0, 2000) };
  },
});
