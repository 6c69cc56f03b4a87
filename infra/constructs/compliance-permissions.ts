import { ArnFormat } from 'aws-cdk-lib';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { Writer } from '../../functions/compliance/repair.ts';
import { metricNamespace } from '../../functions/compliance/metrics.ts';
import { OrchestratorPermissions, type OrchestratorResources } from './orchestrator-permissions.ts';
import { titleCase } from '../title-case.ts';

/** What the statements of the compliance functions are about. */
export interface ComplianceResources extends OrchestratorResources {
  readonly environment: string;
  readonly vpc: IVpc;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly database: DatabaseInstance;
  /** Role of the shop's instances: the one that an instance profile may be put back with. */
  readonly instanceRole: IRole;
}

/** Path of the writers' roles: one pattern names them all, and nothing else. */
export const writersPath = '/webmarket-writers/';

/** The permissions of the compliance functions, one reason a method. */
export class CompliancePermissions extends OrchestratorPermissions {
  readonly #resources: ComplianceResources;

  constructor(resources: ComplianceResources) {
    super(resources, { evidenceFolder: 'compliance', metricNamespace });
    this.#resources = resources;
  }

  removeFromLedger(): PolicyStatement {
    return this.#resources.ledger.allow('RemoveFromLedger', 'dynamodb:DeleteItem');
  }

  readParameters(folder: 'baseline' | 'exceptions'): PolicyStatement {
    return new PolicyStatement({
      sid: folder === 'baseline' ? 'ReadBaseline' : 'ReadExceptions',
      actions: ['ssm:GetParametersByPath'],
      resources: [this.parametersArn(folder)],
    });
  }

