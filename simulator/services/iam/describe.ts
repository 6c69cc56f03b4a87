import type * as sdk from '@aws-sdk/client-iam';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed-policies.ts';
import type { Directory } from './directory.ts';
import { noSuchEntity } from './errors.ts';
import { encodePolicy } from './policy-text.ts';
import type { Group, PolicyHolder, User } from './principals.ts';
import type { ReferenceIndex } from './references.ts';
import type { InstanceProfile, ManagedPolicy, PolicyVersion, Role } from './role.ts';
import type { UsageRecords } from './usage.ts';

/** What answers are made of. */
export interface Sources {
  readonly directory: Directory;
  readonly references: ReferenceIndex;
  readonly usage: UsageRecords;
}

/** AWS's own policies came with managed policies themselves; their true dates are not recorded here. */
const awsPoliciesCreatedAt = Date.parse('2015-02-06T18:40:00Z');

/** IAM knows times to the second. */
export function dateOf(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}

export function tagsOf(tags: Readonly<Record<string, string>> | undefined): sdk.Tag[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

function boundaryOf(boundaryArn: string | undefined): { PermissionsBoundary?: sdk.AttachedPermissionsBoundary } {
  if (boundaryArn === undefined) return {};
  return { PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundaryArn } };
}

/** What everything that shows a role tells of it. */
function identifyRole(role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: dateOf(role.createdAt),
    AssumeRolePolicyDocument: encodePolicy(role.trust),
  };
}

/** What listings of roles tell: no tags, boundary or last use (API reference, ListRoles). */
export function summariseRole(role: Role): sdk.Role {
  return {
    ...identifyRole(role),
    MaxSessionDuration: role.maxSessionSeconds ?? 3600,
    ...(role.description === undefined ? {} : { Description: role.description }),
  };
}

export function describeRole(role: Role, { usage }: Sources): sdk.Role {
  return { ...summariseRole(role), ...boundaryOf(role.boundaryArn), Tags: tagsOf(role.tags), RoleLastUsed: roleLastUsed(role, usage) };
}

/** Empty for a role without use. */
function roleLastUsed(role: Role, usage: UsageRecords): sdk.RoleLastUsed {
  const latest = usage.latest(role.id);
  return latest === undefined ? {} : { LastUsedDate: dateOf(latest.at), Region: latest.region };
}

/** What listings of users tell: no tags or boundary (API reference, ListUsers). */
export function summariseUser(user: User): sdk.User {
  const lastUsedAt = user.password?.lastUsedAt;
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: dateOf(user.createdAt),
    ...(lastUsedAt === undefined ? {} : { PasswordLastUsed: dateOf(lastUsedAt) }),
  };
}

export function describeUser(user: User): sdk.User {
  return { ...summariseUser(user), ...boundaryOf(user.boundaryArn), ...(Object.keys(user.tags).length === 0 ? {} : { Tags: tagsOf(user.tags) }) };
}

export function describeGroup(group: Group): sdk.Group {
  return { Path: group.path, GroupName: group.name, GroupId: group.id, Arn: group.arn, CreateDate: dateOf(group.createdAt) };
}

export function describeInstanceProfile(profile: InstanceProfile, { directory }: Pick<Sources, 'directory'>): sdk.InstanceProfile {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: dateOf(profile.createdAt),
    Roles: profile.roleNames.flatMap((name) => {
      const role = directory.holders.role.seen(name);
      return role === undefined ? [] : [summariseRole(role)];
    }),
  };
}

/** Names of managed policies are the end of their ARNs. */
export function attachedOf({ attached }: PolicyHolder): sdk.AttachedPolicy[] {
  return [...attached].map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
}

function inlineOf({ inline }: PolicyHolder): sdk.PolicyDetail[] {
  return [...inline].map(([PolicyName, document]) => ({ PolicyName, PolicyDocument: encodePolicy(document) }));
}

export function detailUser(user: User): sdk.UserDetail {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: dateOf(user.createdAt),
    UserPolicyList: inlineOf(user),
    GroupList: [...user.groups],
    AttachedManagedPolicies: attachedOf(user),
    ...boundaryOf(user.boundaryArn),
    Tags: tagsOf(user.tags),
  };
}

export function detailGroup(group: Group): sdk.GroupDetail {
  return { ...describeGroup(group), GroupPolicyList: inlineOf(group), AttachedManagedPolicies: attachedOf(group) };
}

export function detailRole(role: Role, sources: Sources): sdk.RoleDetail {
  return {
    ...identifyRole(role),
    InstanceProfileList: sources.references.profilesOfRole(role.name).map((profile) => describeInstanceProfile(profile, sources)),
    RolePolicyList: inlineOf(role),
    AttachedManagedPolicies: attachedOf(role),
    ...boundaryOf(role.boundaryArn),
    Tags: tagsOf(role.tags),
    RoleLastUsed: roleLastUsed(role, sources.usage),
  };
}

/** A policy of the account, or of AWS as if it had one version. */
export function findPolicy(directory: Directory, arn: string): ManagedPolicy {
  if (isAwsManaged(arn)) return asManagedPolicy(arn, awsManagedPolicy(arn).document);
  const policy = directory.policies.seen(arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

function asManagedPolicy(arn: string, document: PolicyDocument): ManagedPolicy {
  const resource = arn.slice(arn.indexOf(':policy/') + ':policy'.length);
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  return {
    arn,
    name,
    path: resource.slice(0, resource.length - name.length),
    id: `ANPA${Buffer.from(name).toString('hex').toUpperCase().padEnd(17, '0').slice(0, 17)}`,
    tags: {},
    createdAt: awsPoliciesCreatedAt,
    updatedAt: awsPoliciesCreatedAt,
    versions: [{ id: 'v1', document, createdAt: awsPoliciesCreatedAt }],
    defaultVersionId: 'v1',
    lastVersionNumber: 1,
    document,
  };
}

/** What listings of policies tell: no description or tags (API reference, ListPolicies). */
export function summarisePolicy(policy: ManagedPolicy, { references }: Pick<Sources, 'references'>): sdk.Policy {
  const { attachments, boundaries } = references.usesOfPolicy(policy.arn);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    CreateDate: dateOf(policy.createdAt),
    UpdateDate: dateOf(policy.updatedAt),
  };
}

export function describePolicy(policy: ManagedPolicy, sources: Pick<Sources, 'references'>): sdk.Policy {
  const { description } = policy;
  return { ...summarisePolicy(policy, sources), ...(description === undefined ? {} : { Description: description }), Tags: tagsOf(policy.tags) };
}

export function describeVersion(policy: ManagedPolicy, version: PolicyVersion): sdk.PolicyVersion {
  return {
    Document: encodePolicy(version.document),
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersionId,
    CreateDate: dateOf(version.createdAt),
  };
}

export function detailPolicy(policy: ManagedPolicy, sources: Pick<Sources, 'references'>): sdk.ManagedPolicyDetail {
  return {
    ...summarisePolicy(policy, sources),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    // Newest first, as the examples of the API reference list them.
    PolicyVersionList: policy.versions.toReversed().map((version) => describeVersion(policy, version)),
  };
}
