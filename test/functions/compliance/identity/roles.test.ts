import { openTrust } from '../../../../functions/compliance/checks/iam11-open-trust.ts';
import { confusedDeputy } from '../../../../functions/compliance/checks/iam12-confused-deputy.ts';
import { roleDrift } from '../../../../functions/compliance/checks/iam13-role-drift.ts';
import type { PolicyDocument } from '../../../../functions/compliance/policy-document.ts';
import { accountId, allow, declaredRole, found, policy, repairs, role, trust, verdicts } from './fixtures.ts';

const foreign = '999900001111';
const provider = (issuer: string) => ({ Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` });
const github = 'token.actions.githubusercontent.com';

function webIdentity(issuer: string, Condition?: NonNullable<ReturnType<typeof conditionOf>>): PolicyDocument {
  return trust(provider(issuer), { Action: 'sts:AssumeRoleWithWebIdentity', ...(Condition === undefined ? {} : { Condition }) });
}

function conditionOf(operator: string, key: string, value: string | string[]) {
  return { [operator]: { [key]: value } };
}

describe('IAM11', () => {
  const open = (document: PolicyDocument, trustedAccounts: string[] = []) =>
    found(openTrust, { snapshot: { roles: [role({ trust: document })] }, settings: { trustedAccounts } }).length === 1;

  it.each<[string, PolicyDocument]>([
    ['everybody', trust('*')],
    ['everybody, written as AWS', trust({ AWS: '*' })],
    ['everybody among others', trust({ AWS: [accountId, '*'] })],
    ['everybody by a wildcard in the action', trust('*', { Action: 'sts:Assume*' })],
    ['everybody but one', policy({ NotPrincipal: { AWS: accountId }, Action: 'sts:AssumeRole' })],
    ['everybody with an external id, which is no secret', trust('*', { Condition: conditionOf('StringEquals', 'sts:ExternalId', 'shop') })],
    ['everybody of an organisation called *', trust('*', { Condition: conditionOf('StringLike', 'aws:PrincipalOrgID', '*') })],
    ['everybody but one account', trust('*', { Condition: conditionOf('StringNotEquals', 'aws:PrincipalAccount', foreign) })],
    ['everybody of a foreign account', trust('*', { Condition: conditionOf('StringEquals', 'aws:PrincipalAccount', foreign) })],
    ['everybody with a role name', trust('*', { Condition: conditionOf('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/admin') })],
    ['a foreign account', trust({ AWS: `arn:aws:iam::${foreign}:root` })],
    ['a foreign account by its number', trust({ AWS: foreign })],
    ['a foreign role', trust({ AWS: `arn:aws:iam::${foreign}:role/deploy` })],
    ['a foreign account, external id *', trust({ AWS: foreign }, { Condition: conditionOf('StringLike', 'sts:ExternalId', '*') })],
    ['a foreign account, external id if it has one', trust({ AWS: foreign }, { Condition: conditionOf('StringEqualsIfExists', 'sts:ExternalId', 'shop') })],
    ['web identities of no subject', webIdentity(github, conditionOf('StringEquals', `${github}:aud`, 'sts.amazonaws.com'))],
    ['any subject', webIdentity(github, conditionOf('StringLike', `${github}:sub`, '*'))],
    ['any repository', webIdentity(github, conditionOf('StringLike', `${github}:sub`, 'repo:*'))],
    ['owners that begin alike', webIdentity(github, conditionOf('StringLike', `${github}:sub`, 'repo:webmarket*'))],
    ['an owner, or any', webIdentity(github, conditionOf('StringLike', `${github}:sub`, ['repo:webmarket/shop:*', 'repo:*:ref:refs/heads/main']))],
    ['any service account of a cluster', webIdentity('oidc.eks.eu-west-3.amazonaws.com/id/1A', conditionOf('StringLike', 'oidc.eks.eu-west-3.amazonaws.com/id/1A:sub', 'system:serviceaccount:*'))],
    ['any identity pool', trust({ Federated: 'cognito-identity.amazonaws.com' }, { Action: 'sts:AssumeRoleWithWebIdentity' })],
  ])('%s is open', (_what, document) => {
    expect(open(document)).toBe(true);
  });

  it.each<[string, PolicyDocument]>([
    ['instances', trust({ Service: 'ec2.amazonaws.com' })],
    ['the own account', trust({ AWS: `arn:aws:iam::${accountId}:root` })],
    ['a role of the own account', trust({ AWS: `arn:aws:iam::${accountId}:role/deploy` })],
    ['a session of the own account', trust({ AWS: `arn:aws:sts::${accountId}:assumed-role/deploy/me` })],
    ['a principal that was deleted', trust({ AWS: 'AIDAJQABLZS4A3QDU576Q' })],
    ['everybody of the own organisation', trust('*', { Condition: conditionOf('StringEquals', 'aws:PrincipalOrgID', 'o-1') })],
    ['everybody of the own account', trust('*', { Condition: conditionOf('StringEquals', 'aws:PrincipalAccount', accountId) })],
    ['a role of the own account, by condition', trust('*', { Condition: conditionOf('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${accountId}:role/*`) })],
    ['a foreign account with an external id', trust({ AWS: foreign }, { Condition: conditionOf('StringEquals', 'sts:ExternalId', 'shop-4711') })],
    ['a foreign account with MFA', trust({ AWS: foreign }, { Condition: conditionOf('Bool', 'aws:MultiFactorAuthPresent', 'true') })],
    ['everybody who only tags sessions', trust('*', { Action: 'sts:TagSession' })],
    ['everybody, denied', policy({ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' })],
    ['everybody, and nobody after all', policy({ Principal: '*', Action: 'sts:AssumeRole' }, { Effect: 'Deny', Principal: '*', Action: 'sts:*' })],
    ['a repository', webIdentity(github, conditionOf('StringEquals', `${github}:sub`, 'repo:webmarket/shop:ref:refs/heads/main'))],
    ['all branches of a repository', webIdentity(github, conditionOf('StringLike', `${github}:sub`, 'repo:webmarket/shop:*'))],
    ['all repositories of an owner', webIdentity(github, conditionOf('StringLike', `${github}:sub`, 'repo:webmarket/*'))],
    ['a namespace of a cluster', webIdentity('oidc.eks.eu-west-3.amazonaws.com/id/1A', conditionOf('StringLike', 'oidc.eks.eu-west-3.amazonaws.com/id/1A:sub', 'system:serviceaccount:shop:*'))],
    ['an identity pool', trust({ Federated: 'cognito-identity.amazonaws.com' }, { Action: 'sts:AssumeRoleWithWebIdentity', Condition: conditionOf('StringEquals', 'cognito-identity.amazonaws.com:aud', 'eu-west-3:1') })],
    ['a SAML provider', trust({ Federated: `arn:aws:iam::${accountId}:saml-provider/office` }, { Action: 'sts:AssumeRoleWithSAML' })],
  ])('%s is not', (_what, document) => {
    expect(open(document)).toBe(false);
  });

  it('takes trusted accounts for its own', () => {
    expect(open(trust({ AWS: foreign }), [foreign])).toBe(false);
    expect(open(trust({ AWS: foreign }), ['999900001112'])).toBe(true);
  });

  it('puts the declared trust back', () => {
    const before = trust('*');
    const declared = declaredRole();
    expect(repairs(openTrust, { snapshot: { roles: [role({ trust: before })] }, baseline: { roles: [declared] } })).toEqual([
      { kind: 'set-role-trust', roleName: 'shop', trust: declared.trust, before },
    ]);
  });

  it.each([
    ['is not declared', {}, [], 'the role is not declared'],
    ['is declared so', {}, [declaredRole({ trust: trust({ AWS: '*' }) })], 'the baseline declares such a trust'],
    ['belongs to the Identity Center', { path: '/aws-reserved/sso.amazonaws.com/' }, [declaredRole()], 'only its service can change it'],
  ])('only reports a role that %s', (_what, change, roles, reason) => {
    const [finding] = found(openTrust, { snapshot: { roles: [role({ trust: trust('*'), ...change })] }, baseline: { roles } });
    expect(finding).toMatchObject({ key: 'IAM11/shop/trust', remediation: 'report-only', message: expect.stringContaining(reason) });
  });

  it('says nothing of roles of services', () => {
    expect(found(openTrust, { snapshot: { roles: [role({ path: '/aws-service-role/x.amazonaws.com/', trust: trust('*') })] } })).toEqual([]);
  });
});

