import { AccountRootPrincipal, type IManagedPolicy, ManagedPolicy, type PolicyStatement, type PrincipalBase, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';

/** What a role of the operations team may do. */
export interface TeamPermissions {
  readonly statements: readonly PolicyStatement[];
  /** Wildcards among the resources of the statements, each with why it cannot be narrower. */
  readonly wildcards: readonly { readonly resource: string; readonly reason: string }[];
}

export interface TeamRoleProps {
  /** Physical name, by which people assume it. */
  readonly roleName: string;
  readonly description: string;
  readonly permissions: TeamPermissions;
  /** What no policy, not even that of another resource, may ever give it. A policy by itself: a boundary holds 6,144 characters. */
  readonly denials: IManagedPolicy;
  /** Who may assume it, with MFA. @default people of the same account, where a policy of theirs says so */
  readonly trusted?: PrincipalBase;
}

/**
 * A role that people assume, with MFA. Its permissions boundary says again what it may do: whatever is attached to it
 * later, by hand or by mistake, it can do no more than is declared here.
 */
export class TeamRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: TeamRoleProps) {
    super(scope, id);
    const { statements, wildcards } = props.permissions;
    const boundary = new ManagedPolicy(this, 'Boundary', {
      managedPolicyName: `${props.roleName}-Boundary`,
      description: `The most that ${props.roleName} can do, whatever is attached to it.`,
      statements: statements.map((statement) => statement.copy()),
    });
    this.role = new Role(this, 'Role', {
      roleName: props.roleName,
      description: props.description,
      // The key is missing from calls with long-lived keys, and `Bool` does not match then: no MFA, no role.
      assumedBy: (props.trusted ?? new AccountRootPrincipal()).withConditions({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      permissionsBoundary: boundary,
      managedPolicies: [props.denials],
    });
    for (const statement of statements) this.role.addToPolicy(statement);
    for (const { resource, reason } of wildcards) acknowledgeWildcard(this, resource, reason);
  }
}
