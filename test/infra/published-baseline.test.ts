import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { baselineKinds, type BaselineKind, declaredGroupSchema, declaredMembershipSchema, declaredRoleSchema } from '../../functions/compliance/baseline.ts';
import { ruleKey, type Peer, type Rule } from '../../functions/compliance/rule.ts';
import { PublishedBaseline } from '../../infra/constructs/published-baseline.ts';
import { paris } from '../../rehearsal/paris.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise as synthesiseAssembly } from '../../rehearsal/synthesis.ts';
import { prepareShop } from '../../rehearsal/world.ts';
import type { Account } from '../../simulator/kernel/account.ts';
import { quietly, resourcesOf, synthesise, templatesOf } from './synthesis.ts';

const folder = (kind: BaselineKind): string => `/webmarket/production/baseline/${kind}`;

/** Documents as they stand in the account, parsed with the schema that their readers use. */
async function documentsOf<K extends BaselineKind>(stage: Stage, kind: K): Promise<unknown[]> {
  const documents: unknown[] = [];
  let token: string | undefined;
  do {
    const page = (await stage.asOperator('SSM', 'GetParametersByPath', { Path: folder(kind), Recursive: true, NextToken: token })) as {
      readonly Parameters: readonly { readonly Value: string }[];
      readonly NextToken?: string;
    };
    documents.push(...page.Parameters.map(({ Value }) => baselineKinds[kind].parse(JSON.parse(Value))));
    token = page.NextToken;
  } while (token !== undefined);
  return documents;
}

/** What EC2 answers, in the words of the baseline. */
function standingRules(account: Account, groupId: string): Rule[] {
  return [...account.ec2.securityGroups.find(groupId).rules.values()].map((rule) => ({
    direction: rule.IsEgress === true ? 'egress' : 'ingress',
    protocol: rule.IpProtocol ?? '',
    fromPort: rule.FromPort ?? -1,
    toPort: rule.ToPort ?? -1,
    peer: standingPeer(rule),
  }));
}

function standingPeer(rule: SecurityGroupRule): Peer {
  if (rule.CidrIpv4 !== undefined) return { kind: 'ipv4', cidr: rule.CidrIpv4 };
  if (rule.CidrIpv6 !== undefined) return { kind: 'ipv6', cidr: rule.CidrIpv6 };
  if (rule.PrefixListId !== undefined) return { kind: 'prefix-list', id: rule.PrefixListId };
  return { kind: 'group', id: rule.ReferencedGroupInfo?.GroupId ?? '' };
}

const keysOf = (rules: readonly Rule[]): string[] => rules.map(ruleKey).toSorted();

describe('after a deployment, the documents in the account', () => {
  const synthesis = synthesiseAssembly('production');
  const play = <T>(story: (stage: Stage) => Promise<T>): Promise<T> =>
    Stage.open({ synthesis, seed: 1, startsAt: paris('2027-01-13T06:00'), prepare: (account) => prepareShop(account, synthesis.config) }, story);

  test('give the rules of every security group exactly as EC2 has them, and the tier of those that have one', async () => {
    await play(async (stage) => {
      const { securityGroups } = stage.account.ec2;
      const declared = (await documentsOf(stage, 'security-groups')).map((document) => declaredGroupSchema.parse(document));
      const standing = securityGroups.all().filter(({ vpcId }) => declared.some((group) => group.vpcId === vpcId));
      expect(declared.map(({ groupId }) => groupId).toSorted()).toEqual(standing.map(({ id }) => id).toSorted());
      for (const { groupId, rules } of declared) {
        expect({ groupId, rules: keysOf(rules) }).toEqual({ groupId, rules: keysOf(standingRules(stage.account, groupId)) });
      }
      expect(declared.map(({ tier }) => tier ?? 'none').toSorted()).toEqual(['application', 'database', 'load-balancer', 'none', 'probe']);
      expect(declared.filter(({ tier }) => tier === undefined)).toMatchObject([{ stackName: 'WebMarket-Production-Network', rules: [] }]);
      const probe = declared.find(({ tier }) => tier === 'probe');
      expect(probe?.rules.map(({ direction }) => direction)).toEqual(['egress', 'egress']);
    });
  });

  test('give every role of the stacks exactly as IAM has it', async () => {
    await play(async (stage) => {
      const declared = (await documentsOf(stage, 'roles')).map((document) => declaredRoleSchema.parse(document));
      const standing = stage.account.iam.roles.filter(({ stackName }) => stackName !== undefined);
      expect(declared.map(({ roleName }) => roleName).toSorted()).toEqual(standing.map(({ name }) => name).toSorted());
      for (const role of standing) {
        const document = declared.find(({ roleName }) => roleName === role.name);
        expect({ ...document, inlinePolicies: byName(document?.inlinePolicies ?? []) }).toEqual({
          stackName: role.stackName,
          roleName: role.name,
          path: role.path ?? '/',
          trust: role.trust,
          inlinePolicies: byName([...role.inline].map(([name, policy]) => ({ name, document: policy }))),
          attachedPolicyArns: [...role.attached],
          ...(role.boundaryArn === undefined ? {} : { boundaryArn: role.boundaryArn }),
        });
      }
    });
  });

  test('give the groups of what has any, by the ids that AWS calls them', async () => {
    await play(async (stage) => {
      const declared = (await documentsOf(stage, 'memberships')).map((document) => declaredMembershipSchema.parse(document));
      const groups = (await documentsOf(stage, 'security-groups')).map((document) => declaredGroupSchema.parse(document));
      const groupOf = (tier: string): string => groups.find((group) => group.tier === tier)?.groupId ?? '';
      const group = stage.account.autoScaling.group(stage.output('AutoScalingGroupName'));
      const { DBInstances: databases } = (await stage.asOperator('RDS', 'DescribeDBInstances', {})) as { readonly DBInstances: readonly { readonly DBInstanceIdentifier: string }[] };
      const profileArn = declared.find(({ kind }) => kind === 'auto-scaling-group')?.instanceProfileArn ?? '';
      expect(stage.account.iam.rolesOfInstanceProfile(profileArn)).toHaveLength(1);
      expect(declared).toEqual(
        expect.arrayContaining([
          { stackName: 'WebMarket-Production-Data', kind: 'database', id: databases[0]?.DBInstanceIdentifier, groupIds: [groupOf('database')] },
          { stackName: 'WebMarket-Production-Web', kind: 'auto-scaling-group', id: group.name, groupIds: [groupOf('application')], instanceProfileArn: profileArn },
          { stackName: 'WebMarket-Production-Web', kind: 'load-balancer', id: stage.output('LoadBalancerArn'), groupIds: [groupOf('load-balancer')] },
          { stackName: 'WebMarket-Production-Web', kind: 'launch-template', id: expect.stringMatching(/^lt-/u), groupIds: [groupOf('application')] },
        ]),
      );
      expect(declared).toHaveLength(4);
    });
  });
});

