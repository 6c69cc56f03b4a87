import { AimedFault, describePosition, faultsAt, parsePosition, PositionList } from '../../rehearsal/sweep/position.ts';
import type { CallRequest } from '../../simulator/kernel/calls.ts';

const principal = { kind: 'outside', name: 'test' } as const;

function call(operation: string, invocationId: string, index: number): CallRequest {
  return { principal, sdkId: 'DynamoDB', operation, input: {}, origin: { caller: 'Reconcile', invocationId, index } };
}

const position = { phase: 'hold', caller: 'Reconcile', operation: 'DynamoDB PutItem', occurrence: 2 };

describe('positions of a sweep', () => {
  test('are told apart by phase, caller, operation and occurrence, not by invocation', () => {
    const list = new PositionList();
    for (const invocation of ['a', 'b', 'c']) {
      list.faultFor(call('PutItem', invocation, 0), 'hold');
      list.faultFor(call('PutItem', invocation, 1), 'hold');
    }
    list.faultFor(call('PutItem', 'd', 0), 'descent');
    expect(list.positions.map(describePosition)).toEqual([
      'hold / Reconcile / DynamoDB PutItem / 1',
      'hold / Reconcile / DynamoDB PutItem / 2',
      'descent / Reconcile / DynamoDB PutItem / 1',
    ]);
  });

  test('a retry of the SDK is the same call', () => {
    const list = new PositionList();
    list.faultFor(call('PutItem', 'a', 4), 'hold');
    list.faultFor(call('PutItem', 'a', 4), 'hold');
    expect(list.positions).toHaveLength(1);
  });

  test('what a person or a service calls is no position', () => {
    const list = new PositionList();
    list.faultFor({ principal, sdkId: 'S3', operation: 'PutObject', input: {} }, 'hold');
    expect(list.positions).toEqual([]);
  });

  test('a name leads back to its position; another text leads nowhere', () => {
    expect(parsePosition(describePosition(position))).toEqual(position);
    expect(parsePosition('hold / Reconcile')).toBeUndefined();
  });
});

describe('an aimed fault', () => {
  test('strikes every attempt of the first call that comes to its position, and never again', () => {
    const fault = new AimedFault(position, 'throttled');
    expect(fault.faultFor(call('PutItem', 'a', 0), 'hold')).toBeUndefined();
    expect(fault.faultFor(call('PutItem', 'a', 1), 'hold')).toBe('throttled');
    expect(fault.faultFor(call('PutItem', 'a', 1), 'hold')).toBe('throttled');
    expect(fault.faultFor(call('PutItem', 'a', 2), 'hold')).toBeUndefined();
    expect(fault.faultFor(call('PutItem', 'b', 0), 'hold')).toBeUndefined();
    expect(fault.faultFor(call('PutItem', 'b', 1), 'hold')).toBeUndefined();
    expect(fault.hasStruck).toBe(true);
  });

  test('a reply that is lost once reaches the caller at the next attempt', () => {
    const fault = new AimedFault({ ...position, occurrence: 1 }, 'reply-lost');
    expect(fault.faultFor(call('PutItem', 'a', 0), 'hold')).toBe('reply-lost');
    expect(fault.faultFor(call('PutItem', 'a', 0), 'hold')).toBeUndefined();
  });

  test('a read has no effect that a lost reply could leave behind', () => {
    expect(faultsAt({ ...position, operation: 'Auto Scaling DescribeAutoScalingGroups' })).not.toContain('reply-lost');
    expect(faultsAt(position)).toContain('reply-lost-for-good');
  });
});
