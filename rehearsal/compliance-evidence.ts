import { ledgerItems, readDocuments } from './promises/evidence.ts';
import type { Stage } from './stage.ts';

/** What the rehearsal reads of a repair: from the ledger and the evidence bucket, not from what workflows say. */
export interface RepairEvidence {
  readonly repairId: string;
  readonly target: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly writer: string;
  readonly remediation: 'automatic' | 'approval';
  readonly findings: readonly { readonly checkId: string; readonly key: string }[];
  readonly plan: { readonly actions: readonly (Readonly<Record<string, unknown>> & { readonly kind: string })[] };
  readonly planHash: string;
  readonly driftedAt: string;
  readonly openedAt: string;
  readonly closedAt: string;
  readonly clearedAt?: string;
  readonly outcome: string;
  /** From the change to the last write; absent where nothing was written. */
  readonly secondsToRepair?: number;
  readonly approval?: { readonly decision?: string; readonly planHash: string; readonly answeredAt?: string; readonly expiresAt: string };
  readonly journal: readonly { readonly action: { readonly kind: string }; readonly state: string; readonly at: string }[];
}

export interface OpenRepair {
  readonly repairId: string;
  readonly target: string;
  readonly planHash: string;
  readonly state: string;
  readonly approval?: { readonly decision?: string };
  readonly resource: { readonly type: string; readonly id: string };
  readonly findings: readonly { readonly checkId: string }[];
}

interface TargetValue {
  readonly current?: OpenRepair;
  readonly history: readonly { readonly repairId: string; readonly outcome: string; readonly closedAt: string }[];
}

/** Every target that was ever repaired, with what is under way and what ended. */
export function repairTargets(stage: Stage): (TargetValue & { readonly target: string })[] {
  return ledgerItems(stage)
    .filter(({ type }) => type === 'repair')
    .map(({ id, value }) => ({ target: String(id), ...(value as TargetValue) }));
}

/** The repairs that ended, in the order of their ends. */
export async function closedRepairs(stage: Stage): Promise<RepairEvidence[]> {
  const documents = await readDocuments<RepairEvidence>(stage, 'compliance/repairs/');
  return documents.toSorted((left, right) => Date.parse(left.closedAt) - Date.parse(right.closedAt));
}

/** The journals of the ledger, by repair. */
export function journals(stage: Stage): Map<string, RepairEvidence['journal']> {
  const records = ledgerItems(stage).filter(({ type }) => type === 'journal');
  return new Map(records.map(({ id, value }) => [String(id), (value as { entries: RepairEvidence['journal'] }).entries]));
}

export interface NightReport {
  readonly runId: string;
  readonly startedAt: string;
  readonly findings: readonly { readonly key: string; readonly checkId: string; readonly status: string; readonly severity: string; readonly resource: { readonly id: string }; readonly message: string }[];
  readonly checks: readonly { readonly id: string; readonly status: string; readonly reason?: string }[];
}

/** The reports of the nights, the oldest first. */
export async function nightReports(stage: Stage): Promise<NightReport[]> {
  const reports = await readDocuments<NightReport>(stage, 'compliance/', '/report.json');
  return reports.toSorted((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt));
}
