import type { LifecycleRule } from '@aws-sdk/client-s3';
import { answerLifecycle, approveLifecycle, bucketOf, changeRules, dataTeam, developer, lifecycleQuestions } from '../lifecycle-story.ts';
import { paris } from '../paris.ts';
import { judgeAccount } from '../promises/account.ts';
import { judgeLifecycle } from '../promises/lifecycle.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ordinaryDays } from '../visitors.ts';
import { prepareShop } from '../world.ts';

const minute = 60_000;
const day = 86_400_000;
const at = (time: string): number => paris(`2027-02-${time}`);

/** Rules of others, spelled as one did years ago; they must come back as they are, and S3 takes no mixture with the spelling of today. */
export const foreignRules: readonly LifecycleRule[] = [
  { ID: 'Exports der Buchhaltung', Status: 'Enabled', Prefix: 'exports/tmp/', Expiration: { Days: 4000 } },
  { ID: 'old', Status: 'Disabled', Prefix: 'scans/', Expiration: { Days: 30 } },
];

/** It lets invoices go after a year, which the law wants for ten. */
const tooEarly: LifecycleRule = { ID: 'tidy-up', Status: 'Enabled', Prefix: 'invoices/2025/', Expiration: { Days: 365 }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } };

export const lifecycle: Scenario = {
  name: 'lifecycle',
  title: 'rules of the buckets: foreign ones, a violation of retention, changes by hand, a thousand rules, no answer, access denied',
  startsAt: at('01T06:00'),
  change: (config) => ({ ...config, lifecycle: { ...config.lifecycle, mode: 'enforce' } }),
  prepare: (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(80);
  },
  play: async (stage) => {
    fillBuckets(stage);
    await playFirstRules(stage);
    await playViolation(stage);
    await playChangesByHand(stage);
    await playTooMany(stage);
    await playUnread(stage);
    await playUnanswered(stage);
    await playWithoutEvents(stage);
  },
  judge: async (stage) => [...(await judgeLifecycle(stage)), ...judgeAccount(stage)],
};

/** A shop of three years: images that were replaced, documents, logs. */
function fillBuckets(stage: Stage): void {
  const { s3 } = stage.account;
  const ago = (days: number): number => stage.now - days * day;
  for (let index = 0; index < 400; index += 1) {
    const key = `products/${index}.jpg`;
    for (let age = 1000 - index; age > 0; age -= 290) s3.place(bucketOf(stage, 'productImages'), { key, bytes: 200_000 + index * 1000, at: ago(age) });
    s3.place(bucketOf(stage, 'documents'), { key: `invoices/${2024 + (index % 3)}/${index}.pdf`, bytes: 90_000 + index * 1000, at: ago(1 + index * 2) });
    s3.place(bucketOf(stage, 'logs'), { key: `load-balancer/${index}.log.gz`, bytes: 40_000 * (1 + (index % 9)), at: ago(1 + index) });
  }
}

/** No bucket has a configuration; what deletes nothing is written, what does is asked for. */
async function playFirstRules(stage: Stage): Promise<void> {
  stage.step('A team has rules of its own among the documents');
  await changeRules(stage, dataTeam, 'documents', (rules) => [...rules, ...foreignRules]);
  await stage.until(at('01T06:30'), 'first rules');
  await approveLifecycle(stage, at('01T09:00'), 'first rules');
}

async function playViolation(stage: Stage): Promise<void> {
  stage.step('Somebody lets invoices go after a year');
  await changeRules(stage, dataTeam, 'documents', (rules) => [...rules, tooEarly]);
  await stage.until(at('01T11:00'), 'violation');
  stage.step('They take it back');
  await changeRules(stage, dataTeam, 'documents', (rules) => rules.filter(({ ID }) => ID !== tooEarly.ID));
  await stage.until(at('02T09:00'), 'violation');
}

