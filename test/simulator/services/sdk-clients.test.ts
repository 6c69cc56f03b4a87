import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { runAs } from '../../../simulator/kernel/caller.ts';
import { installSdkHook } from '../../../simulator/kernel/sdk-hook.ts';
import { type FakeAccount, fakeAccount, someone } from './fake-account.ts';

const configuration = { region: 'eu-west-3', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };

let removeHook: () => void;
beforeAll(() => {
  removeHook = installSdkHook();
});
afterAll(() => removeHook());

/** Runs `code` as a person's session in the account, and lets time pass until it ends. */
function inAccount<T>({ account, clock }: FakeAccount, code: () => Promise<T>): Promise<T> {
  let index = 0;
  const caller = {
    account,
    principal: someone,
    name: 'test',
    environment: {},
    print: () => {},
    isGone: () => false,
    nextCallIndex: () => index++,
  };
  return clock.runWhilePending(runAs(caller, code));
}

test('the document client writes, updates and reads plain values', async () => {
  const fake = fakeAccount();
  fake.account.dynamoDb.putTable({
    name: 'Ledger',
    arn: 'arn:aws:dynamodb:eu-west-3:123456789012:table/Ledger',
    keys: { hash: { name: 'pk', type: 'S' } },
    indexes: [],
    tags: {},
  });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(configuration));
  const item = await inAccount(fake, async () => {
    const Put = { TableName: 'Ledger', Item: { pk: 'lease', floor: 4, zones: ['a', 'b'], plan: { isHeld: true } } };
    await client.send(new TransactWriteCommand({ TransactItems: [{ Put }] }));
    const update = {
      TableName: 'Ledger',
      Key: { pk: 'lease' },
      UpdateExpression: 'SET floor = floor + :two',
      ExpressionAttributeValues: { ':two': 2 },
    };
    await client.send(new UpdateCommand(update));
    const read = await client.send(new GetCommand({ TableName: 'Ledger', Key: { pk: 'lease' }, ConsistentRead: true }));
    return read.Item;
  });
  expect(item).toEqual({ pk: 'lease', floor: 6, zones: ['a', 'b'], plan: { isHeld: true } });
});

test('a cancelled transaction reaches the product as the SDK\'s own error, with its reasons', async () => {
  const fake = fakeAccount();
  fake.account.dynamoDb.putTable({
    name: 'Ledger',
    arn: 'arn:aws:dynamodb:eu-west-3:123456789012:table/Ledger',
    keys: { hash: { name: 'pk', type: 'S' } },
    indexes: [],
    tags: {},
  });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(configuration));
  const ConditionCheck = { TableName: 'Ledger', Key: { pk: 'lease' }, ConditionExpression: 'attribute_exists(pk)' };
  const call = inAccount(fake, () => client.send(new TransactWriteCommand({ TransactItems: [{ ConditionCheck }] })));
  await expect(call).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
  });
});

test('the body of an object reads as the SDK\'s stream does', async () => {
  const fake = fakeAccount();
  fake.account.s3.putBucket({ name: 'evidence', isVersioned: false, encryption: { algorithm: 'AES256' }, tags: {} });
  const client = new S3Client(configuration);
  const text = await inAccount(fake, async () => {
    await client.send(new PutObjectCommand({ Bucket: 'evidence', Key: 'run.json', Body: '{"run":1}', IfNoneMatch: '*' }));
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: 'evidence', Key: 'run.json' }));
    return body?.transformToString();
  });
  expect(text).toBe('{"run":1}');
});