function byName<T extends { readonly name: string }>(policies: readonly T[]): T[] {
  return policies.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

describe('in the templates', () => {
  const templates = templatesOf(synthesise());
  const declaredTypes = ['AWS::IAM::Role', 'AWS::EC2::SecurityGroup', 'AWS::RDS::DBInstance', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::AutoScalingGroup'];

  test.each(declaredTypes)('every %s has its parameter, also one that the CDK made by itself', (type) => {
    const names = new Set(templates.flatMap(({ template }) => resourcesOf(template, 'AWS::SSM::Parameter').map(({ Properties }) => String(Properties['Name']))));
    const missing = templates.flatMap(({ name, template }) =>
      resourcesOf(template, type)
        .map(({ logicalId }) => `${name}-${logicalId}`)
        .filter((tail) => ![...names].some((parameter) => parameter.endsWith(`/${tail}`))),
    );
    expect(missing).toEqual([]);
  });
});

function parametersOf(baseline: PublishedBaseline): readonly Readonly<Record<string, unknown>>[] {
  return resourcesOf(quietly(() => Template.fromStack(Stack.of(baseline))), 'AWS::SSM::Parameter').map(({ Properties }) => Properties);
}

/** A stack with a VPC, published after `declare` has added to it. */
function publish(declare: (stack: Stack, vpc: ec2.IVpc) => unknown): readonly Readonly<Record<string, unknown>>[] {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-3' } });
  declare(stack, new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, restrictDefaultSecurityGroup: false }) as ec2.IVpc);
  return parametersOf(new PublishedBaseline(stack, 'Baseline', { environment: 'test' }));
}

function textOf(parameter: Readonly<Record<string, unknown>> | undefined): string {
  return JSON.stringify(parameter?.['Value']).replaceAll('\\\\', '').replaceAll('\\"', '"');
}

