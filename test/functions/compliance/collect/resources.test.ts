import type { DescribeSecurityGroupsCommandInput, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { collectResources } from '../../../../functions/compliance/collect-account.ts';
import type { Resource } from '../../../../functions/compliance/finding.ts';
import { findCheck } from '../../../../functions/compliance/checks/registry.ts';
import { type Snapshot, type SnapshotPart, snapshotParts } from '../../../../functions/compliance/snapshot.ts';
import type { CallContext } from '../../../../simulator/kernel/service.ts';
import { errorOf } from '../../platform/session.ts';
import { type Auditor, context, now, openAuditor } from './auditor.ts';
import { resourceGrants } from './grants.ts';
import { allow, type Furniture, furnish, readOnly, trustIn } from './furnished-account.ts';

let auditor: Auditor;
let furniture: Furniture;

beforeEach(async () => {
  auditor = openAuditor(resourceGrants);
  furniture = await furnish(auditor);
  auditor.forget();
});

afterEach(() => {
  auditor.close();
});

function collect(...resources: readonly Resource[]): Promise<Snapshot> {
  return auditor.run(() => collectResources(resources, now, context));
}

const one = (type: Resource['type'], id: string): Resource => ({ type, id });
const readParts = ({ unread }: Snapshot) => snapshotParts.filter((part) => unread[part] === undefined);
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id).toSorted();

/** The simulated EC2 does not know the filter `ip-permission.prefix-list-id`: it is answered here by looking at the rules. */
function answerPrefixListFilter(): void {
  const { ec2 } = auditor.account;
  const real = ec2.operations['DescribeSecurityGroups'];
  if (real === undefined) throw new Error('DescribeSecurityGroups is not modelled.');
  const execute = (input: DescribeSecurityGroupsCommandInput, call: CallContext): unknown => {
    const [filter] = input.Filters ?? [];
    if (filter?.Name !== 'ip-permission.prefix-list-id') return real.execute(input as never, call);
    const isIn = ({ IsEgress, PrefixListId = '' }: SecurityGroupRule) => IsEgress !== true && filter.Values?.includes(PrefixListId) === true;
    const found = ec2.securityGroups.all().filter(({ rules }) => [...rules.values()].some(isIn));
    return { SecurityGroups: found.map(({ id }) => ({ GroupId: id })) };
  };
  Object.assign(ec2.operations, { DescribeSecurityGroups: { ...real, execute } });
}

describe('a security group', () => {
  test('brings its rules, the groups and the lists that they name, and the interfaces that use it', async () => {
    const { groups, listId } = furniture;
    const snapshot = await collect(one('AWS::EC2::SecurityGroup', groups.app), one('AWS::EC2::SecurityGroup', groups.balancer));
    expect(readParts(snapshot)).toEqual(['securityGroups', 'prefixLists', 'networkInterfaces']);
    expect(ids(snapshot.securityGroups)).toEqual([groups.app, groups.balancer].toSorted());
    expect(snapshot.prefixLists).toMatchObject([{ id: listId, version: 1 }]);
    expect(snapshot.prefixLists[0]?.entries).toHaveLength(101);
    expect(snapshot.networkInterfaces).toHaveLength(4);
    expect(new Set(snapshot.networkInterfaces.flatMap(({ groupIds }) => groupIds))).toEqual(new Set([groups.app, groups.balancer]));
  });

  test('brings a referenced group with its own rules, but not what those refer to', async () => {
    const { groups } = furniture;
    const { securityGroups } = await collect(one('AWS::EC2::SecurityGroup', groups.database));
    expect(ids(securityGroups)).toEqual([groups.app, groups.database].toSorted());
    expect(securityGroups.find(({ id }) => id === groups.app)?.rules).toContainEqual(expect.objectContaining({ peer: { kind: 'group', id: groups.balancer } }));
  });

  test('takes five calls at most', async () => {
    await collect(one('AWS::EC2::SecurityGroup', furniture.groups.database));
    expect(auditor.calls()).toEqual({ DescribeSecurityGroups: 2, DescribeSecurityGroupRules: 2, DescribeNetworkInterfaces: 1 });
  });

  test('that is gone is missing, and so is a group that a rule still names', async () => {
    const gone = auditor.account.ec2.securityGroups.create({ name: 'gone', description: '', vpcId: furniture.vpcId, tags: {} }).id;
    auditor.account.ec2.securityGroups.addRule(furniture.groups.idle, { isEgress: false, protocol: 'tcp', fromPort: 1, toPort: 1, groupId: gone });
    auditor.account.ec2.securityGroups.delete(gone);
    const snapshot = await collect(one('AWS::EC2::SecurityGroup', gone), one('AWS::EC2::SecurityGroup', furniture.groups.idle));
    expect(ids(snapshot.securityGroups)).toEqual([furniture.groups.idle]);
    expect(readParts(snapshot)).toContain('securityGroups');
  });
});

