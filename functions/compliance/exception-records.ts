import * as z from 'zod';
import { Defect } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import { type Exception, exceptionSchema } from './exceptions.ts';

/** Exceptions in the ledger. Those of the file follow the file; others were entered by hand and stay until they expire. */

const recordType = 'exception';
/** Days that an exception is kept, and reported, after it has expired. While it is in force it never goes by itself. */
const keptDays = 400;

const recordSchema = z.object({ exception: exceptionSchema, origin: z.enum(['file', 'hand']) });

/** All of them, also those that have expired: they count for nothing, and are reported. */
export async function listExceptions(ledger: Ledger): Promise<Exception[]> {
  return (await listRecords(ledger)).map(({ exception }) => exception);
}

/** What the ledger had to change to hold exactly the exceptions of the file, and those entered by hand. */
export interface LoadedExceptions {
  readonly written: number;
  readonly removed: number;
}

/** Makes the ledger follow the file. Doing it twice changes nothing the second time. */
export async function followFile(ledger: Ledger, file: readonly Exception[], now: number): Promise<LoadedExceptions> {
  const standing = new Map((await listRecords(ledger)).map((record) => [record.id, record]));
  const wanted = new Map(file.map((exception) => [idOf(exception), exception]));
  let written = 0;
  let removed = 0;
  for (const [id, exception] of wanted) {
    const before = standing.get(id);
    if (before !== undefined && before.origin === 'file' && JSON.stringify(before.exception) === JSON.stringify(exceptionSchema.parse(exception))) continue;
    const expiresAt = Math.floor(Math.max(now, Date.parse(exception.expiresAt)) / 1000) + keptDays * 86_400;
    const value = { exception, origin: 'file' };
    await ledger.write({ type: recordType, id, revision: (before?.revision ?? 0) + 1, value, expiresAt });
    written += 1;
  }
  for (const [id, { origin, revision }] of standing) {
    if (origin !== 'file' || wanted.has(id)) continue;
    await ledger.remove(recordType, id, revision);
    removed += 1;
  }
  return { written, removed };
}

function idOf({ check, resource }: Exception): string {
  return `${check}/${resource}`;
}

async function listRecords(ledger: Ledger) {
  return (await ledger.list(recordType)).map(({ id, revision, value }) => {
    const result = recordSchema.safeParse(value);
    if (!result.success) throw new Defect(`The exception ${id} in the ledger is malformed: ${z.prettifyError(result.error)}`);
    return { id, revision, ...result.data };
  });
}
