import { type ListAnalyzersCommandOutput, paginateListAnalyzers } from '@aws-sdk/client-accessanalyzer';
import {
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  paginateListServerCertificates,
  paginateListVirtualMFADevices,
} from '@aws-sdk/client-iam';
import { accessAnalyzer, iam } from '../platform/clients.ts';
import { isNamed, Transient } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import { pageSizes } from './collect-calls.ts';
import { given, instant, present } from './collect-fields.ts';
import { type CredentialReport, parseCredentialReport } from './credential-report.ts';
import type { PasswordPolicy, RootAccount, ServerCertificate, Snapshot } from './snapshot.ts';

/** The report that was asked for before: it may be four hours old. */
export async function collectCredentialReport(): Promise<CredentialReport> {
  try {
    const { Content } = await iam().send(new GetCredentialReportCommand({}));
    return parseCredentialReport(new TextDecoder().decode(given(Content, 'the Content of the credential report')));
  } catch (error) {
    // Somebody else has asked for a new one in the meantime.
    if (isNamed(error, 'CredentialReportNotReadyException')) throw new Transient('The credential report is not ready.', { cause: error });
    throw error;
  }
}

/** The root user: as it is now, and when the report saw it last. */
export async function collectRootAccount(report: CredentialReport): Promise<RootAccount> {
  const { SummaryMap: summary = {} } = await iam().send(new GetAccountSummaryCommand({}));
  const hasMfa = given(summary.AccountMFAEnabled, 'AccountMFAEnabled') > 0;
  return {
    hasAccessKeys: given(summary.AccountAccessKeysPresent, 'AccountAccessKeysPresent') > 0,
    hasMfa,
    hasHardwareMfa: hasMfa && !(await hasVirtualRootMfa()),
    ...report.root,
  };
}

/** The root user's devices are told to nobody else, but virtual ones are listed with their owners. */
async function hasVirtualRootMfa(): Promise<boolean> {
  const config = { client: iam(), pageSize: pageSizes.ListVirtualMFADevices };
  for await (const { VirtualMFADevices } of paginateListVirtualMFADevices(config, { AssignmentStatus: 'Assigned' })) {
    if ((VirtualMFADevices ?? []).some(({ User: user }) => user?.Arn?.endsWith(':root') === true)) return true;
  }
  return false;
}

export async function collectPasswordPolicy(): Promise<PasswordPolicy | undefined> {
  try {
    const { PasswordPolicy: policy } = await iam().send(new GetAccountPasswordPolicyCommand({}));
    return {
      minimumPasswordLength: given(policy?.MinimumPasswordLength, 'MinimumPasswordLength'),
      requireSymbols: policy?.RequireSymbols === true,
      requireNumbers: policy?.RequireNumbers === true,
      requireUppercaseCharacters: policy?.RequireUppercaseCharacters === true,
      requireLowercaseCharacters: policy?.RequireLowercaseCharacters === true,
      allowUsersToChangePassword: policy?.AllowUsersToChangePassword === true,
      ...present({ passwordReusePrevention: policy?.PasswordReusePrevention, maxPasswordAge: policy?.MaxPasswordAge, hardExpiry: policy?.HardExpiry }),
    };
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException')) return undefined;
    throw error;
  }
}

export function collectServerCertificates(): Promise<ServerCertificate[]> {
  const pages = paginateListServerCertificates({ client: iam(), pageSize: pageSizes.ListServerCertificates }, {});
  return gather(pages, ({ ServerCertificateMetadataList: certificates }) =>
    (certificates ?? []).map((certificate) => ({
      name: given(certificate.ServerCertificateName, 'ServerCertificateName'),
      arn: given(certificate.Arn, 'the Arn of a server certificate'),
      expiresAt: instant(certificate.Expiration, 'the Expiration of a server certificate'),
    })),
  );
}

/** Analyzers of access from outside; those of unused and of internal access answer other questions. */
const externalAccess: ReadonlySet<string> = new Set(['ACCOUNT', 'ORGANIZATION']);

export function collectAnalyzers(): Promise<Snapshot['analyzers'][number][]> {
  const pages = paginateListAnalyzers({ client: accessAnalyzer(), pageSize: pageSizes.ListAnalyzers }, {});
  return gather(pages, ({ analyzers }: ListAnalyzersCommandOutput) =>
    (analyzers ?? []).flatMap(({ arn, type, status }) => {
      const kind = given(type, 'the type of an analyzer');
      return externalAccess.has(kind) ? [{ arn: given(arn, 'the arn of an analyzer'), type: kind, isActive: status === 'ACTIVE' }] : [];
    }),
  );
}
