import { Port } from 'aws-cdk-lib/aws-ec2';
import type { WebMarketApp } from '../../infra/application.ts';
import { judgeAccount } from '../promises/account.ts';
import { judgeDrift } from '../promises/drift.ts';
import { changeIdentity, changeNetwork } from '../drift-night.ts';
import {
  answerApprovals, closeMatching, createGroup, giveEverything, groupOfTier, instanceRoleName, interfaceOfAnInstance, openPort, removeUndeclared,
} from '../drift-story.ts';
import { paris } from '../paris.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { synthesise } from '../synthesis.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;
const partner = '203.0.113.0/24';
const day = '2027-01-20';
const at = (time: string): number => paris(`${day}T${time}`);

export const drift: Scenario = {
  name: 'drift',
  title: 'an afternoon of changes by hand, a night of which no event came through, and the morning after',
  startsAt: at('12:00'),
  change: (config) => ({ ...config, compliance: { ...config.compliance, mode: 'enforce' } }),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(config.capacity.baseline.floor * config.capacity.requestsPerSecondPerInstance * 0.4);
  },
  play: async (stage) => {
    await stage.until(at('13:00'), 'quiet');
    await playDeployment(stage);
    await playFirewalls(stage);
    await playIdentity(stage);
    await playUndo(stage);
    await playFlapping(stage);
    await playNight(stage);
  },
  judge: async (stage) => [...(await judgeDrift(stage)), ...judgeAccount(stage)],
};

function declareRule({ network }: WebMarketApp): void {
  network.applicationSecurityGroup.connections.allowFrom(network.loadBalancerSecurityGroup, Port.tcp(9090), 'Metrics of the application');
}

/** A developer declares a rule and an exception; while the stacks are in progress, nobody touches what they change. */
async function playDeployment(stage: Stage): Promise<void> {
  const { groupId } = await groupOfTier(stage, 'load-balancer');
  const exceptions = [
    {
      check: 'SG1', resource: `SG1/${groupId}/ingress|tcp|8443-8443|${partner}`, owner: 'payments',
      reason: 'The payment partner calls back on this port until its new gateway is there.', expiresAt: '2027-03-01T00:00:00+01:00',
    },
  ];
  stage.step('A developer deploys a new rule and an exception; the stacks take ten minutes');
  stage.beginDeployment(synthesise(stage.config.environment, () => stage.config, { exceptions, alter: declareRule }), 600);
  await stage.until(at('13:40'), 'deployment');
  stage.step('The payment partner is let in, as the exception says');
  await openPort(stage, 'a-developer', groupId, 8443, partner);
  await stage.until(at('14:00'), 'exception');
}

async function playFirewalls(stage: Stage): Promise<void> {
  const application = await groupOfTier(stage, 'application');
  const database = await groupOfTier(stage, 'database');
  await stage.until(at('14:03'), 'firewalls');
  stage.step('Somebody opens port 22 of the instances to the world');
  await openPort(stage, 'a-developer', application.groupId, 22, '0.0.0.0/0');
  await stage.until(at('14:20'), 'firewalls');
  stage.step('Somebody widens the database group to the whole network');
  await openPort(stage, 'a-developer', database.groupId, 5432, stage.config.network.cidr);
  await stage.until(at('14:35'), 'firewalls');
  stage.step('Somebody opens port 443 of the instances to two halves of the world');
  await openPort(stage, 'a-developer', application.groupId, 443, '0.0.0.0/1');
  await openPort(stage, 'a-developer', application.groupId, 443, '128.0.0.0/1');
  await stage.until(at('14:50'), 'memberships');
  stage.step('Somebody attaches a foreign group to an instance');
  const foreign = await createGroup(stage, 'a-developer', 'debugging', application.vpcId);
  await stage.as('a-developer', 'EC2', 'ModifyNetworkInterfaceAttribute', {
    NetworkInterfaceId: await interfaceOfAnInstance(stage),
    Groups: [application.groupId, foreign],
  });
  await stage.until(at('14:58'), 'memberships');
  await answerApprovals(stage, 'the-engineer-on-duty', 'approved', (ids) => ids.includes('SG11'));
  await stage.until(at('15:10'), 'memberships');
}

