import {
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { iam } from '../platform/clients.ts';
import { isNamed, Transient } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import { createDocumentReader, type DocumentReader, toInlinePolicies } from './collect-documents.ts';
import { each, given, instant, present, tagsOf } from './collect-fields.ts';
import { isAwsManaged, toArns } from './collect-identity.ts';
import type { InstanceProfile, ManagedPolicy, Role } from './snapshot.ts';

/** Single roles, policies and profiles of IAM, as far as they exist. */

/** IAM's pages end at this many unless asked otherwise; no list here is as long, but for those of groups. */
const pageSize = 1000;

export function collectRoles(names: readonly string[]): Promise<Role[]> {
  const readDocument = createDocumentReader();
  return each(names, async (name) => {
    const found = await ifThere(() => iam().send(new GetRoleCommand({ RoleName: name })));
    if (found?.Role === undefined) return [];
    const role = found.Role;
    return unchanged(`the role ${name}`, async () => [
      {
        name: given(role.RoleName, 'RoleName'),
        arn: given(role.Arn, 'the Arn of a role'),
        path: role.Path ?? '/',
        createdAt: instant(role.CreateDate, 'the CreateDate of a role'),
        trust: readDocument(role.AssumeRolePolicyDocument, `the trust policy of the role ${name}`),
        inlinePolicies: await readRolePolicies(name, readDocument),
        attachedPolicyArns: await gather(paginateListAttachedRolePolicies({ client: iam(), pageSize }, { RoleName: name }), ({ AttachedPolicies }) => toArns(AttachedPolicies)),
        ...present({ boundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn, lastUsedAt: role.RoleLastUsed?.LastUsedDate?.toISOString() }),
        tags: tagsOf(role.Tags),
      },
    ]);
  });
}

/** Managed policies, of AWS or of the account, in their default version. */
export function collectManagedPolicies(arns: readonly string[]): Promise<ManagedPolicy[]> {
  const readDocument = createDocumentReader();
  return each([...new Set(arns)], async (arn) => {
    const found = await ifThere(() => iam().send(new GetPolicyCommand({ PolicyArn: arn })));
    if (found?.Policy === undefined) return [];
    const { PolicyName, AttachmentCount, DefaultVersionId } = found.Policy;
    const { PolicyVersion } = await unchanged(`the policy ${arn}`, () =>
      iam().send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: DefaultVersionId })),
    );
    return [
      {
        arn,
        name: PolicyName ?? '',
        isAwsManaged: isAwsManaged(arn),
        attachmentCount: AttachmentCount ?? 0,
        document: readDocument(PolicyVersion?.Document, `the policy ${arn}`),
      },
    ];
  });
}

export function collectInstanceProfilesByName(names: readonly string[]): Promise<InstanceProfile[]> {
  return each([...new Set(names)], async (name) => {
    const found = await ifThere(() => iam().send(new GetInstanceProfileCommand({ InstanceProfileName: name })));
    if (found?.InstanceProfile === undefined) return [];
    const { InstanceProfileName, Arn, Roles } = found.InstanceProfile;
    return [
      {
        name: given(InstanceProfileName, 'InstanceProfileName'),
        arn: given(Arn, 'the Arn of an instance profile'),
        roleNames: (Roles ?? []).flatMap(({ RoleName }) => RoleName ?? []),
      },
    ];
  });
}

/** Undefined where IAM knows no such entity. */
export async function ifThere<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException')) return undefined;
    throw error;
  }
}

/**
 * Reads more of something that was there a moment ago. What has gone since is no answer: half of it may be left, and an
 * entity that is taken for gone would have its findings closed.
 */
export async function unchanged<Value>(what: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException')) throw new Transient(`${what} was changed while it was read.`, { cause: error });
    throw error;
  }
}

async function readRolePolicies(roleName: string, readDocument: DocumentReader): Promise<Role['inlinePolicies']> {
  const names = await gather(paginateListRolePolicies({ client: iam(), pageSize }, { RoleName: roleName }), ({ PolicyNames }) => PolicyNames ?? []);
  return each(names, async (name) => {
    const policy = await iam().send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName: name }));
    return toInlinePolicies([policy], `the role ${roleName}`, readDocument);
  });
}
