import * as z from 'zod';
import type { Notification } from '../platform/notifications.ts';
import type { Blocker } from './blocker.ts';
import { toEpoch } from './instant.ts';
import type { SaleLease } from './lease.ts';
import { formatParisTime } from './paris-time.ts';

const blockerSchema = z.object({
  code: z.string(),
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()),
});

const readinessSchema = z.object({
  reason: z.string(),
  healthy: z.int().min(0),
  floor: z.int().min(0),
  blockers: z.array(blockerSchema),
});

/** What can happen to a sale that somebody should know. */
export const announcementSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('plan-blocked'), blockers: z.array(blockerSchema) }),
  z.object({ event: z.literal('go'), readiness: readinessSchema }),
  z.object({ event: z.literal('no-go'), readiness: readinessSchema }),
  z.object({ event: z.literal('late-go') }),
  z.object({ event: z.literal('report'), report: z.object({ key: z.string(), summary: z.string() }) }),
]);

export type Announcement = z.infer<typeof announcementSchema>;

/** The message that tells of `announcement`; one a sale, revision and event. */
export function describeAnnouncement(announcement: Announcement, lease: SaleLease): Notification {
  const { sale } = lease;
  const opening = formatParisTime(toEpoch(sale.startsAt));
  const about = {
    key: `sale/${sale.id}/r${lease.revision}/${announcement.event}`,
    kind: `sale.${announcement.event}`,
  };
  const detail = { saleId: sale.id, revision: lease.revision, floor: lease.floor, startsAt: sale.startsAt, endsAt: sale.endsAt };
  switch (announcement.event) {
    case 'plan-blocked':
      return {
        ...about,
        severity: 'critical',
        subject: `Blockers for ${sale.id}, opening ${opening}`,
        text: `${list(announcement.blockers)}\n\nWhat can be raised is being raised. Remove the blockers before the gate.`,
        detail: { ...detail, blockers: announcement.blockers },
      };
    case 'go':
      return {
        ...about,
        severity: 'info',
        subject: `GO: ${sale.id} is ready for ${opening}`,
        text: `${sale.name}: ${announcement.readiness.reason}`,
        detail: { ...detail, readiness: announcement.readiness },
      };
    case 'no-go':
      return {
        ...about,
        severity: 'critical',
        subject: `NO-GO: ${sale.id} is not ready for ${opening}`,
        text: `${sale.name}: ${announcement.readiness.reason}\n${list(announcement.readiness.blockers)}\n\nCapacity stays up and goes on being raised. Decide whether to open.`,
        detail: { ...detail, readiness: announcement.readiness },
      };
    case 'late-go':
      return {
        ...about,
        severity: 'info',
        subject: `Ready after all: ${sale.id}`,
        text: `${sale.name} was refused at the gate and is ready now.`,
        detail,
      };
    case 'report':
      return {
        ...about,
        severity: 'info',
        subject: `Report of ${sale.id}`,
        text: `${announcement.report.summary}\n\nEvidence: ${announcement.report.key}`,
        detail: { ...detail, report: announcement.report.key },
      };
    default:
      return announcement satisfies never;
  }
}

/** Blockers as lines for people. */
export function list(blockers: readonly Blocker[]): string {
  return blockers.map(({ code, message }) => `- ${code}: ${message}`).join('\n');
}
