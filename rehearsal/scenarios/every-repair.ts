import { CfnPrefixList, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import type { WebMarketApp } from '../../infra/application.ts';
import { closedRepairs } from '../compliance-evidence.ts';
import { changeIdentity, changeNetwork } from '../drift-night.ts';
import { changeMore } from '../drift-more.ts';
import { answerApprovals } from '../drift-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import { writers } from '../../functions/compliance/repair.ts';
import type { PromiseResult, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { synthesise } from '../synthesis.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;
const at = (time: string): number => paris(`2027-01-20T${time}`);

/** A list of partners' addresses, and a rule of the load balancer for it: the shop as it is shipped has none. */
function declareList({ network }: WebMarketApp): void {
  const entries = [{ cidr: '198.51.100.0/24' }];
  const list = new CfnPrefixList(network, 'Partners', { prefixListName: 'partners', addressFamily: 'IPv4', maxEntries: 10, entries });
  network.loadBalancerSecurityGroup.addIngressRule(Peer.prefixList(list.attrPrefixListId), Port.tcp(8443), 'Partners');
}

const exceptions = [
  { check: 'SG16', resource: 'acl-none', owner: 'operations', reason: 'Only here to be taken away again by the next deployment.', expiresAt: '2027-03-01T00:00:00+01:00' },
];

export const everyRepair: Scenario = {
  name: 'every-repair',
  title: 'one change for every kind of repair: repaired, and undone by hand',
  startsAt: at('08:00'),
  change: (config) => ({ ...config, compliance: { ...config.compliance, mode: 'enforce' } }),
  options: { alter: declareList, exceptions },
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(config.capacity.baseline.floor * config.capacity.requestsPerSecondPerInstance * 0.3);
  },
  play: async (stage) => {
    await stage.until(at('08:20'), 'quiet');
    await lookTwice(stage);
    stage.step('The exception is taken out of the configuration, and deployed');
    await stage.deploy(synthesise(stage.config.environment, () => stage.config, { alter: declareList, exceptions: [] }));
    await stage.until(at('09:30'), 'quiet');
    stage.step('People change a lot');
    await changeNetwork(stage);
    await changeIdentity(stage);
    await changeMore(stage);
    await approveUntil(stage, at('11:30'));
    stage.step('The engineer on duty undoes every repair by hand');
    await undoAll(stage);
    await stage.until(stage.now + 30 * minute, 'undone');
  },
  judge: async (stage) => [await judgeRepairs(stage), judgeUndone(stage), ...judgeAccount(stage)],
};

/** The second look finds a user whom the credential report, which IAM keeps for four hours, does not know. */
async function lookTwice(stage: Stage): Promise<void> {
  stage.step('The account is looked at, a user is made, and the account is looked at again');
  await stage.start('NightlyCompliance', 'first-look');
  await stage.until(at('08:40'), 'quiet');
  await stage.as('a-developer', 'IAM', 'CreateUser', { UserName: 'newcomer' });
  await stage.as('a-developer', 'IAM', 'CreateAccessKey', { UserName: 'newcomer' });
  await stage.start('NightlyCompliance', 'second-look');
  await stage.until(at('09:00'), 'quiet');
}

async function approveUntil(stage: Stage, until: number): Promise<void> {
  while (stage.now < until) {
    await stage.until(stage.now + 10 * minute, 'changes');
    await answerApprovals(stage, 'the-engineer-on-duty', 'approved');
  }
}

/** The last one first, so that what stood on another comes away before it. */
async function undoAll(stage: Stage): Promise<void> {
  const repaired = (await closedRepairs(stage)).filter(({ outcome }) => outcome === 'repaired');
  for (const { target, repairId } of repaired.toReversed()) {
    await stage.start('ResourceRepair', `undo-${repairId}`.slice(0, 80), { target, repairId, undo: true });
    await stage.until(stage.now + minute, 'undoing');
  }
}

async function judgeRepairs(stage: Stage): Promise<PromiseResult> {
  const repaired = (await closedRepairs(stage)).filter(({ outcome }) => outcome === 'repaired');
  const used = new Set(repaired.map(({ writer }) => writer));
  const missing = Object.keys(writers).filter((writer) => !used.has(writer));
  return {
    id: 'every-writer-repairs',
    statement: 'Each of the functions that write repairs something, and each repair is verified by looking again',
    held: missing.length === 0,
    figure: missing.length === 0 ? `${repaired.length} repairs` : `none by ${missing.join(', ')}`,
  };
}

function judgeUndone(stage: Stage): PromiseResult {
  const { executions } = stage.account.stepFunctions;
  const undone = executions.filter(({ name }) => name.startsWith('undo-'));
  const failed = undone.filter(({ output }) => !(output ?? '').includes('undone-by-hand'));
  return {
    id: 'every-repair-undone',
    statement: 'Every repair can be undone by hand, and is not done again by itself',
    held: undone.length > 0 && failed.length === 0,
    figure: failed.length === 0 ? `${undone.length} undone` : failed.map(({ name }) => name).join(', '),
  };
}