describe('a declared rule', () => {
  test.each([
    ['a protocol by its number, as EC2 names it', { IpProtocol: '6', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' }, '"protocol":"tcp","fromPort":443,"toPort":443,"peer":{"kind":"ipv4","cidr":"10.0.0.0/8"}'],
    ['every protocol, whatever ports are declared', { IpProtocol: '-1', FromPort: 0, ToPort: 65_535, CidrIpv6: '::/0' }, '"protocol":"-1","fromPort":-1,"toPort":-1,"peer":{"kind":"ipv6","cidr":"::/0"}'],
    ['every type of ICMP', { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, CidrIp: '0.0.0.0/0' }, '"protocol":"icmp","fromPort":-1,"toPort":-1'],
    ['a protocol without a name', { IpProtocol: 50, SourcePrefixListId: 'pl-1' }, '"protocol":"50","fromPort":-1,"toPort":-1,"peer":{"kind":"prefix-list","id":"pl-1"}'],
    ['a group of another account', { IpProtocol: 'udp', FromPort: 53, ToPort: 53, SourceSecurityGroupId: 'sg-1', SourceSecurityGroupOwnerId: '210987654321' }, '"peer":{"kind":"group","id":"sg-1","accountId":"210987654321"}'],
  ])('of %s', (_what, rule, document) => {
    const [parameter] = publish((stack, vpc) => {
      const group = new ec2.SecurityGroup(stack, 'Group', { vpc });
      return new CfnResource(stack, 'Rule', { type: 'AWS::EC2::SecurityGroupIngress', properties: { GroupId: group.securityGroupId, ...rule } });
    });
    expect(textOf(parameter)).toContain(`"direction":"ingress",${document}`.replace('"direction":"ingress","peer"', '"peer"'));
  });

  test('of a group without egress is what EC2 gives it', () => {
    const [parameter] = publish((stack, vpc) => new CfnResource(stack, 'Group', { type: 'AWS::EC2::SecurityGroup', properties: { GroupDescription: 'x', VpcId: vpc.vpcId } }));
    expect(textOf(parameter)).toContain('"rules":[{"direction":"egress","protocol":"-1","fromPort":-1,"toPort":-1,"peer":{"kind":"ipv4","cidr":"0.0.0.0/0"}}]');
  });
});

const bigPolicy = (count: number): iam.PolicyDocument =>
  new iam.PolicyDocument({
    statements: Array.from({ length: count }, (_, index) => new iam.PolicyStatement({ sid: `Statement${index}`, actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'bucket'.repeat(5)}${index}/*`] })),
  });

const roleWith = (stack: Stack, policy: iam.PolicyDocument): iam.Role =>
  new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), inlinePolicies: { Big: policy } });

describe('a document', () => {
  test('has the tier that its size asks for', () => {
    expect(publish((stack) => roleWith(stack, bigPolicy(5)))).toMatchObject([{ Tier: 'Standard' }]);
    expect(publish((stack) => roleWith(stack, bigPolicy(45)))).toMatchObject([{ Tier: 'Intelligent-Tiering' }]);
  });

  test('that fits no parameter stops synthesis, by its name', () => {
    expect(() => publish((stack) => roleWith(stack, bigPolicy(120)))).toThrow(/baseline\/roles\/Stack-Role\w+ has \d+ bytes .* expected at most 8192/u);
  });

  test.each([
    ['a rule of a group of another stack', (stack: Stack) => new ec2.CfnSecurityGroupIngress(stack, 'Rule', { ipProtocol: 'tcp', groupId: 'sg-1', cidrIp: '10.0.0.0/8' }), /Rule adds a rule to "sg-1", expected a security group of the same stack/u],
    ['a policy of a role of another stack', (stack: Stack) => new iam.CfnPolicy(stack, 'Policy', { policyName: 'P', policyDocument: bigPolicy(1), roles: ['theirs'] }), /Policy attaches a policy to the role "theirs", expected a role of the same stack/u],
  ])('is refused rather than wrong: %s', (_what, declare, message) => {
    expect(() =>
      publish((stack, vpc) => [new ec2.SecurityGroup(stack, 'Group', { vpc }), roleWith(stack, bigPolicy(1)), declare(stack)]),
    ).toThrow(message);
  });
});

describe('roles of a stack in another Region', () => {
  function publishForeign(declare: (stack: Stack) => unknown): readonly Readonly<Record<string, unknown>>[] {
    const app = new App();
    const source = new Stack(app, 'Far', { stackName: 'Shop-Far', env: { region: 'us-east-1' } });
    declare(source);
    const home = new Stack(app, 'Home', { env: { region: 'eu-west-3' } });
    return parametersOf(new PublishedBaseline(home, 'Far', { environment: 'test', source }));
  }
  const assumedBy = new iam.ServicePrincipal('events.amazonaws.com');

  test('are declared where their readers are, by their names', () => {
    const parameters = publishForeign((stack) => {
      const role = new iam.Role(stack, 'Role', { roleName: 'far-role', assumedBy });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [stack.formatArn({ service: 'events', region: 'eu-west-3', resource: 'event-bus/default' })] }));
    });
    expect(parameters).toMatchObject([{ Name: expect.stringMatching(/^\/webmarket\/test\/baseline\/roles\/Far-Role/u) }]);
    expect(textOf(parameters[0])).toContain('"stackName":"Shop-Far","roleName":"far-role"');
  });

  test('are refused when only their own stack could say what they are called', () => {
    expect(() => publishForeign((stack) => new iam.Role(stack, 'Role', { assumedBy }))).toThrow(/holds \{"Ref":"Role\w+"\}, which another Region cannot resolve/u);
  });
});
