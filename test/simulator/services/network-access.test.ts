import type { SecurityGroup } from '../../../simulator/services/ec2/network.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { getAtt, minute, ref, ShopAccount, type ShopOptions, someone } from './shop-account.ts';

const port = 8080;

function group(description: string, properties: Record<string, unknown> = {}): { Type: string; Properties: Record<string, unknown> } {
  return { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: description, VpcId: ref('Vpc'), ...properties } };
}

function rule(direction: 'Ingress' | 'Egress', of: string, peer: string, toPort: number): { Type: string; Properties: Record<string, unknown> } {
  const member = direction === 'Ingress' ? 'SourceSecurityGroupId' : 'DestinationSecurityGroupId';
  return { Type: `AWS::EC2::SecurityGroup${direction}`, Properties: { GroupId: getAtt(of, 'GroupId'), IpProtocol: 'tcp', FromPort: toPort, ToPort: toPort, [member]: getAtt(peer, 'GroupId') } };
}

/** The chain of three tiers, with rules of their own, as the CDK writes them. */
const tiers = {
  Front: group('front', { SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' }] }),
  App: group('app', { SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }] }),
  Db: group('db', { SecurityGroupEgress: [{ IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' }] }),
  FrontToApp: rule('Egress', 'Front', 'App', port),
  AppFromFront: rule('Ingress', 'App', 'Front', port),
  AppToDb: rule('Egress', 'App', 'Db', 5432),
  DbFromApp: rule('Ingress', 'Db', 'App', 5432),
  Subnets: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { DBSubnetGroupDescription: 'all', SubnetIds: [ref('Subnet0'), ref('Subnet1'), ref('Subnet2')] } },
  Database: {
    Type: 'AWS::RDS::DBInstance',
    Properties: { DBInstanceIdentifier: 'shop', DBInstanceClass: 'db.t4g.medium', Engine: 'postgres', EngineVersion: '17.5', DBSubnetGroupName: ref('Subnets'), VPCSecurityGroups: [getAtt('Db', 'GroupId')] },
  },
  Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { InstanceProfileName: 'web', Roles: [ref('Role')] } },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'web', AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' } } },
  },
};

const options: Partial<ShopOptions> = {
  targetGroup: { Port: port },
  balancer: { SecurityGroups: [getAtt('Front', 'GroupId')] },
  launchTemplateData: { SecurityGroupIds: [getAtt('App', 'GroupId')], IamInstanceProfile: { Arn: getAtt('Profile', 'Arn') }, MetadataOptions: { HttpTokens: 'required' } },
  group: { HealthCheckType: 'EC2' },
  resources: tiers,
};

async function chain(changes: Partial<ShopOptions> = {}): Promise<ShopAccount> {
  const shop = await ShopAccount.deploy({ ...options, ...changes });
  await shop.after(5 * minute + 1000);
  shop.account.shop.visitors = () => 10;
  return shop;
}

function find(shop: ShopAccount, description: string): SecurityGroup {
  const found = shop.account.ec2.securityGroups.all().find((candidate) => candidate.description === description);
  if (found === undefined) throw new Error(`No group "${description}".`);
  return found;
}

function ec2<T = Record<string, unknown>>(shop: ShopAccount, operation: string, input: object, principal: Principal = someone): Promise<T> {
  return shop.account.call({ principal, sdkId: 'EC2', operation, input }) as Promise<T>;
}

/** Revokes the rules of a group in a direction that are for a port. */
async function close(shop: ShopAccount, description: string, direction: 'Ingress' | 'Egress', onPort: number): Promise<void> {
  const { id, rules } = find(shop, description);
  const ids = [...rules.values()].filter(({ IsEgress, FromPort }) => IsEgress === (direction === 'Egress') && FromPort === onPort);
  await ec2(shop, `RevokeSecurityGroup${direction}`, { GroupId: id, SecurityGroupRuleIds: ids.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId) });
}

