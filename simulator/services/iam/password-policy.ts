import type { PasswordPolicy as PasswordPolicyDescription, UpdateAccountPasswordPolicyCommandInput } from '@aws-sdk/client-iam';
import { AwsError } from '../../kernel/aws-error.ts';
import { validationError } from './errors.ts';

/** The account's own rules for passwords of users. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requiresSymbols: boolean;
  readonly requiresNumbers: boolean;
  readonly requiresUppercase: boolean;
  readonly requiresLowercase: boolean;
  readonly letsUsersChange: boolean;
  /** Undefined: passwords do not expire. */
  readonly maxAgeDays: number | undefined;
  /** Undefined: an old password may be used again at once. */
  readonly remembered: number | undefined;
  readonly isExpiryHard: boolean;
}

const ranges = {
  MinimumPasswordLength: [6, 128],
  MaxPasswordAge: [1, 1095],
  PasswordReusePrevention: [1, 24],
} as const;

/**
 * Replaces the policy. There is no partial update: what is left out goes back to its default, 6 for the length and off for
 * the rest (API reference, UpdateAccountPasswordPolicy).
 */
export function passwordPolicyOf(input: UpdateAccountPasswordPolicyCommandInput): PasswordPolicy {
  for (const [name, [low, high]] of Object.entries(ranges)) {
    const value = input[name as keyof typeof ranges];
    if (value !== undefined && (value < low || value > high)) {
      throw validationError(`Value '${value}' at '${name}' failed to satisfy constraint: Member must have value between ${low} and ${high}`);
    }
  }
  return {
    minimumLength: input.MinimumPasswordLength ?? 6,
    requiresSymbols: input.RequireSymbols ?? false,
    requiresNumbers: input.RequireNumbers ?? false,
    requiresUppercase: input.RequireUppercaseCharacters ?? false,
    requiresLowercase: input.RequireLowercaseCharacters ?? false,
    letsUsersChange: input.AllowUsersToChangePassword ?? false,
    maxAgeDays: input.MaxPasswordAge,
    remembered: input.PasswordReusePrevention,
    isExpiryHard: input.HardExpiry ?? false,
  };
}

/** What is not set is not answered. */
export function describePasswordPolicy(policy: PasswordPolicy): PasswordPolicyDescription {
  return {
    MinimumPasswordLength: policy.minimumLength,
    RequireSymbols: policy.requiresSymbols,
    RequireNumbers: policy.requiresNumbers,
    RequireUppercaseCharacters: policy.requiresUppercase,
    RequireLowercaseCharacters: policy.requiresLowercase,
    AllowUsersToChangePassword: policy.letsUsersChange,
    ExpirePasswords: policy.maxAgeDays !== undefined,
    ...(policy.maxAgeDays === undefined ? {} : { MaxPasswordAge: policy.maxAgeDays }),
    ...(policy.remembered === undefined ? {} : { PasswordReusePrevention: policy.remembered }),
    ...(policy.isExpiryHard ? { HardExpiry: true } : {}),
  };
}

/**
 * Throws for a password that the policy does not take. Without a policy it is IAM's own: 8 characters of three kinds
 * (IAM user guide, "Set an account password policy": default password policy).
 */
export function refuseWeakPassword(password: string, policy: PasswordPolicy | undefined): void {
  const kinds = {
    symbols: /[^A-Za-z0-9]/u.test(password),
    numbers: /\d/u.test(password),
    uppercase: /[A-Z]/u.test(password),
    lowercase: /[a-z]/u.test(password),
  };
  const isTaken =
    policy === undefined
      ? password.length >= 8 && Object.values(kinds).filter(Boolean).length >= 3
      : password.length >= policy.minimumLength &&
        (kinds.symbols || !policy.requiresSymbols) &&
        (kinds.numbers || !policy.requiresNumbers) &&
        (kinds.uppercase || !policy.requiresUppercase) &&
        (kinds.lowercase || !policy.requiresLowercase);
  if (!isTaken) throw new AwsError('PasswordPolicyViolationException', 'Password does not conform to the account password policy.');
}
