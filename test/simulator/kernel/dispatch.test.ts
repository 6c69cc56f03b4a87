import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type FaultKind, faultKinds, type FaultPlan } from '../../../simulator/kernel/faults.ts';
import { clientOptions, closeHost, faultAt, functionArn, type Host, openHost, outside, ownLog, topicArn } from './fixtures/host.ts';

afterEach(closeHost);

const publisherMay = [...ownLog, 'sns:Publish'];
const oneMessage = { topicArn, messages: ['hello'] };

/** A function that publishes one message while `kind` strikes the first `attempts` of its call. */
function publisherUnder(kind: FaultKind, attempts?: number, timeoutSeconds = 30): Host {
  const host = openHost({ faults: faultAt('Publish', kind, attempts) });
  host.deploy('publisher', { actions: publisherMay, timeoutSeconds });
  return host;
}

const publishes = (host: Host) => host.records.filter((record) => record.operation === 'Publish');
const attempts = (host: Host) => publishes(host).map(({ outcome, error, fault }) => ({ outcome, error, fault }));

describe('every call', () => {
  test('is authorised by the caller\'s role, takes its time, is executed and recorded', async () => {
    const host = openHost();
    host.deploy('publisher', { actions: publisherMay });
    host.account.phase = 'raise';
    const { payload } = await host.invoke('publisher', oneMessage);
    expect(payload).toEqual({ published: 1 });
    expect(host.account.sns.messages.map(({ message }) => message)).toEqual(['hello']);
    const [record] = publishes(host);
    expect(record).toMatchObject({
      at: host.account.sns.messages[0]?.at,
      phase: 'raise',
      principal: { kind: 'role', roleArn: 'arn:aws:iam::123456789012:role/publisherRole', session: 'publisher' },
      sdkId: 'SNS',
      operation: 'Publish',
      origin: { caller: 'publisher', index: 0, invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/u) },
      authorisations: [{ action: 'sns:Publish', resource: topicArn }],
      outcome: 'succeeded',
      error: undefined,
      fault: undefined,
    });
  });

  test('of a handler takes 12 to 70 ms, and one of the world outside none', async () => {
    const host = openHost();
    const input = { TopicArn: topicArn, Message: 'x' };
    const origin = { caller: 'test', index: 0, invocationId: 'one' };
    const took: number[] = [];
    for (let call = 0; call < 50; call += 1) {
      const before = host.clock.now();
      await host.clock.runWhilePending(host.account.call({ principal: outside, sdkId: 'SNS', operation: 'Publish', input, origin }));
      took.push(host.clock.now() - before);
    }
    expect(Math.min(...took)).toBeGreaterThanOrEqual(12);
    expect(Math.max(...took)).toBeLessThanOrEqual(70);
    expect(new Set(took).size).toBeGreaterThan(10);
    const before = host.clock.now();
    await host.account.call({ principal: outside, sdkId: 'SNS', operation: 'Publish', input });
    expect(host.clock.now()).toBe(before);
  });

  test('that the role may not make is refused by the service\'s own name, recorded, and has no effect', async () => {
    const host = openHost({ faults: faultAt('Publish', 'throttled') });
    host.deploy('publisher');
    const { payload, failed } = await host.invoke('publisher', oneMessage);
    expect(failed).toBe(true);
    expect(payload['errorMessage']).toMatch(/publisherRole may not sns:Publish on .*:Alerts: no identity-based policy/u);
    // A denied call is not retried, and no fault is injected into it.
    expect(publishes(host)).toMatchObject([
      { outcome: 'denied', error: payload['errorType'], fault: undefined, authorisations: [{ action: 'sns:Publish' }] },
    ]);
    expect(host.account.sns.messages).toEqual([]);
  });

  test('that the service refuses is recorded as failed, with the name of the error', async () => {
    const host = openHost();
    host.deploy('publisher', { actions: publisherMay });
    const { failed } = await host.invoke('publisher', { topicArn: `${topicArn}Gone`, messages: ['x'] });
    expect(failed).toBe(true);
    expect(publishes(host)).toMatchObject([{ outcome: 'failed', error: 'NotFoundException', fault: undefined }]);
  });
});

