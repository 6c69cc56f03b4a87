import type { TableDefinition } from '../../../simulator/services/dynamodb.ts';
import { type FakeAccount, fakeAccount, putRole, sessionOf } from './fake-account.ts';

const tableName = 'Ledger';

function withTable(definition: Partial<TableDefinition> = {}, startsAt?: string): FakeAccount {
  const fake = fakeAccount(startsAt);
  fake.account.dynamoDb.putTable({
    name: tableName,
    arn: fake.account.arn('dynamodb', `table/${tableName}`),
    keys: { hash: { name: 'pk', type: 'S' }, range: { name: 'sk', type: 'S' } },
    indexes: [],
    tags: {},
    ...definition,
  });
  return fake;
}

const key = { pk: { S: 'sale' }, sk: { S: 'winter' } };

function put(fake: FakeAccount, item: object, rest: object = {}) {
  return fake.call('DynamoDB', 'PutItem', { TableName: tableName, Item: { ...key, ...item }, ...rest });
}

function get(fake: FakeAccount, rest: object = {}) {
  return fake.call<{ Item?: object }>('DynamoDB', 'GetItem', { TableName: tableName, Key: key, ConsistentRead: true, ...rest });
}

function update(fake: FakeAccount, expression: string, rest: object = {}) {
  return fake.call('DynamoDB', 'UpdateItem', { TableName: tableName, Key: key, UpdateExpression: expression, ...rest });
}

/** Whether an item meets a condition, by a put that the condition guards. */
async function meets(item: object, condition: string, values: object = {}, names: object = {}): Promise<boolean> {
  const fake = withTable();
  await put(fake, item);
  const rest = {
    ConditionExpression: condition,
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
  };
  const outcome = await put(fake, item, rest).then(
    () => 'met',
    (error: Error) => error.name,
  );
  expect(['met', 'ConditionalCheckFailedException']).toContain(outcome);
  return outcome === 'met';
}

describe('conditions', () => {
  const item = {
    floor: { N: '4' },
    title: { S: 'Soldes' },
    tags: { SS: ['web', 'sale'] },
    zones: { L: [{ S: 'a' }, { S: 'b' }] },
    span: { M: { from: { S: '2027-01-06' }, hours: { L: [{ N: '8' }] } } },
    isHeld: { BOOL: true },
  };

  test.each<[string, object, boolean]>([
    ['floor = :v', { ':v': { N: '4.0' } }, true],
    ['floor <> :v', { ':v': { N: '4' } }, false],
    ['absent <> :v', { ':v': { N: '4' } }, true],
    ['absent = :v', { ':v': { N: '4' } }, false],
    ['floor < :v', { ':v': { N: '10' } }, true],
    ['floor < :v', { ':v': { S: '10' } }, false],
    ['floor BETWEEN :low AND :high', { ':low': { N: '4' }, ':high': { N: '5' } }, true],
    ['floor IN (:a, :b)', { ':a': { N: '1' }, ':b': { N: '4' } }, true],
    ['attribute_exists(title)', {}, true],
    ['attribute_not_exists(title)', {}, false],
    ['attribute_type(title, :v)', { ':v': { S: 'S' } }, true],
    ['begins_with(title, :v)', { ':v': { S: 'Sol' } }, true],
    ['contains(title, :v)', { ':v': { S: 'ld' } }, true],
    ['contains(tags, :v)', { ':v': { S: 'web' } }, true],
    ['contains(zones, :v)', { ':v': { S: 'c' } }, false],
    ['size(zones) = :v', { ':v': { N: '2' } }, true],
    ['size(title) > :v', { ':v': { N: '6' } }, false],
    ['span.hours[0] = :v', { ':v': { N: '8' } }, true],
    ['zones[1] = :v', { ':v': { S: 'b' } }, true],
    ['isHeld = :v', { ':v': { BOOL: true } }, true],
    ['NOT isHeld = :v', { ':v': { BOOL: true } }, false],
    ['floor = :a OR floor = :b AND title = :c', { ':a': { N: '4' }, ':b': { N: '4' }, ':c': { S: 'x' } }, true],
    ['(floor = :a OR floor = :b) AND title = :c', { ':a': { N: '4' }, ':b': { N: '4' }, ':c': { S: 'x' } }, false],
    ['floor = :a and not (title = :c)', { ':a': { N: '4' }, ':c': { S: 'x' } }, true],
  ])('%s with %j holds: %s', async (condition, values, holds) => {
    expect(await meets(item, condition, values)).toBe(holds);
  });

  test('the first writer wins: attribute_not_exists guards a put', async () => {
    const fake = withTable();
    const guard = { ConditionExpression: 'attribute_not_exists(pk)' };
    await put(fake, {}, guard);
    await expect(put(fake, {}, guard)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      statusCode: 400,
    });
  });

  test('the item that failed a condition is given when it is asked for', async () => {
    const fake = withTable();
    await put(fake, { owner: { S: 'ada' } });
    const guard = { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    await expect(put(fake, {}, guard)).rejects.toMatchObject({ members: { Item: { ...key, owner: { S: 'ada' } } } });
  });
});

