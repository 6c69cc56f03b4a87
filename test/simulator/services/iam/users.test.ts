import type { AccessKey, AccessKeyMetadata, User } from '@aws-sdk/client-iam';
import { type FakeAccount, fakeAccount } from '../fake-account.ts';

const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const noSuchEntity = { name: 'NoSuchEntityException', statusCode: 404 };

async function withUser(input: object = {}): Promise<FakeAccount> {
  const fake = fakeAccount();
  await fake.call('IAM', 'CreateUser', { UserName: 'amel', ...input });
  return fake;
}

describe('users', () => {
  test('a user is answered with path, tags and boundary; a listing leaves tags and boundary out', async () => {
    const boundaryArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const fake = await withUser({ Path: '/shop/', Tags: [{ Key: 'team', Value: 'ops' }], PermissionsBoundary: boundaryArn });
    const { User: user } = await fake.call<{ User: User }>('IAM', 'GetUser', { UserName: 'amel' });
    expect(user).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:user/shop/amel',
      UserId: expect.stringMatching(/^AIDA/u),
      Tags: [{ Key: 'team', Value: 'ops' }],
      PermissionsBoundary: { PermissionsBoundaryArn: boundaryArn },
    });
    const { Users: users } = await fake.call<{ Users: User[] }>('IAM', 'ListUsers', { PathPrefix: '/shop/' });
    expect(users.map(({ UserName: name, Tags: tags, PermissionsBoundary: boundary }) => [name, tags, boundary])).toEqual([['amel', undefined, undefined]]);
    expect(await fake.call('IAM', 'ListUsers', { PathPrefix: '/other/' })).toMatchObject({ Users: [] });
  });

  test.each(['GetUser', 'ListAccessKeys', 'GetLoginProfile', 'ListMFADevices', 'ListUserPolicies', 'ListAttachedUserPolicies', 'ListGroupsForUser'])(
    '%s of a user who does not exist is NoSuchEntity',
    async (operation) => {
      await expect(fakeAccount().call('IAM', operation, { UserName: 'nobody' })).rejects.toMatchObject(noSuchEntity);
    },
  );

  test.each([
    ['an access key', (fake: FakeAccount) => fake.call('IAM', 'CreateAccessKey', { UserName: 'amel' })],
    ['a password', (fake: FakeAccount) => fake.call('IAM', 'CreateLoginProfile', { UserName: 'amel', Password: 'Correct-horse-7' })],
    ['an inline policy', (fake: FakeAccount) => fake.call('IAM', 'PutUserPolicy', { UserName: 'amel', PolicyName: 'P', PolicyDocument: everything })],
    ['a managed policy', (fake: FakeAccount) =>
      fake.call('IAM', 'AttachUserPolicy', { UserName: 'amel', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })],
    ['a group', async (fake: FakeAccount) => {
      await fake.call('IAM', 'CreateGroup', { GroupName: 'Ops' });
      return fake.call('IAM', 'AddUserToGroup', { GroupName: 'Ops', UserName: 'amel' });
    }],
  ])('a user with %s is not deleted', async (_what, give) => {
    const fake = await withUser();
    await give(fake);
    await expect(fake.call('IAM', 'DeleteUser', { UserName: 'amel' })).rejects.toMatchObject({ name: 'DeleteConflictException', statusCode: 409 });
  });

  test('a user with nothing left is deleted', async () => {
    const fake = await withUser();
    await fake.call('IAM', 'DeleteUser', { UserName: 'amel' });
    await expect(fake.call('IAM', 'GetUser', { UserName: 'amel' })).rejects.toMatchObject(noSuchEntity);
  });

  test('groups give their policies, and list their members', async () => {
    const fake = await withUser();
    await fake.call('IAM', 'CreateGroup', { GroupName: 'Ops', Path: '/shop/' });
    await fake.call('IAM', 'AddUserToGroup', { GroupName: 'Ops', UserName: 'amel' });
    await fake.call('IAM', 'PutGroupPolicy', { GroupName: 'Ops', PolicyName: 'All', PolicyDocument: everything });
    await fake.call('IAM', 'AttachGroupPolicy', { GroupName: 'Ops', PolicyArn: 'arn:aws:iam::aws:policy/AWSSupportAccess' });
    expect(await fake.call('IAM', 'ListGroupsForUser', { UserName: 'amel' })).toMatchObject({ Groups: [{ GroupName: 'Ops', Path: '/shop/' }] });
    expect(await fake.call('IAM', 'ListGroupPolicies', { GroupName: 'Ops' })).toMatchObject({ PolicyNames: ['All'] });
    expect(await fake.call('IAM', 'ListAttachedGroupPolicies', { GroupName: 'Ops' })).toMatchObject({ AttachedPolicies: [{ PolicyName: 'AWSSupportAccess' }] });
    expect(await fake.call('IAM', 'GetGroup', { GroupName: 'Ops' })).toMatchObject({ Users: [{ UserName: 'amel' }] });
    await expect(fake.call('IAM', 'DeleteGroup', { GroupName: 'Ops' })).rejects.toMatchObject({ name: 'DeleteConflictException' });
    await fake.call('IAM', 'RemoveUserFromGroup', { GroupName: 'Ops', UserName: 'amel' });
    expect(await fake.call('IAM', 'GetGroup', { GroupName: 'Ops' })).toMatchObject({ Users: [] });
  });
});