describe('IAM12', () => {
  it.each<[string, PolicyDocument, string[]]>([
    ['Step Functions for anybody', trust({ Service: 'states.amazonaws.com' }), ['states.amazonaws.com']],
    ['two services for anybody', trust({ Service: ['scheduler.amazonaws.com', 'ec2.amazonaws.com', 'events.amazonaws.com'] }), ['events.amazonaws.com', 'scheduler.amazonaws.com']],
    ['an ARN of any account', trust({ Service: 'states.amazonaws.com' }, { Condition: conditionOf('ArnLike', 'aws:SourceArn', 'arn:aws:states:*:*:stateMachine:*') }), ['states.amazonaws.com']],
    ['an account if it is told', trust({ Service: 'states.amazonaws.com' }, { Condition: conditionOf('StringEqualsIfExists', 'aws:SourceAccount', accountId) }), ['states.amazonaws.com']],
    ['the own account', trust({ Service: 'states.amazonaws.com' }, { Condition: conditionOf('StringEquals', 'aws:SourceAccount', accountId) }), []],
    ['the own state machines', trust({ Service: 'states.amazonaws.com' }, { Condition: conditionOf('ArnLike', 'AWS:SourceArn', `arn:aws:states:eu-west-3:${accountId}:stateMachine:*`) }), []],
    ['instances, which tell nothing', trust({ Service: 'ec2.amazonaws.com' }), []],
    ['functions, which tell nothing', trust({ Service: 'lambda.amazonaws.com' }), []],
    ['an account', trust({ AWS: accountId }), []],
  ])('%s', (_what, document, services) => {
    expect(found(confusedDeputy, { snapshot: { roles: [role({ trust: document })] } }).flatMap(({ detail }) => (detail as { services: string[] }).services)).toEqual(services);
  });

  it('says nothing of roles of services', () => {
    const service = role({ path: '/aws-service-role/states.amazonaws.com/', trust: trust({ Service: 'states.amazonaws.com' }) });
    expect(found(confusedDeputy, { snapshot: { roles: [service] } })).toEqual([]);
  });
});

