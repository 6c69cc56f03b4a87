import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { purchases } from '../purchases.ts';
import { titleCase } from '../title-case.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { OrchestratorFunction } from './orchestrator-function.ts';
import type { TeamPermissions } from './team-role.ts';
import type { Workflow } from './workflow.ts';

/** What the statements of the team's roles are about. */
export interface TeamResources {
  readonly environment: string;
  readonly ledger: LedgerTable;
  readonly evidence: IBucket;
  readonly workflows: readonly Workflow[];
  /** Those that people may invoke. */
  readonly functions: readonly OrchestratorFunction[];
  /** Buckets of the shop, with what customers see and send. */
  readonly customerBuckets: readonly IBucket[];
  /** Buckets whose lifecycle rules the orchestrator keeps. */
  readonly lifecycleBuckets: readonly IBucket[];
  readonly trail: AuditTrail;
}

const anyId = 'Reading only, in an account that holds nothing but the shop: ids and names are given by AWS at deployment.';

/** The permissions of the operations team, one role a method. */
export class TeamPermissionSets {
  readonly #stack: Stack;
  readonly #resources: TeamResources;

  constructor(stack: Stack, resources: TeamResources) {
    this.#stack = stack;
    this.#resources = resources;
  }

  /** What the shop and its operations consist of, and what they did. */
  readOnly(): TeamPermissions {
    const { ledger, environment, lifecycleBuckets } = this.#resources;
    const [databases, alarms, machines, executions, functions] = [
      this.#arn('rds', 'db', '*'),
      this.#arn('cloudwatch', 'alarm', '*'),
      this.#arn('states', 'stateMachine', '*'),
      this.#arn('states', 'execution', '*'),
      this.#arn('lambda', 'function', '*'),
    ];
    const stacks = this.#pathArn('cloudformation', `stack/WebMarket-${titleCase(environment)}-*`);
    const parameters = this.#pathArn('ssm', `parameter/webmarket/${environment}/*`);
    const dashboards = this.#stack.formatArn({
      service: 'cloudwatch', region: '', resource: 'dashboard', resourceName: `WebMarket-${titleCase(environment)}-*`, arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    const logs = [`WebMarket-${titleCase(environment)}-Operations-*`, '/aws/vendedlogs/states/*'].map((name) => this.#arn('logs', 'log-group', name));
    return {
      statements: [
        allow('DescribeTheShop', describedOnAll, ['*']),
        allow('DescribeDatabaseAndAlarms', ['rds:DescribeDBInstances', 'cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory'], [databases, alarms]),
        allow('ReadWorkflows', ['states:DescribeStateMachine', 'states:ListExecutions', 'states:DescribeExecution', 'states:GetExecutionHistory'], [machines, executions]),
        allow('ReadFunctions', ['lambda:GetFunctionConfiguration'], [functions]),
        allow('SeeDashboards', ['cloudwatch:GetDashboard'], [dashboards]),
        allow('ReadStacks', ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackEvents', 'cloudformation:DescribeStackResources'], [stacks]),
        allow('ReadDeclared', ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'], [parameters]),
        allow('ReadLogs', ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents'], logs),
        // Whoever is asked to let a rule delete sees what stands there now, and whether the bucket keeps versions.
        allow('ReadRules', ['s3:GetLifecycleConfiguration', 's3:GetBucketVersioning'], lifecycleBuckets.map(({ bucketArn }) => bucketArn)),
        ledger.allow('ReadLedger', 'dynamodb:DescribeTable', 'dynamodb:GetItem', 'dynamodb:Query'),
        ...this.#readEvidence(),
      ],
      wildcards: [
        ...[databases, alarms, machines, executions, functions].map((resource) => ({ resource, reason: anyId })),
        ...logs.map((resource) => ({ resource, reason: 'Log groups of the functions and workflows: CloudFormation ends their names.' })),
        { resource: dashboards, reason: 'The dashboards of this environment, which hold no figure that is not readable anyway.' },
        { resource: stacks, reason: 'The stacks of this environment, each with the id that AWS gives it.' },
        { resource: parameters, reason: 'The folder of the baseline and the exceptions, which hold no secret.' },
        this.#evidenceWildcard(),
      ],
    };
  }

  /** Reads as read-only, starts and stops workflows, and asks the functions that are made for people. */
  operator(): TeamPermissions {
    const { workflows, functions } = this.#resources;
    const { statements, wildcards } = this.readOnly();
    return {
      statements: [
        ...statements,
        allow('StartWorkflows', ['states:StartExecution'], workflows.map(({ stateMachine }) => stateMachine.stateMachineArn)),
        // To stop is safe: capacity stays, and the reconciliation goes on. Executions of one workflow each would not fit.
        allow('StopWorkflows', ['states:StopExecution'], [this.#arn('states', 'execution', '*')]),
        // Task tokens are answered by a function, which checks what is approved: SendTaskSuccess would skip that.
        allow('AskTheOrchestrator', ['lambda:InvokeFunction'], functions.map((each) => each.function.functionArn)),
      ],
      wildcards,
    };
  }

  /** Who may do what, who did what, and what lets traffic in. */
  securityAuditor(): TeamPermissions {
    const { trail, environment } = this.#resources;
    const identities = this.#stack.formatArn({ service: 'iam', region: '', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME });
    const [lists, alarms, logGroups] = [
      this.#pathArn('ec2', 'prefix-list/*'),
      this.#arn('cloudwatch', 'alarm', '*'),
      this.#arn('logs', 'log-group', '*'),
    ];
    const analyzers = this.#pathArn('access-analyzer', 'analyzer/*');
    const parameters = this.#pathArn('ssm', `parameter/webmarket/${environment}/*`);
    const trailObjects = trail.bucket.arnForObjects('*');
    return {
      statements: [
        allow('SeeAccount', auditedOnAll, ['*']),
        allow('ReadIdentities', identityReads, [identities]),
        allow('ReadPrefixLists', ['ec2:GetManagedPrefixListEntries'], [lists]),
        allow('SeeAlarms', ['cloudwatch:DescribeAlarms', 'logs:DescribeMetricFilters'], [alarms, logGroups]),
        allow('ReadAnalyzers', ['access-analyzer:GetAnalyzer', 'access-analyzer:ListFindings'], [analyzers]),
        allow('ReadTrail', ['cloudtrail:GetTrail', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'], [trail.trailArn]),
        allow('QueryTrail', ['logs:FilterLogEvents', 'logs:StartQuery', 'logs:GetQueryResults'], [trail.logGroup.logGroupArn]),
        allow('ListTrailFiles', ['s3:ListBucket'], [trail.bucket.bucketArn]),
        allow('ReadTrailFiles', ['s3:GetObject'], [trailObjects]),
        allow('DecryptTrailFiles', ['kms:Decrypt'], [trail.key.keyArn]),
        allow('ReadDeclared', ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'], [parameters]),
        ...this.#readEvidence(),
      ],
      wildcards: [
        ...[identities, lists, alarms, logGroups, analyzers].map((resource) => ({ resource, reason: anyId })),
        { resource: parameters, reason: 'The folder of the baseline and the exceptions, which hold no secret.' },
        { resource: trailObjects, reason: 'Log files of the trail, which CloudTrail names by day.' },
        this.#evidenceWildcard(),
      ],
    };
  }

  /**
   * Said outright, because a policy of a bucket, a secret or a role may let a session in past the boundary's silence.
   * Source: IAM user guide, "Permissions boundaries for IAM entities".
   */
  denials(): PolicyStatement[] {
    const { customerBuckets } = this.#resources;
    return [
      deny('NoSecretsNoOtherIdentity', ['secretsmanager:GetSecretValue', 'rds-db:connect', 'ssm:StartSession', 'sts:AssumeRole'], ['*']),
      // Advice is for whoever may sign a contract, and that is not a matter of operations.
      deny('NoPurchases', purchases, ['*']),
      deny('NoCustomerObjects', ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject'], customerBuckets.map((bucket) => bucket.arnForObjects('*'))),
    ];
  }

  #readEvidence(): PolicyStatement[] {
    const { evidence } = this.#resources;
    return [allow('ListEvidence', ['s3:ListBucket'], [evidence.bucketArn]), allow('ReadEvidence', ['s3:GetObject'], [evidence.arnForObjects('*')])];
  }

  #evidenceWildcard(): TeamPermissions['wildcards'][number] {
    return { resource: this.#resources.evidence.arnForObjects('*'), reason: 'All of the evidence, which is named by its runs; the bucket is the boundary.' };
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return this.#stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  #pathArn(service: string, resource: string): string {
    return this.#stack.formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
  }
}

function allow(sid: string, actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources: [...resources] });
}

function deny(sid: string, actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.DENY, actions: [...actions], resources: [...resources] });
}

/** None of these knows resources. */
const describedOnAll = [
  'autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeInstanceRefreshes', 'autoscaling:DescribePolicies',
  'autoscaling:DescribeScalingActivities', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics',
  'cloudwatch:ListDashboards',
  'ec2:DescribeInstances', 'ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeNatGateways', 'ec2:DescribeNetworkAcls',
  'ec2:DescribeNetworkInterfaces', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth', 'events:ListRules',
  'lambda:ListFunctions', 'rds:DescribeEvents', 'scheduler:ListSchedules', 'states:ListStateMachines',
];

/** Nor any of these. */
const auditedOnAll = [
  'access-analyzer:ListAnalyzers', 'cloudtrail:DescribeTrails', 'cloudtrail:ListTrails', 'cloudtrail:LookupEvents',
  'ec2:DescribeFlowLogs', 'ec2:DescribeInstances', 'ec2:DescribeManagedPrefixLists', 'ec2:DescribeNetworkAcls',
  'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs',
  'iam:GenerateCredentialReport', 'iam:GetAccountAuthorizationDetails', 'iam:GetAccountPasswordPolicy', 'iam:GetAccountSummary',
  'iam:GetCredentialReport', 'iam:GetServiceLastAccessedDetails', 'iam:ListGroups', 'iam:ListInstanceProfiles', 'iam:ListPolicies',
  'iam:ListRoles', 'iam:ListServerCertificates', 'iam:ListUsers', 'iam:ListVirtualMFADevices', 'logs:DescribeLogGroups',
];

const identityReads = [
  'iam:GenerateServiceLastAccessedDetails', 'iam:GetAccessKeyLastUsed', 'iam:GetGroup', 'iam:GetInstanceProfile', 'iam:GetLoginProfile',
  'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:GetRole', 'iam:GetRolePolicy', 'iam:GetUser', 'iam:GetUserPolicy', 'iam:ListAccessKeys',
  'iam:ListAttachedRolePolicies', 'iam:ListAttachedUserPolicies', 'iam:ListEntitiesForPolicy', 'iam:ListMFADevices',
  'iam:ListPolicyVersions', 'iam:ListRolePolicies', 'iam:ListUserPolicies',
];
