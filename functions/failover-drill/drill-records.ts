import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { approvalSchema } from '../platform/approval.ts';
import { Defect, Transient } from '../platform/errors.ts';
import type { Ledger } from '../platform/ledger.ts';
import { healthSchema } from '../platform/shop-health.ts';
import { blockerSchema } from './blocker.ts';
import { failoverSchema } from './failover.ts';
import { drillPlanSchema } from './plan.ts';

/** How long a drill is remembered, in days: the next ones look back at it. */
const keptDays = 400;

/** How a drill ended. `failed`: it was carried out, and an objective was missed or could not be measured. */
export const drillOutcomes = ['passed', 'failed', 'refused', 'dry-run', 'rejected', 'expired', 'altered', 'error'] as const;
export type DrillOutcome = (typeof drillOutcomes)[number];

/** The one call that makes the database fail over. It is recorded before it is made, and made at most once. */
const actSchema = z.object({
  begunAt: z.string(),
  /** The invocation that made it: of two at the same moment, the ledger takes the record of one. */
  invocation: z.string().optional(),
  /** Absent when no answer came: then nobody knows, and what is seen of the database decides. */
  acceptedAt: z.string().optional(),
});

export const drillSchema = z.object({
  drillId: z.string(),
  /** A failover that nobody asked for is observed, and reported the same way. */
  kind: z.enum(['drill', 'observation']),
  requester: z.string(),
  reason: z.string(),
  isDryRun: z.boolean(),
  openedAt: z.string(),
  /** `cleared`: everything was looked at a moment ago, and the failover may be forced. */
  state: z.enum(['opened', 'awaiting-approval', 'cleared', 'acting', 'closed']),
  blockers: z.array(blockerSchema),
  /** What is worth knowing and stops nothing: a setting that is not durable, say. */
  remarks: z.array(z.string()),
  /** Absent where the database could not be read. */
  plan: drillPlanSchema.optional(),
  planHash: z.string().optional(),
  approval: approvalSchema.optional(),
  clearedAt: z.string().optional(),
  healthBefore: healthSchema.optional(),
  /** Targets that the group keeps at least, as it was before: no fewer may be healthy afterwards. */
  healthyFloor: z.int().optional(),
  act: actSchema.optional(),
  failover: failoverSchema.optional(),
  /** The shop afterwards, look by look. */
  healthAfter: z.array(healthSchema.extend({ at: z.string() })).optional(),
  outcome: z.enum(drillOutcomes).optional(),
  closedAt: z.string().optional(),
});

export type Drill = z.infer<typeof drillSchema>;

export const drillReferenceSchema = z.object({ drillId: z.string().regex(/^[\w-]{1,80}$/u) });

const recordType = 'drill';

/** At most one drill or observation of a database at once: the lock that it holds from its clearance to its end. */
export function drillLock(databaseId: string): string {
  return `failover-drill/${databaseId}`;
}

/** Longer than a drill takes from its clearance to its report. */
export const drillLockSeconds = 3600;

export async function getDrill(ledger: Ledger, drillId: string): Promise<Drill> {
  const { drill } = await read(ledger, drillId);
  if (drill === undefined) throw new Defect(`The ledger knows no drill ${drillId}.`);
  return drill;
}

export async function findDrill(ledger: Ledger, drillId: string): Promise<Drill | undefined> {
  return (await read(ledger, drillId)).drill;
}

export async function listDrills(ledger: Ledger): Promise<Drill[]> {
  return (await ledger.list(recordType)).map(({ id, value }) => parseDrill(id, value));
}

/** Opens a drill. One that stands already under this name is given back as it stands: the trigger came twice. */
export async function openDrill(ledger: Ledger, drill: Drill, now: number): Promise<Drill> {
  if (await put(ledger, drill, 0, now)) return drill;
  return getDrill(ledger, drill.drillId);
}

/** Writes what changed of a drill that is still as it was read. */
export async function updateDrill(ledger: Ledger, drill: Drill, change: Partial<Drill>, now: number): Promise<Drill> {
  const { revision, drill: current } = await read(ledger, drill.drillId);
  if (!isDeepStrictEqual(current, drill)) throw new Transient(`The drill ${drill.drillId} was changed since it was read.`);
  const changed = { ...drill, ...change };
  if (!(await put(ledger, changed, revision, now))) throw new Transient(`The drill ${drill.drillId} was changed at the same moment.`);
  return changed;
}

function put(ledger: Ledger, drill: Drill, revision: number, now: number): Promise<boolean> {
  const expiresAt = Math.floor(now / 1000) + keptDays * 86_400;
  return ledger.write({ type: recordType, id: drill.drillId, revision: revision + 1, value: drill, expiresAt });
}

async function read(ledger: Ledger, drillId: string): Promise<{ revision: number; drill: Drill | undefined }> {
  const record = await ledger.get(recordType, drillId);
  return record === undefined ? { revision: 0, drill: undefined } : { revision: record.revision, drill: parseDrill(drillId, record.value) };
}

function parseDrill(drillId: string, value: unknown): Drill {
  const result = drillSchema.safeParse(value);
  if (!result.success) throw new Defect(`The drill ${drillId} in the ledger is malformed: ${z.prettifyError(result.error)}`);
  return result.data;
}
