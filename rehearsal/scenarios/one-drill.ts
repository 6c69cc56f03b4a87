import { approveWhenAsked, requestDrill } from '../drill-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import type { Scenario } from '../scenario.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const at = (time: string): number => paris(`2027-01-20T${time}`);

/** One drill from its request to its report, short enough to be played a thousand times. */
export const oneDrill: Scenario = {
  name: 'one-drill',
  title: 'one drill, asked for by one person and approved by another',
  startsAt: at('08:00'),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(60);
  },
  play: async (stage) => {
    await stage.until(at('08:30'), 'quiet');
    await requestDrill(stage, 'swept');
    await approveWhenAsked(stage, 'swept', at('09:30'), 'drill');
    // Until a lock that nobody gives back has expired.
    await stage.until(at('10:50'), 'healing');
  },
  judge: (stage) => Promise.resolve(judgeAccount(stage)),
};