test('a prefix list brings its entries and the groups that let it in', async () => {
  answerPrefixListFilter();
  const { groups, listId } = furniture;
  const snapshot = await collect(one('AWS::EC2::PrefixList', listId));
  expect(readParts(snapshot)).toEqual(['securityGroups', 'prefixLists']);
  expect(ids(snapshot.prefixLists)).toEqual([listId]);
  expect(snapshot.prefixLists[0]?.entries).toHaveLength(101);
  expect(ids(snapshot.securityGroups)).toEqual([groups.balancer]);
});

test('an instance brings its interfaces and its profile, an interface its instance', async () => {
  const [first, second] = auditor.account.ec2.instances.all();
  const profile = { name: 'web', arn: furniture.profileArn, roleNames: ['web'] };
  const ofInstance = await collect(one('AWS::EC2::Instance', String(first?.id)));
  expect(readParts(ofInstance)).toEqual(['networkInterfaces', 'instances', 'instanceProfiles']);
  expect(ofInstance).toMatchObject({ instances: [{ id: first?.id }], networkInterfaces: [{ instanceId: first?.id }], instanceProfiles: [profile] });
  const interfaceId = String(second?.id).replace('i-', 'eni-');
  const ofInterface = await collect(one('AWS::EC2::NetworkInterface', interfaceId));
  expect(readParts(ofInterface)).toEqual(['networkInterfaces', 'instances']);
  expect(ofInterface).toMatchObject({ networkInterfaces: [{ id: interfaceId }], instances: [{ id: second?.id, autoScalingGroupName: 'web' }] });
});

test('what has groups without being an instance is read by itself, as far as it exists', async () => {
  const { groups, balancerArn, templateId } = furniture;
  const snapshot = await collect(
    one('AWS::ElasticLoadBalancingV2::LoadBalancer', balancerArn),
    one('AWS::ElasticLoadBalancingV2::LoadBalancer', balancerArn.replace(/.{4}$/u, '0000')),
    one('AWS::RDS::DBInstance', 'orders'),
    one('AWS::RDS::DBInstance', 'gone'),
    one('AWS::EC2::LaunchTemplate', templateId),
    one('AWS::EC2::LaunchTemplate', 'lt-00000000000000000'),
  );
  expect(readParts(snapshot)).toEqual(['attachments']);
  expect(snapshot.attachments).toEqual([
    { kind: 'load-balancer', id: balancerArn, groupIds: [groups.balancer] },
    { kind: 'database', id: 'orders', groupIds: [groups.database] },
    { kind: 'launch-template', id: templateId, groupIds: [groups.app], version: '1' },
  ]);
});

test('a network ACL is read by itself', async () => {
  const [acl] = auditor.account.ec2.networkAcls.all();
  const snapshot = await collect(one('AWS::EC2::NetworkAcl', String(acl?.id)));
  expect(readParts(snapshot)).toEqual(['networkAcls']);
  expect(ids(snapshot.networkAcls)).toEqual([acl?.id]);
});