  parametersArn(folder: 'baseline' | 'exceptions'): string {
    return this.stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: `webmarket/${this.#resources.environment}/${folder}/*` });
  }

  /** The stacks of this environment, by their names' common beginning. */
  get stacksArn(): string {
    const prefix = `WebMarket-${titleCase(this.#resources.environment)}-*`;
    return this.stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${prefix}/*` });
  }

  observeStacks(): PolicyStatement {
    return new PolicyStatement({ sid: 'ObserveStacks', actions: ['cloudformation:DescribeStacks'], resources: [this.stacksArn] });
  }

  /** What a look at a few resources reads. Descriptions of EC2, groups of instances and load balancers know no resources. */
  inspect(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'InspectNetwork',
        actions: [
          'ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeManagedPrefixLists',
          'ec2:DescribeNetworkInterfaces', 'ec2:DescribeNetworkAcls', 'ec2:DescribeInstances',
          'ec2:DescribeIamInstanceProfileAssociations', 'elasticloadbalancing:DescribeLoadBalancers',
          'iam:GetAccountPasswordPolicy',
        ],
        resources: ['*'],
      }),
      ...this.#readLists(),
      new PolicyStatement({
        sid: 'InspectIdentity',
        actions: [
          'iam:GetRole', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies',
          'iam:GetUser', 'iam:ListUserPolicies', 'iam:GetUserPolicy', 'iam:ListAttachedUserPolicies', 'iam:ListGroupsForUser',
          'iam:ListGroupPolicies', 'iam:GetGroupPolicy', 'iam:ListAttachedGroupPolicies', ...credentialReads,
          'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:GetInstanceProfile',
        ],
        resources: this.identityArns,
      }),
      this.readParameters('baseline'),
    ];
  }

  /** Many roles at once, as after an alarm, are read together. */
  inspectManyRoles(): PolicyStatement {
    return new PolicyStatement({ sid: 'InspectManyRoles', actions: ['iam:GetAccountAuthorizationDetails'], resources: ['*'] });
  }

  /** What a look at the whole account reads; nothing of it knows resources. */
  survey(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'Survey',
        actions: [
          'ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeManagedPrefixLists',
          'ec2:DescribeNetworkInterfaces', 'ec2:DescribeNetworkAcls', 'ec2:DescribeVpcs', 'ec2:DescribeFlowLogs',
          'ec2:DescribeVpcPeeringConnections', 'ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeInstances',
          'ec2:DescribeIamInstanceProfileAssociations', 'autoscaling:DescribeAutoScalingGroups',
          'elasticloadbalancing:DescribeLoadBalancers', 'access-analyzer:ListAnalyzers', 'cloudtrail:DescribeTrails',
          'cloudtrail:GetTrailStatus', 'logs:DescribeMetricFilters', 'cloudwatch:DescribeAlarms',
          'iam:GetAccountAuthorizationDetails', 'iam:GetCredentialReport', 'iam:GetAccountSummary', 'iam:GetAccountPasswordPolicy',
          'iam:ListInstanceProfiles', 'iam:ListServerCertificates', 'iam:ListVirtualMFADevices',
          'iam:GetServiceLastAccessedDetails',
        ],
        resources: ['*'],
      }),
      ...this.#readLists(),
      // Users whom the credential report does not know yet.
      new PolicyStatement({ sid: 'ReadNewUsers', actions: [...credentialReads], resources: [this.usersArn] }),
    ];
  }

  /** Asks IAM what a role used; the answer comes later. */
  requestRoleAccess(): PolicyStatement {
    return new PolicyStatement({ sid: 'RequestRoleAccess', actions: ['iam:GenerateServiceLastAccessedDetails'], resources: [this.rolesArn] });
  }

  /** Users, roles, groups, policies and profiles that may be looked at one by one; policies of AWS belong to `aws`. */
  get identityArns(): string[] {
    return [this.rolesArn, this.usersArn, this.#iamArn('group', '*'), this.#iamArn('instance-profile', '*'), this.policiesArn];
  }

  get policiesArn(): string {
    return this.stack.formatArn({ service: 'iam', region: '', account: '*', resource: 'policy', resourceName: '*' });
  }

  get allListsArn(): string {
    return this.stack.formatArn({ service: 'ec2', account: '*', resource: 'prefix-list', resourceName: '*' });
  }

  get databasesArn(): string {
    return this.stack.formatArn({ service: 'rds', resource: 'db', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  /** Lists of AWS services belong to the account `aws`, those that are shared to others. */
  #readLists(): PolicyStatement[] {
    return [
      new PolicyStatement({ sid: 'ReadPrefixLists', actions: ['ec2:GetManagedPrefixListEntries'], resources: [this.allListsArn] }),
      new PolicyStatement({ sid: 'ReadDatabases', actions: ['rds:DescribeDBInstances'], resources: [this.databasesArn] }),
    ];
  }

  /** What each writer may write, and what it must read to do so. */
  write(writer: Writer): PolicyStatement[] {
    switch (writer) {
      case 'GroupRules':
        return [this.#inVpc('WriteGroupRules', this.groupsArn, [...groupWrites]), observe('ec2:DescribeSecurityGroupRules')];
      case 'Memberships':
        return this.#writeMemberships();
      case 'PrefixLists':
        return [
          new PolicyStatement({
            sid: 'WritePrefixLists',
            actions: ['ec2:ModifyManagedPrefixList', 'ec2:GetManagedPrefixListEntries'],
            resources: [this.prefixListsArn],
          }),
          observe('ec2:DescribeManagedPrefixLists'),
        ];
      case 'NetworkAcls':
        return [this.#inVpc('WriteNetworkAcls', this.networkAclsArn, ['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAclEntry'])];
      case 'RolePolicies':
        return [new PolicyStatement({ sid: 'WriteRolePolicies', actions: [...roleWrites], resources: [this.rolesArn] })];
      case 'UserAccess':
        return [new PolicyStatement({ sid: 'WriteUserAccess', actions: [...userWrites], resources: [this.usersArn] })];
      case 'PasswordPolicy':
        // The account has one password policy, without an ARN.
        return [new PolicyStatement({ sid: 'WritePasswordPolicy', actions: ['iam:UpdateAccountPasswordPolicy', 'iam:DeleteAccountPasswordPolicy'], resources: ['*'] })];
      case 'InstanceProfiles':
        return this.#writeInstanceProfiles();
    }
  }

  /** No writer changes itself, or another writer. */
  denyOnWriters(): PolicyStatement {
    return new PolicyStatement({ sid: 'NeverOnWriters', effect: Effect.DENY, actions: ['iam:*'], resources: [this.writersArn] });
  }

  /** The most that any writer can ever do, whatever somebody attaches to it. */
  boundary(): PolicyStatement[] {
    const own = (Object.keys(wildcardsOf) as Writer[]).flatMap((writer) => this.write(writer).flatMap(({ actions }) => actions));
    return [
      new PolicyStatement({
        sid: 'AtMostRepairs',
        actions: [...new Set([...own, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'logs:CreateLogStream', 'logs:PutLogEvents'])],
        resources: ['*'],
      }),
      this.denyOnWriters(),
      this.neverAnotherRole(),
    ];
  }

  /** The ARNs with a wildcard that every look at resources needs, with the reason. */
  inspectionWildcards(): readonly { readonly arn: string; readonly reason: string }[] {
    const reason = 'What is looked at has no name in advance: whatever changed is read.';
    return [this.allListsArn, this.databasesArn, ...this.identityArns, this.parametersArn('baseline')].map((arn) => ({ arn, reason }));
  }

  /** The ARNs with a wildcard of each writer, with the reason. */
  wildcards(writer: Writer): readonly { readonly arn: string; readonly reason: string }[] {
    return wildcardsOf[writer].map((which) => ({ arn: this[which], reason: wildcardReasons[which] }));
  }

  get groupsArn(): string {
    return this.#ec2Arn('security-group');
  }

  get interfacesArn(): string {
    return this.#ec2Arn('network-interface');
  }

  get prefixListsArn(): string {
    return this.#ec2Arn('prefix-list');
  }

  get networkAclsArn(): string {
    return this.#ec2Arn('network-acl');
  }

  get instancesArn(): string {
    return this.#ec2Arn('instance');
  }

  get rolesArn(): string {
    return this.#iamArn('role', '*');
  }

  get writersArn(): string {
    return this.#iamArn('role', `${writersPath.slice(1)}*`);
  }

  get usersArn(): string {
    return this.#iamArn('user', '*');
  }

  #writeMemberships(): PolicyStatement[] {
    const { loadBalancer, database } = this.#resources;
    return [
      this.#inVpc('WriteInterfaceGroups', this.interfacesArn, ['ec2:ModifyNetworkInterfaceAttribute'], this.groupsArn),
      // The instance of the interface is asked for too, and knows no VPC.
      new PolicyStatement({ sid: 'OfInstances', actions: ['ec2:ModifyNetworkInterfaceAttribute'], resources: [this.instancesArn] }),
      new PolicyStatement({
        sid: 'WriteLoadBalancerGroups',
        actions: ['elasticloadbalancing:SetSecurityGroups'],
        resources: [loadBalancer.loadBalancerArn],
      }),
      new PolicyStatement({
        sid: 'WriteDatabaseGroups',
        actions: ['rds:ModifyDBInstance', 'rds:DescribeDBInstances'],
        resources: [database.instanceArn],
      }),
      observe('ec2:DescribeNetworkInterfaces', 'elasticloadbalancing:DescribeLoadBalancers'),
    ];
  }

  #writeInstanceProfiles(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'WriteInstanceProfiles',
        actions: ['ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation', 'ec2:DisassociateIamInstanceProfile'],
        resources: [this.instancesArn],
      }),
      observe('ec2:DescribeIamInstanceProfileAssociations'),
      new PolicyStatement({
        sid: 'PassTheInstanceRole',
        actions: ['iam:PassRole'],
        resources: [this.#resources.instanceRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      }),
    ];
  }

  #inVpc(sid: string, arn: string, actions: readonly string[], ...more: readonly string[]): PolicyStatement {
    const { vpc } = this.#resources;
    return new PolicyStatement({
      sid,
      actions: [...actions],
      resources: [arn, ...more],
      conditions: { ArnEquals: { 'ec2:Vpc': this.stack.formatArn({ service: 'ec2', resource: 'vpc', resourceName: vpc.vpcId }) } },
    });
  }

  #ec2Arn(resource: string): string {
    return this.stack.formatArn({ service: 'ec2', resource, resourceName: '*' });
  }

  #iamArn(resource: string, resourceName: string): string {
    return this.stack.formatArn({ service: 'iam', region: '', resource, resourceName });
  }
}

