import { Deployer } from '../../../simulator/deploy/deployer.ts';
import type { Template } from '../../../simulator/deploy/assembly.ts';
import { closeHost, functionArn, type Host, openHost, outside } from './fixtures/host.ts';

afterEach(closeHost);

const needed = ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets', 'DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];
const allNeeded = needed.map((name) => `ec2:${name}`);

function open(): { readonly host: Host; readonly network: { subnetIds: string[]; securityGroupIds: string[] } } {
  const host = openHost();
  const { ec2 } = host.account;
  const vpcId = ec2.createVpc('10.0.0.0/16', {}).id;
  const subnet = ec2.createSubnet({ vpcId, availabilityZone: 'eu-west-3a', cidrBlock: '10.0.0.0/24', mapPublicIpOnLaunch: false, tags: {} });
  const group = ec2.securityGroups.create({ name: 'probe', description: 'probe', vpcId, tags: {} });
  return { host, network: { subnetIds: [subnet.id], securityGroupIds: [group.id] } };
}

const used = (host: Host) => host.account.iam.permissionUse().filter(({ action, isUsed }) => action.startsWith('ec2:') && isUsed).map(({ action }) => action);

test('a function stands in a VPC if its role may keep network interfaces, which counts as their use', () => {
  const { host, network } = open();
  host.deploy('counter', { actions: allNeeded, network });
  expect(new Set(used(host))).toEqual(new Set(allNeeded));
});

test.each(needed)('it is refused if its role lacks ec2:%s', (name) => {
  const { host, network } = open();
  const deploy = (): void => host.deploy('counter', { actions: allNeeded.filter((action) => action !== `ec2:${name}`), network });
  const message = `The provided execution role does not have permissions to call ${name} on EC2`;
  expect(deploy).toThrow(expect.objectContaining({ name: 'InvalidParameterValueException', message }));
  expect(host.account.lambda.functions).toEqual([]);
});

test('outside of a VPC the role needs nothing of it', () => {
  const { host } = open();
  host.deploy('counter', { actions: [] });
  expect(host.account.lambda.functions).toHaveLength(1);
});

test('a permission on one subnet is not one on another, nor without its security groups', () => {
  const { host, network } = open();
  const roleArn = host.role('Narrow', allNeeded.slice(1));
  const onResources = (resources: string[]): void => host.account.iam.putRolePolicy('Narrow', 'Create', { Statement: { Effect: 'Allow', Action: 'ec2:CreateNetworkInterface', Resource: resources } });
  const arn = (resource: string): string => `arn:aws:ec2:eu-west-3:123456789012:${resource}`;
  const put = (): void => host.deploy('counter', { roleArn, network });
  onResources([arn('network-interface/*'), arn('subnet/subnet-other'), arn('security-group/*')]);
  expect(put).toThrow('CreateNetworkInterface');
  onResources([arn('network-interface/*'), arn(`subnet/${network.subnetIds[0]}`)]);
  expect(put).toThrow('CreateNetworkInterface');
  onResources([arn('network-interface/*'), arn(`subnet/${network.subnetIds[0]}`), arn(`security-group/${network.securityGroupIds[0]}`)]);
  expect(put).not.toThrow();
});

test('what is denied to the code of the function is not denied to Lambda', () => {
  const { host, network } = open();
  const roleArn = host.role('Guarded', allNeeded);
  host.account.iam.putRolePolicy('Guarded', 'NotByCode', {
    Statement: { Effect: 'Deny', Action: allNeeded, Resource: '*', Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn('counter') } } },
  });
  expect(() => host.deploy('counter', { roleArn, network })).not.toThrow();
  const ask = { action: 'ec2:DescribeNetworkInterfaces', resource: '*' };
  expect(host.account.iam.decide({ kind: 'role', roleArn, session: 'awslambda' }, ask).allowed).toBe(true);
  expect(host.account.iam.decide({ kind: 'role', roleArn, session: 'counter', functionArn: functionArn('counter') }, ask).allowed).toBe(false);
});

test('its network interfaces are there for all to see: one a subnet, which functions of the same groups share', async () => {
  const { host, network } = open();
  for (const name of ['One', 'Two']) host.deploy('counter', { name, actions: allNeeded, network });
  const input = { Filters: [{ Name: 'group-id', Values: network.securityGroupIds }] };
  const call = host.account.call({ principal: outside, sdkId: 'EC2', operation: 'DescribeNetworkInterfaces', input });
  await expect(call).resolves.toMatchObject({ NetworkInterfaces: [{ SubnetId: network.subnetIds[0], RequesterManaged: true, Description: 'AWS Lambda VPC ENI-One' }] });
});

test('subnets and groups of two VPCs do not go together', () => {
  const { host, network } = open();
  const foreign = host.account.ec2.createVpc('10.9.0.0/16', {}).defaultSecurityGroupId;
  expect(() => host.deploy('counter', { actions: allNeeded, network: { ...network, securityGroupIds: [foreign] } })).toThrow(expect.objectContaining({ name: 'InvalidParameterValueException' }));
});

describe('from a template', () => {
  const ref = (name: string): object => ({ Ref: name });
  const getAtt = (name: string, attribute: string): object => ({ 'Fn::GetAtt': [name, attribute] });
  const template = (actions: readonly string[], vpcConfig?: object): Template => ({
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Vpc'), AvailabilityZone: 'eu-west-3a', CidrBlock: '10.0.0.0/24' } },
      Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'probe', VpcId: ref('Vpc') } },
      // Written before the policy that it depends on.
      Function: {
        Type: 'AWS::Lambda::Function',
        DependsOn: ['Policy'],
        Metadata: { 'webmarket:entry': 'test/simulator/kernel/fixtures/handlers/counter.ts' },
        Properties: { Code: {}, Handler: 'index.handler', Role: getAtt('Role', 'Arn'), Runtime: 'nodejs24.x', ...(vpcConfig === undefined ? {} : { VpcConfig: vpcConfig }) },
      },
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } } } },
      Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'Network', Roles: [ref('Role')], PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: actions, Resource: '*' } } } },
    },
  });
  const inVpc = { SubnetIds: [ref('Subnet')], SecurityGroupIds: [getAtt('Group', 'GroupId')] };
  const deploy = async (host: Host, ...templates: readonly Template[]): Promise<void> => {
    const deployer = new Deployer(host.account);
    for (const each of templates) await deployer.deploy({ stacks: [{ name: 'Stack', template: each, assets: [] }] });
  };
  const networks = (host: Host) => host.account.lambda.functions.map(({ network }) => network);

  test('a function has the subnets and groups that it says, once its policy is there; without them it is in no VPC', async () => {
    const host = openHost();
    await deploy(host, template(allNeeded, inVpc));
    const subnetIds = [...host.account.ec2.subnets.keys()];
    expect(networks(host)).toEqual([{ subnetIds, securityGroupIds: [expect.stringMatching(/^sg-/u)] }]);
    await deploy(host, template(allNeeded, { SubnetIds: [], SecurityGroupIds: [] }));
    expect(networks(host).at(-1)).toBeUndefined();
  });

  test('a deployment stops where the role may not', async () => {
    await expect(deploy(openHost(), template(['ec2:DescribeSubnets'], inVpc))).rejects.toThrow('The provided execution role does not have permissions to call CreateNetworkInterface on EC2');
  });

  test('members that are not modelled stop it as well', async () => {
    await expect(deploy(openHost(), template(allNeeded, { ...inVpc, Ipv6AllowedForDualStack: true }))).rejects.toThrow('Ipv6AllowedForDualStack');
  });
});
