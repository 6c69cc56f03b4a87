import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { eventKind } from '../../../simulator/services/cloudtrail/events.ts';
import { requestParameters, responseElements } from '../../../simulator/services/cloudtrail/parameters.ts';
import { auditedAccount, putGroup, putRule, putTopic, ssh, trailTemplate } from './audited-account.ts';

describe('a record', () => {
  test('of a change of a security group has the members of CloudTrail\'s', async () => {
    const { account, call, records } = await auditedAccount();
    const GroupId = putGroup(account);
    const answer = await call<{ SecurityGroupRules: { SecurityGroupRuleId: string }[] }>('EC2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [ssh('0.0.0.0/0')] });
    expect(records).toEqual([
      {
        eventVersion: '1.11',
        userIdentity: {
          type: 'IAMUser',
          principalId: expect.stringMatching(/^AIDA[0-9A-F]{16}$/u),
          arn: 'arn:aws:iam::123456789012:user/Somebody-at-a-console',
          accountId: '123456789012',
          accessKeyId: expect.stringMatching(/^AKIA/u),
          userName: 'Somebody-at-a-console',
        },
        eventTime: '2027-01-06T14:00:00Z',
        eventSource: 'ec2.amazonaws.com',
        eventName: 'AuthorizeSecurityGroupIngress',
        awsRegion: 'eu-west-3',
        sourceIPAddress: '198.51.100.24',
        userAgent: 'aws-cli/2.31.4',
        requestParameters: {
          groupId: GroupId,
          ipPermissions: {
            items: [
              {
                ipProtocol: 'tcp',
                fromPort: 22,
                toPort: 22,
                groups: {},
                ipRanges: { items: [{ cidrIp: '0.0.0.0/0', description: 'for now' }] },
                ipv6Ranges: {},
                prefixListIds: {},
              },
            ],
          },
        },
        responseElements: expect.objectContaining({
          _return: true,
          securityGroupRuleSet: {
            items: [
              expect.objectContaining({
                groupId: GroupId,
                securityGroupRuleId: answer.SecurityGroupRules[0]?.SecurityGroupRuleId,
                isEgress: false,
                ipProtocol: 'tcp',
                fromPort: 22,
                toPort: 22,
                cidrIpv4: '0.0.0.0/0',
                description: 'for now',
              }),
            ],
          },
        }),
        requestID: expect.stringMatching(/^[0-9a-f-]{36}$/u),
        eventID: expect.stringMatching(/^[0-9a-f-]{36}$/u),
        readOnly: false,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: '123456789012',
        eventCategory: 'Management',
      },
    ]);
  });

  test('of a call that failed says why, as the service\'s records do, and answers nothing', async () => {
    const { account, call, records } = await auditedAccount();
    const role: Principal = { kind: 'role', roleArn: account.iam.role('TrailLogs').arn, session: 's' };
    const GroupId = putGroup(account);
    await expect(call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [ssh('0.0.0.0/0')] }, role)).rejects.toThrow('AuthorizeSecurityGroupIngress');
    await expect(call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId: 'sg-gone', IpPermissions: [ssh('0.0.0.0/0')] })).rejects.toThrow('sg-gone');
    await expect(call('IAM', 'GetRole', { RoleName: 'TrailLogs' }, role)).rejects.toThrow('iam:GetRole');
    expect(records).toMatchObject([
      { errorCode: 'Client.UnauthorizedOperation', responseElements: null, requestParameters: { groupId: GroupId } },
      { errorCode: 'Client.InvalidGroup.NotFound', errorMessage: expect.stringContaining('sg-gone') },
      { errorCode: 'AccessDenied', readOnly: true, awsRegion: 'us-east-1', eventSource: 'iam.amazonaws.com' },
    ]);
  });

  test('of a role shows the session and the role behind it', async () => {
    const { account, call, records } = await auditedAccount();
    const { arn, id } = account.iam.role('TrailLogs');
    account.iam.putRolePolicy('TrailLogs', 'More', { Statement: { Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' } });
    await call('CloudTrail', 'GetTrailStatus', { Name: 'audit' }, { kind: 'role', roleArn: arn, session: 'night' });
    expect(records).toMatchObject([
      {
        userIdentity: {
          type: 'AssumedRole',
          principalId: `${id}:night`,
          arn: 'arn:aws:sts::123456789012:assumed-role/TrailLogs/night',
          accountId: '123456789012',
          sessionContext: { sessionIssuer: { type: 'Role', principalId: id, arn, accountId: '123456789012', userName: 'TrailLogs' } },
        },
        readOnly: true,
        responseElements: null,
        requestParameters: { name: 'audit' },
      },
    ]);
    expect(records[0]?.userIdentity).not.toHaveProperty('invokedBy');
  });

  test('tells a function from a state machine, and a service by its name', async () => {
    const { account, clock, records } = await auditedAccount();
    account.iam.putRolePolicy('TrailLogs', 'More', { Statement: { Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' } });
    const principal: Principal = { kind: 'role', roleArn: account.iam.role('TrailLogs').arn, session: 's' };
    const request = { principal, sdkId: 'CloudTrail', operation: 'DescribeTrails', input: {} };
    await clock.runWhilePending(account.call({ ...request, origin: { caller: 'Collect', index: 0, invocationId: 'one' } }));
    await clock.runWhilePending(account.call({ ...request, origin: { caller: 'Nightly', index: 0 } }));
    await account.call({ ...request, principal: { kind: 'service', service: 'config.amazonaws.com' } });
    expect(records.map(({ sourceIPAddress, userIdentity: { type, invokedBy } }) => ({ sourceIPAddress, type, invokedBy }))).toEqual([
      { sourceIPAddress: '192.0.2.17', type: 'AssumedRole', invokedBy: undefined },
      { sourceIPAddress: 'states.amazonaws.com', type: 'AssumedRole', invokedBy: 'states.amazonaws.com' },
      { sourceIPAddress: 'config.amazonaws.com', type: 'AWSService', invokedBy: 'config.amazonaws.com' },
    ]);
  });

  test('shows the world outside as a scenario says', async () => {
    const { account, call, records } = await auditedAccount();
    account.cloudTrail.identify('Owner', { type: 'Root', hasMfa: true });
    account.cloudTrail.identify('Contractor', { type: 'IAMUser', userName: 'c.martin', sourceIpAddress: '203.0.113.9' });
    for (const name of ['Owner', 'Contractor']) await call('EC2', 'DescribeVpcs', {}, { kind: 'outside', name });
    expect(records).toMatchObject([
      { userIdentity: { type: 'Root', arn: 'arn:aws:iam::123456789012:root', sessionContext: { attributes: { mfaAuthenticated: 'true' } } } },
      { userIdentity: { type: 'IAMUser', userName: 'c.martin' }, sourceIPAddress: '203.0.113.9' },
    ]);
  });
});

describe('spelling', () => {
  test.each<[string, string, object, object | null]>([
    ['EC2', 'RevokeSecurityGroupIngress', { GroupId: 'sg-1', SecurityGroupRuleIds: ['sgr-1'] }, { groupId: 'sg-1', securityGroupRuleIds: { items: [{ securityGroupRuleId: 'sgr-1' }] } }],
    ['EC2', 'CreateSecurityGroup', { GroupName: 'g', Description: 'd', VpcId: 'vpc-1' }, { groupName: 'g', vpcId: 'vpc-1', groupDescription: 'd' }],
    ['EC2', 'CreateTags', { Resources: ['sg-1'], Tags: [{ Key: 'a', Value: 'b' }] }, { resourcesSet: { items: [{ resourceId: 'sg-1' }] }, tagSet: { items: [{ key: 'a', value: 'b' }] } }],
    ['EC2', 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: 'eni-1', Groups: ['sg-1'] }, { networkInterfaceId: 'eni-1', groupSet: { items: [{ groupId: 'sg-1' }] } }],
    [
      'EC2', 'ModifySecurityGroupRules',
      { GroupId: 'sg-1', SecurityGroupRules: [{ SecurityGroupRuleId: 'sgr-1', SecurityGroupRule: { IpProtocol: 'tcp', CidrIpv4: '10.0.0.0/8' } }] },
      { ModifySecurityGroupRulesRequest: { GroupId: 'sg-1', SecurityGroupRule: { SecurityGroupRuleId: 'sgr-1', SecurityGroupRule: { IpProtocol: 'tcp', CidrIpv4: '10.0.0.0/8' }, tag: 1 } } },
    ],
    [
      'EC2', 'ModifyManagedPrefixList',
      { PrefixListId: 'pl-1', AddEntries: [{ Cidr: '10.0.0.0/8' }, { Cidr: '0.0.0.0/0' }] },
      { ModifyManagedPrefixListRequest: { PrefixListId: 'pl-1', AddEntry: [{ Cidr: '10.0.0.0/8', tag: 1 }, { Cidr: '0.0.0.0/0', tag: 2 }] } },
    ],
    ['IAM', 'PutRolePolicy', { RoleName: 'r', PolicyName: 'p', PolicyDocument: '{}' }, { roleName: 'r', policyName: 'p', policyDocument: '{}' }],
    ['IAM', 'GetAccountSummary', {}, null],
    ['RDS', 'ModifyDBInstance', { DBInstanceIdentifier: 'db', MasterUserPassword: 'x' }, { dBInstanceIdentifier: 'db', masterUserPassword: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
    ['SSM', 'PutParameter', { Name: '/a', Value: 'secret', Overwrite: true }, { name: '/a', value: 'HIDDEN_DUE_TO_SECURITY_REASONS', overwrite: true }],
    ['SFN', 'StartExecution', { stateMachineArn: 'a', input: '{"card":"4000"}' }, { stateMachineArn: 'a', input: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
    ['IAM', 'CreateLoginProfile', { UserName: 'u', Password: 'x' }, { userName: 'u', password: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
  ])('%s %s of %j', (sdkId, operation, input, expected) => {
    expect(requestParameters(sdkId, operation, input)).toEqual(expected);
  });

  test('an answer keeps secrets, and writes times as records do', () => {
    const AccessKey = { UserName: 'u', AccessKeyId: 'AKIA1', SecretAccessKey: 'x', Status: 'Active', CreateDate: new Date('2027-01-06T14:04:05Z') };
    expect(responseElements('IAM', 'CreateAccessKey', { AccessKey }, 'id')).toEqual({
      accessKey: { userName: 'u', accessKeyId: 'AKIA1', status: 'Active', createDate: 'Jan 6, 2027, 2:04:05 PM' },
    });
    expect(responseElements('IAM', 'PutRolePolicy', {}, 'id')).toBeNull();
    expect(responseElements('EC2', 'ModifySecurityGroupRules', { Return: true }, 'id')).toEqual({
      ModifySecurityGroupRulesResponse: { xmlns: 'http://ec2.amazonaws.com/doc/2016-11-15/', requestId: 'id', return: true },
    });
  });
});

describe('what is recorded', () => {
  test.each([
    ['EC2', 'DescribeSecurityGroups', 'read'], ['IAM', 'GetAccountAuthorizationDetails', 'read'], ['IAM', 'GenerateCredentialReport', 'read'],
    ['IAM', 'SimulatePrincipalPolicy', 'read'], ['EC2', 'RevokeSecurityGroupIngress', 'write'], ['S3', 'PutBucketPolicy', 'write'],
    ['S3', 'PutObject', 'data'], ['DynamoDB', 'UpdateItem', 'data'], ['DynamoDB', 'DescribeTable', 'read'], ['Lambda', 'Invoke', 'data'],
    ['SNS', 'Publish', 'data'], ['CloudWatch', 'PutMetricData', 'data'], ['CloudWatch', 'DescribeAlarms', 'read'],
  ])('%s %s is a %s event', (sdkId, operation, kind) => {
    expect(eventKind(sdkId, operation)).toBe(kind);
  });

  test('a service that CloudTrail would not know by name throws', () => {
    expect(() => eventKind('Unheard Of', 'PutThing')).toThrow('Unheard Of');
  });

  test('every service of the account has a name in records', () => {
    const { services } = new Account({ clock: VirtualClock.detached(0) });
    for (const { sdkId, operations } of services) for (const name of Object.keys(operations)) expect(eventKind(sdkId, name)).toMatch(/^(?:read|write|data)$/u);
  });

  test('data events are not', async () => {
    const { account, call, records } = await auditedAccount();
    account.sns.putTopic({ name: 't', arn: account.arn('sns', 't'), tags: {} });
    await call('SNS', 'Publish', { TopicArn: account.arn('sns', 't'), Message: 'x' });
    expect(records).toEqual([]);
  });

  test.each([
    ['WriteOnly', ['AuthorizeSecurityGroupIngress']],
    ['ReadOnly', ['DescribeVpcs']],
    ['All', ['AuthorizeSecurityGroupIngress', 'DescribeVpcs']],
  ])('a trail of %s events records %j', async (ReadWriteType, expected) => {
    const { account, call, records } = await auditedAccount({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType }] });
    await call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId: putGroup(account), IpPermissions: [ssh('0.0.0.0/0')] });
    await call('EC2', 'DescribeVpcs', {});
    expect(records.map(({ eventName }) => eventName)).toEqual(expected);
  });

  test('a trail of one Region sees no call of IAM', async () => {
    const { call, records } = await auditedAccount({ IsMultiRegionTrail: false });
    await call('IAM', 'GetRole', { RoleName: 'TrailLogs' });
    await call('EC2', 'DescribeVpcs', {});
    expect(records.map(({ eventName }) => eventName)).toEqual(['DescribeVpcs']);
  });

  test('a trail sees itself stopped and started, and nothing in between', async () => {
    const { call, records, clock, pass } = await auditedAccount();
    await call('CloudTrail', 'StopLogging', { Name: 'audit' });
    await call('EC2', 'DescribeVpcs', {});
    expect(await call('CloudTrail', 'GetTrailStatus', { Name: 'audit' })).toMatchObject({ IsLogging: false, StopLoggingTime: new Date(clock.now()) });
    await pass(60);
    await call('CloudTrail', 'StartLogging', { Name: 'arn:aws:cloudtrail:eu-west-3:123456789012:trail/audit' });
    expect(records.map(({ eventName }) => eventName)).toEqual(['StopLogging', 'StartLogging']);
    expect(await call('CloudTrail', 'GetTrailStatus', { Name: 'audit' })).toMatchObject({ IsLogging: true, StartLoggingTime: new Date(clock.now()) });
  });
});

describe('the trail itself', () => {
  test('describes itself', async () => {
    const { call } = await auditedAccount();
    expect(await call('CloudTrail', 'DescribeTrails', {})).toEqual({
      trailList: [
        {
          Name: 'audit',
          S3BucketName: expect.stringMatching(/^audit-bucket-/u),
          IncludeGlobalServiceEvents: true,
          IsMultiRegionTrail: true,
          HomeRegion: 'eu-west-3',
          TrailARN: 'arn:aws:cloudtrail:eu-west-3:123456789012:trail/audit',
          LogFileValidationEnabled: true,
          CloudWatchLogsLogGroupArn: 'arn:aws:logs:eu-west-3:123456789012:log-group:trail:*',
          CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/TrailLogs',
          HasCustomEventSelectors: false,
          HasInsightSelectors: false,
          IsOrganizationTrail: false,
        },
      ],
    });
    expect(await call('CloudTrail', 'DescribeTrails', { trailNameList: ['other'] })).toEqual({ trailList: [] });
    await expect(call('CloudTrail', 'GetTrailStatus', { Name: 'other' })).rejects.toMatchObject({ name: 'TrailNotFoundException' });
  });

  test.each([
    ['a bucket that does not let CloudTrail in', {}, { policy: false }, 'InsufficientS3BucketPolicyException'],
    ['a prefix that the bucket\'s policy does not name', { S3KeyPrefix: 'elsewhere' }, {}, 'InsufficientS3BucketPolicyException'],
    ['a bucket that is not there', { S3BucketName: 'gone' }, {}, 'S3BucketDoesNotExistException'],
    ['a log group that its role may not write to', { CloudWatchLogsLogGroupArn: 'arn:aws:logs:eu-west-3:123456789012:log-group:other:*' }, {}, 'InvalidCloudWatchLogsLogGroupArnException'],
    ['every Region without the global services', { IncludeGlobalServiceEvents: false }, {}, 'InvalidParameterCombinationException'],
  ])('is not created with %s', async (_what, trail, parts, name) => {
    const account = new Account({ clock: VirtualClock.detached(0) });
    const stack = { name: 'Audit', template: trailTemplate(trail, parts), assets: [] };
    await expect(new Deployer(account).deploy({ stacks: [stack] })).rejects.toMatchObject({ name });
  });

  test('is left out of a template: it goes, and nothing is recorded any more', async () => {
    const { call, deployer, records } = await auditedAccount();
    const { Trail: _trail, ...Resources } = trailTemplate().Resources ?? {};
    await deployer.deploy({ stacks: [{ name: 'Audit', template: { Resources }, assets: [] }] });
    await call('EC2', 'DescribeVpcs', {});
    expect(records).toEqual([]);
  });
});

describe('events', () => {
  test('of a write reach the bus within 2 to 22 seconds; reads do not', async () => {
    const { account, call, events, pass, records } = await auditedAccount();
    await call('EC2', 'DescribeVpcs', {});
    await call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId: putGroup(account), IpPermissions: [ssh('0.0.0.0/0')] });
    await pass(2);
    expect(events()).toEqual([]);
    await pass(20);
    expect(events()).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'AWS API Call via CloudTrail',
        source: 'aws.ec2',
        account: '123456789012',
        time: '2027-01-06T14:00:00Z',
        region: 'eu-west-3',
        resources: [],
        detail: JSON.parse(JSON.stringify(records[1])),
      },
    ]);
  });

  test('come of calls that failed, too', async () => {
    const { call, events, pass } = await auditedAccount();
    await expect(call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId: 'sg-gone', IpPermissions: [ssh('0.0.0.0/0')] })).rejects.toThrow('sg-gone');
    await pass(30);
    expect(events()).toMatchObject([{ detail: { errorCode: 'Client.InvalidGroup.NotFound' } }]);
  });

  test('need a trail that logs', async () => {
    const { account, call, events, pass } = await auditedAccount({ IsLogging: false });
    await call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId: putGroup(account), IpPermissions: [ssh('0.0.0.0/0')] });
    await pass(60);
    expect(events()).toEqual([]);
  });
});

