import type { SecurityGroup } from '../../../simulator/services/ec2/network.ts';
import { fromBlocks, NetworkAccount } from './network-account.ts';

interface Rule {
  readonly SecurityGroupRuleId: string;
  readonly CidrIpv4?: string;
}

async function open(network: NetworkAccount, group: SecurityGroup, port: number, ...blocks: string[]): Promise<string[]> {
  const { SecurityGroupRules } = await network.call<{ SecurityGroupRules: Rule[] }>('AuthorizeSecurityGroupIngress', { GroupId: group.id, IpPermissions: fromBlocks(port, ...blocks) });
  return SecurityGroupRules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
}

function blocksOf(group: SecurityGroup): (string | undefined)[] {
  return [...group.rules.values()].map(({ CidrIpv4 }) => CidrIpv4);
}

describe('a rule', () => {
  it.each([
    { given: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.1.2.3/8' }] }, stored: { CidrIpv4: '10.0.0.0/8' } },
    { given: { IpProtocol: '6', FromPort: 22, ToPort: 22, Ipv6Ranges: [{ CidrIpv6: '2001:DB8::1/32' }] }, stored: { IpProtocol: 'tcp', CidrIpv6: '2001:db8::/32' } },
    { given: { IpProtocol: '-1', FromPort: 1, ToPort: 2, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, stored: { IpProtocol: '-1', FromPort: -1, ToPort: -1 } },
    { given: { IpProtocol: 'icmp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, stored: { FromPort: -1, ToPort: -1 } },
    { given: { IpProtocol: '50', FromPort: 1, ToPort: 2, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, stored: { IpProtocol: '50', FromPort: -1, ToPort: -1 } },
  ])('is stored as EC2 stores it: $stored', async ({ given, stored }) => {
    const network = new NetworkAccount();

    const answer = await network.call('AuthorizeSecurityGroupIngress', { GroupId: network.group().id, IpPermissions: [given] });

    expect(answer).toMatchObject({ Return: true, SecurityGroupRules: [stored] });
  });

  it.each([
    { permission: { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, error: 'InvalidParameterValue' },
    { permission: { IpProtocol: 'tcp', FromPort: 443, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, error: 'InvalidParameterValue' },
    { permission: { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '10.0.0.0' }] }, error: 'InvalidParameterValue' },
    { permission: { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: 'fd00::/8' }] }, error: 'InvalidParameterValue' },
    { permission: { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, PrefixListIds: [{ PrefixListId: 'pl-1' }] }, error: 'InvalidPrefixListID.NotFound' },
    { permission: { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: 'sg-1' }] }, error: 'InvalidGroup.NotFound' },
    { permission: { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 }, error: 'MissingParameter' },
  ])('that is not valid is refused with $error: $permission', async ({ permission, error }) => {
    const network = new NetworkAccount();
    const group = network.group();

    await expect(network.call('AuthorizeSecurityGroupIngress', { GroupId: group.id, IpPermissions: [permission] })).rejects.toMatchObject({ name: error });
    expect(group.rules.size).toBe(0);
  });

  it('that differs by host bits or description only stands already', async () => {
    const network = new NetworkAccount();
    const group = network.group();
    await open(network, group, 22, '10.0.0.0/24');
    const again = { GroupId: group.id, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.9/24', Description: 'again' }] }] };

    await expect(network.call('AuthorizeSecurityGroupIngress', again)).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    await expect(network.call('AuthorizeSecurityGroupEgress', again)).resolves.toMatchObject({ Return: true });
    await expect(open(network, group, 80, '10.0.0.0/8', '10.0.0.1/8')).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    expect(group.rules.size).toBe(2);
  });

  it('is revoked by its id alone, and only in its own direction', async () => {
    const network = new NetworkAccount();
    const group = network.group();
    const [first = '', second] = await open(network, group, 22, '192.0.2.1/32', '192.0.2.2/32');

    await expect(network.call('RevokeSecurityGroupEgress', { GroupId: group.id, SecurityGroupRuleIds: [first] })).rejects.toMatchObject({ name: 'InvalidSecurityGroupRuleId.NotFound' });
    await expect(network.call('RevokeSecurityGroupIngress', { GroupId: group.id, SecurityGroupRuleIds: [first, 'sgr-1'] })).rejects.toMatchObject({ name: 'InvalidSecurityGroupRuleId.NotFound' });
    const revoked = await network.call('RevokeSecurityGroupIngress', { GroupId: group.id, SecurityGroupRuleIds: [first] });

    expect(revoked).toEqual({
      Return: true,
      RevokedSecurityGroupRules: [{ SecurityGroupRuleId: first, GroupId: group.id, IsEgress: false, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '192.0.2.1/32' }],
    });
    expect([...group.rules.keys()]).toEqual([second]);
  });

  it('that was revoked can be added again', async () => {
    const network = new NetworkAccount();
    const group = network.group();
    await network.call('RevokeSecurityGroupIngress', { GroupId: group.id, SecurityGroupRuleIds: await open(network, group, 22, '192.0.2.1/32') });

    await expect(open(network, group, 22, '192.0.2.1/32')).resolves.toHaveLength(1);
  });

  it('keeps its id when it is modified, and gets its new key', async () => {
    const network = new NetworkAccount();
    const group = network.group();
    const [id, other] = await open(network, group, 22, '192.0.2.1/32', '192.0.2.2/32');
    const modify = (SecurityGroupRuleId: string | undefined, CidrIpv4: string): Promise<unknown> =>
      network.call('ModifySecurityGroupRules', { GroupId: group.id, SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4 } }] });

    await modify(id, '0.0.0.0/0');

    expect(blocksOf(group)).toEqual(['0.0.0.0/0', '192.0.2.2/32']);
    await expect(modify(other, '0.0.0.0/0')).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    await expect(open(network, group, 22, '192.0.2.1/32')).resolves.toHaveLength(1);
  });

  it('gets another description, by id and by properties, and loses it', async () => {
    const network = new NetworkAccount();
    const group = network.group();
    const [id = ''] = await open(network, group, 22, '192.0.2.1/32');
    const description = (): string | undefined => group.rules.get(id)?.Description;

    await network.call('UpdateSecurityGroupRuleDescriptionsIngress', { GroupId: group.id, SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId: id, Description: 'by id' }] });
    expect(description()).toBe('by id');
    await network.call('UpdateSecurityGroupRuleDescriptionsIngress', { GroupId: group.id, IpPermissions: fromBlocks(22, '192.0.2.1/32') });
    expect(description()).toBeUndefined();
  });
});

