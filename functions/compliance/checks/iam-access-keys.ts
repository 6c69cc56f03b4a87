import type { Finding } from '../finding.ts';
import type { RepairPlan } from '../repair.ts';
import type { AccessKey, User } from '../snapshot.ts';

/** The key that a finding is about: by the moment of its creation, for the credential report does not tell ids. */
export interface KeyDetail {
  readonly userName: string;
  readonly createdAt: string;
  readonly keyId?: string;
}

export function activeKeys({ accessKeys }: User): readonly AccessKey[] {
  return accessKeys.filter(({ isActive }) => isActive);
}

/** Where a finding about a key belongs, and what its repair needs. */
export function aboutKey(checkId: string, user: User, { createdAt, id }: AccessKey): Pick<Finding<KeyDetail>, 'checkId' | 'key' | 'resource' | 'detail'> {
  return {
    checkId,
    key: `${checkId}/${user.name}/key/${createdAt}`,
    resource: { type: 'AWS::IAM::User', id: user.name },
    detail: { userName: user.name, createdAt, ...(id === undefined ? {} : { keyId: id }) },
  };
}

/** Inactive, not deleted: that can be undone. */
export function deactivateKey({ detail: { userName, createdAt, keyId } }: Finding<KeyDetail>): RepairPlan {
  return { actions: [{ kind: 'set-key-status', userName, createdAt, status: 'Inactive', ...(keyId === undefined ? {} : { keyId }) }] };
}
