import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import type { Snapshot } from '../snapshot.ts';

export const accountHygiene = defineCheck({
  id: 'IAM15',
  title: 'Support can be asked, certificates are valid, outside access is analysed',
  description:
    'Some role has AWSSupportAccess, so that nobody needs the root user to open a case; no server certificate in IAM has expired; and an analyzer of external access is active in the Region.',
  severity: 'medium',
  references: ['CIS 2.15', 'CIS 2.17', 'CIS 2.18', 'CIS 2.19', 'CIS 2.20', 'IAM.18', 'IAM.26', 'IAM.28'],
  remediation: 'report-only',
  reads: ['roles', 'serverCertificates', 'analyzers'],
  scope: 'account',
  evaluate(snapshot) {
    return [...supportRole(snapshot), ...expiredCertificates(snapshot), ...analyzer(snapshot)];
  },
});

function supportRole({ roles, partition, accountId }: Snapshot): readonly Finding[] {
  const policyArn = `arn:${partition}:iam::aws:policy/AWSSupportAccess`;
  if (roles.some(({ attachedPolicyArns }) => attachedPolicyArns.includes(policyArn))) return [];
  return [
    {
      checkId: 'IAM15',
      key: `IAM15/${accountId}/support-role`,
      resource: { type: 'AWS::Account', id: accountId },
      severity: 'low',
      remediation: 'report-only',
      message: `No role has ${policyArn}: cases can be opened by administrators only.`,
      detail: { policyArn },
    },
  ];
}

function expiredCertificates({ serverCertificates, takenAt }: Snapshot): readonly Finding[] {
  return serverCertificates
    .filter(({ expiresAt }) => Date.parse(expiresAt) <= Date.parse(takenAt))
    .map(({ name, arn, expiresAt }) => ({
      checkId: 'IAM15',
      key: `IAM15/${name}/expired`,
      resource: { type: 'AWS::IAM::ServerCertificate', id: name },
      severity: 'medium',
      remediation: 'report-only',
      message: `The server certificate ${name} expired at ${expiresAt}.`,
      detail: { arn, expiresAt },
    }));
}

function analyzer({ analyzers, region, accountId }: Snapshot): readonly Finding[] {
  if (analyzers.some(({ isActive }) => isActive)) return [];
  return [
    {
      checkId: 'IAM15',
      key: `IAM15/${accountId}/access-analyzer`,
      resource: { type: 'AWS::Account', id: accountId },
      severity: 'high',
      remediation: 'report-only',
      message: `No analyzer of external access is active in ${region}.`,
      detail: { region },
    },
  ];
}