describe('revoking by properties', () => {
  const wanted = fromBlocks(22, '192.0.2.1/32', '192.0.2.9/32');

  it('fails outside the default VPC when one is missing, and revokes nothing', async () => {
    const network = new NetworkAccount();
    const group = network.group();
    await open(network, group, 22, '192.0.2.1/32');

    await expect(network.call('RevokeSecurityGroupIngress', { GroupId: group.id, IpPermissions: wanted })).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
    expect(blocksOf(group)).toEqual(['192.0.2.1/32']);
  });

  it('in the default VPC revokes what there is and lists the rest', async () => {
    const network = new NetworkAccount({ isDefault: true });
    const group = network.group();
    await open(network, group, 22, '192.0.2.1/32');

    const answer = await network.call('RevokeSecurityGroupIngress', { GroupId: group.id, IpPermissions: wanted });

    expect(answer).toMatchObject({
      RevokedSecurityGroupRules: [{ CidrIpv4: '192.0.2.1/32' }],
      UnknownIpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.9/32' }] }],
    });
    expect(group.rules.size).toBe(0);
  });
});

describe('a group', () => {
  it('is created with the rule that lets everything out', async () => {
    const network = new NetworkAccount();

    const { GroupId } = await network.call<{ GroupId: string }>('CreateSecurityGroup', {
      GroupName: 'launch-wizard-1',
      Description: 'by hand',
      VpcId: network.vpc.id,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'owner', Value: 'someone' }] }],
    });

    await expect(network.call('DescribeSecurityGroups', { GroupIds: [GroupId] })).resolves.toMatchObject({
      SecurityGroups: [{ GroupName: 'launch-wizard-1', IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }], Tags: [{ Key: 'owner', Value: 'someone' }] }],
    });
  });

  it.each([
    { input: { GroupName: 'app' }, error: 'InvalidGroup.Duplicate' },
    { input: { GroupName: 'default' }, error: 'InvalidGroup.Reserved' },
    { input: { GroupName: 'sg-app' }, error: 'InvalidParameterValue' },
    { input: { GroupName: 'other', VpcId: 'vpc-1' }, error: 'InvalidVpcID.NotFound' },
    { input: { GroupName: 'other', VpcId: undefined }, error: 'VPCIdNotSpecified' },
  ])('is refused with $error: $input', async ({ input, error }) => {
    const network = new NetworkAccount();
    network.group('app');

    await expect(network.call('CreateSecurityGroup', { Description: 'x', VpcId: network.vpc.id, ...input })).rejects.toMatchObject({ name: error });
  });

  it('that another refers to stays until that rule is gone; the default one always', async () => {
    const network = new NetworkAccount();
    const [front, app] = [network.group('front'), network.group('app')];
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: front.id }] }];
    for (const GroupId of [front.id, app.id]) await network.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    const remove = (GroupId: string): Promise<unknown> => network.call('DeleteSecurityGroup', { GroupId });

    await expect(remove(front.id)).rejects.toMatchObject({ name: 'DependencyViolation' });
    await network.call('RevokeSecurityGroupIngress', { GroupId: app.id, IpPermissions });
    await expect(remove(front.id)).resolves.toMatchObject({ Return: true });
    await expect(remove(front.id)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    await expect(remove(network.vpc.defaultSecurityGroupId)).rejects.toMatchObject({ name: 'CannotDelete' });
    await expect(network.call('CreateSecurityGroup', { GroupName: 'front', Description: 'x', VpcId: network.vpc.id })).resolves.toMatchObject({ GroupId: expect.any(String) });
  });

  it('refers into another VPC only over a peering, and is stale when the group or the peering goes', async () => {
    const network = new NetworkAccount();
    const other = network.account.ec2.createVpc('10.1.0.0/16', {});
    const [app, peer] = [network.group('app'), network.group('peer', { vpcId: other.id })];
    const refer = (): Promise<unknown> =>
      network.call('AuthorizeSecurityGroupIngress', { GroupId: app.id, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: peer.id }] }] });
    const stale = (): Promise<unknown> => network.call('DescribeStaleSecurityGroups', { VpcId: network.vpc.id });

    await expect(refer()).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    const peering = network.account.ec2.peerings.add(network.vpc.id, other.id);
    await refer();
    await expect(network.call('DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [app.id] }] })).resolves.toMatchObject({
      SecurityGroupRules: [{ ReferencedGroupInfo: { GroupId: peer.id, VpcId: other.id, VpcPeeringConnectionId: peering.id, PeeringStatus: 'active' } }],
    });
    await expect(stale()).resolves.toMatchObject({ StaleSecurityGroupSet: [] });
    await network.call('DeleteSecurityGroup', { GroupId: peer.id });
    await expect(stale()).resolves.toMatchObject({ StaleSecurityGroupSet: [{ GroupId: app.id, StaleIpPermissions: [{ UserIdGroupPairs: [{ GroupId: peer.id }] }] }] });
  });
});

