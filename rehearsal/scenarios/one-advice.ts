import { loadPrices } from '../../infra/prices.ts';
import { askForAdvice } from '../advice-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import type { Scenario } from '../scenario.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const hour = 3_600_000;
const startsAt = paris('2027-05-04T06:00');

/** The monitor that Cost Explorer made when it was enabled: the app adopts it. */
const anomalyMonitorArn = 'arn:aws:ce::123456789012:anomalymonitor/5f1b9f3c-2d4e-4a6b-8c7d-9e0f1a2b3c4d';

/** An advice after two days of observation, short enough to be played hundreds of times. */
export const oneAdvice: Scenario = {
  name: 'one-advice',
  title: 'one advice on reservations, after two days of observation, with Cost Explorer’s beside it',
  startsAt,
  change: (config) => ({ ...config, reservations: { ...config.reservations, observationDays: 2 }, cost: { ...config.cost, anomalyMonitorArn } }),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(60);
    const { instances, databases, commitments } = loadPrices();
    account.costExplorer.prices = {
      instancesPerHour: instances.linuxOnDemandPerHour, multiAzDatabasesPerHour: databases.multiAzOnDemandPerHour, offers: commitments.offers,
    };
    account.costExplorer.enable({ at: startsAt - 60 * 24 * hour, servicesMonitor: { arn: anomalyMonitorArn } });
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
