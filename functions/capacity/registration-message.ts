import type { Notification } from '../platform/notifications.ts';
import { list } from './announcements.ts';
import { toEpoch } from './instant.ts';
import type { SaleLease } from './lease.ts';
import { formatParisTime } from './paris-time.ts';
import type { PreflightVerdict } from './preflight.ts';
import type { Registration } from './sale-request.ts';

const deeds: Readonly<Record<Registration['action'], string>> = {
  add: 'registered',
  extend: 'extended',
  'bring-forward': 'brought forward',
  cancel: 'cancelled',
};

/** The message that a sale was written, one a revision, with what could stop it. */
export function describeRegistration(action: Registration['action'], lease: SaleLease, verdict: PreflightVerdict): Notification {
  const { sale } = lease;
  const span = `${formatParisTime(toEpoch(sale.startsAt))} to ${formatParisTime(toEpoch(sale.endsAt))}`;
  const isBlocked = !verdict.feasible && lease.status === 'active';
  return {
    key: `sale/${sale.id}/r${lease.revision}/registered`,
    kind: `sale.${deeds[action].replace(' ', '-')}`,
    severity: isBlocked ? 'critical' : 'info',
    subject: `Sale ${sale.id} ${deeds[action]}${isBlocked ? ', with blockers' : ''}`,
    text: `${sale.name}, ${span}: ${lease.floor} instances from ${formatParisTime(toEpoch(lease.from))}.${isBlocked ? `\n${list(verdict.blockers)}` : ''}`,
    detail: { saleId: sale.id, revision: lease.revision, lease, blockers: verdict.blockers, warnings: verdict.warnings },
  };
}
