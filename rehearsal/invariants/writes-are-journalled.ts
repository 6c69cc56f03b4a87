import { journals } from '../compliance-evidence.ts';
import type { Stage } from '../stage.ts';
import type { Invariant } from './invariant.ts';

/** The kinds of action that a call carries out, in the doing or in the undoing. */
const kindsOf: Readonly<Record<string, readonly string[]>> = {
  'EC2 AuthorizeSecurityGroupIngress': ['authorise-rule', 'revoke-rule'],
  'EC2 AuthorizeSecurityGroupEgress': ['authorise-rule', 'revoke-rule'],
  'EC2 RevokeSecurityGroupIngress': ['authorise-rule', 'revoke-rule'],
  'EC2 RevokeSecurityGroupEgress': ['authorise-rule', 'revoke-rule'],
  'EC2 ModifyNetworkInterfaceAttribute': ['set-interface-groups'],
  'Elastic Load Balancing v2 SetSecurityGroups': ['set-load-balancer-groups'],
  'RDS ModifyDBInstance': ['set-database-groups'],
  'EC2 ModifyManagedPrefixList': ['set-prefix-list-entries'],
  'EC2 CreateNetworkAclEntry': ['create-acl-entry', 'delete-acl-entry'],
  'EC2 DeleteNetworkAclEntry': ['create-acl-entry', 'delete-acl-entry'],
  'IAM PutRolePolicy': ['put-role-policy', 'delete-role-policy'],
  'IAM DeleteRolePolicy': ['put-role-policy', 'delete-role-policy'],
  'IAM AttachRolePolicy': ['attach-role-policy', 'detach-role-policy'],
  'IAM DetachRolePolicy': ['attach-role-policy', 'detach-role-policy'],
  'IAM UpdateAssumeRolePolicy': ['set-role-trust'],
  'IAM PutRolePermissionsBoundary': ['set-role-boundary'],
  'IAM DeleteRolePermissionsBoundary': ['set-role-boundary'],
  'IAM UpdateAccessKey': ['set-key-status'],
  'IAM PutUserPolicy': ['put-user-policy', 'delete-user-policy'],
  'IAM DeleteUserPolicy': ['put-user-policy', 'delete-user-policy'],
  'IAM AttachUserPolicy': ['attach-user-policy', 'detach-user-policy'],
  'IAM DetachUserPolicy': ['attach-user-policy', 'detach-user-policy'],
  'IAM UpdateAccountPasswordPolicy': ['set-password-policy'],
  'IAM DeleteAccountPasswordPolicy': ['set-password-policy'],
  'EC2 AssociateIamInstanceProfile': ['set-instance-profile'],
  'EC2 ReplaceIamInstanceProfileAssociation': ['set-instance-profile'],
  'EC2 DisassociateIamInstanceProfile': ['set-instance-profile'],
};

/** Writes of the writers that no journal knows of: neither the kind of action nor the resource. */
export function unplannedWrites(stage: Stage): string[] {
  const entries = [...journals(stage).values()].flat().map(({ action, at }) => ({ kind: action.kind, text: JSON.stringify(action), at: Date.parse(at) }));
  return stage.writes.flatMap(({ at, operation, resources }) => {
    const kinds = kindsOf[operation] ?? [];
    const isKnown = entries.some(
      // The account's password policy has no name: its kind says it all.
      ({ kind, text }) => kinds.includes(kind) && (kind === 'set-password-policy' || resources.some((resource) => text.includes(resource))),
    );
    return isKnown ? [] : [`${operation} on ${resources.join(', ')} at ${new Date(at).toISOString()} stands in no journal`];
  });
}

export const writesAreJournalled: Invariant = {
  id: 'writes-are-journalled',
  statement: 'No repair writes what does not stand in its journal',
  check: unplannedWrites,
};
