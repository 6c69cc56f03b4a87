import { defineCheck } from '../check.ts';
import type { User } from '../snapshot.ts';
import { aboutKey, activeKeys, deactivateKey, type KeyDetail } from './iam-access-keys.ts';
import { daysBetween } from './iam-ages.ts';

const rotationDays = 90;

export const keyRotation = defineCheck<KeyDetail>({
  id: 'IAM5',
  title: 'Access keys are young, and one at a time',
  description: `An active access key is replaced within ${rotationDays} days, and the old one is set inactive: two at once are for the hours of a rotation only.`,
  severity: 'medium',
  references: ['CIS 2.12', 'IAM.3'],
  remediation: 'approval',
  reads: ['users'],
  scope: 'resource',
  evaluate({ users, takenAt }) {
    return users.flatMap((user) => oldKeys(user, takenAt));
  },
  repair: deactivateKey,
});

function oldKeys(user: User, now: string) {
  const keys = activeKeys(user).toSorted((left, right) => Date.parse(left.createdAt) - Date.parse(right.createdAt));
  return keys.flatMap((key, index) => {
    const reasons = [
      ...(daysBetween(key.createdAt, now) > rotationDays ? [`is older than ${rotationDays} days`] : []),
      ...(index < keys.length - 1 ? ['stands beside a newer one that is active too'] : []),
    ];
    if (reasons.length === 0) return [];
    const message = `The access key of ${user.name} from ${key.createdAt} ${reasons.join(' and ')}.`;
    return [{ ...aboutKey('IAM5', user, key), severity: 'medium', remediation: 'approval', message } as const];
  });
}