describe('a role', () => {
  const reporter = one('AWS::IAM::Role', 'reporter');

  test('brings its trust, its policies and the documents of its managed policies', async () => {
    const snapshot = await collect(reporter);
    expect(readParts(snapshot)).toEqual(['users', 'roles', 'managedPolicies']);
    expect(snapshot.roles).toMatchObject([
      {
        name: 'reporter',
        arn: 'arn:aws:iam::123456789012:role/jobs/reporter',
        path: '/jobs/',
        trust: trustIn('lambda.amazonaws.com'),
        inlinePolicies: [{ name: 'read', document: allow('s3:GetObject', 'arn:aws:s3:::a b/*') }],
        attachedPolicyArns: [furniture.policyArn],
        boundaryArn: furniture.policyArn,
        tags: { team: 'web' },
      },
    ]);
    expect(snapshot.managedPolicies).toMatchObject([{ arn: furniture.policyArn, document: allow('cloudformation:*'), isAwsManaged: false }]);
  });

  test('is the same whether it is read by itself or together with others', async () => {
    const alone = await collect(reporter);
    for (const name of ['a', 'b', 'c', 'd']) auditor.account.iam.putRole({ name, trust: trustIn('ec2.amazonaws.com') });
    auditor.forget();
    const together = await collect(reporter, ...['a', 'b', 'c', 'd'].map((name) => one('AWS::IAM::Role', name)));
    expect(auditor.calls()).toEqual({ GetAccountAuthorizationDetails: 1 });
    expect(together.roles.map(({ name }) => name).toSorted()).toEqual(['a', 'b', 'c', 'd', 'reporter']);
    expect(together.roles.find(({ name }) => name === 'reporter')).toEqual(alone.roles[0]);
    expect(together.managedPolicies).toEqual(alone.managedPolicies);
  });

  test('that does not exist is missing', async () => {
    const snapshot = await collect(one('AWS::IAM::Role', 'gone'));
    expect(snapshot.roles).toEqual([]);
    expect(readParts(snapshot)).toContain('roles');
  });

  test('that is changed while it is read is worth another try, and not gone', async () => {
    auditor.account.calls.onCall(({ operation }) => {
      if (operation === 'ListRolePolicies') auditor.account.iam.deleteRolePolicy('reporter', 'read');
    });
    const error = await errorOf(collect(reporter));
    expect(error.name).toBe('Transient');
    expect(error.message).toContain('reporter');
  });
});

describe('a user', () => {
  test('brings policies, groups, devices and keys with their ids, as they are now', async () => {
    auditor.account.iam.directory.noteKeyUse('AKIA0000000000000001', { at: now - 3_600_000, region: 'eu-west-3', service: 's3' });
    const snapshot = await collect(one('AWS::IAM::User', 'alice'));
    expect(readParts(snapshot)).toEqual(['users', 'roles', 'managedPolicies']);
    expect(snapshot.users).toEqual([
      {
        name: 'alice',
        arn: 'arn:aws:iam::123456789012:user/alice',
        createdAt: '2026-01-01T00:00:00.000Z',
        inlinePolicies: [{ name: 'pass', document: allow('iam:PassRole') }],
        attachedPolicyArns: [furniture.policyArn],
        groups: [{ name: 'operations', inlinePolicies: [{ name: 'look', document: allow('ec2:Describe*') }], attachedPolicyArns: [readOnly] }],
        password: { isEnabled: true, lastUsedAt: '2026-12-24T08:00:00.000Z', lastChangedAt: '2026-01-01T00:00:00.000Z' },
        hasMfa: true,
        accessKeys: [{ id: 'AKIA0000000000000001', createdAt: '2026-02-01T00:00:00.000Z', isActive: true, lastUsedAt: '2027-01-13T00:00:00.000Z' }],
      },
    ]);
    expect(snapshot.managedPolicies.map(({ arn }) => arn).toSorted()).toEqual([furniture.policyArn, readOnly].toSorted());
  });

  test('without anything, and one who is gone', async () => {
    auditor.account.iam.directory.putUser({ name: 'bob' });
    const { users } = await collect(one('AWS::IAM::User', 'bob'), one('AWS::IAM::User', 'gone'));
    expect(users).toMatchObject([{ name: 'bob', password: { isEnabled: false }, hasMfa: false, accessKeys: [], groups: [] }]);
    expect(users).toHaveLength(1);
  });
});

test('a managed policy, an instance profile and the account are read by themselves', async () => {
  const snapshot = await collect(
    one('AWS::IAM::ManagedPolicy', furniture.policyArn),
    one('AWS::IAM::ManagedPolicy', 'arn:aws:iam::123456789012:policy/gone'),
    one('AWS::IAM::InstanceProfile', 'web'),
    one('AWS::IAM::InstanceProfile', 'gone'),
    one('AWS::Account', context.accountId),
  );
  expect(readParts(snapshot)).toEqual(['passwordPolicy', 'users', 'roles', 'managedPolicies', 'instanceProfiles']);
  expect(snapshot.managedPolicies.map(({ arn }) => arn)).toEqual([furniture.policyArn]);
  expect(snapshot.instanceProfiles.map(({ name }) => name)).toEqual(['web']);
  expect(snapshot.passwordPolicy).toBeUndefined();
});

