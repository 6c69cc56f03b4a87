import { payloadFor } from '../../../simulator/services/eventbridge/input.ts';
import { compilePattern } from '../../../simulator/services/eventbridge/pattern.ts';
import type { RuleDefinition, RuleTarget } from '../../../simulator/services/eventbridge.ts';
import { type FakeAccount, fakeAccount, firstInput, putRole } from './fake-account.ts';

describe('event patterns', () => {
  const event = {
    source: 'aws.autoscaling',
    'detail-type': 'EC2 Instance Launch Unsuccessful',
    resources: ['arn:a', 'arn:b'],
    detail: { group: 'web', count: 3, state: 'Running', isTest: false, rules: [{ port: 22 }, { port: 443 }], none: null },
  };

  test.each<[unknown, boolean]>([
    [{ source: ['aws.autoscaling'] }, true],
    [{ source: ['aws.ec2', 'aws.autoscaling'] }, true],
    [{ source: ['aws.ec2'] }, false],
    [{ source: ['aws.autoscaling'], detail: { group: ['other'] } }, false],
    [{ source: [{ prefix: 'aws.' }] }, true],
    [{ source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
    [{ source: [{ suffix: 'scaling' }] }, true],
    [{ source: [{ 'equals-ignore-case': 'AWS.AutoScaling' }] }, true],
    [{ 'detail-type': [{ wildcard: 'EC2 * Unsuccessful' }] }, true],
    [{ 'detail-type': [{ wildcard: 'EC2 * Successful' }] }, false],
    [{ resources: ['arn:b'] }, true],
    [{ detail: { group: [{ 'anything-but': 'web' }] } }, false],
    [{ detail: { group: [{ 'anything-but': ['api', 'batch'] }] } }, true],
    [{ detail: { group: [{ 'anything-but': { prefix: 'we' } }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'web' }] } }, false],
    [{ detail: { count: [{ numeric: ['>', 2, '<=', 3] }] } }, true],
    [{ detail: { count: [{ numeric: ['<', 3] }] } }, false],
    [{ detail: { group: [{ exists: true }], missing: [{ exists: false }] } }, true],
    [{ detail: { isTest: [false], none: [null] } }, true],
    [{ detail: { rules: { port: [22] } } }, true],
    [{ detail: { rules: { port: [80] } } }, false],
    [{ $or: [{ source: ['aws.ec2'] }, { detail: { group: ['web'] } }] }, true],
    [{ detail: { $or: [{ group: ['api'] }, { count: [4] }] } }, false],
  ])('%j matches: %s', (pattern, isMatch) => {
    expect(compilePattern(pattern)(event)).toBe(isMatch);
  });

  test('an operator that is not modelled names itself', () => {
    expect(() => compilePattern({ detail: { address: [{ cidr: '10.0.0.0/8' }] } })).toThrow('"cidr"');
  });
});

describe('inputs of targets', () => {
  const event = { time: '2027-01-06T07:00:00Z', detail: { id: 'i-1', note: 'a "b"', zones: ['a', 'b'] } };
  const rule = { name: 'Drift', arn: 'arn:rule' };

  test.each<[object, string]>([
    [{}, JSON.stringify(event)],
    [{ Input: '{"fixed":true}' }, '{"fixed":true}'],
    [{ InputPath: '$.detail.zones' }, '["a","b"]'],
    [
      { InputTransformer: { InputPathsMap: { id: '$.detail.id', zones: '$.detail.zones' }, InputTemplate: '{"instance":<id>,"zones":<zones>}' } },
      '{"instance":"i-1","zones":["a","b"]}',
    ],
    [
      { InputTransformer: { InputPathsMap: { note: '$.detail.note' }, InputTemplate: '"Note: <note>, by <aws.events.rule-name>"' } },
      '"Note: a \\"b\\", by Drift"',
    ],
  ])('%j', (input, expected) => {
    expect(payloadFor(input, event, rule)).toBe(expected);
  });
});

const machineArn = 'arn:aws:states:eu-west-3:123456789012:stateMachine:Repair';
const topicArn = 'arn:aws:sns:eu-west-3:123456789012:alerts';

function withRule(target: Partial<RuleTarget>, rule: Partial<RuleDefinition> = {}): FakeAccount {
  const fake = fakeAccount('2027-01-06T07:00:00Z');
  const roleArn = putRole(fake, { name: 'Starter', service: 'events.amazonaws.com', actions: ['states:StartExecution'] });
  fake.account.sns.putTopic({ name: 'alerts', arn: topicArn, tags: {} });
  fake.account.eventBridge.putRule({
    name: 'Drift',
    arn: fake.account.arn('events', 'rule/Drift'),
    busName: 'default',
    isEnabled: true,
    eventPattern: { source: ['aws.ec2'] },
    scheduleExpression: undefined,
    targets: [
      {
        id: 'Target0',
        arn: machineArn,
        roleArn,
        retryPolicy: { maximumAgeSeconds: 86_400, maximumRetryAttempts: 185 },
        deadLetterArn: undefined,
        ...target,
      },
    ],
    ...rule,
  });
  return fake;
}

const change = { source: 'aws.ec2', detailType: 'AWS API Call via CloudTrail', detail: { eventName: 'AuthorizeSecurityGroupIngress' } };

describe('delivery', () => {
  test('a matching event starts the state machine as the role, half a second to two seconds later', async () => {
    const fake = withRule({});
    fake.account.eventBridge.publish(change);
    fake.account.eventBridge.publish({ ...change, source: 'aws.rds' });
    await fake.clock.runUntil(fake.clock.now() + 5000);
    expect(fake.executions).toHaveLength(1);
    const [execution] = fake.executions;
    expect(execution?.principal).toMatchObject({ kind: 'role', roleArn: 'arn:aws:iam::123456789012:role/Starter' });
    expect(JSON.parse(firstInput(fake.executions, 'input'))).toMatchObject({ version: '0', source: 'aws.ec2', region: 'eu-west-3', time: '2027-01-06T07:00:00Z' });
    const delay = (execution?.at ?? 0) - Date.parse('2027-01-06T07:00:00Z');
    expect(delay).toBeGreaterThanOrEqual(500);
    expect(delay).toBeLessThanOrEqual(2000);
  });

  test('a topic must let EventBridge publish; without it the event is given up', async () => {
    const fake = withRule({ arn: topicArn, roleArn: undefined });
    fake.account.eventBridge.publish(change);
    await fake.clock.runUntil(fake.clock.now() + 5000);
    expect(fake.account.sns.messages).toEqual([]);
    expect(fake.account.eventBridge.deadLetters).toMatchObject([{ source: 'Drift', error: 'AuthorizationErrorException', attempts: 1 }]);
    fake.account.sns.putTopicPolicy(topicArn, {
      Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: topicArn },
    });
    fake.account.eventBridge.publish(change);
    await fake.clock.runUntil(fake.clock.now() + 5000);
    expect(fake.account.sns.messages).toHaveLength(1);
  });

  test('a scenario loses, doubles and delays events by rule', async () => {
    const fake = withRule({});
    const fates = ['lost', 'twice', { delaySeconds: 60 }] as const;
    let count = 0;
    fake.account.eventBridge.deliver = (_event, { name }) => {
      expect(name).toBe('Drift');
      count += 1;
      return fates[count - 1] ?? 'once';
    };
    for (let round = 0; round < 3; round += 1) fake.account.eventBridge.publish(change);
    await fake.clock.runUntil(fake.clock.now() + 30_000);
    expect(fake.executions).toHaveLength(2);
    await fake.clock.runUntil(fake.clock.now() + 60_000);
    expect(fake.executions).toHaveLength(3);
  });

  test('a rule with a schedule runs in UTC', async () => {
    const fake = withRule({}, { eventPattern: undefined, scheduleExpression: 'cron(0 2 * * ? *)' });
    await fake.clock.runUntil(Date.parse('2027-01-07T02:00:05Z'));
    expect(fake.executions).toHaveLength(1);
    expect(JSON.parse(firstInput(fake.executions, 'input'))).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event', time: '2027-01-07T02:00:00Z' });
  });
});

describe('PutEvents', () => {
  test('good entries are delivered, bad ones answered by themselves', async () => {
    const fake = withRule({}, { eventPattern: { source: ['webmarket.sale'] } });
    const result = await fake.call('EventBridge', 'PutEvents', {
      Entries: [
        { Source: 'webmarket.sale', DetailType: 'SaleReady', Detail: '{"sale":"winter"}' },
        { Source: 'aws.ec2', DetailType: 'Forged', Detail: '{}' },
        { Source: 'webmarket.sale', DetailType: 'SaleReady', Detail: 'not json' },
      ],
    });
    expect(result).toMatchObject({
      FailedEntryCount: 2,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'NotAuthorizedForSourceException' }, { ErrorCode: 'MalformedDetail' }],
    });
    await fake.clock.runUntil(fake.clock.now() + 5000);
    expect(fake.executions).toHaveLength(1);
  });
});
