import { closeMatching, groupOfTier, instanceRoleName } from './drift-story.ts';
import type { Stage } from './stage.ts';

/** Changes of the kinds that an afternoon and a night have left out. */

const by = 'a-developer';

export async function changeMore(stage: Stage): Promise<void> {
  await changeRoles(stage);
  await changeProfile(stage);
  const application = await groupOfTier(stage, 'application');
  stage.step('… the instances lose a way out, and the list of partners takes in half the world');
  await closeMatching(stage, by, application.groupId, ({ IsEgress, FromPort }) => IsEgress === true && FromPort === 443);
  const { PrefixLists } = (await stage.as(by, 'EC2', 'DescribeManagedPrefixLists', {})) as {
    readonly PrefixLists: readonly { readonly PrefixListId: string; readonly PrefixListName: string; readonly Version: number }[];
  };
  const partners = PrefixLists.find(({ PrefixListName }) => PrefixListName === 'partners');
  await stage.as(by, 'EC2', 'ModifyManagedPrefixList', {
    PrefixListId: partners?.PrefixListId, CurrentVersion: partners?.Version, AddEntries: [{ Cidr: '0.0.0.0/1' }],
  });
  stage.step('… the load balancer gets another group beside its own');
  const balancer = await groupOfTier(stage, 'load-balancer');
  const { GroupId } = (await stage.as(by, 'EC2', 'CreateSecurityGroup', { GroupName: 'beside', Description: 'by hand', VpcId: balancer.vpcId })) as { readonly GroupId: string };
  await stage.as(by, 'Elastic Load Balancing v2', 'SetSecurityGroups', {
    LoadBalancerArn: stage.output('LoadBalancerArn'), SecurityGroups: [balancer.groupId, GroupId],
  });
}

async function changeRoles(stage: Stage): Promise<void> {
  stage.step('… the account has no password policy any more');
  await stage.as(by, 'IAM', 'DeleteAccountPasswordPolicy', {});
  const { iam } = stage.account;
  stage.step('… a role of the team loses its boundary, the role of the instances gets one and loses what was attached to it');
  await stage.as(by, 'IAM', 'DeleteRolePermissionsBoundary', { RoleName: 'WebMarket-Production-ReadOnly' });
  const role = instanceRoleName(stage);
  await stage.as(by, 'IAM', 'PutRolePermissionsBoundary', { RoleName: role, PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' });
  for (const PolicyArn of [...iam.role(role).attached].filter((arn) => !arn.endsWith('AdministratorAccess'))) {
    await stage.as(by, 'IAM', 'DetachRolePolicy', { RoleName: role, PolicyArn });
  }
  const [policy = ['', {}]] = [...iam.role(role).inline];
  await stage.as(by, 'IAM', 'DeleteRolePolicy', { RoleName: role, PolicyName: policy[0] });
  stage.step('… and a user joins a group');
  await stage.as(by, 'IAM', 'CreateGroup', { GroupName: 'interns' });
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }] };
  await stage.as(by, 'IAM', 'PutGroupPolicy', { GroupName: 'interns', PolicyName: 'look', PolicyDocument: JSON.stringify(document) });
  await stage.as(by, 'IAM', 'AddUserToGroup', { GroupName: 'interns', UserName: 'reporting' });
  await stage.as(by, 'IAM', 'CreateAccessKey', { UserName: 'reporting' });
}

async function changeProfile(stage: Stage): Promise<void> {
  stage.step('… and another instance gets the profile of somebody else');
  const profile = stage.account.iam.putInstanceProfile('somebody-else', '/', [instanceRoleName(stage)]);
  const { IamInstanceProfileAssociations } = (await stage.as(by, 'EC2', 'DescribeIamInstanceProfileAssociations', {})) as {
    readonly IamInstanceProfileAssociations: readonly { readonly AssociationId: string; readonly State: string }[];
  };
  const association = IamInstanceProfileAssociations.find(({ State }) => State === 'associated');
  await stage.as(by, 'EC2', 'ReplaceIamInstanceProfileAssociation', { AssociationId: association?.AssociationId, IamInstanceProfile: { Arn: profile } });
}
