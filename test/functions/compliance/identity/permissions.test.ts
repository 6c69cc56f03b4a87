import { fullAdministration } from '../../../../functions/compliance/checks/iam8-full-administration.ts';
import { broadGrants } from '../../../../functions/compliance/checks/iam9-broad-grants.ts';
import { privilegeEscalation } from '../../../../functions/compliance/checks/iam10-privilege-escalation.ts';
import type { PolicyDocument } from '../../../../functions/compliance/policy-document.ts';
import { escalations } from '../../../../functions/compliance/policy-escalation.ts';
import type { Role, Snapshot } from '../../../../functions/compliance/snapshot.ts';
import { accountId, administratorAccess, allow, declaredRole, found, managedPolicy, policy, repairs, role, user, verdicts } from './fixtures.ts';

const inline = (document: PolicyDocument, name = 'p') => ({ inlinePolicies: [{ name, document }] });
const everything = allow('*');
const harmless = allow('s3:GetObject');

it.each([fullAdministration, broadGrants, privilegeEscalation])('an event about a role alone, or a user alone, is enough for $id', ({ reads, scope }) => {
  expect([reads, scope]).toEqual([['managedPolicies'], 'resource']);
});

describe('IAM8', () => {
  const customer = managedPolicy({ name: 'wide', document: everything });
  const managedPolicies = [customer, administratorAccess];
  const attachedPolicyArns = [administratorAccess.arn];

  it.each<[string, Partial<Snapshot>, unknown[]]>([
    ['inline of a role', { roles: [role(inline(everything))] }, [{ kind: 'delete-role-policy', roleName: 'shop', policyName: 'p', before: everything }]],
    ['inline of a user', { users: [user(inline(everything))] }, [{ kind: 'delete-user-policy', userName: 'alice', policyName: 'p', before: everything }]],
    ['AWS policy on a role', { roles: [role({ attachedPolicyArns })] }, [{ kind: 'detach-role-policy', roleName: 'shop', policyArn: administratorAccess.arn }]],
    ['AWS policy on a user', { users: [user({ attachedPolicyArns })] }, [{ kind: 'detach-user-policy', userName: 'alice', policyArn: administratorAccess.arn }]],
    ['customer policy on a role', { roles: [role({ attachedPolicyArns: [customer.arn] })] }, [{ kind: 'detach-role-policy', roleName: 'shop', policyArn: customer.arn }]],
    ['harmless policies', { roles: [role(inline(harmless))], users: [user(inline(allow('s3:*')))] }, []],
    ['a policy that denies everything', { roles: [role(inline(policy({ Effect: 'Deny', Action: '*', Resource: '*' })))] }, []],
  ])('%s', (_what, snapshot, expected) => {
    expect(repairs(fullAdministration, { snapshot: { managedPolicies, ...snapshot } })).toEqual(expected);
  });

  it.each<[string, Partial<Snapshot>, string]>([
    ['of a group, once', { users: ['alice', 'bob'].map((name) => user({ name, groups: [{ name: 'staff', attachedPolicyArns, inlinePolicies: [] }] })) }, `IAM8/staff/group-attached/${administratorAccess.arn}`],
    ['of the Identity Center', { roles: [role({ path: '/aws-reserved/sso.amazonaws.com/', attachedPolicyArns })] }, `IAM8/shop/role-attached/${administratorAccess.arn}`],
    ['attached to nobody', { managedPolicies: [{ ...customer, attachmentCount: 0 }] }, `IAM8/${customer.arn}/unattached`],
  ])('only reports a policy %s', (_what, snapshot, key) => {
    expect(verdicts(fullAdministration, { snapshot: { managedPolicies, ...snapshot } })).toEqual([[key, 'report-only']]);
  });

  it.each<[string, Partial<Snapshot>]>([
    ['a role of a service', { roles: [role({ path: '/aws-service-role/x.amazonaws.com/', attachedPolicyArns, ...inline(everything) })] }],
    ['a boundary, which grants nothing', { managedPolicies: [{ ...customer, attachmentCount: 0 }], roles: [role({ boundaryArn: customer.arn })] }],
    ['a policy that may be a boundary of users who were not read', { managedPolicies: [{ ...customer, attachmentCount: 0 }], unread: { users: 'not asked for' } }],
    ['an AWS policy that nobody has', { managedPolicies: [{ ...administratorAccess, attachmentCount: 0 }] }],
  ])('says nothing of %s', (_what, snapshot) => {
    expect(found(fullAdministration, { snapshot: { managedPolicies, ...snapshot } })).toEqual([]);
  });

  it('tells a user from a role of the same name', () => {
    const snapshot = { users: [user({ name: 'shop', ...inline(everything) })], roles: [role({ name: 'shop', ...inline(everything) })] };
    expect(found(fullAdministration, { snapshot })).toHaveLength(2);
  });

  it('only reports what the baseline declares, and says so', () => {
    const snapshot = { managedPolicies, roles: [role({ attachedPolicyArns, ...inline(everything) })] };
    const baseline = { roles: [declaredRole({ attachedPolicyArns, ...inline(allow('*:*')) })] };
    const findings = found(fullAdministration, { snapshot, baseline });
    expect(findings.map(({ remediation, message }) => [remediation, message.includes('the baseline declares it')])).toEqual([
      ['report-only', true],
      ['report-only', true],
    ]);
  });

  it('puts a declared policy back that somebody widened, and does not delete it', () => {
    const scene = { snapshot: { roles: [role(inline(everything))] }, baseline: { roles: [declaredRole(inline(harmless))] } };
    expect(repairs(fullAdministration, scene)).toEqual([{ kind: 'put-role-policy', roleName: 'shop', policyName: 'p', document: harmless, before: everything }]);
  });
});

