import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { approvalSchema } from '../platform/approval.ts';
import { Defect, Transient } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import { healthSchema } from '../platform/shop-health.ts';
import { findingSchema, resourceSchema } from './finding.ts';
import type { RepairRequest } from './planning.ts';
import { repairPlanSchema, type Writer, writers } from './repair.ts';

/** How long a target's record is kept after its last change, in days: flaps and undone repairs are remembered. */
const keptDays = 400;

/** An automatic repair is over, one way or another, after these hours; what is left open then may be superseded. */
const automaticHours = 4;

/** Closed repairs that a target remembers: more than any configuration needs for telling that something comes back. */
const historyLength = 40;

/** How a repair ended. */
export const repairOutcomes = [
  'repaired', 'gone', 'excepted', 'altered', 'superseded', 'mode-changed', 'check-failed', 'stack-busy',
  'approval-expired', 'rejected', 'failed', 'still-there', 'undone', 'undone-by-hand',
] as const;
export type RepairOutcome = (typeof repairOutcomes)[number];

const repairSchema = z.object({
  repairId: z.string(),
  target: z.string(),
  resource: resourceSchema,
  writer: z.enum(Object.keys(writers) as [Writer, ...Writer[]]),
  remediation: z.enum(['automatic', 'approval']),
  findings: z.array(findingSchema),
  plan: repairPlanSchema,
  planHash: z.string(),
  /** ISO 8601. When the change was made, as far as it is known; else when it was found. */
  driftedAt: z.string(),
  openedAt: z.string(),
  expiresAt: z.string(),
  /** `cleared`: everything was looked at a moment ago, and the writer may write. */
  state: z.enum(['open', 'awaiting-approval', 'cleared']),
  clearedAt: z.string().optional(),
  approval: approvalSchema.optional(),
  /** Targets of the shop before the write. */
  healthBefore: healthSchema.optional(),
});

const closedRepairSchema = z.object({
  repairId: z.string(),
  planHash: z.string(),
  /** Keys of the findings that it was for. */
  drifts: z.array(z.string()),
  outcome: z.enum(repairOutcomes),
  closedAt: z.string(),
});

const targetSchema = z.object({ current: repairSchema.optional(), history: z.array(closedRepairSchema) });

export type Repair = z.infer<typeof repairSchema>;
export type ClosedRepair = z.infer<typeof closedRepairSchema>;

/** Everything that is known of one target: the repair under way, and those before it, the newest first. */
export interface TargetRecord extends z.infer<typeof targetSchema> {
  readonly target: string;
  readonly revision: number;
}

/** Names one repair: what travels through the workflows. */
export const repairReferenceSchema = z.object({ target: z.string().min(1), repairId: z.string().min(1) });
export type RepairReference = z.infer<typeof repairReferenceSchema>;

const recordType = 'repair';

export async function getTarget(ledger: Ledger, target: string): Promise<TargetRecord> {
  const record = await ledger.get(recordType, target);
  return record === undefined ? { target, revision: 0, history: [] } : parseTarget(target, record.revision, record.value);
}

export async function listTargets(ledger: Ledger): Promise<TargetRecord[]> {
  return (await ledger.list(recordType)).map(({ id, revision, value }) => parseTarget(id, revision, value));
}

/** The repair that `reference` names, if it is still the one under way. */
export async function getRepair(ledger: Ledger, { target, repairId }: RepairReference): Promise<Repair | undefined> {
  const { current } = await getTarget(ledger, target);
  return current?.repairId === repairId ? current : undefined;
}

export type Opening =
  /** Opened now, or by an earlier trigger of the same drift: its workflow may be started, once more or not. */
  | { readonly kind: 'opened'; readonly repairId: string; readonly planHash: string }
  /** Another plan for the same target is being carried out. */
  | { readonly kind: 'busy'; readonly repairId: string };

/**
 * Opens a repair, unless its target has one. A question that nobody has answered is put anew when the plan has become
 * another: its answer would come too late for what stands now. `approvalHours` is how long an approval may take.
 */
export async function openRepair(
  ledger: Ledger,
  request: RepairRequest,
  at: { readonly now: number; readonly driftedAt: number; readonly approvalHours: number },
): Promise<Opening> {
  const record = await getTarget(ledger, request.target);
  const { current } = record;
  if (current !== undefined && Date.parse(current.expiresAt) > at.now) {
    if (current.planHash === request.planHash) return { kind: 'opened', repairId: current.repairId, planHash: current.planHash };
    if (!isUnanswered(current)) return { kind: 'busy', repairId: current.repairId };
  }
  const hours = request.remediation === 'automatic' ? automaticHours : at.approvalHours + automaticHours;
  const repair: Repair = {
    ...request,
    findings: request.findings.map((finding) => ({ ...finding, detail: { ...finding.detail } })),
    repairId: nameRepair(request, record.revision + 1, at.now),
    driftedAt: new Date(at.driftedAt).toISOString(),
    openedAt: new Date(at.now).toISOString(),
    expiresAt: new Date(at.now + hours * 3_600_000).toISOString(),
    state: 'open',
  };
  const history = current === undefined ? record.history : closeIn(record.history, summarise(current), 'superseded', at.now);
  await putTarget(ledger, { ...record, current: repair, history }, at.now);
  return { kind: 'opened', repairId: repair.repairId, planHash: repair.planHash };
}

