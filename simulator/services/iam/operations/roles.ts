import type * as sdk from '@aws-sdk/client-iam';
import { type AuthorisationRequest, type Operation, operation } from '../../../kernel/service.ts';
import { refuseRoleInUse } from '../deletion.ts';
import { describeInstanceProfile, describeRole, summariseRole } from '../describe.ts';
import { noSuchEntity } from '../errors.ts';
import { pageByMarker, underPath } from '../paging.ts';
import { parsePolicy, refuseLongTrust } from '../policy-text.ts';
import { refuseProtected } from '../protected-role.ts';
import { onArn, onHolder, requestedBoundary, requestedTags, standingBoundary } from '../requests.ts';
import type { Role } from '../role.ts';
import { type OperationState, refuseName, tagRecord } from './state.ts';

interface RoleInput {
  readonly RoleName: string | undefined;
}

/** Roles and instance profiles, without the policies of roles. */
export function roleOperations(state: OperationState): Readonly<Record<string, Operation>> {
  return { ...reads(state), ...lifecycle(state), ...changes(state) };
}

function onRole({ directory }: OperationState, action: string) {
  return (input: RoleInput): readonly AuthorisationRequest[] => onHolder(directory, 'role', action, input.RoleName);
}

function reads(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  return {
    GetRole: operation<sdk.GetRoleCommandInput, sdk.GetRoleCommandOutput>({
      authorise: onRole(state, 'GetRole'),
      execute: (input) => ({ Role: describeRole(directory.seen('role', input.RoleName ?? ''), state) }),
    }),
    ListRoles: operation<sdk.ListRolesCommandInput, sdk.ListRolesCommandOutput>({
      authorise: () => onArn('ListRoles', directory.arn('role/')),
      execute: (input) => {
        const page = pageByMarker(underPath(directory.holders.role.list(), input.PathPrefix), input);
        return { Roles: page.items.map(summariseRole), ...page.rest };
      },
    }),
    ListInstanceProfiles: operation<sdk.ListInstanceProfilesCommandInput, sdk.ListInstanceProfilesCommandOutput>({
      authorise: () => onArn('ListInstanceProfiles', directory.arn('instance-profile/')),
      execute: (input) => {
        const page = pageByMarker(underPath(directory.instanceProfiles.list(), input.PathPrefix), input);
        return { InstanceProfiles: page.items.map((profile) => describeInstanceProfile(profile, state)), ...page.rest };
      },
    }),
    GetInstanceProfile: operation<sdk.GetInstanceProfileCommandInput, sdk.GetInstanceProfileCommandOutput>({
      authorise: ({ InstanceProfileName: name = '' }) =>
        onArn('GetInstanceProfile', directory.instanceProfiles.seen(name)?.arn ?? directory.arn(`instance-profile/${name}`)),
      execute: ({ InstanceProfileName: name = '' }) => {
        const profile = directory.instanceProfiles.seen(name);
        if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
        return { InstanceProfile: describeInstanceProfile(profile, state) };
      },
    }),
  };
}

function lifecycle(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  return {
    CreateRole: operation<sdk.CreateRoleCommandInput, sdk.CreateRoleCommandOutput>({
      authorise: (input) =>
        onArn('CreateRole', directory.arn(`role${input.Path ?? '/'}${input.RoleName}`), {
          ...requestedBoundary(input.PermissionsBoundary),
          ...requestedTags(input.Tags),
        }),
      execute: (input) => createRole(state, input),
    }),
    DeleteRole: operation<sdk.DeleteRoleCommandInput, sdk.DeleteRoleCommandOutput>({
      authorise: onRole(state, 'DeleteRole'),
      execute: (input) => {
        const role = directory.written('role', input.RoleName ?? '');
        refuseProtected(role);
        refuseRoleInUse(directory, role);
        directory.holders.role.delete(role.name);
        return {};
      },
    }),
  };
}

function changes(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  const change = (input: RoleInput, edit: (role: Role) => Role): object => {
    refuseProtected(directory.written('role', input.RoleName ?? ''));
    directory.change('role', input.RoleName ?? '', edit);
    return {};
  };
  return {
    UpdateAssumeRolePolicy: operation<sdk.UpdateAssumeRolePolicyCommandInput, sdk.UpdateAssumeRolePolicyCommandOutput>({
      authorise: onRole(state, 'UpdateAssumeRolePolicy'),
      execute: (input) => {
        const trust = parsePolicy(input.PolicyDocument ?? '', 'trust');
        refuseLongTrust(trust);
        return change(input, (role) => ({ ...role, trust }));
      },
    }),
    PutRolePermissionsBoundary: operation<sdk.PutRolePermissionsBoundaryCommandInput, sdk.PutRolePermissionsBoundaryCommandOutput>({
      authorise: ({ RoleName: name, PermissionsBoundary: arn }) =>
        onHolder(directory, 'role', 'PutRolePermissionsBoundary', name, requestedBoundary(arn)),
      execute: (input) => {
        const { PermissionsBoundary: boundaryArn = '' } = input;
        directory.managedPolicy(boundaryArn, 'written');
        return change(input, (role) => ({ ...role, boundaryArn }));
      },
    }),
    DeleteRolePermissionsBoundary: operation<sdk.DeleteRolePermissionsBoundaryCommandInput, sdk.DeleteRolePermissionsBoundaryCommandOutput>({
      authorise: ({ RoleName: name }) =>
        onHolder(directory, 'role', 'DeleteRolePermissionsBoundary', name, standingBoundary(directory, 'role', name)),
      execute: (input) => change(input, ({ boundaryArn: _taken, ...role }) => role),
    }),
    TagRole: operation<sdk.TagRoleCommandInput, sdk.TagRoleCommandOutput>({
      authorise: ({ RoleName: name, Tags: tags }) => onHolder(directory, 'role', 'TagRole', name, requestedTags(tags)),
      execute: (input) => change(input, (role) => ({ ...role, tags: { ...role.tags, ...tagRecord(input.Tags) } })),
    }),
    UntagRole: operation<sdk.UntagRoleCommandInput, sdk.UntagRoleCommandOutput>({
      authorise: ({ RoleName: name, TagKeys: keys = [] }) => onHolder(directory, 'role', 'UntagRole', name, { 'aws:TagKeys': keys }),
      execute: (input) =>
        change(input, (role) => ({
          ...role,
          tags: Object.fromEntries(Object.entries(role.tags ?? {}).filter(([key]) => !(input.TagKeys ?? []).includes(key))),
        })),
    }),
  };
}

function createRole(state: OperationState, input: sdk.CreateRoleCommandInput): Omit<sdk.CreateRoleCommandOutput, '$metadata'> {
  const { directory } = state;
  const { RoleName: name = '', Path: path = '/', PermissionsBoundary: boundaryArn } = input;
  refuseName(state, 'role', name);
  const trust = parsePolicy(input.AssumeRolePolicyDocument ?? '', 'trust');
  refuseLongTrust(trust);
  if (boundaryArn !== undefined) directory.managedPolicy(boundaryArn, 'written');
  const role = directory.putRole({
    name,
    path,
    trust,
    tags: tagRecord(input.Tags),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.MaxSessionDuration === undefined ? {} : { maxSessionSeconds: input.MaxSessionDuration }),
  });
  return { Role: describeRole(role, state) };
}
