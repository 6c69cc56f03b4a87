import { DeleteAccountPasswordPolicyCommand, UpdateAccountPasswordPolicyCommand } from '@aws-sdk/client-iam';
import { iam } from '../platform/clients.ts';
import { createRepairer, refuseAction, unlessGone } from './repairer.ts';

/** Writes the password policy of the account, whole: IAM resets what a call leaves out. */
export const handler = createRepairer('PasswordPolicy', async (action) => {
  if (action.kind !== 'set-password-policy') refuseAction(action);
  const { policy } = action;
  if (policy === undefined) {
    await unlessGone(() => iam().send(new DeleteAccountPasswordPolicyCommand({})));
    return;
  }
  await iam().send(
    new UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: policy.minimumPasswordLength,
      PasswordReusePrevention: policy.passwordReusePrevention,
      MaxPasswordAge: policy.maxPasswordAge,
      RequireSymbols: policy.requireSymbols,
      RequireNumbers: policy.requireNumbers,
      RequireUppercaseCharacters: policy.requireUppercaseCharacters,
      RequireLowercaseCharacters: policy.requireLowercaseCharacters,
      AllowUsersToChangePassword: policy.allowUsersToChangePassword,
      HardExpiry: policy.hardExpiry,
    }),
  );
});
