import type { Template } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import type { CloudTrailRecord } from '../../../simulator/services/cloudtrail.ts';

export const person: Principal = { kind: 'outside', name: 'Somebody at a console' };

export interface AuditedAccount {
  readonly account: Account;
  readonly clock: VirtualClock;
  readonly deployer: Deployer;
  /** Every record since the trail logs, those of reads included. */
  readonly records: CloudTrailRecord[];
  readonly call: <T = Record<string, unknown>>(sdkId: string, operation: string, input: object, principal?: Principal) => Promise<T>;
  /** Lets time pass. */
  readonly pass: (seconds: number) => Promise<void>;
  /** Events that a rule on the default bus of the account's Region hands to a topic. */
  readonly events: () => Record<string, unknown>[];
}

const serviceMay = (Service: string, Action: string | string[], Resource: unknown, rest: object = {}) => ({
  Effect: 'Allow', Principal: { Service }, Action, Resource, ...rest,
});

/** A trail with bucket, log group and role, as the templates of the project make one. */
export function trailTemplate(trail: Record<string, unknown> = {}, { policy = true, logs = true } = {}): Template {
  const cloudTrail = (action: string, resource: unknown) => serviceMay('cloudtrail.amazonaws.com', action, resource);
  const bucketPolicy = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Bucket' },
      PolicyDocument: {
        Statement: [
          cloudTrail('s3:GetBucketAcl', { 'Fn::GetAtt': ['Bucket', 'Arn'] }),
          { ...cloudTrail('s3:PutObject', { 'Fn::Sub': '${Bucket.Arn}/AWSLogs/${AWS::AccountId}/*' }), Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } } },
        ],
      },
    },
  };
  return {
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
      ...(policy ? { BucketPolicy: bucketPolicy } : {}),
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'trail' } },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
          RoleName: 'TrailLogs',
          Policies: [{
            PolicyName: 'Write',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': ['Log', 'Arn'] } }] },
          }],
        },
      },
      Trail: {
        Type: 'AWS::CloudTrail::Trail',
        Properties: {
          TrailName: 'audit',
          IsLogging: true,
          IsMultiRegionTrail: true,
          EnableLogFileValidation: true,
          S3BucketName: { Ref: 'Bucket' },
          ...(logs ? { CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['Log', 'Arn'] }, CloudWatchLogsRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } : {}),
          ...trail,
        },
        DependsOn: policy ? ['BucketPolicy'] : [],
      },
    },
  };
}

/** An account whose trail logs, and whose rule hands every call that CloudTrail reports in the Region to a topic. */
export async function auditedAccount(trail: Record<string, unknown> = {}): Promise<AuditedAccount> {
  const clock = VirtualClock.detached(Date.parse('2027-01-06T14:00:00Z'));
  const account = new Account({ clock });
  const deployer = new Deployer(account);
  await deployer.deploy({ stacks: [{ name: 'Audit', template: trailTemplate(trail), assets: [] }] });
  putRule(account, 'Changes', 'eu-west-3', { 'detail-type': ['AWS API Call via CloudTrail'] }, putTopic(account, 'events'));
  const records: CloudTrailRecord[] = [];
  account.cloudTrail.onRecord((record) => records.push(record));
  return {
    account,
    clock,
    deployer,
    records,
    call: async <T>(sdkId: string, operation: string, input: object, principal: Principal = person) =>
      (await account.call({ principal, sdkId, operation, input })) as T,
    pass: (seconds) => clock.runUntil(clock.now() + seconds * 1000),
    events: () => account.sns.messages.map(({ message }) => JSON.parse(message) as Record<string, unknown>),
  };
}

/** A topic on which EventBridge may publish. Gives its ARN. */
export function putTopic(account: Account, name: string): string {
  const arn = account.arn('sns', name);
  account.sns.putTopic({ name, arn, tags: {} });
  account.sns.putTopicPolicy(arn, { Statement: serviceMay('events.amazonaws.com', 'sns:Publish', arn) as never });
  return arn;
}

export function putRule(account: Account, name: string, region: string, eventPattern: unknown, targetArn: string, roleArn?: string): void {
  account.eventBridge.putRule({
    name,
    arn: `arn:aws:events:${region}:${account.id}:rule/${name}`,
    busName: 'default',
    isEnabled: true,
    eventPattern,
    scheduleExpression: undefined,
    targets: [{ id: 'Target', arn: targetArn, roleArn, retryPolicy: { maximumAgeSeconds: 3600, maximumRetryAttempts: 3 }, deadLetterArn: undefined }],
  });
}

/** A security group without rules. Gives its id. */
export function putGroup(account: Account, name = 'web'): string {
  const vpc = account.ec2.createVpc('10.0.0.0/16', {});
  return account.ec2.securityGroups.create({ name, description: name, vpcId: vpc.id, tags: {} }).id;
}

export const ssh = (cidr: string) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: cidr, Description: 'for now' }] });
