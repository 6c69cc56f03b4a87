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
  /** Of several in one sale, counted from 1: each is told. */
  z.object({ event: z.literal('short'), occurrence: z.int().min(1), reason: z.string() }),
  z.object({ event: z.literal('recovered'), occurrence: z.int().min(1) }),
  z.object({ event: z.literal('report'), report: z.object({ key: z.string(), summary: z.string() }) }),
]);

export type Announcement = z.infer<typeof announcementSchema>;

/** The message that tells of `announcement`: one a sale, revision and event. */
export function describeAnnouncement(announcement: Announcement, lease: SaleLease): Notification {
  const { sale, revision, floor } = lease;
  const { event, ...facts } = announcement;
  const occurrence = 'occurrence' in announcement ? `/${announcement.occurrence}` : '';
  return {
    key: `sale/${sale.id}/r${revision}/${event}${occurrence}`,
    kind: `sale.${event}`,
    ...describeEvent(announcement, lease),
    detail: { saleId: sale.id, revision, floor, startsAt: sale.startsAt, endsAt: sale.endsAt, ...facts },
  };
}

function describeEvent(announcement: Announcement, { sale, floor }: SaleLease): Pick<Notification, 'severity' | 'subject' | 'text'> {
  const opening = formatParisTime(toEpoch(sale.startsAt));
  switch (announcement.event) {
    case 'plan-blocked':
      return {
        severity: 'critical',
        subject: `Blockers for ${sale.id}, opening ${opening}`,
        text: `${list(announcement.blockers)}\n\nWhat can be raised is being raised. Remove the blockers before the gate.`,
      };
    case 'go':
      return {
        severity: 'info',
        subject: `GO: ${sale.id} is ready for ${opening}`,
        text: `${sale.name}: ${announcement.readiness.reason}`,
      };
    case 'no-go':
      return {
        severity: 'critical',
        subject: `NO-GO: ${sale.id} is not ready for ${opening}`,
        text: `${sale.name}: ${announcement.readiness.reason}\n${list(announcement.readiness.blockers)}\n\nCapacity stays up and goes on being raised. Decide whether to open.`,
      };
    case 'late-go':
      return {
        severity: 'info',
        subject: `Ready after all: ${sale.id}`,
        text: `${sale.name} was refused at the gate and is ready now.`,
      };
    case 'short':
      return {
        severity: 'critical',
        subject: `${sale.id} is below its floor`,
        text: `${sale.name}: ${announcement.reason}\n\nAuto Scaling replaces what fails. If this lasts, look at the targets.`,
      };
    case 'recovered':
      return {
        severity: 'info',
        subject: `${sale.id} has its floor again`,
        text: `${sale.name}: the floor of ${floor} is healthy in every zone again.`,
      };
    case 'report':
      return {
        severity: 'info',
        subject: `Report of ${sale.id}`,
        text: `${announcement.report.summary}\n\nEvidence: ${announcement.report.key}`,
      };
    default:
      return announcement satisfies never;
  }
}

/** Blockers as lines for people. */
export function list(blockers: readonly Blocker[]): string {
  return blockers.map(({ code, message }) => `- ${code}: ${message}`).join('\n');
}