describe('updates', () => {
  test('SET, REMOVE, ADD and DELETE act together on the item as it was before', async () => {
    const fake = withTable();
    await put(fake, { count: { N: '1' }, gone: { S: 'x' }, tags: { SS: ['a', 'b'] }, steps: { L: [{ N: '1' }] } });
    const { Attributes: attributes } = await update(
      fake,
      'SET #c = #c + :one, twice = #c, steps = list_append(steps, :more), kept = if_not_exists(kept, :one) REMOVE gone ADD amount :one DELETE tags :b',
      {
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':more': { L: [{ N: '2' }] }, ':b': { SS: ['b'] } },
        ReturnValues: 'ALL_NEW',
      },
    );
    expect(attributes).toEqual({
      ...key,
      count: { N: '2' },
      twice: { N: '1' },
      steps: { L: [{ N: '1' }, { N: '2' }] },
      kept: { N: '1' },
      amount: { N: '1' },
      tags: { SS: ['a'] },
    });
  });

  test('decimals are exact', async () => {
    const fake = withTable();
    await put(fake, { cost: { N: '0.1' } });
    const values = { ExpressionAttributeValues: { ':more': { N: '0.2' } }, ReturnValues: 'UPDATED_NEW' };
    expect(await update(fake, 'SET cost = cost + :more', values)).toEqual({ Attributes: { cost: { N: '0.3' } } });
  });

  test('an update creates an item that is not there', async () => {
    const fake = withTable();
    await update(fake, 'ADD revision :one', { ExpressionAttributeValues: { ':one': { N: '1' } } });
    expect((await get(fake)).Item).toEqual({ ...key, revision: { N: '1' } });
  });

  test('nested paths are set and removed; elements removed together keep the rest', async () => {
    const fake = withTable();
    await put(fake, { course: { M: { steps: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] } } } });
    await update(fake, 'SET course.#s = :s REMOVE course.steps[0], course.steps[1]', {
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': { S: 'ready' } },
    });
    expect((await get(fake)).Item).toMatchObject({ course: { M: { steps: { L: [{ S: 'c' }] }, state: { S: 'ready' } } } });
  });

  test.each<[string, string, object]>([
    ['SET absent.deep = :v', 'The document path provided in the update expression is invalid for update', { ':v': { N: '1' } }],
    ['SET a = absent', 'The provided expression refers to an attribute that does not exist in the item', {}],
    ['SET pk = :v', 'Cannot update attribute pk. This attribute is part of the key', { ':v': { S: 'x' } }],
    ['SET a = :v, a = :v', 'Two document paths overlap with each other', { ':v': { S: 'x' } }],
    ['SET status = :v', 'Attribute name is a reserved keyword; reserved keyword: status', { ':v': { S: 'x' } }],
    ['SET a = :v REMOVE b SET c = :v', 'The "SET" section can only be used once', { ':v': { S: 'x' } }],
    ['SET a = :w', 'An expression attribute value used in expression is not defined; attribute value: :w', { ':v': { S: 'x' } }],
    ['SET #a = :v', 'An expression attribute name used in the document path is not defined; attribute name: #a', { ':v': { S: 'x' } }],
    ['SET a = :v + :v', 'operator or function: +, operand type: S', { ':v': { S: 'x' } }],
    ['SET a = ', 'Syntax error; token: "<EOF>"', {}],
    ['REMOVE a', 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}', { ':v': { S: 'x' } }],
  ])('%s is refused', async (expression, message, values) => {
    const fake = withTable();
    await put(fake, {});
    const rest = Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values };
    await expect(update(fake, expression, rest)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('keys and items', () => {
  test.each<[object, string]>([
    [{ pk: { S: 'sale' } }, 'The provided key element does not match the schema'],
    [{ pk: { S: 'sale' }, sk: { N: '1' } }, 'The provided key element does not match the schema'],
    [{ pk: { S: 'sale' }, sk: { S: '' } }, 'cannot contain an empty string value. Key: sk'],
  ])('the key %j is refused', async (wrongKey, message) => {
    const call = get(withTable(), { Key: wrongKey });
    await expect(call).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  test('an item without its key, or with a key of a wrong type, is refused', async () => {
    const fake = withTable();
    await expect(put(fake, { sk: undefined })).rejects.toThrow('Missing the key sk in the item');
    await expect(put(fake, { sk: { N: '1' } })).rejects.toThrow('Type mismatch for key sk expected: S actual: N');
  });

  test('an item is at most 400 kB', async () => {
    const fake = withTable();
    await put(fake, { text: { S: 'x'.repeat(409_000) } });
    await expect(put(fake, { text: { S: 'x'.repeat(409_700) } })).rejects.toThrow('Item size has exceeded the maximum allowed size');
  });

  test('a table that does not exist is ResourceNotFoundException', async () => {
    const call = fakeAccount().call('DynamoDB', 'GetItem', { TableName: 'Gone', Key: key });
    await expect(call).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('what a caller does to an answer does not change the table', async () => {
    const fake = withTable();
    await put(fake, { list: { L: [] } });
    const { Item: item } = await get(fake);
    (item as { list: { L: unknown[] } }).list.L.push({ S: 'mine' });
    expect((await get(fake)).Item).toMatchObject({ list: { L: [] } });
  });
});

async function withLeases(): Promise<FakeAccount> {
  const fake = withTable({
    indexes: [
      {
        name: 'byState',
        isGlobal: true,
        keys: { hash: { name: 'state', type: 'S' }, range: { name: 'until', type: 'N' } },
        projection: 'KEYS_ONLY',
      },
    ],
  });
  for (const [position, sk] of ['b', 'a', 'c'].entries()) {
    await put(fake, { sk: { S: sk }, state: { S: 'active' }, until: { N: String(10 - position) }, floor: { N: String(position) } });
  }
  await put(fake, { pk: { S: 'other' }, sk: { S: 'z' } });
  await fake.clock.runUntil(fake.clock.now() + 2000);
  return fake;
}

function keysIn(result: Record<string, unknown>): string[] {
  return (result['Items'] as { sk: { S: string } }[]).map((item) => item.sk.S);
}

describe('queries and scans', () => {
  const base = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'sale' } },
  };

  test('a partition comes in the order of its sort key, or backwards', async () => {
    const fake = await withLeases();
    expect(keysIn(await fake.call('DynamoDB', 'Query', base))).toEqual(['a', 'b', 'c']);
    expect(keysIn(await fake.call('DynamoDB', 'Query', { ...base, ScanIndexForward: false }))).toEqual(['c', 'b', 'a']);
  });

  test('pages end at their limit, before the filter', async () => {
    const fake = await withLeases();
    const filter = {
      FilterExpression: 'floor > :floor',
      ExpressionAttributeValues: { ...base.ExpressionAttributeValues, ':floor': { N: '0' } },
    };
    const first = await fake.call('DynamoDB', 'Query', { ...base, ...filter, Limit: 2 });
    expect(first).toMatchObject({ Count: 1, ScannedCount: 2, LastEvaluatedKey: { pk: { S: 'sale' }, sk: { S: 'b' } } });
    const second = await fake.call('DynamoDB', 'Query', { ...base, ...filter, ExclusiveStartKey: first['LastEvaluatedKey'] });
    expect(keysIn(second)).toEqual(['c']);
    expect(second['LastEvaluatedKey']).toBeUndefined();
  });

  test('paging goes on behind an item that was deleted meanwhile', async () => {
    const fake = await withLeases();
    const first = await fake.call('DynamoDB', 'Query', { ...base, Limit: 2 });
    await fake.call('DynamoDB', 'DeleteItem', { TableName: tableName, Key: first['LastEvaluatedKey'] });
    const rest = { ...base, ConsistentRead: true, ExclusiveStartKey: first['LastEvaluatedKey'] };
    expect(keysIn(await fake.call('DynamoDB', 'Query', rest))).toEqual(['c']);
  });

  test('a condition on the sort key narrows the partition', async () => {
    const fake = await withLeases();
    const narrowed = {
      ...base,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: { ...base.ExpressionAttributeValues, ':low': { S: 'a' }, ':high': { S: 'b' } },
    };
    expect(keysIn(await fake.call('DynamoDB', 'Query', narrowed))).toEqual(['a', 'b']);
  });

  test('an index has its own order, and only what it projects', async () => {
    const fake = await withLeases();
    const result = await fake.call('DynamoDB', 'Query', {
      TableName: tableName,
      IndexName: 'byState',
      KeyConditionExpression: '#s = :active',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':active': { S: 'active' } },
    });
    expect(keysIn(result)).toEqual(['c', 'a', 'b']);
    expect(result['Items']).toContainEqual({ pk: { S: 'sale' }, sk: { S: 'c' }, state: { S: 'active' }, until: { N: '8' } });
  });

  test('a scan sees every partition, and projects', async () => {
    const fake = await withLeases();
    const result = await fake.call('DynamoDB', 'Scan', { TableName: tableName, ProjectionExpression: 'sk' });
    expect(keysIn(result).toSorted()).toEqual(['a', 'b', 'c', 'z']);
    expect(result).toMatchObject({ Count: 4, Items: expect.arrayContaining([{ sk: { S: 'z' } }]) });
  });

  test.each<[object, string]>([
    [{ KeyConditionExpression: 'sk = :pk' }, 'Query condition missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk > :pk' }, 'Query key condition not supported'],
    [{ FilterExpression: 'sk = :pk' }, 'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk'],
    [{ IndexName: 'byState', ConsistentRead: true }, 'Consistent reads are not supported on global secondary indexes'],
  ])('the query %j is refused', async (rest, message) => {
    const fake = await withLeases();
    await expect(fake.call('DynamoDB', 'Query', { ...base, ...rest })).rejects.toThrow(message);
  });
});

describe('transactions', () => {
  const lease = { TableName: tableName, Item: { pk: { S: 'lease' }, sk: { S: '1' } }, ConditionExpression: 'attribute_not_exists(pk)' };
  const check = {
    TableName: tableName,
    Key: key,
    ConditionExpression: 'revision = :r',
    ExpressionAttributeValues: { ':r': { N: '1' } },
  };

  test('all writes happen, or none and the reasons say which failed', async () => {
    const fake = withTable();
    const items = { TransactItems: [{ Put: lease }, { ConditionCheck: check }] };
    await expect(fake.call('DynamoDB', 'TransactWriteItems', items)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      members: { CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }] },
    });
    expect(fake.account.dynamoDb.items(tableName)).toEqual([]);
    await put(fake, { revision: { N: '1' } });
    await fake.call('DynamoDB', 'TransactWriteItems', items);
    expect(fake.account.dynamoDb.items(tableName)).toHaveLength(2);
  });

  test('the same token does the same transaction once, for ten minutes', async () => {
    const fake = withTable();
    const items = { TransactItems: [{ Put: lease }], ClientRequestToken: 'token' };
    await fake.call('DynamoDB', 'TransactWriteItems', items);
    await fake.call('DynamoDB', 'TransactWriteItems', items);
    const other = { ...items, TransactItems: [{ Delete: { TableName: tableName, Key: key } }] };
    await expect(fake.call('DynamoDB', 'TransactWriteItems', other)).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    await fake.clock.runUntil(fake.clock.now() + 601_000);
    await expect(fake.call('DynamoDB', 'TransactWriteItems', items)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });

  test('one item cannot be written twice', async () => {
    const items = { TransactItems: [{ ConditionCheck: check }, { Delete: { TableName: tableName, Key: key } }] };
    const call = withTable().call('DynamoDB', 'TransactWriteItems', items);
    await expect(call).rejects.toThrow('Transaction request cannot include multiple operations on one item');
  });

  test('each part needs the permission of its own action', async () => {
    const fake = withTable();
    const caller = sessionOf(putRole(fake, { actions: ['dynamodb:PutItem'] }));
    await fake.call('DynamoDB', 'TransactWriteItems', { TransactItems: [{ Put: lease }] }, caller);
    const checked = fake.call('DynamoDB', 'TransactWriteItems', { TransactItems: [{ ConditionCheck: check }] }, caller);
    await expect(checked).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('dynamodb:ConditionCheckItem'),
    });
  });
});

