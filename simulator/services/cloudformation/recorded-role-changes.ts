import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../kernel/account.ts';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import type { RecordedCall } from '../cloudtrail.ts';
import type { Role } from '../iam.ts';

/** Some roles by name at one moment. A role is a value: what it is now, it stays here. */
export type RoleSnapshot = ReadonlyMap<string, Role>;

export function snapshotRoles(account: Account, names: readonly string[]): RoleSnapshot {
  return new Map(account.iam.roles.filter(({ name }) => names.includes(name)).map((role) => [role.name, role]));
}

/** The calls that lead from one state of roles to another, as CloudFormation makes them. */
export function roleCalls(before: RoleSnapshot, after: RoleSnapshot): RecordedCall[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((RoleName) => {
    const [old, role] = [before.get(RoleName), after.get(RoleName)];
    if (role === undefined) return [iamCall('DeleteRole', { RoleName })];
    return [...(old === undefined ? [creation(role)] : ownCalls(old, role)), ...policyCalls(old, role)];
  });
}

function creation({ name, path, trust, boundaryArn, id, arn, createdAt }: Role): RecordedCall {
  return iamCall(
    'CreateRole',
    {
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: JSON.stringify(trust),
      ...(boundaryArn === undefined ? {} : { PermissionsBoundary: boundaryArn }),
    },
    { Role: { Path: path, RoleName: name, RoleId: id, Arn: arn, CreateDate: new Date(createdAt) } },
  );
}

function ownCalls(old: Role, role: Role): RecordedCall[] {
  const RoleName = role.name;
  const calls: RecordedCall[] = [];
  if (!isDeepStrictEqual(old.trust, role.trust)) {
    calls.push(iamCall('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: JSON.stringify(role.trust) }));
  }
  if (old.boundaryArn === role.boundaryArn) return calls;
  const { boundaryArn: PermissionsBoundary } = role;
  const change =
    PermissionsBoundary === undefined
      ? iamCall('DeleteRolePermissionsBoundary', { RoleName })
      : iamCall('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary });
  return [...calls, change];
}

function policyCalls(old: Role | undefined, role: Role): RecordedCall[] {
  const RoleName = role.name;
  const inlineBefore = old?.inline ?? new Map<string, PolicyDocument>();
  const attachedBefore = old?.attached ?? new Set<string>();
  const put = [...role.inline]
    .filter(([name, document]) => !isDeepStrictEqual(inlineBefore.get(name), document))
    .map(([PolicyName, document]) => iamCall('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }));
  const attached = [...role.attached].filter((arn) => !attachedBefore.has(arn)).map((PolicyArn) => iamCall('AttachRolePolicy', { RoleName, PolicyArn }));
  const deleted = [...inlineBefore.keys()].filter((name) => !role.inline.has(name)).map((PolicyName) => iamCall('DeleteRolePolicy', { RoleName, PolicyName }));
  const detached = [...attachedBefore].filter((arn) => !role.attached.has(arn)).map((PolicyArn) => iamCall('DetachRolePolicy', { RoleName, PolicyArn }));
  return [...put, ...attached, ...deleted, ...detached];
}

function iamCall(operation: string, input: object, output: object = {}): RecordedCall {
  return { sdkId: 'IAM', operation, input, output };
}
