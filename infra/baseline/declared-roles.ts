import { z } from 'zod';
import type { DeclaredRole } from '../../functions/compliance/baseline.ts';
import type { PolicyDocument } from '../../functions/compliance/policy-document.ts';
import { isIntrinsic, referenceTo, referredId, type TemplateResource, type Text, textSchema, type Undeployed } from './template-resources.ts';

const roleType = 'AWS::IAM::Role';
const policyType = 'AWS::IAM::Policy';
const managedPolicyType = 'AWS::IAM::ManagedPolicy';

/** What a role's document is put together from. */
export const roleTypes = [roleType, policyType, managedPolicyType] as const;

/** Resources that have a document of their own. */
export const declaredRoleTypes = [roleType] as const;

const document = z.custom<Undeployed<PolicyDocument>>(
  (value) => typeof value === 'object' && value !== null && 'Statement' in value && !isIntrinsic(value),
  'a policy document has a Statement',
);

const roleProperties = z.object({
  RoleName: textSchema.optional(),
  AssumeRolePolicyDocument: document,
  ManagedPolicyArns: z.array(textSchema).default([]),
  Path: textSchema.default('/'),
  PermissionsBoundary: textSchema.optional(),
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: document })).default([]),
});

const attachment = z.object({ Roles: z.array(textSchema).default([]) });
const policyProperties = attachment.extend({ PolicyName: z.string(), PolicyDocument: document });

/** Documents of the roles of one stack, by logical id. */
export function declareRoles(stackName: string, resources: readonly TemplateResource[]): Map<string, Undeployed<DeclaredRole>> {
  const roles = resources.filter(({ type }) => type === roleType);
  refuseForeignRoles(stackName, roles, resources);
  return new Map(roles.map((role) => [role.logicalId, declareRole(stackName, role, resources)]));
}

function declareRole(stackName: string, role: TemplateResource, resources: readonly TemplateResource[]): Undeployed<DeclaredRole> {
  const properties = roleProperties.parse(role.properties);
  const isTheirs = ({ properties }: TemplateResource): boolean => rolesOf(properties).some((name) => referredId(name) === role.logicalId);
  const inline = resources
    .filter((resource) => resource.type === policyType && isTheirs(resource))
    .map((policy) => policyProperties.parse(policy.properties));
  const attached = resources.filter((resource) => resource.type === managedPolicyType && isTheirs(resource));
  return {
    stackName,
    // A name that is written down needs no reference: the document of a role in another Region can have none.
    roleName: typeof properties.RoleName === 'string' ? properties.RoleName : referenceTo(role.logicalId),
    path: properties.Path,
    trust: properties.AssumeRolePolicyDocument,
    inlinePolicies: [...properties.Policies, ...inline].map(({ PolicyName, PolicyDocument }) => ({ name: PolicyName, document: PolicyDocument })),
    attachedPolicyArns: [...properties.ManagedPolicyArns, ...attached.map(({ logicalId }) => referenceTo(logicalId))],
    ...(properties.PermissionsBoundary === undefined ? {} : { boundaryArn: properties.PermissionsBoundary }),
  };
}

/** A policy that stands in another stack than its role would be missing from the role's document, and be taken for drift. */
function refuseForeignRoles(stackName: string, roles: readonly TemplateResource[], resources: readonly TemplateResource[]): void {
  const known = new Set(roles.map(({ logicalId }) => logicalId));
  for (const { type, logicalId, properties } of resources) {
    if (type === roleType) continue;
    const foreign = rolesOf(properties).find((name) => !known.has(referredId(name) ?? ''));
    if (foreign === undefined) continue;
    throw new Error(
      `${stackName}: ${logicalId} attaches a policy to the role ${JSON.stringify(foreign)}, expected a role of the same stack: declare the policy beside its role.`,
    );
  }
}

function rolesOf(properties: Readonly<Record<string, unknown>>): Text[] {
  return attachment.parse(properties).Roles;
}
