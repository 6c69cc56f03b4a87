import { answerApprovals, giveEverything, groupOfTier, instanceRoleName, openPort } from '../drift-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;
const by = 'a-developer';
const at = (time: string): number => paris(`2027-01-21T${time}`);

/** One change of each way of finding and deciding, short enough to be played a thousand times. */
export const driftAndNight: Scenario = {
  name: 'drift-and-night',
  title: 'one firewall and one role changed by hand, one change that only the night finds',
  startsAt: at('00:00'),
  change: (config) => ({ ...config, compliance: { ...config.compliance, mode: 'enforce' } }),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(config.capacity.baseline.floor * config.capacity.requestsPerSecondPerInstance * 0.3);
  },
  play: async (stage) => {
    const application = await groupOfTier(stage, 'application');
    const database = await groupOfTier(stage, 'database');
    await stage.until(at('00:20'), 'quiet');
    stage.step('Somebody opens port 22 of the instances to the world');
    await openPort(stage, by, application.groupId, 22, '0.0.0.0/0');
    await stage.until(at('00:45'), 'firewall');
    stage.step('Somebody gives the role of the instances everything');
    await giveEverything(stage, by, instanceRoleName(stage));
    await answerEverything(stage, at('01:20'), 'identity');
    stage.step('No event comes through, and somebody widens the database group');
    stage.account.eventBridge.deliver = () => 'lost';
    await openPort(stage, by, database.groupId, 5432, stage.config.network.cidr);
    await stage.until(at('01:59'), 'evening');
    stage.account.eventBridge.deliver = () => 'once';
    await answerEverything(stage, at('03:00'), 'night');
    stage.step('The run of the night is started once more: what a fault left behind is for the next night');
    await stage.start('NightlyCompliance', 'once-more');
    await answerEverything(stage, at('04:00'), 'healing');
  },
  judge: (stage) => Promise.resolve(judgeAccount(stage)),
};

/** Somebody on duty looks every few minutes, and approves what is asked. */
async function answerEverything(stage: Stage, until: number, phase: string): Promise<void> {
  while (stage.now < until) {
    await stage.until(Math.min(until, stage.now + 5 * minute), phase);
    await answerApprovals(stage, 'the-engineer-on-duty', 'approved');
  }
}