function isUnanswered({ state, approval }: Repair): boolean {
  return state === 'awaiting-approval' && approval?.decision === undefined;
}

/** Writes what changed of a repair that is still under way, and still as it was read: of two answers at once one counts. */
export async function updateRepair(ledger: Ledger, repair: Repair, change: Partial<Repair>, now: number): Promise<Repair> {
  const record = await getTarget(ledger, repair.target);
  if (record.current?.repairId !== repair.repairId) throw new Defect(`The repair ${repair.repairId} is no longer under way.`);
  if (!isDeepStrictEqual(record.current, repair)) throw new Transient(`The repair ${repair.repairId} was changed since it was read.`);
  const changed = { ...record.current, ...change };
  await putTarget(ledger, { ...record, current: changed }, now);
  return changed;
}

/** Ends a repair. False when it was ended before. */
export async function endRepair(ledger: Ledger, reference: RepairReference, outcome: RepairOutcome, now: number): Promise<boolean> {
  const { current, ...record } = await getTarget(ledger, reference.target);
  if (current?.repairId !== reference.repairId) return false;
  await putTarget(ledger, { ...record, history: closeIn(record.history, summarise(current), outcome, now) }, now);
  return true;
}

/** Notes that a repair was undone by a person, after it had ended or before: the machine does not do it again. */
export async function noteUndone(ledger: Ledger, reference: RepairReference, now: number): Promise<void> {
  const record = await getTarget(ledger, reference.target);
  const { current, history } = record;
  const known = current?.repairId === reference.repairId ? summarise(current) : history.find(({ repairId }) => repairId === reference.repairId);
  if (known === undefined) throw new Defect(`The target ${reference.target} knows no repair ${reference.repairId}.`);
  await putTarget(ledger, { ...record, history: closeIn(history, known, 'undone-by-hand', now) }, now);
}

/** Whether a target knows a repair, under way or ended. */
export function isRemembered({ current, history }: TargetRecord, repairId: string): boolean {
  return [current, ...history].some((repair) => repair?.repairId === repairId);
}

type RepairSummary = Omit<ClosedRepair, 'outcome' | 'closedAt'>;

function summarise({ repairId, planHash, findings }: Repair): RepairSummary {
  return { repairId, planHash, drifts: findings.map(({ key }) => key) };
}

function closeIn(history: readonly ClosedRepair[], repair: RepairSummary, outcome: RepairOutcome, now: number): ClosedRepair[] {
  const closed = { ...repair, outcome, closedAt: new Date(now).toISOString() };
  return [closed, ...history.filter(({ repairId }) => repairId !== repair.repairId)].slice(0, historyLength);
}

async function putTarget(ledger: Ledger, { target, revision, ...value }: TargetRecord, now: number): Promise<void> {
  const expiresAt = Math.floor(now / 1000) + keptDays * 86_400;
  const isWritten = await ledger.write({ type: recordType, id: target, revision: revision + 1, value, expiresAt });
  if (!isWritten) throw new Transient(`The record of ${target} was changed at the same moment.`);
}

/**
 * Fit for the name of an execution: 80 characters of letters, digits, `-` and `_`. The name of a resource is cut and
 * respelt for it, so a digest keeps apart what would look the same; revisions begin anew once a record has expired.
 */
function nameRepair({ resource, target, writer, remediation }: RepairRequest, revision: number, now: number): string {
  const name = resource.id.slice(resource.id.lastIndexOf('/') + 1).replaceAll(/[^A-Za-z0-9_-]/gu, '-');
  const digest = createHash('sha256').update(`${target} ${now}`).digest('hex').slice(0, 8);
  const suffix = `${writer}-${remediation === 'automatic' ? 'auto' : 'asked'}-r${revision}-${digest}`;
  return `${name.slice(0, 79 - suffix.length)}-${suffix}`;
}

function parseTarget(target: string, revision: number, value: unknown): TargetRecord {
  const result = targetSchema.safeParse(value);
  if (!result.success) throw new Defect(`The record ${target} in the ledger is malformed: ${z.prettifyError(result.error)}`);
  return { target, revision, ...result.data };
}
