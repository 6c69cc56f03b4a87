import { Deployer } from '../../../../simulator/deploy/deployer.ts';
import { trailTemplate } from '../../../simulator/services/audited-account.ts';
import { GenerateCredentialReportCommand } from '@aws-sdk/client-iam';
import { type AccessJob, collectAccount, requestRoleAccess } from '../../../../functions/compliance/collect-account.ts';
import { iam } from '../../../../functions/platform/clients.ts';
import type { Snapshot } from '../../../../functions/compliance/snapshot.ts';
import { errorOf } from '../../platform/session.ts';
import { type Auditor, context, now, openAuditor } from './auditor.ts';
import { accountGrants, roleAccessGrants } from './grants.ts';
import { allow, type Furniture, furnish, readOnly, trustIn, wait } from './furnished-account.ts';

let auditor: Auditor;
let furniture: Furniture;

beforeEach(async () => {
  auditor = openAuditor([...accountGrants, ...roleAccessGrants, { actions: ['iam:GenerateCredentialReport'], resources: ['*'] }]);
  furniture = await furnish(auditor);
  await auditor.run(() => iam().send(new GenerateCredentialReportCommand({})));
  await wait(auditor, 60_000);
  auditor.forget();
});

afterEach(() => {
  auditor.close();
});

function collect(jobs: readonly AccessJob[] = []): Promise<Snapshot> {
  return auditor.run(() => collectAccount(now, context, jobs));
}

/** A trail into a log group, a metric filter on it, and an alarm on its metric; and one alarm on something else. */
async function watchGroups(): Promise<void> {
  const metric = { Namespace: 'Audit', MetricName: 'GroupChanges' };
  const alarm = (AlarmName: string, changed: object = {}) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName, ...metric, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Period: 300, Statistic: 'Sum', Threshold: 0, ...changed,
    },
  });
  const filter = {
    Type: 'AWS::Logs::MetricFilter',
    DependsOn: ['Log'],
    Properties: {
      LogGroupName: 'trail', FilterPattern: '{ $.eventName = AuthorizeSecurityGroupIngress }',
      MetricTransformations: [{ MetricNamespace: 'Audit', MetricName: 'GroupChanges', MetricValue: '1' }],
    },
  };
  const { Resources } = trailTemplate();
  const template = { Resources: { ...Resources, Filter: filter, Watching: alarm('watching'), Other: alarm('other', { MetricName: 'Other' }) } };
  const { account } = auditor;
  await account.clock.runWhilePending(new Deployer(account).deploy({ stacks: [{ name: 'Audit', template, assets: [] }] }));
}

test('what watches changes: trails, filters on their log groups, and the alarms on those filters only', async () => {
  await watchGroups();
  const { monitoring } = await collect();
  expect(monitoring).toEqual({
    trails: [{ arn: expect.stringMatching(/:trail\/audit$/u), isMultiRegion: true, isLogging: true, validatesLogFiles: true, logGroupName: 'trail' }],
    metricFilters: [{ logGroupName: 'trail', pattern: '{ $.eventName = AuthorizeSecurityGroupIngress }', metricNamespace: 'Audit', metricName: 'GroupChanges' }],
    alarms: [{ name: 'watching', metricNamespace: 'Audit', metricName: 'GroupChanges', actions: [], actionsEnabled: true }],
  });
});

const groupOf = (snapshot: Snapshot, id: string) => snapshot.securityGroups.find((group) => group.id === id);

