import * as z from 'zod';
import { tokenlessApprovalSchema } from '../platform/approval.ts';
import { canonical } from '../platform/canonical.ts';
import { Defect, Transient } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import { bucketPlanSchema } from './bucket-plan.ts';
import { bucketOutcomes } from './lifecycle-run.ts';
import { type BucketRole, bucketRoles } from './settings.ts';

/** How long runs and questions are remembered, in days. Their evidence stays for longer. */
const keptDays = 400;

const recordTypes = { run: 'lifecycle-run', question: 'lifecycle-question', told: 'lifecycle-told' } as const;
type RecordType = (typeof recordTypes)[keyof typeof recordTypes];

/** There is one of it. */
const toldId = 'last';

/** How a write ended. `altered`: what was planned is no longer what stands, or no longer allowed, and was left alone. */
const writeOutcomes = ['written', 'altered', 'unchanged'] as const;
export type WriteOutcome = (typeof writeOutcomes)[number];

/** What one run did with one bucket. */
const bucketRunSchema = z.object({
  runId: z.string(),
  role: z.enum(bucketRoles),
  plannedAt: z.string(),
  plan: bucketPlanSchema,
  /** The write of this run. It is recorded before it is made: what stands as it was wanted afterwards is then its work. `refusal`: what S3 said no with. */
  act: z.object({ begunAt: z.string(), approver: z.string().optional(), refusal: z.string().optional() }).optional(),
  ending: z.object({ outcome: z.enum(writeOutcomes), endedAt: z.string(), reason: z.string().optional() }).optional(),
});
export type BucketRun = z.infer<typeof bucketRunSchema>;

/** One a bucket: what a person is asked, and what they said. */
const questionSchema = z.object({
  role: z.enum(bucketRoles),
  plan: bucketPlanSchema,
  approval: tokenlessApprovalSchema,
  /** An approval is used up by the write that it was for: the same change once more is asked for once more. */
  carriedOut: z.object({ runId: z.string(), at: z.string() }).optional(),
});
export type LifecycleQuestion = z.infer<typeof questionSchema>;

/** What was last told of each bucket, in short: what is told anew is what differs from it. */
const toldSchema = z.partialRecord(
  z.enum(bucketRoles),
  z.object({
    outcome: z.enum(bucketOutcomes),
    planHash: z.string(),
    /** Of a question: until when an answer is wanted. */
    expiresAt: z.string().optional(),
  }),
);
export type Told = z.infer<typeof toldSchema>;

/** A record as it was read, with what a write of it needs. */
export interface Standing<Value> {
  readonly revision: number;
  readonly value: Value | undefined;
}

/** Nobody else writes the rules of a bucket while it is held. */
export function bucketLock(bucket: string): string {
  return `lifecycle/${bucket}`;
}

export async function findBucketRun(ledger: Ledger, runId: string, role: BucketRole): Promise<BucketRun | undefined> {
  return (await read(ledger, recordTypes.run, idOfRun(runId, role), bucketRunSchema)).value;
}

/** Keeps what was planned. What was planned before under this name stands, and is given back: the trigger came twice. */
export async function openBucketRun(ledger: Ledger, run: BucketRun, now: number): Promise<BucketRun> {
  if (await put(ledger, { type: recordTypes.run, id: idOfRun(run.runId, run.role), revision: 1, value: run }, now)) return run;
  const standing = await findBucketRun(ledger, run.runId, run.role);
  if (standing === undefined) throw new Transient(`The plan of ${run.runId} for ${run.role} stands in the ledger, and cannot be read there.`);
  return standing;
}

/** Writes what changed of a run that is still as it was read. */
export async function updateBucketRun(ledger: Ledger, run: BucketRun, change: Partial<BucketRun>, now: number): Promise<BucketRun> {
  const id = idOfRun(run.runId, run.role);
  const { revision, value } = await read(ledger, recordTypes.run, id, bucketRunSchema);
  if (canonical(value) !== canonical(run)) throw new Transient(`The run ${id} was changed since it was read.`);
  const changed = { ...run, ...change };
  if (!(await put(ledger, { type: recordTypes.run, id, revision: revision + 1, value: changed }, now))) throw new Transient(`The run ${id} was changed at the same moment.`);
  return changed;
}

export function readQuestion(ledger: Ledger, role: BucketRole): Promise<Standing<LifecycleQuestion>> {
  return read(ledger, recordTypes.question, role, questionSchema);
}

/** Puts a question, or what became of it, in the place of what was read. Of two at once one is refused, and looks again. */
export async function writeQuestion(ledger: Ledger, question: LifecycleQuestion, standing: Standing<LifecycleQuestion>, now: number): Promise<LifecycleQuestion> {
  if (await put(ledger, { type: recordTypes.question, id: question.role, revision: standing.revision + 1, value: question }, now)) return question;
  throw new Transient(`The question about ${question.role} was changed at the same moment.`);
}

export function readTold(ledger: Ledger): Promise<Standing<Told>> {
  return read(ledger, recordTypes.told, toldId, toldSchema);
}

export async function writeTold(ledger: Ledger, told: Told, standing: Standing<Told>, now: number): Promise<void> {
  if (canonical(told) === canonical(standing.value)) return;
  if (!(await put(ledger, { type: recordTypes.told, id: toldId, revision: standing.revision + 1, value: told }, now))) throw new Transient('What was last told was changed at the same moment.');
}

function idOfRun(runId: string, role: BucketRole): string {
  return `${runId}/${role}`;
}

function put(ledger: Ledger, record: { readonly type: RecordType; readonly id: string; readonly revision: number; readonly value: Readonly<Record<string, unknown>> }, now: number): Promise<boolean> {
  return ledger.write({ ...record, expiresAt: Math.floor(now / 1000) + keptDays * 86_400 });
}

async function read<Schema extends z.ZodType>(ledger: Ledger, type: RecordType, id: string, schema: Schema): Promise<Standing<z.infer<Schema>>> {
  const record = await ledger.get(type, id);
  if (record === undefined) return { revision: 0, value: undefined };
  const result = schema.safeParse(record.value);
  if (!result.success) throw new Defect(`The record ${type} ${id} in the ledger is malformed: ${z.prettifyError(result.error)}`);
  return { revision: record.revision, value: result.data };
}