async function playIdentity(stage: Stage): Promise<void> {
  stage.step('Somebody gives the role of the instances everything');
  await giveEverything(stage, 'a-developer', instanceRoleName(stage));
  await stage.until(at('15:20'), 'identity');
  stage.step('Somebody makes a user with an access key');
  await stage.as('a-developer', 'IAM', 'CreateUser', { UserName: 'export-script' });
  await stage.as('a-developer', 'IAM', 'CreateAccessKey', { UserName: 'export-script' });
  await stage.until(at('15:30'), 'identity');
  await answerApprovals(stage, 'the-engineer-on-duty', 'approved');
  await stage.until(at('15:45'), 'identity');
}

/** A repair that is right by the book and wrong for the shop: the load balancer came to depend on the drift. */
async function playUndo(stage: Stage): Promise<void> {
  const application = await groupOfTier(stage, 'application');
  const balancer = await groupOfTier(stage, 'load-balancer');
  const loadBalancer = stage.output('LoadBalancerArn');
  stage.step('Somebody lets the whole network reach the instances, then gives the load balancer another group');
  const own = await createGroup(stage, 'a-developer', 'new-balancer', application.vpcId);
  for (const port of [80, 443]) await openPort(stage, 'a-developer', own, port, '0.0.0.0/0');
  await stage.as('a-developer', 'EC2', 'AuthorizeSecurityGroupEgress', {
    GroupId: own,
    IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: stage.config.network.cidr }] }],
  }).catch(() => undefined);
  await stage.as('a-developer', 'Elastic Load Balancing v2', 'SetSecurityGroups', { LoadBalancerArn: loadBalancer, SecurityGroups: [own] });
  await openPort(stage, 'a-developer', application.groupId, stage.config.web.applicationPort, stage.config.network.cidr);
  await stage.until(at('16:15'), 'undo');
  stage.step('Somebody puts the group of the load balancer back');
  await stage.as('a-developer', 'Elastic Load Balancing v2', 'SetSecurityGroups', { LoadBalancerArn: loadBalancer, SecurityGroups: [balancer.groupId] });
  await closeMatching(stage, 'a-developer', application.groupId, ({ CidrIpv4 }) => CidrIpv4 === stage.config.network.cidr);
  await stage.until(at('16:40'), 'undo');
}

/** A script that opens the same port again and again. */
async function playFlapping(stage: Stage): Promise<void> {
  const { groupId } = await groupOfTier(stage, 'database');
  stage.step('A script opens port 3306 of the database to the world, again and again');
  for (let times = 0; times < 5; times += 1) {
    await openPort(stage, 'a-script', groupId, 3306, '0.0.0.0/0').catch(() => undefined);
    await stage.until(stage.now + 12 * minute, 'flapping');
  }
  stage.step('The script is stopped, and a person closes the port that was handed over');
  await closeMatching(stage, 'the-engineer-on-duty', groupId, ({ FromPort }) => FromPort === 3306);
  await stage.until(at('18:30'), 'flapping');
}

/** What is changed while no event comes through: the night finds it, and the morning answers what the night asked. */
async function playNight(stage: Stage): Promise<void> {
  stage.step('From now on no event comes through; people change a lot');
  stage.account.eventBridge.deliver = () => 'lost';
  await changeNetwork(stage);
  await changeIdentity(stage);
  await stage.until(paris('2027-01-21T03:30'), 'night');
  stage.account.eventBridge.deliver = () => 'once';
  await stage.until(paris('2027-01-21T08:30'), 'morning');
  await answerApprovals(stage, 'the-engineer-on-duty', 'rejected', (ids) => ids.includes('SG13'));
  // Nobody answers for the load balancer: its groups were put back by hand.
  await answerApprovals(stage, 'the-engineer-on-duty', 'approved', (_ids, type) => !type.endsWith('LoadBalancer'));
  await stage.until(paris('2027-01-21T09:00'), 'morning');
  stage.step('A person takes the rule away whose repair was rejected');
  await removeUndeclared(stage, 'the-engineer-on-duty');
  // Until the question about the load balancer has expired, and one more night.
  await stage.until(paris('2027-01-22T03:00'), 'second night');
}
