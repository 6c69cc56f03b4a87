import type { Resource } from './finding.ts';
import type { PolicySet } from './policy-semantics.ts';
import type { InlinePolicy, ManagedPolicy, Role, Snapshot, User } from './snapshot.ts';

/** Whoever policies are written into or attached to. */
export interface PolicyHolder {
  readonly kind: 'user' | 'group' | 'role';
  readonly name: string;
  readonly resource: Resource;
  readonly inlinePolicies: readonly InlinePolicy[];
  readonly attachedPolicyArns: readonly string[];
  /** AWS writes it and lets nobody else: what is found there can only be reported. */
  readonly isProtected: boolean;
}

/** Users, their groups (each once) and roles; not the roles of AWS services, in which there is nothing to decide. */
export function policyHolders({ users, roles }: Snapshot): readonly PolicyHolder[] {
  const groups = new Map(users.flatMap((user) => user.groups.map((group) => [group.name, group])));
  return [
    ...users.map((user) => holder('user', user, 'AWS::IAM::User')),
    ...[...groups.values()].map((group) => holder('group', group, 'AWS::IAM::Group')),
    ...roles.filter((role) => !isServiceLinked(role)).map((role) => holder('role', role, 'AWS::IAM::Role')),
  ];
}

type Held = Pick<PolicyHolder, 'name' | 'inlinePolicies' | 'attachedPolicyArns'> & { readonly path?: string };

function holder(kind: PolicyHolder['kind'], { name, inlinePolicies, attachedPolicyArns, path }: Held, type: Resource['type']): PolicyHolder {
  const isProtected = path !== undefined && isProtectedPath(path);
  return { kind, name, resource: { type, id: name }, inlinePolicies, attachedPolicyArns, isProtected };
}

/** Roles that only their service can change; their policies are AWS's own. */
export function isServiceLinked({ path }: Pick<Role, 'path'>): boolean {
  return path.startsWith('/aws-service-role/');
}

/** Roles that IAM refuses to change (`UnmodifiableEntity`): of services, and of the Identity Center. */
export function isProtected({ path }: Pick<Role, 'path'>): boolean {
  return isProtectedPath(path);
}

function isProtectedPath(path: string): boolean {
  return path.startsWith('/aws-service-role/') || path.startsWith('/aws-reserved/');
}

export type PolicyIndex = ReadonlyMap<string, ManagedPolicy>;

export function indexPolicies({ managedPolicies }: Snapshot): PolicyIndex {
  return new Map(managedPolicies.map((policy) => [policy.arn, policy]));
}

const boundariesOf = new WeakMap<Snapshot, ReadonlySet<string>>();

/** Attached to nobody, a policy may still be a boundary; that it is not, only the whole account can tell. */
export function mayBeBoundary({ arn, attachmentCount }: ManagedPolicy, snapshot: Snapshot): boolean {
  if (attachmentCount > 0) return false;
  if (snapshot.unread.users !== undefined || snapshot.unread.roles !== undefined) return true;
  const boundaries = boundariesOf.get(snapshot) ?? new Set([...snapshot.users, ...snapshot.roles].flatMap(({ boundaryArn }) => boundaryArn ?? []));
  boundariesOf.set(snapshot, boundaries);
  return boundaries.has(arn);
}

/** A boundary that is not in the snapshot limits nothing here: a report too many is better than one too few. */
export function policySetOf(principal: User | Role, policies: PolicyIndex): PolicySet {
  const groups = 'groups' in principal ? principal.groups : [];
  const holders = [principal, ...groups];
  const boundary = principal.boundaryArn === undefined ? undefined : policies.get(principal.boundaryArn)?.document;
  return {
    documents: holders.flatMap(({ inlinePolicies, attachedPolicyArns }) => [
      ...inlinePolicies.map(({ document }) => document),
      ...attachedPolicyArns.flatMap((arn) => policies.get(arn)?.document ?? []),
    ]),
    ...(boundary === undefined ? {} : { boundary }),
    ...('groups' in principal ? { userName: principal.name } : {}),
  };
}
