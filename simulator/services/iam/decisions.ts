import type { Account } from '../../kernel/account.ts';
import {
  type Decision,
  explicitlyDenied,
  type Finding,
  lookupIn,
  type PolicyDocument,
  PolicySet,
} from '../../kernel/authorisation.ts';
import type { ContextLookup } from '../../kernel/authorisation/conditions.ts';
import { describeStatement } from '../../kernel/authorisation/statement.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { AuthorisationRequest, AwsService } from '../../kernel/service.ts';
import { type CallerContext, roleContext, serviceContext } from './context.ts';
import type { Directory } from './directory.ts';
import { PermissionLedger } from './permission-ledger.ts';
import { policiesOf } from './policies-of.ts';
import type { PermissionUse, Role } from './role.ts';
import type { Sessions } from './sessions.ts';
import type { UsageRecords } from './usage.ts';

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

interface Registers {
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly usage: UsageRecords;
}

/** Who may do what: policies compiled once, until one changes. */
export class Decisions {
  readonly #account: Account;
  readonly #registers: Registers;
  readonly #compiled = new Map<string, CompiledRole>();
  readonly #trust = new WeakMap<PolicyDocument, PolicySet>();
  readonly #resourcePolicies = new WeakMap<object, PolicySet>();
  readonly #ledger = new PermissionLedger();

  constructor(account: Account, registers: Registers) {
    this.#account = account;
    this.#registers = registers;
  }

  /** Policies or those who have them changed. */
  forget(): void {
    this.#compiled.clear();
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

  /** Every action granted to a role of a deployed stack, and whether it ever decided an allowed call. */
  permissionUse(): readonly PermissionUse[] {
    const { directory } = this.#registers;
    return directory.holders.role.list().flatMap((role) => this.#ledger.useOf(role, policiesOf(directory, role)));
  }

  #roleByArn(arn: string): Role | undefined {
    const role = this.#registers.directory.holders.role.seen(arn.slice(arn.lastIndexOf('/') + 1));
    return role?.arn === arn ? role : undefined;
  }

  #decideForRole(principal: RolePrincipal, request: AuthorisationRequest): Decision {
    const compiled = this.#compiledRole(principal.roleArn);
    if (compiled === undefined) return { allowed: false, reason: `the role ${principal.roleArn} does not exist` };
    const { role, identity, boundary } = compiled;
    const { clock, region } = this.#account;
    // Before the decision: a refused attempt counts as well.
    this.#registers.usage.note(role.id, request.action, clock.now(), region);
    const session = this.#registers.sessions.contextOf(role.arn, principal.session);
    const { functionArn } = principal;
    // Lambda adds it to what the code of a function calls (Lambda developer guide, "Using source function ARN to control function access behavior").
    const source = functionArn === undefined ? undefined : { 'lambda:SourceFunctionArn': functionArn };
    const lookup = this.#lookup(request, session === undefined && source === undefined ? compiled.context : { ...compiled.context, ...session, ...source });
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
    const { directory } = this.#registers;
    const compiled: CompiledRole = {
      role,
      identity: new PolicySet(policiesOf(directory, role).map(({ policy }) => policy)),
      boundary: role.boundaryArn === undefined ? undefined : new PolicySet([directory.managedPolicy(role.boundaryArn)]),
      context: roleContext(this.#account, role),
    };
    this.#compiled.set(arn, compiled);
    return compiled;
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
