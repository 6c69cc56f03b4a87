import * as z from 'zod';
import { Defect, Transient } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import { type RepairAction, repairActionSchema } from './repair.ts';
import { inverseOf } from './repair-undo.ts';

/** The journal of a repair: every write is in it before it is made, so that each can be found and undone. */

const keptDays = 400;
const recordType = 'journal';

const entrySchema = z.object({
  action: repairActionSchema,
  /** `intended`: it may have been made or not. */
  state: z.enum(['intended', 'done', 'undoing', 'undone']),
  at: z.string(),
});

const journalSchema = z.object({ entries: z.array(entrySchema) });

export type JournalEntry = z.infer<typeof entrySchema>;

interface Journal {
  readonly revision: number;
  readonly entries: readonly JournalEntry[];
}

export async function readJournal(ledger: Ledger, repairId: string): Promise<Journal> {
  const record = await ledger.get(recordType, repairId);
  if (record === undefined) return { revision: 0, entries: [] };
  const result = journalSchema.safeParse(record.value);
  if (!result.success) throw new Defect(`The journal of ${repairId} is malformed: ${z.prettifyError(result.error)}`);
  return { revision: record.revision, entries: result.data.entries };
}

/** Makes a write. What stands already as wanted is left as it is; what was changed by somebody else meanwhile is refused. */
export type Perform = (action: RepairAction) => Promise<void>;

/** Carries actions out in their order, those that were done before left out. What was undone is not done a second time. */
export async function carryOut(
  { ledger, repairId, now }: { ledger: Ledger; repairId: string; now: number },
  actions: readonly RepairAction[],
  perform: Perform,
): Promise<void> {
  let journal = await readJournal(ledger, repairId);
  for (const [index, action] of actions.entries()) {
    const state = journal.entries[index]?.state;
    if (state === 'done') continue;
    if (state === 'undoing' || state === 'undone') throw new Defect(`The repair ${repairId} was undone: it is not carried out any more.`);
    journal = await note(ledger, repairId, journal, index, { action, state: 'intended', at: new Date(now).toISOString() });
    await perform(action);
    journal = await note(ledger, repairId, journal, index, { action, state: 'done', at: new Date(now).toISOString() });
  }
}

/** Undoes what the journal holds, the last write first. Gives how many writes were undone. */
export async function undo(
  { ledger, repairId, now }: { ledger: Ledger; repairId: string; now: number },
  perform: Perform,
): Promise<number> {
  let journal = await readJournal(ledger, repairId);
  let undone = 0;
  for (const [index, { action, state }] of [...journal.entries.entries()].toReversed()) {
    if (state === 'undone') continue;
    journal = await note(ledger, repairId, journal, index, { action, state: 'undoing', at: new Date(now).toISOString() });
    await perform(inverseOf(action));
    journal = await note(ledger, repairId, journal, index, { action, state: 'undone', at: new Date(now).toISOString() });
    undone += 1;
  }
  return undone;
}

async function note(ledger: Ledger, repairId: string, journal: Journal, index: number, entry: JournalEntry): Promise<Journal> {
  const entries = [...journal.entries.slice(0, index), entry, ...journal.entries.slice(index + 1)];
  const revision = journal.revision + 1;
  const expiresAt = Math.floor(Date.parse(entry.at) / 1000) + keptDays * 86_400;
  const isWritten = await ledger.write({ type: recordType, id: repairId, revision, value: { entries }, expiresAt });
  if (!isWritten) throw new Transient(`The journal of ${repairId} was written by another at the same moment.`);
  return { revision, entries };
}
