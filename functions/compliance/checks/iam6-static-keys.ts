import { defineCheck } from '../check.ts';
import { aboutKey, activeKeys, deactivateKey, type KeyDetail } from './iam-access-keys.ts';

export const staticKeys = defineCheck<KeyDetail>({
  id: 'IAM6',
  title: 'Nobody has an access key who was not allowed one',
  description:
    'Instances and functions take their credentials from roles, and people sign in. An active access key of a user who is not among allowedAccessKeys is one that somebody made beside that.',
  severity: 'high',
  references: [],
  remediation: 'approval',
  reads: ['users'],
  scope: 'resource',
  evaluate({ users }, _baseline, { allowedAccessKeys }) {
    return users
      .filter(({ name }) => !allowedAccessKeys.includes(name))
      .flatMap((user) =>
        activeKeys(user).map((key) => ({
          ...aboutKey('IAM6', user, key),
          severity: 'high',
          remediation: 'approval',
          message: `${user.name} has an active access key from ${key.createdAt} and is not among allowedAccessKeys.`,
        })),
      );
  },
  repair: deactivateKey,
});