async function playChangesByHand(stage: Stage): Promise<void> {
  stage.step('Somebody has replaced images deleted after two days');
  await changeRules(stage, developer, 'productImages', (rules) => rules.map((rule) => ({ ...rule, NoncurrentVersionExpiration: { NoncurrentDays: 2 } })));
  await stage.until(at('02T10:00'), 'changed by hand');
  stage.step('Somebody removes the rule of the access logs');
  await changeRules(stage, developer, 'logs', () => []);
  await stage.until(stage.now + 5 * minute, 'changed by hand');
  const asked = lifecycleQuestions(stage).find(({ plan }) => plan.role === 'logs')?.plan.planHash;
  stage.step('And puts another one there before anybody has answered');
  await changeRules(stage, developer, 'logs', () => [{ ID: 'mine', Status: 'Enabled', Filter: { Prefix: 'mine/' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }]);
  await stage.until(stage.now + 5 * minute, 'changed by hand');
  await answerLifecycle(stage, 'logs', 'approved', asked);
  await approveLifecycle(stage, at('02T12:00'), 'changed by hand');
}

async function playTooMany(stage: Stage): Promise<void> {
  stage.step('Somebody fills the access logs with a thousand rules of their own');
  const many = Array.from({ length: 1000 }, (_, index): LifecycleRule => ({
    ID: `tenant-${index}`, Status: 'Enabled', Filter: { Prefix: `tenant/${index}/` }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  }));
  await changeRules(stage, dataTeam, 'logs', () => many);
  await stage.until(at('03T09:00'), 'too many');
  stage.step('And takes two of them away');
  await changeRules(stage, dataTeam, 'logs', (rules) => rules.slice(2));
  await approveLifecycle(stage, at('03T12:00'), 'too many');
}

/** Nobody may read the configuration any more: that is not the same as none. */
async function playUnread(stage: Stage): Promise<void> {
  const bucket = bucketOf(stage, 'evidence');
  const before = stage.account.s3.resourcePolicy(`arn:aws:s3:::${bucket}`);
  if (before === undefined) throw new Error('The evidence has no bucket policy.');
  stage.step('A policy denies reading the rules of the evidence');
  const denial = { Sid: 'Denied', Effect: 'Deny' as const, Principal: '*', Action: 's3:GetLifecycleConfiguration', Resource: `arn:aws:s3:::${bucket}` };
  stage.account.s3.putBucketPolicy(bucket, { ...before, Statement: [...[before.Statement].flat(), denial] });
  stage.denyingPhases.add('denied');
  await stage.start('StorageLifecycle', 'denied', { cause: 'operator' });
  await stage.until(stage.now + 30 * minute, 'denied');
  stage.account.s3.putBucketPolicy(bucket, before);
  await stage.until(at('04T09:00'), 'unread');
}

/** A person says no, and nobody asks again before the question has expired. */
async function playUnanswered(stage: Stage): Promise<void> {
  stage.step('Somebody removes the rule of the evidence');
  await changeRules(stage, developer, 'evidence', () => []);
  await stage.until(stage.now + 5 * minute, 'rejected');
  await answerLifecycle(stage, 'evidence', 'rejected');
  await stage.start('StorageLifecycle', 'after-the-no', { cause: 'operator' });
  await stage.until(at('05T09:00'), 'rejected');
  stage.step('Nobody hears of the question until it has expired');
  await stage.until(at('08T09:00'), 'rejected');
  await stage.start('StorageLifecycle', 'after-the-expiry', { cause: 'operator' });
  await approveLifecycle(stage, at('08T12:00'), 'rejected');
}

async function playWithoutEvents(stage: Stage): Promise<void> {
  stage.account.eventBridge.deliver = ({ source }) => (source === 'aws.s3' ? 'lost' : 'once');
  stage.step('Somebody changes our rule, and no event comes through');
  await changeRules(stage, developer, 'productImages', (rules) => rules.map((rule) => ({ ...rule, NoncurrentVersionExpiration: { NoncurrentDays: 10 } })));
  await approveLifecycle(stage, at('15T09:00'), 'without events');
}
