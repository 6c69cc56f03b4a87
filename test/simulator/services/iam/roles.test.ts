import type { AttachedPolicy, InstanceProfile, Role } from '@aws-sdk/client-iam';
import type { Principal } from '../../../../simulator/kernel/principal.ts';
import { type FakeAccount, fakeAccount, putRole, sessionOf } from '../fake-account.ts';

const accountArn = 'arn:aws:iam::123456789012';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

function allow(action: string, rest: object = {}): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*', ...rest }] });
}

function createRole(fake: FakeAccount, input: object = {}, principal?: Principal): Promise<{ Role: Role }> {
  return fake.call('IAM', 'CreateRole', { RoleName: 'Made', AssumeRolePolicyDocument: trust, ...input }, principal);
}

describe('the life of a role', () => {
  test('a created role is answered with all that was given, to the second', async () => {
    const fake = fakeAccount('2027-01-06T07:00:00.750Z');
    const boundary = fake.account.iam.putManagedPolicy('Boundary', '/', { Statement: [] });
    await createRole(fake, {
      Path: '/team/', Description: 'For reading', MaxSessionDuration: 7200, PermissionsBoundary: boundary, Tags: [{ Key: 'team', Value: 'ops' }],
    });
    const { Role: role } = await fake.call<{ Role: Role }>('IAM', 'GetRole', { RoleName: 'Made' });
    expect(role).toMatchObject({
      Arn: `${accountArn}:role/team/Made`,
      CreateDate: new Date('2027-01-06T07:00:00Z'),
      Description: 'For reading',
      MaxSessionDuration: 7200,
      PermissionsBoundary: { PermissionsBoundaryArn: boundary },
      RoleId: expect.stringMatching(/^AROA[0-9A-F]{17}$/u),
      RoleLastUsed: {},
      Tags: [{ Key: 'team', Value: 'ops' }],
    });
    expect(decodeURIComponent(role.AssumeRolePolicyDocument ?? '')).toBe(trust);
  });

  test.each([
    ['a name that stands, whatever its case', { RoleName: 'MADE' }, 'EntityAlreadyExistsException', 409],
    ['a trust policy without a principal', { RoleName: 'Other', AssumeRolePolicyDocument: allow('sts:AssumeRole') }, 'MalformedPolicyDocumentException', 400],
    ['a boundary that does not exist', { RoleName: 'Other', PermissionsBoundary: `${accountArn}:policy/Gone` }, 'NoSuchEntityException', 404],
    ['a name with a slash', { RoleName: 'a/b' }, 'ValidationError', 400],
  ])('%s is refused', async (_what, input, name, statusCode) => {
    const fake = fakeAccount();
    await createRole(fake);
    await expect(createRole(fake, input)).rejects.toMatchObject({ name, statusCode });
  });

  test('a role goes only when nothing is left on it, and its successor has no past', async () => {
    const fake = fakeAccount();
    const { Role: first } = await createRole(fake);
    fake.account.iam.decide(sessionOf(`${accountArn}:role/Made`), { action: 's3:GetObject', resource: '*' });
    const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await fake.call('IAM', 'AttachRolePolicy', { RoleName: 'Made', PolicyArn: policyArn });
    await expect(fake.call('IAM', 'DeleteRole', { RoleName: 'Made' })).rejects.toMatchObject({ name: 'DeleteConflictException', statusCode: 409 });
    await fake.call('IAM', 'DetachRolePolicy', { RoleName: 'Made', PolicyArn: policyArn });
    await fake.call('IAM', 'DeleteRole', { RoleName: 'Made' });
    const { Role: second } = await createRole(fake);
    expect(second.RoleId).not.toBe(first.RoleId);
    expect(second.RoleLastUsed).toEqual({});
  });

  test('a role of an instance profile does not go', async () => {
    const fake = fakeAccount();
    await createRole(fake);
    fake.account.iam.putInstanceProfile('Web', '/', ['Made']);
    await expect(fake.call('IAM', 'DeleteRole', { RoleName: 'Made' })).rejects.toThrow('instance profile');
    const { InstanceProfiles: profiles } = await fake.call<{ InstanceProfiles: InstanceProfile[] }>('IAM', 'ListInstanceProfiles', {});
    expect(profiles).toMatchObject([{ InstanceProfileName: 'Web', Roles: [{ RoleName: 'Made' }] }]);
  });

  test('trust, boundary and tags change one by one', async () => {
    const fake = fakeAccount();
    await createRole(fake, { Tags: [{ Key: 'a', Value: '1' }] });
    const boundary = fake.account.iam.putManagedPolicy('Boundary', '/', { Statement: [] });
    const changed = trust.replace('lambda', 'ec2');
    await fake.call('IAM', 'UpdateAssumeRolePolicy', { RoleName: 'Made', PolicyDocument: changed });
    await fake.call('IAM', 'PutRolePermissionsBoundary', { RoleName: 'Made', PermissionsBoundary: boundary });
    await fake.call('IAM', 'TagRole', { RoleName: 'Made', Tags: [{ Key: 'b', Value: '2' }] });
    expect(fake.account.iam.role('Made')).toMatchObject({ boundaryArn: boundary, tags: { a: '1', b: '2' } });
    expect(fake.account.iam.canAssume('ec2.amazonaws.com', `${accountArn}:role/Made`).allowed).toBe(true);
    await fake.call('IAM', 'DeleteRolePermissionsBoundary', { RoleName: 'Made' });
    await fake.call('IAM', 'UntagRole', { RoleName: 'Made', TagKeys: ['a'] });
    expect(fake.account.iam.role('Made')).toMatchObject({ tags: { b: '2' } });
    expect(fake.account.iam.role('Made').boundaryArn).toBeUndefined();
  });

  test('only AWS changes a service-linked role', async () => {
    const fake = fakeAccount();
    const linked = fake.account.iam.directory.putServiceLinkedRole('autoscaling.amazonaws.com', 'AWSServiceRoleForAutoScaling');
    expect(linked.arn).toBe(`${accountArn}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`);
    const put = fake.call('IAM', 'PutRolePolicy', { RoleName: linked.name, PolicyName: 'All', PolicyDocument: allow('*') });
    await expect(put).rejects.toMatchObject({ name: 'UnmodifiableEntityException' });
  });
});