const credentialReads = ['iam:GetLoginProfile', 'iam:ListMFADevices', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'] as const;

const groupWrites = [
  'ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress',
] as const;

const roleWrites = [
  'iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:UpdateAssumeRolePolicy',
  'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary',
] as const;

const userWrites = [
  'iam:ListAccessKeys', 'iam:UpdateAccessKey', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy', 'iam:AttachUserPolicy', 'iam:DetachUserPolicy',
] as const;

const wildcardReasons = {
  groupsArn: 'Drift has no name in advance; the condition keeps to the groups of the shop\'s VPC.',
  interfacesArn: 'Interfaces come and go with instances; the condition keeps to the shop\'s VPC.',
  prefixListsArn: 'Lists that rules refer to are found, not declared.',
  networkAclsArn: 'Which ACL drifts is not known in advance; the condition keeps to the shop\'s VPC.',
  instancesArn: 'Instances come and go; their groups are those of the VPC, and the only role that can be passed is their own.',
  rolesArn: 'A role that was given too much has no name in advance; the writers themselves are denied.',
  usersArn: 'Users are made by hand and have no name in advance.',
} as const;

const wildcardsOf = {
  GroupRules: ['groupsArn'],
  Memberships: ['groupsArn', 'interfacesArn', 'instancesArn'],
  PrefixLists: ['prefixListsArn'],
  NetworkAcls: ['networkAclsArn'],
  RolePolicies: ['rolesArn'],
  UserAccess: ['usersArn'],
  PasswordPolicy: [],
  InstanceProfiles: ['instancesArn'],
} as const satisfies Readonly<Record<Writer, readonly (keyof typeof wildcardReasons)[]>>;

/** Descriptions of EC2 and load balancers know no resources: `*` is the narrowest there is. */
function observe(...actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({ sid: 'Observe', actions: [...actions], resources: ['*'] });
}
