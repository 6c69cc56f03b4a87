import { getAtt, minute, ref, running, ShopAccount, zones } from './shop-account.ts';

interface GroupsAnswer {
  readonly SecurityGroups: readonly { readonly GroupId: string; readonly IpPermissions: readonly unknown[]; readonly IpPermissionsEgress: readonly unknown[] }[];
}

interface RulesAnswer {
  readonly SecurityGroupRules: readonly { readonly SecurityGroupRuleId: string; readonly IsEgress: boolean; readonly CidrIpv4?: string }[];
}

const firewall = {
  Type: 'AWS::EC2::SecurityGroup',
  Properties: {
    GroupDescription: 'front',
    VpcId: ref('Vpc'),
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0', Description: 'HTTPS' }],
    Tags: [{ Key: 'tier', Value: 'front' }],
  },
};

const fromFront = {
  Type: 'AWS::EC2::SecurityGroupIngress',
  Properties: { GroupId: getAtt('App', 'GroupId'), IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: getAtt('Front', 'GroupId') },
};

const app = {
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: 'app', VpcId: ref('Vpc'), SecurityGroupEgress: [{ IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' }] },
};

function groupIdOf(shop: ShopAccount, description: string): string {
  const group = shop.account.ec2.securityGroups.all().find((candidate) => candidate.description === description);
  if (group === undefined) throw new Error(`No group "${description}".`);
  return group.id;
}

describe('instances', () => {
  it('are found by state, type and tag', async () => {
    const shop = await running({ min: 3 });
    const find = async (Name: string, ...Values: string[]): Promise<number> =>
      (await shop.call<{ Reservations: unknown[] }>('EC2', 'DescribeInstances', { Filters: [{ Name, Values }] })).Reservations.length;

    expect(await find('instance-state-name', 'running')).toBe(3);
    expect(await find('instance-state-name', 'pending', 'stopped')).toBe(0);
    expect(await find('instance-type', 't3.*')).toBe(3);
    expect(await find('tag:aws:autoscaling:groupName', shop.group.name)).toBe(3);
    expect(await find('tag:webmarket:component', 'other')).toBe(0);
  });

  it('come in pages', async () => {
    const shop = await running({ min: 3 });

    const first = await shop.call<{ Reservations: unknown[]; NextToken?: string }>('EC2', 'DescribeInstances', { MaxResults: 2 });
    const second = await shop.call<{ Reservations: unknown[]; NextToken?: string }>('EC2', 'DescribeInstances', { MaxResults: 2, NextToken: first.NextToken });

    expect([first.Reservations.length, second.Reservations.length, second.NextToken]).toEqual([2, 1, undefined]);
  });

  it('are described for an hour after their end', async () => {
    const shop = await running();
    const id = shop.group.inService()[0]?.instance.id ?? '';
    shop.account.ec2.instances.terminate(id);
    const describeIt = (): Promise<unknown> => shop.call('EC2', 'DescribeInstances', { InstanceIds: [id] });

    await expect(describeIt()).resolves.toMatchObject({ Reservations: [{ Instances: [{ State: { Name: 'terminated' } }] }] });
    await shop.after(70 * minute);
    await expect(describeIt()).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  });

  it('show how they spend CPU credits (10)', async () => {
    const shop = await running({ credits: 'standard' });

    const answer = await shop.call('EC2', 'DescribeInstanceCreditSpecifications', {});

    expect(answer).toMatchObject({ InstanceCreditSpecifications: [{ CpuCredits: 'standard' }, { CpuCredits: 'standard' }] });
    await expect(shop.call('EC2', 'GetDefaultCreditSpecification', { InstanceFamily: 't3' })).resolves.toMatchObject({ InstanceFamilyCreditSpecification: { CpuCredits: 'unlimited' } });
  });
});

describe('what a plan needs to know', () => {
  it('vCPUs and memory of a type (6)', async () => {
    const shop = new ShopAccount(1);

    const answer = await shop.call('EC2', 'DescribeInstanceTypes', { InstanceTypes: ['t3.medium', 'c5.2xlarge', 'm5.xlarge'] });

    expect(answer).toMatchObject({
      InstanceTypes: [
        { VCpuInfo: { DefaultVCpus: 2 }, MemoryInfo: { SizeInMiB: 4096 }, BurstablePerformanceSupported: true },
        { VCpuInfo: { DefaultVCpus: 8 }, MemoryInfo: { SizeInMiB: 16_384 } },
        { VCpuInfo: { DefaultVCpus: 4 }, MemoryInfo: { SizeInMiB: 16_384 } },
      ],
    });
    await expect(shop.call('EC2', 'DescribeInstanceTypes', { InstanceTypes: ['t3.immense'] })).rejects.toMatchObject({ name: 'InvalidInstanceType' });
  });

  it('free addresses of a subnet, less five and less the instances in it', async () => {
    const shop = await running({ min: 3 });

    const answer = await shop.call('EC2', 'DescribeSubnets', { Filters: [{ Name: 'vpc-id', Values: [...shop.account.ec2.vpcs.keys()] }] });

    expect(answer).toMatchObject({ Subnets: zones.map((AvailabilityZone) => ({ AvailabilityZone, AvailableIpAddressCount: 250 })) });
  });

  it('the zones, the network, and the versions of a launch template', async () => {
    const shop = await running();
    await shop.redeploy({ launchTemplateData: { ImageId: 'ami-0fedcba9876543210' } });

    const versions = await shop.call('EC2', 'DescribeLaunchTemplateVersions', { LaunchTemplateId: shop.group.settings.launch.templateId, Versions: ['$Latest'] });

    expect(shop.group.settings.launch.version).toBe('2');
    expect(versions).toMatchObject({ LaunchTemplateVersions: [{ VersionNumber: 2, DefaultVersion: false, LaunchTemplateData: { ImageId: 'ami-0fedcba9876543210' } }] });
    await expect(shop.call('EC2', 'DescribeAvailabilityZones', {})).resolves.toMatchObject({ AvailabilityZones: zones.map((ZoneName) => ({ ZoneName, State: 'available' })) });
    await expect(shop.call('EC2', 'DescribeVpcs', {})).resolves.toMatchObject({ Vpcs: [{ CidrBlock: '10.0.0.0/16' }] });
  });

  it('names a filter that is not modelled', async () => {
    const shop = await running();

    await expect(shop.call('EC2', 'DescribeInstances', { Filters: [{ Name: 'kernel-id', Values: ['x'] }] })).rejects.toThrow('The EC2 filter "kernel-id" is not modelled');
  });
});

describe('security groups', () => {
  const resources = { Front: firewall, App: app, FromFront: fromFront };

  it('hold inline and standalone rules, each with an id', async () => {
    const shop = await running({ resources });

    const { SecurityGroups } = await shop.call<GroupsAnswer>('EC2', 'DescribeSecurityGroups', { Filters: [{ Name: 'tag:tier', Values: ['front'] }] });
    const rules = await shop.call<RulesAnswer>('EC2', 'DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [groupIdOf(shop, 'app')] }] });

    expect(SecurityGroups).toMatchObject([{ IpPermissions: [{ FromPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'HTTPS' }] }], IpPermissionsEgress: [{ IpProtocol: '-1' }] }]);
    expect(rules.SecurityGroupRules.map(({ IsEgress }) => IsEgress)).toEqual([true, false]);
    expect(rules.SecurityGroupRules[1]).toMatchObject({ SecurityGroupRuleId: expect.stringMatching(/^sgr-0[0-9a-f]{16}$/u), ReferencedGroupInfo: { GroupId: groupIdOf(shop, 'front') } });
  });

  it('lose a rule by its id, and only that one', async () => {
    const shop = await running({ resources });
    const GroupId = groupIdOf(shop, 'front');
    const IpPermissions = ['192.0.2.1/32', '192.0.2.2/32'].map((CidrIp) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] }));
    const { SecurityGroupRules } = await shop.call<RulesAnswer>('EC2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });

    await shop.call('EC2', 'RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds: [SecurityGroupRules[0]?.SecurityGroupRuleId] });

    const left = await shop.call<RulesAnswer>('EC2', 'DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [GroupId] }] });
    expect(left.SecurityGroupRules.map(({ CidrIpv4 }) => CidrIpv4)).toEqual(['0.0.0.0/0', '0.0.0.0/0', '192.0.2.2/32']);
  });

  it('lose nothing when one of the revoked permissions does not exist', async () => {
    const shop = await running({ resources });
    const GroupId = groupIdOf(shop, 'front');
    const IpPermissions = [443, 22].map((port) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }));

    await expect(shop.call('EC2', 'RevokeSecurityGroupIngress', { GroupId, IpPermissions })).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
    expect(shop.account.ec2.securityGroups.find(GroupId).rules.size).toBe(2);
  });

  it('refuse a rule that stands, and then add none of the call', async () => {
    const shop = await running({ resources });
    const GroupId = groupIdOf(shop, 'front');
    const IpPermissions = [80, 443].map((port) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }));

    await expect(shop.call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions })).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    expect(shop.account.ec2.securityGroups.find(GroupId).rules.size).toBe(2);
  });

  it('keep what was added by hand when a deployment changes others', async () => {
    const shop = await running({ resources });
    const GroupId = groupIdOf(shop, 'front');
    await shop.call('EC2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] });

    const SecurityGroupIngress = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' }];
    await shop.redeploy({ resources: { ...resources, Front: { ...firewall, Properties: { ...firewall.Properties, SecurityGroupIngress } } } });

    const { SecurityGroups } = await shop.call<GroupsAnswer>('EC2', 'DescribeSecurityGroups', { GroupIds: [GroupId] });
    expect(SecurityGroups[0]?.IpPermissions).toMatchObject([{ FromPort: 22 }, { FromPort: 80 }]);
  });

  it('of a network begin with a default group, which the custom resource empties', async () => {
    const shop = await running();
    const rules = (): number => shop.account.ec2.securityGroups.find(groupIdOf(shop, 'default VPC security group')).rules.size;
    expect(rules()).toBe(2);

    await shop.redeploy({ resources: { Restrict: { Type: 'Custom::VpcRestrictDefaultSG', Properties: { DefaultSecurityGroupId: getAtt('Vpc', 'DefaultSecurityGroup'), Account: '123456789012' } } } });

    expect(rules()).toBe(0);
  });
});
