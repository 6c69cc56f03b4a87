import type { GetAccountAuthorizationDetailsCommandOutput } from '@aws-sdk/client-iam';
import { fakeAccount, putRole, type FakeAccount } from '../fake-account.ts';

type Details = GetAccountAuthorizationDetailsCommandOutput;

const trust = { Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' } } as const;
const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const;
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function pagesOf(fake: FakeAccount, input: object = {}): Promise<Details[]> {
  const pages: Details[] = [];
  let marker: string | undefined;
  do {
    const page = await fake.call<Details>('IAM', 'GetAccountAuthorizationDetails', { ...input, Marker: marker });
    expect(page.IsTruncated).toBe(page.Marker !== undefined);
    pages.push(page);
    marker = page.Marker;
  } while (marker !== undefined);
  return pages;
}

function fullAccount(): FakeAccount {
  const fake = fakeAccount();
  const { iam } = fake.account;
  const boundaryArn = iam.putManagedPolicy('Boundary', '/team/', everything);
  iam.directory.putGroup('Ops');
  iam.directory.attach('group', 'Ops', administrator);
  iam.directory.putUser({ name: 'amel', groups: ['Ops'], boundaryArn, tags: { team: 'ops' } });
  iam.directory.changeInline('user', 'amel', 'Mine', everything);
  putRole(fake, { actions: ['s3:*'] });
  iam.attachRolePolicy('Caller', administrator);
  iam.attachRolePolicy('Caller', boundaryArn);
  iam.putInstanceProfile('Web', '/', ['Caller']);
  return fake;
}

test('one answer holds users, groups, roles and policies with all that belongs to them', async () => {
  const [details] = await pagesOf(fullAccount());
  expect(details?.UserDetailList).toMatchObject([
    {
      UserName: 'amel',
      GroupList: ['Ops'],
      UserPolicyList: [{ PolicyName: 'Mine', PolicyDocument: expect.stringContaining('%2A') }],
      PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/team/Boundary' },
      Tags: [{ Key: 'team', Value: 'ops' }],
    },
  ]);
  expect(details?.GroupDetailList).toMatchObject([{ GroupName: 'Ops', AttachedManagedPolicies: [{ PolicyName: 'AdministratorAccess', PolicyArn: administrator }] }]);
  expect(details?.RoleDetailList).toMatchObject([
    { RoleName: 'Caller', RolePolicyList: [{ PolicyName: 'Allowed' }], InstanceProfileList: [{ InstanceProfileName: 'Web', Roles: [{ RoleName: 'Caller' }] }], RoleLastUsed: {} },
  ]);
  expect(details?.Policies).toMatchObject([
    { PolicyName: 'Boundary', Path: '/team/', AttachmentCount: 1, PermissionsBoundaryUsageCount: 1, DefaultVersionId: 'v1' },
    { PolicyName: 'AdministratorAccess', Arn: administrator, AttachmentCount: 2, PermissionsBoundaryUsageCount: 0 },
  ]);
  const version = details?.Policies?.[0]?.PolicyVersionList?.[0];
  expect(version).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true });
  expect(JSON.parse(decodeURIComponent(version?.Document ?? ''))).toEqual(everything);
});

test.each([
  ['User', [1, 0, 0, 0]],
  ['Group', [0, 1, 0, 0]],
  ['Role', [0, 0, 1, 0]],
  ['LocalManagedPolicy', [0, 0, 0, 1]],
  ['AWSManagedPolicy', [0, 0, 0, 1]],
])('the filter %s leaves the other kinds out', async (filter, counts) => {
  const [details] = await pagesOf(fullAccount(), { Filter: [filter] });
  const lists = [details?.UserDetailList, details?.GroupDetailList, details?.RoleDetailList, details?.Policies];
  expect(lists.map((list) => list?.length)).toEqual(counts);
});

test('an unknown filter, a page of nothing and a marker of nobody are refused', async () => {
  const fake = fullAccount();
  const get = (input: object) => fake.call('IAM', 'GetAccountAuthorizationDetails', input);
  await expect(get({ Filter: ['Users'] })).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(get({ MaxItems: 0 })).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(get({ MaxItems: 1001 })).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(get({ Marker: 'x' })).rejects.toMatchObject({ name: 'InvalidInputException' });
});

test('5,000 users and roles are listed once each; some pages are shorter than asked though more is to come', async () => {
  const fake = fakeAccount();
  for (let index = 0; index < 2500; index += 1) {
    fake.account.iam.directory.putUser({ name: `user-${index}` });
    fake.account.iam.putRole({ name: `role-${index}`, trust });
  }
  const pages = await pagesOf(fake, { MaxItems: 100 });
  const names = pages.flatMap((page) => [
    ...(page.UserDetailList ?? []).map(({ UserName: name }) => name),
    ...(page.RoleDetailList ?? []).map(({ RoleName: name }) => name),
  ]);
  expect(names).toHaveLength(5000);
  expect(new Set(names).size).toBe(5000);
  const sizes = pages.slice(0, -1).map((page) => (page.UserDetailList?.length ?? 0) + (page.RoleDetailList?.length ?? 0));
  expect(Math.max(...sizes)).toBe(100);
  expect(sizes.some((size) => size < 100)).toBe(true);
});