function allow(shop: ShopAccount, description: string, direction: 'Ingress' | 'Egress', source: object, onPort: number): Promise<unknown> {
  return ec2(shop, `AuthorizeSecurityGroup${direction}`, { GroupId: find(shop, description).id, IpPermissions: [{ IpProtocol: 'tcp', FromPort: onPort, ToPort: onPort, ...source }] });
}

describe('the load balancer', () => {
  it('reaches the instances along the declared chain', async () => {
    const shop = await chain();

    expect(shop.targets('healthy')).toBe(2);
  });

  it.each([
    { what: 'the instances no longer take from it', close: ['app', 'Ingress'] },
    { what: 'it is no longer let out to them', close: ['front', 'Egress'] },
  ] as const)('loses the instances when $what, and has them back when the rule is', async ({ close: [description, direction] }) => {
    const shop = await chain();
    await close(shop, description, direction, port);

    await shop.after(2 * minute);
    expect(shop.targets('unhealthy')).toBe(2);
    const health = await shop.call('Elastic Load Balancing v2', 'DescribeTargetHealth', { TargetGroupArn: shop.targetGroup.definition.arn });
    expect(health).toMatchObject({ TargetHealthDescriptions: [{ TargetHealth: { Reason: 'Target.Timeout' } }, {}] });
    const refusedBefore = shop.account.shop.refused;
    await shop.after(2 * minute);
    expect(shop.account.shop.refused).toBeGreaterThan(refusedBefore);

    const peer = description === 'app' ? 'front' : 'app';
    await allow(shop, description, direction, { UserIdGroupPairs: [{ GroupId: find(shop, peer).id }] }, port);
    await shop.after(2 * minute);
    expect(shop.targets('healthy')).toBe(2);
    expect(shop.occurrences('shop.targets-reach-changed')).toEqual([
      'Load balancers reach 0 of 2 instances, as security groups now are.',
      'Load balancers reach 2 of 2 instances, as security groups now are.',
    ]);
  });

  it('keeps the instances that are reached by another rule: blocks that cover its subnets together, or a prefix list', async () => {
    const shop = await chain();
    await allow(shop, 'app', 'Ingress', { IpRanges: [{ CidrIp: '10.0.0.0/24' }, { CidrIp: '10.0.1.0/24' }, { CidrIp: '10.0.2.0/24' }] }, port);
    const groupRule = [...find(shop, 'app').rules.values()].find(({ ReferencedGroupInfo, IsEgress }) => ReferencedGroupInfo !== undefined && IsEgress === false);
    await ec2(shop, 'RevokeSecurityGroupIngress', { GroupId: find(shop, 'app').id, SecurityGroupRuleIds: [groupRule?.SecurityGroupRuleId] });
    await shop.after(2 * minute);
    expect(shop.targets('healthy')).toBe(2);

    const { PrefixList } = await ec2<{ PrefixList: { PrefixListId: string } }>(shop, 'CreateManagedPrefixList', { PrefixListName: 'vpc', AddressFamily: 'IPv4', MaxEntries: 1, Entries: [{ Cidr: '10.0.0.0/16' }] });
    await allow(shop, 'app', 'Ingress', { PrefixListIds: [PrefixList] }, port);
    for (const block of ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']) {
      await ec2(shop, 'RevokeSecurityGroupIngress', { GroupId: find(shop, 'app').id, IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: block }] }] });
    }
    await shop.after(2 * minute);
    expect(shop.targets('healthy')).toBe(2);

    await ec2(shop, 'ModifyManagedPrefixList', { PrefixListId: PrefixList.PrefixListId, CurrentVersion: 1, RemoveEntries: [{ Cidr: '10.0.0.0/16' }] });
    await shop.after(3 * minute);
    expect(shop.targets('unhealthy')).toBe(2);
  });

  it('loses them when it is given another group, and an instance that is given one', async () => {
    const shop = await chain();
    const front = find(shop, 'front').id;
    const setGroups = (...SecurityGroups: string[]): Promise<unknown> => shop.call('Elastic Load Balancing v2', 'SetSecurityGroups', { LoadBalancerArn: shop.balancer.arn, SecurityGroups });
    await expect(setGroups(find(shop, 'db').id)).resolves.toMatchObject({ SecurityGroupIds: [find(shop, 'db').id] });
    await shop.after(2 * minute);
    expect(shop.targets('unhealthy')).toBe(2);

    await setGroups(front);
    await expect(shop.call('Elastic Load Balancing v2', 'DescribeLoadBalancers', {})).resolves.toMatchObject({ LoadBalancers: [{ SecurityGroups: [front] }] });
    const [first] = shop.account.ec2.instances.all();
    await ec2(shop, 'ModifyInstanceAttribute', { InstanceId: first?.id, Groups: [front] });
    await shop.after(2 * minute);
    expect([shop.targets('healthy'), shop.targets('unhealthy')]).toEqual([1, 1]);
  });

  it('refuses groups that are not of its VPC, and no group at all', async () => {
    const shop = await chain();
    const setGroups = (...SecurityGroups: string[]): Promise<unknown> => shop.call('Elastic Load Balancing v2', 'SetSecurityGroups', { LoadBalancerArn: shop.balancer.arn, SecurityGroups });
    const foreign = shop.account.ec2.createVpc('10.9.0.0/16', {}).defaultSecurityGroupId;

    await expect(setGroups(foreign)).rejects.toMatchObject({ name: 'InvalidSecurityGroupException' });
    await expect(setGroups('sg-1')).rejects.toMatchObject({ name: 'InvalidSecurityGroupException' });
    await expect(setGroups()).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('takes no notice of groups that nothing has', async () => {
    const shop = await chain();
    const idle = shop.account.ec2.securityGroups.create({ name: 'idle', description: 'idle', vpcId: find(shop, 'app').vpcId, tags: {} });
    shop.account.ec2.securityGroups.addRule(idle.id, { isEgress: false, protocol: '-1', fromPort: undefined, toPort: undefined, cidrIpv4: '0.0.0.0/0' });

    await shop.after(2 * minute);
    expect(shop.occurrences('shop.targets-reach-changed')).toEqual([]);
  });

  it('and instances that no template gives groups have the default one, which lets them talk', async () => {
    const shop = await ShopAccount.deploy();
    await shop.after(5 * minute);
    const { vpcId, securityGroupIds } = shop.balancer;

    expect(securityGroupIds).toEqual([shop.account.ec2.vpc(vpcId).defaultSecurityGroupId]);
    expect(shop.targets('healthy')).toBe(2);
  });
});

