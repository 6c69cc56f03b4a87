import type { ResourceProvider, ResourceRequest } from '../../../simulator/deploy/provider.ts';
import { providers as dynamoDb } from '../../../simulator/deploy/providers/dynamodb.ts';
import { providers as events } from '../../../simulator/deploy/providers/events.ts';
import { providers as iam } from '../../../simulator/deploy/providers/iam.ts';
import { providers as kms } from '../../../simulator/deploy/providers/kms.ts';
import { providers as logs } from '../../../simulator/deploy/providers/logs.ts';
import { providers as rds } from '../../../simulator/deploy/providers/rds.ts';
import { providers as s3 } from '../../../simulator/deploy/providers/s3.ts';
import { providers as scheduler } from '../../../simulator/deploy/providers/scheduler.ts';
import { providers as secretsManager } from '../../../simulator/deploy/providers/secrets-manager.ts';
import { providers as sns } from '../../../simulator/deploy/providers/sns.ts';
import { providers as ssm } from '../../../simulator/deploy/providers/ssm.ts';
import { type FakeAccount, fakeAccount } from './fake-account.ts';

const all = [dynamoDb, events, iam, kms, logs, rds, s3, scheduler, secretsManager, sns, ssm].flat();

function providerOf(type: string): ResourceProvider {
  const provider = all.find((candidate) => candidate.type === type);
  if (provider === undefined) throw new Error(`no provider of ${type}`);
  return provider;
}

function requestOf({ account }: FakeAccount, type: string, properties: object, logicalId = 'Thing'): ResourceRequest {
  return { account, stackName: 'WebMarket-Prod', logicalId, type, properties: { ...properties }, metadata: {}, updatePolicy: {} };
}

async function create(fake: FakeAccount, type: string, properties: object, logicalId?: string) {
  return providerOf(type).create(requestOf(fake, type, properties, logicalId));
}

const allow = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }] };

test('no property is both modelled and recorded, and every recorded one says why', () => {
  for (const provider of all) {
    for (const [property, reason] of Object.entries(provider.recorded)) {
      expect(provider.modelled).not.toContain(property);
      expect(reason).toMatch(/\.$/u);
    }
  }
});

test('generated names carry stack and logical id, and keep to the length and letters of the service', async () => {
  const fake = fakeAccount();
  const bucket = await create(fake, 'AWS::S3::Bucket', {}, 'EvidenceBucketWithAQuiteLongLogicalIdentifier1A2B3C4D');
  expect(bucket.ref).toMatch(/^webmarket-prod-evidencebucket[a-z0-9-]*-[0-9a-f]{12}$/u);
  expect(bucket.ref.length).toBeLessThanOrEqual(63);
  const role = await create(fake, 'AWS::IAM::Role', { AssumeRolePolicyDocument: trust }, 'Role'.repeat(30));
  expect(role.ref.length).toBeLessThanOrEqual(64);
});

test('a role gets its inline, attached and separate policies, and loses them by an update', async () => {
  const fake = fakeAccount();
  const properties = {
    AssumeRolePolicyDocument: trust,
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    Policies: [{ PolicyName: 'Inline', PolicyDocument: allow('sns:Publish') }],
  };
  const current = await create(fake, 'AWS::IAM::Role', properties);
  await create(fake, 'AWS::IAM::Policy', { PolicyName: 'Separate', PolicyDocument: allow('ssm:GetParameter'), Roles: [current.ref] });
  const may = (action: string) => {
    const principal = { kind: 'role', roleArn: String(current.attributes['Arn']), session: 's' } as const;
    return fake.account.iam.decide(principal, { action, resource: '*' }).allowed;
  };
  expect(['sns:Publish', 'logs:PutLogEvents', 'ssm:GetParameter'].map(may)).toEqual([true, true, true]);
  const role = providerOf('AWS::IAM::Role');
  const previous = requestOf(fake, 'AWS::IAM::Role', properties);
  await role.update?.(requestOf(fake, 'AWS::IAM::Role', { AssumeRolePolicyDocument: trust }), current, previous);
  expect(['sns:Publish', 'logs:PutLogEvents', 'ssm:GetParameter'].map(may)).toEqual([false, false, true]);
  expect(fake.account.iam.permissionUse()).toMatchObject([{ roleName: current.ref, stackName: 'WebMarket-Prod', policy: 'Separate' }]);
});

test('a table is made from its schema; one of the second version reads its replica\'s tags', async () => {
  const fake = fakeAccount();
  const properties = {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  };
  await create(fake, 'AWS::DynamoDB::Table', { ...properties, TableName: 'First' });
  const replica = { Region: 'eu-west-3', Tags: [{ Key: 'owner', Value: 'ops' }] };
  await create(fake, 'AWS::DynamoDB::GlobalTable', { ...properties, TableName: 'Second', Replicas: [replica] });
  expect(fake.account.dynamoDb.tables).toMatchObject([
    { name: 'First', keys: { hash: { name: 'pk', type: 'S' } }, ttlAttribute: 'expiresAt', tags: {} },
    { name: 'Second', tags: { owner: 'ops' } },
  ]);
});

