import type { Directory } from './directory.ts';
import { deleteConflict } from './errors.ts';
import type { PolicyHolder, User } from './principals.ts';
import type { Role } from './role.ts';

/** Each throws for what cannot be deleted yet: IAM deletes nothing along with it. */
export function refuseRoleInUse(directory: Directory, role: Role): void {
  const profiles = [...directory.instanceProfiles.writtenValues()];
  if (profiles.some(({ roleNames }) => roleNames.includes(role.name))) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  refuseWithPolicies(role);
}

/** API reference, DeleteUser. */
export function refuseUserInUse(user: User): void {
  const obstacles = [
    [user.groups.size > 0, 'must remove users from group first'],
    [user.accessKeys.length > 0, 'must delete access keys first'],
    [user.mfaDevices.length > 0, 'must delete MFA device first'],
    [user.password !== undefined, 'must delete login profile first'],
  ] as const;
  const [, obstacle] = obstacles.find(([stands]) => stands) ?? [];
  if (obstacle !== undefined) throw deleteConflict(`Cannot delete entity, ${obstacle}.`);
  refuseWithPolicies(user);
}

export function refuseGroupInUse(directory: Directory, group: PolicyHolder): void {
  const users = [...directory.holders.user.writtenValues()];
  if (users.some(({ groups }) => groups.has(group.name))) {
    throw deleteConflict('Cannot delete entity, must remove users from group first.');
  }
  refuseWithPolicies(group);
}

export function refusePolicyInUse({ holders }: Directory, arn: string): void {
  const all = [...holders.user.writtenValues(), ...holders.group.writtenValues(), ...holders.role.writtenValues()];
  const isUsed = all.some((holder) => holder.attached.has(arn) || ('boundaryArn' in holder && holder.boundaryArn === arn));
  if (isUsed) throw deleteConflict('Cannot delete a policy attached to entities.');
}

function refuseWithPolicies({ attached, inline }: PolicyHolder): void {
  if (attached.size > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (inline.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
}