describe('permissions', () => {
  test('a condition on leading keys looks at the partition key of the request', async () => {
    const fake = withTable();
    const roleArn = putRole(fake);
    fake.account.iam.putRolePolicy('Caller', 'OwnKeys', {
      Statement: {
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: fake.account.arn('dynamodb', `table/${tableName}`),
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['sale'] } },
      },
    });
    const read = (pk: string) =>
      fake.call('DynamoDB', 'GetItem', { TableName: tableName, Key: { ...key, pk: { S: pk } } }, sessionOf(roleArn));
    await expect(read('sale')).resolves.toEqual({});
    await expect(read('lock')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('time', () => {
  test('an eventually consistent read may lag, for a second at most; a consistent one never does', async () => {
    const fake = withTable();
    let stale = 0;
    for (let round = 0; round < 60; round += 1) {
      await put(fake, { round: { N: String(round) } });
      const { Item: seen } = await get(fake, { ConsistentRead: false });
      if (JSON.stringify(seen) !== JSON.stringify((await get(fake)).Item)) stale += 1;
      expect((await get(fake)).Item).toMatchObject({ round: { N: String(round) } });
      await fake.clock.runUntil(fake.clock.now() + 1001);
      expect((await get(fake, { ConsistentRead: false })).Item).toMatchObject({ round: { N: String(round) } });
    }
    expect(stale).toBeGreaterThan(5);
    expect(stale).toBeLessThan(40);
  });

  test('an expired item stays readable for a while, and is gone two days after its expiry', async () => {
    const fake = withTable({ ttlAttribute: 'expiresAt' }, '2027-01-06T07:00:00Z');
    const expiry = Date.parse('2027-01-06T08:00:00Z');
    await put(fake, { expiresAt: { N: String(expiry / 1000) } });
    await fake.clock.runUntil(expiry);
    expect((await get(fake)).Item).toBeDefined();
    await fake.clock.runUntil(expiry + 48 * 3_600_000);
    expect((await get(fake)).Item).toBeUndefined();
    expect(fake.account.dynamoDb.items(tableName)).toEqual([]);
  });
});

test('what is not modelled names itself', async () => {
  const call = withTable().call('DynamoDB', 'Scan', { TableName: tableName, Segment: 0, TotalSegments: 2 });
  await expect(call).rejects.toMatchObject({ name: 'NotModelledError', message: expect.stringContaining('Segment') });
});
