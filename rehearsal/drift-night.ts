import { groupOfTier, instanceRoleName, openPort } from './drift-story.ts';
import type { Stage } from './stage.ts';

/** One change for every kind of repair that there is. */

const by = 'a-developer';

export async function changeNetwork(stage: Stage): Promise<void> {
  const balancer = await groupOfTier(stage, 'load-balancer');
  const database = await groupOfTier(stage, 'database');
  stage.step('… a port of the load balancer is opened');
  await openPort(stage, by, balancer.groupId, 8081, '0.0.0.0/0');
  stage.step('… the database is let out to everywhere');
  await stage.as(by, 'EC2', 'AuthorizeSecurityGroupEgress', {
    GroupId: database.groupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  stage.step('… the database gets a second group');
  const second = (await stage.as(by, 'EC2', 'CreateSecurityGroup', { GroupName: 'reporting', Description: 'by hand', VpcId: database.vpcId })) as { readonly GroupId: string };
  await stage.as(by, 'RDS', 'ModifyDBInstance', {
    DBInstanceIdentifier: `webmarket-${stage.config.environment}`,
    VpcSecurityGroupIds: [database.groupId, second.GroupId],
  });
  stage.step('… the network ACL gets an entry for port 22');
  const { NetworkAcls } = (await stage.as(by, 'EC2', 'DescribeNetworkAcls', {})) as { readonly NetworkAcls: readonly { readonly NetworkAclId: string; readonly VpcId: string }[] };
  const acl = NetworkAcls.find(({ VpcId }) => VpcId === database.vpcId);
  await stage.as(by, 'EC2', 'CreateNetworkAclEntry', {
    NetworkAclId: acl?.NetworkAclId, RuleNumber: 50, Protocol: '6', RuleAction: 'allow', Egress: false, CidrBlock: '0.0.0.0/0', PortRange: { From: 22, To: 22 },
  });
  stage.step('… an instance gets another profile');
  const { Reservations } = (await stage.as(by, 'EC2', 'DescribeInstances', {})) as {
    readonly Reservations: readonly { readonly Instances: readonly { readonly InstanceId: string; readonly State: { readonly Name: string } }[] }[];
  };
  const instance = Reservations.flatMap(({ Instances }) => Instances).find(({ State }) => State.Name === 'running');
  const { IamInstanceProfileAssociations } = (await stage.as(by, 'EC2', 'DescribeIamInstanceProfileAssociations', {})) as {
    readonly IamInstanceProfileAssociations: readonly { readonly AssociationId: string; readonly InstanceId: string }[];
  };
  const association = IamInstanceProfileAssociations.find(({ InstanceId }) => InstanceId === instance?.InstanceId);
  await stage.as(by, 'EC2', 'DisassociateIamInstanceProfile', { AssociationId: association?.AssociationId });
}

export async function changeIdentity(stage: Stage): Promise<void> {
  const role = instanceRoleName(stage);
  stage.step('… passwords of eight characters are enough');
  await stage.as(by, 'IAM', 'UpdateAccountPasswordPolicy', { MinimumPasswordLength: 8 });
  stage.step('… the role of the instances trusts everybody, and has administrator rights');
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
  await stage.as(by, 'IAM', 'UpdateAssumeRolePolicy', { RoleName: role, PolicyDocument: JSON.stringify(trust) });
  await stage.as(by, 'IAM', 'AttachRolePolicy', { RoleName: role, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  stage.step('… a user gets a policy of its own and administrator rights');
  await stage.as(by, 'IAM', 'CreateUser', { UserName: 'reporting' });
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
  await stage.as(by, 'IAM', 'PutUserPolicy', { UserName: 'reporting', PolicyName: 'reports', PolicyDocument: JSON.stringify(document) });
  await stage.as(by, 'IAM', 'AttachUserPolicy', { UserName: 'reporting', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  stage.step('… and a user may use the console without a second factor');
  await stage.as(by, 'IAM', 'CreateUser', { UserName: 'guest' });
  await stage.as(by, 'IAM', 'CreateLoginProfile', { UserName: 'guest', Password: 'Correct-horse-battery-1' });
}