describe('a whole account', () => {
  test('is read with exactly what the role may do', async () => {
    const jobs = await auditor.run(() => requestRoleAccess([{ name: 'reporter', arn: 'arn:aws:iam::123456789012:role/jobs/reporter' }]));
    await wait(auditor, 60_000);
    auditor.account.iam.directory.putUser({ name: 'new', accessKeys: [{}] });
    await watchGroups();
    const { unread } = await collect(jobs);
    expect(unread).toEqual({});
    expect(auditor.account.calls.mishaps.filter(({ outcome }) => outcome === 'denied')).toEqual([]);
    expect(auditor.unused()).toEqual([]);
  });

  test('holds every group with its rules by id, and the lists that rules name', async () => {
    const snapshot = await collect();
    const { groups, listId, vpcId } = furniture;
    expect(snapshot.securityGroups.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.values(groups)));
    expect(groupOf(snapshot, groups.app)).toMatchObject({ name: 'app', vpcId });
    expect(groupOf(snapshot, groups.app)?.rules).toContainEqual(
      expect.objectContaining({ id: expect.stringMatching(/^sgr-/u), direction: 'ingress', protocol: 'tcp', fromPort: 80, toPort: 80, peer: { kind: 'group', id: groups.balancer } }),
    );
    expect(groupOf(snapshot, groups.balancer)?.rules).toContainEqual(expect.objectContaining({ peer: { kind: 'prefix-list', id: listId }, description: 'Offices' }));
    expect(snapshot.prefixLists).toHaveLength(1);
    expect(snapshot.prefixLists[0]).toMatchObject({ id: listId, name: 'offices', ownerId: context.accountId, version: 1 });
    expect(snapshot.prefixLists[0]?.entries).toHaveLength(101);
  });

  test('is complete where listings go on over pages', async () => {
    const { securityGroups } = auditor.account.ec2;
    for (let index = 0; index < 1001; index++) {
      const { id } = securityGroups.create({ name: `many-${index}`, description: '', vpcId: furniture.vpcId, tags: {} });
      securityGroups.addRules(id, [22, 80].map((port) => ({ isEgress: false, protocol: 'tcp', fromPort: port, toPort: port, cidrIpv4: '10.0.0.0/8' })));
    }
    const snapshot = await collect();
    const many = snapshot.securityGroups.filter(({ name }) => name.startsWith('many-'));
    expect(many).toHaveLength(1001);
    expect(many.filter(({ rules }) => rules.length !== 2)).toEqual([]);
    expect(auditor.calls()).toMatchObject({ DescribeSecurityGroups: 2, DescribeSecurityGroupRules: 3 });
  });

  test('holds who has which groups: interfaces, instances and attachments', async () => {
    const snapshot = await collect();
    const { groups, balancerArn, templateId, profileArn } = furniture;
    expect(snapshot.instances).toHaveLength(2);
    expect(snapshot.instances[0]).toMatchObject({
      state: 'running', autoScalingGroupName: 'web', httpTokens: 'required', instanceProfileArn: profileArn, instanceProfileAssociationId: expect.any(String),
    });
    const own = snapshot.networkInterfaces.filter(({ instanceId }) => instanceId === snapshot.instances[0]?.id);
    expect(own).toEqual([expect.objectContaining({ groupIds: [groups.app], requesterManaged: false })]);
    expect(snapshot.networkInterfaces.filter(({ requesterManaged }) => requesterManaged)).toHaveLength(3);
    expect(snapshot.attachments).toEqual([
      { kind: 'load-balancer', id: balancerArn, groupIds: [groups.balancer] },
      { kind: 'database', id: 'orders', groupIds: [groups.database] },
      { kind: 'launch-template', id: templateId, groupIds: [groups.app], version: '1' },
    ]);
  });

  test('holds the version of a launch template that is launched, even one that is neither latest nor default', async () => {
    const { ec2, autoScaling } = auditor.account;
    for (const groupId of [furniture.groups.database, furniture.groups.idle]) {
      ec2.createLaunchTemplateVersion(furniture.templateId, { InstanceType: 't3.medium', NetworkInterfaces: [{ DeviceIndex: 0, Groups: [groupId] }] });
    }
    const versions = async () => (await collect()).attachments.filter(({ kind }) => kind === 'launch-template').map(({ version, groupIds }) => ({ version, groupIds }));
    const launch = (version: string) => {
      for (const group of autoScaling.groups) group.settings = { ...group.settings, launch: { ...group.settings.launch, version } };
    };
    launch('$Latest');
    await expect(versions()).resolves.toEqual([{ version: '3', groupIds: [furniture.groups.idle] }]);
    launch('2');
    await expect(versions()).resolves.toEqual([{ version: '2', groupIds: [furniture.groups.database] }]);
    launch('$Default');
    await expect(versions()).resolves.toEqual([{ version: '1', groupIds: [furniture.groups.app] }]);
  });

  test('holds networks with their lists, logs and peerings', async () => {
    const { ec2 } = auditor.account;
    const foreign = { vpcId: 'vpc-0fffffffffffffff0', ownerId: '999999999999', cidrBlock: '10.9.0.0/16' };
    const peering = ec2.peerings.add(furniture.vpcId, foreign);
    const log = ec2.flowLogs.create({
      resourceId: furniture.vpcId, trafficType: 'REJECT', destinationType: 's3', destination: 'arn:aws:s3:::logs', logGroupName: undefined, permissionArn: undefined, aggregationSeconds: 600, tags: {},
    });
    const flowing = await collect();
    expect(flowing.vpcs).toEqual([
      {
        id: furniture.vpcId,
        isDefault: false,
        flowLogs: [{ id: log.id, isActive: true, trafficType: 'REJECT' }],
        peerings: [{ id: peering.id, vpcId: foreign.vpcId, accountId: foreign.ownerId, isActive: true }],
      },
    ]);
    expect(flowing.networkAcls).toHaveLength(1);
    expect(flowing.networkAcls[0]?.entries).toContainEqual({ ruleNumber: 100, direction: 'ingress', action: 'allow', protocol: '-1', cidr: '0.0.0.0/0' });
    ec2.flowLogs.setDelivery(log.id, 'Access error');
    ec2.peerings.setStatus(peering.id, 'deleted');
    const [vpc] = (await collect()).vpcs;
    expect([vpc?.flowLogs[0]?.isActive, vpc?.peerings[0]?.isActive]).toEqual([false, false]);
  });

  test('holds users with their policies, groups and credentials', async () => {
    const { users } = await collect();
    expect(users).toEqual([
      {
        name: 'alice',
        arn: 'arn:aws:iam::123456789012:user/alice',
        createdAt: '2026-01-01T00:00:00.000Z',
        inlinePolicies: [{ name: 'pass', document: allow('iam:PassRole') }],
        attachedPolicyArns: [furniture.policyArn],
        groups: [{ name: 'operations', inlinePolicies: [{ name: 'look', document: allow('ec2:Describe*') }], attachedPolicyArns: [readOnly] }],
        password: { isEnabled: true, lastUsedAt: '2026-12-24T08:00:00.000Z', lastChangedAt: '2026-01-01T00:00:00.000Z' },
        hasMfa: true,
        accessKeys: [{ createdAt: '2026-02-01T00:00:00.000Z', isActive: true }],
      },
    ]);
  });

  test('reads a user who was made after the report by himself', async () => {
    auditor.account.iam.directory.putUser({ name: 'bob', password: {}, accessKeys: [{ id: 'AKIA0000000000000002', status: 'Inactive' }] });
    const { users } = await collect();
    expect(users.find(({ name }) => name === 'bob')).toMatchObject({
      password: { isEnabled: true }, hasMfa: false, accessKeys: [{ id: 'AKIA0000000000000002', isActive: false }],
    });
  });

  test('leaves users unread where more are new than can be read one by one', async () => {
    for (let index = 0; index < 26; index++) auditor.account.iam.directory.putUser({ name: `new-${index}` });
    const { users, unread } = await collect();
    expect(users).toEqual([]);
    expect(unread.users).toContain('credential report');
  });

  test('holds roles, policies in use, profiles and certificates', async () => {
    const snapshot = await collect();
    expect(snapshot.roles.find(({ name }) => name === 'reporter')).toMatchObject({
      arn: 'arn:aws:iam::123456789012:role/jobs/reporter',
      path: '/jobs/',
      trust: trustIn('lambda.amazonaws.com'),
      inlinePolicies: [{ name: 'read', document: allow('s3:GetObject', 'arn:aws:s3:::a b/*') }],
      attachedPolicyArns: [furniture.policyArn],
      boundaryArn: furniture.policyArn,
      tags: { team: 'web' },
    });
    const policies = snapshot.managedPolicies.map(({ arn, isAwsManaged }) => ({ arn, isAwsManaged }));
    expect(policies).toHaveLength(2);
    expect(policies).toEqual(expect.arrayContaining([{ arn: furniture.policyArn, isAwsManaged: false }, { arn: readOnly, isAwsManaged: true }]));
    expect(snapshot.managedPolicies.find(({ arn }) => arn === furniture.policyArn)).toMatchObject({ name: 'deploy', document: allow('cloudformation:*'), attachmentCount: 2 });
    expect(snapshot.instanceProfiles).toEqual([{ name: 'web', arn: furniture.profileArn, roleNames: ['web'] }]);
    expect(snapshot.serverCertificates).toMatchObject([{ name: 'old', expiresAt: '2026-06-01T00:00:00.000Z' }]);
  });

  test.each([
    ['no device', [], { hasMfa: false, hasHardwareMfa: false }],
    ['a virtual device', ['virtual'], { hasMfa: true, hasHardwareMfa: false }],
    ['a hardware device', ['hardware'], { hasMfa: true, hasHardwareMfa: true }],
  ] as const)('tells a root user with %s', async (_what, mfaDevices, expected) => {
    auditor.account.iam.directory.setRoot({ mfaDevices });
    const { rootAccount } = await collect();
    expect(rootAccount).toEqual({ hasAccessKeys: false, passwordLastUsedAt: '2026-03-03T03:03:03.000Z', ...expected });
  });

  test('tells a password policy, and that there is none', async () => {
    const before = await collect();
    expect(before).toMatchObject({ passwordPolicy: undefined });
    expect(before.unread.passwordPolicy).toBeUndefined();
    await auditor.account.call({ principal: { kind: 'outside', name: 'test' }, sdkId: 'IAM', operation: 'UpdateAccountPasswordPolicy', input: { MinimumPasswordLength: 12, RequireSymbols: true } });
    const { passwordPolicy } = await collect();
    expect(passwordPolicy).toMatchObject({ minimumPasswordLength: 12, requireSymbols: true, requireNumbers: false });
    expect(passwordPolicy).not.toHaveProperty('passwordReusePrevention');
  });

  test('tells analyzers of access from outside, and no others', async () => {
    auditor.account.accessAnalyzer.putAnalyzer({ name: 'outside', type: 'ACCOUNT' });
    auditor.account.accessAnalyzer.putAnalyzer({ name: 'broken', type: 'ORGANIZATION', status: 'FAILED' });
    auditor.account.accessAnalyzer.putAnalyzer({ name: 'unused', type: 'ACCOUNT_UNUSED_ACCESS' });
    const { analyzers } = await collect();
    expect(analyzers.map(({ type, isActive }) => ({ type, isActive }))).toEqual([{ type: 'ACCOUNT', isActive: true }, { type: 'ORGANIZATION', isActive: false }]);
  });

  test('tells what roles used, once it was asked for and is there', async () => {
    auditor.account.iam.noteRoleUse('reporter', { at: now - 86_400_000, region: 'eu-west-3', service: 's3' });
    const roles = ['reporter', 'gone'].map((name) => ({ name, arn: `arn:aws:iam::123456789012:role/jobs/${name}` }));
    const jobs = await auditor.run(() => requestRoleAccess(roles));
    expect(jobs.map(({ roleName }) => roleName)).toEqual(['reporter']);
    const early = await collect(jobs);
    expect(early).toMatchObject({ lastAccessed: [], unread: { lastAccessed: expect.stringContaining('IN_PROGRESS') } });
    await wait(auditor, 60_000);
    const { lastAccessed, roles: read } = await collect(jobs);
    expect(lastAccessed).toMatchObject([{ roleName: 'reporter' }]);
    expect(lastAccessed[0]?.services).toContainEqual({ namespace: 's3', lastAccessedAt: expect.stringMatching(/^2027-01-1/u) });
    expect(read.find(({ name }) => name === 'reporter')?.lastUsedAt).toMatch(/^2027-01-1/u);
  });
});