describe('the database', () => {
  it.each([
    { what: 'it no longer takes from the instances', close: ['db', 'Ingress'] },
    { what: 'they are no longer let out to it', close: ['app', 'Egress'] },
  ] as const)('is missed when $what: pages fail, health checks do not', async ({ close: [description, direction] }) => {
    const shop = await chain();
    const { refused } = shop.account.shop;
    await close(shop, description, direction, 5432);

    await shop.after(3 * minute);

    expect(shop.targets('healthy')).toBe(2);
    // A full minute at the least, at ten requests a second.
    expect(shop.account.shop.refused - refused).toBeGreaterThanOrEqual(600);
    expect(shop.occurrences('shop.databases-reach-changed')).toEqual(['The database is reached by 0 of 2 instances, as security groups now are.']);
  });

  it('is missed when it is given another group, at once and whatever is said of when', async () => {
    const shop = await chain();
    const modify = (ids: string[]): Promise<unknown> =>
      shop.call('RDS', 'ModifyDBInstance', { DBInstanceIdentifier: 'shop', VpcSecurityGroupIds: ids, ApplyImmediately: false });

    await expect(modify([find(shop, 'front').id])).resolves.toMatchObject({ DBInstance: { VpcSecurityGroups: [{ VpcSecurityGroupId: find(shop, 'front').id, Status: 'active' }] } });
    expect(shop.occurrences('shop.databases-reach-changed')).toHaveLength(1);
    const foreign = shop.account.ec2.createVpc('10.9.0.0/16', {}).defaultSecurityGroupId;
    await expect(modify([foreign])).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await expect(modify(['sg-1'])).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(shop.call('RDS', 'ModifyDBInstance', { DBInstanceIdentifier: 'shop', MultiAZ: true })).rejects.toThrow('MultiAZ of ModifyDBInstance is not modelled');
  });
});

