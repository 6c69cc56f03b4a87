import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import {
  type Decision,
  explicitlyDenied,
  type Finding,
  lookupIn,
  type NamedPolicy,
  type PolicyDocument,
  PolicySet,
} from '../kernel/authorisation.ts';
import type { ContextLookup } from '../kernel/authorisation/conditions.ts';
import { describeStatement } from '../kernel/authorisation/statement.ts';
import type { Principal } from '../kernel/principal.ts';
import type { AuthorisationRequest, AwsService } from '../kernel/service.ts';
import { awsManagedPolicy, isAwsManaged } from './iam/aws-managed-policies.ts';
import { type CallerContext, roleContext, serviceContext } from './iam/context.ts';
import { createOperations } from './iam/operations.ts';
import { type AttachedPolicy, PermissionLedger } from './iam/permission-ledger.ts';
import type { ManagedPolicy, PermissionUse, Role, RoleDefinition } from './iam/role.ts';

export type { PermissionUse, Role, RoleDefinition };

type RolePrincipal = Extract<Principal, { kind: 'role' }>;
type ServicePrincipal = Extract<Principal, { kind: 'service' }>;

/** A role's policies, ready to decide. */
interface CompiledRole {
  readonly role: Role;
  readonly identity: PolicySet;
  readonly boundary: PolicySet | undefined;
  readonly context: CallerContext;
}

/** Whose `resourcePolicy` decides for a resource, by the service part of its ARN. */
const policyOwners: Readonly<Record<string, string>> = {
  events: 'EventBridge',
  kms: 'KMS',
  lambda: 'Lambda',
  s3: 'S3',
  secretsmanager: 'Secrets Manager',
  sns: 'SNS',
  sqs: 'SQS',
};

const anyone: Decision = { allowed: true, reason: 'the world outside is not restricted' };
const ownAccess: Decision = { allowed: true, reason: 'the service acts by itself, and the resource has no policy' };

