import { type FakeAccount, fakeAccount, putRole, sessionOf } from '../fake-account.ts';
import { describeOne, withDatabase } from './database-account.ts';

interface ListedParameter {
  readonly ParameterName: string;
  readonly ParameterValue: string;
  readonly Source: string;
}

async function parametersOf(fake: FakeAccount, name: string, more: object = {}): Promise<string[]> {
  const { Parameters } = await fake.call<{ Parameters: ListedParameter[] }>('RDS', 'DescribeDBParameters', { DBParameterGroupName: name, ...more });
  return Parameters.map(({ ParameterName, ParameterValue, Source }) => `${ParameterName}=${ParameterValue} (${Source})`);
}

describe('DescribeDBParameters', () => {
  test('gives what the group sets, and the defaults that durability rests on', async () => {
    const fake = withDatabase();
    fake.account.rds.putParameterGroup('shop', { synchronous_commit: 'off', 'rds.force_ssl': '1' });
    expect(await parametersOf(fake, 'Shop')).toEqual(['fsync=on (engine-default)', 'full_page_writes=on (engine-default)', 'rds.force_ssl=1 (user)', 'synchronous_commit=off (user)']);
    expect(await parametersOf(fake, 'shop', { Source: 'user' })).toEqual(['rds.force_ssl=1 (user)', 'synchronous_commit=off (user)']);
    expect(await parametersOf(fake, 'shop', { Source: 'engine-default' })).toEqual(['fsync=on (engine-default)', 'full_page_writes=on (engine-default)']);
    expect(await parametersOf(fake, 'shop', { Source: 'system' })).toEqual([]);
  });

  test('knows the engine by the family, which need not be in use, or by the default group', async () => {
    const fake = withDatabase();
    fake.account.rds.putParameterGroup('other', { sync_binlog: '0' }, 'mysql8.4');
    expect(await parametersOf(fake, 'other')).toEqual(['innodb_flush_log_at_trx_commit=1 (engine-default)', 'sync_binlog=0 (user)']);
    expect(await parametersOf(fake, 'default.mysql8.4')).toHaveLength(2);
    expect(await parametersOf(fake, 'default.postgres17')).toHaveLength(3);
    fake.account.rds.putParameterGroup('unused', {});
    await expect(parametersOf(fake, 'unused')).rejects.toMatchObject({ name: 'NotModelledError' });
    await expect(parametersOf(fake, 'default.oracle-ee-19')).rejects.toMatchObject({ name: 'NotModelledError' });
    await expect(parametersOf(fake, 'gone')).rejects.toMatchObject({ name: 'DBParameterGroupNotFoundFault', statusCode: 404 });
  });

  test('comes in pages', async () => {
    const fake = withDatabase();
    const many = Object.fromEntries(Array.from({ length: 30 }, (_none, index) => [`shop.setting_${index}`, String(index)]));
    fake.account.rds.putParameterGroup('shop', many);
    const page = (more: object): Promise<{ Parameters: ListedParameter[]; Marker?: string }> => fake.call('RDS', 'DescribeDBParameters', { DBParameterGroupName: 'shop', MaxRecords: 20, ...more });
    const first = await page({});
    const second = await page({ Marker: first.Marker });
    expect([first.Parameters.length, second.Parameters.length, second.Marker]).toEqual([20, 13, undefined]);
    expect(new Set([...first.Parameters, ...second.Parameters].map(({ ParameterName }) => ParameterName)).size).toBe(33);
  });

  test('refuses filters and unknown sources, and who may not read the group', async () => {
    const fake = withDatabase();
    fake.account.rds.putParameterGroup('shop', {});
    await expect(parametersOf(fake, 'shop', { Filters: [{ Name: 'parameter-name', Values: ['fsync'] }] })).rejects.toMatchObject({ name: 'NotModelledError' });
    await expect(parametersOf(fake, 'shop', { Source: 'me' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const read = (resource: string): Promise<unknown> =>
      fake.call('RDS', 'DescribeDBParameters', { DBParameterGroupName: 'shop' }, sessionOf(putRole(fake, { name: resource.replaceAll(/\W/gu, ''), actions: ['rds:DescribeDBParameters'], resource })));
    await expect(read('arn:aws:rds:eu-west-3:123456789012:pg:*')).resolves.toBeDefined();
    await expect(read('arn:aws:rds:eu-west-3:123456789012:pg:other')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('DescribePendingMaintenanceActions', () => {
  const pending = (fake: FakeAccount, input: object = {}, roleArn?: string): Promise<Record<string, unknown>> =>
    fake.call('RDS', 'DescribePendingMaintenanceActions', input, ...(roleArn === undefined ? [] : [sessionOf(roleArn)]));

  test('gives what waits, by resource, and nothing where nothing does', async () => {
    const fake = withDatabase();
    const database = fake.account.rds.database('shop');
    expect(await pending(fake, { ResourceIdentifier: database.arn })).toEqual({ PendingMaintenanceActions: [] });
    fake.account.rds.maintenance.add(database, { Action: 'system-update', Description: 'New Operating System update is available' });
    fake.account.rds.maintenance.add(database, { Action: 'db-upgrade' });
    const actions = [{ Action: 'system-update', Description: 'New Operating System update is available' }, { Action: 'db-upgrade' }];
    const both = { PendingMaintenanceActions: [{ ResourceIdentifier: database.arn, PendingMaintenanceActionDetails: actions }] };
    expect(await pending(fake, { ResourceIdentifier: database.arn })).toEqual(both);
    expect(await pending(fake)).toEqual(both);
    fake.account.rds.maintenance.clear(database);
    expect(await pending(fake)).toEqual({ PendingMaintenanceActions: [] });
    await expect(pending(fake, { ResourceIdentifier: `${database.arn}2` })).rejects.toMatchObject({ name: 'ResourceNotFoundFault', statusCode: 404 });
  });

  test('needs a permission on the instance', async () => {
    const fake = withDatabase();
    const { arn } = fake.account.rds.database('shop');
    const roleArn = putRole(fake, { actions: ['rds:DescribePendingMaintenanceActions'], resource: arn });
    await expect(pending(fake, { ResourceIdentifier: arn }, roleArn)).resolves.toBeDefined();
    await expect(pending(fake, {}, roleArn)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

test('changes that wait are shown', async () => {
  const fake = withDatabase();
  expect(await describeOne(fake)).toMatchObject({ PendingModifiedValues: {}, ReadReplicaDBInstanceIdentifiers: [] });
  fake.account.rds.database('shop').pendingModifiedValues = { DBInstanceClass: 'db.m7g.large' };
  expect(await describeOne(fake)).toMatchObject({ PendingModifiedValues: { DBInstanceClass: 'db.m7g.large' } });
});

test('of an account without databases there is nothing to tell', async () => {
  const fake = fakeAccount();
  expect(await fake.call('RDS', 'DescribeDBInstances', {})).toEqual({ DBInstances: [] });
  expect(await fake.call('RDS', 'DescribeEvents', {})).toEqual({ Events: [] });
});