test.each<[Resource['type'], () => string, readonly string[]]>([
  ['AWS::EC2::SecurityGroup', () => furniture.groups.app, ['SG1', 'SG2', 'SG3', 'SG4', 'SG5', 'SG6', 'SG7', 'SG8', 'SG9', 'SG10', 'SG12', 'SG13', 'SG14']],
  ['AWS::EC2::Instance', () => String(auditor.account.ec2.instances.all()[0]?.id), ['SG11', 'IAM14']],
  ['AWS::EC2::NetworkAcl', () => String(auditor.account.ec2.networkAcls.all()[0]?.id), ['SG16']],
  ['AWS::IAM::Role', () => 'reporter', ['IAM8', 'IAM9', 'IAM10', 'IAM11', 'IAM12', 'IAM13']],
  ['AWS::IAM::User', () => 'alice', ['IAM3', 'IAM4', 'IAM5', 'IAM6', 'IAM7', 'IAM8', 'IAM9', 'IAM10']],
  ['AWS::IAM::ManagedPolicy', () => furniture.policyArn, ['IAM8', 'IAM9']],
  ['AWS::Account', () => context.accountId, ['IAM2']],
])('%s brings all that the checks on it read', async (type, idOf, checkIds) => {
  const parts = new Set(readParts(await collect(one(type, idOf()))));
  const lacking = checkIds.flatMap((id) => (findCheck(id)?.reads ?? [`the check ${id}`]).filter((part) => !parts.has(part as SnapshotPart)));
  expect(lacking).toEqual([]);
});

test('nothing is read where nothing is asked for, or only what is judged in the whole account', async () => {
  const snapshot = await collect(one('AWS::EC2::VPC', furniture.vpcId), one('AWS::IAM::Group', 'operations'), one('AWS::IAM::ServerCertificate', 'old'));
  expect(auditor.calls()).toEqual({});
  expect(readParts(snapshot)).toEqual([]);
});

test('all resources together need exactly what the role may do', async () => {
  answerPrefixListFilter();
  const [instance] = auditor.account.ec2.instances.all();
  const [acl] = auditor.account.ec2.networkAcls.all();
  const { groups, listId, balancerArn, templateId, policyArn } = furniture;
  const everything = [
    one('AWS::EC2::SecurityGroup', groups.balancer), one('AWS::EC2::PrefixList', listId), one('AWS::EC2::Instance', String(instance?.id)),
    one('AWS::EC2::NetworkAcl', String(acl?.id)), one('AWS::ElasticLoadBalancingV2::LoadBalancer', balancerArn), one('AWS::RDS::DBInstance', 'orders'),
    one('AWS::EC2::LaunchTemplate', templateId), one('AWS::IAM::Role', 'reporter'), one('AWS::IAM::User', 'alice'),
    one('AWS::IAM::ManagedPolicy', policyArn), one('AWS::IAM::InstanceProfile', 'web'), one('AWS::Account', context.accountId),
  ];
  const { unread } = await collect(...everything);
  expect(Object.keys(unread).toSorted()).toEqual(['analyzers', 'lastAccessed', 'monitoring', 'rootAccount', 'serverCertificates', 'vpcs']);
  await collect(...['reporter', 'web', 'x', 'y', 'z'].map((name) => one('AWS::IAM::Role', name)));
  expect(auditor.account.calls.mishaps.filter(({ outcome }) => outcome === 'denied')).toEqual([]);
  expect(auditor.unused()).toEqual([]);
});

test.each([
  ['DescribeSecurityGroupRules', ['AWS::EC2::SecurityGroup'], ['networkInterfaces']],
  ['DescribeNetworkInterfaces', ['AWS::EC2::SecurityGroup'], ['securityGroups', 'prefixLists']],
  ['GetManagedPrefixListEntries', ['AWS::EC2::SecurityGroup'], ['securityGroups', 'networkInterfaces']],
  ['GetRolePolicy', ['AWS::IAM::Role'], ['users']],
  ['GetPolicyVersion', ['AWS::IAM::Role'], ['users', 'roles']],
] as const)('when %s is refused, only what needs it is unread', async (operation, types, parts) => {
  auditor.fail(operation, 'denied');
  const idOf = { 'AWS::EC2::SecurityGroup': furniture.groups.balancer, 'AWS::IAM::Role': 'reporter' };
  const snapshot = await collect(...types.map((type) => one(type, idOf[type])));
  expect(readParts(snapshot)).toEqual(parts);
});
