import type { Template } from '../../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../../simulator/deploy/deployer.ts';
import type { PolicyDocument } from '../../../../simulator/kernel/authorisation.ts';
import type { Auditor } from './auditor.ts';

/** Ids of what stands in the account. */
export interface Furniture {
  readonly vpcId: string;
  readonly groups: { readonly balancer: string; readonly app: string; readonly database: string; readonly idle: string };
  readonly listId: string;
  readonly templateId: string;
  readonly balancerArn: string;
  readonly policyArn: string;
  readonly profileArn: string;
}

export const readOnly = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

export function allow(action: string, resource = '*'): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] };
}

export const trustIn = (service: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});

/** Lets time pass in the account, for what comes up by itself. */
export function wait(auditor: Auditor, milliseconds: number): Promise<void> {
  const { clock } = auditor.account;
  return clock.runUntil(clock.now() + milliseconds);
}

/** A shop of two instances that runs, a prefix list in a rule, people and their policies. */
export async function furnish(auditor: Auditor): Promise<Furniture> {
  const { account } = auditor;
  account.serviceQuotas.set('ec2', 'L-1216C47A', 64);
  const policyArn = await putPolicy(auditor);
  putPeople(auditor, policyArn);
  const deployer = new Deployer(account);
  await account.clock.runWhilePending(deployer.deploy({ stacks: [{ name: 'shop', template: shop, assets: [] }] }));
  await wait(auditor, 5 * 60_000);
  const output = (name: string): string => String(deployer.outputs('shop')[name]);
  const groups = { balancer: output('Balancers'), app: output('Apps'), database: output('Databases'), idle: output('Idle') };
  const list = account.ec2.prefixLists.create({
    name: 'offices', addressFamily: 'IPv4', maxEntries: 150, tags: {}, entries: Array.from({ length: 101 }, (_entry, index) => ({ cidr: `198.51.${index}.0/24` })),
  });
  account.ec2.securityGroups.addRule(groups.balancer, { isEgress: false, protocol: 'tcp', fromPort: 443, toPort: 443, prefixListId: list.id, description: 'Offices' });
  return {
    vpcId: output('VpcId'),
    groups,
    listId: list.id,
    templateId: output('TemplateId'),
    balancerArn: output('BalancerArn'),
    policyArn,
    profileArn: output('ProfileArn'),
  };
}

/** A policy of three versions, of which the one in the middle is the default one. Gives its ARN. */
async function putPolicy({ account }: Auditor): Promise<string> {
  const [arn = ''] = ['s3:*', 'cloudformation:*', 'ec2:*'].map((action) => account.iam.putManagedPolicy('deploy', '/', allow(action)));
  const principal = { kind: 'outside', name: 'test' } as const;
  await account.call({ principal, sdkId: 'IAM', operation: 'SetDefaultPolicyVersion', input: { PolicyArn: arn, VersionId: 'v2' } });
  return arn;
}

/** Two users, a group and a role beside those of the shop; a root user with a virtual device. */
function putPeople({ account }: Auditor, policyArn: string): void {
  const { directory } = account.iam;
  directory.putGroup('operations');
  directory.changeInline('group', 'operations', 'look', allow('ec2:Describe*'));
  directory.attach('group', 'operations', readOnly);
  directory.putUser({
    name: 'alice',
    createdAt: Date.parse('2026-01-01T00:00:00Z'),
    groups: ['operations'],
    password: { lastUsedAt: Date.parse('2026-12-24T08:00:00Z') },
    mfaDevices: ['virtual'],
    accessKeys: [{ id: 'AKIA0000000000000001', createdAt: Date.parse('2026-02-01T00:00:00Z') }],
  });
  directory.changeInline('user', 'alice', 'pass', allow('iam:PassRole'));
  directory.attach('user', 'alice', policyArn);
  account.iam.putRole({ name: 'reporter', path: '/jobs/', trust: trustIn('lambda.amazonaws.com'), boundaryArn: policyArn, tags: { team: 'web' } });
  account.iam.putRolePolicy('reporter', 'read', allow('s3:GetObject', 'arn:aws:s3:::a b/*'));
  account.iam.attachRolePolicy('reporter', policyArn);
  directory.setRoot({ mfaDevices: ['virtual'], passwordLastUsedAt: Date.parse('2026-03-03T03:03:03Z') });
  directory.putServerCertificate('old', Date.parse('2026-06-01T00:00:00Z'));
}

