import type { AssemblyStack, Template, TemplateResource } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import { auditedAccount, person, putRule, putTopic } from './audited-account.ts';

interface Site {
  readonly account: Account;
  readonly clock: VirtualClock;
  deploy(stack: AssemblyStack, stackSeconds?: number): Promise<void>;
  call<T = Record<string, unknown>>(operation: string, input: object): Promise<T>;
  /** State of the stack `Shop`. */
  status(): Promise<unknown>;
}

function openSite(): Site {
  const clock = VirtualClock.detached(Date.parse('2027-01-06T07:00:00Z'));
  const account = new Account({ clock });
  const deployer = new Deployer(account);
  const call = async <T>(operation: string, input: object) => (await account.call({ principal: person, sdkId: 'CloudFormation', operation, input })) as T;
  return {
    account,
    clock,
    deploy: (stack, stackSeconds = 0) => deployer.deploy({ stacks: [stack] }, { stackSeconds }),
    call,
    status: async () => (await call<{ Stacks: { StackStatus: string }[] }>('DescribeStacks', { StackName: 'Shop' })).Stacks[0]?.StackStatus,
  };
}

const parameter = (Name: string, Value: string): TemplateResource => ({ Type: 'AWS::SSM::Parameter', Properties: { Name, Type: 'String', Value } });

const shop = (values: Readonly<Record<string, string>>, rest: Partial<Template> = {}, name = 'Shop'): AssemblyStack => ({
  name,
  assets: [],
  template: { Resources: Object.fromEntries(Object.entries(values).map(([id, value]) => [id, parameter(`/${id}`, value)])), ...rest },
});

/** The states that rules saw, in order. */
function watchStates(account: Account): () => unknown[] {
  const seen: { readonly at: string; readonly detail: { readonly 'status-details': { readonly status: string } } }[] = [];
  putRule(account, 'Stacks', 'eu-west-3', { source: ['aws.cloudformation'] }, putTopic(account, 'stacks'));
  // The order of arrival is EventBridge's; what counts here is that of happening.
  account.eventBridge.deliver = (event) => {
    seen.push(event as never);
    return 'once';
  };
  return () => seen.map(({ detail }) => detail['status-details'].status);
}

