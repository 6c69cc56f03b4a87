import type * as sdk from '@aws-sdk/client-iam';
import { type AuthorisationRequest, type Operation, operation } from '../../../kernel/service.ts';
import { refuseUserInUse } from '../deletion.ts';
import { dateOf, describeGroup, describeUser, summariseUser } from '../describe.ts';
import { alreadyExists, limitExceeded, noSuchEntity, validationError } from '../errors.ts';
import { pageByMarker, underPath } from '../paging.ts';
import { refuseWeakPassword } from '../password-policy.ts';
import type { User } from '../principals.ts';
import { onArn, onHolder, requestedBoundary, requestedTags, standingBoundary } from '../requests.ts';
import { type OperationState, refuseName, tagRecord } from './state.ts';

/** Groups that a user may be in (IAM user guide, "IAM and AWS STS quotas"). */
const maxGroups = 10;

interface UserInput {
  readonly UserName?: string | undefined;
}

/** Users with their groups, password and devices, without their policies and access keys. */
export function userOperations(state: OperationState): Readonly<Record<string, Operation>> {
  return { ...reads(state), ...lifecycle(state), ...loginProfiles(state), ...memberships(state) };
}

function onUser({ directory }: OperationState, action: string) {
  return (input: UserInput): readonly AuthorisationRequest[] => onHolder(directory, 'user', action, input.UserName);
}

/** Without a name, IAM takes the user who calls; nobody calls as a user here. */
export function namedUser({ UserName: name }: UserInput): string {
  if (name === undefined) throw validationError('Must specify userName when calling with non-User credentials');
  return name;
}

function reads(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  return {
    GetUser: operation<sdk.GetUserCommandInput, sdk.GetUserCommandOutput>({
      authorise: onUser(state, 'GetUser'),
      execute: (input) => ({ User: describeUser(directory.seen('user', namedUser(input))) }),
    }),
    ListUsers: operation<sdk.ListUsersCommandInput, sdk.ListUsersCommandOutput>({
      authorise: () => onArn('ListUsers', directory.arn('user/')),
      execute: (input) => {
        const page = pageByMarker(underPath(directory.holders.user.list(), input.PathPrefix), input);
        return { Users: page.items.map(summariseUser), ...page.rest };
      },
    }),
    ListMFADevices: operation<sdk.ListMFADevicesCommandInput, sdk.ListMFADevicesCommandOutput>({
      authorise: onUser(state, 'ListMFADevices'),
      execute: (input) => {
        const user = directory.seen('user', namedUser(input));
        const page = pageByMarker(user.mfaDevices, input);
        const devices = page.items.map((device) => ({
          UserName: user.name,
          SerialNumber: device.serialNumber,
          EnableDate: dateOf(device.enabledAt),
        }));
        return { MFADevices: devices, ...page.rest };
      },
    }),
    ListGroupsForUser: operation<sdk.ListGroupsForUserCommandInput, sdk.ListGroupsForUserCommandOutput>({
      authorise: onUser(state, 'ListGroupsForUser'),
      execute: (input) => {
        const groups = [...directory.seen('user', namedUser(input)).groups].map((name) => directory.seen('group', name));
        const page = pageByMarker(groups, input);
        return { Groups: page.items.map(describeGroup), ...page.rest };
      },
    }),
  };
}