const ref = (Ref: string) => ({ Ref });
const getAtt = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });
const ec2 = (type: string, Properties: Record<string, unknown>) => ({ Type: `AWS::EC2::${type}`, Properties });
const group = (name: string) => ec2('SecurityGroup', { GroupDescription: name, GroupName: name, VpcId: ref('Vpc') });
const from = (target: string, source: string, port: number) =>
  ec2('SecurityGroupIngress', { GroupId: getAtt(target, 'GroupId'), IpProtocol: 'tcp', FromPort: port, ToPort: port, SourceSecurityGroupId: getAtt(source, 'GroupId') });

const shop: Template = {
  Resources: {
    Vpc: ec2('VPC', { CidrBlock: '10.0.0.0/16' }),
    SubnetA: ec2('Subnet', { VpcId: ref('Vpc'), AvailabilityZone: 'eu-west-3a', CidrBlock: '10.0.0.0/24' }),
    SubnetB: ec2('Subnet', { VpcId: ref('Vpc'), AvailabilityZone: 'eu-west-3b', CidrBlock: '10.0.1.0/24' }),
    BalancerGroup: group('balancer'),
    AppGroup: group('app'),
    DatabaseGroup: group('database'),
    IdleGroup: group('idle'),
    AppFromBalancer: from('AppGroup', 'BalancerGroup', 80),
    DatabaseFromApp: from('DatabaseGroup', 'AppGroup', 3306),
    WebRole: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'web', AssumeRolePolicyDocument: trustIn('ec2.amazonaws.com') } },
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { InstanceProfileName: 'web', Roles: [ref('WebRole')] } },
    Template: ec2('LaunchTemplate', {
      LaunchTemplateData: {
        InstanceType: 't3.medium',
        ImageId: 'ami-0123456789abcdef0',
        SecurityGroupIds: [getAtt('AppGroup', 'GroupId')],
        IamInstanceProfile: { Arn: getAtt('Profile', 'Arn') },
        MetadataOptions: { HttpTokens: 'required' },
      },
    }),
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Scheme: 'internet-facing', Subnets: [ref('SubnetA'), ref('SubnetB')], Type: 'application', SecurityGroups: [getAtt('BalancerGroup', 'GroupId')] },
    },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        AutoScalingGroupName: 'web',
        MinSize: '2',
        MaxSize: '2',
        VPCZoneIdentifier: [ref('SubnetA'), ref('SubnetB')],
        LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: getAtt('Template', 'LatestVersionNumber') },
      },
    },
    DatabaseSubnets: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { DBSubnetGroupDescription: 'database', SubnetIds: [ref('SubnetA'), ref('SubnetB')] } },
    Database: {
      Type: 'AWS::RDS::DBInstance',
      Properties: {
        DBInstanceIdentifier: 'orders', DBInstanceClass: 'db.t3.medium', Engine: 'mysql', DBSubnetGroupName: ref('DatabaseSubnets'), VPCSecurityGroups: [getAtt('DatabaseGroup', 'GroupId')],
      },
    },
  },
  Outputs: {
    VpcId: { Value: ref('Vpc') },
    Balancers: { Value: getAtt('BalancerGroup', 'GroupId') },
    Apps: { Value: getAtt('AppGroup', 'GroupId') },
    Databases: { Value: getAtt('DatabaseGroup', 'GroupId') },
    Idle: { Value: getAtt('IdleGroup', 'GroupId') },
    TemplateId: { Value: ref('Template') },
    BalancerArn: { Value: ref('Balancer') },
    ProfileArn: { Value: getAtt('Profile', 'Arn') },
  },
};
