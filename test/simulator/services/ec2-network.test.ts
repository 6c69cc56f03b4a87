import { NetworkAccount } from './network-account.ts';

interface PrefixListAnswer {
  readonly PrefixList: { readonly PrefixListId: string; readonly State: string; readonly Version: number };
}

interface EntriesAnswer {
  readonly Entries: readonly { readonly Cidr: string; readonly Description?: string }[];
}

const entries = (...blocks: string[]): { Cidr: string }[] => blocks.map((Cidr) => ({ Cidr }));

async function prefixListOf(network: NetworkAccount, ...blocks: string[]): Promise<string> {
  const { PrefixList } = await network.call<PrefixListAnswer>('CreateManagedPrefixList', { PrefixListName: 'offices', AddressFamily: 'IPv4', MaxEntries: 3, Entries: entries(...blocks) });
  await network.clock.runUntil(network.clock.now() + 10_000);
  return PrefixList.PrefixListId;
}

describe('a managed prefix list', () => {
  const blocks = async (network: NetworkAccount, PrefixListId: string, TargetVersion?: number): Promise<string[]> =>
    (await network.call<EntriesAnswer>('GetManagedPrefixListEntries', { PrefixListId, TargetVersion })).Entries.map(({ Cidr }) => Cidr);

  it('of an AWS service is there from the beginning, without a version', async () => {
    const network = new NetworkAccount();

    const { PrefixLists } = await network.call<{ PrefixLists: Record<string, unknown>[] }>('DescribeManagedPrefixLists', {
      Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.eu-west-3.s3'] }],
    });

    expect(PrefixLists).toMatchObject([{ OwnerId: 'AWS', PrefixListArn: expect.stringMatching(/^arn:aws:ec2:eu-west-3:aws:prefix-list\/pl-/u) }]);
    expect(PrefixLists[0]).not.toHaveProperty('Version');
    await expect(blocks(network, String(PrefixLists[0]?.['PrefixListId']))).resolves.not.toHaveLength(0);
  });

  it('changes in versions, and the new one counts when the change is complete', async () => {
    const network = new NetworkAccount();
    const PrefixListId = await prefixListOf(network, '192.0.2.7/24');
    const modify = (CurrentVersion: number): Promise<PrefixListAnswer> =>
      network.call('ModifyManagedPrefixList', { PrefixListId, CurrentVersion, AddEntries: entries('0.0.0.0/1'), RemoveEntries: entries('192.0.2.0/24') });

    const { PrefixList } = await modify(1);
    expect(PrefixList).toMatchObject({ State: 'modify-in-progress', Version: 1 });
    await expect(blocks(network, PrefixListId)).resolves.toEqual(['192.0.2.0/24']);
    await expect(modify(1)).rejects.toMatchObject({ name: 'IncorrectState' });
    await network.clock.runUntil(network.clock.now() + 10_000);

    await expect(blocks(network, PrefixListId)).resolves.toEqual(['0.0.0.0/1']);
    await expect(blocks(network, PrefixListId, 1)).resolves.toEqual(['192.0.2.0/24']);
    await expect(network.call('DescribeManagedPrefixLists', { PrefixListIds: [PrefixListId] })).resolves.toMatchObject({ PrefixLists: [{ State: 'modify-complete', Version: 2 }] });
    await expect(modify(1)).rejects.toMatchObject({ name: 'PrefixListVersionMismatch' });
  });

  it.each([
    { change: { AddEntries: entries('10.0.0.0/8') }, error: 'MissingParameter' },
    { change: { CurrentVersion: 1, AddEntries: entries('192.0.2.0/24') }, error: 'InvalidPrefixListModification' },
    { change: { CurrentVersion: 1, RemoveEntries: entries('10.0.0.0/8') }, error: 'InvalidPrefixListModification' },
    { change: { CurrentVersion: 1, AddEntries: entries('fd00::/8') }, error: 'InvalidParameterValue' },
    { change: { CurrentVersion: 1, AddEntries: entries('10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/8') }, error: 'PrefixListMaxEntriesExceeded' },
    { change: { CurrentVersion: 1, AddEntries: entries('10.0.0.0/8'), MaxEntries: 9 }, error: 'InvalidParameterCombination' },
  ])('refuses $change with $error, and stays as it is', async ({ change, error }) => {
    const network = new NetworkAccount();
    const PrefixListId = await prefixListOf(network, '192.0.2.0/24');

    await expect(network.call('ModifyManagedPrefixList', { PrefixListId, ...change })).rejects.toMatchObject({ name: error });
    await network.clock.runUntil(network.clock.now() + 10_000);
    await expect(blocks(network, PrefixListId)).resolves.toEqual(['192.0.2.0/24']);
  });

  it('finds the groups whose rules refer to it, by direction', async () => {
    const network = new NetworkAccount();
    const PrefixListId = await prefixListOf(network, '192.0.2.0/24');
    const [inbound, outbound] = [network.group('inbound'), network.group('outbound')];
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, PrefixListIds: [{ PrefixListId }] }];
    await network.call('AuthorizeSecurityGroupIngress', { GroupId: inbound.id, IpPermissions });
    await network.call('AuthorizeSecurityGroupEgress', { GroupId: outbound.id, IpPermissions });
    const find = (Name: string): Promise<unknown> => network.call('DescribeSecurityGroups', { Filters: [{ Name, Values: [PrefixListId] }] });

    await expect(find('ip-permission.prefix-list-id')).resolves.toMatchObject({ SecurityGroups: [{ GroupId: inbound.id }] });
    await expect(find('egress.ip-permission.prefix-list-id')).resolves.toMatchObject({ SecurityGroups: [{ GroupId: outbound.id }] });
  });

  it('gives its entries in pages, to whom its tags or ARN allow it', async () => {
    const network = new NetworkAccount();
    const PrefixListId = await prefixListOf(network, '10.0.0.0/8', '192.0.2.0/24', '198.51.100.0/24');
    const reader = network.role(['ec2:GetManagedPrefixListEntries'], network.arn(`prefix-list/${PrefixListId}`));
    const [other] = network.account.ec2.prefixLists.all();

    const { items, pages } = await network.all('GetManagedPrefixListEntries', 'Entries', { PrefixListId, MaxResults: 2 });

    expect([items.length, pages]).toEqual([3, 2]);
    await expect(network.call('GetManagedPrefixListEntries', { PrefixListId }, reader)).resolves.toMatchObject({ Entries: expect.any(Array) });
    await expect(network.call('GetManagedPrefixListEntries', { PrefixListId: other?.id }, reader)).rejects.toThrow(':aws:prefix-list/');
  });
});

