import {
  GetAccessKeyLastUsedCommand,
  GetGroupPolicyCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  paginateListAccessKeys,
  paginateListAttachedGroupPolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListMFADevices,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { iam } from '../platform/clients.ts';
import { gather } from '../platform/paging.ts';
import { createDocumentReader, type DocumentReader, toInlinePolicies } from './collect-documents.ts';
import { each, given, instant, present } from './collect-fields.ts';
import { toArns, type UserPermissions } from './collect-identity.ts';
import { ifThere, unchanged } from './collect-principals.ts';
import type { Credentials, CredentialReport } from './credential-report.ts';
import type { AccessKey, User } from './snapshot.ts';

const pageSize = 1000;

/** Users whom the report does not know and who are read by themselves, at four calls or more each. */
const newUsersRead = 25;

/** Single users as they are now, as far as they exist. */
export function collectUsers(names: readonly string[]): Promise<User[]> {
  const readDocument = createDocumentReader();
  return each(names, async (name) => {
    const found = await ifThere(() => iam().send(new GetUserCommand({ UserName: name })));
    if (found?.User === undefined) return [];
    const { Arn, CreateDate, PermissionsBoundary, PasswordLastUsed } = found.User;
    return unchanged(`the user ${name}`, async () => [
      {
        name,
        arn: given(Arn, 'the Arn of a user'),
        createdAt: instant(CreateDate, 'the CreateDate of a user'),
        inlinePolicies: await readUserPolicies(name, readDocument),
        attachedPolicyArns: await gather(paginateListAttachedUserPolicies({ client: iam(), pageSize }, { UserName: name }), ({ AttachedPolicies }) => toArns(AttachedPolicies)),
        groups: await readGroups(name, readDocument),
        ...present({ boundaryArn: PermissionsBoundary?.PermissionsBoundaryArn }),
        ...(await readCredentials(name, PasswordLastUsed)),
      },
    ]);
  });
}

/**
 * Users with what the report says of their credentials. It may be hours old: who was made since is read by himself.
 * Undefined where there are too many of them: the report is of no use then.
 */
export async function withCredentials(users: readonly UserPermissions[], report: CredentialReport): Promise<User[] | undefined> {
  const unknown = users.filter(({ name }) => !report.users.has(name));
  if (unknown.length > newUsersRead) return undefined;
  const read = new Map(await each(unknown, async ({ name }) => [[name, await ifThere(() => readCredentials(name, undefined))] as const]));
  return users.flatMap((user) => {
    const credentials = report.users.get(user.name) ?? read.get(user.name);
    return credentials === undefined ? [] : [{ ...user, ...credentials }];
  });
}

async function readCredentials(userName: string, passwordLastUsed: Date | undefined): Promise<Credentials> {
  const client = iam();
  const login = await ifThere(() => client.send(new GetLoginProfileCommand({ UserName: userName })));
  const devices = await gather(paginateListMFADevices({ client, pageSize }, { UserName: userName }), ({ MFADevices }) => MFADevices ?? []);
  const keys = await gather(paginateListAccessKeys({ client, pageSize }, { UserName: userName }), ({ AccessKeyMetadata }) => AccessKeyMetadata ?? []);
  return {
    password: {
      isEnabled: login?.LoginProfile !== undefined,
      // When it was made; IAM tells of later changes in the credential report alone.
      ...present({ lastUsedAt: passwordLastUsed?.toISOString(), lastChangedAt: login?.LoginProfile?.CreateDate?.toISOString() }),
    },
    hasMfa: devices.length > 0,
    accessKeys: await each(keys, async (key): Promise<AccessKey[]> => {
      const id = given(key.AccessKeyId, 'AccessKeyId');
      const { AccessKeyLastUsed: use } = await client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
      const createdAt = instant(key.CreateDate, 'the CreateDate of an access key');
      return [{ id, createdAt, isActive: key.Status === 'Active', ...present({ lastUsedAt: use?.LastUsedDate?.toISOString() }) }];
    }),
  };
}

async function readUserPolicies(userName: string, readDocument: DocumentReader): Promise<User['inlinePolicies']> {
  const names = await gather(paginateListUserPolicies({ client: iam(), pageSize }, { UserName: userName }), ({ PolicyNames }) => PolicyNames ?? []);
  return each(names, async (name) => {
    const policy = await iam().send(new GetUserPolicyCommand({ UserName: userName, PolicyName: name }));
    return toInlinePolicies([policy], `the user ${userName}`, readDocument);
  });
}

async function readGroups(userName: string, readDocument: DocumentReader): Promise<User['groups']> {
  const client = iam();
  const groups = await gather(paginateListGroupsForUser({ client, pageSize }, { UserName: userName }), ({ Groups }) => Groups ?? []);
  return each(groups, async (group) => {
    const name = given(group.GroupName, 'GroupName');
    const policyNames = await gather(paginateListGroupPolicies({ client, pageSize }, { GroupName: name }), ({ PolicyNames }) => PolicyNames ?? []);
    const inlinePolicies = await each(policyNames, async (policyName) => {
      const policy = await client.send(new GetGroupPolicyCommand({ GroupName: name, PolicyName: policyName }));
      return toInlinePolicies([policy], `the group ${name}`, readDocument);
    });
    const attached = await gather(paginateListAttachedGroupPolicies({ client, pageSize }, { GroupName: name }), ({ AttachedPolicies }) => toArns(AttachedPolicies));
    return [{ name, inlinePolicies, attachedPolicyArns: attached }];
  });
}