describe('what the account does not model ends the run', () => {
  test('an operation, though the handler swallows every error', async () => {
    const host = openHost();
    host.deploy('swallower', { actions: [...ownLog, 'cloudwatch:*'] });
    await expect(host.invoke('swallower')).rejects.toMatchObject({
      name: 'NotModelledError',
      message: 'CloudWatch DisableAlarmActions is not modelled by the simulated account.',
    });
  });

  test('a service', async () => {
    const host = openHost();
    const call = host.account.call({ principal: outside, sdkId: 'Glue', operation: 'GetJob', input: {} });
    await expect(host.clock.runWhilePending(call)).rejects.toThrow('The simulated account has no service "Glue".');
  });

  test('in the background too: an asynchronous invocation cannot hide it', async () => {
    const host = openHost();
    host.deploy('swallower', { actions: [...ownLog, 'cloudwatch:*'] });
    const input = { FunctionName: 'swallower', InvocationType: 'Event' };
    await host.account.call({ principal: outside, sdkId: 'Lambda', operation: 'Invoke', input });
    await expect(host.clock.runUntil(host.clock.now() + 5000)).rejects.toThrow('DisableAlarmActions is not modelled');
  });
});

describe('faults', () => {
  test.each([
    ['throttled', 3, 'ThrottledException'],
    ['unavailable', 3, 'ServiceUnavailable'],
    ['denied', 1, 'AuthorizationErrorException'],
    ['refused', 1, 'ValidationException'],
  ] as const)('%s fails before the effect, after %i attempts of the SDK', async (kind, count, error) => {
    const host = publisherUnder(kind);
    const { payload, failed } = await host.invoke('publisher', oneMessage);
    expect(failed).toBe(true);
    expect(payload).toMatchObject({ errorType: error });
    expect(attempts(host)).toEqual(Array.from({ length: count }, () => ({ outcome: 'failed', error, fault: kind })));
    expect(host.account.sns.messages).toEqual([]);
  });

  test.each(['throttled', 'unavailable'] as const)('%s for two attempts is survived by the SDK\'s own retries', async (kind) => {
    const host = publisherUnder(kind, 2);
    const { payload } = await host.invoke('publisher', oneMessage);
    expect(payload).toEqual({ published: 1 });
    expect(attempts(host).map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'succeeded']);
    expect(host.account.sns.messages).toHaveLength(1);
  });

  test('reply-lost lets the effect happen, and the SDK\'s retry make it happen again', async () => {
    const host = publisherUnder('reply-lost', 1);
    const { payload } = await host.invoke('publisher', oneMessage);
    expect(payload).toEqual({ published: 1 });
    expect(attempts(host)).toMatchObject([{ outcome: 'succeeded', fault: 'reply-lost' }, { outcome: 'succeeded', fault: undefined }]);
    expect(host.account.sns.messages).toHaveLength(2);
  });

  test('reply-lost-for-good lets every attempt take effect, and the handler never learns of one', async () => {
    const host = publisherUnder('reply-lost-for-good');
    const { payload, failed } = await host.invoke('publisher', oneMessage);
    expect(failed).toBe(true);
    expect(payload).toMatchObject({ errorType: 'TimeoutError', errorMessage: 'The connection broke before Publish was answered.' });
    expect(attempts(host).map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(host.account.sns.messages).toHaveLength(3);
  });

  test.each([
    ['killed-before', 0, 'failed'],
    ['killed-after', 1, 'succeeded'],
  ] as const)('%s ends the execution environment with %i messages published', async (kind, messages, outcome) => {
    const host = publisherUnder(kind, 1);
    const { payload, failed } = await host.invoke('publisher', { topicArn, messages: ['one', 'two'] });
    expect(failed).toBe(true);
    expect(payload['errorType']).toBe('Runtime.ExitError');
    expect(attempts(host)).toEqual([{ outcome, error: undefined, fault: kind }]);
    expect(host.account.sns.messages).toHaveLength(messages);
    // Dead is dead: the code after the call never runs, however long one waits.
    await host.clock.runUntil(host.clock.now() + 60_000);
    expect(publishes(host)).toHaveLength(1);
  });

  test('timed-out holds the call until the function reaches its time-out, without effect', async () => {
    const host = publisherUnder('timed-out', 1, 7);
    const before = host.clock.now();
    const { payload } = await host.invoke('publisher', oneMessage);
    expect(payload).toMatchObject({ errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('timed out after 7.00 seconds') });
    expect(host.clock.now() - before).toBe(7000);
    expect(attempts(host)).toEqual([{ outcome: 'failed', error: undefined, fault: 'timed-out' }]);
    expect(host.account.sns.messages).toEqual([]);
  });

  test('never strike what AWS services and the world outside do', async () => {
    const host = openHost({ faults: { faultFor: () => 'refused' } });
    host.deploy('counter');
    const { payload } = await host.invoke('counter');
    expect(payload).toEqual({ invocations: 1 });
  });

  test('are planned with the phase of the story', async () => {
    const seen: [operation: string, phase: string][] = [];
    const faults: FaultPlan = {
      faultFor: (request, phase) => {
        seen.push([request.operation, phase]);
        return undefined;
      },
    };
    const host = openHost({ faults });
    host.deploy('publisher', { actions: publisherMay });
    host.account.phase = 'descent';
    await host.invoke('publisher', oneMessage);
    expect(seen).toEqual([['Publish', 'descent']]);
  });

  test.each(['killed-before', 'killed-after', 'timed-out'] as const)('%s cannot be aimed at a state machine', async (kind) => {
    const host = openHost({ faults: faultAt('Publish', kind) });
    const origin = { caller: 'Sale.Tell', index: 0 };
    const call = host.account.call({ principal: outside, sdkId: 'SNS', operation: 'Publish', input: { TopicArn: topicArn, Message: 'x' }, origin });
    await expect(host.clock.runWhilePending(call)).rejects.toThrow(`The fault "${kind}" needs a Lambda invocation`);
  });

  test('every kind is tried above', () => {
    const tried = ['throttled', 'unavailable', 'denied', 'refused', 'reply-lost', 'reply-lost-for-good', 'killed-before', 'killed-after', 'timed-out'];
    expect([...faultKinds]).toEqual(tried);
  });
});

