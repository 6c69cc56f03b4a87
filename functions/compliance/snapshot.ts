import type { PolicyDocument } from './policy-document.ts';
import type { StandingRule } from './rule.ts';

/** What is read of an account, part by part: a part that cannot be read stops the checks that need it, and no other. */
export const snapshotParts = [
  'securityGroups', 'prefixLists', 'networkInterfaces', 'attachments', 'instances', 'networkAcls', 'vpcs', 'monitoring',
  'rootAccount', 'passwordPolicy', 'users', 'roles', 'managedPolicies', 'instanceProfiles', 'serverCertificates', 'analyzers',
  'lastAccessed',
] as const;

export type SnapshotPart = (typeof snapshotParts)[number];

/** Why a part was not read: it has nothing to do with what was looked at. Other reasons are errors. */
export const notAskedFor = 'not asked for';

/** Security groups and IAM of an account at one instant. Plain JSON: it is kept as evidence. Times are ISO 8601. */
export interface Snapshot {
  readonly accountId: string;
  readonly region: string;
  /** `aws` */
  readonly partition: string;
  /** The `now` of every check. */
  readonly takenAt: string;
  /** Parts that were not read, with the reason: an error, or {@link notAskedFor}. Their members are empty. */
  readonly unread: Readonly<Partial<Record<SnapshotPart, string>>>;

  readonly securityGroups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly attachments: readonly Attachment[];
  readonly instances: readonly Instance[];
  readonly networkAcls: readonly NetworkAcl[];
  readonly vpcs: readonly Vpc[];
  readonly monitoring: Monitoring;

  readonly rootAccount: RootAccount;
  /** Undefined when the account has none: IAM's defaults apply then. */
  readonly passwordPolicy: PasswordPolicy | undefined;
  readonly users: readonly User[];
  readonly roles: readonly Role[];
  /** Customer policies, and AWS policies that are attached to something. */
  readonly managedPolicies: readonly ManagedPolicy[];
  readonly instanceProfiles: readonly InstanceProfile[];
  readonly serverCertificates: readonly ServerCertificate[];
  /** Access Analyzer: external-access analyzers that are active in the Region. */
  readonly analyzers: readonly { readonly arn: string; readonly type: string; readonly isActive: boolean }[];
  readonly lastAccessed: readonly RoleAccess[];
}

export type SnapshotContent = Pick<Snapshot, SnapshotPart>;

/** Of an account of which nothing was read. */
export const emptyContent: SnapshotContent = {
  securityGroups: [],
  prefixLists: [],
  networkInterfaces: [],
  attachments: [],
  instances: [],
  networkAcls: [],
  vpcs: [],
  monitoring: { trails: [], metricFilters: [], alarms: [] },
  rootAccount: { hasAccessKeys: false, hasMfa: false, hasHardwareMfa: false },
  passwordPolicy: undefined,
  users: [],
  roles: [],
  managedPolicies: [],
  instanceProfiles: [],
  serverCertificates: [],
  analyzers: [],
  lastAccessed: [],
};

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly rules: readonly StandingRule[];
}

export interface PrefixList {
  readonly id: string;
  readonly name: string;
  /** `AWS` for lists of AWS services, else an account id. */
  readonly ownerId: string;
  readonly version: number;
  /** CIDR blocks, v4 or v6. */
  readonly entries: readonly string[];
}

export interface NetworkInterface {
  readonly id: string;
  readonly vpcId: string;
  readonly groupIds: readonly string[];
  readonly instanceId?: string;
  /** Managed by an AWS service (load balancer, database, function): its groups are changed where it belongs. */
  readonly requesterManaged: boolean;
  readonly description: string;
}

/** What has security groups besides instances. */
export interface Attachment {
  readonly kind: 'load-balancer' | 'database' | 'launch-template';
  /** ARN of the load balancer, identifier of the database instance, id of the launch template. */
  readonly id: string;
  readonly groupIds: readonly string[];
  /** Launch templates: the version whose groups these are, the one that is launched. */
  readonly version?: string;
}

export interface Instance {
  readonly id: string;
  readonly state: string;
  readonly autoScalingGroupName?: string;
  readonly httpTokens: 'required' | 'optional';
  readonly instanceProfileArn?: string;
  readonly instanceProfileAssociationId?: string;
}