test('a schedule runs from its deployment; a parameter of a target that is not modelled stops it', async () => {
  const fake = fakeAccount('2027-01-06T07:00:00Z');
  const role = await create(fake, 'AWS::IAM::Role', { AssumeRolePolicyDocument: trust });
  const target = { Arn: 'arn:aws:states:eu-west-3:123456789012:stateMachine:Sale', RoleArn: role.attributes['Arn'] };
  const properties = {
    FlexibleTimeWindow: { Mode: 'OFF' },
    ScheduleExpression: 'rate(1 hour)',
    Target: { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 300 } },
  };
  const schedule = await create(fake, 'AWS::Scheduler::Schedule', properties);
  expect(schedule.attributes['Arn']).toBe(`arn:aws:scheduler:eu-west-3:123456789012:schedule/default/${schedule.ref}`);
  expect(fake.account.scheduler.schedules).toMatchObject([{ retryPolicy: { maximumAgeSeconds: 300, maximumRetryAttempts: 185 } }]);
  const withEcs = { ...properties, Target: { ...target, EcsParameters: {} } };
  await expect(create(fake, 'AWS::Scheduler::Schedule', withEcs)).rejects.toThrow('EcsParameters');
});

test('a rule without a role cannot start a state machine', async () => {
  const targets = [{ Arn: 'arn:aws:states:eu-west-3:123456789012:stateMachine:Sale', Id: 'Target0' }];
  const call = create(fakeAccount(), 'AWS::Events::Rule', { EventPattern: { source: ['aws.ec2'] }, Targets: targets });
  await expect(call).rejects.toThrow('needs a RoleArn');
});

test('a topic encrypted with a key of the stack knows it; a policy replaces the default one', async () => {
  const fake = fakeAccount();
  const key = await create(fake, 'AWS::KMS::Key', { KeyPolicy: { Statement: [] } });
  await create(fake, 'AWS::KMS::Alias', { AliasName: 'alias/alerts', TargetKeyId: key.attributes['Arn'] });
  const topic = await create(fake, 'AWS::SNS::Topic', { KmsMasterKeyId: 'alias/alerts', TopicName: 'alerts' });
  expect(fake.account.sns.topics).toMatchObject([{ arn: topic.ref, kmsKeyArn: key.attributes['Arn'] }]);
  await create(fake, 'AWS::SNS::TopicPolicy', { Topics: [topic.ref], PolicyDocument: { Statement: [] } });
  expect(fake.account.sns.resourcePolicy(topic.ref)).toEqual({ Statement: [] });
  await create(fake, 'AWS::SNS::Subscription', { TopicArn: topic.ref, Protocol: 'email', Endpoint: 'ops@example.com' });
  expect(fake.account.sns.subscriptions).toMatchObject([{ protocol: 'email', endpoint: 'ops@example.com' }]);
});

test('a database answers for its endpoint and its managed secret', async () => {
  const fake = fakeAccount();
  const properties = {
    AllocatedStorage: '100',
    DBInstanceClass: 'db.t4g.medium',
    Engine: 'postgres',
    EngineVersion: '17.5',
    ManageMasterUserPassword: true,
    MultiAZ: true,
  };
  const database = await create(fake, 'AWS::RDS::DBInstance', properties, 'Database');
  expect(database.ref).toMatch(/^webmarket-prod-database-[0-9a-f]{12}$/u);
  expect(database.attributes).toMatchObject({
    'Endpoint.Port': '5432',
    'MasterUserSecret.SecretArn': expect.stringContaining(':secret:rds!db-webmarket-prod-database'),
  });
});

test('what only needs a name gets one', async () => {
  const fake = fakeAccount();
  const group = await create(fake, 'AWS::Logs::LogGroup', { RetentionInDays: 90 });
  expect(group.attributes['Arn']).toBe(`arn:aws:logs:eu-west-3:123456789012:log-group:${group.ref}:*`);
  const secret = await create(fake, 'AWS::SecretsManager::Secret', { GenerateSecretString: {} });
  const attached = await create(fake, 'AWS::SecretsManager::SecretTargetAttachment', { SecretId: secret.ref });
  expect(attached.ref).toBe(secret.ref);
  const parameter = await create(fake, 'AWS::SSM::Parameter', { Name: '/a', Type: 'String', Value: '1' });
  expect(parameter).toEqual({ ref: '/a', attributes: { Type: 'String', Value: '1' } });
  const profile = await create(fake, 'AWS::IAM::InstanceProfile', { Roles: ['App'] });
  expect(fake.account.iam.rolesOfInstanceProfile(String(profile.attributes['Arn']))).toEqual(['App']);
});
