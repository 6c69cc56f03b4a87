import type { DeclaredMembership } from '../../../../functions/compliance/baseline.ts';
import { instanceProfiles } from '../../../../functions/compliance/checks/iam14-instance-profiles.ts';
import { accountHygiene } from '../../../../functions/compliance/checks/iam15-account-hygiene.ts';
import { unusedAccess } from '../../../../functions/compliance/checks/iam16-unused-access.ts';
import { identityChecks } from '../../../../functions/compliance/checks/identity-checks.ts';
import type { Instance, Role, RoleAccess, Snapshot } from '../../../../functions/compliance/snapshot.ts';
import { accountId, daysAgo, now, repairs, role, verdicts } from './fixtures.ts';

describe('IAM14', () => {
  const profileArn = `arn:aws:iam::${accountId}:instance-profile/shop`;
  const group: DeclaredMembership = { stackName: 'application', kind: 'auto-scaling-group', id: 'shop-group', groupIds: [], instanceProfileArn: profileArn };
  const instance: Instance = { id: 'i-1', state: 'running', autoScalingGroupName: 'shop-group', httpTokens: 'required', instanceProfileArn: profileArn };
  const { instanceProfileArn: _profile, ...bare } = instance;
  const { autoScalingGroupName: _group, ...single } = bare;
  const other = `arn:aws:iam::${accountId}:instance-profile/other`;
  it.each<[string, Instance, unknown[]]>([
    ['has it', instance, []],
    ['has none', bare, [{ kind: 'set-instance-profile', instanceId: 'i-1', profileArn }]],
    ['has another', { ...instance, instanceProfileArn: other }, [{ kind: 'set-instance-profile', instanceId: 'i-1', profileArn, before: other }]],
    ['is starting without it', { ...bare, state: 'pending' }, [{ kind: 'set-instance-profile', instanceId: 'i-1', profileArn }]],
    ['is going', { ...bare, state: 'shutting-down' }, []],
    ['is of no group', single, []],
    ['is of a group that is not declared', { ...bare, autoScalingGroupName: 'elsewhere' }, []],
  ])('an instance that %s', (_what, some, expected) => {
    expect(repairs(instanceProfiles, { snapshot: { instances: [some] }, baseline: { memberships: [group] } })).toEqual(expected);
  });

  it('asks nothing of a launch template of the same name, nor of a group without a declared profile', () => {
    const { instanceProfileArn: _declared, ...undeclared } = group;
    for (const membership of [{ ...group, kind: 'launch-template' as const }, undeclared]) {
      expect(repairs(instanceProfiles, { snapshot: { instances: [bare] }, baseline: { memberships: [membership] } })).toEqual([]);
    }
  });
});

describe('IAM15', () => {
  const sound: Partial<Snapshot> = {
    roles: [role({ attachedPolicyArns: ['arn:aws:iam::aws:policy/AWSSupportAccess'] })],
    serverCertificates: [{ name: 'shop', arn: 'arn:shop', expiresAt: daysAgo(-1) }],
    analyzers: [{ arn: 'arn:analyzer', type: 'ACCOUNT', isActive: true }],
  };
  it.each<[string, Partial<Snapshot>, string[]]>([
    ['all is well', {}, []],
    ['nobody has the support policy', { roles: [role()] }, [`${accountId}/support-role`]],
    ['a policy is called like it', { roles: [role({ attachedPolicyArns: [`arn:aws:iam::${accountId}:policy/AWSSupportAccess`] })] }, [`${accountId}/support-role`]],
    ['a certificate expires now', { serverCertificates: [{ name: 'shop', arn: 'arn:shop', expiresAt: now }] }, ['shop/expired']],
    ['there is no analyzer', { analyzers: [] }, [`${accountId}/access-analyzer`]],
    ['the analyzer is off', { analyzers: [{ arn: 'arn:analyzer', type: 'ACCOUNT', isActive: false }] }, [`${accountId}/access-analyzer`]],
  ])('%s', (_what, change, expected) => {
    expect(verdicts(accountHygiene, { snapshot: { ...sound, ...change } })).toEqual(expected.map((what) => [`IAM15/${what}`, 'report-only']));
  });
});

describe('IAM16', () => {
  const { lastUsedAt: _used, ...neverUsed } = role();
  const access = (namespace: string, lastAccessedAt?: string): RoleAccess => {
    return { roleName: 'shop', services: [{ namespace, ...(lastAccessedAt === undefined ? {} : { lastAccessedAt }) }] };
  };
  it.each<[string, Role, RoleAccess[], string[]]>([
    ['used', role(), [access('s3', daysAgo(90))], []],
    ['unused', role({ lastUsedAt: daysAgo(91) }), [access('s3')], ['role']],
    ['never used', neverUsed, [], ['role']],
    ['never used and young', { ...neverUsed, createdAt: daysAgo(90) }, [access('s3')], []],
    ['of a service', { ...neverUsed, path: '/aws-service-role/x.amazonaws.com/' }, [], []],
    ['with an unused service', role(), [access('s3', daysAgo(91))], ['services']],
    ['with a service never used', role(), [access('s3')], ['services']],
    ['young, with a service not yet used', role({ createdAt: daysAgo(30) }), [access('s3')], []],
    ['of which nothing more is known', role(), [], []],
  ])('a role %s', (_what, some, lastAccessed, expected) => {
    expect(verdicts(unusedAccess, { snapshot: { roles: [some], lastAccessed } })).toEqual(expected.map((what) => [`IAM16/shop/${what}`, 'report-only']));
  });
});

describe('identityChecks', () => {
  it('are IAM1 to IAM16, in order', () => {
    expect(identityChecks.map(({ id }) => id)).toEqual(Array.from({ length: 16 }, (_, index) => `IAM${index + 1}`));
  });

  it('have a repair exactly where one is offered', () => {
    for (const check of identityChecks) expect([check.id, 'repair' in check]).toEqual([check.id, check.remediation !== 'report-only']);
  });
});