describe('listings', () => {
  it('of groups and rules come in pages that hold each once', async () => {
    const network = new NetworkAccount();
    for (let number = 0; number < 12; number += 1) await open(network, network.group(`g${number}`), 22, '10.0.0.0/8', '172.16.0.0/12');

    const groups = await network.all<{ GroupId: string }>('DescribeSecurityGroups', 'SecurityGroups', { MaxResults: 5 });
    const rules = await network.all<Rule>('DescribeSecurityGroupRules', 'SecurityGroupRules', { MaxResults: 10 });

    expect([groups.pages, new Set(groups.items.map(({ GroupId }) => GroupId)).size]).toEqual([3, 13]);
    expect([rules.pages, new Set(rules.items.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId)).size]).toEqual([3, 26]);
  });

  it('of rules show what changed since the last one', async () => {
    const network = new NetworkAccount();
    const group = network.group();
    const count = async (input: object): Promise<number> => (await network.call<{ SecurityGroupRules: Rule[] }>('DescribeSecurityGroupRules', input)).SecurityGroupRules.length;
    const before = await count({});
    const [id] = await open(network, group, 22, '10.0.0.0/8', '172.16.0.0/12');

    expect(await count({})).toBe(before + 2);
    expect(await count({ SecurityGroupRuleIds: [id] })).toBe(1);
    expect(await count({ Filters: [{ Name: 'group-id', Values: [group.id, 'sg-none'] }] })).toBe(2);
    expect(await count({ Filters: [{ Name: 'group-id', Values: [`${group.id.slice(0, -1)}*`] }] })).toBe(2);
    await network.call('RevokeSecurityGroupIngress', { GroupId: group.id, SecurityGroupRuleIds: [id] });
    expect(await count({})).toBe(before + 1);
  });

  it.each([
    { input: { MaxResults: 4 }, error: 'InvalidParameterValue' },
    { input: { MaxResults: 1001 }, error: 'InvalidParameterValue' },
    { input: { NextToken: 'x' }, error: 'InvalidNextToken' },
    { input: { Filters: [{ Name: 'group-id', Values: Array.from({ length: 201 }, (_none, index) => `sg-${index}`) }] }, error: 'FilterLimitExceeded' },
  ])('refuse $input.MaxResults$input.NextToken with $error', async ({ input, error }) => {
    const network = new NetworkAccount();

    await expect(network.call('DescribeSecurityGroups', input)).rejects.toMatchObject({ name: error });
    await expect(network.call('DescribeSecurityGroupRules', input)).rejects.toMatchObject({ name: error });
  });
});

