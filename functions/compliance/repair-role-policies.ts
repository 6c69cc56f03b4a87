import {
  AttachRolePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { iam } from '../platform/clients.ts';
import { createRepairer, refuseAction, unlessGone } from './repairer.ts';
import type { RepairAction } from './repair.ts';

/** Writes the policies, the trust and the boundary of roles. */
export const handler = createRepairer('RolePolicies', (action) => unlessGone(() => perform(action)));

async function perform(action: RepairAction): Promise<void> {
  switch (action.kind) {
    case 'put-role-policy': {
      const { roleName: RoleName, policyName: PolicyName, document } = action;
      await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }));
      return;
    }
    case 'delete-role-policy':
      await iam().send(new DeleteRolePolicyCommand({ RoleName: action.roleName, PolicyName: action.policyName }));
      return;
    case 'attach-role-policy':
      await iam().send(new AttachRolePolicyCommand({ RoleName: action.roleName, PolicyArn: action.policyArn }));
      return;
    case 'detach-role-policy':
      await iam().send(new DetachRolePolicyCommand({ RoleName: action.roleName, PolicyArn: action.policyArn }));
      return;
    case 'set-role-trust': {
      const { roleName: RoleName, trust } = action;
      await iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) }));
      return;
    }
    case 'set-role-boundary': {
      const { roleName: RoleName, boundaryArn: PermissionsBoundary } = action;
      await (PermissionsBoundary === undefined
        ? iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
        : iam().send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })));
      return;
    }
    default:
      refuseAction(action);
  }
}