describe('network interfaces', () => {
  interface InterfacesAnswer {
    readonly NetworkInterfaces: readonly { readonly NetworkInterfaceId: string; readonly RequesterManaged: boolean; readonly Description: string; readonly Groups: readonly { readonly GroupId: string }[] }[];
  }
  const list = async (shop: ShopAccount, Name: string, ...Values: string[]): Promise<InterfacesAnswer['NetworkInterfaces']> =>
    (await ec2<InterfacesAnswer>(shop, 'DescribeNetworkInterfaces', { Filters: [{ Name, Values }] })).NetworkInterfaces;

  it('are the instances\' own, and those that services keep for the load balancer and the database', async () => {
    const shop = await chain();
    const { vpcId } = shop.balancer;

    const all = await list(shop, 'vpc-id', vpcId);

    expect(all.filter(({ RequesterManaged }) => !RequesterManaged)).toHaveLength(2);
    expect(all.filter(({ Description }) => Description === `ELB ${shop.balancer.fullName}`)).toHaveLength(3);
    expect(await list(shop, 'group-id', find(shop, 'db').id)).toMatchObject([{ Description: 'RDSNetworkInterface', RequesterManaged: true, RequesterId: 'amazon-rds', Attachment: { InstanceOwnerId: 'amazon-rds' } }]);
    expect(new Set(all.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).size).toBe(6);
    expect(await list(shop, 'vpc-id', vpcId)).toEqual(all);
  });

  it('get other groups in place of those they have', async () => {
    const shop = await chain();
    const [instance] = shop.account.ec2.instances.all();
    const InstanceId = instance?.id ?? '';
    const [own] = await list(shop, 'attachment.instance-id', InstanceId);
    const Groups = [find(shop, 'app').id, find(shop, 'db').id];

    await ec2(shop, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: own?.NetworkInterfaceId, Groups });

    const { Reservations } = await ec2<{ Reservations: unknown[] }>(shop, 'DescribeInstances', { InstanceIds: [InstanceId] });
    const shown = Groups.map((GroupId) => ({ GroupId, GroupName: expect.any(String) }));
    expect(Reservations).toMatchObject([
      {
        Instances: [
          {
            SecurityGroups: shown,
            NetworkInterfaces: [{ NetworkInterfaceId: own?.NetworkInterfaceId, Groups: shown, Attachment: { DeviceIndex: 0 } }],
            MetadataOptions: { State: 'applied', HttpTokens: 'required' },
            IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/web', Id: expect.stringMatching(/^AIPA/u) },
          },
        ],
      },
    ]);
  });

  it('refuse what EC2 refuses', async () => {
    const shop = await chain();
    const [instance] = shop.account.ec2.instances.all();
    const [own] = await list(shop, 'attachment.instance-id', instance?.id ?? '');
    const [managed] = await list(shop, 'group-id', find(shop, 'db').id);
    const foreign = shop.account.ec2.createVpc('10.9.0.0/16', {}).defaultSecurityGroupId;
    const app = find(shop, 'app');
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => shop.account.ec2.securityGroups.create({ name, description: name, vpcId: app.vpcId, tags: {} }).id);
    const modify = (found: { NetworkInterfaceId: string } | undefined, ...Groups: string[]): Promise<unknown> =>
      ec2(shop, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: found?.NetworkInterfaceId, Groups });

    await expect(modify(own)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await expect(modify(own, foreign)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound', message: expect.stringContaining('different networks') });
    await expect(modify(own, 'sg-1')).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    await expect(modify(own, ...six)).rejects.toMatchObject({ name: 'SecurityGroupsPerInterfaceLimitExceeded' });
    await expect(modify(managed, app.id)).rejects.toMatchObject({ name: 'AuthFailure' });
    await expect(modify({ NetworkInterfaceId: 'eni-1' }, app.id)).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceID.NotFound' });
    await expect(ec2(shop, 'DescribeNetworkInterfaces', { NetworkInterfaceIds: [own?.NetworkInterfaceId], MaxResults: 5 })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    expect(instance?.securityGroupIds).toEqual([app.id]);
  });

  it('are changed with permission on interface, instance and every group', async () => {
    const shop = await chain();
    const [own] = await list(shop, 'group-id', find(shop, 'app').id);
    const resources = ['network-interface/*', 'instance/*', `security-group/${find(shop, 'app').id}`].map((name) => shop.account.arn('ec2', name));
    const role = shop.account.iam.putRole({ name: 'Repair', stackName: 'Stack', trust: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } } });
    shop.account.iam.putRolePolicy('Repair', 'Allowed', { Statement: { Effect: 'Allow', Action: 'ec2:ModifyNetworkInterfaceAttribute', Resource: resources } });
    const modify = (description: string): Promise<unknown> =>
      ec2(shop, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: own?.NetworkInterfaceId, Groups: [find(shop, description).id] }, { kind: 'role', roleArn: role.arn, session: 'test' });

    await expect(modify('app')).resolves.toEqual({});
    await expect(modify('db')).rejects.toThrow(`security-group/${find(shop, 'db').id}`);
  });

  it('keep a group from being deleted', async () => {
    const shop = await chain({ resources: { ...tiers, Spare: group('spare') } });
    const [instance] = shop.account.ec2.instances.all();
    const GroupId = find(shop, 'spare').id;
    await ec2(shop, 'ModifyInstanceAttribute', { InstanceId: instance?.id, Groups: [GroupId] });

    await expect(ec2(shop, 'DeleteSecurityGroup', { GroupId })).rejects.toMatchObject({ name: 'DependencyViolation' });
  });
});