describe('permission to change rules', () => {
  const revoke = ['ec2:RevokeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupIngress'];

  it.each([
    { rule: 'the ARN of the group', resource: (network: NetworkAccount, id: string) => network.arn(`security-group/${id}`), condition: undefined },
    { rule: 'its id', resource: () => '*', condition: (_network: NetworkAccount, id: string) => ({ StringEquals: { 'ec2:SecurityGroupID': id } }) },
    { rule: 'its VPC', resource: () => '*', condition: (network: NetworkAccount) => ({ ArnEquals: { 'ec2:Vpc': network.arn(`vpc/${network.vpc.id}`) } }) },
    { rule: 'its tags', resource: () => '*', condition: () => ({ StringEquals: { 'aws:ResourceTag/tier': 'app', 'ec2:ResourceTag/tier': 'app' } }) },
  ])('is given by $rule', async ({ resource, condition }) => {
    const network = new NetworkAccount();
    const elsewhere = network.account.ec2.createVpc('10.9.0.0/16', {});
    const mine = network.group('app', { tags: { tier: 'app' } });
    const other = network.group('other', { vpcId: elsewhere.id, tags: { tier: 'db' } });
    const principal = network.role(revoke, resource(network, mine.id), condition?.(network, mine.id));
    const change = (GroupId: string): Promise<unknown> => network.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: fromBlocks(22, '10.0.0.0/8') }, principal);

    await expect(change(mine.id)).resolves.toMatchObject({ Return: true });
    await expect(change(other.id)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });

  it('does not reach to tagging rules or groups: that is ec2:CreateTags', async () => {
    const network = new NetworkAccount();
    const { id: GroupId } = network.group();
    const TagSpecifications = [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'by', Value: 'x' }] }];
    const tagged = { GroupId, IpPermissions: fromBlocks(22, '10.0.0.0/8'), TagSpecifications };

    await expect(network.call('AuthorizeSecurityGroupIngress', tagged, network.role(revoke))).rejects.toThrow('ec2:CreateTags');
    await expect(network.call('AuthorizeSecurityGroupIngress', tagged, network.role([...revoke, 'ec2:CreateTags']))).resolves.toMatchObject({ SecurityGroupRules: [{ Tags: [{ Key: 'by', Value: 'x' }] }] });
  });
});
