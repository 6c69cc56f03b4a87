import { askForAdvice } from '../advice-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import type { Scenario } from '../scenario.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const hour = 3_600_000;
const startsAt = paris('2027-05-04T06:00');

/** An advice after two days of observation, short enough to be played hundreds of times. */
export const oneAdvice: Scenario = {
  name: 'one-advice',
  title: 'one advice on reservations, after two days of observation',
  startsAt,
  change: (config) => ({ ...config, reservations: { ...config.reservations, observationDays: 2 } }),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(60);
  },
  play: async (stage) => {
    await stage.until(startsAt + 50 * hour, 'quiet');
    await askForAdvice(stage, 'swept');
    await stage.until(startsAt + 51 * hour, 'advice');
    await askForAdvice(stage, 'once-more');
    await stage.until(startsAt + 52 * hour, 'healing');
  },
  judge: (stage) => Promise.resolve(judgeAccount(stage)),
};