describe('instance profiles', () => {
  interface Associations {
    readonly IamInstanceProfileAssociations: readonly { readonly AssociationId: string; readonly InstanceId: string; readonly IamInstanceProfile: { readonly Arn: string } }[];
  }
  const list = (shop: ShopAccount, input: object = {}): Promise<Associations> => ec2(shop, 'DescribeIamInstanceProfileAssociations', input);

  it('of instances are replaced under a new association, by whom may pass the role', async () => {
    const shop = await chain();
    const other = shop.account.iam.putInstanceProfile('other', '/', ['web']);
    const [first] = (await list(shop)).IamInstanceProfileAssociations;
    const role = shop.account.iam.putRole({ name: 'Repair', stackName: 'Stack', trust: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } } });
    const statement = { Effect: 'Allow' as const, Action: 'ec2:ReplaceIamInstanceProfileAssociation', Resource: '*', Condition: { ArnEquals: { 'ec2:NewInstanceProfile': other } } };
    shop.account.iam.putRolePolicy('Repair', 'Replace', { Statement: statement });
    const replace = (): Promise<unknown> =>
      ec2(shop, 'ReplaceIamInstanceProfileAssociation', { AssociationId: first?.AssociationId, IamInstanceProfile: { Arn: other } }, { kind: 'role', roleArn: role.arn, session: 'test' });

    await expect(replace()).rejects.toThrow('iam:PassRole');
    shop.account.iam.putRolePolicy('Repair', 'Pass', { Statement: { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } } });
    await expect(replace()).resolves.toMatchObject({ IamInstanceProfileAssociation: { State: 'associating', IamInstanceProfile: { Arn: other } } });

    const { IamInstanceProfileAssociations: now } = await list(shop, { Filters: [{ Name: 'instance-id', Values: [first?.InstanceId] }] });
    expect(now).toMatchObject([{ State: 'associated', IamInstanceProfile: { Arn: other } }]);
    expect(now[0]?.AssociationId).not.toBe(first?.AssociationId);
    await expect(replace()).rejects.toMatchObject({ name: 'InvalidAssociationID.NotFound' });
  });

  it('are taken from an instance and given back', async () => {
    const shop = await chain();
    const [first] = (await list(shop)).IamInstanceProfileAssociations;
    const InstanceId = first?.InstanceId;
    const associate = (Name: string): Promise<unknown> => ec2(shop, 'AssociateIamInstanceProfile', { InstanceId, IamInstanceProfile: { Name } });

    await expect(associate('web')).rejects.toMatchObject({ name: 'IncorrectState' });
    await ec2(shop, 'DisassociateIamInstanceProfile', { AssociationId: first?.AssociationId });
    expect((await list(shop)).IamInstanceProfileAssociations).toHaveLength(1);
    await expect(associate('none')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await associate('web');
    expect((await list(shop)).IamInstanceProfileAssociations).toHaveLength(2);
    await expect(ec2(shop, 'DisassociateIamInstanceProfile', { AssociationId: first?.AssociationId })).rejects.toMatchObject({ name: 'InvalidAssociationID.NotFound' });
  });
});

