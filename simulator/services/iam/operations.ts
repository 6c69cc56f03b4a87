import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import { type AuthorisationRequest, operation } from '../../kernel/service.ts';
import type { Iam } from '../iam.ts';

/** Inputs and outputs in the shapes of the SDK's IAM client (API reference, 2010-05-08). */
interface RoleInput {
  readonly RoleName?: string;
}

interface RolePolicyInput extends RoleInput {
  readonly PolicyName?: string;
}

interface RoleOutput {
  readonly Role: {
    readonly Path: string;
    readonly RoleName: string;
    readonly RoleId: string;
    readonly Arn: string;
    readonly CreateDate: Date;
    readonly AssumeRolePolicyDocument: string;
    readonly PermissionsBoundary?: { readonly PermissionsBoundaryType: string; readonly PermissionsBoundaryArn: string };
    readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  };
}

interface RolePolicyOutput {
  readonly RoleName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

interface RolePoliciesOutput {
  readonly PolicyNames: readonly string[];
  readonly IsTruncated: boolean;
}

interface AttachedPoliciesOutput {
  readonly AttachedPolicies: readonly { readonly PolicyName: string; readonly PolicyArn: string }[];
  readonly IsTruncated: boolean;
}

/** IAM answers documents as URL-encoded JSON (RFC 3986). */
function encode(document: PolicyDocument): string {
  return encodeURIComponent(JSON.stringify(document));
}

export function createOperations(iam: Iam, account: () => Account) {
  const onRole = (action: string, input: RoleInput): readonly AuthorisationRequest[] => {
    const { partition, id } = account();
    const name = input.RoleName ?? '';
    const arn = iam.roles.find((role) => role.name === name)?.arn ?? `arn:${partition}:iam::${id}:role/${name}`;
    return [{ action, resource: arn }];
  };

  return {
    GetRole: operation<RoleInput, RoleOutput>({
      authorise: (input) => onRole('iam:GetRole', input),
      execute: (input) => ({ Role: describeRole(iam, input.RoleName ?? '') }),
    }),
    GetRolePolicy: operation<RolePolicyInput, RolePolicyOutput>({
      authorise: (input) => onRole('iam:GetRolePolicy', input),
      execute: ({ RoleName: roleName = '', PolicyName: policyName = '' }) => {
        const document = iam.role(roleName).inline.get(policyName);
        if (document === undefined) {
          const message = `The role policy with name ${policyName} cannot be found.`;
          throw new AwsError('NoSuchEntityException', message, { statusCode: 404 });
        }
        return { RoleName: roleName, PolicyName: policyName, PolicyDocument: encode(document) };
      },
    }),
    ListAttachedRolePolicies: operation<RoleInput, AttachedPoliciesOutput>({
      authorise: (input) => onRole('iam:ListAttachedRolePolicies', input),
      execute: (input) => ({
        AttachedPolicies: [...iam.role(input.RoleName ?? '').attached].map((arn) => ({
          PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
          PolicyArn: arn,
        })),
        IsTruncated: false,
      }),
    }),
    ListRolePolicies: operation<RoleInput, RolePoliciesOutput>({
      authorise: (input) => onRole('iam:ListRolePolicies', input),
      execute: (input) => ({ PolicyNames: [...iam.role(input.RoleName ?? '').inline.keys()], IsTruncated: false }),
    }),
  };
}

function describeRole(iam: Iam, name: string): RoleOutput['Role'] {
  const role = iam.role(name);
  return {
    Path: role.path ?? '/',
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encode(role.trust),
    ...(role.boundaryArn === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.boundaryArn } }),
    Tags: Object.entries(role.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
  };
}
