import { fakeAccount, putRole, sessionOf, type FakeAccount } from '../fake-account.ts';

const arn = 'arn:aws:iam::123456789012:policy/team/Reading';

function allow(action: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
}

async function withPolicy(): Promise<FakeAccount> {
  const fake = fakeAccount();
  await fake.call('IAM', 'CreatePolicy', { PolicyName: 'Reading', Path: '/team/', Description: 'To read', PolicyDocument: allow('s3:GetObject') });
  return fake;
}

test('a policy is answered with its uses', async () => {
  const fake = await withPolicy();
  putRole(fake);
  await fake.call('IAM', 'AttachRolePolicy', { RoleName: 'Caller', PolicyArn: arn });
  await fake.call('IAM', 'PutRolePermissionsBoundary', { RoleName: 'Caller', PermissionsBoundary: arn });
  const expected = { Arn: arn, AttachmentCount: 1, PermissionsBoundaryUsageCount: 1, DefaultVersionId: 'v1', Description: 'To read' };
  expect(await fake.call('IAM', 'GetPolicy', { PolicyArn: arn })).toMatchObject({ Policy: expected });
  expect(await fake.call('IAM', 'ListPolicies', { Scope: 'Local', OnlyAttached: true })).toMatchObject({ Policies: [{ Arn: arn }] });
});

test('the tags of a policy decide on calls upon it', async () => {
  const fake = await withPolicy();
  await fake.call('IAM', 'CreatePolicy', { PolicyName: 'Ours', PolicyDocument: allow('s3:*'), Tags: [{ Key: 'team', Value: 'ops' }] });
  const caller = sessionOf(putRole(fake));
  const condition = { StringEquals: { 'aws:ResourceTag/team': 'ops' } };
  fake.account.iam.putRolePolicy('Caller', 'Ours', { Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition: condition } });
  const read = (policyArn: string) => fake.call('IAM', 'GetPolicy', { PolicyArn: policyArn }, caller);
  await expect(read(arn)).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(await read('arn:aws:iam::123456789012:policy/Ours')).toMatchObject({ Policy: { Tags: [{ Key: 'team', Value: 'ops' }] } });
});

test('names are given once, whatever the path', async () => {
  const fake = await withPolicy();
  const again = fake.call('IAM', 'CreatePolicy', { PolicyName: 'READING', PolicyDocument: allow('s3:*') });
  await expect(again).rejects.toMatchObject({ name: 'EntityAlreadyExistsException', statusCode: 409 });
});

test('the default version is the one that is enforced', async () => {
  const fake = await withPolicy();
  const roleArn = putRole(fake);
  fake.account.iam.attachRolePolicy('Caller', arn);
  const may = (action: string) => fake.account.iam.decide(sessionOf(roleArn), { action, resource: '*' }).allowed;
  await fake.call('IAM', 'CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: allow('s3:PutObject') });
  expect([may('s3:GetObject'), may('s3:PutObject')]).toEqual([true, false]);
  await fake.call('IAM', 'SetDefaultPolicyVersion', { PolicyArn: arn, VersionId: 'v2' });
  expect([may('s3:GetObject'), may('s3:PutObject')]).toEqual([false, true]);
  const version = await fake.call<{ PolicyVersion: { Document: string } }>('IAM', 'GetPolicyVersion', { PolicyArn: arn, VersionId: 'v1' });
  expect(version).toMatchObject({ PolicyVersion: { IsDefaultVersion: false } });
  expect(decodeURIComponent(version.PolicyVersion.Document)).toBe(allow('s3:GetObject'));
});

test('five versions are the limit; a deleted one makes room, and its number is not given again', async () => {
  const fake = await withPolicy();
  const create = () =>
    fake.call<{ PolicyVersion: { VersionId: string } }>('IAM', 'CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: allow('s3:*'), SetAsDefault: true });
  for (let version = 2; version <= 5; version += 1) await create();
  await expect(create()).rejects.toMatchObject({ name: 'LimitExceededException', statusCode: 409 });
  const deleteVersion = (id: string) => fake.call('IAM', 'DeletePolicyVersion', { PolicyArn: arn, VersionId: id });
  await expect(deleteVersion('v5')).rejects.toMatchObject({ name: 'DeleteConflictException' });
  await deleteVersion('v4');
  expect((await create()).PolicyVersion.VersionId).toBe('v6');
  expect(await fake.call('IAM', 'ListPolicyVersions', { PolicyArn: arn })).toMatchObject({ Versions: [{ VersionId: 'v6', IsDefaultVersion: true }, {}, {}, {}, {}] });
});

test('CloudFormation makes room for a version by itself', async () => {
  const fake = await withPolicy();
  for (let version = 2; version <= 7; version += 1) {
    fake.account.iam.putManagedPolicy('Reading', '/team/', { Statement: [] });
  }
  expect(fake.account.iam.directory.policies.seen(arn)?.versions.map(({ id }) => id)).toEqual(['v3', 'v4', 'v5', 'v6', 'v7']);
});

test('a policy goes only when nothing uses it and no other version is left', async () => {
  const fake = await withPolicy();
  putRole(fake);
  const remove = () => fake.call('IAM', 'DeletePolicy', { PolicyArn: arn });
  await fake.call('IAM', 'PutRolePermissionsBoundary', { RoleName: 'Caller', PermissionsBoundary: arn });
  await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException' });
  await fake.call('IAM', 'DeleteRolePermissionsBoundary', { RoleName: 'Caller' });
  await fake.call('IAM', 'CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: allow('s3:*') });
  await expect(remove()).rejects.toThrow('more than one version');
  await fake.call('IAM', 'DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v2' });
  await remove();
  await expect(fake.call('IAM', 'GetPolicy', { PolicyArn: arn })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test('a policy of AWS is read as any other', async () => {
  const policyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  expect(await fakeAccount().call('IAM', 'GetPolicy', { PolicyArn: policyArn })).toMatchObject({
    Policy: { PolicyName: 'AWSLambdaBasicExecutionRole', Path: '/service-role/', AttachmentCount: 0 },
  });
});