describe('the state of a stack', () => {
  test('is complete after a deployment, which takes no time unless asked to', async () => {
    const site = openSite();
    const states = watchStates(site.account);
    const before = site.clock.now();
    await site.deploy(shop({ A: '1', B: '1' }));
    await site.deploy(shop({ A: '2', B: '1' }));
    expect(site.clock.now()).toBe(before);
    expect(states()).toEqual([
      'CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE',
    ]);
    expect(await site.status()).toBe('UPDATE_COMPLETE');
  });

  test('does not change when nothing is to be updated', async () => {
    const site = openSite();
    await site.deploy(shop({ A: '1' }));
    const states = watchStates(site.account);
    await site.deploy(shop({ A: '1' }), 60);
    expect(states()).toEqual([]);
    expect(await site.status()).toBe('CREATE_COMPLETE');
  });

  test('can be seen in progress, while resources change one by one', async () => {
    const site = openSite();
    await site.deploy(shop({ A: '1', B: '1', Same: '1', Gone: '1' }));
    const deployment = site.deploy(shop({ A: '2', B: '2', Same: '1' }), 80);
    const at: unknown[] = [];
    for (let second = 10; second <= 90; second += 20) {
      await site.clock.runUntil(Date.parse('2027-01-06T07:00:00Z') + second * 1000);
      at.push([second, await site.status(), ...['/A', '/B', '/Gone'].map((name) => site.account.ssm.value(name))]);
    }
    await deployment;
    expect(at).toEqual([
      [10, 'UPDATE_IN_PROGRESS', '1', '1', '1'],
      [30, 'UPDATE_IN_PROGRESS', '2', '1', '1'],
      [50, 'UPDATE_IN_PROGRESS', '2', '2', '1'],
      [70, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', '2', '2', '1'],
      [90, 'UPDATE_COMPLETE', '2', '2', undefined],
    ]);
  });

  test('is in progress from the beginning of a creation', async () => {
    const site = openSite();
    const deployment = site.deploy(shop({ A: '1' }), 20);
    await site.clock.runUntil(site.clock.now() + 1000);
    expect(await site.status()).toBe('CREATE_IN_PROGRESS');
    await site.clock.runWhilePending(deployment);
    expect(await site.status()).toBe('CREATE_COMPLETE');
    expect(site.clock.now()).toBe(Date.parse('2027-01-06T07:00:20Z'));
  });

  test('stays failed, with the reason, when a resource is refused', async () => {
    const site = openSite();
    await expect(site.deploy(shop({ A: '1', B: 'x'.repeat(5000) }))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await site.call('DescribeStacks', {})).toMatchObject({
      Stacks: [{ StackStatus: 'CREATE_FAILED', StackStatusReason: expect.stringContaining('ValidationException: Standard tier') }],
    });
  });
});

describe('a stack', () => {
  test('is described by name and by id, with outputs; one that is not there is an error', async () => {
    const site = openSite();
    await site.deploy(shop({ A: '1' }, { Outputs: { Name: { Value: { Ref: 'A' } }, Id: { Value: { Ref: 'AWS::StackId' } } } }));
    const byName = await site.call<{ Stacks: { StackId: string }[] }>('DescribeStacks', { StackName: 'Shop' });
    const [{ StackId } = { StackId: '' }] = byName.Stacks;
    expect(StackId).toMatch(/^arn:aws:cloudformation:eu-west-3:123456789012:stack\/Shop\/[0-9a-f-]{36}$/u);
    expect(byName).toMatchObject({
      Stacks: [{ StackName: 'Shop', CreationTime: new Date('2027-01-06T07:00:00Z'), Outputs: [{ OutputKey: 'Name', OutputValue: '/A' }, { OutputKey: 'Id', OutputValue: StackId }] }],
    });
    expect(await site.call('DescribeStacks', { StackName: StackId })).toEqual(byName);
    await expect(site.call('DescribeStacks', { StackName: 'Gone' })).rejects.toMatchObject({ name: 'ValidationError', message: 'Stack with id Gone does not exist' });
  });

  test('is listed with the others, by pages', async () => {
    const site = openSite();
    for (let number = 0; number < 101; number += 1) await site.deploy(shop({}, {}, `Stack${number}`));
    const first = await site.call<{ Stacks: object[]; NextToken: string }>('DescribeStacks', {});
    expect(first.Stacks).toHaveLength(100);
    expect(await site.call('DescribeStacks', { NextToken: first.NextToken })).toMatchObject({ Stacks: [{ StackName: 'Stack100' }] });
  });

  test('of another Region is not seen', async () => {
    const site = openSite();
    await site.deploy({ ...shop({}), region: 'us-east-1' });
    expect(await site.call('DescribeStacks', {})).toMatchObject({ Stacks: [] });
  });

  test('is found by what it owns', async () => {
    const site = openSite();
    await site.deploy(shop({ A: '1', B: '1' }));
    const resource = { LogicalResourceId: 'A', PhysicalResourceId: '/A', ResourceType: 'AWS::SSM::Parameter', ResourceStatus: 'CREATE_COMPLETE' };
    expect(await site.call('ListStackResources', { StackName: 'Shop' })).toMatchObject({ StackResourceSummaries: [resource, { LogicalResourceId: 'B' }] });
    expect(await site.call('DescribeStackResources', { PhysicalResourceId: '/B' })).toMatchObject({ StackResources: [{ ...resource, StackName: 'Shop' }, { LogicalResourceId: 'B' }] });
    await expect(site.call('DescribeStackResources', { PhysicalResourceId: '/C' })).rejects.toMatchObject({ name: 'ValidationError' });
    await site.deploy(shop({ A: '2' }));
    expect(await site.call('ListStackResources', { StackName: 'Shop' })).toEqual({
      StackResourceSummaries: [{ ...resource, ResourceStatus: 'UPDATE_COMPLETE', LastUpdatedTimestamp: expect.any(Date) }],
    });
  });

  test('tells EventBridge of every state', async () => {
    const site = openSite();
    putRule(site.account, 'Stacks', 'eu-west-3', { source: ['aws.cloudformation'], detail: { 'status-details': { status: ['CREATE_COMPLETE'] } } }, putTopic(site.account, 'stacks'));
    await site.deploy(shop({ A: '1' }));
    await site.clock.runUntil(site.clock.now() + 5000);
    const { id } = site.account.cloudFormation.stack('Shop', 'eu-west-3');
    expect(site.account.sns.messages.map(({ message }) => JSON.parse(message) as unknown)).toMatchObject([
      {
        'detail-type': 'CloudFormation Stack Status Change',
        resources: [id],
        detail: { 'stack-id': id, 'status-details': { status: 'CREATE_COMPLETE', 'status-reason': '' } },
      },
    ]);
  });

  test('tags its security groups, and not its roles', async () => {
    const site = openSite();
    const Resources = {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'g', GroupName: 'g', VpcId: { Ref: 'Vpc' }, Tags: [{ Key: 'own', Value: '1' }] } },
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] }, RoleName: 'r' } },
    };
    await site.deploy({ name: 'Shop', assets: [], template: { Resources } });
    expect(site.account.ec2.securityGroups.all().find(({ name }) => name === 'g')?.tags).toEqual({
      own: '1',
      'aws:cloudformation:stack-name': 'Shop',
      'aws:cloudformation:logical-id': 'Group',
      'aws:cloudformation:stack-id': site.account.cloudFormation.stack('Shop', 'eu-west-3').id,
    });
    expect(site.account.iam.role('r').tags).toEqual({});
  });
});

