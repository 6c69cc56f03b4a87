import {
  type GetAccountAuthorizationDetailsCommandInput,
  type GroupDetail,
  type ManagedPolicyDetail,
  paginateGetAccountAuthorizationDetails,
  paginateListInstanceProfiles,
  type RoleDetail,
  type UserDetail,
} from '@aws-sdk/client-iam';
import { iam } from '../platform/clients.ts';
import { gather } from '../platform/paging.ts';
import { pageSizes } from './collect-calls.ts';
import { createDocumentReader, type DocumentReader, toInlinePolicies } from './collect-documents.ts';
import { given, instant, present, tagsOf } from './collect-fields.ts';
import type { InstanceProfile, ManagedPolicy, Role, User } from './snapshot.ts';

/** A user without the credentials, of which the authorisation details say nothing. */
export type UserPermissions = Omit<User, 'password' | 'hasMfa' | 'accessKeys'>;

export interface Authorisation {
  readonly users: readonly UserPermissions[];
  readonly roles: readonly Role[];
  readonly managedPolicies: readonly ManagedPolicy[];
}

type Group = User['groups'][number];

/**
 * Users, roles and policies with all their documents, in one listing. IAM may give a page of fewer than asked for
 * although more follow ("GetAccountAuthorizationDetails", MaxItems): only the marker tells the end.
 */
export async function collectAuthorisation(filter?: GetAccountAuthorizationDetailsCommandInput['Filter']): Promise<Authorisation> {
  const readDocument = createDocumentReader();
  const config = { client: iam(), pageSize: pageSizes.GetAccountAuthorizationDetails };
  const groups = new Map<string, Group>();
  const users: { readonly user: UserPermissions; readonly groupNames: readonly string[] }[] = [];
  const roles: Role[] = [];
  const managedPolicies: ManagedPolicy[] = [];
  for await (const page of paginateGetAccountAuthorizationDetails(config, filter === undefined ? {} : { Filter: filter })) {
    for (const group of page.GroupDetailList ?? []) groups.set(group.GroupName ?? '', toGroup(group, readDocument));
    for (const user of page.UserDetailList ?? []) users.push({ user: toUser(user, readDocument), groupNames: user.GroupList ?? [] });
    for (const role of page.RoleDetailList ?? []) roles.push(toRole(role, readDocument));
    for (const policy of (page.Policies ?? []).filter(isOfInterest)) managedPolicies.push(toManagedPolicy(policy, readDocument));
  }
  const withGroups = users.map(({ user, groupNames }) => ({ ...user, groups: groupNames.map((name) => groups.get(name) ?? emptyGroup(name)) }));
  return { users: withGroups, roles, managedPolicies };
}

/** Instance profiles of the account, those without a role too, which the authorisation details leave out. */
export function collectInstanceProfiles(): Promise<InstanceProfile[]> {
  const pages = paginateListInstanceProfiles({ client: iam(), pageSize: pageSizes.ListInstanceProfiles }, {});
  return gather(pages, ({ InstanceProfiles }) =>
    (InstanceProfiles ?? []).map((profile) => ({
      name: given(profile.InstanceProfileName, 'InstanceProfileName'),
      arn: given(profile.Arn, 'the Arn of an instance profile'),
      roleNames: (profile.Roles ?? []).flatMap(({ RoleName }) => RoleName ?? []),
    })),
  );
}

function toUser(user: UserDetail, readDocument: DocumentReader): UserPermissions {
  const name = given(user.UserName, 'UserName');
  return {
    name,
    arn: given(user.Arn, 'the Arn of a user'),
    createdAt: instant(user.CreateDate, 'the CreateDate of a user'),
    inlinePolicies: toInlinePolicies(user.UserPolicyList, `the user ${name}`, readDocument),
    attachedPolicyArns: toArns(user.AttachedManagedPolicies),
    groups: [],
    ...present({ boundaryArn: user.PermissionsBoundary?.PermissionsBoundaryArn }),
  };
}

function toGroup(group: GroupDetail, readDocument: DocumentReader): Group {
  const name = given(group.GroupName, 'GroupName');
  return {
    name,
    inlinePolicies: toInlinePolicies(group.GroupPolicyList, `the group ${name}`, readDocument),
    attachedPolicyArns: toArns(group.AttachedManagedPolicies),
  };
}

/** The listing is no snapshot: a group may have been made since its page. */
function emptyGroup(name: string): Group {
  return { name, inlinePolicies: [], attachedPolicyArns: [] };
}

function toRole(role: RoleDetail, readDocument: DocumentReader): Role {
  const name = given(role.RoleName, 'RoleName');
  return {
    name,
    arn: given(role.Arn, 'the Arn of a role'),
    path: role.Path ?? '/',
    createdAt: instant(role.CreateDate, 'the CreateDate of a role'),
    trust: readDocument(role.AssumeRolePolicyDocument, `the trust policy of the role ${name}`),
    inlinePolicies: toInlinePolicies(role.RolePolicyList, `the role ${name}`, readDocument),
    attachedPolicyArns: toArns(role.AttachedManagedPolicies),
    ...present({ boundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn, lastUsedAt: role.RoleLastUsed?.LastUsedDate?.toISOString() }),
    tags: tagsOf(role.Tags),
  };
}

/** Customer policies all, policies of AWS where they are in use: as policies or as boundaries. */
function isOfInterest({ Arn: arn = '', AttachmentCount = 0, PermissionsBoundaryUsageCount = 0 }: ManagedPolicyDetail): boolean {
  return !isAwsManaged(arn) || AttachmentCount > 0 || PermissionsBoundaryUsageCount > 0;
}

function toManagedPolicy(policy: ManagedPolicyDetail, readDocument: DocumentReader): ManagedPolicy {
  const arn = given(policy.Arn, 'the Arn of a policy');
  const version = given((policy.PolicyVersionList ?? []).find(({ IsDefaultVersion }) => IsDefaultVersion === true), `the default version of ${arn}`);
  return {
    arn,
    name: policy.PolicyName ?? '',
    isAwsManaged: isAwsManaged(arn),
    attachmentCount: policy.AttachmentCount ?? 0,
    document: readDocument(version.Document, `the policy ${arn}`),
  };
}

export function isAwsManaged(policyArn: string): boolean {
  return policyArn.split(':')[4] === 'aws';
}

export function toArns(policies: readonly { readonly PolicyArn?: string | undefined }[] | undefined): string[] {
  return (policies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []);
}