function lifecycle(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  return {
    CreateUser: operation<sdk.CreateUserCommandInput, sdk.CreateUserCommandOutput>({
      authorise: (input) =>
        onArn('CreateUser', directory.arn(`user${input.Path ?? '/'}${input.UserName}`), {
          ...requestedBoundary(input.PermissionsBoundary),
          ...requestedTags(input.Tags),
        }),
      execute: ({ UserName: name = '', Path: path = '/', PermissionsBoundary: boundaryArn, Tags: tags }) => {
        refuseName(state, 'user', name);
        if (boundaryArn !== undefined) directory.managedPolicy(boundaryArn, 'written');
        const bounded = boundaryArn === undefined ? {} : { boundaryArn };
        return { User: describeUser(directory.putUser({ name, path, tags: tagRecord(tags), ...bounded })) };
      },
    }),
    DeleteUser: operation<sdk.DeleteUserCommandInput, sdk.DeleteUserCommandOutput>({
      authorise: onUser(state, 'DeleteUser'),
      execute: (input) => {
        const user = directory.written('user', namedUser(input));
        refuseUserInUse(user);
        directory.holders.user.delete(user.name);
        return {};
      },
    }),
    PutUserPermissionsBoundary: operation<sdk.PutUserPermissionsBoundaryCommandInput, sdk.PutUserPermissionsBoundaryCommandOutput>({
      authorise: ({ UserName: name, PermissionsBoundary: arn }) =>
        onHolder(directory, 'user', 'PutUserPermissionsBoundary', name, requestedBoundary(arn)),
      execute: ({ PermissionsBoundary: boundaryArn = '', ...input }) => {
        directory.managedPolicy(boundaryArn, 'written');
        directory.change('user', namedUser(input), (user) => ({ ...user, boundaryArn }));
        return {};
      },
    }),
    DeleteUserPermissionsBoundary: operation<sdk.DeleteUserPermissionsBoundaryCommandInput, sdk.DeleteUserPermissionsBoundaryCommandOutput>({
      authorise: ({ UserName: name }) =>
        onHolder(directory, 'user', 'DeleteUserPermissionsBoundary', name, standingBoundary(directory, 'user', name)),
      execute: (input) => {
        directory.change('user', namedUser(input), ({ boundaryArn: _taken, ...user }) => user);
        return {};
      },
    }),
    TagUser: operation<sdk.TagUserCommandInput, sdk.TagUserCommandOutput>({
      authorise: ({ UserName: name, Tags: tags }) => onHolder(directory, 'user', 'TagUser', name, requestedTags(tags)),
      execute: (input) => {
        directory.change('user', namedUser(input), (user) => ({ ...user, tags: { ...user.tags, ...tagRecord(input.Tags) } }));
        return {};
      },
    }),
  };
}

function loginProfiles(state: OperationState): Readonly<Record<string, Operation>> {
  const { account, directory } = state;
  return {
    GetLoginProfile: operation<sdk.GetLoginProfileCommandInput, sdk.GetLoginProfileCommandOutput>({
      authorise: onUser(state, 'GetLoginProfile'),
      execute: (input) => ({ LoginProfile: loginProfileOf(directory.seen('user', namedUser(input))) }),
    }),
    CreateLoginProfile: operation<sdk.CreateLoginProfileCommandInput, sdk.CreateLoginProfileCommandOutput>({
      authorise: onUser(state, 'CreateLoginProfile'),
      execute: (input) => {
        const name = namedUser(input);
        const current = directory.written('user', name);
        if (current.password !== undefined) throw alreadyExists(`Login Profile for user ${name} already exists.`);
        refuseWeakPassword(input.Password ?? '', directory.writtenPasswordPolicy);
        const now = account.clock.now();
        const password = { createdAt: now, lastChangedAt: now, isResetRequired: input.PasswordResetRequired ?? false };
        return { LoginProfile: loginProfileOf(directory.change('user', name, (user) => ({ ...user, password }))) };
      },
    }),
    DeleteLoginProfile: operation<sdk.DeleteLoginProfileCommandInput, sdk.DeleteLoginProfileCommandOutput>({
      authorise: onUser(state, 'DeleteLoginProfile'),
      execute: (input) => {
        const user = directory.written('user', namedUser(input));
        loginProfileOf(user);
        directory.change('user', user.name, ({ password: _taken, ...rest }) => rest);
        return {};
      },
    }),
  };
}

function memberships({ directory }: OperationState): Readonly<Record<string, Operation>> {
  return {
    AddUserToGroup: operation<sdk.AddUserToGroupCommandInput, sdk.AddUserToGroupCommandOutput>({
      authorise: ({ GroupName: name }) => onHolder(directory, 'group', 'AddUserToGroup', name),
      execute: ({ GroupName: groupName = '', UserName: userName = '' }) => {
        directory.written('group', groupName);
        const { groups } = directory.written('user', userName);
        if (groups.size >= maxGroups && !groups.has(groupName)) throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${maxGroups}`);
        directory.change('user', userName, (user) => ({ ...user, groups: new Set(user.groups).add(groupName) }));
        return {};
      },
    }),
    RemoveUserFromGroup: operation<sdk.RemoveUserFromGroupCommandInput, sdk.RemoveUserFromGroupCommandOutput>({
      authorise: ({ GroupName: name }) => onHolder(directory, 'group', 'RemoveUserFromGroup', name),
      execute: ({ GroupName: groupName = '', UserName: userName = '' }) => {
        directory.written('group', groupName);
        directory.change('user', userName, (user) => ({ ...user, groups: new Set([...user.groups].filter((name) => name !== groupName)) }));
        return {};
      },
    }),
  };
}

function loginProfileOf({ name, password }: User): sdk.LoginProfile {
  if (password === undefined) throw noSuchEntity(`Login Profile for User ${name} cannot be found.`);
  return { UserName: name, CreateDate: dateOf(password.createdAt), PasswordResetRequired: password.isResetRequired };
}
