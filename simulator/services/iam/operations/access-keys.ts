import type * as sdk from '@aws-sdk/client-iam';
import { type AuthorisationRequest, type Operation, operation } from '../../../kernel/service.ts';
import { dateOf } from '../describe.ts';
import { limitExceeded, noSuchEntity, validationError } from '../errors.ts';
import { pageByMarker } from '../paging.ts';
import type { AccessKey, KeyStatus, User } from '../principals.ts';
import { onHolder } from '../requests.ts';
import type { OperationState } from './state.ts';
import { namedUser } from './users.ts';

/** Whatever its status (IAM user guide, "IAM and AWS STS quotas"). */
const maxAccessKeys = 2;

const statuses: readonly KeyStatus[] = ['Active', 'Inactive', 'Expired'];

export function accessKeyOperations(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  const onUser =
    (action: string) =>
    (input: { readonly UserName?: string | undefined }): readonly AuthorisationRequest[] =>
      onHolder(directory, 'user', action, input.UserName);
  return {
    ListAccessKeys: operation<sdk.ListAccessKeysCommandInput, sdk.ListAccessKeysCommandOutput>({
      authorise: onUser('ListAccessKeys'),
      execute: (input) => {
        const user = directory.seen('user', namedUser(input));
        const page = pageByMarker(user.accessKeys, input);
        return { AccessKeyMetadata: page.items.map((key) => describeKey(user, key)), ...page.rest };
      },
    }),
    CreateAccessKey: operation<sdk.CreateAccessKeyCommandInput, sdk.CreateAccessKeyCommandOutput>({
      authorise: onUser('CreateAccessKey'),
      execute: (input) => createKey(state, namedUser(input)),
    }),
    UpdateAccessKey: operation<sdk.UpdateAccessKeyCommandInput, sdk.UpdateAccessKeyCommandOutput>({
      authorise: onUser('UpdateAccessKey'),
      execute: (input) => {
        const status = statuses.find((known) => known === input.Status);
        if (status === undefined) throw validationError(`Value '${input.Status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [${statuses.join(', ')}]`);
        const { name, id } = findKey(directory.written('user', namedUser(input)), input.AccessKeyId);
        directory.change('user', name, (user) => ({
          ...user,
          accessKeys: user.accessKeys.map((key) => (key.id === id ? { ...key, status } : key)),
        }));
        return {};
      },
    }),
    DeleteAccessKey: operation<sdk.DeleteAccessKeyCommandInput, sdk.DeleteAccessKeyCommandOutput>({
      authorise: onUser('DeleteAccessKey'),
      execute: (input) => {
        const { name, id } = findKey(directory.written('user', namedUser(input)), input.AccessKeyId);
        directory.change('user', name, (user) => ({ ...user, accessKeys: user.accessKeys.filter((key) => key.id !== id) }));
        return {};
      },
    }),
    GetAccessKeyLastUsed: operation<sdk.GetAccessKeyLastUsedCommandInput, sdk.GetAccessKeyLastUsedCommandOutput>({
      authorise: ({ AccessKeyId: id = '' }) => onHolder(directory, 'user', 'GetAccessKeyLastUsed', directory.ownerOfKey(id) ?? '*'),
      execute: ({ AccessKeyId: id = '' }) => {
        const user = directory.holders.user.seen(directory.ownerOfKey(id) ?? '');
        const key = user?.accessKeys.find((candidate) => candidate.id === id);
        if (user === undefined || key === undefined) throw noSuchKey(id);
        return { UserName: user.name, AccessKeyLastUsed: describeLastUse(key) };
      },
    }),
  };
}

function createKey({ account, directory }: OperationState, userName: string): Omit<sdk.CreateAccessKeyCommandOutput, '$metadata'> {
  const { name, accessKeys } = directory.written('user', userName);
  if (accessKeys.length >= maxAccessKeys) throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${maxAccessKeys}`);
  const key: AccessKey = { id: directory.newKeyId(), createdAt: account.clock.now(), status: 'Active' };
  directory.addAccessKey(name, key);
  const secret = account.random.stream('iam.secrets').hex(40);
  return {
    AccessKey: { UserName: name, AccessKeyId: key.id, Status: key.status, SecretAccessKey: secret, CreateDate: dateOf(key.createdAt) },
  };
}

function findKey(user: User, id = ''): { readonly name: string; readonly id: string } {
  if (user.accessKeys.every((key) => key.id !== id)) throw noSuchKey(id);
  return { name: user.name, id };
}

function describeKey(user: User, key: AccessKey): sdk.AccessKeyMetadata {
  return { UserName: user.name, AccessKeyId: key.id, Status: key.status, CreateDate: dateOf(key.createdAt) };
}

/** A key that was never used has no date, and `N/A` in place of the rest (API reference, AccessKeyLastUsed). */
function describeLastUse({ lastUsed }: AccessKey): sdk.AccessKeyLastUsed {
  if (lastUsed === undefined) return { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' };
  return { LastUsedDate: dateOf(lastUsed.at), ServiceName: lastUsed.service, Region: lastUsed.region };
}

function noSuchKey(id: string) {
  return noSuchEntity(`The Access Key with id ${id} cannot be found.`);
}