/** Simulated IAM: roles and policies, and the decision on every call of the account. */
export class Iam implements AwsService {
  readonly sdkId = 'IAM';
  readonly statesName = 'iam';
  readonly statesErrorPrefix = 'Iam';
  readonly operations = createOperations(this, () => this.#account);

  readonly #account: Account;
  readonly #roles = new Map<string, Role>();
  readonly #managedPolicies = new Map<string, ManagedPolicy>();
  readonly #instanceProfiles = new Map<string, readonly string[]>();
  readonly #compiled = new Map<string, CompiledRole>();
  readonly #trust = new WeakMap<PolicyDocument, PolicySet>();
  readonly #resourcePolicies = new WeakMap<object, PolicySet>();
  readonly #ledger = new PermissionLedger();

  constructor(account: Account) {
    this.#account = account;
  }

  /** May `principal` do this? Explicit denies win; a boundary limits; identity- or resource-based policies allow. */
  decide(principal: Principal, request: AuthorisationRequest): Decision {
    switch (principal.kind) {
      case 'outside':
        return anyone;
      case 'service':
        return this.#decideForService(principal, request);
      case 'role':
        return this.#decideForRole(principal, request);
    }
  }

  /** May the service assume the role? `sourceArn` is what it acts for, as its confused-deputy protection sends it. */
  canAssume(servicePrincipal: string, roleArn: string, sourceArn?: string): Decision {
    const role = this.#roleByArn(roleArn);
    if (role === undefined) return { allowed: false, reason: `the role ${roleArn} does not exist` };
    let trust = this.#trust.get(role.trust);
    if (trust === undefined) {
      trust = new PolicySet([{ name: `trust policy of ${role.name}`, document: role.trust }]);
      this.#trust.set(role.trust, trust);
    }
    const caller: ServicePrincipal = {
      kind: 'service',
      service: servicePrincipal,
      ...(sourceArn === undefined ? {} : { sourceArn }),
    };
    const request = { action: 'sts:AssumeRole', resource: roleArn, principal: caller };
    const finding = trust.find(request, lookupIn(serviceContext(this.#account, caller)));
    return conclude(finding, `the trust policy of ${role.name} does not let ${servicePrincipal} assume it`);
  }

  /** What a caller needs besides its action, when it hands `roleArn` to `service` (for example `states.amazonaws.com`). */
  passRole(roleArn: string, service: string): AuthorisationRequest {
    return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } };
  }

  /** Every action granted to a role of a deployed stack, and whether it ever decided an allowed call. */
  permissionUse(): readonly PermissionUse[] {
    return [...this.#roles.values()].flatMap((role) => this.#ledger.useOf(role, this.#policiesOf(role)));
  }

  get roles(): readonly Role[] {
    return [...this.#roles.values()];
  }

  role(name: string): Role {
    const role = this.#roles.get(name);
    if (role === undefined) {
      throw new AwsError('NoSuchEntityException', `The role with name ${name} cannot be found.`, { statusCode: 404 });
    }
    return role;
  }

  /** Creates a role, or changes its trust, boundary and tags. Policies of a role that stands are kept. */
  putRole(definition: RoleDefinition): Role {
    const current = this.#roles.get(definition.name);
    const role: Role = {
      ...definition,
      arn: this.#arn(`role${definition.path ?? '/'}${definition.name}`),
      id: current?.id ?? `AROA${this.#account.random.stream('iam').hex(17).toUpperCase()}`,
      createdAt: current?.createdAt ?? this.#account.clock.now(),
      inline: current?.inline ?? new Map(),
      attached: current?.attached ?? new Set(),
    };
    this.#roles.set(role.name, role);
    this.#compiled.clear();
    return role;
  }

  putRolePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    this.role(roleName).inline.set(policyName, document);
    this.#compiled.clear();
  }

  deleteRolePolicy(roleName: string, policyName: string): void {
    this.role(roleName).inline.delete(policyName);
    this.#compiled.clear();
  }

  attachRolePolicy(roleName: string, policyArn: string): void {
    // Found now, so that an unknown policy stops the deployment and not the first call.
    this.managedPolicy(policyArn);
    this.role(roleName).attached.add(policyArn);
    this.#compiled.clear();
  }

  detachRolePolicy(roleName: string, policyArn: string): void {
    this.role(roleName).attached.delete(policyArn);
    this.#compiled.clear();
  }

  /** Creates or changes a customer managed policy. Gives its ARN. */
  putManagedPolicy(name: string, path: string, document: PolicyDocument): string {
    const arn = this.#arn(`policy${path}${name}`);
    this.#managedPolicies.set(arn, { arn, name, document });
    this.#compiled.clear();
    return arn;
  }

  managedPolicy(arn: string): NamedPolicy {
    if (isAwsManaged(arn)) return awsManagedPolicy(arn);
    const policy = this.#managedPolicies.get(arn);
    if (policy === undefined) {
      throw new AwsError('NoSuchEntityException', `Policy ${arn} does not exist or is not attachable.`, { statusCode: 404 });
    }
    return policy;
  }

  /** Gives the ARN of the instance profile. */
  putInstanceProfile(name: string, path: string, roleNames: readonly string[]): string {
    const arn = this.#arn(`instance-profile${path}${name}`);
    this.#instanceProfiles.set(arn, roleNames);
    return arn;
  }

  /** Names of the roles of an instance profile, by its ARN. */
  rolesOfInstanceProfile(arn: string): readonly string[] | undefined {
    return this.#instanceProfiles.get(arn);
  }

  #arn(resource: string): string {
    return `arn:${this.#account.partition}:iam::${this.#account.id}:${resource}`;
  }

  #roleByArn(arn: string): Role | undefined {
    const role = this.#roles.get(arn.slice(arn.lastIndexOf('/') + 1));
    return role?.arn === arn ? role : undefined;
  }

  #decideForRole(principal: RolePrincipal, request: AuthorisationRequest): Decision {
    const compiled = this.#compiledRole(principal.roleArn);
    if (compiled === undefined) return { allowed: false, reason: `the role ${principal.roleArn} does not exist` };
    const { role, identity, boundary } = compiled;
    const lookup = this.#lookup(request, compiled.context);
    const byIdentity = identity.find(request, lookup);
    if (byIdentity.effect === 'deny') return explicitlyDenied(byIdentity.statement);
    const byBoundary = boundary?.find(request, lookup);
    if (byBoundary?.effect === 'deny') return explicitlyDenied(byBoundary.statement);
    const aws = { kind: 'aws', arn: role.arn, accountId: this.#account.id } as const;
    const byResource = this.#resourcePolicy(request.resource)?.find({ ...request, principal: aws }, lookup);
    if (byResource?.effect === 'deny') return explicitlyDenied(byResource.statement);
    if (byBoundary?.effect === 'none') {
      return { allowed: false, reason: `the permissions boundary of ${role.name} does not allow ${request.action}` };
    }
    if (byResource?.effect === 'allow' && byResource.through === 'direct') return conclude(byResource, '');
    // A KMS key's policy must allow too, be it only by delegating to the account (KMS developer guide, "Key policies").
    if (request.action.startsWith('kms:') && byResource?.effect === 'none') {
      return { allowed: false, reason: `the policy of ${request.resource} does not allow ${request.action}` };
    }
    if (byIdentity.effect === 'allow') this.#ledger.note(role.name, byIdentity.grant);
    return conclude(byIdentity, `no identity-based policy of ${role.name} allows it`);
  }

  #decideForService(principal: ServicePrincipal, request: AuthorisationRequest): Decision {
    const owner = this.#ownerOf(request.resource);
    if (owner?.resourcePolicy === undefined) return ownAccess;
    const policy = this.#resourcePolicy(request.resource);
    const finding = policy?.find(
      { ...request, principal },
      this.#lookup(request, serviceContext(this.#account, principal)),
    );
    return conclude(finding ?? { effect: 'none' }, `the policy of ${request.resource} does not let ${principal.service} do it`);
  }

