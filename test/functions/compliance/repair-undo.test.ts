import { type RepairAction, repairActionSchema, writerOf, writers } from '../../../functions/compliance/repair.ts';
import { inverseOf } from '../../../functions/compliance/repair-undo.ts';
import { openSsh } from './builders.ts';

const one = { Statement: [{ Effect: 'Allow' as const, Action: 's3:GetObject', Resource: '*' }] };
const two = { Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] };
const entry = { ruleNumber: 90, direction: 'ingress' as const, action: 'allow' as const, protocol: '6', cidr: '0.0.0.0/0', fromPort: 22, toPort: 22 };
const policy = {
  minimumPasswordLength: 14, requireSymbols: true, requireNumbers: true, requireUppercaseCharacters: true, requireLowercaseCharacters: true, allowUsersToChangePassword: true,
};

/** One of every kind, and its inverse. */
const pairs: readonly (readonly [RepairAction, RepairAction])[] = [
  [{ kind: 'revoke-rule', groupId: 'sg-1', ruleId: 'sgr-1', rule: openSsh, description: 'x' }, { kind: 'authorise-rule', groupId: 'sg-1', rule: openSsh, description: 'x' }],
  [{ kind: 'authorise-rule', groupId: 'sg-1', rule: openSsh }, { kind: 'revoke-rule', groupId: 'sg-1', rule: openSsh }],
  [{ kind: 'set-interface-groups', interfaceId: 'eni-1', groupIds: ['a'], before: ['b'] }, { kind: 'set-interface-groups', interfaceId: 'eni-1', groupIds: ['b'], before: ['a'] }],
  [{ kind: 'set-load-balancer-groups', loadBalancerArn: 'arn', groupIds: ['a'], before: ['b'] }, { kind: 'set-load-balancer-groups', loadBalancerArn: 'arn', groupIds: ['b'], before: ['a'] }],
  [{ kind: 'set-database-groups', databaseId: 'db', groupIds: ['a'], before: ['b'] }, { kind: 'set-database-groups', databaseId: 'db', groupIds: ['b'], before: ['a'] }],
  [{ kind: 'set-prefix-list-entries', prefixListId: 'pl-1', version: 1, add: ['a'], remove: ['b'] }, { kind: 'set-prefix-list-entries', prefixListId: 'pl-1', version: 1, add: ['b'], remove: ['a'] }],
  [{ kind: 'delete-acl-entry', networkAclId: 'acl-1', entry }, { kind: 'create-acl-entry', networkAclId: 'acl-1', entry }],
  [{ kind: 'create-acl-entry', networkAclId: 'acl-1', entry }, { kind: 'delete-acl-entry', networkAclId: 'acl-1', entry }],
  [{ kind: 'put-role-policy', roleName: 'r', policyName: 'p', document: one, before: two }, { kind: 'put-role-policy', roleName: 'r', policyName: 'p', document: two, before: one }],
  [{ kind: 'put-role-policy', roleName: 'r', policyName: 'p', document: one }, { kind: 'delete-role-policy', roleName: 'r', policyName: 'p', before: one }],
  [{ kind: 'delete-role-policy', roleName: 'r', policyName: 'p', before: two }, { kind: 'put-role-policy', roleName: 'r', policyName: 'p', document: two }],
  [{ kind: 'attach-role-policy', roleName: 'r', policyArn: 'arn' }, { kind: 'detach-role-policy', roleName: 'r', policyArn: 'arn' }],
  [{ kind: 'detach-role-policy', roleName: 'r', policyArn: 'arn' }, { kind: 'attach-role-policy', roleName: 'r', policyArn: 'arn' }],
  [{ kind: 'set-role-trust', roleName: 'r', trust: one, before: two }, { kind: 'set-role-trust', roleName: 'r', trust: two, before: one }],
  [{ kind: 'set-role-boundary', roleName: 'r', boundaryArn: 'arn' }, { kind: 'set-role-boundary', roleName: 'r', before: 'arn' }],
  [{ kind: 'set-role-boundary', roleName: 'r', before: 'arn' }, { kind: 'set-role-boundary', roleName: 'r', boundaryArn: 'arn' }],
  [{ kind: 'set-key-status', userName: 'u', createdAt: '2027-01-01T00:00:00Z', status: 'Inactive' }, { kind: 'set-key-status', userName: 'u', createdAt: '2027-01-01T00:00:00Z', status: 'Active' }],
  [{ kind: 'put-user-policy', userName: 'u', policyName: 'p', document: one }, { kind: 'delete-user-policy', userName: 'u', policyName: 'p', before: one }],
  [{ kind: 'delete-user-policy', userName: 'u', policyName: 'p', before: one }, { kind: 'put-user-policy', userName: 'u', policyName: 'p', document: one }],
  [{ kind: 'attach-user-policy', userName: 'u', policyArn: 'arn' }, { kind: 'detach-user-policy', userName: 'u', policyArn: 'arn' }],
  [{ kind: 'detach-user-policy', userName: 'u', policyArn: 'arn' }, { kind: 'attach-user-policy', userName: 'u', policyArn: 'arn' }],
  [{ kind: 'set-password-policy', policy, before: { ...policy, minimumPasswordLength: 6 } }, { kind: 'set-password-policy', policy: { ...policy, minimumPasswordLength: 6 }, before: policy }],
  [{ kind: 'set-instance-profile', instanceId: 'i-1', profileArn: 'a', before: 'b' }, { kind: 'set-instance-profile', instanceId: 'i-1', profileArn: 'b', before: 'a' }],
  [{ kind: 'set-instance-profile', instanceId: 'i-1', profileArn: 'a' }, { kind: 'set-instance-profile', instanceId: 'i-1', before: 'a' }],
];

describe('every write can be undone', () => {
  test.each(pairs)('%j', (action, expected) => {
    expect(inverseOf(action)).toEqual(expected);
    expect(repairActionSchema.parse(inverseOf(action))).toEqual(expected);
    expect(writerOf({ actions: [inverseOf(action)] })).toBe(writerOf({ actions: [action] }));
  });

  test('the table has every kind of action', () => {
    expect(new Set(pairs.map(([{ kind }]) => kind))).toEqual(new Set(Object.values(writers).flat()));
  });

  test('a password policy where there was none is taken away again', () => {
    expect(inverseOf({ kind: 'set-password-policy', policy })).toEqual({ kind: 'set-password-policy', before: policy });
  });
});
