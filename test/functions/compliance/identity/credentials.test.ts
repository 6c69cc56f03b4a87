import { rootAccount } from '../../../../functions/compliance/checks/iam1-root-account.ts';
import { passwordPolicy } from '../../../../functions/compliance/checks/iam2-password-policy.ts';
import { consoleWithoutMfa } from '../../../../functions/compliance/checks/iam3-console-without-mfa.ts';
import { unusedCredentials } from '../../../../functions/compliance/checks/iam4-unused-credentials.ts';
import { keyRotation } from '../../../../functions/compliance/checks/iam5-key-rotation.ts';
import { staticKeys } from '../../../../functions/compliance/checks/iam6-static-keys.ts';
import { userPolicies } from '../../../../functions/compliance/checks/iam7-user-policies.ts';
import type { PolicyDocument } from '../../../../functions/compliance/policy-document.ts';
import { canDo } from '../../../../functions/compliance/policy-semantics.ts';
import type { RepairAction } from '../../../../functions/compliance/repair.ts';
import type { PasswordPolicy, RootAccount, User } from '../../../../functions/compliance/snapshot.ts';
import { accessKey, accountId, allow, daysAgo, found, managedPolicy, now, policy, repairs, user, verdicts } from './fixtures.ts';

const of = (...users: readonly User[]) => ({ snapshot: { users } });
const disabled = { isEnabled: false } as const;

/** The document that the only repair puts on a user. */
function documentPut(actions: readonly RepairAction[]): PolicyDocument {
  const [action] = actions;
  if (action?.kind !== 'put-user-policy') throw new Error(`put-user-policy expected, not ${action?.kind}`);
  return action.document;
}

/** The user after the repair. */
function after(before: User, actions: readonly RepairAction[]): User {
  return { ...before, inlinePolicies: actions.flatMap((action) => (action.kind === 'put-user-policy' ? [{ name: action.policyName, document: action.document }] : [])) };
}

describe('IAM1', () => {
  const sound: RootAccount = { hasAccessKeys: false, hasMfa: true, hasHardwareMfa: true };
  it.each<[string, RootAccount, string[]]>([
    ['keys', { ...sound, hasAccessKeys: true }, ['access-keys']],
    ['no MFA, told once', { ...sound, hasMfa: false, hasHardwareMfa: false }, ['mfa']],
    ['an app for MFA', { ...sound, hasHardwareMfa: false }, ['hardware-mfa']],
    ['a password used a month ago', { ...sound, passwordLastUsedAt: daysAgo(30) }, ['password-used']],
    ['a key used today', { ...sound, accessKeyLastUsedAt: now }, ['access-key-used']],
    ['everything at once', { hasAccessKeys: true, hasMfa: false, hasHardwareMfa: false, passwordLastUsedAt: now }, ['access-keys', 'mfa', 'password-used']],
    ['nothing wrong', sound, []],
    ['a use longer ago', { ...sound, passwordLastUsedAt: daysAgo(31), accessKeyLastUsedAt: daysAgo(300) }, []],
  ])('%s', (_what, root, expected) => {
    const expectedVerdicts = expected.map((what) => [`IAM1/${accountId}/${what}`, 'report-only']);
    expect(verdicts(rootAccount, { snapshot: { rootAccount: root } })).toEqual(expectedVerdicts);
  });
});

describe('IAM2', () => {
  const strong: PasswordPolicy = {
    minimumPasswordLength: 14,
    passwordReusePrevention: 24,
    requireSymbols: false,
    requireNumbers: true,
    requireUppercaseCharacters: false,
    requireLowercaseCharacters: true,
    allowUsersToChangePassword: true,
  };

  it.each([
    ['just strong enough', strong, 0],
    ['longer still', { ...strong, minimumPasswordLength: 20 }, 0],
    ['too short', { ...strong, minimumPasswordLength: 13 }, 1],
    ['too forgetful', { ...strong, passwordReusePrevention: 23 }, 1],
    ['both, repaired in one write', { ...strong, minimumPasswordLength: 8, passwordReusePrevention: 5 }, 1],
  ])('a policy that is %s', (_what, present, expected) => {
    expect(repairs(passwordPolicy, { snapshot: { passwordPolicy: present } })).toHaveLength(expected);
  });

  it('keeps every other member, and a length that is more than enough', () => {
    const { passwordReusePrevention: _forgotten, ...before } = { ...strong, minimumPasswordLength: 20, maxPasswordAge: 90, hardExpiry: true };
    expect(repairs(passwordPolicy, { snapshot: { passwordPolicy: before } })).toEqual([
      { kind: 'set-password-policy', before, policy: { ...before, passwordReusePrevention: 24 } },
    ]);
  });

  it('is no weaker than what applied without a policy', () => {
    const classes = { requireSymbols: true, requireNumbers: true, requireUppercaseCharacters: true, requireLowercaseCharacters: true };
    expect(repairs(passwordPolicy, { snapshot: { passwordPolicy: undefined } })).toEqual([
      { kind: 'set-password-policy', policy: { ...classes, minimumPasswordLength: 14, passwordReusePrevention: 24, allowUsersToChangePassword: false } },
    ]);
  });
});