  #lookup(request: AuthorisationRequest, caller: CallerContext): ContextLookup {
    const find = request.context === undefined ? lookupIn(caller) : lookupIn(request.context, caller);
    return (key) => {
      if (key === 'aws:currenttime') return new Date(this.#account.clock.now()).toISOString();
      if (key === 'aws:epochtime') return Math.floor(this.#account.clock.now() / 1000);
      return find(key);
    };
  }

  #compiledRole(arn: string): CompiledRole | undefined {
    const known = this.#compiled.get(arn);
    if (known !== undefined) return known;
    const role = this.#roleByArn(arn);
    if (role === undefined) return undefined;
    const compiled: CompiledRole = {
      role,
      identity: new PolicySet(this.#policiesOf(role).map(({ policy }) => policy)),
      boundary: role.boundaryArn === undefined ? undefined : new PolicySet([this.managedPolicy(role.boundaryArn)]),
      context: roleContext(this.#account, role),
    };
    this.#compiled.set(arn, compiled);
    return compiled;
  }

  #policiesOf(role: Role): readonly AttachedPolicy[] {
    const inline = [...role.inline].map(([name, document]) => ({ policy: { name, document }, source: 'inline' as const }));
    const attached = [...role.attached].map((arn) => ({
      policy: this.managedPolicy(arn),
      source: isAwsManaged(arn) ? ('aws-managed' as const) : ('customer-managed' as const),
    }));
    return [...inline, ...attached];
  }

  #ownerOf(resource: string): AwsService | undefined {
    const sdkId = policyOwners[resource.split(':', 3)[2] ?? ''];
    return sdkId === undefined ? undefined : this.#account.serviceBySdkId(sdkId);
  }

  #resourcePolicy(resource: string): PolicySet | undefined {
    const document = this.#ownerOf(resource)?.resourcePolicy?.(resource);
    if (document === undefined) return undefined;
    // Documents may be put together anew for every question; their statements are the same object until they change.
    const key = document.Statement;
    let policy = this.#resourcePolicies.get(key);
    if (policy === undefined) {
      policy = new PolicySet([{ name: `policy of ${resource}`, document }]);
      this.#resourcePolicies.set(key, policy);
    }
    return policy;
  }
}

function conclude(finding: Finding, otherwise: string): Decision {
  switch (finding.effect) {
    case 'allow':
      return finding.through === 'direct'
        ? { allowed: true, reason: `allowed by ${describeStatement(finding.grant)}`, grantedBy: finding.grant }
        : { allowed: false, reason: otherwise };
    case 'deny':
      return explicitlyDenied(finding.statement);
    case 'none':
      return { allowed: false, reason: otherwise };
  }
}