describe('IAM9', () => {
  const onOneBucket = { Resource: ['arn:aws:s3:::shop', 'arn:aws:s3:::shop/*'] };
  const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  it.each<[string, PolicyDocument, string[]]>([
    ['a whole service', allow('s3:*'), ['all of s3:* on every resource']],
    ['a whole service on every bucket', allow('S3:**', { Resource: 'arn:aws:s3:::*' }), ['all of s3:* on every resource']],
    ['two of them', allow(['s3:*', 'ec2:*']), ['all of s3:* on every resource', 'all of ec2:* on every resource']],
    ['everything but IAM', policy({ NotAction: 'iam:*', Resource: '*' }), ['all actions but those it names (NotAction)']],
    ['everything but IAM with MFA', policy({ NotAction: 'iam:*', Resource: '*', Condition: mfa }), ['all actions but those it names (NotAction)']],
    ['every bucket but one', policy({ Action: 's3:GetObject', NotResource: 'arn:aws:s3:::secret/*' }), ['all resources but those it names (NotResource)']],
    ['passing any role', allow('iam:PassRole'), ['iam:PassRole on every role']],
    ['passing any role by a wildcard', allow('iam:P*'), ['iam:PassRole on every role']],
    ['assuming any role by a wildcard', allow('sts:Assume*', { Resource: `arn:aws:iam::${accountId}:role/*` }), ['sts:AssumeRole on every role']],
    ['IAM whole, told once', allow('iam:*'), ['all of iam:* on every resource']],
    ['everything with IAM denied', policy({ Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }), ['all of every service on every resource']],
    ['full administration, which IAM8 tells', everything, []],
    ['a whole service on one bucket', allow('s3:*', onOneBucket), []],
    ['a whole service with MFA', allow('s3:*', { Condition: mfa }), []],
    ['part of a service', allow(['s3:Get*', 's3:*Object']), []],
    ['NotAction in a Deny', policy({ Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }), []],
    ['NotResource in a Deny', policy({ Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::shop' }), []],
    ['NotAction on one bucket', policy({ NotAction: 's3:Delete*', ...onOneBucket }), []],
    ['passing one role', allow('iam:PassRole', { Resource: `arn:aws:iam::${accountId}:role/shop` }), []],
    ['passing any role to one service', allow('iam:PassRole', { Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }), []],
    ['assuming roles of one name', allow('sts:AssumeRole', { Resource: 'arn:aws:iam::*:role/cdk-*' }), []],
    ['asking who one is', allow('sts:GetCallerIdentity'), []],
  ])('%s', (_what, document, grants) => {
    expect(found(broadGrants, { snapshot: { roles: [role(inline(document))] } }).flatMap(({ detail }) => (detail as { grants: string[] }).grants)).toEqual(grants);
  });

  it('says nothing of a policy that may be a boundary of roles that were not read', () => {
    const loose = managedPolicy({ attachmentCount: 0, document: allow('s3:*') });
    expect(found(broadGrants, { snapshot: { managedPolicies: [loose] } })).toHaveLength(1);
    expect(found(broadGrants, { snapshot: { managedPolicies: [loose], unread: { roles: 'not asked for' } } })).toEqual([]);
  });

  it('tells a customer policy once, however many have it, and nothing of AWS policies and boundaries', () => {
    const wide = managedPolicy({ name: 'wide', document: allow('s3:*') });
    const boundary = managedPolicy({ name: 'boundary', attachmentCount: 0, document: allow('s3:*') });
    const full = managedPolicy({ name: 'AmazonS3FullAccess', isAwsManaged: true, document: allow('s3:*') });
    const roles = ['a', 'b'].map((name) => role({ name, attachedPolicyArns: [wide.arn, full.arn], boundaryArn: boundary.arn }));
    expect(verdicts(broadGrants, { snapshot: { roles, managedPolicies: [wide, boundary, full] } })).toEqual([[`IAM9/${wide.arn}/policy`, 'report-only']]);
  });
});

describe('IAM10', () => {
  const methodsOf = (snapshot: Partial<Snapshot>) => found(privilegeEscalation, { snapshot }).flatMap(({ detail }) => (detail as { methods: string[] }).methods);
  const ofUser = (document: PolicyDocument) => methodsOf({ users: [user(inline(document))] });
  const ofRole = (document: PolicyDocument, change: Partial<Role> = {}) => methodsOf({ roles: [role({ ...inline(document), ...change })] });

  it.each(escalations.map(({ method, steps }) => [method, steps.map(({ action }) => action)] as const))('%s is a way up, and no part of it alone', (method, actions) => {
    // Policies of users are a way up for users: a role becomes none by them.
    const methodsWith = method.endsWith('UserPolicy') ? ofUser : ofRole;
    expect(methodsWith(allow([...actions]))).toContain(method);
    if (actions.length === 1) return;
    for (const left of actions) expect(ofRole(allow(actions.filter((action) => action !== left)))).not.toContain(method);
  });

  it('is no way up to write policies of roles that it may not become, where its own is denied', () => {
    const deny = (Action: string, Resource: string) => ({ Effect: 'Deny' as const, Action, Resource });
    const writes = { Effect: 'Allow' as const, Action: ['iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy'], Resource: '*' };
    const own = deny('iam:*', `arn:aws:iam::${accountId}:role/shop`);
    const become = deny('sts:AssumeRole', '*');
    expect(ofRole({ Statement: [writes, own, become] })).toEqual([]);
    expect(ofRole({ Statement: [writes, become] })).toEqual(['iam:AttachRolePolicy', 'iam:PutRolePolicy']);
    expect(ofRole({ Statement: [writes, own] })).toEqual(['iam:AttachRolePolicy', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy']);
  });

  it('counts what policies give together, of groups too', () => {
    const groups = [{ name: 'builders', inlinePolicies: [{ name: 'p', document: allow(['lambda:Create*', 'lambda:Invoke*']) }], attachedPolicyArns: [] }];
    const passing = managedPolicy({ name: 'passing', document: allow('iam:Pass*') });
    expect(methodsOf({ users: [user({ groups, attachedPolicyArns: [passing.arn] })], managedPolicies: [passing] })).toEqual([
      'iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction',
      'iam:PassRole + lambda:CreateFunction + lambda:CreateEventSourceMapping',
    ]);
    expect(methodsOf({ users: [user({ groups })], managedPolicies: [passing] })).toEqual([]);
  });

  it.each<[string, PolicyDocument, string[]]>([
    ['its own role', allow('iam:PutRolePolicy', { Resource: `arn:aws:iam::${accountId}:role/sh*` }), ['iam:PutRolePolicy']],
    ['another role', allow('iam:PutRolePolicy', { Resource: `arn:aws:iam::${accountId}:role/other` }), []],
    ['a service that it may pass roles to', allow(['iam:PassRole', 'ec2:RunInstances'], { Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }), []],
    ['reading IAM', allow(['iam:Get*', 'iam:List*', 'iam:Generate*', 'iam:Simulate*']), []],
    ['IAM with MFA', allow('iam:*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), []],
    ['roles within a boundary only', allow('iam:PutRolePolicy', { Condition: { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/limit' } } }), []],
    ['one role to pass', policy({ Action: 'iam:PassRole', Resource: `arn:aws:iam::${accountId}:role/shop` }, { Action: 'ec2:RunInstances', Resource: '*' }), []],
    ['any role but to another service', policy({ Action: 'iam:PassRole', Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'rds.amazonaws.com' } } }, { Action: 'ec2:RunInstances', Resource: '*' }), []],
    ['any role to that service', policy({ Action: 'iam:PassRole', Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }, { Action: 'ec2:RunInstances', Resource: '*' }), ['iam:PassRole + ec2:RunInstances']],
    ['a Deny over it', policy({ Action: ['iam:PassRole', 'ec2:RunInstances'], Resource: '*' }, { Effect: 'Deny', Action: 'iam:Pass*', Resource: '*' }), []],
    ['full administration, which IAM8 tells', everything, []],
  ])('%s', (_what, document, expected) => {
    expect(ofRole(document)).toEqual(expected);
  });

  it('lets users look after their own credentials, but not after their own policies', () => {
    const Resource = 'arn:aws:iam::*:user/${aws:username}';
    expect(methodsOf({ users: [user(inline(allow(['iam:CreateAccessKey', 'iam:UpdateLoginProfile', 'iam:CreateLoginProfile'], { Resource })))] })).toEqual([]);
    expect(methodsOf({ users: [user(inline(allow('iam:*', { Resource })))] })).toEqual(['iam:AttachUserPolicy', 'iam:PutUserPolicy']);
  });

  it('knows that a policy that one has can be rewritten', () => {
    const own = managedPolicy({ name: 'own', document: allow('iam:CreatePolicyVersion', { Resource: `arn:aws:iam::${accountId}:policy/own` }) });
    const other = { ...own, arn: `arn:aws:iam::${accountId}:policy/other` };
    expect(methodsOf({ roles: [role({ attachedPolicyArns: [own.arn] })], managedPolicies: [own] })).toEqual(['iam:CreatePolicyVersion']);
    expect(methodsOf({ roles: [role({ attachedPolicyArns: [other.arn] })], managedPolicies: [other] })).toEqual([]);
  });

  it('stays within the boundary, and looks at an administrator who has one', () => {
    const boundary = (document: PolicyDocument) => ({ boundaryArn: `arn:aws:iam::${accountId}:policy/limit`, document });
    const bounded = (document: PolicyDocument) => {
      const { boundaryArn } = boundary(document);
      return methodsOf({ roles: [role({ ...inline(everything), boundaryArn })], managedPolicies: [managedPolicy({ name: 'limit', document })] });
    };
    expect(bounded(allow('s3:*'))).toEqual([]);
    expect(bounded(policy({ Action: '*', Resource: '*' }, { Effect: 'Deny', Action: ['iam:*', 'lambda:*', 'ssm:*', 'glue:*'], Resource: '*' }))).toEqual([]);
    expect(bounded(allow('iam:PutRolePolicy'))).toEqual(['iam:PutRolePolicy']);
  });

  it('says nothing of roles that only their service changes', () => {
    expect(ofRole(allow('iam:*'), { path: '/aws-service-role/x.amazonaws.com/' })).toEqual([]);
  });
});
