import { closedRepairs, journals, repairTargets } from '../compliance-evidence.ts';
import type { Invariant } from './invariant.ts';

export const approvalsAreValid: Invariant = {
  id: 'approvals-are-valid',
  statement: 'What needs an approval is written only while a valid one of this very plan stands, and once',
  check: async (stage) => {
    const closed = await closedRepairs(stage);
    const byId = new Map(closed.map((repair) => [repair.repairId, repair]));
    const open = new Map(repairTargets(stage).flatMap(({ current }) => (current === undefined ? [] : [[current.repairId, current] as const])));
    return [...journals(stage)].flatMap(([repairId, entries]) => {
      const repair = byId.get(repairId);
      if (repair === undefined) return open.has(repairId) ? [] : [`${repairId} has a journal and no evidence`];
      if (repair.remediation === 'automatic') return [];
      const { approval, planHash } = repair;
      if (approval?.decision !== 'approved' || approval.planHash !== planHash) return [`${repairId} was written without an approval of its plan`];
      const late = entries.filter(({ at }) => at >= approval.expiresAt || at < (approval.answeredAt ?? ''));
      return late.map(({ at }) => `${repairId} was written at ${at}, its approval was valid from ${approval.answeredAt ?? 'never'} until ${approval.expiresAt}`);
    });
  },
};
