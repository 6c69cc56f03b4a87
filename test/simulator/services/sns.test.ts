import { type FakeAccount, fakeAccount, firstInput, putRole, sessionOf } from './fake-account.ts';

const topicArn = 'arn:aws:sns:eu-west-3:123456789012:alerts';

function withTopic(kmsKeyArn?: string): FakeAccount {
  const fake = fakeAccount('2027-01-06T07:00:00Z');
  fake.account.sns.putTopic({ name: 'alerts', arn: topicArn, tags: {}, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) });
  return fake;
}

test('a message is kept with its time, subject and attributes', async () => {
  const fake = withTopic();
  const attributes = { severity: { DataType: 'String', StringValue: 'high' } };
  await fake.call('SNS', 'Publish', { TopicArn: topicArn, Message: 'NO-GO', Subject: 'Sale', MessageAttributes: attributes });
  expect(fake.account.sns.messages).toMatchObject([
    { at: Date.parse('2027-01-06T07:00:00Z'), topicArn, message: 'NO-GO', subject: 'Sale', attributes: { severity: 'high' } },
  ]);
});

test.each([
  [{ Message: '' }, 'Empty message'],
  [{ Message: 'x', Subject: 'Début des soldes' }, 'Subject'],
  [{ Message: 'x', Subject: 'x'.repeat(101) }, 'Subject'],
  [{ Message: 'x'.repeat(262_145) }, 'Message too long'],
])('an invalid message is refused', async (input, message) => {
  const call = withTopic().call('SNS', 'Publish', { TopicArn: topicArn, ...input });
  await expect(call).rejects.toMatchObject({ name: 'InvalidParameter', message: expect.stringContaining(message) });
});

test('a subscribed function is invoked, as SNS, with the message as a record', async () => {
  const fake = withTopic();
  const functionArn = 'arn:aws:lambda:eu-west-3:123456789012:function:OnAlert';
  fake.account.sns.subscribe(topicArn, 'lambda', functionArn);
  fake.account.sns.subscribe(topicArn, 'email', 'ops@example.com');
  await fake.call('SNS', 'Publish', { TopicArn: topicArn, Message: 'NO-GO' });
  await fake.clock.runUntil(fake.clock.now() + 1000);
  expect(fake.invocations).toHaveLength(1);
  expect(fake.invocations[0]).toMatchObject({
    principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topicArn },
    input: { FunctionName: functionArn, InvocationType: 'Event' },
  });
  expect(JSON.parse(firstInput(fake.invocations, 'Payload'))).toMatchObject({ Records: [{ EventSource: 'aws:sns', Sns: { Message: 'NO-GO', TopicArn: topicArn } }] });
});

test('who publishes to an encrypted topic needs its key, alarms too', async () => {
  const plain = fakeAccount();
  const key = plain.account.kms.createKey(undefined);
  plain.account.sns.putTopic({ name: 'alerts', arn: topicArn, tags: {}, kmsKeyArn: key.arn });
  const alarms = { kind: 'service', service: 'cloudwatch.amazonaws.com' } as const;
  const publish = () => plain.call('SNS', 'Publish', { TopicArn: topicArn, Message: 'ALARM' }, alarms);
  await expect(publish()).rejects.toMatchObject({ name: 'AuthorizationErrorException', message: expect.stringContaining('kms:GenerateDataKey') });
  plain.account.kms.putKeyPolicy(key.arn, {
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
    },
  });
  await expect(publish()).resolves.toHaveProperty('MessageId');
});

test('a role without sns:Publish is refused by the name that SNS gives it', async () => {
  const fake = withTopic();
  const call = fake.call('SNS', 'Publish', { TopicArn: topicArn, Message: 'x' }, sessionOf(putRole(fake)));
  await expect(call).rejects.toMatchObject({ name: 'AuthorizationErrorException', statusCode: 403 });
});
