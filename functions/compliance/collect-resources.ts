import { collectDatabases, collectLaunchTemplatesById, collectLoadBalancers } from './collect-attachments.ts';
import { collectPasswordPolicy } from './collect-credentials.ts';
import { collectAuthorisation } from './collect-identity.ts';
import { collectInstances } from './collect-instances.ts';
import { collectGroupsOfPrefixLists, collectNetworkAcls, collectNetworkInterfaces, collectPrefixLists, collectSecurityGroups } from './collect-network.ts';
import { collectInstanceProfilesByName, collectManagedPolicies, collectRoles } from './collect-principals.ts';
import { type AccountContext, Reading } from './collect-reading.ts';
import { collectUsers } from './collect-users.ts';
import type { Resource } from './finding.ts';
import type { ManagedPolicy, Role, SecurityGroup, Snapshot, User } from './snapshot.ts';

/** From this many on, all roles at once take fewer calls than each by itself, at six or more. */
const rolesReadTogether = 5;

type IdsOf = (...types: readonly Resource['type'][]) => readonly string[];

/**
 * A few resources as they are now, with what is needed to judge them; every other part is unread. A resource that does
 * not exist (any more) is missing from its part. Groups of IAM users, VPCs and certificates are judged in the account.
 */
export async function collectResources(resources: readonly Resource[], now: number, context: AccountContext): Promise<Snapshot> {
  const reading = new Reading();
  const idsOf: IdsOf = (...types) => [...new Set(resources.filter(({ type }) => types.includes(type)).map(({ id }) => id))];
  await Promise.all([
    readGroups(reading, idsOf, context.accountId),
    readMembers(reading, idsOf).then(() => readProfiles(reading, idsOf)),
    readAttachments(reading, idsOf),
    readAcls(reading, idsOf),
    readIdentities(reading, idsOf),
    readAccount(reading, idsOf),
  ]);
  return reading.snapshot(now, context);
}

/** Groups bring the groups and the prefix lists that their rules name; a prefix list brings the groups that let it in. */
async function readGroups(reading: Reading, idsOf: IdsOf, accountId: string): Promise<void> {
  const groupIds = idsOf('AWS::EC2::SecurityGroup');
  const listIds = idsOf('AWS::EC2::PrefixList');
  if (groupIds.length + listIds.length === 0) return;
  const asked = await reading.read(['securityGroups'], async () => {
    const groups = await collectSecurityGroups(accountId, groupIds);
    return distinct([...groups, ...(await collectGroupsOfPrefixLists(accountId, listIds))]);
  });
  if (asked === undefined) {
    reading.skip('prefixLists', 'The rules that name them were not read.');
    return;
  }
  const known = new Set(asked.map(({ id }) => id));
  const referenced = peersOf(asked, 'group').filter((id) => !known.has(id));
  await Promise.all([
    reading.keep('securityGroups', async () => [...asked, ...(await collectSecurityGroups(accountId, referenced))]),
    reading.keep('prefixLists', () => collectPrefixLists([...listIds, ...peersOf(asked, 'prefix-list')])),
  ]);
}

/** Who uses a group; of an interface the instance that it is of, of an instance its interfaces and its profile. */
async function readMembers(reading: Reading, idsOf: IdsOf): Promise<void> {
  const groupIds = idsOf('AWS::EC2::SecurityGroup');
  const interfaceIds = idsOf('AWS::EC2::NetworkInterface');
  const instanceIds = idsOf('AWS::EC2::Instance');
  const needsInstances = interfaceIds.length + instanceIds.length > 0;
  if (groupIds.length === 0 && !needsInstances) return;
  const interfaces = await reading.read(['networkInterfaces'], async () => ({
    ofGroups: await collectNetworkInterfaces('group-id', groupIds),
    asked: await collectNetworkInterfaces('network-interface-id', interfaceIds),
    ofInstances: await collectNetworkInterfaces('attachment.instance-id', instanceIds),
  }));
  if (interfaces === undefined) {
    reading.skip('instances', 'The interfaces that name them were not read.');
    return;
  }
  reading.put('networkInterfaces', distinct(Object.values(interfaces).flat()));
  if (!needsInstances) return;
  const hostIds = interfaces.asked.flatMap(({ instanceId }) => instanceId ?? []);
  await reading.keep('instances', () => collectInstances([...instanceIds, ...hostIds]));
}

