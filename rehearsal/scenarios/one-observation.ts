import { databaseId } from '../drill-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import type { Scenario } from '../scenario.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const at = (time: string): number => paris(`2027-01-20T${time}`);

/** One failover that nobody asked for, from the crash to its report, short enough to be played hundreds of times. */
export const oneObservation: Scenario = {
  name: 'one-observation',
  title: 'one failover that nobody asked for',
  startsAt: at('08:00'),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(60);
  },
  play: async (stage) => {
    await stage.until(at('08:30'), 'quiet');
    stage.step('The primary of the database dies');
    stage.account.rds.crash(databaseId(stage));
    await stage.until(at('09:00'), 'observation');
    // Until a lock that nobody gives back has expired.
    await stage.until(at('10:10'), 'healing');
  },
  judge: (stage) => Promise.resolve(judgeAccount(stage)),
};
