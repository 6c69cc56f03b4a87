import { providers } from '../../../../simulator/deploy/providers/iam.ts';
import type { ResourceRequest } from '../../../../simulator/deploy/provider.ts';
import { type FakeAccount, fakeAccount } from '../fake-account.ts';

const trust = { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } };
const reading = { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } };

function requestOf(fake: FakeAccount, type: string, properties: object): ResourceRequest {
  return { account: fake.account, stackName: 'Stack', logicalId: 'It', type, properties: { ...properties }, metadata: {}, updatePolicy: {} };
}

async function create(fake: FakeAccount, type: string, properties: object): Promise<string> {
  const made = await providers.find((candidate) => candidate.type === type)?.create(requestOf(fake, type, properties));
  return String(made?.ref);
}

function remove(fake: FakeAccount, type: string, properties: object, ref: string): void {
  void providers.find((candidate) => candidate.type === type)?.delete?.(requestOf(fake, type, properties), { ref, attributes: {} });
}

test('a role of a template tells its description and the longest session', async () => {
  const fake = fakeAccount();
  const name = await create(fake, 'AWS::IAM::Role', { AssumeRolePolicyDocument: trust, Description: 'To read', MaxSessionDuration: '7200' });
  expect(await fake.call('IAM', 'GetRole', { RoleName: name })).toMatchObject({ Role: { Description: 'To read', MaxSessionDuration: 7200 } });
});

test('a service-linked role of a template stands under its service\'s path, and counts for no stack', async () => {
  const fake = fakeAccount();
  const name = await create(fake, 'AWS::IAM::ServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'shop' });
  expect(name).toBe('AWSServiceRoleForautoscaling_shop');
  expect(fake.account.iam.role(name)).toMatchObject({ path: '/aws-service-role/autoscaling.amazonaws.com/' });
  expect(fake.account.iam.permissionUse()).toEqual([]);
});

test('what leaves its template is deleted, unless others left something on it', async () => {
  const fake = fakeAccount();
  const { iam } = fake.account;
  const roleProperties = { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'Inline', PolicyDocument: reading }] };
  const role = await create(fake, 'AWS::IAM::Role', roleProperties);
  const policyProperties = { PolicyDocument: reading, Roles: [role] };
  const policyArn = await create(fake, 'AWS::IAM::ManagedPolicy', policyProperties);
  const profileProperties = { Roles: [role] };
  const profile = await create(fake, 'AWS::IAM::InstanceProfile', profileProperties);
  expect(() => remove(fake, 'AWS::IAM::Role', roleProperties, role)).toThrow('instance profile');
  remove(fake, 'AWS::IAM::InstanceProfile', profileProperties, profile);
  expect(() => remove(fake, 'AWS::IAM::Role', roleProperties, role)).toThrow('must detach all policies');
  remove(fake, 'AWS::IAM::ManagedPolicy', policyProperties, policyArn);
  iam.putRolePolicy(role, 'ByHand', { Statement: [] });
  expect(() => remove(fake, 'AWS::IAM::Role', roleProperties, role)).toThrow('must delete policies');
  remove(fake, 'AWS::IAM::Policy', { PolicyName: 'ByHand', PolicyDocument: reading, Roles: [role] }, 'ByHand');
  remove(fake, 'AWS::IAM::Role', roleProperties, role);
  expect(iam.roles).toEqual([]);
});
