import { defineCheck } from '../check.ts';
import type { PasswordPolicy } from '../snapshot.ts';

const minimumLength = 14;
/** The most that IAM can remember. */
const rememberedPasswords = 24;

/**
 * What a policy of one's own has to say so as not to be weaker than the default one: eight characters, of three of the four
 * kinds, which a policy cannot express other than by all four (IAM user guide, "Default password policy").
 */
const noWeakerThanDefault: PasswordPolicy = {
  minimumPasswordLength: 8,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercaseCharacters: true,
  requireLowercaseCharacters: true,
  allowUsersToChangePassword: false,
};

interface Detail {
  readonly before?: PasswordPolicy;
  readonly policy: PasswordPolicy;
}

export const passwordPolicy = defineCheck<Detail>({
  id: 'IAM2',
  title: 'Passwords are long and not used again',
  description:
    `The account's password policy asks for ${minimumLength} characters and remembers ${rememberedPasswords} passwords. The repair keeps every other member as it is, because IAM resets what an update leaves out.`,
  severity: 'medium',
  references: ['CIS 2.8', 'CIS 2.9', 'IAM.15', 'IAM.16'],
  remediation: 'automatic',
  reads: ['passwordPolicy'],
  scope: 'resource',
  evaluate({ accountId, passwordPolicy: before }) {
    const { minimumPasswordLength: length, passwordReusePrevention: remembered = 0 } = before ?? noWeakerThanDefault;
    const faults = [
      ...(length < minimumLength ? [`${length} characters are enough instead of ${minimumLength}`] : []),
      ...(remembered < rememberedPasswords ? [`${remembered} passwords are remembered instead of ${rememberedPasswords}`] : []),
    ];
    if (faults.length === 0) return [];
    const policy = {
      ...(before ?? noWeakerThanDefault),
      minimumPasswordLength: Math.max(length, minimumLength),
      passwordReusePrevention: Math.max(remembered, rememberedPasswords),
    };
    return [
      {
        checkId: 'IAM2',
        key: `IAM2/${accountId}/password-policy`,
        resource: { type: 'AWS::Account', id: accountId },
        severity: 'medium',
        remediation: 'automatic',
        message: `${before === undefined ? 'The account has no password policy of its own' : 'The password policy is weak'}: ${faults.join(', ')}.`,
        detail: { policy, ...(before === undefined ? {} : { before }) },
      },
    ];
  },
  repair({ detail: { policy, before } }) {
    return { actions: [{ kind: 'set-password-policy', policy, ...(before === undefined ? {} : { before }) }] };
  },
});
