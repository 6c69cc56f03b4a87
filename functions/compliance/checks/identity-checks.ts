import type { Check } from '../check.ts';
import { rootAccount } from './iam1-root-account.ts';
import { passwordPolicy } from './iam2-password-policy.ts';
import { consoleWithoutMfa } from './iam3-console-without-mfa.ts';
import { unusedCredentials } from './iam4-unused-credentials.ts';
import { keyRotation } from './iam5-key-rotation.ts';
import { staticKeys } from './iam6-static-keys.ts';
import { userPolicies } from './iam7-user-policies.ts';
import { fullAdministration } from './iam8-full-administration.ts';
import { broadGrants } from './iam9-broad-grants.ts';
import { privilegeEscalation } from './iam10-privilege-escalation.ts';
import { openTrust } from './iam11-open-trust.ts';
import { confusedDeputy } from './iam12-confused-deputy.ts';
import { roleDrift } from './iam13-role-drift.ts';
import { instanceProfiles } from './iam14-instance-profiles.ts';
import { accountHygiene } from './iam15-account-hygiene.ts';
import { unusedAccess } from './iam16-unused-access.ts';

/** Checks of users, roles and their policies, in the order of their ids. */
export const identityChecks: readonly Check[] = [
  rootAccount, passwordPolicy, consoleWithoutMfa, unusedCredentials, keyRotation, staticKeys, userPolicies, fullAdministration,
  broadGrants, privilegeEscalation, openTrust, confusedDeputy, roleDrift, instanceProfiles, accountHygiene, unusedAccess,
];
