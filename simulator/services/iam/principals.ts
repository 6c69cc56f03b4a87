import type { PolicyDocument } from '../../kernel/authorisation.ts';
import type { Role } from './role.ts';

/** What users, groups and roles have in common. Values: a change makes a new one. */
export interface PolicyHolder {
  readonly name: string;
  /** With slashes around it. */
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** By policy name. */
  readonly inline: ReadonlyMap<string, PolicyDocument>;
  /** ARNs of managed policies. */
  readonly attached: ReadonlySet<string>;
}

export type Group = PolicyHolder;

export interface HolderTypes {
  readonly user: User;
  readonly group: Group;
  readonly role: Role;
}

export type HolderKind = keyof HolderTypes;

/** When and where a credential was last used. Times are epoch milliseconds. */
export interface LastUse {
  readonly at: number;
  readonly region: string;
  /** Namespace of the service, for example `s3`. */
  readonly service: string;
}

export type KeyStatus = 'Active' | 'Inactive' | 'Expired';

export interface AccessKey {
  /** `AKIA…` */
  readonly id: string;
  readonly createdAt: number;
  readonly status: KeyStatus;
  readonly lastUsed?: LastUse;
}

/** A virtual device is an application and has an ARN; a hardware device is known by its serial number. */
export type MfaKind = 'virtual' | 'hardware';

export interface MfaDevice {
  readonly kind: MfaKind;
  /** ARN of a virtual device, number of a hardware device. */
  readonly serialNumber: string;
  readonly enabledAt: number;
}

export interface Password {
  readonly createdAt: number;
  readonly lastChangedAt: number;
  readonly isResetRequired: boolean;
  readonly lastUsedAt?: number;
}

export interface User extends PolicyHolder {
  readonly tags: Readonly<Record<string, string>>;
  readonly boundaryArn?: string;
  /** Names of groups. */
  readonly groups: ReadonlySet<string>;
  /** Absent: the user cannot sign in to the console. */
  readonly password?: Password;
  readonly accessKeys: readonly AccessKey[];
  readonly mfaDevices: readonly MfaDevice[];
}

/** A user as a scenario puts it into the account, with a history that no call made. Times are epoch milliseconds. */
export interface UserDefinition {
  readonly name: string;
  /** @default '/' */
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly boundaryArn?: string;
  /** @default now */
  readonly createdAt?: number;
  readonly groups?: readonly string[];
  readonly password?: Partial<Password>;
  readonly mfaDevices?: readonly MfaKind[];
  readonly accessKeys?: readonly Partial<AccessKey>[];
}

/** Credentials of the account's root user. Times are epoch milliseconds. */
export interface RootUser {
  readonly createdAt: number;
  readonly accessKeys: readonly Omit<AccessKey, 'id'>[];
  readonly mfaDevices: readonly MfaKind[];
  readonly passwordLastUsedAt?: number;
}
