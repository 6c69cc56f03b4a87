import { approveLifecycle, bucketOf, changeRules, dataTeam, developer } from '../lifecycle-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import type { Scenario } from '../scenario.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const day = 86_400_000;
const at = (time: string): number => paris(`2027-02-03T${time}`);

/** A rule of others, as they wrote it. */
export const exportsRule = { ID: 'exports', Status: 'Enabled', Filter: { Prefix: 'exports/' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } } as const;

/** One change by hand that is put right at once, and one that waits for a person; short enough to be played a thousand times. */
export const oneLifecycle: Scenario = {
  name: 'one-lifecycle',
  title: 'rules of the buckets written, changed by hand, put right, and approved where they delete',
  startsAt: at('08:00'),
  change: (config) => ({ ...config, lifecycle: { ...config.lifecycle, mode: 'enforce' } }),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(60);
  },
  play: async (stage) => {
    const images = bucketOf(stage, 'productImages');
    for (let index = 0; index < 20; index += 1) {
      const key = `products/${index}.jpg`;
      for (const age of [200, 100, 5]) stage.account.s3.place(images, { key, bytes: 300_000, at: stage.now - age * day });
    }
    stage.step('A team has a rule of its own among the documents');
    await changeRules(stage, dataTeam, 'documents', (rules) => [...rules, exportsRule]);
    await approveLifecycle(stage, at('08:30'), 'first rules');
    stage.step('Somebody has versions of images deleted after two days');
    await changeRules(stage, developer, 'productImages', (rules) => rules.map((rule) => ({ ...rule, NoncurrentVersionExpiration: { NoncurrentDays: 2 } })));
    await stage.until(at('08:45'), 'shortened');
    stage.step('Somebody removes the rule of the access logs');
    await changeRules(stage, developer, 'logs', () => []);
    await approveLifecycle(stage, at('09:10'), 'removed');
    stage.step('The weekly run comes: what a fault left behind is its business');
    await stage.start('StorageLifecycle', 'weekly', { cause: 'schedule' });
    await approveLifecycle(stage, at('10:00'), 'healing');
    await stage.start('StorageLifecycle', 'weekly-again', { cause: 'schedule' });
    await approveLifecycle(stage, at('11:00'), 'healing');
  },
  judge: (stage) => Promise.resolve(judgeAccount(stage)),
};
