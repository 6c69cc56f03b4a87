import { Template } from 'aws-cdk-lib/assertions';
import { resourcesOf, synthesise, templatesOf, theOnly } from './synthesis.ts';

const app = synthesise();
const network = Template.fromStack(app.network);

type Tagged = { Key: string; Value: string };
function subnets(name: string): { logicalId: string; zone: unknown }[] {
  return resourcesOf(network, 'AWS::EC2::Subnet')
    .filter(({ Properties }) => (Properties['Tags'] as Tagged[]).some((tag) => tag.Key === 'aws-cdk:subnet-name' && tag.Value === name))
    .map(({ logicalId, Properties }) => ({ logicalId, zone: Properties['AvailabilityZone'] }));
}

/** Addresses of the subnets, by logical id. */
function blocks(template: Template): [string, unknown][] {
  return resourcesOf(template, 'AWS::EC2::Subnet').map(({ logicalId, Properties }) => [logicalId, Properties['CidrBlock']]);
}

/** Default routes of a kind of subnet: the property that names where they lead. */
function defaultRoutes(name: string): string[] {
  const tables = new Set(
    resourcesOf(network, 'AWS::EC2::SubnetRouteTableAssociation')
      .filter(({ Properties }) => subnets(name).some(({ logicalId }) => JSON.stringify(Properties['SubnetId']).includes(logicalId)))
      .map(({ Properties }) => JSON.stringify(Properties['RouteTableId'])),
  );
  return resourcesOf(network, 'AWS::EC2::Route')
    .filter(({ Properties }) => tables.has(JSON.stringify(Properties['RouteTableId'])))
    .map(({ Properties }) => Object.keys(Properties).find((key) => key === 'GatewayId' || key === 'NatGatewayId') ?? 'other');
}

describe('the network', () => {
  test('is one VPC in Paris with the declared addresses', () => {
    expect(app.network.region).toBe('eu-west-3');
    expect(theOnly(network, 'AWS::EC2::VPC').Properties).toMatchObject({ CidrBlock: '10.20.0.0/16', EnableDnsSupport: true });
  });

  test('has public, application and database subnets in every zone', () => {
    const zones = ['eu-west-3a', 'eu-west-3b', 'eu-west-3c'];
    for (const name of ['Public', 'Application', 'Database']) expect(subnets(name).map(({ zone }) => zone)).toEqual(zones);
    network.resourceCountIs('AWS::EC2::Subnet', 9);
  });

  test('gives no subnet public addresses, not even the public ones', () => {
    expect(new Set(resourcesOf(network, 'AWS::EC2::Subnet').map(({ Properties }) => Properties['MapPublicIpOnLaunch']))).toEqual(new Set([false]));
  });

  test('routes public subnets to the internet gateway, application subnets to NAT, database subnets nowhere', () => {
    expect(defaultRoutes('Public')).toEqual(['GatewayId', 'GatewayId', 'GatewayId']);
    expect(defaultRoutes('Application')).toEqual(['NatGatewayId', 'NatGatewayId', 'NatGatewayId']);
    expect(defaultRoutes('Database')).toEqual([]);
  });

  test('puts one NAT gateway in each zone, in a public subnet', () => {
    const publicIds = subnets('Public').map(({ logicalId }) => ({ Ref: logicalId }));
    expect(resourcesOf(network, 'AWS::EC2::NatGateway').map(({ Properties }) => Properties['SubnetId'])).toEqual(publicIds);
  });

  test('has a single NAT gateway when configured so, and keeps outgoing routes in every zone', () => {
    const single = Template.fromStack(synthesise({ 'network.natGateways': 'single' }).network);
    single.resourceCountIs('AWS::EC2::NatGateway', 1);
    expect(resourcesOf(single, 'AWS::EC2::Route').filter(({ Properties }) => 'NatGatewayId' in Properties)).toHaveLength(3);
  });

  test('keeps the addresses of two zones when a third one is added', () => {
    const two = Template.fromStack(
      synthesise({ 'network.availabilityZones': ['eu-west-3a', 'eu-west-3b'] }).network,
    );
    expect(new Map(blocks(network))).toEqual(new Map([...blocks(network), ...blocks(two)]));
    expect(blocks(two)).toHaveLength(6);
  });

  test('logs all traffic, for as long as declared', () => {
    expect(theOnly(network, 'AWS::EC2::FlowLog').Properties).toMatchObject({
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 'cloud-watch-logs',
      LogGroupName: { Ref: theOnly(network, 'AWS::Logs::LogGroup').logicalId },
    });
    expect(theOnly(network, 'AWS::Logs::LogGroup').Properties).toMatchObject({ RetentionInDays: 90 });
  });

  test('lets the flow log role write to its one log group only', () => {
    const policy = theOnly(network, 'AWS::IAM::Policy').Properties['PolicyDocument'] as { Statement: unknown[] };
    expect(policy.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringContaining('FlowLogs'), 'Arn'] },
      },
    ]);
  });

  /** The gateway endpoint of a service. */
  function endpoint(service: string): Readonly<Record<string, unknown>> {
    const [found, ...others] = resourcesOf(network, 'AWS::EC2::VPCEndpoint').filter(({ Properties }) => JSON.stringify(Properties['ServiceName']).includes(`.${service}"`));
    expect(others).toEqual([]);
    return found?.Properties ?? {};
  }
  const ofThisAccount = { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } };

  test('reaches S3 by a gateway endpoint, this account and the repositories of AWS only', () => {
    expect(endpoint('s3')).toMatchObject({
      VpcEndpointType: 'Gateway',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Condition: ofThisAccount }, { Effect: 'Allow', Action: 's3:GetObject', Sid: 'UpdatesFromAws' }] },
    });
  });

  test('reaches DynamoDB by a gateway endpoint, tables of this account only, from the application subnets', () => {
    expect(endpoint('dynamodb')).toMatchObject({
      VpcEndpointType: 'Gateway',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Condition: ofThisAccount }] },
      RouteTableIds: endpoint('s3')['RouteTableIds'],
    });
    network.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
  });

  test('empties the default security group', () => {
    expect(theOnly(network, 'Custom::VpcRestrictDefaultSG').Properties).toMatchObject({
      DefaultSecurityGroupId: { 'Fn::GetAtt': [theOnly(network, 'AWS::EC2::VPC').logicalId, 'DefaultSecurityGroup'] },
    });
  });
});

