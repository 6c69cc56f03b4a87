import { CallLog, type CallRecord } from '../../../simulator/kernel/calls.ts';

function call(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    at: 0,
    phase: 'test',
    principal: { kind: 'outside', name: 'someone' },
    sdkId: 'SNS',
    operation: 'Publish',
    origin: undefined,
    authorisations: [],
    outcome: 'succeeded',
    error: undefined,
    fault: undefined,
    ...changes,
  };
}

test('every call counts, and successes count by operation', () => {
  const log = new CallLog();
  log.add(call());
  log.add(call());
  log.add(call({ sdkId: 'S3', operation: 'PutObject' }));
  log.add(call({ outcome: 'denied', error: 'AccessDenied' }));
  expect(log.total).toBe(4);
  expect(log.successes('SNS', 'Publish')).toBe(2);
  expect(log.successes('S3', 'PutObject')).toBe(1);
  expect(log.successes('S3', 'GetObject')).toBe(0);
});

test('what did not simply succeed is kept whole, in order', () => {
  const log = new CallLog();
  const denied = call({ outcome: 'denied', error: 'AccessDenied' });
  const failed = call({ outcome: 'failed', error: 'Throttling', fault: 'throttled' });
  const lost = call({ fault: 'reply-lost' });
  for (const record of [denied, call(), failed, lost, call()]) log.add(record);
  expect(log.mishaps).toEqual([denied, failed, lost]);
});

test('listeners hear of every call', () => {
  const log = new CallLog();
  const heard: string[] = [];
  log.onCall(({ operation, outcome }) => void heard.push(`${operation} ${outcome}`));
  log.onCall(({ sdkId }) => void heard.push(sdkId));
  log.add(call());
  log.add(call({ outcome: 'denied', error: 'AuthorizationErrorException' }));
  expect(heard).toEqual(['Publish succeeded', 'SNS', 'Publish denied', 'SNS']);
});