describe('what a stack changes', () => {
  const vpc: TemplateResource = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
  const group: TemplateResource = { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'g', GroupName: 'g', VpcId: { Ref: 'Vpc' } } };
  const rule = (CidrIp: string): TemplateResource => ({
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: { GroupId: { Ref: 'Group' }, IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp },
  });
  const trust = (Service: string) => ({ Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] });
  const role = (service: string): TemplateResource => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust(service), RoleName: 'r' } });
  const policy = (Action: string): TemplateResource => ({
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }, Roles: [{ Ref: 'Role' }] },
  });

  /** Names of the calls that each deployment of a stack made. */
  async function callsOf(...deployments: readonly Readonly<Record<string, TemplateResource>>[]) {
    const { deployer, records } = await auditedAccount();
    const names: string[][] = [];
    for (const Resources of deployments) {
      records.length = 0;
      await deployer.deploy({ stacks: [{ name: 'Shop', assets: [], template: { Resources } }] });
      names.push(records.map(({ eventName }) => eventName));
    }
    return { names, records };
  }

  test('in security groups is recorded as CloudFormation\'s', async () => {
    const { names, records } = await callsOf({ Vpc: vpc, Group: group, Rule: rule('10.0.0.0/8') }, { Vpc: vpc, Group: group, Rule: rule('10.1.0.0/16') });
    expect(names).toEqual([
      ['CreateSecurityGroup', 'AuthorizeSecurityGroupIngress'],
      ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'],
    ]);
    expect(records).toMatchObject([
      {
        userIdentity: {
          type: 'AssumedRole',
          arn: 'arn:aws:sts::123456789012:assumed-role/cdk-hnb659fds-cfn-exec-role-123456789012-eu-west-3/AWSCloudFormation',
          invokedBy: 'cloudformation.amazonaws.com',
        },
        sourceIPAddress: 'cloudformation.amazonaws.com',
        userAgent: 'cloudformation.amazonaws.com',
        requestParameters: { groupId: expect.stringMatching(/^sg-/u), ipPermissions: { items: [{ ipRanges: { items: [{ cidrIp: '10.1.0.0/16' }] } }] } },
        responseElements: { securityGroupRuleSet: { items: [{ securityGroupRuleId: expect.stringMatching(/^sgr-/u) }] } },
      },
      { responseElements: { revokedSecurityGroupRuleSet: { items: [{ cidrIpv4: '10.0.0.0/8' }] } } },
    ]);
  });

  test('in roles is recorded, and only what changed', async () => {
    const { names, records } = await callsOf(
      { Role: role('lambda.amazonaws.com'), Policy: policy('sns:Publish') },
      { Role: role('lambda.amazonaws.com'), Policy: policy('sns:*') },
      { Role: role('states.amazonaws.com'), Policy: policy('sns:*') },
    );
    expect(names).toEqual([['CreateRole', 'PutRolePolicy'], ['PutRolePolicy'], ['UpdateAssumeRolePolicy']]);
    expect(records).toMatchObject([{ awsRegion: 'us-east-1', requestParameters: { roleName: 'r', policyDocument: JSON.stringify(trust('states.amazonaws.com')) } }]);
  });

  test('in managed policies is recorded', async () => {
    const managed = (Action: string): TemplateResource => ({
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: 'm', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }, Roles: [{ Ref: 'Role' }] },
    });
    const withPolicy = (action: string) => ({ Role: role('lambda.amazonaws.com'), Managed: managed(action) });
    const { names } = await callsOf(withPolicy('sns:Publish'), withPolicy('sns:*'));
    expect(names).toEqual([['CreateRole', 'CreatePolicy', 'AttachRolePolicy'], ['CreatePolicyVersion']]);
  });

  test('elsewhere is not: it is of no interest to anyone yet', async () => {
    const { names } = await callsOf({ A: parameter('/a', '1') });
    expect(names).toEqual([[]]);
  });
});
