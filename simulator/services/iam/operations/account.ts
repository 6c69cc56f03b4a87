import type * as sdk from '@aws-sdk/client-iam';
import { type Operation, operation } from '../../../kernel/service.ts';
import { dateOf, summariseUser } from '../describe.ts';
import { noSuchEntity, validationError } from '../errors.ts';
import { pageByMarker, underPath } from '../paging.ts';
import { describePasswordPolicy, passwordPolicyOf } from '../password-policy.ts';
import { onAccount, onArn } from '../requests.ts';
import type { OperationState } from './state.ts';

/** Quotas of an account that asked for no more (IAM user guide, "IAM and AWS STS quotas"). They are told, and not enforced. */
const quotas = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
};

/** The account itself: its summary, password policy, devices of all its users, and certificates. */
export function accountOperations(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  return {
    GetAccountSummary: operation<sdk.GetAccountSummaryCommandInput, sdk.GetAccountSummaryCommandOutput>({
      authorise: () => onAccount('GetAccountSummary'),
      execute: () => ({ SummaryMap: summarise(state) }),
    }),
    ListVirtualMFADevices: operation<sdk.ListVirtualMFADevicesCommandInput, sdk.ListVirtualMFADevicesCommandOutput>({
      authorise: () => onArn('ListVirtualMFADevices', directory.arn('mfa/*')),
      execute: (input) => {
        const page = pageByMarker(virtualDevices(state, input.AssignmentStatus), input);
        return { VirtualMFADevices: page.items, ...page.rest };
      },
    }),
    ListServerCertificates: operation<sdk.ListServerCertificatesCommandInput, sdk.ListServerCertificatesCommandOutput>({
      authorise: () => onArn('ListServerCertificates', directory.arn('server-certificate/')),
      execute: (input) => {
        const page = pageByMarker(underPath(directory.serverCertificates.list(), input.PathPrefix), input);
        const certificates = page.items.map((certificate) => ({
          Path: certificate.path,
          ServerCertificateName: certificate.name,
          ServerCertificateId: certificate.id,
          Arn: certificate.arn,
          UploadDate: dateOf(certificate.uploadedAt),
          Expiration: dateOf(certificate.expiresAt),
        }));
        return { ServerCertificateMetadataList: certificates, ...page.rest };
      },
    }),
    ...passwordPolicyOperations(state),
  };
}

function passwordPolicyOperations({ account, directory }: OperationState): Readonly<Record<string, Operation>> {
  return {
    GetAccountPasswordPolicy: operation<sdk.GetAccountPasswordPolicyCommandInput, sdk.GetAccountPasswordPolicyCommandOutput>({
      authorise: () => onAccount('GetAccountPasswordPolicy'),
      execute: () => {
        const { passwordPolicy } = directory;
        if (passwordPolicy === undefined) throw noPasswordPolicy(account.id);
        return { PasswordPolicy: describePasswordPolicy(passwordPolicy) };
      },
    }),
    UpdateAccountPasswordPolicy: operation<sdk.UpdateAccountPasswordPolicyCommandInput, sdk.UpdateAccountPasswordPolicyCommandOutput>({
      authorise: () => onAccount('UpdateAccountPasswordPolicy'),
      execute: (input) => {
        directory.putPasswordPolicy(passwordPolicyOf(input));
        return {};
      },
    }),
    DeleteAccountPasswordPolicy: operation<sdk.DeleteAccountPasswordPolicyCommandInput, sdk.DeleteAccountPasswordPolicyCommandOutput>({
      authorise: () => onAccount('DeleteAccountPasswordPolicy'),
      execute: () => {
        if (directory.writtenPasswordPolicy === undefined) throw noPasswordPolicy(account.id);
        directory.putPasswordPolicy(undefined);
        return {};
      },
    }),
  };
}

function noPasswordPolicy(accountId: string) {
  return noSuchEntity(`The Password Policy with domain name ${accountId} cannot be found.`);
}

/** Members as the example of the API reference has them (GetAccountSummary). */
function summarise({ directory }: OperationState): Readonly<Record<string, number>> {
  const { holders, policies, instanceProfiles, serverCertificates, root } = directory;
  const devices = holders.user.list().reduce((sum, { mfaDevices }) => sum + mfaDevices.length, root.mfaDevices.length);
  const versions = policies.list().reduce((sum, policy) => sum + policy.versions.length, 0);
  return {
    ...quotas,
    AccountAccessKeysPresent: root.accessKeys.length > 0 ? 1 : 0,
    AccountMFAEnabled: root.mfaDevices.length > 0 ? 1 : 0,
    AccountSigningCertificatesPresent: 0,
    GlobalEndpointTokenVersion: 1,
    Groups: holders.group.list().length,
    InstanceProfiles: instanceProfiles.list().length,
    MFADevices: devices,
    MFADevicesInUse: devices,
    Policies: policies.list().length,
    PolicyVersionsInUse: versions,
    Providers: 0,
    Roles: holders.role.list().length,
    ServerCertificates: serverCertificates.list().length,
    Users: holders.user.list().length,
  };
}

/** Hardware devices are not among them: that is how a root user with one is told from a root user with a virtual one. */
function virtualDevices({ account, directory }: OperationState, status = 'Any'): readonly sdk.VirtualMFADevice[] {
  if (!['Assigned', 'Unassigned', 'Any'].includes(status)) throw validationError(`Value '${status}' at 'assignmentStatus' failed to satisfy constraint`);
  // A device that is not assigned to anybody is never made here.
  if (status === 'Unassigned') return [];
  const { root } = directory;
  const ofRoot = root.mfaDevices
    .filter((kind) => kind === 'virtual')
    .map(() => ({
      SerialNumber: directory.arn('mfa/root-account-mfa-device'),
      User: { UserId: account.id, Arn: directory.arn('root'), CreateDate: dateOf(root.createdAt), Path: undefined, UserName: undefined },
      EnableDate: dateOf(root.createdAt),
    }));
  const ofUsers = directory.holders.user.list().flatMap((user) =>
    user.mfaDevices
      .filter(({ kind }) => kind === 'virtual')
      .map((device) => ({ SerialNumber: device.serialNumber, User: summariseUser(user), EnableDate: dateOf(device.enabledAt) })),
  );
  return [...ofRoot, ...ofUsers];
}
