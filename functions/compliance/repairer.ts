import * as z from 'zod';
import { isApproved } from '../platform/approval.ts';
import { Defect, isNamed } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { complianceVariables } from './environment.ts';
import { carryOut, type Perform, readJournal, undo } from './journal.ts';
import { hashPlan, type RepairAction, type Writer, writers } from './repair.ts';
import { getRepair, getTarget, isRemembered, type Repair, repairReferenceSchema } from './repair-records.ts';

const { LEDGER_TABLE } = complianceVariables;

/** A clearance is worth this long: then the resource has to be looked at again. Longer than the retries of a write take. */
const clearanceSeconds = 900;
/** Longer than the function's time-out: a lock outlives its owner, never the other way round. */
const lockSeconds = 90;

/**
 * The handler of one writer. It is the last guard before a write: it makes what stands in the ledger, cleared, unaltered
 * and approved where that is needed, and nothing that its input says.
 */
export function createRepairer(writer: Writer, perform: Perform) {
  return createHandler({
    input: repairReferenceSchema.extend({ direction: z.enum(['do', 'undo']) }),
    environment: { LEDGER_TABLE },
    handle: async ({ direction, ...reference }, { environment, now, requestId }) => {
      const ledger = new Ledger(environment.LEDGER_TABLE);
      const { repairId, target } = reference;
      const journal = { ledger, repairId, now };
      return ledger.withLock(`repair/${target}`, requestId, lockSeconds, async () => {
        if (direction === 'undo') {
          if (!isRemembered(await getTarget(ledger, target), repairId)) throw new Defect(`The target ${target} knows no repair ${repairId}.`);
          const { entries } = await readJournal(ledger, repairId);
          if (entries.length === 0) throw new Defect(`The repair ${repairId} has written nothing: there is nothing to undo.`);
          refuseForeign(writer, entries.map(({ action }) => action));
          return { writes: await undo(journal, perform) };
        }
        const { plan } = guard(writer, await getRepair(ledger, reference), repairId, now);
        await carryOut(journal, plan.actions, perform);
        return { writes: plan.actions.length };
      });
    },
  });
}

function guard(writer: Writer, repair: Repair | undefined, repairId: string, now: number): Repair {
  if (repair === undefined) throw new Defect(`The repair ${repairId} is not under way.`);
  const { state, clearedAt = '', plan, planHash, remediation, approval } = repair;
  refuseForeign(writer, plan.actions);
  if (state !== 'cleared' || !(now - Date.parse(clearedAt) < clearanceSeconds * 1000)) {
    throw new Defect(`The repair ${repairId} is ${state}, cleared at ${clearedAt === '' ? 'no time' : clearedAt}: it is not cleared now.`);
  }
  if (hashPlan(plan) !== planHash) throw new Defect(`The plan of ${repairId} is not the one of its hash ${planHash}.`);
  if (remediation === 'automatic') return repair;
  if (!isApproved(approval, planHash, now)) {
    throw new Defect(`The repair ${repairId} has no valid approval of the plan ${planHash}.`);
  }
  return repair;
}

function refuseForeign(writer: Writer, actions: readonly RepairAction[]): void {
  const kinds: readonly string[] = writers[writer];
  const foreign = actions.find(({ kind }) => !kinds.includes(kind));
  if (foreign !== undefined) throw new Defect(`The writer ${writer} was given ${foreign.kind}; it does ${kinds.join(', ')}.`);
}

/** For the writers whose plans hold no other kind: what is left over is a defect. */
export function refuseAction(action: RepairAction): never {
  throw new Defect(`A writer was given ${action.kind}, which is not its own.`);
}

/** Takes something away from IAM that may be gone already: nothing is left to take then. */
export async function unlessGone(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isNamed(error, 'NoSuchEntityException')) throw error;
  }
}
