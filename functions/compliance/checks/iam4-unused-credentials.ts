import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import type { PolicyDocument } from '../policy-document.ts';
import type { AccessKey, User } from '../snapshot.ts';
import { aboutKey, activeKeys, deactivateKey, type KeyDetail } from './iam-access-keys.ts';
import { daysBetween, latest } from './iam-ages.ts';
import { denyUnusedPassword, isContained, unusedPasswordPolicyName } from './iam-containment.ts';

const unusedDays = 45;

interface PasswordDetail {
  readonly userName: string;
  readonly document: PolicyDocument;
}

type Detail = KeyDetail | PasswordDetail;

export const unusedCredentials = defineCheck<Detail>({
  id: 'IAM4',
  title: 'Credentials that nobody uses do not work',
  description:
    `An access key or a password that was not used for ${unusedDays} days, or was made or changed that long ago and never used, is set inactive or, for a password, denied everything. Keys need no approval: nobody is using them, and they are made active again in one step.`,
  severity: 'medium',
  references: ['CIS 2.11', 'IAM.22'],
  remediation: 'automatic',
  reads: ['users'],
  scope: 'resource',
  evaluate({ users, takenAt }) {
    return users.flatMap((user) => [...unusedKeys(user, takenAt), ...unusedPassword(user, takenAt)]);
  },
  repair(finding) {
    if (isAboutKey(finding)) return deactivateKey(finding);
    const { userName, document } = finding.detail as PasswordDetail;
    return { actions: [{ kind: 'put-user-policy', userName, policyName: unusedPasswordPolicyName, document }] };
  },
});

function isAboutKey(finding: Finding<Detail>): finding is Finding<KeyDetail> {
  return 'createdAt' in finding.detail;
}

function unusedKeys(user: User, now: string): readonly Finding<KeyDetail>[] {
  return activeKeys(user).flatMap((key) => {
    if (isInUse(key, now)) return [];
    const since = lastTouched(key);
    const message = `An access key of ${user.name} ${key.lastUsedAt === undefined ? 'was never used since it was made' : 'was last used'} at ${since}, over ${unusedDays} days ago.`;
    return [{ ...aboutKey('IAM4', user, key), severity: 'medium', remediation: 'automatic', message }];
  });
}

function lastTouched({ createdAt, lastUsedAt }: AccessKey): string {
  return latest(createdAt, lastUsedAt);
}

function isInUse(key: AccessKey, now: string): boolean {
  return daysBetween(lastTouched(key), now) <= unusedDays;
}

function unusedPassword(user: User, now: string): readonly Finding<PasswordDetail>[] {
  const { isEnabled, lastUsedAt, lastChangedAt } = user.password;
  const since = latest(user.createdAt, lastChangedAt, lastUsedAt);
  if (!isEnabled || daysBetween(since, now) <= unusedDays) return [];
  const document = denyUnusedPassword({ sparesKeys: activeKeys(user).some((key) => isInUse(key, now)) });
  const about = { checkId: 'IAM4', resource: { type: 'AWS::IAM::User', id: user.name }, detail: { userName: user.name, document } } as const;
  const usage = `The password of ${user.name} was ${lastUsedAt === undefined ? 'never used since it was set' : 'last used or set'} at ${since}, over ${unusedDays} days ago`;
  // Keys come and go; a password that either form holds needs no second approval.
  const isHeld = isContained(user, unusedPasswordPolicyName, denyUnusedPassword({ sparesKeys: true }), denyUnusedPassword({ sparesKeys: false }));
  if (isHeld) {
    const message = `${usage}; ${unusedPasswordPolicyName} denies it everything.`;
    return [{ ...about, key: `IAM4/${user.name}/password-contained`, severity: 'low', remediation: 'report-only', message }];
  }
  return [{ ...about, key: `IAM4/${user.name}/password`, severity: 'medium', remediation: 'approval', message: `${usage}.` }];
}
