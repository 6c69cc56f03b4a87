import { collectAttachments } from './collect-attachments.ts';
import {
  collectAnalyzers,
  collectCredentialReport,
  collectPasswordPolicy,
  collectRootAccount,
  collectServerCertificates,
} from './collect-credentials.ts';
import { collectAuthorisation, collectInstanceProfiles } from './collect-identity.ts';
import { collectInstances } from './collect-instances.ts';
import { collectMonitoring } from './collect-monitoring.ts';
import { collectNetworkAcls, collectNetworkInterfaces, collectPrefixLists, collectSecurityGroups } from './collect-network.ts';
import { type AccountContext, Reading } from './collect-reading.ts';
import { peersOf } from './collect-resources.ts';
import { type AccessJob, collectRoleAccess } from './collect-role-access.ts';
import { withCredentials } from './collect-users.ts';
import { collectVpcs } from './collect-vpcs.ts';
import type { Snapshot } from './snapshot.ts';

export { readBaseline } from './collect-baseline.ts';
export { collectResources } from './collect-resources.ts';
export { type AccessJob, requestRoleAccess } from './collect-role-access.ts';

/**
 * The whole account as it is now. The credential report was asked for before, and so was what roles used: `accessJobs`
 * without any leaves `lastAccessed` unread. What is refused is unread; throws what may pass.
 */
export async function collectAccount(now: number, context: AccountContext, accessJobs: readonly AccessJob[] = []): Promise<Snapshot> {
  const reading = new Reading();
  await Promise.all([
    readGroups(reading, context.accountId),
    readIdentities(reading),
    reading.keep('networkInterfaces', () => collectNetworkInterfaces()),
    reading.keep('attachments', collectAttachments),
    reading.keep('instances', () => collectInstances()),
    reading.keep('networkAcls', () => collectNetworkAcls()),
    reading.keep('vpcs', collectVpcs),
    reading.keep('monitoring', () => collectMonitoring(context)),
    reading.keep('passwordPolicy', collectPasswordPolicy),
    reading.keep('instanceProfiles', collectInstanceProfiles),
    reading.keep('serverCertificates', collectServerCertificates),
    reading.keep('analyzers', collectAnalyzers),
    ...(accessJobs.length === 0 ? [] : [reading.keep('lastAccessed', () => collectRoleAccess(accessJobs))]),
  ]);
  return reading.snapshot(now, context);
}

async function readGroups(reading: Reading, accountId: string): Promise<void> {
  const groups = await reading.read(['securityGroups'], () => collectSecurityGroups(accountId));
  if (groups === undefined) {
    reading.skip('prefixLists', 'The rules that name them were not read.');
    return;
  }
  reading.put('securityGroups', groups);
  await reading.keep('prefixLists', () => collectPrefixLists(peersOf(groups, 'prefix-list')));
}

/** Users need both the authorisation details and the credential report; roles and policies only the former. */
async function readIdentities(reading: Reading): Promise<void> {
  const [details, report] = await Promise.all([
    reading.read(['users', 'roles', 'managedPolicies'], () => collectAuthorisation()),
    reading.read(['users', 'rootAccount'], collectCredentialReport),
  ]);
  if (details !== undefined) {
    reading.put('roles', details.roles);
    reading.put('managedPolicies', details.managedPolicies);
  }
  if (report === undefined) return;
  await reading.keep('rootAccount', () => collectRootAccount(report));
  if (details === undefined) return;
  const users = await reading.read(['users'], async () => ({ complete: await withCredentials(details.users, report) }));
  if (users?.complete === undefined) reading.skip('users', 'The credential report is too old: it does not know most of the new users.');
  else reading.put('users', users.complete);
}
