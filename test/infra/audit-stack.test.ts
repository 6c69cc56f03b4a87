import { Template } from 'aws-cdk-lib/assertions';
import { changeAlarmName, type WatchName } from '../../infra/constructs/change-alarms.ts';
import { resourcesOf, synthesise, theOnly } from './synthesis.ts';

const app = synthesise();
const audit = Template.fromStack(app.audit);
const trail = theOnly(audit, 'AWS::CloudTrail::Trail');
const bucket = theOnly(audit, 'AWS::S3::Bucket');
const key = theOnly(audit, 'AWS::KMS::Key');
const logGroup = theOnly(audit, 'AWS::Logs::LogGroup');
const ownTrailOnly = { StringEquals: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:aws:cloudtrail:eu-west-3:', { Ref: 'AWS::AccountId' }, ':trail/webmarket-production']] } } };

describe('the trail', () => {
  test('records every Region and the services that have none, with digests', () => {
    expect(trail.Properties).toMatchObject({ IsLogging: true, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true, EnableLogFileValidation: true });
    expect(trail.Properties).not.toHaveProperty('EventSelectors');
  });

  test('writes to its bucket under its own key, and to a log group that is kept as long as other logs', () => {
    expect(trail.Properties).toMatchObject({
      S3BucketName: { Ref: bucket.logicalId },
      KMSKeyId: { 'Fn::GetAtt': [key.logicalId, 'Arn'] },
      CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': [logGroup.logicalId, 'Arn'] },
    });
    expect(logGroup.Properties).toMatchObject({ RetentionInDays: 90 });
    expect(logGroup.DeletionPolicy).toBe('Retain');
  });

  test('stands only when bucket, key and role let it in', () => {
    const template = audit.toJSON() as { Resources: Record<string, { DependsOn?: readonly string[] }> };
    const [policy] = resourcesOf(audit, 'AWS::S3::BucketPolicy');
    const [rolePolicy] = resourcesOf(audit, 'AWS::IAM::Policy');
    expect(template.Resources[trail.logicalId]?.DependsOn).toEqual(expect.arrayContaining([policy?.logicalId, rolePolicy?.logicalId, key.logicalId]));
  });
});

describe('its bucket', () => {
  test('is encrypted, versioned, closed to the public, logged, and outlives the stack', () => {
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [key.logicalId, 'Arn'] } } }] },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      LoggingConfiguration: { LogFilePrefix: 's3/audit-trail/' },
    });
    expect([bucket.DeletionPolicy, key.DeletionPolicy]).toEqual(['Retain', 'Retain']);
  });

  test('keeps logs for more than a year, and archives what nobody reads', () => {
    const [rule] = (bucket.Properties['LifecycleConfiguration'] as { Rules: readonly { ExpirationInDays: number; Transitions: unknown }[] }).Rules;
    expect(rule?.ExpirationInDays).toBeGreaterThan(365);
    expect(rule?.Transitions).toEqual([{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }]);
  });

  test.each([
    ['s3:GetBucketAcl', ownTrailOnly],
    ['s3:PutObject', { StringEquals: { ...ownTrailOnly.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } }],
  ])('lets CloudTrail %s for this trail and no other', (action, condition) => {
    const { Statement: statements } = theOnly(audit, 'AWS::S3::BucketPolicy').Properties['PolicyDocument'] as { readonly Statement: readonly { readonly Action: unknown }[] };
    expect(statements.filter(({ Action }) => Action === action)).toMatchObject([{ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Condition: condition }]);
  });
});

/** Metric filter and alarm of a kind of event. */
function watchOf(name: WatchName): { filter: Readonly<Record<string, unknown>> | undefined; alarm: Readonly<Record<string, unknown>> | undefined } {
  const alarmName = changeAlarmName('production', name);
  return {
    filter: resourcesOf(audit, 'AWS::Logs::MetricFilter').find(({ Properties }) => JSON.stringify(Properties['MetricTransformations']).includes(`"${name}"`))?.Properties,
    alarm: resourcesOf(audit, 'AWS::CloudWatch::Alarm').find(({ Properties }) => Properties['AlarmName'] === alarmName)?.Properties,
  };
}

describe('the alarms', () => {
  test.each([
    ['UnauthorizedCalls', 'CIS 5.1', '$.errorCode="AccessDenied*"'],
    ['RootUse', 'CIS 5.3', '$.userIdentity.type="Root"'],
    ['IamChanges', 'CIS 5.4', '$.eventName=PutRolePolicy'],
    ['SecurityGroupChanges', 'CIS 5.10', '$.eventName=AuthorizeSecurityGroupIngress'],
  ] as const)('%s count what the filter of %s finds on the trail, and tell the topic', (name, control, part) => {
    const { filter, alarm } = watchOf(name);
    expect(filter).toMatchObject({
      LogGroupName: { Ref: logGroup.logicalId },
      FilterPattern: expect.stringContaining(part),
      MetricTransformations: [{ MetricNamespace: 'WebMarket/Production/Audit', MetricName: name, MetricValue: '1' }],
    });
    expect(alarm).toMatchObject({
      AlarmDescription: expect.stringContaining(control),
      Namespace: 'WebMarket/Production/Audit',
      MetricName: name,
      Statistic: 'Sum',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ 'Fn::ImportValue': expect.stringContaining('Notifications') }],
    });
  });
});

test('an analyzer looks for what is shared with the outside', () => {
  expect(theOnly(audit, 'AWS::AccessAnalyzer::Analyzer').Properties).toMatchObject({ Type: 'ACCOUNT' });
});

describe('the stack in us-east-1', () => {
  const globalEvents = Template.fromStack(app.globalEvents);
  const rule = theOnly(globalEvents, 'AWS::Events::Rule');
  const bus = { 'Fn::Join': ['', ['arn:aws:events:eu-west-3:', { Ref: 'AWS::AccountId' }, ':event-bus/default']] };

  test('stands where events of IAM arrive', () => {
    expect([app.globalEvents.region, app.globalEvents.stackName]).toEqual(['us-east-1', 'WebMarket-Production-GlobalEvents']);
  });

  test('forwards changes that happened, to the default bus of the shop', () => {
    expect(rule.Properties['EventPattern']).toEqual({
      source: ['aws.iam'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['iam.amazonaws.com'],
        errorCode: [{ exists: false }],
        eventName: [{ 'anything-but': { prefix: ['Get', 'List', 'Generate', 'Simulate'] } }],
      },
    });
    expect(rule.Properties['Targets']).toMatchObject([{ Arn: bus, RoleArn: { 'Fn::GetAtt': [theOnly(globalEvents, 'AWS::IAM::Role').logicalId, 'Arn'] } }]);
  });

  test('has a role that puts events on that bus and does nothing else', () => {
    expect(theOnly(globalEvents, 'AWS::IAM::Policy').Properties['PolicyDocument']).toMatchObject({ Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }] });
  });
});
