import { PublishCommand } from '@aws-sdk/client-sns';
import { sns } from './clients.ts';
import type { Ledger } from './ledger.ts';

/** One thing that happened and that somebody should know. */
export interface Notification {
  /** Names the event, not the attempt to tell of it: it is told once, however often it is handed in. */
  readonly key: string;
  /** `<capability>.<event>`, for machines. */
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** One line for people, at most 100 characters: SNS allows no more in the subject of a mail. */
  readonly subject: string;
  /** What happened, and what to do about it, for people. */
  readonly text: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const keptDays = 90;

/**
 * Publishes one message an event: JSON with the text for people in it, its attributes fit for subscription filters.
 * The ledger remembers what was told; if the process dies between telling and remembering, it is told again.
 */
export async function notify(notification: Notification, to: { ledger: Ledger; topicArn: string; now: number }): Promise<void> {
  const { key, kind, severity, subject, text, detail = {} } = notification;
  if ((await to.ledger.get('notification', key)) !== undefined) return;
  const at = new Date(to.now).toISOString();
  await sns().send(
    new PublishCommand({
      TopicArn: to.topicArn,
      Subject: subject.slice(0, 100),
      Message: JSON.stringify({ key, kind, severity, at, subject, text, detail }, null, 2),
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: kind },
        severity: { DataType: 'String', StringValue: severity },
      },
    }),
  );
  const expiresAt = Math.floor(to.now / 1000) + keptDays * 86_400;
  await to.ledger.write({ type: 'notification', id: key, revision: 1, value: { at, kind }, expiresAt });
}