describe('events of IAM', () => {
  const change = { RoleName: 'TrailLogs', PolicyName: 'Write' };

  async function forwarding({ mayPut = true } = {}) {
    const audited = await auditedAccount();
    const { account } = audited;
    const role = account.iam.putRole({ name: 'Forward', stackName: 'Global', trust: { Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' } } });
    const bus = account.arn('events', 'event-bus/default');
    const Resource = mayPut ? bus : 'arn:aws:events:eu-west-1:123456789012:event-bus/default';
    account.iam.putRolePolicy('Forward', 'Put', { Statement: { Effect: 'Allow', Action: 'events:PutEvents', Resource } });
    putRule(account, 'Forward', 'us-east-1', { source: ['aws.iam'] }, bus, role.arn);
    return audited;
  }

  test('arrive in us-east-1 only', async () => {
    const { call, events, pass } = await auditedAccount();
    await call('IAM', 'DeleteRolePolicy', change);
    await pass(60);
    expect(events()).toEqual([]);
  });

  test('are sent on to another Region by a rule there, and stay what they are', async () => {
    const { account, call, events, pass } = await forwarding();
    await call('IAM', 'DeleteRolePolicy', change);
    await pass(60);
    expect(events()).toMatchObject([
      {
        'detail-type': 'AWS API Call via CloudTrail',
        source: 'aws.iam',
        region: 'us-east-1',
        time: '2027-01-06T14:00:00Z',
        detail: { eventName: 'DeleteRolePolicy', awsRegion: 'us-east-1', requestParameters: { roleName: 'TrailLogs', policyName: 'Write' } },
      },
    ]);
    expect(account.iam.permissionUse().filter(({ roleName }) => roleName === 'Forward')).toMatchObject([{ action: 'events:PutEvents', isUsed: true }]);
  });

  test('stay there when the rule\'s role may not put them on the other bus', async () => {
    const { account, call, events, pass } = await forwarding({ mayPut: false });
    await call('IAM', 'DeleteRolePolicy', change);
    await pass(60);
    expect(events()).toEqual([]);
    expect(account.eventBridge.deadLetters).toMatchObject([{ source: 'Forward', error: 'AccessDeniedException' }]);
  });

  test.each(['Forward', 'Changes'])('are lost on the hop of %s when a scenario says so', async (lossy) => {
    const { account, call, events, pass } = await forwarding();
    account.eventBridge.deliver = (_event, { name }) => (name === lossy ? 'lost' : 'once');
    await call('IAM', 'DeleteRolePolicy', change);
    await pass(60);
    expect(events()).toEqual([]);
  });

  test('are not sent on from bus to bus', async () => {
    const { account, call, clock } = await forwarding();
    putRule(account, 'Further', 'eu-west-3', { source: ['aws.iam'] }, 'arn:aws:events:eu-west-1:123456789012:event-bus/default', account.iam.role('Forward').arn);
    await call('IAM', 'DeleteRolePolicy', change);
    await expect(clock.runUntil(clock.now() + 60_000)).rejects.toThrow('second bus');
  });

  test('a rule of another Region has no target but a bus', async () => {
    const { account } = await auditedAccount();
    expect(() => putRule(account, 'Far', 'us-east-1', { source: ['aws.iam'] }, putTopic(account, 'far'))).toThrow('event buses are');
  });
});

describe('in CloudWatch Logs', () => {
  const noticed = { logGroupName: 'trail', metricNamespace: 'Audit', metricValue: 1 };

  async function watched(pattern: string, metricName = 'Watched') {
    const audited = await auditedAccount();
    audited.account.logs.putMetricFilter({ ...noticed, name: metricName, metricName, pattern });
    const total = () => audited.account.cloudWatch.series({ namespace: 'Audit', metricName, dimensions: {} }).total(0, audited.clock.now() + 60_000);
    return { ...audited, total };
  }

  test('a record that a metric filter matches counts one to nine minutes later, and its lines are not kept', async () => {
    const { account, call, pass, total } = await watched('{ $.eventName = DescribeVpcs }');
    await call('EC2', 'DescribeVpcs', {});
    await call('EC2', 'DescribeSubnets', {});
    await pass(59);
    expect(total()).toBe(0);
    await pass(541);
    expect(total()).toBe(1);
    expect(account.logs.lines('trail')).toEqual([]);
  });

  test('lines are kept for who asks for them', async () => {
    const { account, call, pass } = await auditedAccount();
    account.logs.keepDelivered('trail');
    await call('EC2', 'DescribeVpcs', {});
    await pass(600);
    expect(account.logs.lines('trail').map(({ text }) => (JSON.parse(text) as { eventName: string }).eventName)).toEqual(['DescribeVpcs']);
  });

  test('nothing arrives once the role may not write', async () => {
    const { account, call, pass, total } = await watched('{ $.eventName = DescribeVpcs }');
    account.iam.deleteRolePolicy('TrailLogs', 'Write');
    await call('EC2', 'DescribeVpcs', {});
    await pass(600);
    expect(total()).toBe(0);
  });

  test('an alarm on the metric notifies', async () => {
    const { account, call, pass } = await watched('{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }', 'Refused');
    const topic = account.arn('sns', 'alarms');
    account.sns.putTopic({ name: 'alarms', arn: topic, tags: {} });
    account.cloudWatch.putAlarm({
      name: 'Refused', description: undefined, namespace: 'Audit', metricName: 'Refused', dimensions: {}, statistic: 'Sum', periodSeconds: 300,
      comparison: 'GreaterThanOrEqualToThreshold', threshold: 1, evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: 'notBreaching',
      actionsEnabled: true, alarmActions: [topic], okActions: [], insufficientDataActions: [], queryId: undefined,
    });
    const role: Principal = { kind: 'role', roleArn: account.iam.role('TrailLogs').arn, session: 's' };
    await expect(call('EC2', 'DescribeVpcs', {}, role)).rejects.toThrow('ec2:DescribeVpcs');
    await pass(900);
    expect(account.sns.messages).toMatchObject([{ subject: expect.stringMatching(/^ALARM: "Refused"/u) }]);
  });
});
