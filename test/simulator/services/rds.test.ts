import { fakeAccount, putRole, sessionOf } from './fake-account.ts';
import { describeOne, shopDatabase as shop, withDatabase } from './rds/database-account.ts';

test('a Multi-AZ instance is available in one zone of its subnets, its standby in the other', async () => {
  const described = await describeOne(withDatabase());
  expect(described).toMatchObject({
    DBInstanceIdentifier: 'shop',
    DBInstanceStatus: 'available',
    MultiAZ: true,
    Engine: 'postgres',
    Endpoint: { Address: expect.stringMatching(/^shop\..+\.eu-west-3\.rds\.amazonaws\.com$/u), Port: 5432 },
    PendingModifiedValues: {},
    ReadReplicaDBInstanceIdentifiers: [],
  });
  const zones = new Set([described['AvailabilityZone'], described['SecondaryAvailabilityZone']]);
  expect(zones).toEqual(new Set(['eu-west-3b', 'eu-west-3c']));
});

test('a single-AZ instance has no standby', async () => {
  expect(await describeOne(withDatabase({ isMultiAz: false }))).not.toHaveProperty('SecondaryAvailabilityZone');
});

test('a change of the definition keeps where the instance runs', async () => {
  const fake = withDatabase();
  const before = await describeOne(fake);
  fake.account.rds.putDatabase({ ...shop, instanceClass: 'db.m7g.large' });
  const after = await describeOne(fake);
  expect(after).toMatchObject({ DBInstanceClass: 'db.m7g.large', Endpoint: before['Endpoint'], AvailabilityZone: before['AvailabilityZone'] });
});

test('an instance that does not exist is DBInstanceNotFoundFault', async () => {
  const call = fakeAccount().call('RDS', 'DescribeDBInstances', { DBInstanceIdentifier: 'gone' });
  await expect(call).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault', statusCode: 404 });
});

test('permissions see the instance, whether it is Multi-AZ, and its tags', async () => {
  const fake = withDatabase();
  const roleArn = putRole(fake);
  const permit = (condition: Record<string, Record<string, string>>) =>
    fake.account.iam.putRolePolicy('Caller', 'Drill', {
      Statement: {
        Effect: 'Allow',
        Action: 'rds:DescribeDBInstances',
        Resource: 'arn:aws:rds:eu-west-3:123456789012:db:shop',
        Condition: condition,
      },
    });
  const read = () => fake.call('RDS', 'DescribeDBInstances', { DBInstanceIdentifier: 'shop' }, sessionOf(roleArn));
  permit({ Bool: { 'rds:MultiAz': 'true' }, StringEquals: { 'aws:ResourceTag/webmarket:drill': 'allowed' } });
  await expect(read()).resolves.toBeDefined();
  permit({ StringEquals: { 'rds:db-tag/webmarket:drill': 'forbidden' } });
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
});
