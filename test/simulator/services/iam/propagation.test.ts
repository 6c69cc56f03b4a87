import { fakeAccount, putRole, sessionOf } from '../fake-account.ts';

const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

test('reads and decisions see a change when it has got around, writes at once', async () => {
  const fake = fakeAccount();
  const { iam } = fake.account;
  const roleArn = putRole(fake);
  const may = () => iam.decide(sessionOf(roleArn), { action: 's3:GetObject', resource: '*' }).allowed;
  expect(may()).toBe(false);
  iam.propagationSeconds = 10;
  await fake.call('IAM', 'PutRolePolicy', { RoleName: 'Caller', PolicyName: 'All', PolicyDocument: everything });
  await fake.clock.runUntil(fake.clock.now() + 9000);
  expect(may()).toBe(false);
  expect(await fake.call('IAM', 'ListRolePolicies', { RoleName: 'Caller' })).toMatchObject({ PolicyNames: [] });
  await fake.clock.runUntil(fake.clock.now() + 1000);
  expect(may()).toBe(true);
  expect(await fake.call('IAM', 'ListRolePolicies', { RoleName: 'Caller' })).toMatchObject({ PolicyNames: ['All'] });
});

test('a user who is not seen yet can be given a key already', async () => {
  const fake = fakeAccount();
  fake.account.iam.propagationSeconds = 10;
  await fake.call('IAM', 'CreateUser', { UserName: 'amel' });
  await fake.call('IAM', 'CreateAccessKey', { UserName: 'amel' });
  await expect(fake.call('IAM', 'GetUser', { UserName: 'amel' })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  await expect(fake.call('IAM', 'CreateUser', { UserName: 'amel' })).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  await fake.clock.runUntil(fake.clock.now() + 10_000);
  expect(await fake.call('IAM', 'ListAccessKeys', { UserName: 'amel' })).toMatchObject({ AccessKeyMetadata: [{ UserName: 'amel' }] });
});

test('a later change never overtakes an earlier one', async () => {
  const fake = fakeAccount();
  const { iam } = fake.account;
  putRole(fake);
  iam.propagationSeconds = 10;
  await fake.call('IAM', 'PutRolePolicy', { RoleName: 'Caller', PolicyName: 'All', PolicyDocument: everything });
  iam.propagationSeconds = 0;
  await fake.call('IAM', 'DeleteRolePolicy', { RoleName: 'Caller', PolicyName: 'All' });
  await fake.clock.runUntil(fake.clock.now() + 10_000);
  expect(await fake.call('IAM', 'ListRolePolicies', { RoleName: 'Caller' })).toMatchObject({ PolicyNames: [] });
});