describe('policies of a role', () => {
  test('an inline policy that a call puts is enforced, listed, and gone after its deletion', async () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake);
    const may = () => fake.account.iam.decide(sessionOf(roleArn), { action: 's3:GetObject', resource: '*' }).allowed;
    await fake.call('IAM', 'PutRolePolicy', { RoleName: 'Caller', PolicyName: 'All', PolicyDocument: allow('*') });
    expect(may()).toBe(true);
    expect(await fake.call('IAM', 'ListRolePolicies', { RoleName: 'Caller' })).toEqual({ PolicyNames: ['All'], IsTruncated: false });
    await fake.call('IAM', 'DeleteRolePolicy', { RoleName: 'Caller', PolicyName: 'All' });
    expect(may()).toBe(false);
    const again = fake.call('IAM', 'DeleteRolePolicy', { RoleName: 'Caller', PolicyName: 'All' });
    await expect(again).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test('documents are encoded by RFC 3986: an asterisk too', async () => {
    const fake = fakeAccount();
    putRole(fake, { actions: ['*'] });
    const { PolicyDocument: text } = await fake.call<{ PolicyDocument: string }>('IAM', 'GetRolePolicy', { RoleName: 'Caller', PolicyName: 'Allowed' });
    expect(text).toContain('%2A');
    expect(text).not.toMatch(/[*()'!]/u);
  });

  test.each([
    ['no JSON', '{'],
    ['a statement without an action', JSON.stringify({ Statement: [{ Effect: 'Allow', Resource: '*' }] })],
    ['an action and its opposite', allow('s3:*', { NotAction: 's3:Get*' })],
    ['an action without a service', allow('GetObject')],
    ['a statement without a resource', JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:*' }] })],
    ['a resource that is no ARN', allow('s3:*', { Resource: 'bucket' })],
    ['a principal', allow('s3:*', { Principal: '*' })],
    ['an unknown member', allow('s3:*', { Actions: ['s3:*'] })],
    ['two statements of one name', JSON.stringify({ Statement: [1, 2].map(() => ({ Sid: 'A', Effect: 'Allow', Action: '*', Resource: '*' })) })],
  ])('a document with %s is malformed', async (_what, document) => {
    const fake = fakeAccount();
    putRole(fake);
    const put = fake.call('IAM', 'PutRolePolicy', { RoleName: 'Caller', PolicyName: 'P', PolicyDocument: document });
    await expect(put).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', statusCode: 400 });
  });

  test('inline policies together have a limit, and replacing one frees its room', async () => {
    const fake = fakeAccount();
    putRole(fake);
    const put = (name: string) =>
      fake.call('IAM', 'PutRolePolicy', { RoleName: 'Caller', PolicyName: name, PolicyDocument: allow(`s3:${'a'.repeat(6000)}`) });
    await put('First');
    await put('First');
    await expect(put('Second')).rejects.toMatchObject({ name: 'LimitExceededException', statusCode: 409 });
  });

  test('ten managed policies may be attached; attaching one again is no error', async () => {
    const fake = fakeAccount();
    putRole(fake);
    const arns = Array.from({ length: 11 }, (_each, index) => fake.account.iam.putManagedPolicy(`P${index}`, '/', { Statement: [] }));
    const attach = (arn: string | undefined) => fake.call('IAM', 'AttachRolePolicy', { RoleName: 'Caller', PolicyArn: arn });
    for (const arn of arns.slice(0, 10)) await attach(arn);
    await attach(arns[0]);
    await expect(attach(arns[10])).rejects.toThrow('PoliciesPerRole: 10');
    const { AttachedPolicies: first, Marker: marker } = await fake.call<{ AttachedPolicies: AttachedPolicy[]; Marker?: string }>(
      'IAM', 'ListAttachedRolePolicies', { RoleName: 'Caller', MaxItems: 7 },
    );
    expect(first).toHaveLength(7);
    const second = await fake.call('IAM', 'ListAttachedRolePolicies', { RoleName: 'Caller', MaxItems: 7, Marker: marker });
    expect(second).toMatchObject({ IsTruncated: false, AttachedPolicies: [{ PolicyName: 'P7' }, { PolicyName: 'P8' }, { PolicyName: 'P9' }] });
  });
});

describe('what a caller needs', () => {
  const boundaryArn = `${accountArn}:policy/Boundary`;
  const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

  function withCaller(action: string, condition: object, resource = '*'): FakeAccount {
    const fake = fakeAccount();
    fake.account.iam.putManagedPolicy('Boundary', '/', { Statement: [] });
    putRole(fake);
    const statement = { Effect: 'Allow', Action: action, Resource: resource, Condition: condition } as never;
    fake.account.iam.putRolePolicy('Caller', 'Conditional', { Statement: statement });
    return fake;
  }
  const caller = sessionOf(`${accountArn}:role/Caller`);
  const denied = { name: 'AccessDenied', statusCode: 403 };

  test('iam:PermissionsBoundary lets roles be made only with the boundary', async () => {
    const fake = withCaller('iam:CreateRole', { StringEquals: { 'iam:PermissionsBoundary': boundaryArn } });
    await expect(createRole(fake, {}, caller)).rejects.toMatchObject(denied);
    await createRole(fake, { PermissionsBoundary: boundaryArn }, caller);
    expect(fake.account.iam.role('Made').boundaryArn).toBe(boundaryArn);
  });

  test('iam:PermissionsBoundary of a change is the one that the role has', async () => {
    const fake = withCaller('iam:PutRolePolicy', { StringEquals: { 'iam:PermissionsBoundary': boundaryArn } });
    await createRole(fake, { RoleName: 'Free' });
    await createRole(fake, { RoleName: 'Bounded', PermissionsBoundary: boundaryArn });
    const put = (name: string) => fake.call('IAM', 'PutRolePolicy', { RoleName: name, PolicyName: 'P', PolicyDocument: allow('*') }, caller);
    await expect(put('Free')).rejects.toMatchObject(denied);
    await put('Bounded');
  });

  test('iam:PolicyARN is the policy that is attached', async () => {
    const fake = withCaller('iam:AttachRolePolicy', { ArnNotEquals: { 'iam:PolicyARN': administrator } });
    await createRole(fake);
    const attach = (arn: string) => fake.call('IAM', 'AttachRolePolicy', { RoleName: 'Made', PolicyArn: arn }, caller);
    await expect(attach(administrator)).rejects.toMatchObject(denied);
    await attach(boundaryArn);
  });

  test.each(['iam:ResourceTag/team', 'aws:ResourceTag/team'])('%s is the tag of the role', async (key) => {
    const fake = withCaller('iam:DeleteRole', { StringEquals: { [key]: 'ops' } });
    await createRole(fake, { RoleName: 'Theirs' });
    await createRole(fake, { RoleName: 'Ours', Tags: [{ Key: 'team', Value: 'ops' }] });
    await expect(fake.call('IAM', 'DeleteRole', { RoleName: 'Theirs' }, caller)).rejects.toMatchObject(denied);
    await fake.call('IAM', 'DeleteRole', { RoleName: 'Ours' }, caller);
  });

  test('the resource of a role carries its path', async () => {
    const fake = withCaller('iam:GetRole', {}, `${accountArn}:role/team/*`);
    await createRole(fake, { RoleName: 'Inside', Path: '/team/' });
    await createRole(fake, { RoleName: 'Outside' });
    await fake.call('IAM', 'GetRole', { RoleName: 'Inside' }, caller);
    await expect(fake.call('IAM', 'GetRole', { RoleName: 'Outside' }, caller)).rejects.toMatchObject(denied);
  });

  test('the Region of a request to IAM is us-east-1', async () => {
    const fake = withCaller('iam:ListRoles', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } });
    expect(await fake.call('IAM', 'ListRoles', {}, caller)).toMatchObject({ Roles: [{ RoleName: 'Caller' }] });
  });
});
