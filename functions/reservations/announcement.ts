import type { Notification } from '../platform/notifications.ts';
import type { AdviceReport } from './advice.ts';
import { subjectWords, verdictWords } from './formats/words.ts';

/** One message an advice, that is, one a month. `location` is where its report lies. */
export function describeAdvice({ adviceId, subjects, commitments, pricesAsOf }: AdviceReport, location: string): Notification {
  const isAdvised = subjects.some(({ verdict }) => verdict === 'advised');
  return {
    key: `reservations/${adviceId}/advice`,
    kind: 'reservations.advice',
    severity: 'info',
    subject: `Reservations: ${subjects.map(({ subject, verdict }) => `${subject} ${verdictWords[verdict]}`).join(', ')}`,
    text: [
      ...subjects.map(({ subject, verdict, reason }) => `${subjectWords[subject]}: ${verdictWords[verdict]}. ${reason}`),
      ...(commitments?.unread ?? []).map((sentence) => `Not read: ${sentence}`),
      'Nothing was bought, and nothing is ever bought from here.',
      ...(isAdvised ? [`Prices of commitments are of ${pricesAsOf.commitments}: compare them before anybody buys. How stands in docs/runbooks/reservations.md.`] : []),
      `Report: ${location}`,
    ].join('\n'),
    detail: { adviceId, report: location, verdicts: Object.fromEntries(subjects.map(({ subject, verdict }) => [subject, verdict])) },
  };
}