describe('IAM3', () => {
  it.each([
    ['has MFA', user(), 0],
    ['has no password', user({ hasMfa: false, password: disabled }), 0],
    ['has a password and no MFA', user({ hasMfa: false }), 1],
  ])('a user who %s', (_what, someone, expected) => {
    expect(repairs(consoleWithoutMfa, of(someone))).toHaveLength(expected);
  });

  it('denies sessions without MFA all but a device of their own, and says once more that there is none', () => {
    const someone = user({ hasMfa: false });
    const actions = repairs(consoleWithoutMfa, of(someone));
    expect(actions).toMatchObject([{ userName: 'alice', policyName: 'webmarket-deny-without-mfa' }]);
    expect(documentPut(actions).Statement).toMatchObject([
      { Effect: 'Deny', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
      { Effect: 'Deny', NotResource: someone.arn, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
    ]);
    expect(verdicts(consoleWithoutMfa, of(after(someone, actions)))).toEqual([['IAM3/alice/contained', 'report-only']]);
  });

  it('denies nothing to a session with MFA, and gives nothing to one without', () => {
    const document = documentPut(repairs(consoleWithoutMfa, of(user({ hasMfa: false }))));
    expect(canDo({ documents: [document, allow('s3:*')] }, { action: 's3:GetObject' })).toBe(true);
    expect(canDo({ documents: [document] }, { action: 'iam:EnableMFADevice' })).toBe(false);
  });

  it('is not taken in by a policy of that name that says something else', () => {
    const fake = { name: 'webmarket-deny-without-mfa', document: policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' }) };
    expect(verdicts(consoleWithoutMfa, of(user({ hasMfa: false, inlinePolicies: [fake] })))).toEqual([['IAM3/alice/mfa', 'approval']]);
  });
});

describe('IAM4', () => {
  const { lastUsedAt: _used, ...neverUsed } = accessKey({ createdAt: daysAgo(46) });
  it.each([
    ['a key unused for 46 days', user({ accessKeys: [accessKey({ createdAt: daysAgo(99), lastUsedAt: daysAgo(46) })] }), [['key/' + daysAgo(99), 'automatic']]],
    ['a key never used', user({ accessKeys: [neverUsed] }), [['key/' + daysAgo(46), 'automatic']]],
    ['a key used in time', user({ accessKeys: [accessKey({ createdAt: daysAgo(400), lastUsedAt: daysAgo(45) })] }), []],
    ['a young key never used', user({ accessKeys: [{ ...neverUsed, createdAt: daysAgo(44) }] }), []],
    ['an inactive key', user({ accessKeys: [accessKey({ isActive: false, createdAt: daysAgo(99), lastUsedAt: daysAgo(90) })] }), []],
    ['a password unused', user({ password: { isEnabled: true, lastUsedAt: daysAgo(46), lastChangedAt: daysAgo(200) } }), [['password', 'approval']]],
    ['a password never used', user({ password: { isEnabled: true, lastChangedAt: daysAgo(46) } }), [['password', 'approval']]],
    ['a password of which nothing is known', user({ password: { isEnabled: true } }), [['password', 'approval']]],
    ['a password set anew a week ago', user({ password: { isEnabled: true, lastUsedAt: daysAgo(90), lastChangedAt: daysAgo(7) } }), []],
    ['a new user', user({ createdAt: daysAgo(2), password: { isEnabled: true } }), []],
    ['no password', user({ password: { isEnabled: false, lastUsedAt: daysAgo(90) } }), []],
  ])('%s', (_what, someone, expected) => {
    expect(verdicts(unusedCredentials, of(someone))).toEqual(expected.map(([what, remediation]) => [`IAM4/alice/${what}`, remediation]));
  });

  it('sets a key inactive, by id where it is known', () => {
    const key = accessKey({ createdAt: daysAgo(99), lastUsedAt: daysAgo(50) });
    expect(repairs(unusedCredentials, of(user({ accessKeys: [key, { ...key, createdAt: daysAgo(98), id: 'AKIA1' }] })))).toEqual([
      { kind: 'set-key-status', userName: 'alice', createdAt: daysAgo(99), status: 'Inactive' },
      { kind: 'set-key-status', userName: 'alice', createdAt: daysAgo(98), keyId: 'AKIA1', status: 'Inactive' },
    ]);
  });

  it('denies a password everything, and is content with that even if keys come and go', () => {
    const someone = user({ password: { isEnabled: true } });
    const actions = repairs(unusedCredentials, of(someone));
    expect(actions).toMatchObject([{ policyName: 'webmarket-deny-unused-password', document: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] } }]);
    expect(canDo({ documents: [documentPut(actions), allow('*')] }, { action: 's3:GetObject' })).toBe(false);
    const contained = after(someone, actions);
    for (const accessKeys of [[], [accessKey()]]) {
      expect(verdicts(unusedCredentials, of({ ...contained, accessKeys }))).toEqual([['IAM4/alice/password-contained', 'report-only']]);
    }
  });

  it('spares the access keys that are in use', () => {
    const document = documentPut(repairs(unusedCredentials, of(user({ password: { isEnabled: true }, accessKeys: [accessKey()] }))));
    expect(document.Statement).toMatchObject([{ Effect: 'Deny', Action: '*', Condition: { Null: { 'aws:TokenIssueTime': 'false' } } }]);
  });
});

describe('IAM5', () => {
  it.each([
    ['a young key', [accessKey({ createdAt: daysAgo(90) })], []],
    ['an old key', [accessKey({ createdAt: daysAgo(91) })], [91]],
    ['an old key that is inactive', [accessKey({ createdAt: daysAgo(91), isActive: false })], []],
    ['two active keys, of which the older goes', [accessKey({ createdAt: daysAgo(2) }), accessKey({ createdAt: daysAgo(30) })], [30]],
    ['two keys, one inactive', [accessKey({ createdAt: daysAgo(2) }), accessKey({ createdAt: daysAgo(30), isActive: false })], []],
    ['two old keys', [accessKey({ createdAt: daysAgo(100) }), accessKey({ createdAt: daysAgo(200) })], [200, 100]],
  ])('%s', (_what, accessKeys, expected) => {
    const scene = of(user({ accessKeys }));
    expect(verdicts(keyRotation, scene)).toEqual(expected.map((days) => [`IAM5/alice/key/${daysAgo(days)}`, 'approval']));
    expect(repairs(keyRotation, scene)).toEqual(expected.map((days) => ({ kind: 'set-key-status', userName: 'alice', createdAt: daysAgo(days), status: 'Inactive' })));
  });
});

describe('IAM6', () => {
  const holder = user({ name: 'deployer', accessKeys: [accessKey()] });
  it.each([
    ['who was not allowed one', holder, [], 1],
    ['who was', holder, ['deployer'], 0],
    ['whose namesake was', holder, ['deployer2', 'Deployer'], 1],
    ['whose key is inactive', user({ accessKeys: [accessKey({ isActive: false })] }), [], 0],
    ['without a key', user(), [], 0],
  ])('a user %s', (_what, someone, allowedAccessKeys, expected) => {
    expect(repairs(staticKeys, { ...of(someone), settings: { allowedAccessKeys } })).toHaveLength(expected);
  });
});

describe('IAM7', () => {
  const inline = (name: string, document: PolicyDocument) => user({ inlinePolicies: [{ name, document }] });
  const deny = policy({ Effect: 'Deny', Action: '*', Resource: '*' });
  it.each<[string, User, unknown[]]>([
    ['an inline policy', inline('reports', allow('s3:GetObject')), [['IAM7/alice/inline/reports', 'approval']]],
    ['a policy of ours', inline('webmarket-deny-without-mfa', deny), []],
    ['a policy that only bears such a name', inline('webmarket-deny-x', allow('*')), [['IAM7/alice/inline/webmarket-deny-x', 'approval']]],
    ['a policy that only denies', inline('quarantine', deny), [['IAM7/alice/inline/quarantine', 'report-only']]],
    ['a policy of a group', user({ groups: [{ name: 'staff', inlinePolicies: [{ name: 'p', document: allow('s3:*') }], attachedPolicyArns: ['x'] }] }), []],
  ])('%s', (_what, someone, expected) => {
    expect(verdicts(userPolicies, of(someone))).toEqual(expected);
  });

  it('detaches what was attached, deletes what was written, and leaves a quarantine alone', () => {
    const reading = managedPolicy({ name: 'reading', document: allow('s3:GetObject') });
    const quarantine = managedPolicy({ name: 'AWSCompromisedKeyQuarantineV3', isAwsManaged: true, document: deny });
    const someone = user({ attachedPolicyArns: [reading.arn, quarantine.arn, 'arn:aws:iam::aws:policy/Unread'], inlinePolicies: [{ name: 'reports', document: allow('s3:GetObject') }] });
    expect(repairs(userPolicies, { snapshot: { users: [someone], managedPolicies: [reading, quarantine] } })).toEqual([
      { kind: 'detach-user-policy', userName: 'alice', policyArn: reading.arn },
      { kind: 'delete-user-policy', userName: 'alice', policyName: 'reports', before: allow('s3:GetObject') },
    ]);
    expect(found(userPolicies, { snapshot: { users: [someone], managedPolicies: [reading, quarantine] } })).toHaveLength(4);
  });
});