describe('passwords and devices', () => {
  test('there is one login profile, and it can be taken away', async () => {
    const fake = await withUser();
    await expect(fake.call('IAM', 'GetLoginProfile', { UserName: 'amel' })).rejects.toMatchObject(noSuchEntity);
    const create = () => fake.call('IAM', 'CreateLoginProfile', { UserName: 'amel', Password: 'Correct-horse-7', PasswordResetRequired: true });
    await create();
    expect(await fake.call('IAM', 'GetLoginProfile', { UserName: 'amel' })).toMatchObject({ LoginProfile: { PasswordResetRequired: true } });
    await expect(create()).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    await fake.call('IAM', 'DeleteLoginProfile', { UserName: 'amel' });
    await expect(fake.call('IAM', 'DeleteLoginProfile', { UserName: 'amel' })).rejects.toMatchObject(noSuchEntity);
  });

  test('a password keeps to the policy of the account', async () => {
    const fake = await withUser();
    const create = () => fake.call('IAM', 'CreateLoginProfile', { UserName: 'amel', Password: 'Correct-7' });
    await fake.call('IAM', 'UpdateAccountPasswordPolicy', { MinimumPasswordLength: 14 });
    await expect(create()).rejects.toMatchObject({ name: 'PasswordPolicyViolationException' });
    await fake.call('IAM', 'UpdateAccountPasswordPolicy', { MinimumPasswordLength: 9, RequireNumbers: true });
    await create();
  });

  test('virtual devices have an ARN, hardware devices a number; both are the user\'s, only virtual ones are listed for all', async () => {
    const fake = fakeAccount();
    fake.account.iam.directory.putUser({ name: 'amel', mfaDevices: ['virtual'] });
    fake.account.iam.directory.putUser({ name: 'bruno', mfaDevices: ['hardware'] });
    const serial = 'arn:aws:iam::123456789012:mfa/amel';
    expect(await fake.call('IAM', 'ListMFADevices', { UserName: 'amel' })).toMatchObject({ MFADevices: [{ SerialNumber: serial }] });
    const { MFADevices: devices } = await fake.call<{ MFADevices: { SerialNumber: string }[] }>('IAM', 'ListMFADevices', { UserName: 'bruno' });
    expect(devices.map(({ SerialNumber: number }) => number)).toEqual([expect.stringMatching(/^GAHT/u)]);
    expect(await fake.call('IAM', 'ListVirtualMFADevices', {})).toMatchObject({
      VirtualMFADevices: [{ SerialNumber: serial, User: { UserName: 'amel' } }],
    });
    expect(await fake.call('IAM', 'GetAccountSummary', {})).toMatchObject({ SummaryMap: { MFADevices: 2, Users: 2 } });
  });
});

describe('access keys', () => {
  async function createKey(fake: FakeAccount): Promise<string> {
    const { AccessKey: key } = await fake.call<{ AccessKey: AccessKey }>('IAM', 'CreateAccessKey', { UserName: 'amel' });
    return key.AccessKeyId ?? '';
  }

  test('a user has two keys at most, inactive ones included', async () => {
    const fake = await withUser();
    const first = await createKey(fake);
    expect(first).toMatch(/^AKIA[0-9A-F]{16}$/u);
    await fake.call('IAM', 'UpdateAccessKey', { UserName: 'amel', AccessKeyId: first, Status: 'Inactive' });
    await createKey(fake);
    await expect(createKey(fake)).rejects.toMatchObject({ name: 'LimitExceededException', message: 'Cannot exceed quota for AccessKeysPerUser: 2' });
    await fake.call('IAM', 'DeleteAccessKey', { UserName: 'amel', AccessKeyId: first });
    await createKey(fake);
  });

  test('a status is set on the one key only', async () => {
    const fake = await withUser();
    const [first, second] = [await createKey(fake), await createKey(fake)];
    await fake.call('IAM', 'UpdateAccessKey', { UserName: 'amel', AccessKeyId: second, Status: 'Inactive' });
    const { AccessKeyMetadata: keys } = await fake.call<{ AccessKeyMetadata: AccessKeyMetadata[] }>('IAM', 'ListAccessKeys', { UserName: 'amel' });
    expect(keys.map(({ AccessKeyId: id, Status: status }) => [id, status])).toEqual([[first, 'Active'], [second, 'Inactive']]);
  });

  test('another user\'s key is not found', async () => {
    const fake = await withUser();
    const key = await createKey(fake);
    await fake.call('IAM', 'CreateUser', { UserName: 'bruno' });
    const update = fake.call('IAM', 'UpdateAccessKey', { UserName: 'bruno', AccessKeyId: key, Status: 'Inactive' });
    await expect(update).rejects.toMatchObject(noSuchEntity);
  });

  test('the last use is N/A until there is one', async () => {
    const fake = await withUser();
    const key = await createKey(fake);
    const lastUsed = () => fake.call('IAM', 'GetAccessKeyLastUsed', { AccessKeyId: key });
    expect(await lastUsed()).toMatchObject({ UserName: 'amel', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    fake.account.iam.directory.noteKeyUse(key, { at: Date.parse('2027-01-05T10:00:00Z'), region: 'eu-west-3', service: 's3' });
    const used = { LastUsedDate: new Date('2027-01-05T10:00:00Z'), ServiceName: 's3', Region: 'eu-west-3' };
    expect(await lastUsed()).toMatchObject({ AccessKeyLastUsed: used });
  });
});
