import { bytesOf, pageUnits, readUnits, writeUnits } from '../../rehearsal/cost/dynamodb-units.ts';
import { historyBytes, lineBytes } from '../../rehearsal/cost/log-bytes.ts';
import { transitionsIn } from '../../rehearsal/cost/meter.ts';
import { standingOf } from '../../rehearsal/cost/standing.ts';
import { titleOf } from '../../rehearsal/cost/usage.ts';

describe('units of DynamoDB', () => {
  const item = (bytes: number): { readonly id: { readonly S: string } } => ({ id: { S: 'x'.repeat(bytes - 2) } });

  it.each([
    [0, true, 1],
    [0, false, 0.5],
    [4096, true, 1],
    [4097, true, 2],
    [9000, false, 1.5],
  ])('a read of %i bytes, consistent: %s, takes %d', (bytes, isConsistent, units) => {
    expect(readUnits(bytes, isConsistent)).toBe(units);
  });

  it('a write takes the larger of what was there and what is there now, in units of 1 KB', () => {
    expect(bytesOf(item(1025) as never)).toBe(1025);
    expect(writeUnits(undefined, undefined)).toBe(1);
    expect(writeUnits(item(1024) as never, undefined)).toBe(1);
    expect(writeUnits(item(10) as never, item(1025) as never)).toBe(2);
    expect(writeUnits(item(3000) as never, item(10) as never)).toBe(3);
  });

  it('a query pays for what it read, not for what its filter let through', () => {
    const items = [item(2000), item(2000)] as never;
    expect(pageUnits(items, 2, true)).toBe(1);
    expect(pageUnits(items, 20, true)).toBe(10);
    expect(pageUnits([], 0, false)).toBe(0.5);
    expect(pageUnits([], 100, true)).toBe(25);
  });
});

describe('logs', () => {
  it('counts bytes and not characters, and what CloudWatch adds', () => {
    expect(lineBytes('abc')).toBe(29);
    expect(lineBytes('é')).toBe(28);
  });

  it('has a line for every event of a workflow, with what went in and out', () => {
    const event = { id: 1, previousEventId: 0, timestamp: new Date(0), type: 'PassStateEntered' };
    const one = historyBytes('arn:x', [{ ...event, stateEnteredEventDetails: { name: 'A', input: '{}' } }]);
    const larger = historyBytes('arn:x', [{ ...event, stateEnteredEventDetails: { name: 'A', input: `{}${' '.repeat(100)}` } }]);
    expect(larger - one).toBe(100);
    expect(one).toBeGreaterThan(26 + 'PassStateEntered'.length);
    expect(historyBytes('arn:x', [])).toBe(0);
  });
});

describe('state transitions', () => {
  it('are states entered, and retries', () => {
    const task = ['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskFailed', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'];
    expect(transitionsIn(['ExecutionStarted', ...task, 'SucceedStateEntered', 'SucceedStateExited', 'ExecutionSucceeded'])).toBe(3);
  });

  it('do not count iterations, but the states in them', () => {
    const iteration = ['MapIterationStarted', 'PassStateEntered', 'PassStateExited', 'MapIterationSucceeded'];
    expect(transitionsIn(['MapStateEntered', 'MapStateStarted', ...iteration, ...iteration, 'MapStateSucceeded', 'MapStateExited'])).toBe(3);
  });
});

describe('what stands', () => {
  const stack = (resources: object): never => [{ name: 'X-Operations', assets: [], template: { Resources: resources } }] as never;
  const metric = (id: string): object => ({ Id: id, MetricStat: { Metric: {}, Period: 60, Stat: 'Sum' } });
  const dashboard = (metrics: number): object => ({
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: {
      DashboardBody: {
        'Fn::Join': ['', ['{"widgets":[{"properties":{"region":"', { Ref: 'AWS::Region' }, `","metrics":${JSON.stringify([...Array.from({ length: metrics }, () => ['AWS/X', 'Y']), [{ expression: 'a+b' }]])}}}]}`]],
      },
    },
  });

  it('charges an alarm by the metrics that it looks at, thrice on a band', () => {
    const alarm = (properties: object): object => ({ Type: 'AWS::CloudWatch::Alarm', Properties: properties });
    const { quantities } = standingOf(
      stack({
        Plain: alarm({ MetricName: 'A' }),
        Ratio: alarm({ Metrics: [metric('a'), metric('b'), { Id: 'c', Expression: 'a/b' }] }),
        Band: alarm({ Metrics: [metric('a'), { Id: 'b', Expression: 'ANOMALY_DETECTION_BAND(a, 2)' }] }),
      }),
    );
    expect(quantities.map(({ rate, amount }) => [rate, amount])).toEqual([['alarms', 1], ['alarms', 2], ['alarms', 3]]);
    const query = stack({ Query: alarm({ Metrics: [{ Id: 'q', Expression: 'SELECT AVG(x) FROM y' }] }) });
    expect(() => standingOf(query)).toThrow('Query');
  });

  it('knows that a dashboard of more than fifty metrics is never free', () => {
    expect(standingOf(stack({ Small: dashboard(50), Large: dashboard(51) })).quantities.map(({ isNeverFree }) => isNeverFree)).toEqual([false, true]);
  });

  it('says what it has no price for, and passes over what is free', () => {
    const { quantities, notReckoned } = standingOf(
      stack({
        Key: { Type: 'AWS::KMS::Key' }, Role: { Type: 'AWS::IAM::Role' }, Budget: { Type: 'AWS::Budgets::Budget' }, Gateway: { Type: 'AWS::EC2::NatGateway' },
      }),
    );
    expect(quantities).toMatchObject([{ rate: 'keys', amount: 1, certainty: 'declared' }]);
    expect(notReckoned).toEqual(['AWS::EC2::NatGateway']);
  });
});

test.each([
  ['CapacityCapacityReconciliationStateMachine1A2B3C4D', 'CapacityReconciliation'],
  ['DrillsFailoverDrill1A2B3C4D', 'FailoverDrill'],
  ['Ledger', 'Ledger'],
])('%s is called %s', (logicalId, title) => {
  expect(titleOf(logicalId)).toBe(title);
});
