import type { NamedPolicy, PolicyDocument } from '../../kernel/authorisation.ts';
import type { PolicyHolder } from './principals.ts';

export interface RoleDefinition {
  readonly name: string;
  /** With slashes around it. @default '/' */
  readonly path?: string;
  readonly trust: PolicyDocument;
  readonly boundaryArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** @default 3600 */
  readonly maxSessionSeconds?: number;
  /** The stack that owns the role; absent for what people and AWS made. */
  readonly stackName?: string;
}

/** A role as it stands. A value: a change makes a new one. */
export interface Role extends PolicyHolder, RoleDefinition {
  readonly name: string;
  readonly path: string;
}

export interface PolicyVersion {
  /** `v1`, `v2` and so on; a number is never given twice. */
  readonly id: string;
  readonly document: PolicyDocument;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** A customer managed policy. `document` is the default version's. */
export interface ManagedPolicy extends NamedPolicy {
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Oldest first; five at most. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  readonly lastVersionNumber: number;
}

export interface InstanceProfile {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  readonly roleNames: readonly string[];
}

export interface ServerCertificate {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly id: string;
  /** Times are epoch milliseconds. */
  readonly uploadedAt: number;
  readonly expiresAt: number;
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
