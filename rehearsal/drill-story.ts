import { ledgerItems, readDocuments } from './promises/evidence.ts';
import type { Stage } from './stage.ts';

const minute = 60_000;

/** Who asks for drills in the stories, and who approves them. */
export const requester = 'the-engineer-on-duty';
export const approver = 'the-lead-engineer';

/** What the rehearsal reads of a drill: from the ledger and the evidence bucket, not from what workflows say. */
export interface DrillRecord {
  readonly drillId: string;
  readonly kind: 'drill' | 'observation';
  readonly state: string;
  readonly planHash?: string;
  readonly approval?: { readonly planHash: string; readonly decision?: string; readonly approver?: string; readonly answeredAt?: string; readonly expiresAt: string };
  readonly act?: { readonly begunAt: string; readonly acceptedAt?: string };
  readonly openedAt: string;
}

export interface DrillEvidence extends DrillRecord {
  readonly requester: string;
  readonly outcome: string;
  readonly closedAt: string;
  readonly blockers: readonly { readonly code: string }[];
  readonly judgements: readonly { readonly objective: string; readonly isMet: boolean; readonly statement: string }[];
  readonly measured: { readonly outageSeconds?: number; readonly lostCommits?: number };
  readonly failover?: { readonly outcome: string; readonly zoneBefore: string; readonly zoneAfter?: string; readonly events: readonly unknown[] };
}

/** Every drill and observation that the ledger knows. */
export function drillRecords(stage: Stage): DrillRecord[] {
  return ledgerItems(stage)
    .filter(({ type }) => type === 'drill')
    .map(({ value }) => value as DrillRecord);
}

/** The reports that were filed, the oldest first. */
export async function drillReports(stage: Stage): Promise<DrillEvidence[]> {
  const reports = await readDocuments<DrillEvidence>(stage, 'drills/', '/report.json');
  return reports.toSorted((left, right) => Date.parse(left.openedAt) - Date.parse(right.openedAt));
}

/** Somebody asks for a drill. */
export async function requestDrill(stage: Stage, drillId: string, more: { readonly dryRun?: boolean } = {}): Promise<void> {
  stage.step(`${more.dryRun === true ? 'A dry run of a drill' : 'A drill'} is asked for: ${drillId}`);
  await stage.start('FailoverDrill', drillId, { requester, reason: 'The quarterly proof that the database can fail over.', ...more });
}

/** Somebody answers for the drill that waits; what the answer function says. */
export async function answerDrill(stage: Stage, drillId: string, by: string, decision: 'approved' | 'rejected' = 'approved'): Promise<Readonly<Record<string, unknown>>> {
  const planHash = drillRecords(stage).find((drill) => drill.drillId === drillId)?.approval?.planHash;
  const answer = await stage.invoke(stage.output('AnswerDrillFunction'), { drillId, planHash, decision, approver: by });
  const { status, code } = answer as { readonly status: string; readonly code?: string };
  stage.step(`${by} answers ${decision} to ${drillId}: ${status}${code === undefined ? '' : ` (${code})`}`);
  return answer;
}

/** Somebody sits and waits for the question for so long, and looks again every few minutes after that. */
const attentiveMinutes = 2;

/** A person who approves the drill as soon as it waits: within a second at first, sooner than a call that failed is tried again. */
export async function approveWhenAsked(stage: Stage, drillId: string, until: number, phase: string): Promise<void> {
  let isAnswered = false;
  const attentiveUntil = stage.now + attentiveMinutes * minute;
  while (stage.now < until) {
    const isAttentive = !isAnswered && stage.now < attentiveUntil;
    await stage.until(Math.min(until, stage.now + (isAttentive ? 1000 : 5 * minute)), phase);
    const waits = drillRecords(stage).some((drill) => drill.drillId === drillId && drill.state === 'awaiting-approval');
    if (!isAnswered && waits) isAnswered = (await answerDrill(stage, drillId, approver))['status'] === 'accepted';
  }
}

/** The database of the shop. */
export function databaseId(stage: Stage): string {
  return `webmarket-${stage.config.environment}`;
}
