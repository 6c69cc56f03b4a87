import type { RepairAction } from './repair.ts';

/** What undoes an action. Everything that it needs stands in the action itself. */
export function inverseOf(action: RepairAction): RepairAction {
  switch (action.kind) {
    case 'authorise-rule':
      // The id that EC2 gave the rule is looked up at the write: the reply that held it may be lost.
      return { ...action, kind: 'revoke-rule' };
    case 'revoke-rule': {
      const { groupId, rule, description } = action;
      return { kind: 'authorise-rule', groupId, rule, ...(description === undefined ? {} : { description }) };
    }
    case 'set-interface-groups':
    case 'set-load-balancer-groups':
    case 'set-database-groups':
      return { ...action, groupIds: action.before, before: action.groupIds };
    case 'set-prefix-list-entries':
      return { ...action, add: action.remove, remove: action.add };
    case 'delete-acl-entry':
      return { ...action, kind: 'create-acl-entry' };
    case 'create-acl-entry':
      return { ...action, kind: 'delete-acl-entry' };
    case 'set-key-status':
      return { ...action, status: action.status === 'Active' ? 'Inactive' : 'Active' };
    case 'put-role-policy':
    case 'delete-role-policy':
    case 'attach-role-policy':
    case 'detach-role-policy':
    case 'set-role-trust':
    case 'set-role-boundary':
      return inverseForRole(action);
    case 'put-user-policy':
    case 'delete-user-policy':
    case 'attach-user-policy':
    case 'detach-user-policy':
      return inverseForUser(action);
    case 'set-password-policy':
      return inverseForPassword(action);
    case 'set-instance-profile':
      return inverseForProfile(action);
  }
}

type Of<Kind extends RepairAction['kind']> = Extract<RepairAction, { readonly kind: Kind }>;

function inverseForRole(
  action: Of<'put-role-policy' | 'delete-role-policy' | 'attach-role-policy' | 'detach-role-policy' | 'set-role-trust' | 'set-role-boundary'>,
): RepairAction {
  const { roleName } = action;
  switch (action.kind) {
    case 'put-role-policy': {
      const { policyName, document, before } = action;
      if (before === undefined) return { kind: 'delete-role-policy', roleName, policyName, before: document };
      return { kind: 'put-role-policy', roleName, policyName, document: before, before: document };
    }
    case 'delete-role-policy':
      return { kind: 'put-role-policy', roleName, policyName: action.policyName, document: action.before };
    case 'attach-role-policy':
      return { ...action, kind: 'detach-role-policy' };
    case 'detach-role-policy':
      return { ...action, kind: 'attach-role-policy' };
    case 'set-role-trust':
      return { ...action, trust: action.before, before: action.trust };
    case 'set-role-boundary': {
      const { boundaryArn: after, before } = action;
      return {
        kind: 'set-role-boundary',
        roleName,
        ...(before === undefined ? {} : { boundaryArn: before }),
        ...(after === undefined ? {} : { before: after }),
      };
    }
  }
}

function inverseForUser(action: Of<'put-user-policy' | 'delete-user-policy' | 'attach-user-policy' | 'detach-user-policy'>): RepairAction {
  const { userName } = action;
  switch (action.kind) {
    case 'put-user-policy':
      return { kind: 'delete-user-policy', userName, policyName: action.policyName, before: action.document };
    case 'delete-user-policy':
      return { kind: 'put-user-policy', userName, policyName: action.policyName, document: action.before };
    case 'attach-user-policy':
      return { ...action, kind: 'detach-user-policy' };
    case 'detach-user-policy':
      return { ...action, kind: 'attach-user-policy' };
  }
}

function inverseForPassword({ policy: after, before }: Of<'set-password-policy'>): RepairAction {
  return {
    kind: 'set-password-policy',
    ...(before === undefined ? {} : { policy: before }),
    ...(after === undefined ? {} : { before: after }),
  };
}

function inverseForProfile({ instanceId, profileArn: after, before }: Of<'set-instance-profile'>): RepairAction {
  return {
    kind: 'set-instance-profile',
    instanceId,
    ...(before === undefined ? {} : { profileArn: before }),
    ...(after === undefined ? {} : { before: after }),
  };
}
