import { NotModelledError } from '../../../simulator/kernel/aws-error.ts';
import { type FakeAccount, fakeAccount, putRole, sessionOf, someone } from './fake-account.ts';

const topicArn = 'arn:aws:sns:eu-west-3:123456789012:alarms';
const trust = { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } } as const;

function decide({ account }: FakeAccount, roleArn: string, action: string, resource = '*') {
  return account.iam.decide(sessionOf(roleArn), { action, resource });
}

describe('the decision on a call', () => {
  test('the world outside may do everything, a role only what its policies allow', () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { actions: ['rds:Describe*'] });
    expect(fake.account.iam.decide(someone, { action: 'rds:DeleteDBInstance', resource: '*' }).allowed).toBe(true);
    expect(decide(fake, roleArn, 'rds:DescribeDBInstances')).toMatchObject({ allowed: true, grantedBy: { policy: 'Allowed' } });
    expect(decide(fake, roleArn, 'rds:RebootDBInstance')).toMatchObject({
      allowed: false,
      reason: 'no identity-based policy of Caller allows it',
    });
  });

  test('a role that does not exist may do nothing', () => {
    const decision = decide(fakeAccount(), 'arn:aws:iam::123456789012:role/Gone', 's3:GetObject');
    expect(decision).toMatchObject({ allowed: false, reason: expect.stringContaining('does not exist') });
  });

  test('a change of a policy is seen by the next decision', () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { actions: ['sns:Publish'] });
    expect(decide(fake, roleArn, 'sns:Publish', topicArn).allowed).toBe(true);
    fake.account.iam.deleteRolePolicy('Caller', 'Allowed');
    expect(decide(fake, roleArn, 'sns:Publish', topicArn).allowed).toBe(false);
  });

  test('a permissions boundary limits what the policies of a role allow', () => {
    const fake = fakeAccount();
    const document = { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } } as const;
    const boundaryArn = fake.account.iam.putManagedPolicy('Boundary', '/', document);
    const { arn } = fake.account.iam.putRole({ name: 'Bounded', trust, boundaryArn });
    fake.account.iam.putRolePolicy('Bounded', 'All', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
    expect(decide(fake, arn, 's3:GetObject').allowed).toBe(true);
    expect(decide(fake, arn, 'iam:PutRolePolicy')).toMatchObject({ allowed: false, reason: expect.stringContaining('boundary') });
  });

  test('the time of a date condition is the account\'s', () => {
    const fake = fakeAccount('2027-01-06T07:00:00Z');
    const roleArn = putRole(fake);
    const until = { DateLessThan: { 'aws:CurrentTime': '2027-01-06T08:00:00Z' } };
    fake.account.iam.putRolePolicy('Caller', 'ForAnHour', {
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: until },
    });
    expect(decide(fake, roleArn, 's3:GetObject').allowed).toBe(true);
  });

  test('an AWS managed policy is known by its document; an unknown one cannot be attached', () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake);
    fake.account.iam.attachRolePolicy('Caller', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    expect(decide(fake, roleArn, 'logs:PutLogEvents').allowed).toBe(true);
    expect(() => fake.account.iam.attachRolePolicy('Caller', 'arn:aws:iam::aws:policy/PowerUserAccess')).toThrow(NotModelledError);
  });
});

