import { drillRecords } from '../drill-story.ts';
import { ledgerItems } from '../promises/evidence.ts';
import type { Stage } from '../stage.ts';
import type { Invariant } from './invariant.ts';

export const failoversAreApproved: Invariant = {
  id: 'failovers-are-approved',
  statement: 'The database is made to fail over at most once a drill, while a valid approval of this very plan stands, and never in a sale or its lead time',
  check: (stage) => {
    const drills = drillRecords(stage).filter(({ act }) => act !== undefined);
    const unexplained = stage.failovers.flatMap((at) => {
      // The act is recorded before it is made.
      const owner = drills.find(({ act }) => at >= Date.parse(act?.begunAt ?? '') && at < Date.parse(act?.begunAt ?? '') + 120_000);
      if (owner === undefined) return [`the failover at ${new Date(at).toISOString()} stands in no drill`];
      const { approval, planHash, drillId } = owner;
      const isValid = approval?.decision === 'approved' && approval.planHash === planHash && at < Date.parse(approval.expiresAt) && at >= Date.parse(approval.answeredAt ?? '');
      return [
        ...(isValid ? [] : [`${drillId} forced a failover without a valid approval of its plan`]),
        ...leasedAt(stage, at).map((id) => `${drillId} forced a failover while ${id} held or soon wanted capacity`),
      ];
    });
    const often = stage.failovers.length > drills.length ? [`${stage.failovers.length} failovers were forced for ${drills.length} acts`] : [];
    return [...unexplained, ...often];
  },
};

/** Leases that held at an instant, or began within the lead time before which no drill may be. */
function leasedAt(stage: Stage, at: number): string[] {
  const lead = stage.config.drills.saleLeadHours * 3_600_000;
  return ledgerItems(stage)
    .filter(({ type, id }) => type === 'capacity' && String(id).startsWith('lease/'))
    .map(({ id, value }) => ({ id: String(id), ...(value as { readonly from: string; readonly until: string; readonly status: string }) }))
    .filter(({ status, from, until }) => status === 'active' && at < Date.parse(until) && at >= Date.parse(from) - lead)
    .map(({ id }) => id);
}