function tier(reference: unknown): string {
  return /SecurityGroups(LoadBalancer|Application|Database|Probe)/.exec(JSON.stringify(reference))?.[1] ?? 'unknown';
}

/** Every rule of the groups, as `group direction peer:port`. */
function rules(template: Template): string[] {
  const inline = resourcesOf(template, 'AWS::EC2::SecurityGroup').flatMap(({ logicalId, Properties }) =>
    (['Ingress', 'Egress'] as const).flatMap((direction) =>
      ((Properties[`SecurityGroup${direction}`] ?? []) as Record<string, unknown>[]).map(
        (rule) => `${tier(logicalId)} ${direction} ${String(rule['IpProtocol'])} ${String(rule['CidrIp'])}:${String(rule['FromPort'])}-${String(rule['ToPort'])}`,
      ),
    ),
  );
  const separate = (['Ingress', 'Egress'] as const).flatMap((direction) =>
    resourcesOf(template, `AWS::EC2::SecurityGroup${direction}`).map(({ Properties: rule }) => {
      const peer = rule[direction === 'Ingress' ? 'SourceSecurityGroupId' : 'DestinationSecurityGroupId'];
      return `${tier(rule['GroupId'])} ${direction} ${String(rule['IpProtocol'])} ${tier(peer)}:${String(rule['FromPort'])}-${String(rule['ToPort'])}`;
    }),
  );
  return [...inline, ...separate].toSorted();
}

describe('the firewall', () => {
  test('is the chain internet, load balancer, instances, database, beside it the probe that nothing reaches, and nothing else', () => {
    expect(rules(network)).toEqual([
      'Application Egress tcp 0.0.0.0/0:443-443',
      'Application Egress tcp Database:5432-5432',
      'Application Ingress tcp LoadBalancer:8080-8080',
      // The rule that matches no traffic: CDK's way to say "none", since a group without rules lets everything out.
      'Database Egress icmp 255.255.255.255/32:252-86',
      'Database Ingress tcp Application:5432-5432',
      'Database Ingress tcp Probe:5432-5432',
      'LoadBalancer Egress tcp Application:8080-8080',
      'LoadBalancer Ingress tcp 0.0.0.0/0:443-443',
      'LoadBalancer Ingress tcp 0.0.0.0/0:80-80',
      'Probe Egress tcp 0.0.0.0/0:443-443',
      'Probe Egress tcp Database:5432-5432',
    ]);
  });

  test('follows the engine to its port', () => {
    const mysql = Template.fromStack(synthesise({ 'data.engine': 'mysql', 'data.engineVersion': '8.4.9' }).network);
    expect(rules(mysql)).toEqual(expect.arrayContaining(['Database Ingress tcp Application:3306-3306', 'Database Ingress tcp Probe:3306-3306', 'Probe Egress tcp Database:3306-3306']));
  });

  test('lives in the network stack: using a group of a tier elsewhere adds no rule to it', () => {
    for (const { name, template } of templatesOf(app)) {
      if (name === 'Network') continue;
      const about = ['Ingress', 'Egress'].flatMap((direction) => resourcesOf(template, `AWS::EC2::SecurityGroup${direction}`));
      expect(about.filter(({ Properties }) => /SecurityGroups(LoadBalancer|Application|Database|Probe)/.test(JSON.stringify(Properties['GroupId'])))).toEqual([]);
    }
  });
});