describe('a part that is refused', () => {
  test.each([
    ['DescribeSecurityGroupRules', ['prefixLists', 'securityGroups']],
    ['GetManagedPrefixListEntries', ['prefixLists']],
    ['DescribeLoadBalancers', ['attachments']],
    ['GetAccountAuthorizationDetails', ['managedPolicies', 'roles', 'users']],
    ['GetCredentialReport', ['rootAccount', 'users']],
    ['GetAccountSummary', ['rootAccount']],
    ['DescribeTrails', ['monitoring']],
  ])('%s leaves only what needs it unread', async (operation, parts) => {
    auditor.fail(operation, 'denied');
    const { unread } = await collect();
    expect(Object.keys(unread).toSorted()).toEqual(['lastAccessed', ...parts].toSorted());
  });

  test('a report that is too old leaves users and the root user unread', async () => {
    await wait(auditor, 4 * 3_600_000);
    const { unread } = await collect();
    expect(unread).toMatchObject({ users: expect.stringContaining('expired'), rootAccount: expect.stringContaining('expired') });
    expect(unread.roles).toBeUndefined();
  });
});

describe('what may pass', () => {
  test.each(['throttled', 'unavailable'] as const)('is thrown when a call is %s for good', async (fault) => {
    auditor.fail('DescribeNetworkInterfaces', fault);
    expect((await errorOf(collect())).name).toBe('Transient');
  });

  test('a report that somebody has asked for anew is worth another try', async () => {
    await wait(auditor, 4 * 3_600_000);
    await auditor.run(() => iam().send(new GenerateCredentialReportCommand({})));
    expect((await errorOf(collect())).name).toBe('Transient');
  });
});
