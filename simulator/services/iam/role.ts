import type { NamedPolicy, PolicyDocument } from '../../kernel/authorisation.ts';

export interface RoleDefinition {
  readonly name: string;
  /** With slashes around it. @default '/' */
  readonly path?: string;
  readonly trust: PolicyDocument;
  readonly boundaryArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The stack that owns the role; absent for what people and AWS made. */
  readonly stackName?: string;
}

/** A role as it stands. Changed only through `Iam`, which forgets what it had compiled. */
export interface Role extends RoleDefinition {
  readonly arn: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** By policy name. */
  readonly inline: Map<string, PolicyDocument>;
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
}

export interface ManagedPolicy extends NamedPolicy {
  readonly arn: string;
}

/** One action that a statement grants to a role, and whether an allowed call was ever decided by it. */
export interface PermissionUse {
  readonly roleName: string;
  readonly stackName: string;
  readonly policy: string;
  readonly source: 'inline' | 'customer-managed' | 'aws-managed';
  readonly sid: string | undefined;
  /** Position of the statement in its policy, from 0. */
  readonly index: number;
  /** The pattern as the statement writes it. */
  readonly action: string;
  readonly resources: readonly string[];
  readonly isUsed: boolean;
}