export interface NetworkAcl {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly entries: readonly NetworkAclEntry[];
}

export interface NetworkAclEntry {
  /** Evaluated from low to high; the first that matches decides. */
  readonly ruleNumber: number;
  readonly direction: 'ingress' | 'egress';
  readonly action: 'allow' | 'deny';
  readonly protocol: string;
  readonly cidr: string;
  /** Undefined: all ports. */
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly icmp?: { readonly type: number; readonly code: number };
}

export interface Vpc {
  readonly id: string;
  readonly isDefault: boolean;
  readonly flowLogs: readonly { readonly id: string; readonly isActive: boolean; readonly trafficType: 'ACCEPT' | 'REJECT' | 'ALL' }[];
  /** VPCs peered with it, and whether the peering is active. */
  readonly peerings: readonly { readonly id: string; readonly vpcId: string; readonly accountId: string; readonly isActive: boolean }[];
}

/** What watches changes: trails with their log group, metric filters on it, and alarms on their metrics. */
export interface Monitoring {
  readonly trails: readonly {
    readonly arn: string;
    readonly isMultiRegion: boolean;
    readonly isLogging: boolean;
    readonly validatesLogFiles: boolean;
    readonly logGroupName?: string;
  }[];
  readonly metricFilters: readonly {
    readonly logGroupName: string;
    readonly pattern: string;
    readonly metricNamespace: string;
    readonly metricName: string;
  }[];
  readonly alarms: readonly {
    readonly name: string;
    readonly metricNamespace: string;
    readonly metricName: string;
    readonly actions: readonly string[];
    readonly actionsEnabled: boolean;
  }[];
}

export interface RootAccount {
  readonly hasAccessKeys: boolean;
  readonly hasMfa: boolean;
  /** False also where there is no MFA at all. */
  readonly hasHardwareMfa: boolean;
  readonly passwordLastUsedAt?: string;
  readonly accessKeyLastUsedAt?: string;
}

/** As `GetAccountPasswordPolicy` answers it: what is undefined there is left out here too. */
export interface PasswordPolicy {
  readonly minimumPasswordLength: number;
  readonly passwordReusePrevention?: number;
  readonly maxPasswordAge?: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireLowercaseCharacters: boolean;
  readonly allowUsersToChangePassword: boolean;
  readonly hardExpiry?: boolean;
}

export interface InlinePolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface User {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly inlinePolicies: readonly InlinePolicy[];
  readonly attachedPolicyArns: readonly string[];
  readonly groups: readonly { readonly name: string; readonly inlinePolicies: readonly InlinePolicy[]; readonly attachedPolicyArns: readonly string[] }[];
  readonly boundaryArn?: string;
  readonly password: { readonly isEnabled: boolean; readonly lastUsedAt?: string; readonly lastChangedAt?: string };
  readonly hasMfa: boolean;
  readonly accessKeys: readonly AccessKey[];
}

export interface AccessKey {
  /** Known where the user was read by itself; the credential report does not tell it. */
  readonly id?: string;
  /** With the user's name this names the key: a user has two at most. */
  readonly createdAt: string;
  readonly isActive: boolean;
  readonly lastUsedAt?: string;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly createdAt: string;
  readonly trust: PolicyDocument;
  readonly inlinePolicies: readonly InlinePolicy[];
  readonly attachedPolicyArns: readonly string[];
  readonly boundaryArn?: string;
  readonly lastUsedAt?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly isAwsManaged: boolean;
  readonly attachmentCount: number;
  /** The default version. */
  readonly document: PolicyDocument;
}

export interface InstanceProfile {
  readonly name: string;
  readonly arn: string;
  readonly roleNames: readonly string[];
}

export interface ServerCertificate {
  readonly name: string;
  readonly arn: string;
  readonly expiresAt: string;
}

/** What a role's sessions used, by service; IAM reports what was tried, not only what was allowed. */
export interface RoleAccess {
  readonly roleName: string;
  readonly services: readonly { readonly namespace: string; readonly lastAccessedAt?: string }[];
}
