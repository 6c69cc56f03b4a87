import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { currentCaller } from '../../../simulator/kernel/caller.ts';
import { clientOptions, closeHost, faultAt, type Host, openHost, topicArn } from './fixtures/host.ts';

afterEach(closeHost);

const publish = () => new PublishCommand({ TopicArn: topicArn, Message: 'hello' });
const origins = (host: Host) => host.records.map(({ operation, origin }) => [operation, origin?.index]);

function openLedger(host = openHost()): Host {
  const arn = 'arn:aws:dynamodb:eu-west-3:123456789012:table/Ledger';
  host.account.dynamoDb.putTable({ name: 'Ledger', arn, keys: { hash: { name: 'pk', type: 'S' } }, indexes: [], tags: {} });
  return host;
}

describe('a call that nobody answers for fails loudly', () => {
  test('when no caller runs the code', async () => {
    const host = openHost();
    const call = new SNSClient({ ...clientOptions, maxAttempts: 1 }).send(publish());
    await expect(host.clock.runWhilePending(call)).rejects.toThrow('SNS Publish was called by code that runs neither in a function nor in a session.');
    expect(host.account.calls.total).toBe(0);
  });

  test('when the hook is gone: the function\'s endpoint is a closed port', async () => {
    const host = openHost();
    host.deploy('surroundings', { environment: {} });
    const { payload } = await host.invoke('surroundings');
    closeHost();
    const endpoint = String(payload['endpoint']);
    const call = new SNSClient({ ...clientOptions, endpoint, maxAttempts: 1 }).send(publish());
    await expect(call).rejects.toThrow('connect ECONNREFUSED 127.0.0.1:9');
    expect(host.account.sns.messages).toEqual([]);
  });
});

describe('above the account everything is the SDK', () => {
  test('input that the SDK does not accept never reaches the account', async () => {
    const host = openHost();
    const client = new S3Client(clientOptions);
    const call = host.asInvocation(() => client.send(new PutObjectCommand({ Bucket: undefined, Key: 'x' })));
    await expect(call).rejects.toThrow(/Bucket/u);
    expect(host.account.calls.total).toBe(0);
  });

  test('an error is an SDK\'s: name, fault, status and request id, and members of its own', async () => {
    const host = openLedger();
    const client = new DynamoDBClient(clientOptions);
    const put = () =>
      client.send(new PutItemCommand({ TableName: 'Ledger', Item: { pk: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(pk)' }));
    await host.asInvocation(put);
    const error: unknown = await host.asInvocation(put).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'ConditionalCheckFailedException',
      $fault: 'client',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/u), attempts: 1 },
    });
  });

  test('a server\'s error says so', async () => {
    const host = openHost({ faults: faultAt('Publish', 'unavailable') });
    const call = host.asInvocation(() => new SNSClient(clientOptions).send(publish()));
    await expect(call).rejects.toMatchObject({ name: 'ServiceUnavailable', $fault: 'server', $metadata: { httpStatusCode: 503, attempts: 3 } });
  });

  test('a broken connection is no answer of the service', async () => {
    const host = openHost({ faults: faultAt('Publish', 'reply-lost-for-good') });
    const error: unknown = await host.asInvocation(() => new SNSClient(clientOptions).send(publish())).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
    expect(error).not.toHaveProperty('$fault');
  });

  test('an answer carries metadata, with a request id of its own', async () => {
    const host = openHost();
    const client = new SNSClient(clientOptions);
    const [first, second] = await host.asInvocation(async () => [await client.send(publish()), await client.send(publish())]);
    expect(first?.$metadata).toMatchObject({ httpStatusCode: 200, attempts: 1 });
    expect(first?.$metadata.requestId).not.toBe(second?.$metadata.requestId);
  });
});

