import type { HistoryEvent } from '../../simulator/step-functions/history.ts';

/** CloudWatch Logs counts every event so much larger than its text (API reference, PutLogEvents). */
const eventOverheadBytes = 26;

export function lineBytes(text: string): number {
  return Buffer.byteLength(text) + eventOverheadBytes;
}

/**
 * What Lambda writes of an invocation beside what the function prints and the account's own short REPORT: the lines START
 * and END, and the rest of REPORT with memory and duration. As they stand in the logs of any Node.js function.
 */
const platformLines = [
  'START RequestId: 00000000-0000-0000-0000-000000000000 Version: $LATEST\n',
  'END RequestId: 00000000-0000-0000-0000-000000000000\n',
];
const restOfReport = '\tDuration: 123.45 ms\tMemory Size: 512 MB\tMax Memory Used: 123 MB\t\n';

export const platformBytesPerInvocation = platformLines.reduce((sum, line) => sum + lineBytes(line), Buffer.byteLength(restOfReport));

/** A workflow that logs everything writes a line an event, with inputs and outputs (Step Functions guide, "Logging using CloudWatch Logs"). */
export function historyBytes(executionArn: string, events: readonly HistoryEvent[]): number {
  return events.reduce((sum, { id, previousEventId, timestamp, type, ...details }) => {
    const line = {
      id: String(id),
      type,
      details: Object.values(details)[0] ?? {},
      redrive_count: '0',
      previous_event_id: String(previousEventId),
      event_timestamp: String(timestamp.getTime()),
      execution_arn: executionArn,
    };
    return sum + lineBytes(JSON.stringify(line));
  }, 0);
}