describe('a network ACL', () => {
  const ofVpc = async (network: NetworkAccount): Promise<Record<string, unknown>[]> =>
    (await network.call<{ NetworkAcls: Record<string, unknown>[] }>('DescribeNetworkAcls', { Filters: [{ Name: 'vpc-id', Values: [network.vpc.id] }] })).NetworkAcls;

  it('is there by default, lets everything through and has every subnet', async () => {
    const network = new NetworkAccount();
    const subnet = network.account.ec2.createSubnet({ vpcId: network.vpc.id, availabilityZone: 'eu-west-3a', cidrBlock: '10.0.0.0/24', mapPublicIpOnLaunch: false, tags: {} });
    const [allow, deny] = [{ RuleNumber: 100, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' }, { RuleNumber: 32_767, RuleAction: 'deny' }];

    expect(await ofVpc(network)).toMatchObject([
      {
        NetworkAclId: network.vpc.defaultNetworkAclId,
        IsDefault: true,
        Entries: [{ ...allow, Egress: true }, { ...deny, Egress: true }, { ...allow, Egress: false }, { ...deny, Egress: false }],
        Associations: [{ SubnetId: subnet.id, NetworkAclId: network.vpc.defaultNetworkAclId }],
      },
    ]);
  });

  it('gets, changes and loses entries by direction and number', async () => {
    const network = new NetworkAccount();
    const NetworkAclId = network.vpc.defaultNetworkAclId;
    const entry = { NetworkAclId, RuleNumber: 50, Egress: false, RuleAction: 'allow', Protocol: '6', PortRange: { From: 22, To: 22 }, CidrBlock: '10.1.2.3/8' };
    const fifty = async (): Promise<unknown> => {
      const entriesThere = (await ofVpc(network)).flatMap(({ Entries }) => Entries as { RuleNumber: number }[]);
      return entriesThere.filter(({ RuleNumber }) => RuleNumber === 50);
    };

    await network.call('CreateNetworkAclEntry', entry);
    await expect(fifty()).resolves.toEqual([{ RuleNumber: 50, Egress: false, RuleAction: 'allow', Protocol: '6', PortRange: { From: 22, To: 22 }, CidrBlock: '10.0.0.0/8' }]);
    await expect(network.call('CreateNetworkAclEntry', entry)).rejects.toMatchObject({ name: 'NetworkAclEntryAlreadyExists' });
    await network.call('ReplaceNetworkAclEntry', { ...entry, RuleAction: 'deny' });
    await expect(fifty()).resolves.toMatchObject([{ RuleAction: 'deny' }]);
    await expect(network.call('DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 50, Egress: true })).rejects.toMatchObject({ name: 'InvalidNetworkAclEntry.NotFound' });
    await network.call('DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 50, Egress: false });
    await expect(fifty()).resolves.toEqual([]);
    await expect(network.call('DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 32_767, Egress: false })).rejects.toMatchObject({ name: 'InvalidNetworkAclEntry.NotFound' });
  });

  it('is changed by whom its VPC allows it', async () => {
    const network = new NetworkAccount();
    const allowed = (vpcId: string): Promise<unknown> =>
      network.call(
        'DeleteNetworkAclEntry',
        { NetworkAclId: network.vpc.defaultNetworkAclId, RuleNumber: 100, Egress: true },
        network.role(['ec2:DeleteNetworkAclEntry'], '*', { ArnEquals: { 'ec2:Vpc': network.arn(`vpc/${vpcId}`) } }),
      );

    await expect(allowed('vpc-other')).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await expect(allowed(network.vpc.id)).resolves.toEqual({});
  });
});

describe('what watches and joins networks', () => {
  it('flow logs are described, fail to deliver when the scenario says so, and are deleted', async () => {
    const network = new NetworkAccount();
    const { flowLogs } = network.account.ec2;
    const { id } = flowLogs.create({
      resourceId: network.vpc.id, trafficType: 'ALL', destinationType: 'cloud-watch-logs', destination: undefined, logGroupName: 'flow', permissionArn: undefined, aggregationSeconds: 60, tags: {},
    });
    const describeThem = (): Promise<unknown> => network.call('DescribeFlowLogs', { Filter: [{ Name: 'resource-id', Values: [network.vpc.id] }] });

    await expect(describeThem()).resolves.toMatchObject({ FlowLogs: [{ FlowLogId: id, FlowLogStatus: 'ACTIVE', DeliverLogsStatus: 'SUCCESS', TrafficType: 'ALL' }] });
    flowLogs.setDelivery(id, 'Access error');
    await expect(describeThem()).resolves.toMatchObject({ FlowLogs: [{ FlowLogStatus: 'ACTIVE', DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' }] });
    await expect(network.call('DeleteFlowLogs', { FlowLogIds: [id, 'fl-1'] })).resolves.toMatchObject({ Unsuccessful: [{ ResourceId: 'fl-1' }] });
    await expect(describeThem()).resolves.toMatchObject({ FlowLogs: [] });
  });

  it('peerings show both ends and their state', async () => {
    const network = new NetworkAccount();
    const { peerings } = network.account.ec2;
    const { id } = peerings.add(network.vpc.id, { vpcId: 'vpc-99', ownerId: '999999999999', cidrBlock: '10.9.0.0/16' });
    peerings.setStatus(id, 'deleted');

    await expect(network.call('DescribeVpcPeeringConnections', {})).resolves.toMatchObject({
      VpcPeeringConnections: [{ VpcPeeringConnectionId: id, RequesterVpcInfo: { VpcId: network.vpc.id }, AccepterVpcInfo: { OwnerId: '999999999999' }, Status: { Code: 'deleted' } }],
    });
  });
});

describe('launch templates', () => {
  const twoTemplates = (network: NetworkAccount): string[] =>
    ['web', 'worker'].map((name) => {
      const template = network.account.ec2.createLaunchTemplate(name, { ImageId: 'ami-1', SecurityGroupIds: ['sg-1'] }, { name });
      network.account.ec2.createLaunchTemplateVersion(template.id, { ImageId: 'ami-2' });
      return template.id;
    });

  it('are listed, and their latest and default versions of all at once', async () => {
    const network = new NetworkAccount();
    const [web, worker] = twoTemplates(network);

    await expect(network.call('DescribeLaunchTemplates', { Filters: [{ Name: 'tag:name', Values: ['web'] }] })).resolves.toMatchObject({
      LaunchTemplates: [{ LaunchTemplateId: web, DefaultVersionNumber: 1, LatestVersionNumber: 2 }],
    });
    const versions = await network.call('DescribeLaunchTemplateVersions', { Versions: ['$Latest', '$Default'] });
    expect(versions).toMatchObject({
      LaunchTemplateVersions: [
        { LaunchTemplateId: web, VersionNumber: 2, DefaultVersion: false },
        { LaunchTemplateId: web, VersionNumber: 1, DefaultVersion: true },
        { LaunchTemplateId: worker, VersionNumber: 2 },
        { LaunchTemplateId: worker, VersionNumber: 1 },
      ],
    });
  });

  it('get a version by hand that keeps what its source has, and another default', async () => {
    const network = new NetworkAccount();
    const [LaunchTemplateId] = twoTemplates(network);

    await network.call('CreateLaunchTemplateVersion', { LaunchTemplateId, SourceVersion: '1', LaunchTemplateData: { SecurityGroupIds: ['sg-2'] } });
    await network.call('ModifyLaunchTemplate', { LaunchTemplateId, DefaultVersion: '3' });

    await expect(network.call('DescribeLaunchTemplateVersions', { LaunchTemplateId, Versions: ['$Default'] })).resolves.toMatchObject({
      LaunchTemplateVersions: [{ VersionNumber: 3, DefaultVersion: true, LaunchTemplateData: { ImageId: 'ami-1', SecurityGroupIds: ['sg-2'] } }],
    });
    await expect(network.call('DescribeLaunchTemplateVersions', { LaunchTemplateName: 'none' })).rejects.toMatchObject({ name: 'InvalidLaunchTemplateName.NotFoundException' });
  });
});
