import { defineCheck } from '../check.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { denyWithoutMfa, isContained, withoutMfaPolicyName } from './iam-containment.ts';

interface Detail {
  readonly userName: string;
  readonly document: PolicyDocument;
}

export const consoleWithoutMfa = defineCheck<Detail>({
  id: 'IAM3',
  title: 'Users of the console have MFA',
  description:
    'Whoever has a password has an MFA device too. A password cannot be taken away for a time, so the repair denies sessions without MFA everything but to register a device; from then on it is only reported until there is one.',
  severity: 'high',
  references: ['CIS 2.10', 'IAM.5', 'IAM.19'],
  remediation: 'approval',
  reads: ['users'],
  scope: 'resource',
  evaluate({ users }) {
    return users
      .filter(({ password, hasMfa }) => password.isEnabled && !hasMfa)
      .map((user) => {
        const document = denyWithoutMfa(user);
        const about = { checkId: 'IAM3', resource: { type: 'AWS::IAM::User', id: user.name }, detail: { userName: user.name, document } } as const;
        if (isContained(user, withoutMfaPolicyName, document)) {
          const message = `The user ${user.name} has a password without MFA; ${withoutMfaPolicyName} denies everything until there is a device.`;
          return { ...about, key: `IAM3/${user.name}/contained`, severity: 'low', remediation: 'report-only', message };
        }
        const message = `The user ${user.name} can sign in to the console with a password alone.`;
        return { ...about, key: `IAM3/${user.name}/mfa`, severity: 'high', remediation: 'approval', message };
      });
  },
  repair({ detail: { userName, document } }) {
    return { actions: [{ kind: 'put-user-policy', userName, policyName: withoutMfaPolicyName, document }] };
  },
});
