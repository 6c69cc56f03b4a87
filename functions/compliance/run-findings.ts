import type { PlannedFinding } from './planning.ts';
import type { Opening, TargetRecord } from './repair-records.ts';
import type { FindingStatus, ReportedFinding } from './report.ts';
import type { JudgedLook } from './run.ts';

/** A finding of a run with what became of it. */
export type RunFinding = Omit<ReportedFinding, 'firstSeenAt'>;

export interface RunLooks {
  readonly before: JudgedLook;
  /** Undefined when there was nothing to repair, so that one look was enough. */
  readonly after: JudgedLook | undefined;
  /** Every target of the ledger: what is under way, and what ended. */
  readonly targets: readonly TargetRecord[];
}

/**
 * What a run reports: everything that stands at its end, and what it repaired. A finding is called repaired only when the
 * second look did not see it, whatever the repair said of itself.
 */
export function findingsOfRun({ before, after, targets }: RunLooks): RunFinding[] {
  const standing = (after ?? before).findings;
  const targetOf = new Map(targets.map((record) => [record.target, record]));
  const stillThere = new Set(standing.map(({ finding }) => finding.key));
  const gone = after === undefined ? [] : before.findings.filter(({ finding }) => !stillThere.has(finding.key) && isSeen(after, finding.checkId));
  return [
    ...standing.map((planned) => report(planned, noteOf(planned, before.openings), recordOf(planned, targetOf))),
    ...gone.flatMap((planned) => {
      const note = noteOf(planned, before.openings);
      if (note?.kind !== 'opened' || outcomeOf(note.repairId, recordOf(planned, targetOf)) !== 'repaired') return [];
      const repair = { repairId: note.repairId, planHash: note.planHash, outcome: 'It was repaired, and the second look did not see it any more.' };
      return [{ ...bare(planned), status: 'repaired' as const, repair }];
    }),
  ];
}

function isSeen({ results }: JudgedLook, checkId: string): boolean {
  return results.some(({ id, status }) => id === checkId && status !== 'not-evaluated');
}

function report(planned: PlannedFinding, note: Opening | undefined, record: TargetRecord | undefined): RunFinding {
  const { disposition, exception, reason } = planned;
  switch (disposition) {
    case 'excepted': {
      const { owner = '', reason: why = '', expiresAt = '' } = exception ?? {};
      return { ...bare(planned), status: 'excepted', exception: { owner, reason: why, expiresAt } };
    }
    case 'would-repair':
      return { ...bare(planned), status: 'would-repair', repair: { outcome: `It would be repaired${planned.finding.remediation === 'approval' ? ' after approval' : ''}. ${reason}` } };
    case 'held-back':
    case 'handed-over':
      return { ...bare(planned), status: disposition, repair: { outcome: reason } };
    case 'report':
      return { ...bare(planned), status: 'open' };
    case 'repair':
      return { ...bare(planned), ...repairOf(note, record) };
  }
}

function repairOf(note: Opening | undefined, record: TargetRecord | undefined): { status: FindingStatus; repair?: { repairId?: string; planHash?: string; outcome: string } } {
  const { current } = record ?? {};
  if (current !== undefined) {
    const { repairId, planHash, approval, state } = current;
    if (state === 'awaiting-approval') {
      return { status: 'awaiting-approval', repair: { repairId, planHash, outcome: `A person was asked; the answer is wanted before ${approval?.expiresAt ?? 'it expires'}.` } };
    }
    return { status: 'open', repair: { repairId, planHash, outcome: 'Its repair is under way.' } };
  }
  if (note?.kind !== 'opened') return { status: 'open', repair: { outcome: 'Its repair is opened by the next look.' } };
  const { repairId, planHash } = note;
  const outcome = outcomeOf(repairId, record);
  if (outcome === 'undone') return { status: 'handed-over', repair: { repairId, planHash, outcome: 'Its repair hurt the shop and was undone.' } };
  if (outcome === 'undone-by-hand') return { status: 'handed-over', repair: { repairId, planHash, outcome: 'A person undid its repair.' } };
  return { status: 'failed', repair: { repairId, planHash, outcome: `Its repair ended as ${outcome ?? 'unknown'}, and it still stands.` } };
}

function outcomeOf(repairId: string, record: TargetRecord | undefined): string | undefined {
  return record?.history.find((closed) => closed.repairId === repairId)?.outcome;
}

function noteOf({ target }: PlannedFinding, openings: JudgedLook['openings']): Opening | undefined {
  return target === undefined ? undefined : openings[target];
}

function recordOf({ target }: PlannedFinding, targets: ReadonlyMap<string, TargetRecord>): TargetRecord | undefined {
  return target === undefined ? undefined : targets.get(target);
}

function bare({ finding }: PlannedFinding): Omit<RunFinding, 'status'> {
  return { ...finding, detail: { ...finding.detail } };
}