describe('policies of resources', () => {
  const publish = { action: 'sns:Publish', resource: topicArn };
  const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn } as const;

  function withTopic(): FakeAccount {
    const fake = fakeAccount();
    fake.account.sns.putTopic({ name: 'alarms', arn: topicArn, tags: {} });
    return fake;
  }

  test('a policy that names the role allows it without a policy of its own', () => {
    const fake = withTopic();
    const roleArn = putRole(fake);
    fake.account.sns.putTopicPolicy(topicArn, { Statement: [{ ...statement, Principal: { AWS: roleArn } }] });
    expect(fake.account.iam.decide(sessionOf(roleArn), publish).allowed).toBe(true);
  });

  test('a policy that names the account only delegates to the role\'s own policies', () => {
    const fake = withTopic();
    const roleArn = putRole(fake);
    const root = { AWS: 'arn:aws:iam::123456789012:root' };
    fake.account.sns.putTopicPolicy(topicArn, { Statement: [{ ...statement, Principal: root }] });
    expect(fake.account.iam.decide(sessionOf(roleArn), publish).allowed).toBe(false);
  });

  test('a deny of the resource wins over the role\'s own policies', () => {
    const fake = withTopic();
    const roleArn = putRole(fake, { actions: ['sns:*'] });
    fake.account.sns.putTopicPolicy(topicArn, { Statement: [{ ...statement, Effect: 'Deny', Principal: '*' }] });
    expect(fake.account.iam.decide(sessionOf(roleArn), publish)).toMatchObject({ allowed: false, deniedBy: { index: 0 } });
  });

  test('a service needs the resource to name it, and its source to match', () => {
    const fake = withTopic();
    const sourceArn = 'arn:aws:events:eu-west-3:123456789012:rule/Drift';
    const events = { kind: 'service', service: 'events.amazonaws.com', sourceArn } as const;
    expect(fake.account.iam.decide(events, publish).allowed).toBe(false);
    const condition = { ArnEquals: { 'aws:SourceArn': sourceArn }, StringEquals: { 'aws:SourceAccount': '123456789012' } };
    fake.account.sns.putTopicPolicy(topicArn, {
      Statement: [{ ...statement, Principal: { Service: 'events.amazonaws.com' }, Condition: condition }],
    });
    expect(fake.account.iam.decide(events, publish).allowed).toBe(true);
    expect(fake.account.iam.decide({ ...events, sourceArn: `${sourceArn}2` }, publish).allowed).toBe(false);
  });

  test('the default policy of a topic lets alarms publish, and loses that when it is replaced', () => {
    const fake = withTopic();
    const alarms = { kind: 'service', service: 'cloudwatch.amazonaws.com' } as const;
    expect(fake.account.iam.decide(alarms, publish).allowed).toBe(true);
    const secure = { Bool: { 'aws:SecureTransport': 'false' } };
    fake.account.sns.putTopicPolicy(topicArn, {
      Statement: [{ ...statement, Effect: 'Deny', Principal: '*', Condition: secure }],
    });
    expect(fake.account.iam.decide(alarms, publish).allowed).toBe(false);
  });

  test('a key must allow its use too, be it by delegating to the account', () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { actions: ['kms:Decrypt'] });
    const delegating = fake.account.kms.createKey(undefined);
    const closed = fake.account.kms.createKey({ Statement: [] });
    expect(decide(fake, roleArn, 'kms:Decrypt', delegating.arn).allowed).toBe(true);
    expect(decide(fake, roleArn, 'kms:Decrypt', closed.arn).allowed).toBe(false);
  });
});

describe('assuming a role', () => {
  test('the trust policy must name the service', () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { service: 'scheduler.amazonaws.com' });
    expect(fake.account.iam.canAssume('scheduler.amazonaws.com', roleArn).allowed).toBe(true);
    expect(fake.account.iam.canAssume('lambda.amazonaws.com', roleArn).allowed).toBe(false);
  });

  test('a condition on the source is checked', () => {
    const fake = fakeAccount();
    const groupArn = 'arn:aws:scheduler:eu-west-3:123456789012:schedule-group/default';
    const condition = { StringEquals: { 'aws:SourceAccount': '123456789012', 'aws:SourceArn': groupArn } };
    const { arn } = fake.account.iam.putRole({
      name: 'Scheduling',
      trust: {
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: condition },
        ],
      },
    });
    expect(fake.account.iam.canAssume('scheduler.amazonaws.com', arn, groupArn).allowed).toBe(true);
    expect(fake.account.iam.canAssume('scheduler.amazonaws.com', arn, `${groupArn}-2`).allowed).toBe(false);
    expect(fake.account.iam.canAssume('scheduler.amazonaws.com', arn).allowed).toBe(false);
  });
});

describe('the use of permissions', () => {
  test('an action counts as used once it decided an allowed call; the others stay unused', () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { actions: ['s3:Get*', 's3:PutObject'] });
    decide(fake, roleArn, 's3:GetObject', 'arn:aws:s3:::evidence/run.json');
    decide(fake, roleArn, 's3:DeleteObject', 'arn:aws:s3:::evidence/run.json');
    const uses = fake.account.iam.permissionUse().map(({ action, isUsed }) => [action, isUsed]);
    expect(uses).toEqual([['s3:Get*', true], ['s3:PutObject', false]]);
  });

  test('roles that no stack owns are left out', () => {
    const fake = fakeAccount();
    fake.account.iam.putRole({ name: 'ByHand', trust });
    fake.account.iam.putRolePolicy('ByHand', 'All', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
    expect(fake.account.iam.permissionUse()).toEqual([]);
  });
});

describe('operations', () => {
  test('documents are given URL-encoded', async () => {
    const fake = fakeAccount();
    putRole(fake, { actions: ['sns:Publish'] });
    const { PolicyDocument: document } = await fake.call<{ PolicyDocument: string }>('IAM', 'GetRolePolicy', {
      RoleName: 'Caller',
      PolicyName: 'Allowed',
    });
    expect(document).toContain('%22');
    expect(JSON.parse(decodeURIComponent(document))).toMatchObject({ Statement: { Action: ['sns:Publish'] } });
  });

  test('a role that does not exist is NoSuchEntityException', async () => {
    const call = fakeAccount().call('IAM', 'GetRole', { RoleName: 'Gone' });
    await expect(call).rejects.toMatchObject({ name: 'NoSuchEntityException', statusCode: 404 });
  });
});