/** Profiles, and those that instances have. */
async function readProfiles(reading: Reading, idsOf: IdsOf): Promise<void> {
  const instanceIds = idsOf('AWS::EC2::Instance');
  const names = idsOf('AWS::IAM::InstanceProfile');
  if (instanceIds.length + names.length === 0) return;
  await reading.keep('instanceProfiles', async () => {
    const instances = reading.content('instances')?.filter(({ id }) => instanceIds.includes(id)) ?? [];
    // The name of a profile ends its ARN, after its path.
    const ofInstances = instances.flatMap(({ instanceProfileArn: arn }) => arn?.split('/').at(-1) ?? []);
    return collectInstanceProfilesByName([...names, ...ofInstances]);
  });
}

async function readAttachments(reading: Reading, idsOf: IdsOf): Promise<void> {
  const balancers = idsOf('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const databases = idsOf('AWS::RDS::DBInstance');
  const templates = idsOf('AWS::EC2::LaunchTemplate');
  if (balancers.length + databases.length + templates.length === 0) return;
  await reading.keep('attachments', async () => [
    ...(await collectLoadBalancers(balancers)),
    ...(await collectDatabases(databases)),
    ...(await collectLaunchTemplatesById(templates)),
  ]);
}

async function readAcls(reading: Reading, idsOf: IdsOf): Promise<void> {
  const ids = idsOf('AWS::EC2::NetworkAcl');
  if (ids.length > 0) await reading.keep('networkAcls', () => collectNetworkAcls(ids));
}

/**
 * Roles and users bring the documents of their managed policies: what they may do is written there. Roles, users and
 * policies are judged by the same checks: where one of them is asked for, none of the others is, and that was read.
 */
async function readIdentities(reading: Reading, idsOf: IdsOf): Promise<void> {
  const roleNames = idsOf('AWS::IAM::Role');
  const userNames = idsOf('AWS::IAM::User');
  const policyArns = idsOf('AWS::IAM::ManagedPolicy');
  const [fromRoles, users] = await Promise.all([
    roleNames.length === 0 ? undefined : reading.read(['roles', 'managedPolicies'], () => readRoles(roleNames)),
    userNames.length === 0 ? undefined : reading.read(['users', 'managedPolicies'], () => collectUsers(userNames)),
  ]);
  if (roleNames.length + userNames.length + policyArns.length === 0) return;
  reading.put('roles', fromRoles?.roles ?? []);
  reading.put('users', users ?? []);
  const policies = fromRoles?.managedPolicies ?? [];
  const known = new Set(policies.map(({ arn }) => arn));
  const wanted = [...policyArns, ...policiesOf(fromRoles?.roles ?? [], users ?? [])].filter((arn) => !known.has(arn));
  await reading.keep('managedPolicies', async () => [...policies, ...(await collectManagedPolicies(wanted))]);
}

async function readRoles(names: readonly string[]): Promise<{ readonly roles: readonly Role[]; readonly managedPolicies: readonly ManagedPolicy[] }> {
  if (names.length < rolesReadTogether) return { roles: await collectRoles(names), managedPolicies: [] };
  const all = await collectAuthorisation(['Role', 'LocalManagedPolicy', 'AWSManagedPolicy']);
  const wanted = new Set(names);
  const roles = all.roles.filter(({ name }) => wanted.has(name));
  const arns = new Set(policiesOf(roles, []));
  return { roles, managedPolicies: all.managedPolicies.filter(({ arn }) => arns.has(arn)) };
}

async function readAccount(reading: Reading, idsOf: IdsOf): Promise<void> {
  if (idsOf('AWS::Account').length > 0) await reading.keep('passwordPolicy', collectPasswordPolicy);
}

/** Groups of the account, or prefix lists, that the rules of groups name. */
export function peersOf(groups: readonly SecurityGroup[], kind: 'group' | 'prefix-list'): string[] {
  const ids = groups.flatMap(({ rules }) =>
    rules.flatMap(({ peer }) => (peer.kind === kind && !('accountId' in peer && peer.accountId !== undefined) ? [peer.id] : [])),
  );
  return [...new Set(ids)];
}

function policiesOf(roles: readonly Role[], users: readonly User[]): string[] {
  return [
    ...roles.flatMap(({ attachedPolicyArns, boundaryArn }) => [...attachedPolicyArns, ...(boundaryArn === undefined ? [] : [boundaryArn])]),
    ...users.flatMap(({ attachedPolicyArns, groups, boundaryArn }) => [
      ...attachedPolicyArns,
      ...groups.flatMap((group) => group.attachedPolicyArns),
      ...(boundaryArn === undefined ? [] : [boundaryArn]),
    ]),
  ];
}

function distinct<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
