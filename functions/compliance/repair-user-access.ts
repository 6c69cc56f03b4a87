import {
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { iam } from '../platform/clients.ts';
import { createRepairer, refuseAction, unlessGone } from './repairer.ts';
import type { RepairAction } from './repair.ts';

/** Writes the status of access keys, and the policies of users. */
export const handler = createRepairer('UserAccess', (action) => unlessGone(() => perform(action)));

async function perform(action: RepairAction): Promise<void> {
  switch (action.kind) {
    case 'set-key-status':
      await setKeyStatus(action);
      return;
    case 'put-user-policy': {
      const { userName: UserName, policyName: PolicyName, document } = action;
      await iam().send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: JSON.stringify(document) }));
      return;
    }
    case 'delete-user-policy':
      await iam().send(new DeleteUserPolicyCommand({ UserName: action.userName, PolicyName: action.policyName }));
      return;
    case 'attach-user-policy':
      await iam().send(new AttachUserPolicyCommand({ UserName: action.userName, PolicyArn: action.policyArn }));
      return;
    case 'detach-user-policy':
      await iam().send(new DetachUserPolicyCommand({ UserName: action.userName, PolicyArn: action.policyArn }));
      return;
    default:
      refuseAction(action);
  }
}

/** The credential report tells when a key was made and not its id; a user has two keys at most. */
async function setKeyStatus({ userName, createdAt, status }: Extract<RepairAction, { kind: 'set-key-status' }>): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam().send(new ListAccessKeysCommand({ UserName: userName }));
  const keys = AccessKeyMetadata.filter(({ CreateDate }) => CreateDate !== undefined && wholeSeconds(CreateDate) === wholeSeconds(new Date(createdAt)));
  for (const { AccessKeyId, Status } of keys) {
    if (Status === status) continue;
    await iam().send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId, Status: status }));
  }
}

function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
