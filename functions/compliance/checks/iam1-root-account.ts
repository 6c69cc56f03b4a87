import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import type { Snapshot } from '../snapshot.ts';
import { daysBetween } from './iam-ages.ts';

/** What one needs the root user for comes up once in years; a month shows each use in some thirty nightly reports. */
const recentUseDays = 30;

export const rootAccount = defineCheck({
  id: 'IAM1',
  title: 'The root user has no keys, has hardware MFA and is not used',
  description:
    `No policy limits the root user. It has neither access keys nor a password without MFA, the MFA is a device and not an app, and nobody used it in the last ${recentUseDays} days.`,
  severity: 'critical',
  references: ['CIS 2.4', 'CIS 2.5', 'CIS 2.6', 'CIS 2.7', 'IAM.4', 'IAM.9', 'IAM.6', 'IAM.20'],
  remediation: 'report-only',
  reads: ['rootAccount'],
  scope: 'account',
  evaluate(snapshot) {
    const { hasAccessKeys, hasMfa, hasHardwareMfa } = snapshot.rootAccount;
    return [
      ...(hasAccessKeys ? [finding(snapshot, 'access-keys', 'The root user has access keys: delete them, signed in as root.')] : []),
      ...(hasMfa ? [] : [finding(snapshot, 'mfa', 'The root user has no MFA.')]),
      ...(hasMfa && !hasHardwareMfa ? [finding(snapshot, 'hardware-mfa', 'The MFA of the root user is an app, not a hardware device.')] : []),
      ...recentUses(snapshot),
    ];
  },
});

function finding({ accountId }: Snapshot, what: string, message: string): Finding {
  return {
    checkId: 'IAM1',
    key: `IAM1/${accountId}/${what}`,
    resource: { type: 'AWS::Account', id: accountId },
    severity: 'critical',
    remediation: 'report-only',
    message,
    detail: { what },
  };
}

function recentUses(snapshot: Snapshot): readonly Finding[] {
  const { passwordLastUsedAt, accessKeyLastUsedAt } = snapshot.rootAccount;
  return Object.entries({ password: passwordLastUsedAt, 'access-key': accessKeyLastUsedAt }).flatMap(([credential, usedAt]) => {
    if (usedAt === undefined || daysBetween(usedAt, snapshot.takenAt) > recentUseDays) return [];
    const message = `The ${credential.replace('-', ' ')} of the root user was used at ${usedAt}, within the last ${recentUseDays} days.`;
    return [{ ...finding(snapshot, `${credential}-used`, message), severity: 'high' as const, detail: { what: `${credential}-used`, usedAt } }];
  });
}
