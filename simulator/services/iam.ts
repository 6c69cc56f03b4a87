import type { Account } from '../kernel/account.ts';
import type { Decision, NamedPolicy, PolicyDocument } from '../kernel/authorisation.ts';
import type { Principal } from '../kernel/principal.ts';
import type { AuthorisationRequest, AwsService } from '../kernel/service.ts';
import { Decisions } from './iam/decisions.ts';
import { Directory } from './iam/directory.ts';
import { createOperations } from './iam/operations.ts';
import type { LastUse } from './iam/principals.ts';
import type { PermissionUse, Role, RoleDefinition } from './iam/role.ts';
import { type AssumeRoleRequest, Sessions } from './iam/sessions.ts';
import { UsageRecords } from './iam/usage.ts';

export type { PermissionUse, Role, RoleDefinition };

/** Simulated IAM: users, groups, roles and policies, and the decision on every call of the account. */
export class Iam implements AwsService {
  readonly sdkId = 'IAM';
  readonly statesName = 'iam';
  readonly statesErrorPrefix = 'Iam';
  /** What stands in the account; a scenario puts users, root credentials and certificates here. */
  readonly directory: Directory;
  readonly operations;

  readonly #decisions: Decisions;
  readonly #sessions: Sessions;
  readonly #usage = new UsageRecords();

  constructor(account: Account) {
    this.directory = new Directory(account, () => this.#decisions.forget());
    this.#sessions = new Sessions(account, this.directory);
    this.#decisions = new Decisions(account, { directory: this.directory, sessions: this.#sessions, usage: this.#usage });
    this.operations = createOperations({ account, directory: this.directory, usage: this.#usage });
  }

  /** How long a change takes until reads and decisions see it, in seconds. @default 0 */
  get propagationSeconds(): number {
    return this.directory.propagationSeconds;
  }

  set propagationSeconds(seconds: number) {
    this.directory.propagationSeconds = seconds;
  }

  /** May `principal` do this? Explicit denies win; a boundary limits; identity- or resource-based policies allow. */
  decide(principal: Principal, request: AuthorisationRequest): Decision {
    return this.#decisions.decide(principal, request);
  }

  /** May the service assume the role? `sourceArn` is what it acts for, as its confused-deputy protection sends it. */
  canAssume(servicePrincipal: string, roleArn: string, sourceArn?: string): Decision {
    return this.#decisions.canAssume(servicePrincipal, roleArn, sourceArn);
  }

  /** A person takes on a role. Gives the principal of the session; throws `AccessDenied` where policies do not allow it. */
  assumeRole(request: AssumeRoleRequest): Principal {
    const role = this.directory.holders.role.seen(request.roleArn.slice(request.roleArn.lastIndexOf('/') + 1));
    return this.#sessions.assume(request, role?.arn === request.roleArn ? role.trust : undefined);
  }

  /** What a caller needs besides its action, when it hands `roleArn` to `service` (for example `states.amazonaws.com`). */
  passRole(roleArn: string, service: string): AuthorisationRequest {
    return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } };
  }

  /** Every action granted to a role of a deployed stack, and whether it ever decided an allowed call. */
  permissionUse(): readonly PermissionUse[] {
    return this.#decisions.permissionUse();
  }

  /** A use of a role from before the account was simulated; its calls here are noted by themselves. */
  noteRoleUse(roleName: string, use: LastUse): void {
    this.#usage.record(this.role(roleName).id, use);
  }

  get roles(): readonly Role[] {
    return this.directory.holders.role.list();
  }

  role(name: string): Role {
    return this.directory.written('role', name);
  }

  /** Creates a role, or changes its trust, boundary and tags. Policies of a role that stands are kept. */
  putRole(definition: RoleDefinition): Role {
    return this.directory.putRole(definition);
  }

  putRolePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    this.directory.changeInline('role', roleName, policyName, document);
  }

  deleteRolePolicy(roleName: string, policyName: string): void {
    this.directory.changeInline('role', roleName, policyName, undefined);
  }

  attachRolePolicy(roleName: string, policyArn: string): void {
    this.directory.attach('role', roleName, policyArn);
  }

  detachRolePolicy(roleName: string, policyArn: string): void {
    this.directory.detach('role', roleName, policyArn);
  }

  /** Creates or changes a customer managed policy. Gives its ARN. */
  putManagedPolicy(name: string, path: string, document: PolicyDocument): string {
    return this.directory.putManagedPolicy(name, path, document).arn;
  }

  managedPolicy(arn: string): NamedPolicy {
    return this.directory.managedPolicy(arn);
  }

  /** Gives the ARN of the instance profile. */
  putInstanceProfile(name: string, path: string, roleNames: readonly string[]): string {
    return this.directory.putInstanceProfile(name, path, roleNames).arn;
  }

  /** Names of the roles of an instance profile, by its ARN. */
  rolesOfInstanceProfile(arn: string): readonly string[] | undefined {
    const profile = this.directory.instanceProfiles.seen(arn.slice(arn.lastIndexOf('/') + 1));
    return profile?.arn === arn ? profile.roleNames : undefined;
  }
}