/** A call of each service whose SDK client the project has. */
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'Auto Scaling': () => new AutoScalingClient(clientOptions).send(new DescribeAutoScalingGroupsCommand({})),
  CloudWatch: () => new CloudWatchClient(clientOptions).send(new DescribeAlarmsCommand({})),
  DynamoDB: () => new DynamoDBClient(clientOptions).send(new GetItemCommand({ TableName: 'Ledger', Key: { pk: { S: 'x' } } })),
  EC2: () => new EC2Client(clientOptions).send(new DescribeVpcsCommand({})),
  'Elastic Load Balancing v2': () => new ElasticLoadBalancingV2Client(clientOptions).send(new DescribeLoadBalancersCommand({})),
  Lambda: () => new LambdaClient(clientOptions).send(new InvokeCommand({ FunctionName: functionArn('counter') })),
  RDS: () => new RDSClient(clientOptions).send(new DescribeDBInstancesCommand({})),
  S3: () => new S3Client(clientOptions).send(new GetObjectCommand({ Bucket: 'evidence', Key: 'x' })),
  'Service Quotas': () => new ServiceQuotasClient(clientOptions).send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' })),
  SFN: () => new SFNClient(clientOptions).send(new ListStateMachinesCommand({})),
  SNS: () => new SNSClient(clientOptions).send(new PublishCommand({ TopicArn: topicArn, Message: 'x' })),
};

describe('the SDK knows what each service answers', () => {
  test.each(Object.entries(calls))('throttling by %s is tried three times', async (sdkId, call) => {
    const host = openHost({ faults: { faultFor: () => 'throttled' } });
    await expect(host.asInvocation(call)).rejects.toMatchObject({ message: 'Rate exceeded' });
    expect(host.records.map((record) => [record.sdkId, record.fault])).toEqual(Array.from({ length: 3 }, () => [sdkId, 'throttled']));
  });

  test.each(Object.entries(calls))('a refusal by the policies of %s is tried once', async (sdkId, call) => {
    const host = openHost({ faults: { faultFor: () => 'denied' } });
    await expect(host.asInvocation(call)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(host.records.map((record) => record.sdkId)).toEqual([sdkId]);
  });
});