describe('a stack update', () => {
  const egressPorts = (shop: ShopAccount): (number | undefined)[] => [...find(shop, 'front').rules.values()].filter(({ IsEgress }) => IsEgress).map(({ FromPort }) => FromPort);

  it('leaves a group with a standalone outbound rule without the one that lets everything out', async () => {
    expect(egressPorts(await chain())).toEqual([port]);
  });

  it('changes the description of a standalone rule in place, and replaces it for anything else', async () => {
    const shop = await chain();
    const changed = (properties: object): Promise<void> => shop.redeploy({ ...options, resources: { ...tiers, AppFromFront: { ...tiers.AppFromFront, Properties: { ...tiers.AppFromFront.Properties, ...properties } } } });
    const ingress = (): object[] => [...find(shop, 'app').rules.values()].filter(({ IsEgress }) => IsEgress === false);
    const [before] = ingress();

    await changed({ Description: 'from the door' });
    expect(ingress()).toEqual([{ ...before, Description: 'from the door' }]);
    await changed({ Description: 'from the door', ToPort: port + 1 });
    expect(ingress()).toMatchObject([{ ToPort: port + 1, SecurityGroupRuleId: expect.not.stringMatching((before as { SecurityGroupRuleId: string }).SecurityGroupRuleId) }]);
    await shop.after(2 * minute);
    expect(shop.targets('healthy')).toBe(2);
  });

  it('takes away the rules and groups that left the template, and what somebody deleted before is no obstacle', async () => {
    const shop = await chain({ resources: { ...tiers, Spare: group('spare'), SpareFromFront: rule('Ingress', 'Spare', 'Front', 22), Gone: group('gone') } });
    await ec2(shop, 'DeleteSecurityGroup', { GroupId: find(shop, 'gone').id });
    const { DbFromApp: _rule, ...rest } = tiers;

    await shop.redeploy({ ...options, resources: rest });

    expect(shop.account.ec2.securityGroups.all().map(({ description }) => description).toSorted()).toEqual(['app', 'db', 'default VPC security group', 'front']);
    expect([...find(shop, 'db').rules.values()].map(({ IsEgress }) => IsEgress)).toEqual([true]);
  });

  it('does not stumble over an inline rule that somebody revoked', async () => {
    const shop = await chain();
    await close(shop, 'front', 'Ingress', 80);
    const Front = group('front', { SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }] });

    await shop.redeploy({ ...options, resources: { ...tiers, Front } });

    expect([...find(shop, 'front').rules.values()].filter(({ IsEgress }) => IsEgress === false)).toMatchObject([{ FromPort: 443 }]);
  });
});
