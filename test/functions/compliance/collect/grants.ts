export type Grants = readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];

const iamOf = (...kinds: readonly string[]): string[] => kinds.map((kind) => `arn:aws:iam::123456789012:${kind}/*`);

/** What `readBaseline` needs. */
export const baselineGrants: Grants = [
  { actions: ['ssm:GetParametersByPath'], resources: ['arn:aws:ssm:eu-west-3:123456789012:parameter/webmarket/production/baseline/'] },
];

/** What `collectAccount` needs. */
export const accountGrants: Grants = [
  {
    actions: [
      'ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeManagedPrefixLists', 'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeNetworkAcls', 'ec2:DescribeVpcs', 'ec2:DescribeFlowLogs', 'ec2:DescribeVpcPeeringConnections',
      'ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeInstances', 'ec2:DescribeIamInstanceProfileAssociations',
      'autoscaling:DescribeAutoScalingGroups', 'elasticloadbalancing:DescribeLoadBalancers',
      'iam:GetAccountAuthorizationDetails', 'iam:GetCredentialReport', 'iam:GetAccountSummary', 'iam:GetAccountPasswordPolicy',
      'iam:ListInstanceProfiles', 'iam:ListServerCertificates', 'iam:ListVirtualMFADevices', 'iam:GetServiceLastAccessedDetails',
      'access-analyzer:ListAnalyzers',
    ],
    resources: ['*'],
  },
  {
    actions: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'logs:DescribeMetricFilters', 'cloudwatch:DescribeAlarms'],
    resources: ['*'],
  },
  // Lists of AWS services belong to the account `aws`, those that are shared to others.
  { actions: ['ec2:GetManagedPrefixListEntries'], resources: ['arn:aws:ec2:eu-west-3:*:prefix-list/*'] },
  { actions: ['rds:DescribeDBInstances'], resources: ['arn:aws:rds:eu-west-3:123456789012:db:*'] },
  // Users whom the credential report does not know yet.
  { actions: ['iam:GetLoginProfile', 'iam:ListMFADevices', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'], resources: iamOf('user') },
];

/** What `requestRoleAccess` needs. */
export const roleAccessGrants: Grants = [{ actions: ['iam:GenerateServiceLastAccessedDetails'], resources: iamOf('role') }];

/** What `collectResources` needs. */
export const resourceGrants: Grants = [
  {
    actions: [
      'ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeManagedPrefixLists', 'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeNetworkAcls', 'ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeInstances', 'ec2:DescribeIamInstanceProfileAssociations',
      'autoscaling:DescribeAutoScalingGroups', 'elasticloadbalancing:DescribeLoadBalancers', 'iam:GetAccountPasswordPolicy',
      // Five roles or more are read together.
      'iam:GetAccountAuthorizationDetails',
    ],
    resources: ['*'],
  },
  { actions: ['ec2:GetManagedPrefixListEntries'], resources: ['arn:aws:ec2:eu-west-3:*:prefix-list/*'] },
  { actions: ['rds:DescribeDBInstances'], resources: ['arn:aws:rds:eu-west-3:123456789012:db:*'] },
  { actions: ['iam:GetRole', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies'], resources: iamOf('role') },
  {
    actions: [
      'iam:GetUser', 'iam:ListUserPolicies', 'iam:GetUserPolicy', 'iam:ListAttachedUserPolicies', 'iam:ListGroupsForUser',
      'iam:GetLoginProfile', 'iam:ListMFADevices', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed',
    ],
    resources: iamOf('user'),
  },
  { actions: ['iam:ListGroupPolicies', 'iam:GetGroupPolicy', 'iam:ListAttachedGroupPolicies'], resources: iamOf('group') },
  // Policies of AWS belong to the account `aws`.
  { actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'], resources: ['arn:aws:iam::*:policy/*'] },
  { actions: ['iam:GetInstanceProfile'], resources: iamOf('instance-profile') },
];