describe('the calls of an invocation are numbered', () => {
  test('from 0, across clients; and every retry carries the number of its call', async () => {
    const host = openLedger(openHost({ faults: faultAt('Publish', 'throttled', 2) }));
    await host.asInvocation(async () => {
      await new DynamoDBClient(clientOptions).send(new PutItemCommand({ TableName: 'Ledger', Item: { pk: { S: 'a' } } }));
      const sns = new SNSClient(clientOptions);
      await sns.send(publish());
      await sns.send(publish());
    });
    expect(origins(host)).toEqual([['PutItem', 0], ['Publish', 1], ['Publish', 1], ['Publish', 1], ['Publish', 2]]);
  });

  test('of the document client as of the others', async () => {
    const host = openLedger(openHost({ faults: faultAt('GetItem', 'unavailable', 1) }));
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions));
    const item = await host.asInvocation(async () => {
      const item = { pk: 'a', floor: 4, zones: new Set(['a', 'b']), plan: { isHeld: true } };
      await client.send(new PutCommand({ TableName: 'Ledger', Item: item }));
      return (await client.send(new GetCommand({ TableName: 'Ledger', Key: { pk: 'a' }, ConsistentRead: true }))).Item;
    });
    expect(item).toEqual({ pk: 'a', floor: 4, zones: new Set(['a', 'b']), plan: { isHeld: true } });
    expect(origins(host)).toEqual([['PutItem', 0], ['GetItem', 1], ['GetItem', 1]]);
  });

  test('a command that is sent twice is two calls', async () => {
    const host = openHost();
    const command = publish();
    await host.asInvocation(async () => {
      const client = new SNSClient(clientOptions);
      await client.send(command);
      await client.send(command);
    });
    expect(origins(host)).toEqual([['Publish', 0], ['Publish', 1]]);
    expect(host.account.sns.messages).toHaveLength(2);
  });
});

test('reasons of a cancelled transaction come through the document client as plain values', async () => {
  const host = openLedger();
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions));
  const Put = { TableName: 'Ledger', Item: { pk: 'a', floor: 1 }, ConditionExpression: 'attribute_not_exists(pk)' };
  const write = () => client.send(new TransactWriteCommand({ TransactItems: [{ Put }] }));
  await host.asInvocation(write);
  await expect(host.asInvocation(write)).rejects.toMatchObject({ CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] });
});

test('retries wait in virtual time, by draws of the seed', async () => {
  const duration = async (seed: number): Promise<number> => {
    const host = openHost({ seed, faults: faultAt('Publish', 'throttled', 2) });
    const before = host.clock.now();
    await host.asInvocation(() => new SNSClient(clientOptions).send(publish()));
    const took = host.clock.now() - before;
    closeHost();
    return took;
  };
  const took = await duration(1);
  expect(await duration(1)).toBe(took);
  expect(new Set([took, await duration(2), await duration(3)]).size).toBe(3);
});

test('a person\'s session calls without delay, and no fault is injected into it', async () => {
  const host = openHost({ faults: { faultFor: () => 'refused' } });
  const before = host.clock.now();
  // A session has no invocation.
  const caller = { invocationId: undefined } as unknown as { invocationId: string };
  await host.asInvocation(() => new SNSClient(clientOptions).send(publish()), caller);
  expect(host.clock.now()).toBe(before);
  expect(host.records).toMatchObject([{ outcome: 'succeeded', origin: undefined }]);
});

test('what the account does inside a call, it does for nobody', async () => {
  const host = openHost();
  const callers: unknown[] = [];
  host.account.calls.onCall(() => void callers.push(currentCaller()?.name));
  await host.asInvocation(async () => {
    await new SNSClient(clientOptions).send(publish());
    callers.push(currentCaller()?.name);
  });
  expect(callers).toEqual([undefined, 'Invoked']);
});

test('an execution environment that is gone hears no more answers and causes no more effects', async () => {
  const host = openHost();
  let isGone = false;
  const heard: string[] = [];
  const client = new SNSClient(clientOptions);
  await host.asInvocation(
    async () => {
      void client.send(publish()).then(() => heard.push('answer of a call under way'));
      await new Promise((resolve) => setTimeout(resolve, 1));
      isGone = true;
      void client.send(publish()).then(() => heard.push('answer of a later call'));
    },
    { isGone: () => isGone },
  );
  await host.clock.runUntil(host.clock.now() + 10_000);
  // The first had left already: its effect stands.
  expect(host.account.sns.messages).toHaveLength(1);
  expect(heard).toEqual([]);
});
