import { ledgerItems } from '../promises/evidence.ts';
import type { Invariant } from './invariant.ts';

export const drillLockIsReleased: Invariant = {
  id: 'drill-lock-is-released',
  statement: 'The lock of a drill is given back, or has expired, once the drill is over',
  check: (stage) =>
    ledgerItems(stage)
      .filter(({ type, id, expiresAt }) => type === 'lock' && String(id).startsWith('failover-drill/') && Number(expiresAt) * 1000 > stage.now)
      .map(({ id, owner }) => `${String(id)} is still held by ${String(owner)}`),
};