describe('IAM13', () => {
  const reading = allow('s3:GetObject', { Resource: 'arn:aws:s3:::shop/*' });
  const writing = allow('s3:PutObject', { Resource: 'arn:aws:s3:::shop/*' });
  const declared = declaredRole({ inlinePolicies: [{ name: 'a', document: reading }], attachedPolicyArns: ['arn:1', 'arn:2'], boundaryArn: 'arn:limit' });
  const same = role({ inlinePolicies: [{ name: 'a', document: reading }], attachedPolicyArns: ['arn:2', 'arn:1'], boundaryArn: 'arn:limit' });
  const scene = (actual: typeof same) => ({ snapshot: { roles: [actual] }, baseline: { roles: [declared] } });

  it('finds nothing where it is only written otherwise', () => {
    const document = policy({ Action: ['S3:getobject'], Resource: ['arn:aws:s3:::shop/*'], Sid: 'x' });
    const written = { ...same, trust: trust({ Service: ['ec2.amazonaws.com'] }), inlinePolicies: [{ name: 'a', document }], tags: { a: 'b' } };
    expect(found(roleDrift, scene(same))).toEqual([]);
    expect(found(roleDrift, scene(written))).toEqual([]);
  });

  it('gives back before it takes away, in one plan', () => {
    const actual = { ...same, inlinePolicies: [{ name: 'b', document: writing }], attachedPolicyArns: ['arn:2', 'arn:3'] };
    expect(repairs(roleDrift, scene(actual))).toEqual([
      { kind: 'put-role-policy', roleName: 'shop', policyName: 'a', document: reading },
      { kind: 'attach-role-policy', roleName: 'shop', policyArn: 'arn:1' },
      { kind: 'detach-role-policy', roleName: 'shop', policyArn: 'arn:3' },
      { kind: 'delete-role-policy', roleName: 'shop', policyName: 'b', before: writing },
    ]);
    expect(verdicts(roleDrift, scene(actual))).toEqual([['IAM13/shop/permissions', 'approval']]);
  });

  it('overwrites a changed policy, and keeps what stood there', () => {
    const actual = { ...same, inlinePolicies: [{ name: 'a', document: writing }] };
    expect(repairs(roleDrift, scene(actual))).toEqual([{ kind: 'put-role-policy', roleName: 'shop', policyName: 'a', document: reading, before: writing }]);
  });

  it('restores trust and boundary, each by a plan of its own', () => {
    const { boundaryArn: _removed, ...unbounded } = { ...same, trust: trust({ AWS: foreign }) };
    expect(verdicts(roleDrift, scene(unbounded))).toEqual([['IAM13/shop/trust', 'approval'], ['IAM13/shop/boundary', 'approval']]);
    expect(repairs(roleDrift, scene(unbounded))).toEqual([
      { kind: 'set-role-trust', roleName: 'shop', trust: declared.trust, before: trust({ AWS: foreign }) },
      { kind: 'set-role-boundary', roleName: 'shop', boundaryArn: 'arn:limit' },
    ]);
  });

  it('takes a boundary away that is not declared', () => {
    const bounded = { snapshot: { roles: [role({ boundaryArn: 'arn:other' })] }, baseline: { roles: [declaredRole()] } };
    expect(repairs(roleDrift, bounded)).toEqual([{ kind: 'set-role-boundary', roleName: 'shop', before: 'arn:other' }]);
  });

  it('only reports a role that is gone, and nothing of roles that nobody declared', () => {
    expect(verdicts(roleDrift, { snapshot: { roles: [role({ name: 'other' })] }, baseline: { roles: [declared] } })).toEqual([['IAM13/shop/missing', 'report-only']]);
  });
});
