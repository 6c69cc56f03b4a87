import type { PolicyStatement } from '../../../../simulator/kernel/authorisation.ts';
import { NotModelledError } from '../../../../simulator/kernel/aws-error.ts';
import { type FakeAccount, fakeAccount } from '../fake-account.ts';

const accountArn = 'arn:aws:iam::123456789012';
const roleArn = `${accountArn}:role/Operator`;
const amel = `${accountArn}:user/amel`;
const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

function withRole(statement: Partial<PolicyStatement>): FakeAccount {
  const fake = fakeAccount();
  const trust = { Statement: { Effect: 'Allow', Principal: { AWS: amel }, Action: 'sts:AssumeRole', ...statement } } as const;
  fake.account.iam.putRole({ name: 'Operator', trust });
  fake.account.iam.directory.putUser({ name: 'amel' });
  return fake;
}

function assume(fake: FakeAccount, request: object = {}) {
  return fake.account.iam.assumeRole({ roleArn, session: 'amel', caller: amel, ...request });
}

test('a person takes on a role that names her', () => {
  const fake = withRole({});
  expect(assume(fake)).toEqual({ kind: 'role', roleArn, session: 'amel' });
  expect(() => assume(fake, { caller: `${accountArn}:user/bruno` })).toThrow('is not authorized to perform: sts:AssumeRole');
});

test('a trust policy that wants a second factor gets one', () => {
  const fake = withRole({ Condition: mfa });
  expect(() => assume(fake)).toThrow('not authorized');
  expect(assume(fake, { mfaAgeSeconds: 10 })).toMatchObject({ kind: 'role' });
});

test('calls of a session carry the second factor that began it; sessions of services carry none', () => {
  const fake = withRole({});
  fake.account.iam.putRolePolicy('Operator', 'WithFactor', { Statement: { Effect: 'Allow', Action: 'states:StartExecution', Resource: '*', Condition: mfa } });
  const start = { action: 'states:StartExecution', resource: '*' };
  const decide = (session: string) => fake.account.iam.decide({ kind: 'role', roleArn, session }, start).allowed;
  assume(fake, { session: 'with', mfaAgeSeconds: 10 });
  assume(fake, { session: 'without' });
  expect([decide('with'), decide('without'), decide('lambda')]).toEqual([true, false, false]);
});

test('a trust policy that names the account leaves it to the user\'s own policies, of groups too', () => {
  const fake = withRole({ Principal: { AWS: `${accountArn}:root` } });
  const { directory } = fake.account.iam;
  expect(() => assume(fake)).toThrow('not authorized');
  directory.putGroup('Ops');
  directory.changeInline('group', 'Ops', 'Assume', { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn } });
  directory.putUser({ name: 'amel', groups: ['Ops'] });
  expect(assume(fake)).toMatchObject({ kind: 'role' });
  directory.changeInline('user', 'amel', 'Not', { Statement: { Effect: 'Deny', Action: 'sts:*', Resource: '*' } });
  expect(() => assume(fake)).toThrow('not authorized');
});

test('another account needs the external id that the trust policy asks for', () => {
  const fake = withRole({ Principal: { AWS: '999999999999' }, Condition: { StringEquals: { 'sts:ExternalId': 'shared' } } });
  const caller = 'arn:aws:iam::999999999999:role/Auditor';
  expect(() => assume(fake, { caller, externalId: 'other' })).toThrow('not authorized');
  expect(() => assume(fake, { caller })).toThrow('not authorized');
  expect(assume(fake, { caller, externalId: 'shared' })).toMatchObject({ kind: 'role' });
});

test('chains of roles through the account are not modelled, and no role is assumed that is not there', () => {
  const fake = withRole({ Principal: { AWS: `${accountArn}:root` } });
  expect(() => assume(fake, { caller: `${accountArn}:role/Other` })).toThrow(NotModelledError);
  expect(() => assume(fake, { roleArn: `${accountArn}:role/Gone` })).toThrow('not authorized');
});
