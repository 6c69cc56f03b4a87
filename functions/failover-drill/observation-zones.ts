import type { Drill } from './drill-records.ts';
import { unknownZone } from './failover-verdict.ts';

/** Where the database ran when it was last looked at. */
export interface RememberedZone {
  readonly zone: string;
  /** ISO 8601 */
  readonly at: string;
  readonly drillId: string;
}

/**
 * The zone of the newest record of this very instance. A drill looked at it when it was opened, refused ones too; a failover
 * that was seen through says where it went. What an observation found at its opening says nothing: it was in between.
 */
export function rememberZone(drills: readonly Drill[], resourceId: string | undefined): RememberedZone | undefined {
  const remembered = drills.flatMap(({ drillId, kind, plan, openedAt, failover }): RememberedZone[] => {
    if (resourceId !== undefined && plan !== undefined && plan.resourceId !== resourceId) return [];
    const before = kind === 'drill' && plan !== undefined ? [{ zone: plan.primaryZone, at: openedAt, drillId }] : [];
    const { outcome, zoneAfter, settledAt } = failover ?? {};
    const after = outcome === 'swapped' && zoneAfter !== undefined && settledAt !== undefined ? [{ zone: zoneAfter, at: settledAt, drillId }] : [];
    return [...before, ...after];
  });
  return remembered.toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at))[0];
}

/** Where the database ran before its failover, and a sentence on how far that can be trusted. */
export function zoneBeforeFailover(remembered: RememberedZone | undefined, shown: string | undefined): { readonly zoneBefore: string; readonly remark: string } {
  if (remembered === undefined) {
    const remark = `No record says in which zone it ran before; RDS showed ${shown ?? 'none'} when it was first looked at. Unless that changes, only the events say that it moved.`;
    return { zoneBefore: unknownZone, remark };
  }
  const { zone, at, drillId } = remembered;
  const known = `It ran in ${zone} at ${at} (${drillId}), and nothing is known of a move since`;
  const showing = shown === zone ? 'RDS showed that zone still when it was first looked at' : `RDS showed ${shown ?? 'no zone'} when it was first looked at`;
  return { zoneBefore: zone, remark: `${known}; ${showing}.` };
}
