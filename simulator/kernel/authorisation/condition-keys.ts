/**
 * Condition keys whose absence from a request means that they are absent on AWS too. A policy that names any other
 * key, in a statement that otherwise applies to a request without it, cannot be decided: that throws.
 */
const modelledKeys = new Set(
  [
    'aws:CalledVia', 'aws:CurrentTime', 'aws:EpochTime', 'aws:MultiFactorAuthAge', 'aws:MultiFactorAuthPresent', 'aws:PrincipalAccount',
    'aws:PrincipalArn', 'aws:PrincipalIsAWSService', 'aws:PrincipalOrgID', 'aws:PrincipalServiceName',
    'aws:PrincipalType', 'aws:RequestedRegion', 'aws:SecureTransport', 'aws:SourceAccount', 'aws:SourceArn',
    'aws:SourceOrgID', 'aws:SourceOwner', 'aws:TagKeys', 'aws:username', 'aws:ViaAWSService',
    'autoscaling:MaxSize', 'autoscaling:MinSize',
    'cloudwatch:namespace',
    'dynamodb:EnclosingOperation', 'dynamodb:LeadingKeys', 'dynamodb:ReturnValues', 'dynamodb:Select',
    'ec2:AvailabilityZone', 'ec2:CreateAction', 'ec2:InstanceID', 'ec2:InstanceProfile', 'ec2:InstanceType', 'ec2:NetworkAclID',
    'ec2:NetworkInterfaceID', 'ec2:NewInstanceProfile', 'ec2:SecurityGroupID', 'ec2:Subnet', 'ec2:Vpc', 'ec2:VpcID',
    'elasticloadbalancing:SecurityGroup',
    'events:detail-type', 'events:source',
    'iam:PassedToService', 'iam:PermissionsBoundary', 'iam:PolicyARN',
    'kms:ViaService',
    'lambda:FunctionArn', 'lambda:SourceFunctionArn',
    'rds:MultiAz',
    's3:delimiter', 's3:if-match', 's3:if-none-match', 's3:max-keys', 's3:prefix', 's3:x-amz-acl',
    's3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id', 's3:x-amz-storage-class',
    's3:versionid',
    'servicequotas:service',
    'ssm:Overwrite', 'ssm:Recursive',
    'sts:ExternalId', 'sts:RoleSessionName',
  ].map((key) => key.toLowerCase()),
);

/** Keys that end in a tag's name, and the services (prefix of the action) whose requests carry all their tags. */
const tagPrefixes: Readonly<Record<string, ReadonlySet<string> | 'every service'>> = {
  'aws:principaltag/': 'every service',
  'aws:requesttag/': new Set(['ec2', 'iam', 'rds', 'savingsplans']),
  'aws:resourcetag/': new Set(['autoscaling', 'dynamodb', 'ec2', 'elasticloadbalancing', 'iam', 'rds', 'savingsplans', 'sns']),
  'autoscaling:resourcetag/': new Set(['autoscaling']),
  'ec2:resourcetag/': new Set(['ec2']),
  'elasticloadbalancing:resourcetag/': new Set(['elasticloadbalancing']),
  'iam:resourcetag/': new Set(['iam']),
  'rds:db-tag/': new Set(['rds']),
  'rds:req-tag/': new Set(['rds']),
  'rds:ri-tag/': new Set(['rds']),
};

/** `key` in lower case; `action` as in the request. */
export function isModelledKey(key: string, action: string): boolean {
  if (modelledKeys.has(key)) return true;
  for (const [prefix, services] of Object.entries(tagPrefixes)) {
    if (!key.startsWith(prefix)) continue;
    return services === 'every service' || services.has(action.slice(0, action.indexOf(':')));
  }
  return false;
}
